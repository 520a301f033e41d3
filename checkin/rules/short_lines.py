"""Put texts of any length on one line."""

from __future__ import annotations

import unicodedata


def put_on_one_line(text: str) -> str:
    """Return the text with each run of spaces and line breaks as one space, and none at its ends."""
    return " ".join(text.split())


def fold_to_one_line(text: str) -> str:
    """Return what two names share that differ only in case, spacing or the way to write an accent."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return put_on_one_line(unicodedata.normalize("NFKC", folded))


def shorten_to_one_line(text: str, longest: int = 80) -> str:
    """Return one line of at most `longest` characters, so that a phone number after it is never cut off."""
    line = put_on_one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
