"""Records in CSV, as described in docs/importing.md: from bytes to rows of cells."""

from __future__ import annotations

import csv
import itertools
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import IO, Self

from checkin.feeds import columns, tables
from checkin.feeds.csv_text import decoded, look_over
from checkin.feeds.cut_lines import CUT, NOTE, LastCells
from checkin.feeds.reading import HEAD, Feed, House, Row, Unreadable
from checkin.feeds.wide_text import is_binary

DELIMITERS = ",;\t|"
TITLES = 30
"""Lines above the headings that may hold a title, when it was printed, and for whom."""


def rows(feed: Feed, stream: IO[bytes], house: House) -> Iterator[Row]:
    """Every row of the file, understood or with a reason why not. Raises Unreadable for unknown headings."""
    look_over(stream, feed)
    stream.seek(0)
    lines = decoded(stream, feed)
    above, delimiter, feed.heading = heading_of(lines, feed)
    lines.close()
    feed.is_csv = True
    stream.seek(0)
    if is_binary(stream.read(HEAD)) and not columns.kind_of(feed.heading, feed.mapping):
        raise Unreadable(f"{feed.path} is not a file of text: export the records as CSV or as .xlsx.")
    table = tables.table_of(feed)
    quiet = replace(feed, guessed=set(), notes=[])
    ahead = read_rows(lines_below(quiet, stream, above), quiet, delimiter)
    house = tables.read_ahead(house, table, ((place, cells) for place, cells, _ in ahead))
    ahead.close()
    below, last = lines_below(feed, stream, above), LastCells(table.where, len(feed.heading))
    for place, cells, reason in read_rows(below, feed, delimiter):
        is_open = below.is_open and not reason
        if is_open and last.looks_cut(cells[-1]):
            reason = CUT.format(said=cells[-1].strip()[:40])
        row = tables.read(table, place, cells, reason, house)
        if is_open and not row.reason:
            feed.notes.append(NOTE)
            tables.mark_cut(row, last.column)
        elif not reason:
            last.see(cells[-1])
        yield row


def heading_in(feed: Feed, stream: IO[bytes]) -> list[str]:
    """Return the headings of the file."""
    lines = decoded(stream, feed)
    heading = heading_of(lines, feed)[2]
    lines.close()
    return heading


def heading_of(lines: Iterator[str], feed: Feed) -> tuple[int, str, list[str]]:
    """Which line holds the headings, what parts them, and the headings themselves.

    It is the first line that is enough for a kind of file; where none is, the one that comes nearest.
    """
    found: list[tuple[int, int, str, list[str]]] = []
    told = ""
    for at, line in enumerate(itertools.islice(lines, TITLES), 1):
        if line.casefold().startswith("sep=") and len(line.strip()) == len("sep=;"):
            told = line.strip()[-1]
        elif line.strip():
            delimiter = told or best_delimiter(line, feed)
            cells = split(line, delimiter)
            if columns.kind_of(cells, feed.mapping):
                return at, delimiter, cells
            found.append((known(line, delimiter, feed), at, delimiter, cells))
    return max(found, key=lambda one: (one[0], -one[1]), default=(0, 1, ",", []))[1:]


def best_delimiter(line: str, feed: Feed) -> str:
    return max(DELIMITERS, key=lambda one: known(line, one, feed))


def known(line: str, delimiter: str, feed: Feed) -> int:
    """How many headings of any kind the line has when it is cut at that sign."""
    cells = split(line, delimiter)
    return max(len(columns.places(kind, cells, feed.mapping)) for kind in columns.KINDS)


def lines_below(feed: Feed, stream: IO[bytes], above: int) -> Lines:
    """Return the lines below the headings, from the file's beginning."""
    stream.seek(0)
    lines = decoded(stream, feed)
    for _ in range(above):
        next(lines)
    return Lines(lines, above=above)


def read_rows(lines: Lines, feed: Feed, delimiter: str) -> Generator[tuple[int, list[str], str], None, None]:
    """(line, cells, reason why it is no row) of every row of these lines."""
    yield from parsed(lines, delimiter, width=len(feed.heading))


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

    @property
    def is_open(self) -> bool:
        """Whether the row ends with the file and without the end of a line."""
        return bool(self._taken) and not self._taken[-1].endswith(("\n", "\r"))

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
