"""Excel workbooks: the first sheet whose headings are known, as rows of text."""

from __future__ import annotations

import datetime as dt
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from checkin.feeds import columns, tables, xlsx_span
from checkin.feeds.reading import Feed, House, Row, Unreadable

ZIP = b"PK\x03\x04"
OLD = b"\xd0\xcf\x11\xe0"
LARGEST = 200 * 1024 * 1024
"""Bytes that a workbook may hold unpacked. It is read whole, which takes several times as much memory."""
CHUNK = 1 << 20
TOO_LONG = 1e15
TITLES = 30


def rows(feed: Feed, stream: IO[bytes], house: House) -> Iterator[Row]:
    """Every row of the sheet, understood or with a reason why not. Raises Unreadable for no workbook."""
    sheet, above = sheet_in(feed, stream)
    feed.is_csv = True
    table, width = tables.table_of(feed), len(feed.heading)
    house = tables.read_ahead(house, table, texts_of(sheet, above))
    for place, cells in texts_of(sheet, above):
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        cells += [""] * (width - len(cells))
        if any(cell.strip() for cell in cells):
            reason = f"The row has {len(cells)} cells and the heading {width}." if len(cells) != width else ""
            yield tables.read(table, place, cells, reason, house)


def heading_in(feed: Feed, stream: IO[bytes]) -> list[str]:
    """Return the headings of the sheet that is read. Raises Unreadable for no workbook."""
    sheet_in(feed, stream)
    return feed.heading


def sheet_in(feed: Feed, stream: IO[bytes]) -> tuple[CalamineSheet, int]:
    """Return the sheet to read, and in which row its headings are. Raises Unreadable for no workbook."""
    refuse_oversized(feed, stream)
    stream.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(stream)
        shown = [one.name for one in workbook.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
        sheet, above = sheet_of(feed, [workbook.get_sheet_by_name(name) for name in shown])
        unread = [f"“{name[:60]}”" for name in workbook.sheet_names if name != sheet.name]
        if unread:
            feed.notes.append(f"sheets that were not read: {', '.join(unread[:20])}")
    except (CalamineError, OSError) as problem:
        raise Unreadable(f"{feed.path} is not a workbook that can be read: {problem}.") from problem
    return sheet, above


def refuse_oversized(feed: Feed, stream: IO[bytes]) -> None:
    """Raise Unreadable for a workbook that unpacks to more than it may, whatever it says of itself."""
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            if not any(part.filename.startswith("xl/workbook") for part in parts):
                raise Unreadable(f"{feed.path} is an archive and no workbook: unpack it first.")
            left = LARGEST - sum(part.file_size for part in parts)
        if left < 0 or unpacks_to_more(stream, parts):
            raise Unreadable(
                f"{feed.path} holds more than {LARGEST // CHUNK} MB unpacked, too much for a workbook: save "
                "the sheet as CSV, which may be of any size."
            )
        with zipfile.ZipFile(stream) as archive:
            if xlsx_span.is_too_large(archive):
                raise Unreadable(
                    f"{feed.path} has cells too far apart, or the same long text too often: delete "
                    "what stands far below or beside the table, or save the sheet as CSV."
                )
    except (zipfile.BadZipFile, OSError, zlib.error, RuntimeError, EOFError, xlsx_span.Damaged) as problem:
        raise Unreadable(f"{feed.path} is damaged, or not all there: save the sheet as CSV.") from problem


def unpacks_to_more(stream: IO[bytes], parts: list[zipfile.ZipInfo]) -> bool:
    """Return whether the parts unpack to more than they may; what a part says of its size is not believed."""
    total = 0
    for part in parts:
        if part.compress_type != zipfile.ZIP_DEFLATED:
            total += part.compress_size
            continue
        stream.seek(part.header_offset + 26)
        lengths = stream.read(4)
        stream.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
        packed, unpacker = part.compress_size, zlib.decompressobj(-15)
        while packed > 0 and total <= LARGEST and not unpacker.eof:
            piece = stream.read(min(CHUNK // 16, packed))
            packed -= len(piece) or packed
            while piece and total <= LARGEST:
                total += len(unpacker.decompress(piece, CHUNK))
                piece = unpacker.unconsumed_tail
    return total > LARGEST


def sheet_of(feed: Feed, sheets: list[CalamineSheet]) -> tuple[CalamineSheet, int]:
    """Return the first sheet with headings that are known, and in which row they are; the feed gets them."""
    best: tuple[int, CalamineSheet | None, int, list[str]] = (-1, None, 0, [])
    for sheet in sheets:
        for place, cells in texts_of(sheet, 0):
            if place > TITLES:
                break
            known = max(len(columns.places(kind, cells, feed.mapping)) for kind in columns.KINDS)
            if columns.kind_of(cells, feed.mapping):
                feed.heading = cells
                if len(sheets) > 1:
                    feed.notes.append(
                        f"the sheet “{sheet.name[:60]}” was read, the first whose headings are known"
                    )
                return sheet, place
            if any(cells) and known > best[0]:
                best = known, sheet, place, cells
    if best[1] is None:
        raise Unreadable(f"{feed.path} has no sheet with anything in it.")
    feed.heading = best[3]
    return best[1], best[2]


def texts_of(sheet: CalamineSheet, above: int) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells as text) of the rows below those above."""
    first = sheet.start[0] if sheet.start else 0
    for place, cells in enumerate(sheet.iter_rows(), 1):
        # The rows begin at the sheet's first, whether or not that is empty.
        if place > above:
            yield (
                place if first == 0 or sheet.height > first else place + first,
                [text_of(cell) for cell in cells],
            )


def text_of(cell: Any) -> str:
    """Return a cell as a person reads it: no point behind a whole number, dates year first.

    A workbook keeps fifteen digits of a number: a longer one reads as cut short, which it is.
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float) and abs(cell) >= TOO_LONG:
        return f"{cell:.14E}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        cell = to_the_minute(cell)
        return cell.isoformat(sep=" ") if cell.time() != dt.time() else cell.date().isoformat()
    if isinstance(cell, dt.time):
        return to_the_minute(dt.datetime.combine(dt.date(2000, 1, 1), cell)).time().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def to_the_minute(moment: dt.datetime) -> dt.datetime:
    """Return a time that a rounded number stands for: 09:29:59.7 is 09:30. The day stays."""
    near = (moment + dt.timedelta(seconds=1)).replace(second=0, microsecond=0)
    is_near = abs(near - moment) <= dt.timedelta(seconds=1)
    return near if is_near and near.date() == moment.date() else moment
