"""What of a claim and of a record can speak for somebody."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.birth_dates import BirthNearness
from checkin.rules.identity_facts import ClinicIdentityFacts, IdentityClaim, PatientRecord, usable_phones

OURS = ClinicIdentityFacts(phones=("312 555 0100",))


@pytest.mark.parametrize("box", ["555 555 5555", "312 555 0100", "+1 (312) 555-0100", "none", ""])
def test_a_number_that_is_made_up_or_the_clinics_own_speaks_for_nobody(box: str) -> None:
    assert usable_phones(box, OURS) == ()


def test_of_several_numbers_in_one_box_the_real_ones_speak() -> None:
    found = usable_phones("312 555 0100 / 312 846 2291 or 555 555 5555", OURS)
    assert [phone.national for phone in found] == ["3128462291"]


def test_another_clinics_number_is_a_number_like_any_other() -> None:
    assert len(usable_phones("312 846 2291", ClinicIdentityFacts(phones=("312 846 2299",)))) == 1


def test_a_typed_date_that_is_a_date_sets_no_limit_and_one_read_from_text_may() -> None:
    assert IdentityClaim("Leo", "Ruiz", dt.date(2018, 3, 14), "about 2018").most_birth is None
    assert IdentityClaim("Leo", "Ruiz", None, "2018").most_birth == BirthNearness.HALF


def test_the_length_of_a_name_is_that_of_its_letters() -> None:
    assert IdentityClaim("Ana-María", "O'Brien").whole_length == len("anamaria" + "obrien")


def test_two_of_one_household_have_family_name_and_postcode_in_common() -> None:
    leo = PatientRecord(1, "Leo", "García-López", postcode="60601-1234")
    maya = PatientRecord(2, "Maya", "Garcia Lopez", postcode="60601 1234")
    assert leo.household == maya.household
    assert leo.household != PatientRecord(3, "Eva", "Garcia Lopez", postcode="60602").household
