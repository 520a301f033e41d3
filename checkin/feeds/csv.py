"""Patients, guardians and appointments in CSV, as described in docs/importing.md."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from typing import IO, Self

from checkin.feeds import columns
from checkin.feeds.reading import BOM, UTF16, Feed, House, Row, Unreadable
from checkin.models import Appointment
from checkin.rules import records
from checkin.rules.records import AppointmentItem, BadRow, GuardianItem, Item, PatientItem

DELIMITERS = ",;\t|"
LONGEST_LINE = 1_000_000
TEXTS = (
    "given_name",
    "family_name",
    "preferred_name",
    "phone",
    "city",
    "postcode",
    "language",
    "access_needs",
)
STATUSES = {
    "": None,
    "booked": Appointment.Status.BOOKED,
    "scheduled": Appointment.Status.BOOKED,
    "confirmed": Appointment.Status.BOOKED,
    "pending": Appointment.Status.BOOKED,
    "arrived": Appointment.Status.ARRIVED,
    "checked in": Appointment.Status.ARRIVED,
    "fulfilled": Appointment.Status.FULFILLED,
    "completed": Appointment.Status.FULFILLED,
    "cancelled": Appointment.Status.CANCELLED,
    "canceled": Appointment.Status.CANCELLED,
    "noshow": Appointment.Status.NOSHOW,
    "no show": Appointment.Status.NOSHOW,
    "missed": Appointment.Status.NOSHOW,
}

Cells = Callable[[str], str]


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
                row.items = [READERS[kind](picker(cells, where), house)]
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


def picker(cells: list[str], where: dict[str, list[int]]) -> Cells:
    """`cell("phone")`: the first cell of that column with something in it, else ""."""

    def cell(column: str) -> str:
        for place in where.get(column, ()):
            if value := cells[place].strip():
                return value
        return ""

    return cell


def number(cell: Cells, column: str) -> records.Key:
    """The identifier in that column, with its system. Raises BadRow when it is too long."""
    system = records.text(cell(f"{column}_system"), "system", called=f"{column}_system")
    return system, records.text(cell(column), "value", called=column)


def patient_of(cell: Cells) -> list[records.Key]:
    key = number(cell, "patient_id")
    if not key[1]:
        raise BadRow("It has no patient_id.")
    return [key]


def patient(cell: Cells, house: House) -> Item:
    keys = patient_of(cell)
    values: dict[str, object] = {}
    for column in TEXTS:
        if value := cell(column):
            values[column] = records.text(value, column)
    if not values.get("given_name") and not values.get("family_name"):
        raise BadRow("It has no name.")
    if born := cell("birth_date"):
        values["birth_date"] = records.birth_date(born, today=house.today, day_first=house.day_first)
    if sex := records.sex(cell("sex")):
        values["sex"] = records.text(sex, "sex")
    if address := joined(", ", joined(" ", cell("street_number"), cell("address")), cell("address_2")):
        values["address"] = records.text(address, "address")
    if needed := cell("interpreter_needed"):
        values["interpreter_needed"] = records.truth(needed, called="word for an interpreter")
    return PatientItem(keys=keys, values={name: value for name, value in values.items() if value != ""})


def joined(by: str, *texts: str) -> str:
    return by.join(filter(None, texts))


def guardian(cell: Cells, house: House) -> Item:
    keys = patient_of(cell)
    name = cell("name") or joined(" ", cell("given_name"), cell("family_name"))
    values: dict[str, object] = {
        "name": records.text(name, "name"),
        "relationship": records.text(cell("relationship"), "relationship"),
        "phone": records.text(cell("phone"), "phone"),
    }
    if not values["name"]:
        raise BadRow("It has no name.")
    if consent := cell("may_consent"):
        values["may_consent"] = records.truth(consent, called="may_consent")
    if place := cell("position"):
        values["position"] = position(place)
    assumed = {"may_consent": records.may_consent(cell("relationship"))}
    said = {column: value for column, value in values.items() if value != ""}
    return GuardianItem(patient_keys=keys, key=number(cell, "guardian_id"), values=said, assumed=assumed)


def position(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) <= 4 and int(said) >= 1):
        raise BadRow(f"The position “{said[:40]}” is not a whole number from 1 to 9999.")
    return int(said)


def appointment(cell: Cells, house: House) -> Item:
    keys = patient_of(cell)
    start = cell("start") or joined(" ", cell("date"), cell("time"))
    values: dict[str, object] = {
        "starts_at": records.moment(start, zone=house.zone, day_first=house.day_first)
    }
    if length := cell("minutes"):
        values["minutes"] = records.minutes(length)
    if status := status_of(cell("status")):
        values["status"] = status
    if whom := records.text(cell("with_whom"), "with_whom"):
        values["with_whom"] = whom
    return AppointmentItem(
        patient_keys=keys,
        key=number(cell, "appointment_id"),
        values=values,
        location=records.text(cell("location"), "name", called="location"),
    )


def status_of(said: str) -> str | None:
    word = " ".join(said.casefold().replace("-", " ").replace("_", " ").split())
    if word not in STATUSES:
        raise BadRow(f"The status “{said[:40]}” is none of booked, arrived, fulfilled, cancelled and noshow.")
    return STATUSES[word]


READERS: dict[str, Callable[[Cells, House], Item]] = {
    "patients": patient,
    "guardians": guardian,
    "appointments": appointment,
}
