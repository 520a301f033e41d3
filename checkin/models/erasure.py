"""Erase a patient: the one way around rows of history that never change, for `actions/forgetting` alone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import OperationalError, connection, models

from checkin.models.audit import AuditEvent, AuditEventPatient
from checkin.models.copied_values import clear_copied_values
from checkin.models.match_decisions import MatchDecision
from checkin.models.people import Patient
from checkin.models.visits import SignIn, Visit

KEPT_WITH_THE_ID = (AuditEvent, AuditEventPatient)
"""The trail keeps the id, and nothing else that was said about the person."""
MENTIONS = {
    *(("Visit", "escort"), ("Visit", "appointment"), ("Move", "gave_back"), ("Need", "due_item")),
    *(("MatchDecision", "patient"), ("MatchDecision", "previous_patient"), ("MatchDecision", "merge")),
    *(("Immunization", "visit"), ("AfterWord", "promise")),
}
"""Columns by which somebody else's row mentions an erased one: they are cleared and the row stays."""
_NOT_IN_USE = {
    *(("Patient", "birth_date"), ("LookAlike", "noticed_at")),
    *(("ConsentRecord", "until"), ("StandingProxy", "expires_on")),
}
"""Days and times that do not say that anybody used the record then."""
_ERASED_AT_ONCE = 500
_LOG_WAIT_MS = 5000
Model = type[models.Model]


class Erasure:
    """The rows that go with some patients and visits, and the mentions of them that are cleared."""

    def __init__(self, *, patients: Iterable[int] = (), visits: Iterable[int] = ()) -> None:
        self.rows: dict[Model, set[int]] = defaultdict(set)
        self.mentions: dict[tuple[Model, str], set[int]] = defaultdict(set)
        self._add(Patient, patients)
        self._add(Visit, visits)
        self._add_sign_ins()
        for (model, _), found in self.mentions.items():
            found.difference_update(self.rows.get(model, set()))

    def counts(self) -> dict[str, int]:
        """Return how many rows of each model are erased, by its name."""
        return {model.__name__: len(self.rows[model]) for model in sorted(self.rows, key=_name_of)}

    def find_last_use(self) -> dt.date:
        """Return the latest day that any of the rows names; a new model's days and times count too."""
        days = [
            moment.date() if isinstance(moment, dt.datetime) else moment
            for model, ids in self.rows.items()
            for part in _in_parts(ids)
            for moment in models.QuerySet(model)
            .filter(pk__in=part)
            .aggregate(**{name: models.Max(name) for name in _list_times(model)})
            .values()
            if moment
        ]
        return max(days, default=dt.date.min)

    def carry_out(self) -> None:
        """Clear the mentions and erase the rows. Call in a transaction, whose commit checks the keys."""
        clear_copied_values(self.rows)
        for (model, column), ids in self.mentions.items():
            cleared: dict[str, Any] = {column: None}
            if model is MatchDecision:
                # The reasons quote what was compared.
                cleared |= {"reasons": [], "why": ""}
            for part in _in_parts(ids):
                # Not the model's own queryset: of history, that one refuses.
                models.QuerySet(model).filter(pk__in=part).update(**cleared)
        for model, ids in self.rows.items():
            for part in _in_parts(ids):
                found: Any = models.QuerySet(model).filter(pk__in=part)
                found._raw_delete(found.db)

    def _add(self, model: Model, ids: Iterable[int]) -> None:
        """Add rows and, in turn, all that hangs on them."""
        new = set(ids) - self.rows[model]
        if not new:
            if not self.rows[model]:
                del self.rows[model]
            return
        self.rows[model] |= new
        for field in list_references(model):
            owner: Model = field.model
            if owner in KEPT_WITH_THE_ID or (owner, field.name) == (SignIn, "continues"):
                continue
            hits = set(_select_ids(owner, field.name, new))
            if (owner.__name__, field.name) in MENTIONS:
                self.mentions[owner, field.name] |= hits
                continue
            if _may_lose_visit(field):
                others = (
                    hits - set(_select_ids(owner, "pk", hits, patient=None)) - self._of_patients(owner, hits)
                )
                self.mentions[owner, field.name] |= others
                hits -= others
            self._add(owner, hits)

    def _of_patients(self, owner: Model, hits: set[int]) -> set[int]:
        return (
            set(_select_ids(owner, "patient", self.rows.get(Patient, set()), pk__in=hits)) if hits else set()
        )

    def _add_sign_ins(self) -> None:
        """Add what was typed at the visits: each sign-in, the one it continues, and the others of that."""
        visits = self.rows.get(Visit, set())
        typed = {pk for part in _in_parts(visits) for pk in _column(Visit, "sign_in_id", pk__in=part)}
        firsts = {pk for part in _in_parts(typed) for pk in _column(SignIn, "continues_id", pk__in=part)} - {
            None
        }
        found = typed | firsts
        found |= set(_select_ids(SignIn, "continues", found))
        kept = {
            pk for part in _in_parts(found) for pk in _column(Visit, "sign_in_id", sign_in__in=part)
        } - typed
        self._add(SignIn, found - kept)
        self.mentions[SignIn, "continues"] |= set(_select_ids(SignIn, "pk", kept)) if kept else set()


def list_references(model: Model) -> list[Any]:
    """Return the fields of all models that refer to this one."""
    relations: list[Any] = list(model._meta.get_fields(include_hidden=True))
    return [
        relation.field
        for relation in relations
        if relation.auto_created and not relation.concrete and not relation.many_to_many
    ]


def overwrite_what_is_erased() -> None:
    """Make SQLite write zeros over erased rows. Call before the transaction. PostgreSQL's vacuum does so."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def empty_write_log() -> bool:
    """Bring all writes from SQLite's log into its file and empty the log; return whether that was possible.

    Another process that has the database open keeps the log, and in it what was erased. Call after the
    transaction. Waits for somebody who reads for `_LOG_WAIT_MS` at most.
    """
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {_LOG_WAIT_MS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (is_busy, *_pages) = cursor.fetchone()
        except OperationalError:
            is_busy = True
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
    return not is_busy


def _list_times(model: Model) -> list[str]:
    """Return the columns that say when the row was in use."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateField) and (model.__name__, field.name) not in _NOT_IN_USE
    ]


def _may_lose_visit(field: Any) -> bool:
    """Return whether a row about another patient can go on without the visit that this field names."""
    has_patient = any(column.name == "patient" for column in field.model._meta.concrete_fields)
    return has_patient and field.name == "visit" and field.null


def _select_ids(model: Model, column: str, values: Iterable[int], **where: object) -> Iterator[int]:
    for part in _in_parts(values):
        yield from (
            models.QuerySet(model).filter(**{f"{column}__in": part}, **where).values_list("pk", flat=True)
        )


def _column(model: Model, column: str, **where: object) -> Iterator[Any]:
    yield from models.QuerySet(model).filter(**where).values_list(column, flat=True)


def _in_parts(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _ERASED_AT_ONCE):
        yield ordered[start : start + _ERASED_AT_ONCE]


def _name_of(model: Model) -> str:
    return model.__name__
