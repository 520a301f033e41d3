"""Rows of cells under headings, from CSV or a workbook, converted to records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from checkin.feeds import columns, csv_appointments, csv_immunizations, csv_rows
from checkin.feeds.column_names import KNOWN_HEADINGS
from checkin.feeds.column_owners import UNSURE_BIRTH_COLUMN, heading_key
from checkin.feeds.feed_files import ClinicFormat, FeedFile, FeedRow, UnreadableFile
from checkin.feeds.row_cells import RowCells
from checkin.rules import record_rows, sign_in_claims
from checkin.rules.record_dates import find_date_of_other_order
from checkin.rules.record_numbers import strip_spreadsheet_formula
from checkin.rules.record_rows import BadRow, PatientItem, RecordItem, RelatedItem

_ROW_READERS: dict[str, Callable[[RowCells, ClinicFormat, FeedFile], RecordItem]] = {
    "patients": csv_rows.read_patient_row,
    "guardians": csv_rows.read_guardian_row,
    "appointments": csv_appointments.read_appointment_row,
    "immunizations": csv_immunizations.read_immunization_row,
    "due_items": csv_immunizations.read_due_item_row,
}
_LETTERS_NOT_READ = (
    "Its letters could not be read: the file is in another encoding than UTF-8 or Windows-1252. Say which, "
    "by --encoding."
)


@dataclass(slots=True)
class FileTable:
    """A file's kind, and where its columns are."""

    feed: FeedFile
    kind: str
    where: dict[str, list[int]]
    dates: list[int]

    turned: list[int] = field(default_factory=list)
    """The positions of the columns since a second line of headings changed their order."""
    other_headings: str = ""
    """The reason why no more rows are read: a line of other headings; "" if there was none."""

    def arranged(self, place: int, cells: list[str], reason: str) -> tuple[list[str], str]:
        """Return the cells in the order of the file's first headings, and the reason why it is not a row."""
        own = [heading_key(one) for one in self.feed.heading]
        if cells and {heading_key(cells[0]), heading_key(cells[-1])} & (set(own) | KNOWN_HEADINGS):
            said = [heading_key(one) for one in cells]
            if own[:2] == ["line", "reason"]:
                # In a file of rejected rows, the first two cells are not the row's own.
                said[:2] = own[:2]
            if sorted(said) == sorted(own) and len({*own}) == len(own):
                self.turned, self.other_headings = [said.index(one) for one in own], ""
                same = said == own
                return [
                    cells[at] for at in self.turned
                ], _REPEATED_HEADINGS if same else _HEADINGS_IN_OTHER_ORDER
            if said == own or columns.find_file_kind(cells, self.feed.mapping):
                self.other_headings = "" if said == own else _OTHER_HEADINGS.format(line=place)
                return cells, self.other_headings or _REPEATED_HEADINGS
        if self.turned and len(cells) == len(self.turned):
            cells = [cells[at] for at in self.turned]
        return cells, reason or self.other_headings

    @property
    def names_patients(self) -> bool:
        """Return whether rows about patients' care name the patient as well as the number."""
        return any(column.startswith("whom_") for column in self.where)


_REPEATED_HEADINGS = "It repeats the headings."
_HEADINGS_IN_OTHER_ORDER = "It holds the headings in another order; what stands below it is read so."
_OTHER_HEADINGS = "Line {line} holds other headings: put what stands from there on into a file of its own."


def make_file_table(feed: FeedFile) -> FileTable:
    """Return the table for the feed's headings. Raises UnreadableFile if they are not enough."""
    kind = columns.find_file_kind(feed.heading, feed.mapping)
    if not kind:
        missing = columns.missing_column_words(feed.heading, feed.mapping)
        raise UnreadableFile(
            f"{feed.path} has not the headings that are needed. {missing}. In general "
            f"{columns.needed_column_words()}."
        )
    where = columns.find_column_places(kind, feed.heading, feed.mapping)
    where |= columns.find_whom_columns(kind, feed.heading, feed.mapping)
    used = {place for places in where.values() for place in places}
    unused = [
        one.strip()[:40]
        for place, one in enumerate(feed.heading)
        if one.strip() and place not in used and feed.mapping.get(heading_key(one)) != columns.UNUSED_HEADING
    ]
    if unused:
        feed.notes.append(f"columns that were not used: {', '.join(unused[:20])}")
    if kind == "patients" and not {"birth_date", UNSURE_BIRTH_COLUMN} & set(where):
        feed.notes.append("no column of birth dates was found")
    dates = [
        place for column in (*columns.DATE_COLUMNS, "whom_birth_date") for place in where.get(column, ())
    ]
    return FileTable(feed, kind, where, dates)


