"""Where the collected static files are kept: compressed, and each under a name with its hash."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage

# `import … from "./x.js";` and `import "./x.js";`, as all of our modules write it.
_IMPORT = (r"""(?P<matched>(?P<names>\bimport\b[^;"]*)"(?P<url>\./[^"]+)";)""", '%(names)s"%(url)s";')


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Also puts the hashed names into our modules, so that none of today meets one of yesterday.

    Django's own `support_js_module_import_aggregation` would read the files of packages too, and stops at the
    examples in their comments.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (_IMPORT,)))
    # One for each level of modules that import each other, and one to see that nothing changes any more.
    max_post_process_passes = 16
