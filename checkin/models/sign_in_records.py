"""A record that a visit's own sign-in made: what stands on it, who else knows it, and where it went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q

from checkin.models import (
    ChartChange,
    MatchDecision,
    MatchState,
    PaperMove,
    Patient,
    PatientMerge,
    Visit,
)
from checkin.models import (
    entry_wording as entry_wording_models,
)
from checkin.rules.entry_fates import EntryKind


def is_record_known_elsewhere(made: Patient, visit: Visit) -> bool:
    """Whether a record system, or a person who merged, says more of it than the visit's own sign-in did."""
    given_here = Q(visit__patient=made) | Q(visit=visit)
    return (
        made.identifiers.exists()
        or made.due_items.exists()
        or made.guardians.exclude(value="").exists()
        or made.immunizations.exclude(given_here).exists()
    )


def is_record_of_other_visits(made: Patient, visit: Visit) -> bool:
    """Whether it is of other visits as well, or known elsewhere: then it stays when this visit goes."""
    if made.visits.exclude(pk=visit.pk).exists() or is_record_known_elsewhere(made, visit):
        return True
    changes = ChartChange.objects.filter(patient=made, status=ChartChange.Status.STANDS)
    written = (changes, made.consent_records, made.standing_proxies, made.promises, made.immunizations)
    at_others = ~Q(visit=visit) & Q(visit__isnull=False)
    return (
        any(rows.filter(at_others).exists() for rows in written)
        or Patient.objects.filter(merged_into=made).exists()
    )


def is_record_made_at_visit(visit: Visit) -> bool:
    """Whether the visit's record was made from its own sign-in, and no other visit has come to it."""
    patient = visit.patient
    if patient is None or is_record_of_other_visits(patient, visit):
        return False
    made = visit.match_decisions.standing().filter(patient=patient, kind=MatchDecision.Kind.NEW_PATIENT)
    return patient.is_provisional or made.exists()


def is_whole_record_of_visit(visit: Visit) -> bool:
    """Whether the visit's record is a new patient of this very sign-in, and of nothing else: it has no other
    child, so all of it is of whoever turns out to have come."""
    return visit.match == MatchState.NEW and is_record_made_at_visit(visit)


def has_anything_on_record(made: Patient) -> bool:
    """Whether anything stands on it, or another record is a part of it. Call once its visit has left it.

    Its own columns count where staff wrote them. What was typed at sign-in, or corrected by it, does not.
    """
    stand = ChartChange.Status.STANDS
    on_it = (
        made.visits, made.appointments, made.identifiers, made.escorts, made.guardians, made.due_items,
        made.immunizations, made.standing_proxies, made.consent_records, made.promises,
        made.chart_changes.filter(status=stand), Patient.objects.filter(merged_into=made),
    )  # fmt: skip
    return any(rows.exists() for rows in on_it)


def iter_entries_at_no_visit(made: Patient) -> Iterator[tuple[EntryKind, Any, Callable[[Any], str]]]:
    """What was written on the record's own page, with the words for it."""
    for consent in made.consent_records.filter(visit=None, withdrawn_at=None).order_by("pk"):
        yield EntryKind.CONSENT, consent, entry_wording_models.consent_entry_words
    for proxy in made.standing_proxies.filter(visit=None, revoked_at=None).order_by("pk"):
        yield EntryKind.PROXY, proxy, entry_wording_models.proxy_entry_words
    for promise in made.promises.filter(visit=None).order_by("pk"):
        yield EntryKind.PROMISE, promise, entry_wording_models.promise_entry_words
    for guardian in made.guardians.order_by("pk"):
        yield EntryKind.GUARDIAN, guardian, str


def final_record_id(patient_id: int) -> int:
    """The record that this one finally went into; itself where it was not merged."""
    return list_merge_path_ids(patient_id)[-1]


def record_id_after_move(patient_id: int, move: PaperMove) -> int:
    """The record into which this one was merged since the move; itself where it was merged before it."""
    # Also one that was over with a decision on its visit: the record goes from one to the next by such, and
    # what moved since the merge is of the record itself.
    merges = PatientMerge.objects.not_undone().filter(merged=patient_id)
    merge = merges.order_by("pk").last()
    if merge is not None and merge.paper_moves.filter(pk__lt=move.pk).exists():
        return patient_id
    into = Patient.objects.values_list("merged_into", flat=True).get(pk=patient_id)
    return record_id_after_move(into, move) if into is not None else patient_id


def list_merge_path_ids(patient_id: int) -> list[int]:
    """This record and those that it went into one after the other, the one that stands last."""
    way = [patient_id]
    while True:
        into = Patient.objects.values_list("merged_into", flat=True).get(pk=way[-1])
        if into is None or into in way:
            return way
        way.append(into)


def find_record_after_undo(last: MatchDecision) -> tuple[Patient | None, list[MatchDecision]]:
    """Where an undo of the visit's last decision puts it, and the merges' decisions that are over with it.

    Where it would be now without that decision. What a record was merged into since stands for it: no visit
    is on a record that was merged away. Where a merge had taken the visit along, and was undone since, that
    is the record that stands by itself again.
    """
    before, over, merges = last.previous_patient, [], []
    standing = last.visit.match_decisions.standing().filter(pk__lt=last.pk)
    for one in standing.select_related("patient", "previous_patient").order_by("-pk"):
        if one.kind != MatchDecision.Kind.MERGE or one.merge_id is None:
            break
        merges.append(one)
        if PatientMerge.objects.filter(undoes=one.merge_id).exists():
            before, over = one.previous_patient, [*merges]
    return Patient.objects.get(pk=final_record_id(before.pk)) if before is not None else None, over


def is_record_skipped_by_undo(patient_id: int | None, undoes: MatchDecision, now_id: int | None) -> bool:
    """Whether it is the record where the visit was, or in it, and an undo puts it on `now_id` instead."""
    was = undoes.previous_patient_id
    if patient_id is None or was is None or now_id is None or final_record_id(was) == now_id:
        return False
    return final_record_id(patient_id) == final_record_id(was)
