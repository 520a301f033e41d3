"""The lines of patients' dossiers, in one query whose SQL is put together once for all sign-ins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import (
    DateField,
    DateTimeField,
    Exists,
    F,
    Field,
    IntegerField,
    Model,
    OuterRef,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat
from django.db.models.sql import Query

from checkin.models.consent import ConsentRecord, StandingProxy
from checkin.models.discrepancies import Discrepancy
from checkin.models.due_items import OURS, DueItem, Immunization
from checkin.models.needs import Need
from checkin.models.people import Escort, Guardian
from checkin.models.prepared import Param, filled_in, padded, with_places
from checkin.models.promises import Promise
from checkin.models.schedule import Appointment
from checkin.models.visits import Visit
from checkin.rules.need_facts import Outcome
from checkin.rules.visits import OPEN


class Days(NamedTuple):
    """The moments that a dossier is read by: the clinic's day, what is near midnight, and now."""

    today: dt.date
    start: dt.datetime
    end: dt.datetime
    near_start: dt.datetime
    near_end: dt.datetime
    now: dt.datetime


class Row(NamedTuple):
    """One line of the union that reads a patient's dossier; what the columns mean depends on `kind`."""

    kind: str
    pk: int
    patient_id: int
    one: str
    two: str
    three: str
    number: int
    at: dt.datetime | None
    on: dt.date | None


TEXT, DAY, MOMENT, NUMBER = TextField(), DateField(), DateTimeField(), IntegerField()
EMPTY: dict[str, tuple[Any, Field[Any, Any]]] = {
    "one": ("", TEXT),
    "two": ("", TEXT),
    "three": ("", TEXT),
    "number": (0, NUMBER),
}
EMPTY |= {"at": (None, MOMENT), "on": (None, DAY)}


def lines(
    rows: type[Model] | QuerySet[Any, Any], kind: str, ids: list[int], **columns: str
) -> QuerySet[Any, Any]:
    """These rows of those patients in the columns of `Row`, cast so that both databases can join them."""
    found = rows if isinstance(rows, QuerySet) else rows._default_manager.all()
    shown = {
        f"row_{name}": Cast(columns.get(name) or Value(empty), output_field=type_)
        for name, (empty, type_) in EMPTY.items()
    }
    of_these = found.filter(patient_id__in=ids).annotate(row_kind=Value(kind, output_field=TEXT), **shown)
    return of_these.values_list("row_kind", "pk", "patient_id", *shown)


def dossier_parts(ids: list[int], days: Days) -> Iterator[QuerySet[Any, Any]]:
    """One query for each kind of line, all with the columns of `Row`."""
    today, start, end, near_start, near_end, now = days
    yield lines(Escort, "escort", ids, one="name", two="relationship", three="phone", number="is_patient")
    guardians = Guardian.objects.may_consent(today)
    yield lines(guardians, "guardian", ids, one="name", two="relationship", three="phone", number="position")
    # A guardian who may not consent, or may no longer, is known by phone and is nobody to ask.
    others = Guardian.objects.may_not_consent(today)
    yield lines(others, "contact", ids, one="name", two="relationship", three="phone", on="ended_on")
    booked = Appointment.objects.expected().between(near_start, near_end)
    yield lines(booked, "appointment", ids, number="location_id", at="starts_at")
    here = Visit.objects.filter(state__in=OPEN, arrived_at__gte=near_start)
    yield lines(here, "visit", ids, number="location_id", at="arrived_at")
    yield lines(DueItem.objects.open(today), "due", ids, one="name", two="kind", three="code", on="due_on")
    flu = Immunization.objects.filter(is_influenza=True)
    yield lines(flu, "influenza", ids, on="given_on")
    yield from done_since_due(ids, today)
    yield asked_beside(ids)
    terms = Concat("granted_by", Value("\n"), "limits", output_field=TEXT)
    proxies = StandingProxy.objects.with_force(today).annotate(terms=terms)
    columns = {"one": "name", "two": "terms", "three": "cares", "number": "holds"}
    yield lines(proxies, "proxy", ids, **columns, on="expires_on", at="revoked_at")
    # Two kinds rather than a number, because the lines come by number: here the last word is to come last.
    parts = ("basis", "how", "to_what", "limits", "relationship", "phone", "asked_of")
    broken = [piece for part in parts for piece in (Value("\n"), part)][1:]
    words = Concat(*broken, output_field=TEXT)
    said = ConsentRecord.objects.in_force(start=start, end=end, on=today).annotate(words=words)
    for agreed, kind in ((True, "agreed"), (False, "refused")):
        of_kind = said.filter(agreed=agreed)
        yield lines(of_kind, kind, ids, one="who", two="care", three="words", on="until")
    yield lines(Promise.objects.overdue(now), "promise", ids)
    kept = Discrepancy.objects.kept_old().annotate(patient_id=F("visit__patient_id"))
    yield lines(kept, "kept", ids, one="field", two="typed", three="recorded", number="visit__escort_id")


