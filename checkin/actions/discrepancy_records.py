"""Write “use the new” to the record, and restore exactly what was there before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Max, Model

from checkin.actions import escort_phones, sign_in_columns, visit_links
from checkin.actions.entry_ledger import columns_as_json
from checkin.actions.open_visits import claim_of_visit
from checkin.actions.refusals import Refused
from checkin.models import Discrepancy, DiscrepancyDecision, Escort, Guardian, Patient, Visit
from checkin.queries import patient_dossiers
from checkin.rules import sign_in_claims
from checkin.rules.discrepancies import DiscrepancyChange

CORRECTABLE_MODELS: dict[str, type[Model]] = {"Patient": Patient, "Escort": Escort, "Guardian": Guardian}
_CORRECTED_ROW_GONE = "The record that was written is not there anymore, so nothing was undone."
_CORRECTED_RECORD_MERGED = (
    "That record was merged into another since, so nothing was undone. Correct the other one."
)
_CORRECTED_ROW_CHANGED = (
    "The record was changed again since, so nothing was undone. Correct it on the patient’s page."
)
_NOBODY_WITH_NUMBER = "Nobody on record has this number to change. Keep what is on record, or ask."
UNMATCHED_VISIT = "This visit is not matched to a child yet, so there is no record to write. Match it first."
_GUARDIAN_COLUMNS = ("name", "relationship", "phone", "may_consent")


class WrittenColumns(NamedTuple):
    """The row that a decision wrote: its columns before and after, as JSON."""

    subject: str
    subject_id: int | None
    before: dict[str, object]
    after: dict[str, object]


NOTHING_WRITTEN = WrittenColumns("", None, {}, {})


def write_typed_value(held: Discrepancy, wanted: DiscrepancyChange, *, at: dt.datetime) -> WrittenColumns:
    """Write what was typed to the record; return what was there before and after. Raises Refused."""
    visit = held.visit
    if visit.patient is None:
        raise Refused(UNMATCHED_VISIT)
    if wanted.subject == "Guardian":
        return _add_typed_guardian(wanted, visit.patient)
    row = _lock_row_to_correct(
        wanted, visit.patient, visit=visit, claim=claim_of_visit(visit), recorded=held.recorded
    )
    return _write_discrepancy_columns(row, wanted.columns, at=at)


def _write_discrepancy_columns(row: Any, wanted: Mapping[str, object], *, at: dt.datetime) -> WrittenColumns:
    """Write the columns; return them before and after. Raises Refused if there is no row."""
    if row is None:
        raise Refused(_NOBODY_WITH_NUMBER)
    before = columns_as_json(row, wanted)
    _store_row_columns(row, wanted, at=at)
    return WrittenColumns(type(row).__name__, row.pk, before, columns_as_json(row, wanted))


def _add_typed_guardian(wanted: DiscrepancyChange, patient: Patient) -> WrittenColumns:
    """Add a contact, last in phoning order; return its columns."""
    last = patient.guardians.aggregate(last=Max("position"))["last"] or 0
    added = Guardian.objects.create(
        clinic_id=patient.clinic_id, patient=patient, position=last + 1, **wanted.columns
    )
    return WrittenColumns("Guardian", added.pk, {}, columns_as_json(added, _GUARDIAN_COLUMNS))


def _lock_row_to_correct(
    wanted: DiscrepancyChange,
    patient: Patient,
    *,
    visit: Visit,
    claim: sign_in_claims.SignInClaim,
    recorded: str,
) -> object:
    """Lock and return the row to write: the child's, or for a phone its adult's; None if there is none."""
    if wanted.subject == "Patient":
        return lock_model_row(Patient, patient.pk)
    escort = lock_model_row(Escort, visit.escort_id)
    if escort is not None and not escort.is_patient and escort.phone == recorded:
        return escort
    found = patient_dossiers.read_dossiers(
        clinic=visit.location.clinic, patients=[patient], at=visit.arrived_at
    )
    guardian = visit_links.guardian_matching_escort(claim, found.dossiers[patient.pk])
    return lock_model_row(Guardian, guardian.pk if guardian else None)


def find_corrected_patients(discrepancy: Discrepancy) -> set[int]:
    """Return ids of the patients whose records its decisions wrote: the visit may be another child's now."""
    written = discrepancy.decisions.exclude(subject="").values_list("subject", "subject_id")
    found = set()
    for subject, pk in written:
        column = "pk" if subject == "Patient" else "patient_id"
        found |= set(
            CORRECTABLE_MODELS[subject]._default_manager.filter(pk=pk).values_list(column, flat=True)
        )
    return found


def restore_corrected_row(last: DiscrepancyDecision, *, at: dt.datetime, though_merged: bool = False) -> None:
    """Restore the columns exactly. Raises Refused if they changed since or the record is gone or merged."""
    row = lock_model_row(CORRECTABLE_MODELS[last.subject], last.subject_id)
    if row is None:
        raise Refused(_CORRECTED_ROW_GONE)
    if isinstance(row, Patient) and not row.is_on_file and not though_merged:
        raise Refused(_CORRECTED_RECORD_MERGED)
    if columns_as_json(row, last.after) != last.after:
        raise Refused(_CORRECTED_ROW_CHANGED)
    if last.before:
        _store_row_columns(row, last.before, at=at)
        if isinstance(row, Patient):
            sign_in_columns.take_confidential_columns_off(row.pk, at=at)
        elif isinstance(row, Escort):
            escort_phones.take_confidential_phones_off(row)
    else:
        row.delete()


def lock_model_row(model: type[Model], pk: int | None) -> Any:
    """Return the row as it is now, locked until the transaction ends; None if there is none."""
    return model._default_manager.select_for_update().filter(pk=pk or 0).first()


def _store_row_columns(row: Any, values: Mapping[str, Any], *, at: dt.datetime) -> None:
    """Write these columns through the row's own `save`, which updates its search keys."""
    for name, value in values.items():
        is_date = name == "birth_date" and value
        setattr(row, name, dt.date.fromisoformat(value) if is_date else value)
    written = {*values}
    if isinstance(row, Patient):
        row.updated_at = at
        written.add("updated_at")
    row.save(update_fields=written)
