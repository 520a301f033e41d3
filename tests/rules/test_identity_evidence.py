"""How a claim compares with a record, field by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from checkin.rules.birth_dates import BirthNearness
from checkin.rules.identity_evidence import (
    IdentityEvidence,
    count_families,
    phones_of_few_families,
    weigh_patient_record,
)
from checkin.rules.identity_facts import ClinicIdentityFacts, IdentityClaim, PatientRecord

BORN = date(2018, 3, 14)
PHONE = "312 846 2291"
LEO = PatientRecord(1, "Leo", "Ruiz", birth_date=BORN, phones=(PHONE,), postcode="60601")
TYPED = IdentityClaim("Leo", "Ruiz", BORN, phone=PHONE, postcode="60601")


def weigh(claim: IdentityClaim = TYPED, record: PatientRecord = LEO) -> IdentityEvidence:
    return weigh_patient_record(claim, record, phones_of_few_families(claim, [record]))


def test_matching_fields_support_the_record() -> None:
    found = weigh(record=replace(LEO, has_appointment_today=True))
    assert found.same_names
    assert found.same_birth
    assert found.own_facts == {"appointment", "phone", "postcode"}
    assert not found.other_way_round
    assert not found.preferred


def test_missing_field_on_either_side_is_neutral() -> None:
    for found in (weigh(IdentityClaim()), weigh(record=PatientRecord(1, "", ""))):
        assert (found.given, found.family, found.birth, found.phone, found.postcode) == (None,) * 5
        assert found.own_facts == frozenset()
        assert not found.same_given
        assert not found.near_family


def test_phone_counts_against_only_if_the_record_has_a_real_one() -> None:
    assert weigh(replace(TYPED, phone="312 846 2299")).phone is False
    made_up = replace(LEO, phones=("555 555 5555",))
    assert weigh(replace(TYPED, phone="312 846 2299"), made_up).phone is None
    assert weigh(replace(TYPED, phone="555 555 5555")).phone is None


def test_swapped_name_fields_are_recognized() -> None:
    found = weigh(replace(TYPED, given_name="Ruiz", family_name="Leo"))
    assert found.other_way_round
    assert found.same_names


def test_similar_names_are_not_swapped_for_a_small_gain() -> None:
    alike = replace(LEO, given_name="Marin", family_name="Martin")
    found = weigh(replace(TYPED, given_name="Martin", family_name="Martin"), alike)
    assert not found.other_way_round


def test_preferred_name_replaces_the_given_name_only_if_it_is_closer() -> None:
    called = replace(LEO, given_name="Leonardo", preferred_name="Teo")
    assert weigh(replace(TYPED, given_name="Teo"), called).preferred
    assert weigh(replace(TYPED, given_name="Teo"), called).same_given
    assert not weigh(replace(TYPED, given_name="Leonardo"), called).preferred


@pytest.mark.parametrize("pet", ["Princess", "Buddy"])
def test_pet_word_as_a_name_proves_nothing(pet: str) -> None:
    found = weigh(replace(TYPED, given_name=pet), replace(LEO, preferred_name=pet))
    assert found.preferred
    assert not found.same_given


def test_placeholder_name_counts_as_no_name() -> None:
    found = weigh(replace(TYPED, given_name="Baby Boy"), replace(LEO, given_name="Baby Boy"))
    assert not found.same_given
    assert weigh(replace(TYPED, family_name="Unknown")).family is None
    assert weigh(record=replace(LEO, family_name="Unknown")).family is None


def test_full_name_in_one_field_matches_when_split_by_word() -> None:
    assert weigh(replace(TYPED, given_name="Leo Ruiz", family_name="")).same_names
    assert weigh(replace(TYPED, given_name="Ruiz Leo", family_name="")).same_names
    assert not weigh(replace(TYPED, given_name="Leor", family_name="Uiz")).same_names


def test_first_of_several_given_names_is_told_from_the_full_name() -> None:
    several = replace(LEO, given_name="Leo Andrés")
    assert weigh(record=several).first_name_only
    assert weigh(record=several).same_given
    assert not weigh(replace(TYPED, given_name="Leo Andres"), several).first_name_only
    assert not weigh().first_name_only
    assert not weigh(replace(TYPED, given_name="Maya"), several).first_name_only


def test_people_with_a_single_name_are_recognized() -> None:
    one_name = PatientRecord(1, "Suharto", "", birth_date=BORN)
    assert weigh(IdentityClaim("Suharto", "", BORN), one_name).one_name_only
    assert not weigh(IdentityClaim("Suharto", "?", BORN), one_name).one_name_only
    assert not weigh(IdentityClaim("Suharto", "Ruiz", BORN), one_name).one_name_only
    assert not weigh(IdentityClaim("Leo", "", BORN)).one_name_only


def test_father_and_son_are_told_apart_by_their_suffix() -> None:
    senior = replace(LEO, family_name="Ruiz Sr.")
    assert weigh(replace(TYPED, family_name="Ruiz Jr."), senior).other_suffix
    assert not weigh(TYPED, senior).other_suffix


def test_family_name_is_near_from_a_score_of_0_8() -> None:
    assert replace(weigh(), family=0.8).near_family
    assert not replace(weigh(), family=0.79).near_family


def test_clinics_date_for_unknown_birth_dates_is_a_placeholder() -> None:
    clinic = ClinicIdentityFacts(stand_in_birth_dates=("2018-03-14",))
    assert weigh(replace(TYPED, clinic=clinic)).stand_in_birth
    assert not weigh().stand_in_birth
    assert weigh(replace(TYPED, birth_date=date(2018, 3, 15))).birth != BirthNearness.SAME


def family(number: int, name: str, postcode: str = "") -> PatientRecord:
    return PatientRecord(number, "Leo", name, phones=(PHONE,), postcode=postcode)


def test_families_are_counted_by_name_and_then_by_postcode() -> None:
    assert count_families([]) == 0
    assert count_families([family(1, "Ruiz"), family(2, "RUÍZ")]) == 1
    assert count_families([family(1, "Ruiz", "60601"), family(2, "Ruiz")]) == 1
    assert count_families([family(1, "Ruiz", "60601"), family(2, "Ruiz", "60602")]) == 2
    assert count_families([family(1, "Ruiz"), family(2, "Khan")]) == 2


def test_phone_shared_by_more_than_three_families_supports_none() -> None:
    names = ["Ruiz", "Khan", "Marsh", "Sand"]
    records = [family(number, name) for number, name in enumerate(names)]
    assert len(phones_of_few_families(TYPED, records[:3])) == 1
    assert phones_of_few_families(TYPED, records) == ()
    siblings = [family(number, "Ruiz") for number in range(9)]
    assert len(phones_of_few_families(TYPED, siblings)) == 1
