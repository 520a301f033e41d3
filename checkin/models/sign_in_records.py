"""Facts about a record that a visit's own sign-in made, and about the records it was merged into."""

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
    """Return whether a record system or a merge added anything beyond the visit's own sign-in."""
    given_here = Q(visit__patient=made) | Q(visit=visit)
    return (
        made.identifiers.exists()
        or made.due_items.exists()
        or made.guardians.exclude(value="").exists()
        or made.immunizations.exclude(given_here).exists()
    )


def is_record_of_other_visits(made: Patient, visit: Visit) -> bool:
    """Return whether other visits or systems use the record too, so that it stays when this visit goes."""
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
    """Return whether the visit's record was made from its own sign-in and has no other visit."""
    patient = visit.patient
    if patient is None or is_record_of_other_visits(patient, visit):
        return False
    made = visit.match_decisions.standing().filter(patient=patient, kind=MatchDecision.Kind.NEW_PATIENT)
    return patient.is_provisional or made.exists()


def is_whole_record_of_visit(visit: Visit) -> bool:
    """Return whether the visit's record is a new patient from this sign-in and nothing else.

    Such a record has no other child, so everything on it belongs to the child who really came.
    """
    return visit.match == MatchState.NEW and is_record_made_at_visit(visit)


def has_anything_on_record(made: Patient) -> bool:
    """Return whether anything is on the record, or another was merged into it.

    Call after its visit has left it. Its own columns count if staff wrote them. What was typed or
    corrected at sign-in does not count.
    """
    stand = ChartChange.Status.STANDS
    on_it = (
        made.visits, made.appointments, made.identifiers, made.escorts, made.guardians, made.due_items,
        made.immunizations, made.standing_proxies, made.consent_records, made.promises,
        made.chart_changes.filter(status=stand), Patient.objects.filter(merged_into=made),
    )  # fmt: skip
    return any(rows.exists() for rows in on_it)


def iter_entries_at_no_visit(made: Patient) -> Iterator[tuple[EntryKind, Any, Callable[[Any], str]]]:
    """Yield what was written on the record's own page, with the function that describes it."""
    for consent in made.consent_records.filter(visit=None, withdrawn_at=None).order_by("pk"):
        yield EntryKind.CONSENT, consent, entry_wording_models.consent_entry_words
    for proxy in made.standing_proxies.filter(visit=None, revoked_at=None).order_by("pk"):
        yield EntryKind.PROXY, proxy, entry_wording_models.proxy_entry_words
    for promise in made.promises.filter(visit=None).order_by("pk"):
        yield EntryKind.PROMISE, promise, entry_wording_models.promise_entry_words
    for guardian in made.guardians.order_by("pk"):
        yield EntryKind.GUARDIAN, guardian, str


def final_record_id(patient_id: int) -> int:
    """Return the id of the record that this one was finally merged into, or its own id."""
    return list_merge_path_ids(patient_id)[-1]


def record_id_after_move(patient_id: int, move: PaperMove) -> int:
    """Return the id of the record it was merged into since the move; its own if it was merged earlier."""
    # Merges that a decision on a visit ended count too: such decisions move the record on, and what moved
    # since the merge belongs to the record itself.
    merges = PatientMerge.objects.not_undone().filter(merged=patient_id)
    merge = merges.order_by("pk").last()
    if merge is not None and merge.paper_moves.filter(pk__lt=move.pk).exists():
        return patient_id
    into = Patient.objects.values_list("merged_into", flat=True).get(pk=patient_id)
    return record_id_after_move(into, move) if into is not None else patient_id


def list_merge_path_ids(patient_id: int) -> list[int]:
    """Return the ids of this record and of those it was merged into, in order; the final one is last."""
    way = [patient_id]
    while True:
        into = Patient.objects.values_list("merged_into", flat=True).get(pk=way[-1])
        if into is None or into in way:
            return way
        way.append(into)


def find_record_after_undo(last: MatchDecision) -> tuple[Patient | None, list[MatchDecision]]:
    """Return the record that an undo of the visit's last decision leads to, and the merge decisions it ends.

    That is the visit's record now if the decision had not been made. A record that was merged since is
    replaced by the one it went into, as no visit is on a merged record. If a merge moved the visit and was
    undone since, it is the record that is separate again.
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
    """Return whether it is the visit's previous record or merged into it, but the undo leads to `now_id`."""
    was = undoes.previous_patient_id
    if patient_id is None or was is None or now_id is None or final_record_id(was) == now_id:
        return False
    return final_record_id(patient_id) == final_record_id(was)
