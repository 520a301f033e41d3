"""That a record still stands, and is still of the visit's child, while something is written on it."""

from __future__ import annotations

from checkin.actions.boards import Refused
from checkin.models import Escort, Patient, Visit

GONE = "That record was merged into another or entered in error, so nothing was changed. Please search again."
OF_ANOTHER = "This visit is of another child, so nothing was written down. Please look again."
NOT_HERE = "This adult is not on the record any more, so nothing was written down. Please look again."


def hold_record(patient: Patient | None, visit: Visit | None = None) -> None:
    """Hold the visit and then the record, as they are now, until the transaction ends.

    Raises Refused where the record does not count any more or the visit is of another child. Call it once
    boards are held: whoever corrects a match or merges holds them too.
    """
    if visit is not None:
        hold_visit(visit, patient)
    if patient is not None:
        hold_patient(patient)


def hold_visit(visit: Visit, patient: Patient | None) -> None:
    """Hold the visit. Raises Refused where it is of another child than this."""
    now = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if now.patient_id != (patient.pk if patient else None):
        raise Refused(OF_ANOTHER)


def hold_patient(patient: Patient) -> Patient:
    """The record as it is now, held. Raises Refused where it does not count any more."""
    held = Patient.objects.select_for_update().get(pk=patient.pk)
    if not held.is_on_file:
        raise Refused(GONE)
    return held


def hold_escort(escort: Escort) -> Escort:
    """The adult's row as it is now, held. Raises Refused where it is gone, as after a corrected match.

    So it does where it stands on a record that was merged away: that has no page on which to tell anything.
    """
    held = Escort.objects.select_for_update().filter(pk=escort.pk).first()
    # Read once the row is held: a merge holds it too before it writes where the record went.
    if held is None or not Patient.objects.get(pk=held.patient_id).is_on_file:
        raise Refused(NOT_HERE)
    return held
