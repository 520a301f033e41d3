"""Patients of a feed: found by their identifiers, made, or brought up to date."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from checkin.actions.records_changes import Changes
from checkin.actions.records_homes import Homes
from checkin.actions.records_keys import follow, known
from checkin.models import Clinic, Patient, PatientIdentifier, Source, bulk
from checkin.models.people import KEY_COLUMNS
from checkin.rules.record_guards import (
    IDENTITY,
    Person,
    has_other_number,
    is_same_person,
    is_surely_same,
    refuse_another_person,
    refuse_guessed,
    refuse_impossible_death,
)
from checkin.rules.record_numbers import digits_of, is_digits, with_other_noughts
from checkin.rules.record_row_guards import refuse_anothers_row, refuse_cut_short
from checkin.rules.records import BadRow, Key, Outcome, PatientItem, Related

NAMED = {"given_name", "family_name", "preferred_name", "phone"}
COLUMNS = [field.attname for field in Patient._meta.concrete_fields if not field.primary_key]
NO_NUMBER = "It has no identifier, so that it could not be found again the next time."
TWO_PATIENTS = (
    "Its identifiers belong to two different patients on file; merge them first, or correct the identifiers."
)
OTHER_NUMBER = (
    "The patient on file under its resource id, or under one of its numbers, has another number of the same "
    "system."
)
OTHER_SOURCE = (
    "Its resource id belongs here to a patient of another name or birth date. Ids of two servers may be the "
    "same: name the source, by --source NAME."
)

UNNAMED_NUMBER = (
    "A number that names no system is on file here for a patient of another name or birth date. Name the "
    "source whose number it is, by --source NAME."
)

Numbers = dict[str, set[str]]


@dataclass(slots=True)
class People:
    """The patients that one batch speaks of, and what of them is still to be written."""

    clinic: Clinic
    now: dt.datetime
    by_key: dict[Key, Patient] = field(default_factory=dict)
    by_digits: dict[Key, Patient] = field(default_factory=dict)
    """By numbers without their leading noughts, which a spreadsheet takes away: names and date must agree."""
    numbers: dict[int, Numbers] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    made: list[Patient] = field(default_factory=list)
    added: list[tuple[Patient, Key, int | None]] = field(default_factory=list)
    """Numbers that are new, with the merged record whose they are, where they are one's."""
    homes: Homes = field(default_factory=Homes)
    home_at: dict[str, int | None] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    by_pk: dict[int, Patient] = field(default_factory=dict)
    at: dict[str, Patient] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    """Addresses of several patients."""
    doubtful: set[Key] = field(default_factory=set)
    """Numbers under which a patient was put aside who may be another than the one on file."""
    numbered: list[PatientItem] = field(default_factory=list)
    """Those that gave a number to somebody."""
    holders: list[tuple[PatientItem, Patient]] = field(default_factory=list)
    added_ids: dict[int, int] = field(default_factory=dict)

    def look_up(self, keys: Iterable[Key]) -> None:
        """Read everybody named by these identifiers; a merged record stands for the one it went into."""
        found = list(known(self.clinic, keys))
        others = Patient.objects.filter(merged_into=models.OuterRef("pk"))
        read: Any = Patient.objects.annotate(takes_in=models.Exists(others))
        patients = read.in_bulk({patient_id for _, _, patient_id in found})
        self.homes.look_up({pk for pk, patient in patients.items() if patient.takes_in})
        merged = follow(patients)
        for system, value, patient_id in found:
            patient = merged.get(patient_id) or patients[patient_id]
            patient.clinic = self.clinic  # which says how the patient's phone is read
            self.by_key[system, value] = patient
            self.by_digits.setdefault(digits_of((system, value)), patient)
            self.by_pk[patient.pk] = patient

    def look_up_digits(self, items: Sequence[PatientItem]) -> None:
        """Read who is known by a number that differs in its leading noughts alone, of those not found."""
        unknown = {key for item in items for key in item.keys if key not in self.by_key and is_digits(key)}
        systems = {system for system, _ in unknown}
        # A range, not LIKE: the index answers it, also for half a million numbers.
        padded = PatientIdentifier.objects.filter(clinic=self.clinic, system__in=systems)
        padded = padded.filter(value__gte="0", value__lt="1")
        if not any(value[0] == "0" for _, value in unknown) and not (unknown and padded.exists()):
            return
        self.look_up({other for key in unknown for other in with_other_noughts(key)})

    def read_numbers(self, items: Sequence[PatientItem]) -> None:
        """The other identifiers of those who are not known by all that the row names them by."""
        doubtful = set()
        for item in items:
            known_by = [self.by_key[key] for key in item.all_keys if key in self.by_key]
            if known_by and not all(key in self.by_key for key in item.keys):
                doubtful |= {patient.pk for patient in known_by}
        if not doubtful:
            return
        rows = PatientIdentifier.objects.filter(patient_id__in=doubtful)
        for patient_id, system, value in rows.values_list("patient_id", "system", "value"):
            self.numbers[id(self.by_pk[patient_id])][system].add(value)

    def take(self, item: PatientItem) -> None:
        """Settle one item in memory. Raises BadRow."""
        try:
            if item.is_unread:
                raise BadRow(item.reason)
            self.take_over(item)
        except BadRow:
            self.recognize(item)
            raise

    def recognize(self, item: PatientItem) -> None:
        """Say whose it is what belongs to a patient who was put aside.

        It goes to the record on file only where the row surely means that one, and was put aside for a date,
        say. Else it may be another child's.
        """
        try:
            patient = self.identify(item)
        except BadRow:
            patient = None
        record = self.homes.record(item, patient) if patient else None
        if patient is None or not is_surely_same(Person.of(record), Person.said(item.values)):
            self.refused |= set(item.addresses)
            self.doubtful |= set(item.numbers)
        else:
            self.hold(item, patient)

    def take_over(self, item: PatientItem) -> None:
        patient = self.identify(item)
        record = self.homes.record(item, patient) if patient else None
        born = item.values.get("birth_date") or (record.birth_date if record else None)
        refuse_impossible_death(item.values.get("deceased_on"), born, self.clinic.local_date(self.now))
        if patient is None or record is None:
            item.settle(Outcome.MADE)
            patient = self.make(item)
        else:
            item.settle(Outcome.CHANGED if self.update(record, item) else Outcome.UNCHANGED)
            self.homes.pass_on(record, item, self.by_pk, self.change)
        for key in item.all_keys:
            if key not in self.by_key:
                self.by_key[key] = patient
                self.by_digits.setdefault(digits_of(key), patient)
                self.added.append((patient, key, item.merged_pk))
                if item.merged_pk:
                    self.homes.by_key[key] = item.merged_pk
                self.numbers[id(patient)][key[0]].add(key[1])
                if item.outcome is Outcome.UNCHANGED:
                    item.settle(Outcome.CHANGED)
                self.numbered.append(item)
        self.hold(item, patient)

    def hold(self, item: PatientItem, patient: Patient) -> None:
        """Remember whom the item means. What stands under an address of two patients is nobody's."""
        self.holders.append((item, patient))
        for address in item.addresses:
            self.home_at.setdefault(address, item.merged_pk)
            if self.at.setdefault(address, patient) is not patient:
                self.shared.add(address)

    def identify(self, item: PatientItem) -> Patient | None:
        """Whom on file it speaks of; None is somebody new. Raises BadRow where that cannot be said."""
        if not item.all_keys:
            raise BadRow(NO_NUMBER)
        item.merged_pk = self.homes.of_keys(key for key in item.all_keys if key in self.by_key)
        numbered = {id(one): one for one in map(self.by_key.get, item.keys) if one is not None}
        if len(numbered) > 1:
            raise BadRow(TWO_PATIENTS)
        found = next(iter(numbered.values()), None)
        by_id = self.by_key.get(item.weak) if item.weak else None
        if found is None:
            return self.by_resource_id(item, by_id) if by_id else self.by_other_noughts(item)
        is_sure = item.is_vouched or any(key[0] for key in item.keys if key in self.by_key)
        if not is_sure and not self.agrees(found, item):
            raise BadRow(UNNAMED_NUMBER)
        if by_id not in (None, found) and not item.is_bare:
            raise BadRow(TWO_PATIENTS)
        if has_other_number(self.numbers[id(found)], item.keys) and not self.agrees(found, item):
            raise BadRow(OTHER_NUMBER)
        return found

    def by_other_noughts(self, item: PatientItem) -> Patient | None:
        """Who has the same number but for its leading noughts, and the same names and birth date."""
        for digits in (digits_of(key) for key in item.keys if is_digits(key)):
            found, item.merged_pk = self.by_digits.get(digits), self.homes.by_digits.get(digits)
            if found and found.birth_date and self.agrees(found, item):
                return found
        item.merged_pk = None
        return None

    def by_resource_id(self, item: PatientItem, patient: Patient) -> Patient | None:
        """Who is known by the resource id alone. A bare id is no proof: names and birth date must agree."""
        if has_other_number(self.numbers[id(patient)], item.keys):
            raise BadRow(OTHER_NUMBER)
        if not item.is_bare or self.agrees(patient, item):
            return patient
        if item.keys:
            return None
        raise BadRow(OTHER_SOURCE)

    def make(self, item: PatientItem) -> Patient:
        patient = Patient(
            clinic=self.clinic,
            source=Source.IMPORT,
            created_at=self.now,
            updated_at=self.now,
            **item.values,
        )
        patient.set_keys()
        self.made.append(patient)
        return patient

    def update(self, patient: Patient, item: PatientItem) -> bool:
        """Take over what differs (in memory); a blank in the feed is not in `values` and changes nothing."""
        before = {name: getattr(patient, name) for name in item.values}
        different = {name for name, value in item.values.items() if before[name] != value}
        item.changes = [(name, before[name], item.values[name]) for name in sorted(different)]
        if item.may_be_cut in different:
            refuse_cut_short(before[item.may_be_cut], item.values[item.may_be_cut])
        if not different.isdisjoint(IDENTITY):
            recorded, said = Person.of(patient), Person.said(item.values)
            refuse_another_person(recorded, said)
            if item.is_guessed:
                refuse_guessed(recorded, said)
        self.change(patient, item, {name: item.values[name] for name in different})
        return bool(different)

    def change(self, patient: Patient, item: PatientItem | None, values: dict[str, Any]) -> None:
        before = {name: getattr(patient, name) for name in values}
        for name, value in values.items():
            setattr(patient, name, value)
        if values.keys() & NAMED:
            patient.set_keys()
        if values and patient.pk:
            patient.updated_at = self.now
            keys = KEY_COLUMNS if values.keys() & NAMED else ()
            self.changes.note(patient, item, before, "updated_at", *keys)

    def agrees(self, patient: Patient, item: PatientItem) -> bool:
        """Whether it names that patient, or the merged record whose number it has."""
        said = Person.said(item.values)
        return any(
            is_same_person(Person.of(one), said) for one in (patient, self.homes.record(item, patient))
        )

    def refuse_another_child(self, item: Related) -> None:
        """Raise BadRow where the row names another child than the one under its number."""
        patient = next((self.by_key[key] for key in item.patient_keys if key in self.by_key), None)
        if patient:
            refuse_anothers_row(Person.of(self.homes.record(item, patient)), Person.said(item.whom))

    def write_new(self) -> None:
        """Insert; a new row makes nobody wait, so this may come before the boards are bumped."""
        values = [[getattr(patient, column) for column in COLUMNS] for patient in self.made]
        for patient, pk in zip(self.made, bulk.insert(Patient, COLUMNS, values), strict=True):
            patient.pk = pk
        numbers = [(self.clinic.pk, patient.pk, *key) for patient, key, _ in self.added]
        ids = bulk.insert(PatientIdentifier, ("clinic_id", "patient_id", "system", "value"), numbers)
        self.added_ids = {
            pk: home for pk, (_, _, home) in zip(ids, self.added, strict=True) if home is not None
        }
        for item, patient in self.holders:
            item.pk = patient.pk

    def settle_changes(self) -> None:
        """Settle what differs from what is on file when all have spoken; a new number always does."""
        self.changes.settle()
        for item in self.numbered:
            if item.outcome is Outcome.UNCHANGED:
                item.settle(Outcome.CHANGED)

    def write_changes(self) -> None:
        bulk.rewrite(self.changes.rewrites())
