"""Read one row of a CSV file as a patient or a guardian."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

from checkin.feeds import whole_names
from checkin.feeds.column_owners import UNSURE_BIRTH_COLUMN
from checkin.feeds.feed_files import ClinicFormat, FeedFile
from checkin.feeds.row_cells import RowCells
from checkin.rules import record_dates, record_names, record_numbers, record_rows
from checkin.rules.languages import name_recorded_language
from checkin.rules.missing_values import is_missing_value
from checkin.rules.name_keys import normalize_text
from checkin.rules.placeholder_names import is_placeholder_death_date
from checkin.rules.record_rows import (
    BadRow,
    GuardianItem,
    PatientItem,
    RecordItem,
)

_NAME_PART_COLUMNS = ("given_name", "family_name", "preferred_name")
_TEXT_COLUMNS = (
    "city",
    "postcode",
    "language",
    "access_needs",
)
_SELF_WORDS = {
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
"""Words that say a row is about the patient, as `normalize_text` returns them."""
_ADULT_AGE_YEARS = 18


def read_cell_identifier(cell: RowCells, column: str) -> record_rows.RecordKey:
    """Return the identifier in that column, with its system; blank for a placeholder. Raises BadRow."""
    system = record_rows.read_record_text(cell(f"{column}_system"), "system", called=f"{column}_system")
    return "" if is_missing_value(system) else system, record_numbers.read_recorded_number(
        cell(column), called=column
    )


def read_row_patient_keys(cell: RowCells) -> list[record_rows.RecordKey]:
    """Return the patient's number of a row. Raises BadRow for none, a total, or a shared number."""
    said = cell("patient_id")
    if record_numbers.is_total_row_cell(said):
        raise BadRow(f"“{said[:40]}” is a total, not a patient.")
    system, value = read_cell_identifier(cell, "patient_id")
    if record_numbers.is_shared_number_kind(types=(), system=system):
        raise BadRow(
            f"A number of “{system[:60]}” is a family's or a payer's: it does not say which child it is."
        )
    if not value:
        instead = f": “{said[:40]}” stands for none" if said else ""
        raise BadRow(f"It has no patient_id{instead}.")
    return [(system, value)]


def _read_row_names(cell: RowCells) -> dict[str, str]:
    """Return given, family and preferred name, from separate columns or one full name. Raises BadRow."""
    said = {column: record_names.read_recorded_name(cell(column), column) for column in _NAME_PART_COLUMNS}
    for column, name in said.items():
        if not name and any(map(str.isdigit, cell(column))):
            raise BadRow(f"The {column.replace('_', ' ')} “{cell(column)[:40]}” is a number or a date.")
    second = record_names.read_recorded_name(cell("second_family_name"), "family_name")
    if second and normalize_text(second) not in normalize_text(said["family_name"]):
        said["family_name"] = join_filled_texts(" ", said["family_name"], second)
    if whole := record_names.read_recorded_name(cell("name"), "name"):
        said |= whole_names.complete_name_parts(whole, said)
    if not said["given_name"] and not said["family_name"]:
        raise BadRow("It has no name.")
    return said


def read_whom_cells(cell: RowCells, house: ClinicFormat) -> dict[str, object]:
    """Return whom a row names apart from the number, as far as it can be read: none of it is stored.

    Raises BadRow if two headings disagree, or if a full name and its parts may be two people's.
    """
    given, family, second, whole = (
        _read_whom_name(cell, column)
        for column in ("given_name", "family_name", "second_family_name", "name")
    )
    is_family_read = family is not None and second is not None
    said: dict[str, Any] = {
        "preferred_name": "",
        "given_name": given or "",
        # One of two family names alone would look like another child's.
        "family_name": join_filled_texts(" ", family or "", second or "") if is_family_read else "",
    }
    if whole:
        said |= whole_names.complete_name_parts(whole, said)
    born = cell("whom_birth_date")
    with contextlib.suppress(BadRow):
        if born:
            said["birth_date"] = record_dates.read_recorded_birth_date(
                born, today=house.today, order=house.order
            )
    return {column: value for column, value in said.items() if value}


def _read_whom_name(cell: RowCells, column: str) -> str | None:
    """Return the name; None if its letters are damaged. Raises BadRow if two headings disagree."""
    said = cell(f"whom_{column}")
    try:
        return record_names.read_recorded_name(said, column.removeprefix("second_"))
    except BadRow:
        return None


def _refuse_adult_row(relationship: str) -> None:
    """Raise BadRow if a row in a file of patients is about another person."""
    if relationship and normalize_text(relationship) not in _SELF_WORDS:
        raise BadRow(f"It speaks of the patient's “{relationship[:40]}”, and this is a file of patients.")


