"""The rows of patients' dossiers, in one query whose SQL is compiled once for all sign-ins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import (
    Case,
    DateField,
    DateTimeField,
    Exists,
    Expression,
    F,
    Field,
    IntegerField,
    Model,
    OuterRef,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.db.models.sql import Query

from checkin.models.appointments import Appointment
from checkin.models.confidential_marks import came_only_confidentially, is_shared_condition
from checkin.models.consent import ConsentRecord, StandingProxy
from checkin.models.discrepancies import Discrepancy
from checkin.models.due_items import OWN_IMMUNIZATION_SYSTEM, DueItem, Immunization
from checkin.models.guardians import Guardian
from checkin.models.needs import Need
from checkin.models.people import Escort
from checkin.models.prepared_queries import (
    QueryParam,
    fill_in_params,
    locate_sentinel_params,
    pad_to_power_of_two,
)
from checkin.models.promises import Promise
from checkin.models.visits import Visit
from checkin.rules.need_types import NeedOutcome
from checkin.rules.visit_steps import OPEN_VISIT_STATES

CAME_ALONE, NOT_SHOWN = 1, 2
"""The `number` of an escort's row: the patient themselves; an adult who came to confidential visits only."""


class DossierMoments(NamedTuple):
    """The times that a dossier query needs: the clinic's day, the hours around midnight, and now."""

    today: dt.date
    start: dt.datetime
    end: dt.datetime
    near_start: dt.datetime
    near_end: dt.datetime
    now: dt.datetime


class DossierRow(NamedTuple):
    """One row of the union that reads a patient's dossier; the meaning of the columns depends on `kind`."""

    kind: str
    pk: int
    patient_id: int
    one: str
    two: str
    three: str
    number: int
    at: dt.datetime | None
    on: dt.date | None
    confidential_visit_id: int
    """The confidential visit at which it was said; 0 if it was said elsewhere."""


_TEXT_FIELD, _DATE_FIELD, _MOMENT_FIELD, _INTEGER_FIELD = (
    TextField(),
    DateField(),
    DateTimeField(),
    IntegerField(),
)
_EMPTY_DOSSIER_COLUMNS: dict[str, tuple[object, Field[Any, Any]]] = {
    "one": ("", _TEXT_FIELD),
    "two": ("", _TEXT_FIELD),
    "three": ("", _TEXT_FIELD),
    "number": (0, _INTEGER_FIELD),
}
_EMPTY_DOSSIER_COLUMNS |= {"at": (None, _MOMENT_FIELD), "on": (None, _DATE_FIELD)}
_EMPTY_DOSSIER_COLUMNS |= {"confidential_visit_id": (0, _INTEGER_FIELD)}


def _select_dossier_rows(
    rows: type[Model] | QuerySet[Any, Any], kind: str, ids: list[int], **columns: str | Expression
) -> QuerySet[Any, Any]:
    """Select these patients' rows as `DossierRow`, cast so that both databases can combine them."""
    found: QuerySet[Any, Any] = rows if isinstance(rows, QuerySet) else rows._default_manager.all()
    shown = {
        f"row_{name}": Cast(columns.get(name) or Value(empty), output_field=type_)
        for name, (empty, type_) in _EMPTY_DOSSIER_COLUMNS.items()
    }
    of_these: QuerySet[Any, Any] = found.filter(patient_id__in=ids).annotate(
        row_kind=Value(kind, output_field=_TEXT_FIELD), **shown
    )
    return of_these.values_list("row_kind", "pk", "patient_id", *shown)


def build_dossier_queries(ids: list[int], days: DossierMoments) -> Iterator[QuerySet[Any, Any]]:
    """Yield one query for each kind of row, all with the columns of `DossierRow`."""
    today, start, end, near_start, near_end, now = days
    alone, unseen = When(is_patient=True, then=CAME_ALONE), When(came_only_confidentially(), then=NOT_SHOWN)
    escorts = Escort.objects.annotate(came=Case(alone, unseen, default=0))
    yield _select_dossier_rows(
        escorts, "escort", ids, one="name", two="relationship", three="phone", number="came"
    )
    guardians = Guardian.objects.may_consent(today)
    yield _select_dossier_rows(
        guardians, "guardian", ids, one="name", two="relationship", three="phone", number="position"
    )
    # A guardian who may not consent, or no longer may, is known by phone but is not asked.
    others = Guardian.objects.may_not_consent(today)
    yield _select_dossier_rows(
        others, "contact", ids, one="name", two="relationship", three="phone", on="ended_on"
    )
    booked = Appointment.objects.expected().between(near_start, near_end)
    yield _select_dossier_rows(booked, "appointment", ids, number="location_id", at="starts_at")
    here = Visit.objects.filter(state__in=OPEN_VISIT_STATES, arrived_at__gte=near_start)
    yield _select_dossier_rows(here, "visit", ids, number="location_id", at="arrived_at")
    yield _select_dossier_rows(
        DueItem.objects.open(today), "due", ids, one="name", two="kind", three="code", on="due_on"
    )
    flu = Immunization.objects.filter(is_influenza=True)
    yield _select_dossier_rows(flu, "influenza", ids, on="given_on")
    yield from _select_done_since_due(ids, today)
    yield select_items_asked_beside(ids)
    terms = Concat("granted_by", Value("\n"), "limits", output_field=_TEXT_FIELD)
    proxies = StandingProxy.objects.with_force(today).annotate(terms=terms)
    # Said at a confidential visit, it counts at that visit only.
    said_at = Case(When(visit__confidential=True, then="visit"), default=0)
    columns = {"one": "name", "two": "terms", "three": "cares", "number": "holds"}
    columns |= {"on": "expires_on", "at": "revoked_at"}
    yield _select_dossier_rows(proxies, "proxy", ids, confidential_visit_id=said_at, **columns)
    # Yes and no are two kinds and not a `number`: rows are sorted by number first, and the latest answer must
    # come last.
    parts = ("basis", "how", "to_what", "limits", "relationship", "phone", "asked_of")
    broken = [piece for part in parts for piece in (Value("\n"), part)][1:]
    words = Concat(*broken, output_field=_TEXT_FIELD)
    said = ConsentRecord.objects.in_force(start=start, end=end, on=today).annotate(words=words)
    for agreed, kind in ((True, "agreed"), (False, "refused")):
        of_kind = said.filter(agreed=agreed)
        columns = {"one": "who", "two": "care", "three": "words", "on": "until"}
        yield _select_dossier_rows(of_kind, kind, ids, confidential_visit_id=said_at, **columns)
    yield _select_dossier_rows(Promise.objects.overdue(now).filter(is_shared_condition()), "promise", ids)
    kept = Discrepancy.objects.kept_old().annotate(patient_id=F("visit__patient_id"))
    columns = {"one": "field", "two": "typed", "three": "recorded", "number": "visit__escort_id"}
    yield _select_dossier_rows(kept, "kept", ids, confidential_visit_id=said_at, **columns)


