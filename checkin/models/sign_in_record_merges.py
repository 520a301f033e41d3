"""Facts about a merged record that a visit's own sign-in made. It belongs to the child who was here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from checkin.models import (
    Appointment,
    ConsentRecord,
    DiscrepancyDecision,
    DueItem,
    Escort,
    Guardian,
    Immunization,
    MatchDecision,
    MatchState,
    PaperMove,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Promise,
    StandingProxy,
    Visit,
)
from checkin.models.sign_in_records import list_merge_path_ids
from checkin.models.visits import VisitQuerySet
from checkin.rules import name_keys
from checkin.rules.entry_fates import EntryKind, EntryOutcome

_MODELS_THAT_FOLLOW_CHILD: tuple[type[Model], ...] = (ConsentRecord, StandingProxy, Promise, Guardian)
"""Models of rows that may be on such a record without a visit, and move with its child."""

_RECORD_SYSTEM_MODELS: tuple[type[Model], ...] = (PatientIdentifier, DueItem, Appointment, Immunization)
"""Models of rows that only a record has which another system knows."""

MATCHES_MADE_AT_SIGN_IN = (MatchState.UNKNOWN, MatchState.NEW)
_SIGN_IN_RECORD_STATUSES = (Patient.Status.PROVISIONAL, Patient.Status.ACTIVE)
"""The status of a record made at sign-in: provisional, or active once it is a new patient."""


def find_sign_in_record_merge(visit: Visit) -> PatientMerge | None:
    """Return the merge of the record that this visit's sign-in made; None if other visits used it too."""
    # Also if a later decision on the visit separated it again: this merge shows that it is the visit's own.
    decisions = visit.match_decisions.filter(
        kind=MatchDecision.Kind.MERGE,
        previous_match__in=MATCHES_MADE_AT_SIGN_IN,
        undone_by=None,
        merge__undone_by=None,
    )
    last = decisions.select_related("merge__merged").order_by("pk").last()
    merge = last.merge if last else None
    return merge if merge is not None and is_record_of_visit_alone(merge, visit) else None


def is_record_of_visit_alone(merge: PatientMerge, visit: Visit) -> bool:
    """Return whether the merged record was only this visit's, and made from what was typed.

    False if a record system knows it, wherever the merge or a later import put that data. Another visit that
    was linked to it by mistake does not count once that is undone.
    """
    own = merge.merged_id
    standing = MatchDecision.objects.standing().exclude(visit=visit)
    others = standing.filter(Q(patient=own) | Q(previous_patient=own))
    if others.exists() or Visit.objects.filter(patient=own).exclude(pk=visit.pk).exists():
        return False
    was = merge.paper_moves.filter(subject="Patient", subject_id=own, done=EntryOutcome.MOVED).first()
    if was is None or was.before.get("status") not in _SIGN_IN_RECORD_STATUSES:
        return False
    moved = _list_moved_row_ids(_RECORD_SYSTEM_MODELS, merge)
    return not any(
        _select_rows_of_merged_record(model, merge, visit, moved[model]).exists()
        for model in _RECORD_SYSTEM_MODELS
    )


def first_merge_move_id(merge: PatientMerge) -> int:
    """Return the id of the merge's first recorded move; 0 for a merge from before moves were recorded."""
    return merge.paper_moves.order_by("pk").values_list("pk", flat=True).first() or 0


def find_visit_since_merge(merge: PatientMerge) -> Visit | None:
    """Return the visit whose standing decision moved the merged record on since; None if none did."""
    put = _select_record_moves_again().filter(pk__gt=first_merge_move_id(merge), subject_id=merge.merged_id)
    last = put.select_related("decision__visit").order_by("pk").last()
    return last.decision.visit if last is not None and last.decision is not None else None


def exists_visit_since_merge() -> Exists:
    """Return the condition, for each merge in a query, that `find_visit_since_merge` would find a visit."""
    first = PaperMove.objects.filter(merge=OuterRef(OuterRef("pk"))).order_by("pk").values("pk")[:1]
    since = _select_record_moves_again().filter(
        pk__gt=Coalesce(Subquery(first), 0), subject_id=OuterRef("merged_id")
    )
    return Exists(since)


def _select_record_moves_again() -> QuerySet[PaperMove]:
    """Return the moves by which standing decisions on visits put merged records into another record."""
    return PaperMove.objects.of_decisions_standing().filter(
        paper=EntryKind.RECORD, subject="Patient", done=EntryOutcome.MOVED
    )


def find_merge_into_visit_record(visit: Visit, was: Patient | None) -> PatientMerge | None:
    """Return `find_sign_in_record_merge`'s merge if its record is `was` or merged into it; else None."""
    merge = find_sign_in_record_merge(visit) if was is not None else None
    if merge is None or was is None:
        return None
    return merge if was.pk in list_merge_path_ids(merge.merged_id) else None


def record_ids_with_merged(patient_id: int) -> list[int]:
    """Return the ids of this record, first, and of all records merged into it, directly or not."""
    found = [patient_id]
    new = found
    while new:
        into = Patient.objects.filter(merged_into__in=new).exclude(pk__in=found)
        new = list(into.values_list("pk", flat=True))
        found = [*found, *new]
    return found