def read_patient_row(cell: RowCells, house: ClinicFormat, feed: FeedFile) -> RecordItem:
    """Return a row as a patient. Raises BadRow."""
    keys = read_row_patient_keys(cell)
    _refuse_adult_row(cell("relationship"))
    values: dict[str, object] = {
        **_read_row_names(cell),
        "phone": record_names.read_recorded_phone(cell("phone")),
    }
    for column in _TEXT_COLUMNS:
        value = cell(column)
        if value and (column != "language" or name_recorded_language(value)):
            values[column] = record_rows.read_record_text(value, column)
    if born := _read_row_birth_date(cell, house):
        values["birth_date"] = born
    values |= _read_row_death(cell, house)
    if sex := record_rows.read_recorded_sex(cell("sex"), feed.sexes):
        values["sex"] = record_rows.read_record_text(sex, "sex")
    if address := join_filled_texts(
        ", ", join_filled_texts(" ", cell("street_number"), cell("address")), cell("address_2")
    ):
        values["address"] = record_rows.read_record_text(address, "address")
    if needed := cell("interpreter_needed"):
        values["interpreter_needed"] = record_rows.read_yes_or_no(needed, called="word for an interpreter")
    return PatientItem(keys=keys, values={name: value for name, value in values.items() if value != ""})


def _read_row_birth_date(cell: RowCells, house: ClinicFormat) -> dt.date | None:
    """Return the row's birth date. Raises BadRow for one that may be the adult's."""
    unsure = cell(UNSURE_BIRTH_COLUMN)
    if not (said := cell("birth_date") or unsure):
        return None
    born = record_dates.read_recorded_birth_date(said, today=house.today, order=house.order)
    if unsure and born.year <= house.today.year - _ADULT_AGE_YEARS:
        raise BadRow(
            f"The file speaks of two people, and the birth date “{said[:40]}” may be the adult's: say what "
            'it is by --map "HEADING=birth_date" or "HEADING=ignore".'
        )
    return born


def read_meant_patient_row(cell: RowCells, house: ClinicFormat, reason: str) -> PatientItem | None:
    """Return whom a rejected row means, as far as it can be read; None if it has no patient number."""
    try:
        keys = read_row_patient_keys(cell)
        _refuse_adult_row(cell("relationship"))
    except BadRow:
        return None
    values: dict[str, object] = {}
    with contextlib.suppress(BadRow):
        values |= _read_row_names(cell)
    with contextlib.suppress(BadRow):
        values["birth_date"] = _read_row_birth_date(cell, house)
    return PatientItem(keys=keys, values=values, is_unread=True, reason=reason)


def _read_row_death(cell: RowCells, house: ClinicFormat) -> dict[str, object]:
    """Return whether and when the patient died, as far as the row says. Raises BadRow."""
    said, day = cell("deceased"), cell("deceased_on")
    died = (
        record_rows.read_yes_or_no(said, called="word for deceased")
        if said and not is_missing_value(said)
        else None
    )
    date = None
    if not is_missing_value(day) and day.strip("0-–—/. :TZ"):
        date = record_dates.read_calendar_date(day, order=house.order, called="date of death")
    if date and not is_placeholder_death_date(date):
        if died is False:
            raise BadRow(f"It says that the patient lives, and gives a date of death, {date}.")
        return {"is_deceased": True, "deceased_on": date}
    if died is False:
        return {"is_deceased": False, "deceased_on": None}
    return {"is_deceased": True} if died else {}


def join_filled_texts(by: str, *texts: str) -> str:
    return by.join(filter(None, texts))


def read_guardian_row(cell: RowCells, house: ClinicFormat, feed: FeedFile) -> RecordItem:
    """Return a row as a guardian. Raises BadRow."""
    keys = read_row_patient_keys(cell)
    if normalize_text(cell("relationship")) in _SELF_WORDS - {""}:
        raise BadRow("It speaks of the patient, who is no guardian.")
    whole = (
        record_names.read_recorded_name(cell(column), column) for column in ("given_name", "family_name")
    )
    values: dict[str, object] = {
        "name": record_names.read_recorded_name(cell("name"), "name") or join_filled_texts(" ", *whole),
        "relationship": record_rows.read_record_text(cell("relationship"), "relationship"),
        "phone": record_names.read_recorded_phone(cell("phone")),
    }
    if not values["name"]:
        raise BadRow("It has no name.")
    if ended := cell("ended_on"):
        values |= _authority_end_values(
            record_dates.read_calendar_date(ended, order=house.order, called="end"), house
        )
    if consent := cell("may_consent"):
        values["may_consent"] = record_rows.read_yes_or_no(consent, called="may_consent")
    if place := cell("position"):
        values["position"] = _parse_guardian_position(place)
    assumed = {"may_consent": record_rows.is_consenting_kin(cell("relationship"))}
    said = {column: value for column, value in values.items() if value != ""}
    key, origin = read_cell_identifier(cell, "guardian_id"), (str(feed.path), "")
    return GuardianItem(patient_keys=keys, key=key, origin=origin, values=said, assumed=assumed)


def _authority_end_values(last_day: dt.date, house: ClinicFormat) -> dict[str, object]:
    """Return the values for a guardian's last day: once it is over, they may not consent."""
    said: dict[str, object] = {"ended_on": last_day}
    return said | {"may_consent": False} if last_day < house.today else said


def _parse_guardian_position(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) <= 4 and int(said) >= 1):
        raise BadRow(f"The position “{said[:40]}” is not a whole number from 1 to 9999.")
    return int(said)
