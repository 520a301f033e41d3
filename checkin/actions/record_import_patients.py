"""Import patients, matched by identifier: create or update them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from checkin.actions.record_import_changes import RowChanges
from checkin.actions.record_import_known_patients import KnownPatients
from checkin.models import Clinic, Patient, PatientIdentifier, RecordSource, bulk_writes
from checkin.models.people import PATIENT_KEY_COLUMNS
from checkin.rules.record_guards import (
    IDENTITY_COLUMNS,
    PersonIdentity,
    is_surely_same_person,
    refuse_another_person,
    refuse_guessed_letters,
    refuse_impossible_death,
)
from checkin.rules.record_row_guards import refuse_cut_last_cell, refuse_row_of_another
from checkin.rules.record_rows import BadRow, ImportOutcome, PatientItem, RecordKey, RelatedItem

_SEARCHED_COLUMNS = {"given_name", "family_name", "preferred_name", "phone"}
_PATIENT_COLUMNS = [field.attname for field in Patient._meta.concrete_fields if not field.primary_key]


@dataclass(slots=True)
class PatientBatch:
    """The patients of one batch and what is still to be written."""

    clinic: Clinic
    now: dt.datetime
    known: KnownPatients = field(init=False)
    made: list[Patient] = field(default_factory=list)
    added: list[tuple[Patient, RecordKey, int | None]] = field(default_factory=list)
    """New numbers, each with the merged record it belongs to, or None."""
    home_at: dict[str, int | None] = field(default_factory=dict)
    changes: RowChanges = field(default_factory=RowChanges)
    at: dict[str, Patient] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    """Addresses that several patients share."""
    doubtful: set[RecordKey] = field(default_factory=set)
    """Numbers of rejected patients who may not be the ones on file under them."""
    numbered: list[PatientItem] = field(default_factory=list)
    """Items that added a number to a patient."""
    holders: list[tuple[PatientItem, Patient]] = field(default_factory=list)
    added_ids: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = KnownPatients(self.clinic)

    def take(self, item: PatientItem) -> None:
        """Apply one item in memory. Raises BadRow."""
        try:
            if item.is_unread:
                raise BadRow(item.reason)
            self.take_over(item)
        except BadRow:
            self.recognize(item)
            raise

    def recognize(self, item: PatientItem) -> None:
        """Decide for which record the related items of a rejected patient are.

        They are for the record on file only if the row surely means that patient and was rejected for another
        reason, such as a date. Otherwise they may be another child's, and are refused too.
        """
        try:
            patient = self.known.identify(item)
        except BadRow:
            patient = None
        record = self.known.homes.record(item, patient) if patient else None
        if patient is None or not is_surely_same_person(
            PersonIdentity.of(record),
            PersonIdentity.said(item.values),
            stand_ins=self.clinic.stand_in_birth_dates,
        ):
            self.refused |= set(item.addresses)
            self.doubtful |= set(item.numbers)
        else:
            self.hold(item, patient)

    def take_over(self, item: PatientItem) -> None:
        patient = self.known.identify(item)
        record = self.known.homes.record(item, patient) if patient else None
        born = item.values.get("birth_date") or (record.birth_date if record else None)
        refuse_impossible_death(item.values.get("deceased_on"), born, self.clinic.local_date(self.now))
        if patient is None or record is None:
            item.settle(ImportOutcome.MADE)
            patient = self.make(item)
        else:
            item.settle(ImportOutcome.CHANGED if self.update(record, item) else ImportOutcome.UNCHANGED)
            self.known.homes.pass_on(record, item, self.known.by_pk, self.change)
        for key in item.all_keys:
            if key not in self.known.by_key:
                self.known.add_number(patient, key, home=item.merged_pk)
                self.added.append((patient, key, item.merged_pk))
                if item.outcome is ImportOutcome.UNCHANGED:
                    item.settle(ImportOutcome.CHANGED)
                self.numbered.append(item)
        self.hold(item, patient)

    def hold(self, item: PatientItem, patient: Patient) -> None:
        """Remember which patient the item means. An address that two patients share is used for neither."""
        self.holders.append((item, patient))
        for address in item.addresses:
            self.home_at.setdefault(address, item.merged_pk)
            if self.at.setdefault(address, patient) is not patient:
                self.shared.add(address)

    def make(self, item: PatientItem) -> Patient:
        patient = Patient(
            clinic=self.clinic,
            source=RecordSource.IMPORT,
            created_at=self.now,
            updated_at=self.now,
            **item.values,
        )
        patient.set_keys()
        self.made.append(patient)
        return patient

    def update(self, patient: Patient, item: PatientItem) -> bool:
        """Apply what differs, in memory. A blank in the feed is not in `values` and changes nothing."""
        before = {name: getattr(patient, name) for name in item.values}
        different = {name for name, value in item.values.items() if before[name] != value}
        item.changes = [(name, before[name], item.values[name]) for name in sorted(different)]
        if item.may_be_cut in different:
            refuse_cut_last_cell(before[item.may_be_cut], item.values[item.may_be_cut])
        if not different.isdisjoint(IDENTITY_COLUMNS):
            recorded, said = PersonIdentity.of(patient), PersonIdentity.said(item.values)
            refuse_another_person(recorded, said, stand_ins=self.clinic.stand_in_birth_dates)
            if item.is_guessed:
                refuse_guessed_letters(recorded, said)
        self.change(patient, item, {name: item.values[name] for name in different})
        return bool(different)

    def change(self, patient: Patient, item: PatientItem | None, values: dict[str, object]) -> None:
        before = {name: getattr(patient, name) for name in values}
        for name, value in values.items():
            setattr(patient, name, value)
        if values.keys() & _SEARCHED_COLUMNS:
            patient.set_keys()
        if values and patient.pk:
            patient.updated_at = self.now
            keys = PATIENT_KEY_COLUMNS if values.keys() & _SEARCHED_COLUMNS else ()
            self.changes.note(patient, item, before, "updated_at", *keys)

    def refuse_another_child(self, item: RelatedItem) -> None:
        """Raise BadRow if the row names another child than the one its number names."""
        patient = next(
            (self.known.by_key[key] for key in item.patient_keys if key in self.known.by_key), None
        )
        if patient:
            refuse_row_of_another(
                PersonIdentity.of(self.known.homes.record(item, patient)),
                PersonIdentity.said(item.whom),
                stand_ins=self.clinic.stand_in_birth_dates,
            )

    def write_new(self) -> None:
        """Insert new rows. No other writer can wait for them, so this may run before boards are bumped."""
        values = [[getattr(patient, column) for column in _PATIENT_COLUMNS] for patient in self.made]
        for patient, pk in zip(
            self.made, bulk_writes.insert_rows(Patient, _PATIENT_COLUMNS, values), strict=True
        ):
            patient.pk = pk
        numbers = [(self.clinic.pk, patient.pk, *key) for patient, key, _ in self.added]
        ids = bulk_writes.insert_rows(
            PatientIdentifier, ("clinic_id", "patient_id", "system", "value"), numbers
        )
        self.added_ids = {
            pk: home for pk, (_, _, home) in zip(ids, self.added, strict=True) if home is not None
        }
        for item, patient in self.holders:
            item.pk = patient.pk

    def settle_changes(self) -> None:
        """Settle each item by what is on file at the end; a new number always counts as a change."""
        self.changes.settle()
        for item in self.numbered:
            if item.outcome is ImportOutcome.UNCHANGED:
                item.settle(ImportOutcome.CHANGED)

    def write_changes(self) -> None:
        bulk_writes.update_changed_columns(self.changes.rewrites())