def _list_moved_row_ids(kinds: Iterable[type[Model]], merge: PatientMerge) -> dict[type[Model], list[int]]:
    """Return, for each model, the ids of rows that came from the merged record, wherever they are now."""
    by_name = {model.__name__: model for model in kinds}
    # While it was merged, the undo of another merge may have put its row in place of one that moved back.
    since = {"merge__undoes__isnull": False, "pk__gt": first_merge_move_id(merge)}
    by = Q(merge=merge) | Q(was_patient=merge.merged_id, **since)
    by |= Q(pk__in=select_moves_with_record([merge.merged_id]).values("pk"))
    moved = PaperMove.objects.filter(by, subject__in=by_name, done=EntryOutcome.MOVED)
    found: dict[type[Model], list[int]] = {model: [] for model in by_name.values()}
    for subject, row_id in moved.values_list("subject", "subject_id"):
        found[by_name[subject]].append(row_id)
    return found


def _select_rows_of_merged_record(
    model: type[Model], merge: PatientMerge, visit: Visit, moved: list[int], *on: int
) -> QuerySet[Any]:
    """Return rows that came from the merged record or are on it, without those written at this visit.

    `on`: of the rows that came from it, only those that are on these records now.
    """
    came = Q(pk__in=moved)
    if on:
        came &= Q(patient__in=on)
    rows = model._default_manager.filter(came | Q(patient=merge.merged_id))
    if any(field.name == "visit" for field in model._meta.fields):
        rows = rows.filter(Q(visit=None) | ~Q(visit=visit))
    return rows.order_by("pk")


def select_moves_with_record(records: Iterable[int]) -> QuerySet[PaperMove]:
    """Return moves of these records' own rows by decisions that put the records into another again.

    The rows were written while the record was separate. So no merge moved them, yet they belong to it.
    """
    put = PaperMove.objects.filter(
        decision__isnull=False, paper=EntryKind.RECORD, subject="Patient", subject_id__in=records,
        was_patient=F("subject_id"), done=EntryOutcome.MOVED,
    )  # fmt: skip
    return PaperMove.objects.filter(
        decision__in=put.values("decision"), was_patient__in=records, done=EntryOutcome.MOVED,
        subject__in=[model.__name__ for model in _MODELS_THAT_FOLLOW_CHILD],
    )  # fmt: skip


def list_rows_following_visit(visit: Visit, was: Patient | None) -> list[Any]:
    """Return what was written on the record that the visit's sign-in made, and moves with the visit."""
    merge = find_merge_into_visit_record(visit, was)
    if merge is None or was is None:
        return []
    added = _corrected_guardian_ids(visit)
    moved = _list_moved_row_ids(_MODELS_THAT_FOLLOW_CHILD, merge)
    found = [
        row
        for model in _MODELS_THAT_FOLLOW_CHILD
        for row in _select_rows_of_merged_record(model, merge, visit, moved[model], was.pk)
    ]
    return [row for row in found if not (isinstance(row, Guardian) and row.pk in added)]


def _corrected_guardian_ids(visit: Visit) -> set[int]:
    """Return the guardians that “use the new” wrote at this visit: they move or stay with that correction."""
    used = DiscrepancyDecision.objects.standing().filter(
        discrepancy__visit=visit, subject="Guardian", kind=DiscrepancyDecision.Kind.USE_NEW
    )
    return {pk for pk in used.values_list("subject_id", flat=True) if pk is not None}


def is_same_escort(one: Escort, other: Escort) -> bool:
    """Return whether both rows are one adult by a sign-in's rules, or both are a patient who came alone.

    An adult without a name is identified by relationship.
    """
    if one.is_patient or other.is_patient:
        return one.is_patient and other.is_patient
    if one.name_key or other.name_key:
        return one.name_key == other.name_key
    return name_keys.normalize_text(one.relationship) == name_keys.normalize_text(other.relationship)


def has_escort_on_record(escort: Escort, patient_id: int | None) -> bool:
    """Return whether the same adult has a row on that record."""
    return any(is_same_escort(one, escort) for one in Escort.objects.filter(patient=patient_id))


def list_escort_rows_of_adult(escort: Escort) -> list[Escort]:
    """Return the row, first, and the same adult's rows on records that were merged into its record."""
    away = [pk for pk in record_ids_with_merged(escort.patient_id) if pk != escort.patient_id]
    there = Escort.objects.filter(patient__in=away).order_by("pk") if away else []
    return [escort, *(one for one in there if is_same_escort(one, escort))]


def select_visits_naming_escort(row: Escort, head: Escort) -> VisitQuerySet:
    """Return visits that name the row, or named it until a merge moved them to the same adult's `head`."""
    by = Q(escort=row)
    if row.pk != head.pk:
        moved = PaperMove.objects.filter(paper=EntryKind.VISIT, subject="Visit", before__escort_id=row.pk)
        by |= Q(escort=head, pk__in=moved.values("subject_id"))
    return Visit.objects.filter(by)
