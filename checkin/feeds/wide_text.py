"""Text of two or four bytes a letter, with a mark or without one, and files that are no text at all."""

from __future__ import annotations

import codecs
import re

MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""The longer ones first: a mark of UTF-16 begins one of UTF-32."""
UNMARKED = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
PLAIN_SHARE = 0.5
"""So much of the first lines is ASCII, since headings are; bytes paired wrongly give hardly any."""
KINDS = (
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
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")


def wide_encoding(head: bytes) -> str:
    """Return which UTF-16 or UTF-32 the text that begins so is in; "" for none."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" not in head:
        return ""
    best = max(UNMARKED, key=lambda one: plain_share(head, one))
    return best if plain_share(head, best) >= PLAIN_SHARE else ""


def plain_share(head: bytes, encoding: str) -> float:
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


def kind_of_binary(head: bytes) -> str:
    """Return what a file that begins so is, where it is surely no text; "" where it may be."""
    return next((words for mark, words in KINDS if head.startswith(mark)), "")


def is_binary(head: bytes) -> bool:
    """Return whether no text begins so."""
    return bool(_CONTROL.search(head)) and not wide_encoding(head)
