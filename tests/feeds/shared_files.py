"""Shared sample files, each imported twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checkin.models import Patient, PatientIdentifier

SHARED = Path(__file__).resolve().parents[3] / "shared/data"


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{path} is missing, and under CI it must not be.")
        pytest.skip(f"LEFT OUT: {path} is not here")
    return path


def named() -> dict[str, tuple[str, str]]:
    rows = PatientIdentifier.objects.exclude(system__startswith="urn:brought-by")
    found = rows.values_list("value", "patient__given_name", "patient__family_name")
    return {value: (given, family) for value, given, family in found}


def of(number: str) -> Patient:
    return Patient.objects.get(identifiers__value=number)


def names() -> set[str]:
    return {patient.name for patient in Patient.objects.all()}
