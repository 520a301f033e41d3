"""That a record still stands, and is still of the visit's child, while something is written on it."""

from __future__ import annotations

from checkin.actions.refusals import Refused
from checkin.models import Escort, Patient, Visit

_RECORD_GONE = (
    "That record was merged into another or entered in error, so nothing was changed. Please search again."
)
_VISIT_OF_ANOTHER = "This visit is of another child, so nothing was written down. Please look again."
_ESCORT_GONE = "This adult is not on the record any more, so nothing was written down. Please look again."


def lock_record_and_visit(patient: Patient | None, visit: Visit | None = None) -> None:
    """Hold the visit and then the record, as they are now, until the transaction ends.

    Raises Refused where the record does not count any more or the visit is of another child. Call it once
    boards are held: whoever corrects a match or merges holds them too.
    """
    if visit is not None:
        lock_visit_of_patient(visit, patient)
    if patient is not None:
        lock_standing_patient(patient)


def lock_visit_of_patient(visit: Visit, patient: Patient | None) -> None:
    """Hold the visit. Raises Refused where it is of another child than this."""
    now = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if now.patient_id != (patient.pk if patient else None):
        raise Refused(_VISIT_OF_ANOTHER)


def lock_standing_patient(patient: Patient) -> Patient:
    """The record as it is now, held. Raises Refused where it does not count any more."""
    held = Patient.objects.select_for_update().get(pk=patient.pk)
    if not held.is_on_file:
        raise Refused(_RECORD_GONE)
    return held


def lock_standing_escort(escort: Escort) -> Escort:
    """The adult's row as it is now, held. Raises Refused where it is gone, as after a corrected match.

    So it does where it stands on a record that was merged away: that has no page on which to tell anything.
    """
    held = Escort.objects.select_for_update().filter(pk=escort.pk).first()
    # Read once the row is held: a merge holds it too before it writes where the record went.
    if held is None or not Patient.objects.get(pk=held.patient_id).is_on_file:
        raise Refused(_ESCORT_GONE)
    return held
