"""Clear what rows of visits that stay have copied from an erased record, for `models/erasure` alone.

A visit may have been on that record for a while, and its rows compare, explain or keep what the record said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Model, Q, QuerySet

from checkin.models.chart_changes import ChartChange
from checkin.models.discrepancies import Discrepancy, DiscrepancyDecision
from checkin.models.entry_moves import PaperMove, PatientMerge
from checkin.models.excuse_notes import ExcuseNote
from checkin.models.guardians import Guardian
from checkin.models.match_decisions import MatchDecision
from checkin.models.needs import Need, NeedAnswer
from checkin.models.people import Escort, Patient
from checkin.models.visits import Visit
from checkin.rules.excuse_notes import NoteKind
from checkin.rules.need_types import NEEDS_NAMED_BY_OTHERS, OPEN_NEED_OUTCOMES, NeedKind, NeedOutcome

ERASED = "–"
"""In place of a copied value where a row must have one."""
_CORRECTED = (Patient, Escort, Guardian)
_NEEDS_OF_RECORD = (
    *(NeedKind.VACCINE, NeedKind.CHECK_UP, NeedKind.INTERPRETER, NeedKind.ACCESS),
    *(NeedKind.PHONE_GUARDIAN, NeedKind.CONSENT_CONFLICT),
)
ErasedRows = Mapping[type[Model], set[int]]


class _Stay(NamedTuple):
    """From when until when a visit was on an erased record; None if no decision says so."""

    visit: Visit
    since: dt.datetime | None
    until: dt.datetime | None

    def when(self, column: str, *, or_later: bool = True) -> Q:
        """Return the condition that this time is within. What a decision writes has the decision's time."""
        found = Q(**{f"{column}__isnull": False})
        if self.since:
            found &= Q(**{f"{column}__{'gte' if or_later else 'gt'}": self.since})
        if self.until:
            found &= Q(**{f"{column}__{'lt' if or_later else 'lte'}": self.until})
        return found


def clear_copied_values(erased: ErasedRows) -> None:
    """Clear the values that rows of other visits have from these rows. Call before they are erased."""
    for stay in [*_list_stays(erased), *_list_merged_stays(erased)]:
        _clear_discrepancies(stay, erased)
        _clear_needs(stay)
        _clear_notes(stay)
        _clear_waiting_changes(stay.visit, erased.get(Patient, set()))
    for model in _CORRECTED:
        of_rows = _all_rows(DiscrepancyDecision).filter(
            subject=model.__name__, subject_id__in=erased.get(model, set())
        )
        of_rows.update(before={}, after={})


def _list_stays(erased: ErasedRows) -> list[_Stay]:
    """Return the visits that a decision put on an erased record, or took off it, and that stay."""
    gone = erased.get(Patient, set())
    came, left = (
        _times_by_visit(_all_rows(MatchDecision).filter(**{f"{column}__in": gone}))
        for column in ("patient", "previous_patient")
    )
    visits = _all_rows(Visit).filter(pk__in={*came, *left}).exclude(pk__in=erased.get(Visit, set()))
    return [
        _Stay(one, min(came.get(one.pk, ()), default=None), max(left.get(one.pk, ()), default=None))
        for one in visits.select_related("sign_in", "patient")
    ]


def _list_merged_stays(erased: ErasedRows) -> list[_Stay]:
    """Return the visits of a record into which an erased one was merged for a while."""
    merges = _all_rows(PatientMerge).filter(
        merged__in=erased.get(Patient, set()), undoes=None, undone_by__isnull=False
    )
    return [
        _Stay(visit, one.at, one.undone_by.at)
        for one in merges.select_related("undone_by")
        for visit in _all_rows(Visit)
        .filter(patient=one.into_id)
        .exclude(pk__in=erased.get(Visit, set()))
        .select_related("sign_in", "patient")
    ]


def _times_by_visit(decisions: Iterable[MatchDecision]) -> dict[int, list[dt.datetime]]:
    found: dict[int, list[dt.datetime]] = {}
    for one in decisions:
        found.setdefault(one.visit_id, []).append(one.at)
    return found


