"""Parts of a query that is put together once and filled in each time.

Django takes longer to write the long queries of a sign-in than the database to answer them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

_PaddedItem = TypeVar("_PaddedItem")
QueryParam = tuple[object, int | None]
"""One that is the same every time; or the place among the values that goes there."""


def locate_sentinel_params(params: Iterable[object], stand_ins: Sequence[object]) -> tuple[QueryParam, ...]:
    """Find where the stand-ins turned up: nothing else in the query may be like one of them."""
    places = {value: place for place, value in enumerate(stand_ins) if value != ""}
    return tuple((param, places.get(param)) for param in params)


def fill_in_params(params: Iterable[QueryParam], values: Sequence[object]) -> list[Any]:
    """The parameters with these values in the places of the stand-ins."""
    return [param if place is None else values[place] for param, place in params]


def pad_to_power_of_two(items: Sequence[_PaddedItem]) -> list[_PaddedItem]:
    """The last one again until they are 1, 2, 4, 8 ...: an `IN` means the same, and there are few lengths."""
    if not items:
        return []
    return [*items, *[items[-1]] * ((1 << (len(items) - 1).bit_length()) - len(items))]
