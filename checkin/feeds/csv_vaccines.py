"""What one row of a CSV file says of a vaccine that was given, or of what is due."""

from __future__ import annotations

import datetime as dt

from checkin.feeds import column_doubts
from checkin.feeds.cells import Cells
from checkin.feeds.csv_rows import number, patient_of
from checkin.feeds.reading import Feed, House
from checkin.rules import record_dates, records, vaccines
from checkin.rules.records import BadRow, DueItemItem, ImmunizationItem, Item


def date_of(said: str, house: House, *, called: str) -> dt.date:
    date = record_dates.calendar_date(said, order=house.order, called=called)
    return vaccines.within(date, said, called=called)


def agreed(cell: Cells, known: dict[str, bool], *, called: str) -> bool:
    """Whether it was given, or is due, by all columns that may say so. Raises BadRow where they differ."""
    said = [cell("status")] if cell("status") else []
    said += [
        value for _, value in cell.all(column_doubts.OTHER_STATUS) if not column_doubts.is_neutral(value)
    ]
    means = {vaccines.status(one, known, called=called) for one in said}
    if len(means) > 1:
        raise BadRow(f"Its statuses “{'” and “'.join(one[:40] for one in said)}” contradict each other.")
    if False not in means:
        for heading, value in cell.all(column_doubts.DOUBT):
            column_doubts.refuse(heading, value)
    return False not in means


def immunization(cell: Cells, house: House, feed: Feed) -> Item:
    keys, key = patient_of(cell), number(cell, "immunization_id")
    given = agreed(cell, vaccines.STATUSES, called="an immunization")
    if not given and key[1]:
        return ImmunizationItem(patient_keys=keys, key=key, withdrawn=True)
    values: dict[str, object] = {
        "name": records.text(cell("vaccine"), "name", called="vaccine"),
        "code": records.text(cell("cvx"), "code", called="cvx"),
    }
    if not any(values.values()):
        raise BadRow("It does not say which vaccine.")
    vaccines.refuse_none_given(cell("vaccine"), cell("cvx"))
    if not (said := cell("given_on")):
        raise BadRow("It does not say when it was given.")
    values["given_on"] = vaccines.given_on(date_of(said, house, called="day it was given"), today=house.today)
    return ImmunizationItem(
        patient_keys=keys,
        key=key,
        withdrawn=not given,
        is_shared=feed.is_shared(key, vaccines.which(cell("vaccine"), cell("cvx"))),
        values={column: value for column, value in values.items() if value},
    )


def due_item(cell: Cells, house: House, feed: Feed) -> Item:
    keys, key = patient_of(cell), number(cell, "due_item_id")
    due = agreed(cell, vaccines.FORECASTS, called="a due item")
    values: dict[str, object] = {
        "kind": vaccines.kind(cell("kind")),
        "name": records.text(cell("name"), "name"),
        "code": records.text(cell("code"), "code"),
    }
    if not values["name"]:
        raise BadRow("It does not say what is due.")
    if said := cell("due_on"):
        values["due_on"] = date_of(said, house, called="date due")
    elif due or not key[1]:
        raise BadRow("It does not say when it is due.")
    return DueItemItem(
        patient_keys=keys,
        key=key,
        withdrawn=not due,
        values={column: value for column, value in values.items() if value},
    )
