"""What a clinic may change in `rules.needs`: which rules are off, and their numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from checkin.rules.short_lines import put_on_one_line


@dataclass(frozen=True, slots=True)
class NeedSettings:
    """A clinic's settings for needs. Ages are in years, or months if the name says so; 0 is Monday."""

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
    """Age in years from which the consent form offers the patient, next to the adults."""

    @classmethod
    def read(cls, kept: Any) -> NeedSettings:
        """Return the clinic's settings over the defaults; anything unreadable keeps its default."""
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
        """Return the first day of the flu season that `on` is in; None outside the season."""
        (month, day), end = self.influenza_season
        began = dt.date(on.year, month, day)
        if (month, day) <= end:
            return began if (month, day) <= (on.month, on.day) <= end else None
        if on >= began:
            return began
        return dt.date(on.year - 1, month, day) if (on.month, on.day) <= end else None


def _read_month_day(text: str) -> tuple[int, int]:
    """Return "09-01" as (9, 1). Raises ValueError if no year has that day."""
    month, day = map(int, text.split("-"))
    dt.date(2001, month, day)
    return month, day


def _read_clock_time(text: str) -> dt.time:
    """Return "07:00" as a time. Raises ValueError for a time with a zone, as the clinic's clock has none."""
    time = dt.time.fromisoformat(text)
    if time.tzinfo is not None:
        raise ValueError(text)
    return time


def _require_list(many: object) -> list[Any]:
    """Return the list. Raises TypeError for a bare string, which would be split into letters."""
    if not isinstance(many, list | tuple):
        raise TypeError(many)
    return list(many)


def _read_weekdays(days: object) -> tuple[int, ...]:
    return tuple(int(day) for day in _require_list(days) if 0 <= int(day) <= 6)


def _read_own_needs(texts: object) -> tuple[str, ...]:
    lines = (put_on_one_line(str(text))[:200] for text in _require_list(texts))
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