def _clear_discrepancies(stay: _Stay, erased: ErasedRows) -> None:
    """Clear the recorded side. An open one is compared with the record that the visit is on now."""
    found = _all_rows(Discrepancy).filter(
        stay.when("noticed_at") | stay.when("settled_at", or_later=False), visit=stay.visit
    )
    old = found.exclude(status__in=[Discrepancy.Status.OPEN, Discrepancy.Status.ASKING])
    written = list(_all_rows(DiscrepancyDecision).filter(discrepancy__in=old).exclude(subject=""))
    for model in _CORRECTED:
        ids = {one.subject_id for one in written if one.subject == model.__name__}
        here = set(_all_rows(model).filter(pk__in=ids).values_list("pk", flat=True)) - erased.get(
            model, set()
        )
        gone = [one.pk for one in written if one.subject == model.__name__ and one.subject_id not in here]
        _all_rows(DiscrepancyDecision).filter(pk__in=gone).update(before={}, after={})
    old.update(recorded="")


def _clear_needs(stay: _Stay) -> None:
    """Clear why and how a need was found. Those open at an open visit follow the record it is on now."""
    found = _all_rows(Need).filter(stay.when("noticed_at"), visit=stay.visit, kind__in=_NEEDS_OF_RECORD)
    if stay.visit.is_open:
        found = found.exclude(status__in=OPEN_NEED_OUTCOMES)
    _all_rows(NeedAnswer).filter(need__in=found, outcome=NeedOutcome.LAPSED).update(reason_sentence=None)
    lapsed = found.filter(status=NeedOutcome.LAPSED)
    lapsed.filter(kind__in=NEEDS_NAMED_BY_OTHERS).update(label=ERASED)
    lapsed.exclude(kind__in=NEEDS_NAMED_BY_OTHERS).update(label="")
    lapsed.update(subject="", reason_sentence=None)
    # Some reason must be there: an empty one has no words.
    found.update(why_sentence={}, step_sentence=None, why="", next_step="")


def _clear_notes(stay: _Stay) -> None:
    """Clear the child's name on a note that has it from the record. A printed one is then no one's."""
    child, now = stay.visit.sign_in, stay.visit.patient
    own = {" ".join(filter(None, [child.child_given_name, child.child_family_name])), child.child_name}
    if now is not None:
        own.add(" ".join(filter(None, [now.given_name, now.family_name])))
    notes = _all_rows(ExcuseNote).filter(
        Q(issued_at=None) | stay.when("issued_at"), visit=stay.visit, kind=NoteKind.SCHOOL
    )
    for note in notes.exclude(person_name__in=own):
        # That the note is in another name is a need, and names it.
        for need in _all_rows(Need).filter(visit=stay.visit, kind=NeedKind.WRONG_NOTE):
            said = {**need.why_sentence} if need.why_sentence else {}
            why = {name: ERASED if fact == note.person_name else fact for name, fact in said.items()}
            _all_rows(Need).filter(pk=need.pk).update(why_sentence=why, why="")
        _all_rows(ExcuseNote).filter(pk=note.pk).update(person_name=ERASED, name_spelling="")


def _clear_waiting_changes(visit: Visit, gone: set[int]) -> None:
    """Clear what the record said before a change that waits for a child, or was taken off its chart."""
    changes = _all_rows(ChartChange).filter(visit=visit)
    changes.filter(patient=None).update(before={})
    ids = list(changes.values_list("pk", flat=True))
    moves = _all_rows(PaperMove).filter(subject="ChartChange", subject_id__in=ids)
    for one in moves:
        before, after = (_without_old_values(side, gone) for side in (one.before, one.after))
        if (before, after) != (one.before, one.after):
            _all_rows(PaperMove).filter(pk=one.pk).update(before=before, after=after)


def _without_old_values(side: dict[str, Any], gone: set[int]) -> dict[str, Any]:
    is_of_nobody = "before" in side and (side.get("patient_id") is None or side["patient_id"] in gone)
    return side | {"before": {}} if is_of_nobody else side


def _all_rows(model: type[Model]) -> QuerySet[Any]:
    """Return a queryset that may update: of history, the model's own one refuses."""
    return QuerySet(model)
