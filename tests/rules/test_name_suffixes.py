"""Jr., Sr., II, III: two people with one name are never taken for each other."""

from __future__ import annotations

from datetime import date

import pytest

from checkin.rules.identity import IdentityOutcome, judge_identity
from checkin.rules.identity_facts import IdentityClaim, PatientRecord
from checkin.rules.name_suffixes import find_name_suffixes

BORN = date(2018, 5, 6)
PHONE = "206 555 0134"


def outcome(typed: tuple[str, str], recorded: tuple[str, str]) -> IdentityOutcome:
    record = PatientRecord(1, *recorded, birth_date=BORN, phones=(PHONE,), has_appointment_today=True)
    return judge_identity(IdentityClaim(*typed, BORN, phone=PHONE), [record]).outcome


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        (("John", "Smith III"), ("John", "Smith II")),
        (("John", "Smith Jr"), ("John", "Smith Sr.")),
        (("John", "Smith, Jr."), ("John", "Smith III")),
        (("John", "Smith 2nd"), ("John", "Smith 3rd")),
        (("John", "Smith IV"), ("John", "Smith V")),
        (("John", "Smith J. R."), ("John", "Smith S.R.")),
        (("John", "Smith III"), ("John II", "Smith")),
        (("John", "Silva Filho"), ("John", "Silva Neto")),
        (("John", "Dupont père"), ("John", "Dupont fils")),
        (("Smith III", "John"), ("John", "Smith II")),
    ],
)
def test_same_name_with_different_suffixes_is_never_certain(
    typed: tuple[str, str], recorded: tuple[str, str]
) -> None:
    assert outcome(typed, recorded) == IdentityOutcome.PROBABLE
    assert outcome(recorded, typed) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        (("John", "Smith 3rd"), ("John", "Smith III")),
        (("John", "Smith, Junior"), ("John", "Smith Jr.")),
        (("John", "Smith"), ("John", "Smith Jr")),
        (("Junior", "Smith"), ("Junior", "Smith")),
    ],
)
def test_suffix_written_differently_or_left_out_is_not_a_different_one(
    typed: tuple[str, str], recorded: tuple[str, str]
) -> None:
    assert outcome(typed, recorded) == IdentityOutcome.CERTAIN


def test_given_name_and_initial_are_not_suffixes() -> None:
    assert not find_name_suffixes("Junior", "Vi")
    assert not find_name_suffixes("Maria V Luisa", "Neto")
    assert find_name_suffixes("John", "Jr") == {"jr"}
    assert find_name_suffixes("John Smith Ⅲ", "") == {"3"}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("Leo Ruiz J. R.",), 1),
        (("J. R.",), 0),
        (("Leo Ruiz Jr", "Jr."), 1),
        (("Leo V", "Ruiz"), 1),
        (("Leo V Ruiz",), 0),
        (("V",), 0),
        (("III",), 1),
        (("Leo", "Ruiz"), 0),
    ],
)
def test_suffix_counts_only_at_the_end_or_alone(names: tuple[str, ...], found: int) -> None:
    assert len(find_name_suffixes(*names)) == found
