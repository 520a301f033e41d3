"""Read the patients on file that a batch names, by identifier, and match each item with one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from checkin.actions.record_import_keys import find_known_identifiers, find_merge_ends
from checkin.actions.record_import_merges import MergedRecordPaths
from checkin.models import Clinic, Patient, PatientIdentifier
from checkin.rules.record_guards import PersonIdentity, has_other_record_number, is_same_recorded_person
from checkin.rules.record_numbers import has_digits_only, strip_leading_noughts, vary_leading_noughts
from checkin.rules.record_rows import BadRow, PatientItem, RecordKey

_NO_IDENTIFIER = "It has no identifier, so that it could not be found again the next time."
_TWO_PATIENTS_ON_FILE = (
    "Its identifiers belong to two different patients on file; merge them first, or correct the identifiers."
)
_OTHER_NUMBER_ON_FILE = (
    "The patient on file under its resource id, or under one of its numbers, has another number of the same "
    "system."
)
_OTHER_PERSON_BY_ID = (
    "Its resource id belongs here to a patient of another name or birth date. Ids of two servers may be the "
    "same: name the source, by --source NAME."
)
_OTHER_PERSON_BY_NUMBER = (
    "A number that names no system is on file here for a patient of another name or birth date. Name the "
    "source whose number it is, by --source NAME."
)
_NumbersBySystem = dict[str, set[str]]


@dataclass(slots=True)
class KnownPatients:
    """Patients on file under one batch's identifiers, and those the batch creates."""

    clinic: Clinic
    by_key: dict[RecordKey, Patient] = field(default_factory=dict)
    by_digits: dict[RecordKey, Patient] = field(default_factory=dict)
    """By numbers without leading zeros, which spreadsheets drop: names and birth date must agree."""
    by_pk: dict[int, Patient] = field(default_factory=dict)
    numbers: dict[int, _NumbersBySystem] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    homes: MergedRecordPaths = field(default_factory=MergedRecordPaths)

    def look_up(self, keys: Iterable[RecordKey]) -> None:
        """Read the patients of these identifiers; a merged record is replaced by the one it went into."""
        found = list(find_known_identifiers(self.clinic, keys))
        others = Patient.objects.filter(merged_into=models.OuterRef("pk"))
        read: Any = Patient.objects.annotate(takes_in=models.Exists(others))
        patients = read.in_bulk({patient_id for _, _, patient_id in found})
        self.homes.look_up({pk for pk, patient in patients.items() if patient.takes_in})
        merged = find_merge_ends(patients)
        for system, value, patient_id in found:
            patient = merged.get(patient_id) or patients[patient_id]
            patient.clinic = self.clinic  # Its region decides how the patient's phone is read
            self.by_key[system, value] = patient
            self.by_digits.setdefault(strip_leading_noughts((system, value)), patient)
            self.by_pk[patient.pk] = patient

    def look_up_digits(self, items: Sequence[PatientItem]) -> None:
        """Read patients whose number differs only in leading zeros, for keys not found."""
        unknown = {
            key for item in items for key in item.keys if key not in self.by_key and has_digits_only(key)
        }
        systems = {system for system, _ in unknown}
        # A range and not LIKE: the index answers it even with half a million numbers.
        padded = PatientIdentifier.objects.filter(clinic=self.clinic, system__in=systems)
        padded = padded.filter(value__gte="0", value__lt="1")
        if not any(value[0] == "0" for _, value in unknown) and not (unknown and padded.exists()):
            return
        self.look_up({other for key in unknown for other in vary_leading_noughts(key)})

    def read_numbers(self, items: Sequence[PatientItem]) -> None:
        """Read all identifiers of patients who are known by only some of the numbers in their item."""
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

    def add_number(self, patient: Patient, key: RecordKey, *, home: int | None) -> None:
        """Add this number to the patient. `home`: the merged record that the number belongs to, if any."""
        self.by_key[key] = patient
        self.by_digits.setdefault(strip_leading_noughts(key), patient)
        if home:
            self.homes.by_key[key] = home
        self.numbers[id(patient)][key[0]].add(key[1])

    def identify(self, item: PatientItem) -> Patient | None:
        """Return the patient on file; None for somebody new. Raises BadRow if that cannot be decided."""
        if not item.all_keys:
            raise BadRow(_NO_IDENTIFIER)
        item.merged_pk = self.homes.of_keys(key for key in item.all_keys if key in self.by_key)
        numbered = {id(one): one for one in map(self.by_key.get, item.keys) if one is not None}
        if len(numbered) > 1:
            raise BadRow(_TWO_PATIENTS_ON_FILE)
        found = next(iter(numbered.values()), None)
        by_id = self.by_key.get(item.weak) if item.weak else None
        if found is None:
            return self._find_by_resource_id(item, by_id) if by_id else self._find_by_other_noughts(item)
        is_sure = item.is_vouched or any(key[0] for key in item.keys if key in self.by_key)
        if not is_sure and not self._is_named_by(found, item):
            raise BadRow(_OTHER_PERSON_BY_NUMBER)
        if by_id not in (None, found) and not item.is_bare:
            raise BadRow(_TWO_PATIENTS_ON_FILE)
        if has_other_record_number(self.numbers[id(found)], item.keys) and not self._is_named_by(found, item):
            raise BadRow(_OTHER_NUMBER_ON_FILE)
        return found

    def _find_by_other_noughts(self, item: PatientItem) -> Patient | None:
        """Return the patient with the same names, birth date, and number apart from leading zeros."""
        for digits in (strip_leading_noughts(key) for key in item.keys if has_digits_only(key)):
            found, item.merged_pk = self.by_digits.get(digits), self.homes.by_digits.get(digits)
            if found and found.birth_date and self._is_named_by(found, item):
                return found
        item.merged_pk = None
        return None

    def _find_by_resource_id(self, item: PatientItem, patient: Patient) -> Patient | None:
        """Return the patient known by resource id alone. For a bare id, names and birth date must agree."""
        if has_other_record_number(self.numbers[id(patient)], item.keys):
            raise BadRow(_OTHER_NUMBER_ON_FILE)
        if not item.is_bare or self._is_named_by(patient, item):
            return patient
        if item.keys:
            return None
        raise BadRow(_OTHER_PERSON_BY_ID)

    def _is_named_by(self, patient: Patient, item: PatientItem) -> bool:
        """Return whether the item names that patient, or the merged record its number belongs to."""
        said = PersonIdentity.said(item.values)
        return any(
            is_same_recorded_person(PersonIdentity.of(one), said)
            for one in (patient, self.homes.record(item, patient))
        )
