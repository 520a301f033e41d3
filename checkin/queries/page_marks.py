"""What happened to a record since a page was opened."""

from __future__ import annotations

from checkin.models import Clinic, MatchDecision, PatientMerge


def last_merge(clinic: Clinic, patient_id: int | None) -> PatientMerge | MatchDecision | None:
    """Return the last time this record was merged, or a merge of it taken back."""
    made = clinic.patient_merges.filter(merged_id=patient_id).select_related("by").order_by("pk").last()
    decided = MatchDecision.objects.filter(visit__clinic=clinic, previous_patient_id=patient_id)
    return made or decided.select_related("by").order_by("pk").last()
