"""Rows of cells under headings, from CSV or a workbook, as what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from checkin.feeds import columns, csv_rows, csv_vaccines
from checkin.feeds.cells import Cells
from checkin.feeds.column_owners import UNSURE_BIRTH
from checkin.feeds.reading import Feed, House, Row, Unreadable
from checkin.rules import claims, records
from checkin.rules.record_dates import find_other_order
from checkin.rules.record_numbers import without_formula
from checkin.rules.records import BadRow, Item, PatientItem, Related

READERS: dict[str, Callable[[Cells, House, Feed], Item]] = {
    "patients": csv_rows.patient,
    "guardians": csv_rows.guardian,
    "appointments": csv_rows.appointment,
    "immunizations": csv_vaccines.immunization,
    "due_items": csv_vaccines.due_item,
}
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
    dates: list[int]

    turned: list[int] = field(default_factory=list)
    """Where the columns stand since a second line of headings put them into another order."""
    other_headings: str = ""
    """Why nothing more is read: a line of other headings."""

    def arranged(self, place: int, cells: list[str], reason: str) -> tuple[list[str], str]:
        """Return the cells in the order of the file's first headings, and the reason why it is no row."""
        own = [columns.key(one) for one in self.feed.heading]
        if cells and {columns.key(cells[0]), columns.key(cells[-1])} & (set(own) | columns.KNOWN):
            said = [columns.key(one) for one in cells]
            if own[:2] == ["line", "reason"]:
                # A file of rows put aside: what stands there is not the row's own.
                said[:2] = own[:2]
            if sorted(said) == sorted(own) and len({*own}) == len(own):
                self.turned, self.other_headings = [said.index(one) for one in own], ""
                same = said == own
                return [cells[at] for at in self.turned], REPEATED if same else OTHER_ORDER
            if said == own or columns.kind_of(cells, self.feed.mapping):
                self.other_headings = "" if said == own else OTHER_HEADINGS.format(line=place)
                return cells, self.other_headings or REPEATED
        if self.turned and len(cells) == len(self.turned):
            cells = [cells[at] for at in self.turned]
        return cells, reason or self.other_headings

    @property
    def names_patients(self) -> bool:
        """Whether the rows of what belongs to patients say beside the number who these are."""
        return any(column.startswith("whom_") for column in self.where)


REPEATED = "It repeats the headings."
OTHER_ORDER = "It holds the headings in another order; what stands below it is read so."
OTHER_HEADINGS = "Line {line} holds other headings: put what stands from there on into a file of its own."


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
    where |= columns.whom(kind, feed.heading, feed.mapping)
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
    dates = [place for column in (*columns.DATES, "whom_birth_date") for place in where.get(column, ())]
    return Table(feed, kind, where, dates)


def read_ahead(house: House, table: Table, rows: Iterable[tuple[int, list[str]]]) -> House:
    """Return the house as it is to read this file's dates, and tell the feed which sexes its letters mean.

    A date that only the other order of day and month can read belies the clinic's own for the whole file: no
    date of it with the year last is read.
    """
    dates, sexes = table.dates, table.where.get("sex", [])
    feed = table.feed
    letters: set[str] = set()
    for line, cells in rows if dates or sexes else ():
        letters.update(cells[place].strip(" .").casefold()[:2] for place in sexes if place < len(cells))
        if not house.order.belied_by and (other := other_order(cells, dates, house)):
            first = "month" if house.order.day_first else "day"
            feed.notes.append(
                f"line {line} holds {other}, which only a clinic that writes the {first} first can read, "
                "so none of its dates with the year last were loaded"
            )
            house = replace(house, order=replace(house.order, belied_by=f"line {line} holds “{other}”"))
    feed.sexes = records.sexes_of(
        letters, is_spanish=any("sexo" in columns.key(feed.heading[one]) for one in sexes)
    )
    if unread := [letter.upper() for letter, sex in sorted(feed.sexes.items()) if not sex]:
        feed.notes.append(f"its column of sexes does not show what {' and '.join(unread)} mean: not read")
    return house


def other_order(cells: list[str], dates: list[int], house: House) -> str:
    """Return the first of a row's dates that only the other order of day and month can read; else ""."""
    for place in dates:
        said = cells[place] if place < len(cells) else ""
        # Most files write the year first, which needs no second look.
        if said and not said[:4].isdigit():
            found = find_other_order(cleaned(said), day_first=house.order.day_first)
            if found:
                return found
    return ""


def cleaned(said: str) -> str:
    """Return a date's cell without what a spreadsheet puts around a text, and what nobody sees."""
    return claims.clean(without_formula(claims.clean(said))).lstrip("'").strip()


def read(table: Table, place: int, cells: list[str], reason: str, house: House) -> Row:
    """Return the row, understood or with a reason why not."""
    cells, reason = table.arranged(place, cells, reason)
    row = Row(table.feed, place, table.kind, cells, reason=reason)
    is_guessed = place in table.feed.guessed
    table.feed.guessed.discard(place)
    if not reason and is_guessed and any("\ufffd" in cell for cell in cells):
        row.reason = NOT_READ
    plain = [without_formula(cell) if cell[:2] == '="' else cell for cell in cells]
    for one in table.dates:
        # Of the year written first nothing is to be cleaned, and most are. A row put aside may be shorter.
        if one < len(plain) and not (plain[one].isascii() and plain[one][:4].isdigit()):
            plain[one] = cleaned(plain[one])
    cell = Cells(plain, table.where, table.feed.heading, house.order)
    try:
        if not row.reason:
            row.items = [READERS[table.kind](cell, house, table.feed)]
        if row.items and isinstance(row.items[0], Related) and table.names_patients:
            row.items[0].whom = csv_rows.whom(cell, house)
    except BadRow as bad:
        row.items, row.reason = [], bad.sentence
    if row.reason and table.kind == "patients":
        row.meant = csv_rows.meant(cell, house, row.reason)
    for item in row.items:
        if isinstance(item, PatientItem):
            item.is_guessed = is_guessed
    return row


def mark_cut(row: Row, column: str) -> None:
    """Let what is on file tell whether the last cell of a file without a last line end is whole."""
    for item in row.items:
        if isinstance(item, PatientItem):
            item.may_be_cut = column