def _select_done_since_due(ids: list[int], today: dt.date) -> Iterator[QuerySet[Any, Any]]:
    """Yield what was given or done on or after the due date of an item that is still due.

    `rules.doses` decides which dose covers which item. A patient with nothing due has no rows here.
    """
    due = DueItem.objects.open(today)
    vaccines = due.filter(patient=OuterRef("patient"), kind="vaccine", due_on__lte=OuterRef("given_on"))
    shots = Immunization.objects.filter(Exists(vaccines))
    yield _select_dossier_rows(shots, "vaccine", ids, one="name", two="system", three="code", on="given_on")
    whose, day = F("visit__patient_id"), F("visit__local_date")
    done = Need.objects.filter(kind="check_up", status=NeedOutcome.DONE)
    done = done.annotate(
        patient_id=whose, day=day, system=Value(OWN_IMMUNIZATION_SYSTEM, output_field=_TEXT_FIELD)
    )
    check_ups = due.filter(patient=OuterRef("patient_id"), kind="check_up", due_on__lte=OuterRef("day"))
    columns = {"one": "label", "two": "system", "three": "due_item__code", "on": "day"}
    yield _select_dossier_rows(done.filter(Exists(check_ups)), "check_up", ids, **columns)


def select_items_asked_beside(ids: list[int]) -> QuerySet[Any, Any]:
    """Return what was given here at a visit that also asked for a similar item, due on another date.

    That other item is still due: `number` is its id. The other columns are about what was given.
    """
    due = Need.objects.filter(
        kind__in=["vaccine", "check_up"],
        status=NeedOutcome.DONE,
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
    return _select_dossier_rows(rivals, "beside", ids, one="label", number="item", on="day")


def read_dossier_rows(ids: Sequence[int], days: DossierMoments) -> Iterator[DossierRow]:
    """Yield these patients' rows in the order that `PatientDossier.take` needs. Needs at least one id."""
    ids = pad_to_power_of_two(ids)
    made = prepare_dossier_query(connection.vendor, len(ids))
    with connection.cursor() as cursor:
        cursor.execute(made.sql, fill_in_params(made.params, [*ids, *adapt_dossier_moments(days)]))
        found = cursor.fetchall()
    compiler = made.query.get_compiler(connection=connection)
    converters = compiler.get_converters(made.columns)
    yield from map(DossierRow._make, compiler.apply_converters(found, converters) if converters else found)


class _PreparedDossierQuery(NamedTuple):
    """The compiled SQL, and how to read its results."""

    sql: str
    params: tuple[QueryParam, ...]
    query: Query
    columns: list[object]


SENTINEL_DOSSIER_MOMENTS = DossierMoments(
    dt.date(1, 2, 1), *(dt.datetime(1, 2, day, 3, 4, 5, 6, tzinfo=dt.UTC) for day in range(2, 7))
)
_SENTINEL_PATIENT_IDS = range(-9_000_000_000, 0)
"""Dates and ids that nothing else in the query has: the real values replace them."""


@lru_cache(maxsize=64)
def prepare_dossier_query(vendor: str, count: int) -> _PreparedDossierQuery:
    """Compile the query for that many patients, for the database in use, which `vendor` names."""
    ids = list(_SENTINEL_PATIENT_IDS[:count])
    first, *others = build_dossier_queries(ids, SENTINEL_DOSSIER_MOMENTS)
    query = first.union(*others, all=True).order_by("row_number", "pk").query
    compiler = query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    return _PreparedDossierQuery(
        sql,
        locate_sentinel_params(params, [*ids, *adapt_dossier_moments(SENTINEL_DOSSIER_MOMENTS)]),
        query,
        columns,
    )


def adapt_dossier_moments(days: DossierMoments) -> list[object]:
    """Return the times as parameters for this database."""
    moments = (_MOMENT_FIELD.get_db_prep_value(moment, connection) for moment in days[1:])
    return [_DATE_FIELD.get_db_prep_value(days.today, connection), *moments]