def read_formats_ahead(
    house: ClinicFormat, table: FileTable, rows: Iterable[tuple[int, list[str]]]
) -> ClinicFormat:
    """Return the format for this file's dates, and store in the feed what its sex letters mean.

    A date that only fits the other order of day and month contradicts the clinic's order for the whole file:
    no date of it with the year last is read.
    """
    dates, sexes = table.dates, table.where.get("sex", [])
    feed = table.feed
    letters: set[str] = set()
    for line, cells in rows if dates or sexes else ():
        letters.update(cells[place].strip(" .").casefold()[:2] for place in sexes if place < len(cells))
        if not house.order.belied_by and (other := _find_other_order_date(cells, dates, house)):
            first = "month" if house.order.day_first else "day"
            feed.notes.append(
                f"line {line} holds {other}, which only a clinic that writes the {first} first can read, "
                "so none of its dates with the year last were loaded"
            )
            house = replace(house, order=replace(house.order, belied_by=f"line {line} holds “{other}”"))
    feed.sexes = record_rows.infer_sex_letters(
        letters, is_spanish=any("sexo" in heading_key(feed.heading[one]) for one in sexes)
    )
    if unread := [letter.upper() for letter, sex in sorted(feed.sexes.items()) if not sex]:
        feed.notes.append(f"its column of sexes does not show what {' and '.join(unread)} mean: not read")
    return house


def _find_other_order_date(cells: list[str], dates: list[int], house: ClinicFormat) -> str:
    """Return the first of a row's dates that only fits the other order of day and month; else ""."""
    for place in dates:
        said = cells[place] if place < len(cells) else ""
        # Most files write the year first, so those dates are skipped.
        if said and not said[:4].isdigit():
            found = find_date_of_other_order(clean_date_cell(said), day_first=house.order.day_first)
            if found:
                return found
    return ""


def clean_date_cell(said: str) -> str:
    """Return a date's cell without spreadsheet formula marks and invisible characters."""
    return (
        sign_in_claims.clean_typed_text(strip_spreadsheet_formula(sign_in_claims.clean_typed_text(said)))
        .lstrip("'")
        .strip()
    )


def read_table_row(
    table: FileTable, place: int, cells: list[str], reason: str, house: ClinicFormat
) -> FeedRow:
    """Return the row, read or with a reason why not."""
    cells, reason = table.arranged(place, cells, reason)
    row = FeedRow(table.feed, place, table.kind, cells, reason=reason)
    is_guessed = place in table.feed.guessed
    table.feed.guessed.discard(place)
    if not reason and is_guessed and any("\ufffd" in cell for cell in cells):
        row.reason = _LETTERS_NOT_READ
    plain = [strip_spreadsheet_formula(cell) if cell[:2] == '="' else cell for cell in cells]
    for one in table.dates:
        # Dates with the year first, which most are, need no cleaning. A rejected row may be shorter.
        if one < len(plain) and not (plain[one].isascii() and plain[one][:4].isdigit()):
            plain[one] = clean_date_cell(plain[one])
    cell = RowCells(plain, table.where, table.feed.heading, house.order)
    try:
        if not row.reason:
            row.items = [_ROW_READERS[table.kind](cell, house, table.feed)]
        if row.items and isinstance(row.items[0], RelatedItem) and table.names_patients:
            row.items[0].whom = csv_rows.read_whom_cells(cell, house)
    except BadRow as bad:
        row.items, row.reason = [], bad.sentence
    if row.reason and table.kind == "patients":
        row.meant = csv_rows.read_meant_patient_row(cell, house, row.reason)
    for item in row.items:
        if isinstance(item, PatientItem):
            item.is_guessed = is_guessed
    return row


def mark_row_maybe_cut(row: FeedRow, column: str) -> None:
    """Mark a row to be compared with what is on file: its last cell may be cut off."""
    for item in row.items:
        if isinstance(item, PatientItem):
            item.may_be_cut = column
