"""What one row of a CSV file says of a patient, a guardian or an appointment."""

from __future__ import annotations

from collections.abc import Callable

from checkin.feeds.reading import House
from checkin.models import Appointment
from checkin.rules import records
from checkin.rules.records import AppointmentItem, BadRow, GuardianItem, Item, PatientItem

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
