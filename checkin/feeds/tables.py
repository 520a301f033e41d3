"""Rows of cells under headings, from CSV or a workbook, as what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from checkin.feeds import columns, csv_rows, csv_vaccines
from checkin.feeds.cells import Cells
from checkin.feeds.column_owners import UNSURE_BIRTH
from checkin.feeds.reading import Feed, House, Row, Unreadable
from checkin.rules.record_dates import is_other_order
from checkin.rules.record_numbers import without_formula
from checkin.rules.records import BadRow, Item, PatientItem

READERS: dict[str, Callable[[Cells, House, Feed], Item]] = {
    "patients": csv_rows.patient,
    "guardians": csv_rows.guardian,
    "appointments": csv_rows.appointment,
    "immunizations": csv_vaccines.immunization,
    "due_items": csv_vaccines.due_item,
}
MAY_BE_DATED = re.compile(r"\d[-/ ]\d{1,2}[-/ ]\d{4}", re.ASCII)
NOT_READ = (
    "Its letters could not be read: the file is in another encoding than UTF-8 or Windows-1252. Say which, "
    "by --encoding."
)


@dataclass(slots=True)
class Table:
    """A file's kind, and which column stands where."""

    feed: Feed
    kind: str
    where: dict[str, list[int]]


def table_of(feed: Feed) -> Table:
    """Return what the feed's headings make of it. Raises Unreadable where they are not enough."""
    kind = columns.kind_of(feed.heading, feed.mapping)
    if not kind:
        missing = columns.missing_words(feed.heading, feed.mapping)
        raise Unreadable(
            f"{feed.path} has not the headings that are needed. {missing}. In general "
            f"{columns.needed_words()}."
        )
    where = columns.places(kind, feed.heading, feed.mapping)
    used = {place for places in where.values() for place in places}
    unused = [
        one.strip()[:40]
        for place, one in enumerate(feed.heading)
        if one.strip() and place not in used and feed.mapping.get(columns.key(one)) != columns.UNUSED
    ]
    if unused:
        feed.notes.append(f"columns that were not used: {', '.join(unused[:20])}")
    if kind == "patients" and not {"birth_date", UNSURE_BIRTH} & set(where):
        feed.notes.append("no column of birth dates was found")
    return Table(feed, kind, where)


def in_order(house: House, feed: Feed, rows: Callable[[], Iterable[tuple[int, list[str]]]]) -> House:
    """Return the house as it is to read this file's dates.

    A date that only the other order of day and month can read belies the clinic's own for the whole file: no
    date of it with the year last is read.
    """
    where = columns.places(columns.kind_of(feed.heading, feed.mapping), feed.heading, feed.mapping)
    dates = [place for column in columns.DATES for place in where.get(column, ())]
    for line, cells in rows():
        for place in dates:
            said = cells[place].strip().partition(" ")[0] if place < len(cells) else ""
            if is_other_order(said, day_first=house.order.day_first):
                first = "month" if house.order.day_first else "day"
                feed.notes.append(
                    f"line {line} holds {said}, which only a clinic that writes the {first} first can read, "
                    "so none of its dates with the year last were loaded"
                )
                return replace(house, order=replace(house.order, belied_by=f"line {line} holds “{said}”"))
    return house


def read(table: Table, place: int, cells: list[str], reason: str, house: House) -> Row:
    """Return the row, understood or with a reason why not."""
    row = Row(table.feed, place, table.kind, cells, reason=reason)
    is_guessed = place in table.feed.guessed
    table.feed.guessed.discard(place)
    if not reason and is_guessed and any("\ufffd" in cell for cell in cells):
        row.reason = NOT_READ
    if row.reason:
        return row
    try:
        plain = [without_formula(cell) if cell[:2] == '="' else cell for cell in cells]
        row.items = [
            READERS[table.kind](Cells(plain, table.where, table.feed.heading, house.order), house, table.feed)
        ]
    except BadRow as bad:
        row.reason = bad.sentence
    for item in row.items:
        if isinstance(item, PatientItem):
            item.is_guessed = is_guessed
    return row
