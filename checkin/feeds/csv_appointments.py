"""Read one row of a CSV file as an appointment."""

from __future__ import annotations

import re

from checkin.feeds import doubtful_columns
from checkin.feeds.csv_rows import join_filled_texts, read_cell_identifier, read_row_patient_keys
from checkin.feeds.feed_files import ClinicFormat, FeedFile
from checkin.feeds.row_cells import RowCells
from checkin.models import Appointment
from checkin.rules import record_dates, record_rows
from checkin.rules.name_keys import normalize_text
from checkin.rules.record_rows import AppointmentItem, BadRow, RecordItem
from checkin.rules.short_lines import put_on_one_line

_BOOKING_STATUS_WORDS = {
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
_OFF_STATUSES = {Appointment.Status.CANCELLED, Appointment.Status.NOSHOW}

_BARE_CLOCK = re.compile(
    r"^(?:\d{1,2}(?::\d{2}){1,2}\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?|[0-2]\d[0-5]\d)$",
    re.IGNORECASE | re.ASCII,
)
"""A time of day without a date, which then is in a column of its own."""


def read_appointment_row(cell: RowCells, house: ClinicFormat, feed: FeedFile) -> RecordItem:
    """Return a row as an appointment. Raises BadRow."""
    keys = read_row_patient_keys(cell)
    start = cell("start") or cell("time")
    if not cell("start") or _BARE_CLOCK.match(start):
        start = join_filled_texts(" ", cell("date"), start)
    status, key = _read_booking_status(cell), read_cell_identifier(cell, "appointment_id")
    values: dict[str, object] = {"status": status} if status else {}
    if start or status != Appointment.Status.CANCELLED or not key[1]:
        values["starts_at"] = record_dates.read_appointment_start(start, zone=house.zone, order=house.order)
    if length := cell("minutes"):
        values["minutes"] = record_dates.read_appointment_minutes(length)
    if whom := record_rows.read_record_text(cell("with_whom"), "with_whom"):
        values["with_whom"] = whom
    return AppointmentItem(
        patient_keys=keys,
        key=key,
        values=values,
        location=record_rows.read_record_text(cell("location"), "name", called="location"),
    )


def _read_booking_status(cell: RowCells) -> str | None:
    """Return the status on which all columns agree. Raises BadRow if one may say that nobody comes."""
    status = _parse_booking_status(cell("status"))
    for heading, value in cell.all(doubtful_columns.OTHER_STATUS_COLUMN):
        other = None if doubtful_columns.is_neutral_status(value) else _parse_booking_status(value)
        if other and status and other != status and _OFF_STATUSES & {other, status}:
            raise BadRow(
                f"“{heading}” says “{value[:40]}”, and its status is {status}: is the appointment on?"
            )
        status = status or other
    for heading, value in cell.all(doubtful_columns.DOUBT_COLUMN):
        if (
            status is None
            and "cancel" in normalize_text(heading)
            and normalize_text(value) in record_rows.RECORD_YES_WORDS
        ):
            status = Appointment.Status.CANCELLED
        if status not in _OFF_STATUSES:
            doubtful_columns.refuse_doubtful_cell(heading, value)
    return status


def _parse_booking_status(said: str) -> str | None:
    word = put_on_one_line(said.casefold().replace("-", " ").replace("_", " "))
    if word not in _BOOKING_STATUS_WORDS:
        raise BadRow(f"The status “{said[:40]}” is none of booked, arrived, fulfilled, cancelled and noshow.")
    return _BOOKING_STATUS_WORDS[word]
