"""Text with two or four bytes per letter, with or without a mark, and files that are not text."""

from __future__ import annotations

import codecs
import re

_ENCODING_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""Longer marks first: a UTF-32 mark starts with a UTF-16 one."""
_UNMARKED_ENCODINGS = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_LEAST_ASCII_SHARE = 0.5
"""Least share of ASCII in the first lines, as headings are; wrongly paired bytes give hardly any."""
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
    """Return which UTF-16 or UTF-32 the text that starts like this is in; "" for neither."""
    for mark, encoding in _ENCODING_MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" not in head:
        return ""
    best = max(_UNMARKED_ENCODINGS, key=lambda one: _ascii_share(head, one))
    return best if _ascii_share(head, best) >= _LEAST_ASCII_SHARE else ""


def _ascii_share(head: bytes, encoding: str) -> float:
    """Return the share of ASCII at the start if decoded like this; 0 if it cannot be text."""
    try:
        # A letter cut off at the end is fine.
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return 0
    lines = "".join(text.splitlines(keepends=True)[:3])
    if not lines or any(sign < " " and sign not in "\t\n\v\f\r" for sign in text):
        return 0
    return sum(map(str.isascii, lines)) / len(lines)


def binary_file_kind(head: bytes) -> str:
    """Return what a file that starts like this is, if it is certainly not text; "" otherwise."""
    return next((words for mark, words in _BINARY_BEGINNINGS if head.startswith(mark)), "")


def is_binary_file(head: bytes) -> bool:
    """Return whether no text starts like this."""
    return bool(_CONTROL_BYTE.search(head)) and not find_wide_encoding(head)
