"""Numbers in a request's URL or form.

Views and the check of their pages (`page_versions`) use the same function. Otherwise a view could write about
something that the check had not seen.
"""

from __future__ import annotations

_LONGEST_NUMBER_PARAM = 18
"""Digits of the longest number that every supported database stores as an integer."""

UNKNOWN_DECISION = -1
"""What a page showed if it did not say so. No decision has this id, so the page always counts as outdated."""


def parse_number_param(text: str | None) -> int | None:
    """Return the whole number that was sent, or None for anything else."""
    said = (text or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _LONGEST_NUMBER_PARAM else None


def parse_seen_decision(text: str | None) -> int:
    """Return the id of the newest decision on the page, 0 for none, UNKNOWN_DECISION if it does not say."""
    said = parse_number_param(text)
    return UNKNOWN_DECISION if said is None else said
