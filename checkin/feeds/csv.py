"""Records in CSV, as described in docs/importing.md: from bytes to rows of cells."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from typing import IO, Self

from checkin.feeds import columns, csv_rows, csv_vaccines
from checkin.feeds.csv_rows import Cells, picker
from checkin.feeds.reading import BOM, UTF16, Feed, House, Row, Unreadable
from checkin.rules.records import BadRow, Item

DELIMITERS = ",;\t|"
LONGEST_LINE = 1_000_000
READERS: dict[str, Callable[[Cells, House, Feed], Item]] = {
    "patients": csv_rows.patient,
    "guardians": csv_rows.guardian,
    "appointments": csv_rows.appointment,
    "immunizations": csv_vaccines.immunization,
    "due_items": csv_vaccines.due_item,
}


def rows(feed: Feed, stream: IO[bytes], house: House) -> Iterator[Row]:
    """Every row of the file, understood or with a reason why not. Raises Unreadable for unknown headings."""
    lines = decoded(stream, feed)
    above, first = next(((at, line) for at, line in enumerate(lines, 1) if line.strip()), (1, ""))
    delimiter = max(DELIMITERS, key=lambda one: known(first, one))
    feed.heading, feed.is_csv = split(first, delimiter), True
    kind = columns.kind_of(feed.heading)
    if not kind:
        raise Unreadable(f"{feed.path} has not the headings that are needed: {columns.needed_words()}.")
    where = columns.places(kind, feed.heading)
    unused = [one for place, one in enumerate(feed.heading) if one.strip() and not used(place, where)]
    if unused:
        feed.notes.append(f"columns that were not used: {', '.join(one.strip()[:40] for one in unused[:20])}")
    for place, cells, reason in parsed(Lines(lines, above=above), delimiter, width=len(feed.heading)):
        row = Row(feed, place, kind, cells, reason=reason)
        if not reason:
            try:
                row.items = [READERS[kind](picker(cells, where), house, feed)]
            except BadRow as bad:
                row.reason = bad.sentence
        yield row


def used(place: int, where: dict[str, list[int]]) -> bool:
    return any(place in places for places in where.values())


def known(line: str, delimiter: str) -> int:
    """How many headings of any kind the line has when it is cut at that sign."""
    cells = split(line, delimiter)
    return max(len(columns.places(kind, cells)) for kind in columns.KINDS)


def split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


class Lines:
    """The lines of the rest of a file, which can be handed back when a row proves to have eaten too many."""

    def __init__(self, lines: Iterator[str], *, above: int) -> None:
        self.place = above + 1
        self._lines = lines
        self._taken: list[str] = []
        self._back: deque[str] = deque()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self._taken.append(line)
        return line

    def done(self) -> None:
        """The row is dealt with; `place` is the number of the line after it."""
        self.place += len(self._taken)
        self._taken.clear()

    def keep_first(self) -> str:
        """Only the first line of this row was its own; the others come again."""
        self._back.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        return self._taken[0]


def parsed(lines: Lines, delimiter: str, *, width: int) -> Iterator[tuple[int, list[str], str]]:
    """(line, cells, reason why it is no row). A stray quotation mark costs its own line and no other."""
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    while True:
        try:
            cells = next(reader)
            reason = ""
        except StopIteration:
            return
        except csv.Error:
            cells, reason = [], "A quotation mark is out of place or never closed, or a cell is far too long."
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if not reason and any(cell.strip() for cell in cells) and len(cells) != width:
            reason = f"The row has {len(cells)} cells and the heading {width}."
        if reason:
            cells = split(lines.keep_first(), delimiter)
        if reason or any(cell.strip() for cell in cells):
            yield lines.place, cells, reason
        lines.done()


def decoded(stream: IO[bytes], feed: Feed) -> Iterator[str]:
    """The lines as text: UTF-16 with its mark, else UTF-8; a line that is not is taken for Windows-1252.

    Line by line, because one odd line must not spoil the accents of all the others.
    """
    first = stream.readline(LONGEST_LINE)
    if first.startswith(UTF16):
        stream.seek(0)
        text = io.TextIOWrapper(stream, encoding="utf-16", errors="replace", newline="")
        yield from text
        text.detach()
        return
    odd = 0
    line = first.removeprefix(BOM)
    while line:
        try:
            yield line.decode()
        except UnicodeDecodeError:
            odd += 1
            yield western(line)
        line = stream.readline(LONGEST_LINE)
    if odd:
        feed.notes.append(
            f"{odd} lines are not UTF-8 and were read as Latin-1 (Windows-1252): check the accents"
        )


def western(line: bytes) -> str:
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")
