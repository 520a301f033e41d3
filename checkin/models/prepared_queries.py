"""Helpers for queries that are compiled once and filled in each time.

Django takes longer to build the long queries of a sign-in than the database takes to answer them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

_PaddedItem = TypeVar("_PaddedItem")
QueryParam = tuple[object, int | None]
"""A parameter: its fixed value, or the index of the value that replaces it."""


def locate_sentinel_params(params: Iterable[object], stand_ins: Sequence[object]) -> tuple[QueryParam, ...]:
    """Return each parameter with its position among the placeholders, or None for a fixed value.

    `stand_ins`: the placeholders; nothing else in the query may equal one.
    """
    places = {value: place for place, value in enumerate(stand_ins) if value != ""}
    return tuple((param, places.get(param)) for param in params)


def fill_in_params(params: Iterable[QueryParam], values: Sequence[object]) -> list[Any]:
    """Return the parameters with these values in place of the placeholders."""
    return [param if place is None else values[place] for param, place in params]


def pad_to_power_of_two(items: Sequence[_PaddedItem]) -> list[_PaddedItem]:
    """Return the items with the last one repeated, up to a length of 1, 2, 4, 8 ...

    `IN` ignores repeats, and fewer lengths mean fewer queries to compile.
    """
    if not items:
        return []
    return [*items, *[items[-1]] * ((1 << (len(items) - 1).bit_length()) - len(items))]
