"""Recognize a last line that may be incomplete, as after an interrupted copy or download."""

from __future__ import annotations

import re

from checkin.feeds.column_owners import TIME_COLUMNS, UNSURE_BIRTH_COLUMN

MAY_BE_CUT_OFF = (
    "The file's last line has no line end, and “{said}” may be cut off: see whether the file is whole."
)
NO_LINE_END_NOTE = "its last line has no line end: see whether the file is whole"
_SHORTEST_WHOLE_PHONE = 7
_DATED_COLUMNS = TIME_COLUMNS | {"birth_date", UNSURE_BIRTH_COLUMN, "deceased_on"}
_DAY_OF_ONE_FIGURE = re.compile(r"^\d{4}-\d{1,2}-\d$", re.ASCII)
_CLOCK_HALF = re.compile(r"[ap]\.?m\.?$", re.IGNORECASE)


class LastColumnCells:
    """What a file's last column contains, for recognizing a cell that was cut off.

    A number that was cut off is another patient's, and a date is another day. A name can only be compared
    with the one on file.
    """

    def __init__(self, where: dict[str, list[int]], width: int) -> None:
        self.column = next((column for column, places in where.items() if width - 1 in places), "")
        self._lengths: set[int] = set()
        self._has_half = False

    def see(self, cell: str) -> None:
        """Record the last cell of a complete line."""
        if said := cell.strip():
            self._lengths.add(self._length(said))
            self._has_half = self._has_half or bool(_CLOCK_HALF.search(said))

    def looks_cut(self, cell: str) -> bool:
        """Return whether the last cell of a line without a line end may be incomplete."""
        said = cell.strip()
        if not said:
            return False
        length = self._length(said)
        if self.column.endswith("_id"):
            return self._lengths != {length}
        if self.column in ("cvx", "code"):
            return length < max(self._lengths, default=0)
        if self.column == "phone":
            return (
                length < min(self._lengths, default=_SHORTEST_WHOLE_PHONE) or length < _SHORTEST_WHOLE_PHONE
            )
        if self.column.removeprefix("whom_") in _DATED_COLUMNS:
            is_short = length < min(self._lengths, default=0) or bool(_DAY_OF_ONE_FIGURE.match(said))
            return is_short or (self._has_half and not _CLOCK_HALF.search(said))
        return False

    def _length(self, said: str) -> int:
        return sum(map(str.isdigit, said)) if self.column == "phone" else len(said)
