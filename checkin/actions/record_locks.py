"""Lock a record while it is written, and check that it is still on file and the visit's."""

from __future__ import annotations

from checkin.actions.refusals import Refused
from checkin.models import Escort, Patient, Visit

_RECORD_GONE = (
    "That record was merged into another or entered in error, so nothing was changed. Please search again."
)
_VISIT_OF_ANOTHER = "This visit is of another child, so nothing was written down. Please look again."
_ESCORT_GONE = "This adult is not on the record anymore, so nothing was written down. Please look again."


def lock_record_and_visit(patient: Patient | None, visit: Visit | None = None) -> None:
    """Lock the visit and then the record until the transaction ends.

    Raises Refused if the record no longer counts or the visit is another child's. Call once boards are
    locked: corrections and merges lock them too.
    """
    if visit is not None:
        lock_visit_of_patient(visit, patient)
    if patient is not None:
        lock_standing_patient(patient)


def lock_visit_of_patient(visit: Visit, patient: Patient | None) -> None:
    """Lock the visit. Raises Refused if it is another child's."""
    now = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if now.patient_id != (patient.pk if patient else None):
        raise Refused(_VISIT_OF_ANOTHER)


def lock_standing_patient(patient: Patient) -> Patient:
    """Return the record as it is now, locked. Raises Refused if it is no longer on file."""
    held = Patient.objects.select_for_update().get(pk=patient.pk)
    if not held.is_on_file:
        raise Refused(_RECORD_GONE)
    return held


def lock_standing_escort(escort: Escort) -> Escort:
    """Return the adult's row as it is now, locked. Raises Refused if it is gone, as after a corrected match.

    Also raises if its record was merged: a merged record has no page, so nothing may be written there.
    """
    held = Escort.objects.select_for_update().filter(pk=escort.pk).first()
    # Read after the row is locked: a merge also locks the row before it marks the record as merged.
    if held is None or not Patient.objects.get(pk=held.patient_id).is_on_file:
        raise Refused(_ESCORT_GONE)
    return held
