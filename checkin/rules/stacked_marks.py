"""Marks stacked on one letter, such as accents and vowel points: a few are writing, dozens cover the page."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_MOST_STACKED_MARKS = 5
"""Hebrew needs five: shin dot, dagesh, vowel, cantillation and meteg. Vietnamese and Thai need fewer."""

_MARKS = [at for at in range(0x0300, 0xFE30) if unicodedata.category(chr(at)) in ("Mn", "Me")]
_GAPS = [(one, other) for one, other in pairwise(_MARKS) if other > one + 1]
_MARK = f"[{chr(_MARKS[0])}{''.join(f'-{chr(one)}{chr(other)}' for one, other in _GAPS)}-{chr(_MARKS[-1])}]"
_TOO_MANY_MARKS = re.compile(f"({_MARK}{{{_MOST_STACKED_MARKS}}}){_MARK}+")
# What a form sends, or a script copies into one of its boxes.
_SENT_TEXT = r'\b(?:value|data-[a-z-]+)="[^"]*"|<textarea\b[^>]*>[^<]*'
_FORM_VALUE_OR_MARKS = re.compile(
    f"({_SENT_TEXT}){'|'}{_TOO_MANY_MARKS.pattern.replace('(', '(?P<kept>', 1)}"
)

_FIRST_BYTES_OF_PUNCTUATION = (b"\xe2", b"\xe3")
_MARK_BYTES = {
    encoded[: 2 if encoded.startswith(_FIRST_BYTES_OF_PUNCTUATION) else 1]
    for encoded in (chr(at).encode() for at in _MARKS)
}


def limit_stacked_marks(text: str) -> str:
    """Return text to show, with at most `_MOST_STACKED_MARKS` marks on each letter."""
    return text if text.isascii() else _TOO_MANY_MARKS.sub(r"\1", text)


def limit_stacked_marks_in_html(page: bytes) -> bytes:
    """Return a UTF-8 page with so few marks on each letter; what its forms would send stays whole."""
    # Finding a byte takes a hundredth of the pattern's time, and most pages have no mark at all.
    if not any(sign in page for sign in _MARK_BYTES):
        return page
    text = page.decode(errors="surrogateescape")
    if not _TOO_MANY_MARKS.search(text):
        return page
    kept = _FORM_VALUE_OR_MARKS.sub(lambda found: found[1] or found["kept"], text)
    return kept.encode(errors="surrogateescape")
