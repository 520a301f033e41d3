"""Numbers in a request's URL or form.

Views and the check of their pages (`page_versions`) use the same function. Otherwise a view could write about
something that the check had not seen.
"""

from __future__ import annotations

_LONGEST_NUMBER_PARAM = 18
"""Digits of the longest number that every supported database stores as an integer."""


def parse_number_param(text: str | None) -> int | None:
    """Return the whole number that was sent, or None for anything else."""
    said = (text or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _LONGEST_NUMBER_PARAM else None
