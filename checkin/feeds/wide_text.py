"""Text of two or four bytes a letter, with a mark or without one, and files that are no text at all."""

from __future__ import annotations

import codecs
import re

_ENCODING_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""The longer ones first: a mark of UTF-16 begins one of UTF-32."""
_UNMARKED_ENCODINGS = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_LEAST_ASCII_SHARE = 0.5
"""So much of the first lines is ASCII, since headings are; bytes paired wrongly give hardly any."""
_BINARY_BEGINNINGS = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\0", "an image"),
    (b"MM\0*", "an image"),
    (b"{\\rtf", "a text document"),
    (b"PK\x05\x06", "an empty archive"),
    (b"7z\xbc\xaf\x27\x1c", "an archive"),
    (b"Rar!", "an archive"),
    (b"BZh", "an archive"),
    (b"\xfd7zXZ", "an archive"),
)
_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")


def find_wide_encoding(head: bytes) -> str:
    """Return which UTF-16 or UTF-32 the text that begins so is in; "" for none."""
    for mark, encoding in _ENCODING_MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" not in head:
        return ""
    best = max(_UNMARKED_ENCODINGS, key=lambda one: _ascii_share(head, one))
    return best if _ascii_share(head, best) >= _LEAST_ASCII_SHARE else ""


def _ascii_share(head: bytes, encoding: str) -> float:
    """Return how much of the beginning is ASCII when it is read so; 0 where it cannot be text."""
    try:
        # A letter that is cut off at the end is no fault.
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return 0
    lines = "".join(text.splitlines(keepends=True)[:3])
    if not lines or any(sign < " " and sign not in "\t\n\v\f\r" for sign in text):
        return 0
    return sum(map(str.isascii, lines)) / len(lines)


def binary_file_kind(head: bytes) -> str:
    """Return what a file that begins so is, where it is surely no text; "" where it may be."""
    return next((words for mark, words in _BINARY_BEGINNINGS if head.startswith(mark)), "")


def is_binary_file(head: bytes) -> bool:
    """Return whether no text begins so."""
    return bool(_CONTROL_BYTE.search(head)) and not find_wide_encoding(head)
