"""What a column of a record holds without what was written at confidential visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChartWrite:
    """One change of the column: the first of it by `number`, the last of it at `at`."""

    number: int
    at: dt.datetime
    before: object
    after: object
    is_shared: bool = True
    was_marked: bool = False
    """Whether its visit has a mark, or had one: the column may have been without it for a while."""


def find_shared_value(writes: Sequence[ChartWrite]) -> object:
    """Return the value without the writes that are not shared. There is at least one write.

    A `before` that no earlier write explains was written in another way, as by an import, so it counts.
    """
    first = min(writes, key=lambda one: one.number)
    value, possible = first.before, [first.before]
    for one in sorted(writes, key=lambda one: (one.at, one.number)):
        if one.before not in possible and _is_in_order(one, writes):
            value, possible = one.before, [one.before]
        if one.is_shared:
            value = one.after
        possible = [*possible, one.after] if one.was_marked else [one.after]
    return value


def _is_in_order(one: ChartWrite, writes: Sequence[ChartWrite]) -> bool:
    """Return whether no other visit wrote between the first and the last answer of one visit.

    If one did, the answers in between are in no row, so `before` may be one of those.
    """
    return all((other.number < one.number) == (other.at <= one.at) for other in writes if other is not one)
