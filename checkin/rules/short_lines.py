"""Cut texts of any length to one line."""

from __future__ import annotations


def shorten_to_one_line(text: str, longest: int = 80) -> str:
    """Return one line of at most `longest` characters, so that a phone number after it is never cut off."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
