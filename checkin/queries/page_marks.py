"""What happened to a record since a page was opened."""

from __future__ import annotations

from django.db.models import Q

from checkin.models import Clinic, MatchDecision, Patient, PatientMerge


def last_merge(clinic: Clinic, patient_id: int | None) -> PatientMerge | MatchDecision | None:
    """Return the last time this record was merged, or another into it, or such a merge was taken back."""
    of_it = Q(merged_id=patient_id) | Q(into_id=patient_id)
    made = clinic.patient_merges.filter(of_it).select_related("by", "merged", "into").order_by("pk").last()
    decided = MatchDecision.objects.filter(visit__clinic=clinic, previous_patient_id=patient_id)
    return made or decided.select_related("by").order_by("pk").last()


def undone_since(patient: Patient, merge_id: int) -> PatientMerge | None:
    """Return the last merge with this record that was taken back after that one."""
    undone = PatientMerge.objects.filter(
        Q(merged=patient) | Q(into=patient), pk__gt=merge_id, undoes__isnull=False
    )
    return undone.select_related("by", "merged", "into").order_by("pk").last()
