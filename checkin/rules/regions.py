"""How a region writes dates. A clinic has one region, by its ISO 3166 code."""

from __future__ import annotations

MONTH_FIRST = frozenset({"US", "AS", "FM", "GU", "MH", "MP", "PH", "PR", "PW", "VI"})
"""Regions that write 3/14/2018."""


def is_day_first(region: str) -> bool:
    """Return whether that region writes the day before the month."""
    return region not in MONTH_FIRST
