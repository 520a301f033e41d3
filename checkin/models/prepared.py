"""Parts of a query that is put together once and filled in each time.

Django takes longer to write the long queries of a sign-in than the database to answer them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Param = tuple[Any, int | None]
"""One that is the same every time; or the place among the values that goes there."""


def with_places(params: Iterable[Any], stand_ins: Sequence[Any]) -> tuple[Param, ...]:
    """Find where the stand-ins turned up: nothing else in the query may be like one of them."""
    places = {value: place for place, value in enumerate(stand_ins) if value != ""}
    return tuple((param, places.get(param)) for param in params)


def filled_in(params: Iterable[Param], values: Sequence[Any]) -> list[Any]:
    """The parameters with these values in the places of the stand-ins."""
    return [param if place is None else values[place] for param, place in params]


def padded(items: Sequence[Item]) -> list[Item]:
    """The last one again until they are 1, 2, 4, 8 ...: an `IN` means the same, and there are few lengths."""
    if not items:
        return []
    return [*items, *[items[-1]] * ((1 << (len(items) - 1).bit_length()) - len(items))]
