"""The row that “use the new” writes, and how exactly that is put back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Max, Model

from checkin.actions import linking
from checkin.actions.boards import Refused
from checkin.actions.paper_ledger import columns
from checkin.models import Discrepancy, DiscrepancyDecision, Escort, Guardian, Patient, Visit
from checkin.models import lookup as records
from checkin.rules import claims
from checkin.rules.discrepancies import Change

SUBJECTS: dict[str, type[Model]] = {"Patient": Patient, "Escort": Escort, "Guardian": Guardian}
GONE = "The record that was written is not there any more, so nothing was undone."
MERGED = "That record was merged into another since, so nothing was undone. Correct the other one."
CHANGED = "The record was changed again since, so nothing was undone. Correct it on the patient’s page."
NOBODY = "Nobody on record has this number to change. Keep what is on record, or ask."
GUARDIAN = ("name", "relationship", "phone", "may_consent")


class Written(NamedTuple):
    """What a decision remembers of the row it wrote: its columns before and after, as JSON holds them."""

    subject: str
    subject_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]


NOTHING_WRITTEN = Written("", None, {}, {})


def write_columns(row: Any, wanted: Mapping[str, Any], *, at: dt.datetime) -> Written:
    """Write them, in the transaction of the decision."""
    if row is None:
        raise Refused(NOBODY)
    before = columns(row, wanted)
    store(row, wanted, at=at)
    return Written(type(row).__name__, row.pk, before, columns(row, wanted))


def add_guardian(wanted: Change, patient: Patient) -> Written:
    """One more contact, last in the order of whom to phone."""
    last = patient.guardians.aggregate(last=Max("position"))["last"] or 0
    added = Guardian.objects.create(
        clinic_id=patient.clinic_id, patient=patient, position=last + 1, **wanted.columns
    )
    return Written("Guardian", added.pk, {}, columns(added, GUARDIAN))


def whose(wanted: Change, patient: Patient, *, visit: Visit, claim: claims.Claim, recorded: str) -> Any:
    """The row to write, held: the child's, or of a phone that of whom it is recorded for."""
    if wanted.subject == "Patient":
        return held(Patient, patient.pk)
    escort = held(Escort, visit.escort_id)
    if escort is not None and not escort.is_patient and escort.phone == recorded:
        return escort
    found = records.about(clinic=visit.location.clinic, patients=[patient], at=visit.arrived_at)
    guardian = linking.escort_as_guardian(claim, found.dossiers[patient.pk])
    return held(Guardian, guardian.pk if guardian else None)


def patients_written(discrepancy: Discrepancy) -> set[int]:
    """The patients on whose records its decisions have written: the visit may be another child's by now."""
    written = discrepancy.decisions.exclude(subject="").values_list("subject", "subject_id")
    found = set()
    for subject, pk in written:
        column = "pk" if subject == "Patient" else "patient_id"
        found |= set(SUBJECTS[subject]._default_manager.filter(pk=pk).values_list(column, flat=True))
    return found


def put_back(last: DiscrepancyDecision, *, at: dt.datetime, though_merged: bool = False) -> None:
    """The columns as they were, exactly; refused where somebody has written them since."""
    row = held(SUBJECTS[last.subject], last.subject_id)
    if row is None:
        raise Refused(GONE)
    if isinstance(row, Patient) and not row.is_on_file and not though_merged:
        raise Refused(MERGED)
    if columns(row, last.after) != last.after:
        raise Refused(CHANGED)
    if last.before:
        store(row, last.before, at=at)
    else:
        row.delete()


def held(model: type[Model], pk: int | None) -> Any:
    """The row as it is now, held until the transaction ends; None where there is none."""
    return model._default_manager.select_for_update().filter(pk=pk or 0).first()


def store(row: Any, values: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Write these columns through the row's own `save`, which keeps its search keys in step."""
    for name, value in values.items():
        is_date = name == "birth_date" and value
        setattr(row, name, dt.date.fromisoformat(value) if is_date else value)
    written = {*values}
    if isinstance(row, Patient):
        row.updated_at = at
        written.add("updated_at")
    row.save(update_fields=written)
