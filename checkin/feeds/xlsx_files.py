"""Excel workbooks: the first sheet with known headings, as rows of text."""

from __future__ import annotations

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from checkin.feeds import columns, file_tables, xlsx_sizes
from checkin.feeds.column_names import COLUMN_NAMES_BY_KIND
from checkin.feeds.feed_files import ClinicFormat, FeedFile, FeedRow, UnreadableFile

ZIP_MARK = b"PK\x03\x04"
LARGEST_WORKBOOK = 200 * 1024 * 1024
"""Most bytes that a workbook may have unpacked. It is read whole, taking several times that in memory."""
UNPACKED_CHUNK = 1 << 20
_LONGEST_NUMBER = 1e15
_TITLE_ROWS = 30


def read_workbook_rows(feed: FeedFile, stream: IO[bytes], house: ClinicFormat) -> Iterator[FeedRow]:
    """Yield every row, read or with a reason why not. Raises UnreadableFile if it is not a workbook."""
    sheet, above = _open_headed_sheet(feed, stream)
    feed.is_csv = True
    table, width = file_tables.make_file_table(feed), len(feed.heading)
    house = file_tables.read_formats_ahead(house, table, _sheet_rows_as_text(sheet, above))
    for place, cells in _sheet_rows_as_text(sheet, above):
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        cells.extend([""] * (width - len(cells)))
        if any(cell.strip() for cell in cells):
            reason = f"The row has {len(cells)} cells and the heading {width}." if len(cells) != width else ""
            yield file_tables.read_table_row(table, place, cells, reason, house)


def read_workbook_headings(feed: FeedFile, stream: IO[bytes]) -> list[str]:
    """Return the headings of the sheet that is read. Raises UnreadableFile if it is not a workbook."""
    _open_headed_sheet(feed, stream)
    return feed.heading


def _open_headed_sheet(feed: FeedFile, stream: IO[bytes]) -> tuple[CalamineSheet, int]:
    """Return the sheet to read and its heading row. Raises UnreadableFile if it is not a workbook."""
    _refuse_oversized_workbook(feed, stream)
    stream.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(stream)
        shown = [one.name for one in workbook.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        sheet, above = _find_headed_sheet(feed, [workbook.get_sheet_by_name(name) for name in shown])
        unread = [f"“{name[:60]}”" for name in workbook.sheet_names if name != sheet.name]
        if unread:
            feed.notes.append(f"sheets that were not read: {', '.join(unread[:20])}")
    except (CalamineError, OSError) as problem:
        raise UnreadableFile(f"{feed.path} is not a workbook that can be read: {problem}.") from problem
    return sheet, above


def _refuse_oversized_workbook(feed: FeedFile, stream: IO[bytes]) -> None:
    """Raise UnreadableFile for a workbook that unpacks to more than allowed, whatever size it claims."""
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            if not any(part.filename.startswith("xl/workbook") for part in parts):
                raise UnreadableFile(f"{feed.path} is an archive and no workbook: unpack it first.")
            left = LARGEST_WORKBOOK - sum(part.file_size for part in parts)
        if left < 0 or _is_unpacked_too_large(stream, parts):
            raise UnreadableFile(
                f"{feed.path} holds more than {LARGEST_WORKBOOK // UNPACKED_CHUNK} MB unpacked,"
                " too much for a workbook: save "
                "the sheet as CSV, which may be of any size."
            )
        with zipfile.ZipFile(stream) as archive:
            if xlsx_sizes.is_workbook_too_large(archive):
                raise UnreadableFile(
                    f"{feed.path} has cells too far apart, or the same long text too often: delete "
                    "what stands far below or beside the table, or save the sheet as CSV."
                )
    except (
        zipfile.BadZipFile,
        OSError,
        zlib.error,
        RuntimeError,
        EOFError,
        xlsx_sizes.DamagedWorkbook,
    ) as problem:
        raise UnreadableFile(f"{feed.path} is damaged, or not all there: save the sheet as CSV.") from problem


def _is_unpacked_too_large(stream: IO[bytes], parts: list[zipfile.ZipInfo]) -> bool:
    """Return whether the parts unpack to more than allowed; the sizes that they claim are not trusted."""
    total = 0
    for part in parts:
        if part.compress_type != zipfile.ZIP_DEFLATED:
            total += part.compress_size
            continue
        stream.seek(part.header_offset + 26)
        lengths = stream.read(4)
        stream.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
        packed, unpacker = part.compress_size, zlib.decompressobj(-15)
        while packed > 0 and total <= LARGEST_WORKBOOK and not unpacker.eof:
            piece = stream.read(min(UNPACKED_CHUNK // 16, packed))
            packed -= len(piece) or packed
            while piece and total <= LARGEST_WORKBOOK:
                total += len(unpacker.decompress(piece, UNPACKED_CHUNK))
                piece = unpacker.unconsumed_tail
    return total > LARGEST_WORKBOOK


def _find_headed_sheet(feed: FeedFile, sheets: list[CalamineSheet]) -> tuple[CalamineSheet, int]:
    """Return the first sheet with known headings and their row, and store the headings in the feed."""
    best: tuple[int, CalamineSheet | None, int, list[str]] = (-1, None, 0, [])
    for sheet in sheets:
        for place, cells in _sheet_rows_as_text(sheet, 0):
            if place > _TITLE_ROWS:
                break
            known = max(
                len(columns.find_column_places(kind, cells, feed.mapping)) for kind in COLUMN_NAMES_BY_KIND
            )
            if columns.find_file_kind(cells, feed.mapping):
                feed.heading = cells
                if len(sheets) > 1:
                    feed.notes.append(
                        f"the sheet “{sheet.name[:60]}” was read, the first whose headings are known"
                    )
                return sheet, place
            if any(cells) and known > best[0]:
                best = known, sheet, place, cells
    if best[1] is None:
        raise UnreadableFile(f"{feed.path} has no sheet with anything in it.")
    feed.heading = best[3]
    return best[1], best[2]


def _sheet_rows_as_text(sheet: CalamineSheet, above: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, cells as text) for the rows below `above`."""
    first = sheet.start[0] if sheet.start else 0
    for place, cells in enumerate(sheet.iter_rows(), 1):
        # Rows start at the sheet's first row, whether or not it is empty.
        if place > above:
            yield (
                place if first == 0 or sheet.height > first else place + first,
                [workbook_cell_text(cell) for cell in cells],
            )


def workbook_cell_text(cell: object) -> str:
    """Return a cell as a person reads it: no decimal point after a whole number, dates year first.

    A workbook stores fifteen digits of a number: a longer one shows as cut short, which it is.
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float) and abs(cell) >= _LONGEST_NUMBER:
        return f"{cell:.14E}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        near = _round_to_near_minute(cell)
        return near.isoformat(sep=" ") if near.time() != dt.time() else near.date().isoformat()
    if isinstance(cell, dt.time):
        return _round_to_near_minute(dt.datetime.combine(dt.date(2000, 1, 1), cell)).time().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _round_to_near_minute(moment: dt.datetime) -> dt.datetime:
    """Return the time that a rounded number stands for: 09:29:59.7 is 09:30. The day never changes."""
    near = (moment + dt.timedelta(seconds=1)).replace(second=0, microsecond=0)
    is_near = abs(near - moment) <= dt.timedelta(seconds=1)
    return near if is_near and near.date() == moment.date() else moment
