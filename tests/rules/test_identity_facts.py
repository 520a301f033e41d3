"""Which facts in a claim and a record can identify somebody."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.birth_dates import BirthNearness
from checkin.rules.identity_facts import ClinicIdentityFacts, IdentityClaim, PatientRecord, usable_phones

OURS = ClinicIdentityFacts(phones=("312 555 0100",))


@pytest.mark.parametrize("box", ["555 555 5555", "312 555 0100", "+1 (312) 555-0100", "none", ""])
def test_placeholder_or_clinic_phone_identifies_nobody(box: str) -> None:
    assert usable_phones(box, OURS) == ()


def test_real_numbers_among_several_in_one_field_are_used() -> None:
    found = usable_phones("312 555 0100 / 312 846 2291 or 555 555 5555", OURS)
    assert [phone.national for phone in found] == ["3128462291"]


def test_another_clinics_number_is_an_ordinary_number() -> None:
    assert len(usable_phones("312 846 2291", ClinicIdentityFacts(phones=("312 846 2299",)))) == 1


def test_exact_date_sets_no_limit_and_date_read_from_text_may() -> None:
    assert IdentityClaim("Leo", "Ruiz", dt.date(2018, 3, 14), "about 2018").most_birth is None
    assert IdentityClaim("Leo", "Ruiz", None, "2018").most_birth == BirthNearness.HALF


def test_name_length_counts_only_letters() -> None:
    assert IdentityClaim("Ana-María", "O'Brien").whole_length == len("anamaria" + "obrien")


def test_two_people_of_one_household_share_family_name_and_postcode() -> None:
    leo = PatientRecord(1, "Leo", "García-López", postcode="60601-1234")
    maya = PatientRecord(2, "Maya", "Garcia Lopez", postcode="60601 1234")
    assert leo.household == maya.household
    assert leo.household != PatientRecord(3, "Eva", "Garcia Lopez", postcode="60602").household
