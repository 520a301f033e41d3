"""What one row of a CSV file says of a patient, a guardian or an appointment."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from typing import Any

from checkin.feeds import column_doubts, whole_names
from checkin.feeds.cells import Cells
from checkin.feeds.column_owners import UNSURE_BIRTH
from checkin.feeds.reading import Feed, House
from checkin.models import Appointment
from checkin.rules import record_dates, record_names, record_numbers, records
from checkin.rules.languages import name_language
from checkin.rules.names import normalise
from checkin.rules.none_words import is_none
from checkin.rules.records import AppointmentItem, BadRow, GuardianItem, Item, PatientItem
from checkin.rules.stand_ins import is_no_day_of_death

NAMES = ("given_name", "family_name", "preferred_name")
TEXTS = (
    "city",
    "postcode",
    "language",
    "access_needs",
)
THEMSELVES = {
    "",
    "self",
    "patient",
    "thepatient",
    "child",
    "same",
    "himself",
    "herself",
    "themselves",
    "mismo",
    "ella",
    "el",
}
"""Words by which a row says that it speaks of the patient, as `normalise` has them."""
STATUSES = {
    "": None,
    "booked": Appointment.Status.BOOKED,
    "scheduled": Appointment.Status.BOOKED,
    "sch": Appointment.Status.BOOKED,
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

OFF = {Appointment.Status.CANCELLED, Appointment.Status.NOSHOW}

BARE_CLOCK = re.compile(
    r"^(?:\d{1,2}(?::\d{2}){1,2}\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?|[0-2]\d[0-5]\d)$",
    re.IGNORECASE | re.ASCII,
)
"""A time of day without its date, which then stands in a column of its own."""

ADULT_AGE = 18


def number(cell: Cells, column: str) -> records.Key:
    """The identifier in that column, with its system; blank for what stands for none. Raises BadRow."""
    system = records.text(cell(f"{column}_system"), "system", called=f"{column}_system")
    return "" if is_none(system) else system, record_numbers.number(cell(column), called=column)


def patient_of(cell: Cells) -> list[records.Key]:
    said = cell("patient_id")
    if record_numbers.is_total(said):
        raise BadRow(f"“{said[:40]}” is a total, not a patient.")
    system, value = number(cell, "patient_id")
    if record_numbers.is_shared(types=(), system=system):
        raise BadRow(
            f"A number of “{system[:60]}” is a family's or a payer's: it does not say which child it is."
        )
    if not value:
        instead = f": “{said[:40]}” stands for none" if said else ""
        raise BadRow(f"It has no patient_id{instead}.")
    return [(system, value)]


def name_of(cell: Cells) -> dict[str, str]:
    """Given, family and preferred name, from their own columns or from one that holds all. Raises BadRow."""
    said = {column: record_names.name(cell(column), column) for column in NAMES}
    for column, name in said.items():
        if not name and any(map(str.isdigit, cell(column))):
            raise BadRow(f"The {column.replace('_', ' ')} “{cell(column)[:40]}” is a number or a date.")
    second = record_names.name(cell("second_family_name"), "family_name")
    if second and normalise(second) not in normalise(said["family_name"]):
        said["family_name"] = joined(" ", said["family_name"], second)
    if whole := record_names.name(cell("name"), "name"):
        said |= whole_names.completed(whole, said)
    if not said["given_name"] and not said["family_name"]:
        raise BadRow("It has no name.")
    return said


def whom(cell: Cells, house: House) -> dict[str, Any]:
    """Whom a row of what belongs to a patient names beside the number. Raises BadRow where that is two."""
    said: dict[str, Any] = {"preferred_name": ""}
    try:
        for column in ("given_name", "family_name"):
            said[column] = record_names.name(cell(f"whom_{column}"), column)
        second = record_names.name(cell("whom_second_family_name"), "family_name")
        whole = record_names.name(cell("whom_name"), "name")
    except BadRow:
        return {}
    said["family_name"] = joined(" ", said["family_name"], second)
    if whole:
        said |= whole_names.completed(whole, said)
    # What cannot be read of the birth date is not held against the row: it is not stored.
    with contextlib.suppress(BadRow):
        if born := cell("whom_birth_date"):
            said["birth_date"] = record_dates.birth_date(born, today=house.today, order=house.order)
    return {column: value for column, value in said.items() if value}


def refuse_adult(relationship: str) -> None:
    """Raise BadRow where a row among patients is said to be somebody else's than the patient's own."""
    if relationship and normalise(relationship) not in THEMSELVES:
        raise BadRow(f"It speaks of the patient's “{relationship[:40]}”, and this is a file of patients.")


def patient(cell: Cells, house: House, feed: Feed) -> Item:
    keys = patient_of(cell)
    refuse_adult(cell("relationship"))
    values: dict[str, object] = {**name_of(cell), "phone": record_names.phone(cell("phone"))}
    for column in TEXTS:
        value = cell(column)
        if value and (column != "language" or name_language(value)):
            values[column] = records.text(value, column)
    if born := birth_of(cell, house):
        values["birth_date"] = born
    values |= death_of(cell, house)
    if sex := records.sex(cell("sex"), feed.sexes):
        values["sex"] = records.text(sex, "sex")
    if address := joined(", ", joined(" ", cell("street_number"), cell("address")), cell("address_2")):
        values["address"] = records.text(address, "address")
    if needed := cell("interpreter_needed"):
        values["interpreter_needed"] = records.truth(needed, called="word for an interpreter")
    return PatientItem(keys=keys, values={name: value for name, value in values.items() if value != ""})


def birth_of(cell: Cells, house: House) -> dt.date | None:
    """The birth date that the row says. Raises BadRow for one that may be an adult's beside the child."""
    unsure = cell(UNSURE_BIRTH)
    if not (said := cell("birth_date") or unsure):
        return None
    born = record_dates.birth_date(said, today=house.today, order=house.order)
    if unsure and born.year <= house.today.year - ADULT_AGE:
        raise BadRow(
            f"The file speaks of two people, and the birth date “{said[:40]}” may be the adult's: say what "
            'it is by --map "HEADING=birth_date" or "HEADING=ignore".'
        )
    return born


