"""Records in CSV, as described in docs/importing.md: from bytes to rows of cells."""

from __future__ import annotations

import csv
import itertools
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import IO, Self

from checkin.feeds import columns, file_tables
from checkin.feeds.column_names import COLUMN_NAMES_BY_KIND
from checkin.feeds.csv_text import decode_lines, survey_line_encodings
from checkin.feeds.cut_lines import MAY_BE_CUT_OFF, NO_LINE_END_NOTE, LastColumnCells
from checkin.feeds.feed_files import HEAD_BYTES, ClinicFormat, FeedFile, FeedRow, UnreadableFile
from checkin.feeds.wide_text import is_binary_file

_DELIMITERS = ",;\t|"
_TITLE_LINES = 30
"""Lines above the headings that may have a title, a print time, and a recipient."""


def read_csv_file(feed: FeedFile, stream: IO[bytes], house: ClinicFormat) -> Iterator[FeedRow]:
    """Yield every row, read or with a reason why not. Raises UnreadableFile for unknown headings."""
    survey_line_encodings(stream, feed)
    stream.seek(0)
    lines = decode_lines(stream, feed)
    above, delimiter, feed.heading = _find_csv_headings(lines, feed)
    lines.close()
    feed.is_csv = True
    stream.seek(0)
    if is_binary_file(stream.read(HEAD_BYTES)) and not columns.find_file_kind(feed.heading, feed.mapping):
        raise UnreadableFile(f"{feed.path} is not a file of text: export the records as CSV or as .xlsx.")
    table = file_tables.make_file_table(feed)
    quiet = replace(feed, guessed=set(), notes=[])
    ahead = _read_cut_csv_rows(_lines_below_headings(quiet, stream, above), quiet, delimiter)
    house = file_tables.read_formats_ahead(house, table, ((place, cells) for place, cells, _ in ahead))
    ahead.close()
    below, last = _lines_below_headings(feed, stream, above), LastColumnCells(table.where, len(feed.heading))
    for place, cells, damage in _read_cut_csv_rows(below, feed, delimiter):
        is_open, reason = below.is_open and not damage, damage
        if is_open and last.looks_cut(cells[-1]):
            reason = MAY_BE_CUT_OFF.format(said=cells[-1].strip()[:40])
        row = file_tables.read_table_row(table, place, cells, reason, house)
        if is_open and not row.reason:
            feed.notes.append(NO_LINE_END_NOTE)
            file_tables.mark_row_maybe_cut(row, last.column)
        elif not reason:
            last.see(cells[-1])
        yield row


def read_csv_headings(feed: FeedFile, stream: IO[bytes]) -> list[str]:
    """Return the headings of the file."""
    lines = decode_lines(stream, feed)
    heading = _find_csv_headings(lines, feed)[2]
    lines.close()
    return heading


def _find_csv_headings(lines: Iterator[str], feed: FeedFile) -> tuple[int, str, list[str]]:
    """Return the line number of the headings, the delimiter, and the headings.

    The first line that suffices for a kind of file counts; if none does, the one that comes closest.
    """
    found: list[tuple[int, int, str, list[str]]] = []
    told = ""
    for at, line in enumerate(itertools.islice(lines, _TITLE_LINES), 1):
        if line.casefold().startswith("sep=") and len(line.strip()) == len("sep=;"):
            told = line.strip()[-1]
        elif line.strip():
            delimiter = told or _best_delimiter(line, feed)
            cells = _split_csv_line(line, delimiter)
            if columns.find_file_kind(cells, feed.mapping):
                return at, delimiter, cells
            found.append((_count_known_headings(line, delimiter, feed), at, delimiter, cells))
    return max(found, key=lambda one: (one[0], -one[1]), default=(0, 1, ",", []))[1:]


def _best_delimiter(line: str, feed: FeedFile) -> str:
    return max(_DELIMITERS, key=lambda one: _count_known_headings(line, one, feed))


def _count_known_headings(line: str, delimiter: str, feed: FeedFile) -> int:
    """Return the most headings that the line has for any kind of file, if split at this delimiter."""
    cells = _split_csv_line(line, delimiter)
    return max(len(columns.find_column_places(kind, cells, feed.mapping)) for kind in COLUMN_NAMES_BY_KIND)


def _lines_below_headings(feed: FeedFile, stream: IO[bytes], above: int) -> CsvLines:
    """Return the lines below the headings, reading the file from its start."""
    stream.seek(0)
    lines = decode_lines(stream, feed)
    for _ in range(above):
        next(lines)
    return CsvLines(lines, above=above)


def _read_cut_csv_rows(
    lines: CsvLines, feed: FeedFile, delimiter: str
) -> Generator[tuple[int, list[str], str], None, None]:
    """Yield (line, cells, reason why it is not a row) for each row of these lines."""
    yield from _parse_csv_lines(lines, delimiter, width=len(feed.heading))


def _split_csv_line(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


class CsvLines:
    """The rest of a file's lines. Lines can be returned if a row turns out to have consumed too many."""

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
        """Return whether the row ends with the file, without a line end."""
        return bool(self._taken) and not self._taken[-1].endswith(("\n", "\r"))

    def done(self) -> None:
        """Finish the row; `place` is now the number of the line after it."""
        self.place += len(self._taken)
        self._taken.clear()

    def keep_first(self) -> str:
        """Keep only this row's first line and return the others to be read again."""
        self._back.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]
        return self._taken[0]


def _parse_csv_lines(lines: CsvLines, delimiter: str, *, width: int) -> Iterator[tuple[int, list[str], str]]:
    """Yield (line, cells, reason why it is not a row). A stray quotation mark affects only its own line."""
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
            cells = _split_csv_line(lines.keep_first(), delimiter)
        if reason or any(cell.strip() for cell in cells):
            yield lines.place, cells, reason
        lines.done()
