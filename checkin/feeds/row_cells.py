"""The cells of one row, by column."""

from __future__ import annotations

from collections.abc import Sequence

from checkin.feeds.column_owners import NAME_COLUMNS, TIME_COLUMNS, UNSURE_BIRTH_COLUMN
from checkin.rules import name_keys, record_dates
from checkin.rules.record_dates import DateOrder
from checkin.rules.record_rows import BadRow

_DAY_CELL_COLUMNS = (TIME_COLUMNS - {"start", "time"}) | {"birth_date", UNSURE_BIRTH_COLUMN, "deceased_on"}
_UNDISPUTED_COLUMNS = {*NAME_COLUMNS, *_DAY_CELL_COLUMNS, "start", "time", "status"}
"""Columns in which two headings must agree. Two headings of one number must agree, too."""


class RowCells:
    """`cell("phone")` returns the first nonblank cell of that column, else ""."""

    def __init__(
        self, cells: Sequence[str], where: dict[str, list[int]], heading: Sequence[str], order: DateOrder
    ) -> None:
        self._cells, self._where, self._heading, self._order = cells, where, heading, order

    def __call__(self, column: str) -> str:
        """Return the first nonblank cell. Raises BadRow if two headings for who or when disagree."""
        said, plain = self.all(column), column.removeprefix("whom_")
        if len(said) > 1 and (plain in _UNDISPUTED_COLUMNS or plain.endswith("_id")):
            for other in said[1:]:
                if not self._is_same(plain, said[0][1], other[1]):
                    raise _heading_contradiction(plain.strip("?"), said[0], other)
        return said[0][1] if said else ""

    def all(self, column: str) -> list[tuple[str, str]]:
        """Return (heading, cell) for each nonblank cell of that column."""
        # A rejected row may have fewer cells than headings.
        places = (place for place in self._where.get(column, ()) if place < len(self._cells))
        there = ((place, self._cells[place].strip()) for place in places)
        return [(self._heading[place].strip()[:40], said) for place, said in there if said]

    def _is_same(self, column: str, one: str, other: str) -> bool:
        if column in NAME_COLUMNS:
            short, long = sorted(
                (set(name_keys.normalized_words(one)), set(name_keys.normalized_words(other))), key=len
            )
            return short <= long
        if column in _DAY_CELL_COLUMNS and one != other:
            return self._day(one) == self._day(other) is not None
        less, more = sorted((one.casefold(), other.casefold()), key=len)
        return less == more or (column == "start" and more.endswith(f" {less}"))

    def _day(self, said: str) -> object:
        try:
            return record_dates.read_calendar_date(said, order=self._order, called="date")
        except BadRow:
            return None


def _heading_contradiction(column: str, one: tuple[str, str], other: tuple[str, str]) -> BadRow:
    """Return why a row is rejected if two headings of one column say different things."""
    both = " and ".join(f"“{heading}” says “{said[:40]}”" for heading, said in (one, other))
    return BadRow(
        f"{both}, and both are its {column.replace('_', ' ')}: say which it is, by --map "
        f'"HEADING={column}", and "HEADING=ignore" of the other.'
    )
