"""Texts of any length, cut to what stands on one line."""

from __future__ import annotations


def shorten_to_one_line(text: str, longest: int = 80) -> str:
    """One line of at most that many characters, so that what follows it, a number to call, is never cut."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
