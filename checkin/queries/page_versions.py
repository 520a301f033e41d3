"""Find what happened to a record since a page was opened."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from checkin.models import Clinic, DiscrepancyDecision, MatchDecision, PaperMove, Patient, PatientMerge
from checkin.rules.entry_fates import EntryKind, EntryOutcome


def find_last_merge_of_record(clinic: Clinic, patient_id: int | None) -> PatientMerge | MatchDecision | None:
    """Return the last merge of or into this record, or the undo of one; None if there is none.

    That may be a decision on its visit, which takes the record along.
    """
    of_it = Q(merged_id=patient_id) | Q(into_id=patient_id)
    made = clinic.patient_merges.filter(of_it).select_related("by", "merged", "into").order_by("pk").last()
    decisions = MatchDecision.objects.filter(visit__clinic=clinic).select_related("by").order_by("pk")
    if made is None:
        # A merge from before merges were logged.
        return decisions.filter(previous_patient_id=patient_id).last()
    moved_along = PaperMove.objects.filter(
        paper=EntryKind.RECORD, subject="Patient", subject_id=patient_id or 0, done=EntryOutcome.MOVED
    )
    taken_along = decisions.filter(pk__in=moved_along.values("decision"), at__gt=made.at).last()
    return taken_along or made


def preload_last_merges(patients: Iterable[Patient]) -> None:
    """Set `last_merge_id` on all these patients with one query, for a page that shows several."""
    known = {patient.pk: patient for patient in patients}
    for patient in known.values():
        patient.last_merge_id = None
    of_them = Q(merged__in=known) | Q(into__in=known)
    made = PatientMerge.objects.filter(of_them).order_by("pk") if known else PatientMerge.objects.none()
    for pk, *both in made.values_list("pk", "merged_id", "into_id"):
        for one in both:
            if one in known:
                known[one].last_merge_id = pk


def find_merge_undone_since(patient: Patient, merge_id: int) -> PatientMerge | None:
    """Return the last undo of a merge with this record, made after that merge; None if there is none."""
    undone = PatientMerge.objects.filter(
        Q(merged=patient) | Q(into=patient), pk__gt=merge_id, undoes__isnull=False
    )
    return undone.select_related("by", "merged", "into").order_by("pk").last()


def find_last_record_change(patient: Patient) -> DiscrepancyDecision | MatchDecision | None:
    """Return the decision that made the last change of this record; None if something else made it."""
    of_it = Q(subject="Patient", subject_id=patient.pk)
    of_it |= Q(undoes__subject="Patient", undoes__subject_id=patient.pk)
    used = DiscrepancyDecision.objects.filter(of_it, at=patient.updated_at)
    matched = MatchDecision.objects.filter(
        Q(patient=patient) | Q(previous_patient=patient), at=patient.updated_at
    )
    return (
        used.select_related("by").order_by("pk").last() or matched.select_related("by").order_by("pk").last()
    )
