"""Numbers that come in with a request, in its address or in a form.

Views and the guard of their pages (`page_versions`) read them by the same function: if they did not, a view
could write about something that the guard had not seen.
"""

from __future__ import annotations

_LONGEST_NUMBER_PARAM = 18
"""Digits of the longest number that every database we run on keeps as a whole number."""


def parse_number_param(text: str | None) -> int | None:
    """Return the whole number that was sent, or None for anything else."""
    said = (text or "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _LONGEST_NUMBER_PARAM else None
