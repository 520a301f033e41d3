"""Storage of collected static files: compressed, with a hash in each name."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage

# `import … from "./x.js";` and `import "./x.js";`, as all our modules write it.
_IMPORT = (r"""(?P<matched>(?P<names>\bimport\b[^;"]*)"(?P<url>\./[^"]+)";)""", '%(names)s"%(url)s";')


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Also puts hashed names into our modules' imports, so that old and new modules never mix.

    Django's own `support_js_module_import_aggregation` would also read packages' files, and fails on the
    examples in their comments.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (_IMPORT,)))
    # One pass per level of modules that import each other, and one to see that nothing changes.
    max_post_process_passes = 16
