"""Read one row of a CSV file as a vaccine given or an item due."""

from __future__ import annotations

import datetime as dt

from checkin.feeds import doubtful_columns
from checkin.feeds.csv_rows import read_cell_identifier, read_row_patient_keys
from checkin.feeds.feed_files import ClinicFormat, FeedFile
from checkin.feeds.row_cells import RowCells
from checkin.rules import record_dates, record_rows, vaccines
from checkin.rules.record_rows import BadRow, DueItemItem, ImmunizationItem, RecordItem


def _read_vaccine_date(said: str, house: ClinicFormat, *, called: str) -> dt.date:
    date = record_dates.read_calendar_date(said, order=house.order, called=called)
    return vaccines.check_plausible_year(date, said, called=called)


def _is_given_or_due(cell: RowCells, known: dict[str, bool], *, called: str) -> bool:
    """Return whether it was given or is due, by all columns that say so. Raises BadRow if they differ."""
    said = [cell("status")] if cell("status") else []
    said += [
        value
        for _, value in cell.all(doubtful_columns.OTHER_STATUS_COLUMN)
        if not doubtful_columns.is_neutral_status(value)
    ]
    means = {vaccines.read_status_word(one, known, called=called) for one in said}
    if len(means) > 1:
        raise BadRow(f"Its statuses “{'” and “'.join(one[:40] for one in said)}” contradict each other.")
    if False not in means:
        for heading, value in cell.all(doubtful_columns.DOUBT_COLUMN):
            doubtful_columns.refuse_doubtful_cell(heading, value)
    return False not in means


def read_immunization_row(cell: RowCells, house: ClinicFormat, feed: FeedFile) -> RecordItem:
    """Return a row as a vaccine given, or withdrawn by its status. Raises BadRow."""
    keys, key = read_row_patient_keys(cell), read_cell_identifier(cell, "immunization_id")
    given = _is_given_or_due(cell, vaccines.IMMUNIZATION_STATUSES, called="an immunization")
    if not given and key[1]:
        return ImmunizationItem(patient_keys=keys, key=key, withdrawn=True)
    values: dict[str, object] = {
        "name": record_rows.read_record_text(cell("vaccine"), "name", called="vaccine"),
        "code": record_rows.read_record_text(cell("cvx"), "code", called="cvx"),
    }
    if not any(values.values()):
        raise BadRow("It does not say which vaccine.")
    vaccines.refuse_none_given(cell("vaccine"), cell("cvx"))
    if not (said := cell("given_on")):
        raise BadRow("It does not say when it was given.")
    values["given_on"] = vaccines.check_day_given(
        _read_vaccine_date(said, house, called="day it was given"), today=house.today
    )
    return ImmunizationItem(
        patient_keys=keys,
        key=key,
        withdrawn=not given,
        is_shared=feed.is_shared(key, vaccines.content_key_part(cell("vaccine"), cell("cvx"))),
        values={column: value for column, value in values.items() if value},
    )


def read_due_item_row(cell: RowCells, house: ClinicFormat, feed: FeedFile) -> RecordItem:
    """Return a row as a due item, or withdrawn by its status. Raises BadRow."""
    keys, key = read_row_patient_keys(cell), read_cell_identifier(cell, "due_item_id")
    due = _is_given_or_due(cell, vaccines.FORECAST_STATUSES, called="a due item")
    values: dict[str, object] = {
        "kind": vaccines.read_due_item_kind(cell("kind")),
        "name": record_rows.read_record_text(cell("name"), "name"),
        "code": record_rows.read_record_text(cell("code"), "code"),
    }
    if not values["name"]:
        raise BadRow("It does not say what is due.")
    if said := cell("due_on"):
        values["due_on"] = _read_vaccine_date(said, house, called="date due")
    elif due or not key[1]:
        raise BadRow("It does not say when it is due.")
    return DueItemItem(
        patient_keys=keys,
        key=key,
        withdrawn=not due,
        values={column: value for column, value in values.items() if value},
    )