def done_since_due(ids: list[int], today: dt.date) -> Iterator[QuerySet[Any, Any]]:
    """What was given or done on or after the day on which something became due that is due still.

    Which of it answers which is for `rules.doses` to say. Who is due nothing has no line here.
    """
    due = DueItem.objects.open(today)
    vaccines = due.filter(patient=OuterRef("patient"), kind="vaccine", due_on__lte=OuterRef("given_on"))
    shots = Immunization.objects.filter(Exists(vaccines))
    yield lines(shots, "vaccine", ids, one="name", two="system", three="code", on="given_on")
    whose, day = F("visit__patient_id"), F("visit__local_date")
    done = Need.objects.filter(kind="check_up", status=Outcome.DONE)
    done = done.annotate(patient_id=whose, day=day, system=Value(OURS, output_field=TEXT))
    check_ups = due.filter(patient=OuterRef("patient_id"), kind="check_up", due_on__lte=OuterRef("day"))
    columns = {"one": "label", "two": "system", "three": "due_item__code", "on": "day"}
    yield lines(done.filter(Exists(check_ups)), "check_up", ids, **columns)


def asked_beside(ids: list[int]) -> QuerySet[Any, Any]:
    """What was given here at a visit that asked for another item too, which is due still, since another day.

    The columns are those of what was given, but for `number`, the item that is due still.
    """
    due = Need.objects.filter(
        kind__in=["vaccine", "check_up"],
        status=Outcome.DONE,
        due_item__isnull=False,
        visit__needs__due_item__status=DueItem.Status.DUE,
    )
    other = "visit__needs__due_item__"
    found = due.annotate(
        day=F("visit__local_date"),
        item=F("visit__needs__due_item"),
        item_kind=F(f"{other}kind"),
        item_due=F(f"{other}due_on"),
        patient_id=F(f"{other}patient_id"),
    )
    rivals = found.filter(kind=F("item_kind")).exclude(item_due=F("due_item__due_on"))
    return lines(rivals, "beside", ids, one="label", number="item", on="day")


def read(ids: Sequence[int], days: Days) -> Iterator[Row]:
    """The lines of these patients, in the order in which `Dossier.take` wants them. At least one id."""
    ids = padded(ids)
    made = prepared(connection.vendor, len(ids))
    with connection.cursor() as cursor:
        cursor.execute(made.sql, filled_in(made.params, [*ids, *adapted(days)]))
        found = cursor.fetchall()
    compiler = made.query.get_compiler(connection=connection)
    converters = compiler.get_converters(made.columns)
    yield from map(Row._make, compiler.apply_converters(found, converters) if converters else found)


class Prepared(NamedTuple):
    """The query as SQL, and how to read what it answers."""

    sql: str
    params: tuple[Param, ...]
    query: Query
    columns: list[Any]


DAYS_NEVER = Days(
    dt.date(1, 2, 1), *(dt.datetime(1, 2, day, 3, 4, 5, 6, tzinfo=dt.UTC) for day in range(2, 7))
)
IDS_NEVER = range(-9_000_000_000, 0)
"""Moments and ids that nothing else in the query is: where they turn up, the real ones go."""


@lru_cache(maxsize=64)
def prepared(vendor: str, count: int) -> Prepared:
    """Put the query together for that many patients, on the database in use, which `vendor` names."""
    ids = list(IDS_NEVER[:count])
    first, *others = dossier_parts(ids, DAYS_NEVER)
    query = first.union(*others, all=True).order_by("row_number", "pk").query
    compiler = query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    return Prepared(sql, with_places(params, [*ids, *adapted(DAYS_NEVER)]), query, columns)


def adapted(days: Days) -> list[Any]:
    """As this database takes them."""
    moments = (MOMENT.get_db_prep_value(moment, connection) for moment in days[1:])
    return [DAY.get_db_prep_value(days.today, connection), *moments]