def meant(cell: Cells, house: House, reason: str) -> PatientItem | None:
    """Whom a row that was put aside means, as far as it can be read; None for nobody who has a number."""
    try:
        keys = patient_of(cell)
        refuse_adult(cell("relationship"))
    except BadRow:
        return None
    values: dict[str, object] = {}
    with contextlib.suppress(BadRow):
        values |= name_of(cell)
    with contextlib.suppress(BadRow):
        values["birth_date"] = birth_of(cell, house)
    return PatientItem(keys=keys, values=values, is_unread=True, reason=reason)


def death_of(cell: Cells, house: House) -> dict[str, object]:
    """Whether the patient has died, and when, as far as the row says so. Raises BadRow."""
    said, day = cell("deceased"), cell("deceased_on")
    died = records.truth(said, called="word for deceased") if said and not is_none(said) else None
    date = None
    if not is_none(day) and day.strip("0-–—/. :TZ"):
        date = record_dates.calendar_date(day, order=house.order, called="date of death")
    if date and not is_no_day_of_death(date):
        if died is False:
            raise BadRow(f"It says that the patient lives, and gives a date of death, {date}.")
        return {"is_deceased": True, "deceased_on": date}
    if died is False:
        return {"is_deceased": False, "deceased_on": None}
    return {"is_deceased": True} if died else {}


def joined(by: str, *texts: str) -> str:
    return by.join(filter(None, texts))


def guardian(cell: Cells, house: House, feed: Feed) -> Item:
    keys = patient_of(cell)
    if normalise(cell("relationship")) in THEMSELVES - {""}:
        raise BadRow("It speaks of the patient, who is no guardian.")
    whole = (record_names.name(cell(column), column) for column in ("given_name", "family_name"))
    values: dict[str, object] = {
        "name": record_names.name(cell("name"), "name") or joined(" ", *whole),
        "relationship": records.text(cell("relationship"), "relationship"),
        "phone": record_names.phone(cell("phone")),
    }
    if not values["name"]:
        raise BadRow("It has no name.")
    if ended := cell("ended_on"):
        values |= ended_by(record_dates.calendar_date(ended, order=house.order, called="end"), house)
    if consent := cell("may_consent"):
        values["may_consent"] = records.truth(consent, called="may_consent")
    if place := cell("position"):
        values["position"] = position(place)
    assumed = {"may_consent": records.may_consent(cell("relationship"))}
    said = {column: value for column, value in values.items() if value != ""}
    key, origin = number(cell, "guardian_id"), (str(feed.path), "")
    return GuardianItem(patient_keys=keys, key=key, origin=origin, values=said, assumed=assumed)


def ended_by(last_day: dt.date, house: House) -> dict[str, object]:
    """What the last day of a guardian's authority makes of it: when it is over they may not consent."""
    said: dict[str, object] = {"ended_on": last_day}
    return said | {"may_consent": False} if last_day < house.today else said


def position(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) <= 4 and int(said) >= 1):
        raise BadRow(f"The position “{said[:40]}” is not a whole number from 1 to 9999.")
    return int(said)


def appointment(cell: Cells, house: House, feed: Feed) -> Item:
    keys = patient_of(cell)
    start = cell("start") or cell("time")
    if not cell("start") or BARE_CLOCK.match(start):
        start = joined(" ", cell("date"), start)
    status, key = booking_status(cell), number(cell, "appointment_id")
    values: dict[str, object] = {"status": status} if status else {}
    if start or status != Appointment.Status.CANCELLED or not key[1]:
        values["starts_at"] = record_dates.moment(start, zone=house.zone, order=house.order)
    if length := cell("minutes"):
        values["minutes"] = record_dates.minutes(length)
    if whom := records.text(cell("with_whom"), "with_whom"):
        values["with_whom"] = whom
    return AppointmentItem(
        patient_keys=keys,
        key=key,
        values=values,
        location=records.text(cell("location"), "name", called="location"),
    )


def booking_status(cell: Cells) -> str | None:
    """The status that all columns of the row agree on. Raises BadRow where one may say that nobody comes."""
    status = status_of(cell("status"))
    for heading, value in cell.all(column_doubts.OTHER_STATUS):
        other = None if column_doubts.is_neutral(value) else status_of(value)
        if other and status and other != status and OFF & {other, status}:
            raise BadRow(
                f"“{heading}” says “{value[:40]}”, and its status is {status}: is the appointment on?"
            )
        status = status or other
    for heading, value in cell.all(column_doubts.DOUBT):
        if status is None and "cancel" in normalise(heading) and normalise(value) in records.YES:
            status = Appointment.Status.CANCELLED
        if status not in OFF:
            column_doubts.refuse(heading, value)
    return status


def status_of(said: str) -> str | None:
    word = " ".join(said.casefold().replace("-", " ").replace("_", " ").split())
    if word not in STATUSES:
        raise BadRow(f"The status “{said[:40]}” is none of booked, arrived, fulfilled, cancelled and noshow.")
    return STATUSES[word]
