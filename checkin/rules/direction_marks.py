"""Signs that nobody sees, and that turn or join words, in texts stored before they were removed."""

from __future__ import annotations

import re

# In UTF-8: overrides, embeddings and isolates (U+202A to U+202E, U+2066 to U+2069), the zero-width space, the
# word joiner and the byte order mark. Joiners stay, which Persian, Indic scripts and emoji need, and so do
# the right-to-left marks of a sentence.
_HIDDEN = rb"\xe2\x80[\x8b\xaa-\xae]|\xe2\x81[\xa0\xa6-\xa9]|\xef\xbb\xbf"
_HIDDEN_SIGNS = re.compile(_HIDDEN)
# What a form sends, or a script copies into one of its boxes, stays as it is stored.
_SENT_BYTES = rb'\b(?:value|data-[a-z-]+)="[^"]*"|<textarea\b[^>]*>[^<]*'
_SENT_TEXT_OR_HIDDEN = re.compile(rb"(" + _SENT_BYTES + rb")|" + _HIDDEN)


def remove_direction_marks_in_html(page: bytes) -> bytes:
    """Return a UTF-8 page without such signs: U+202E shows “rehtom” as “mother”."""
    if not _HIDDEN_SIGNS.search(page):
        return page
    return _SENT_TEXT_OR_HIDDEN.sub(lambda found: found[1] or b"", page)
