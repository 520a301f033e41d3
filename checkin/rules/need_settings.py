"""What a clinic may change of `rules.needs`: which rules are off, and their numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class NeedSettings:
    """What a clinic may change. Ages in whole years, months where it says so; weekdays 0 = Monday."""

    off: frozenset[str] = frozenset()
    school_age_from: int = 5
    school_age_to: int = 18
    school_weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    school_starts: dt.time = dt.time(7, 0)
    school_ends: dt.time = dt.time(15, 30)
    influenza_from_months: int = 6
    influenza_season: tuple[tuple[int, int], tuple[int, int]] = ((9, 1), (4, 30))
    own: tuple[str, ...] = ()
    speaks_from: int = 12
    """Age from which the consent form offers the patient, beside those who brought them."""

    @classmethod
    def read(cls, kept: Any) -> NeedSettings:
        """The clinic's settings over the usual ones; what cannot be read is left at the usual."""
        usual = cls()
        wanted: dict[str, Any] = {}
        for name, reader in _NEED_SETTING_READERS.items() if isinstance(kept, Mapping) else ():
            if name in kept:
                try:
                    wanted[name] = reader(kept[name])
                except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
                    continue
        return replace(usual, **wanted)

    def season_began(self, on: dt.date) -> dt.date | None:
        """First day of the influenza season that `on` lies in; None out of season."""
        (month, day), end = self.influenza_season
        began = dt.date(on.year, month, day)
        if (month, day) <= end:
            return began if (month, day) <= (on.month, on.day) <= end else None
        if on >= began:
            return began
        return dt.date(on.year - 1, month, day) if (on.month, on.day) <= end else None


def _read_month_day(text: str) -> tuple[int, int]:
    """ "09-01" as (9, 1); ValueError where no year has that day."""
    month, day = map(int, text.split("-"))
    dt.date(2001, month, day)
    return month, day


def _read_clock_time(text: str) -> dt.time:
    """ "07:00"; ValueError for a time with a zone of its own, which no clinic's clock can be held against."""
    time = dt.time.fromisoformat(text)
    if time.tzinfo is not None:
        raise ValueError(text)
    return time


def _require_list(many: object) -> list[Any]:
    """The list itself; TypeError for a bare word, which would be taken letter by letter."""
    if not isinstance(many, list | tuple):
        raise TypeError(many)
    return list(many)


def _read_weekdays(days: object) -> tuple[int, ...]:
    return tuple(int(day) for day in _require_list(days) if 0 <= int(day) <= 6)


def _read_own_needs(texts: object) -> tuple[str, ...]:
    lines = (" ".join(str(text).split())[:200] for text in _require_list(texts))
    return tuple(dict.fromkeys(filter(None, lines)))


_NEED_SETTING_READERS: Mapping[str, Callable[[Any], object]] = {
    "off": lambda kinds: frozenset(map(str, _require_list(kinds))),
    "school_age_from": int,
    "school_age_to": int,
    "school_weekdays": _read_weekdays,
    "school_starts": _read_clock_time,
    "school_ends": _read_clock_time,
    "influenza_from_months": int,
    "influenza_season": lambda ends: (_read_month_day(ends[0]), _read_month_day(ends[1])),
    "own": _read_own_needs,
    "speaks_from": int,
}
