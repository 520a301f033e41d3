"""Find identifiers on file, and the records they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db import models

from checkin.models import Clinic, Patient, PatientIdentifier
from checkin.models.sign_in_records import final_record_id
from checkin.rules.record_rows import RecordKey


def find_known_identifiers(clinic: Clinic, keys: Iterable[RecordKey]) -> Iterable[tuple[str, str, int]]:
    """Return (system, value, patient id) of those identifiers that are on file."""
    by_system: dict[str, set[str]] = defaultdict(set)
    for system, value in keys:
        by_system[system].add(value)
    if not by_system:
        return []
    wanted = reduce(or_, (models.Q(system=one, value__in=values) for one, values in by_system.items()))
    rows = PatientIdentifier.objects.filter(wanted, clinic=clinic)
    return rows.values_list("system", "value", "patient_id")


def find_merge_ends(patients: dict[int, Patient]) -> dict[int, Patient]:
    """Return, for each merged record among these, the record it finally went into."""
    ends = {pk: final_record_id(pk) for pk, patient in patients.items() if patient.merged_into_id}
    known = Patient.objects.in_bulk(set(ends.values()) - set(patients)) | patients if ends else patients
    return {pk: known[end] for pk, end in ends.items()}
