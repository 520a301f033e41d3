"""Values that prove nothing: placeholder phones, dates and names, and phones that many families share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from checkin.rules.identity import IdentityOutcome, judge_identity
from checkin.rules.identity_blocks import build_candidate_blocks
from checkin.rules.identity_evidence import count_families
from checkin.rules.identity_facts import ClinicIdentityFacts, IdentityClaim, PatientRecord

BORN = date(2018, 4, 11)
OWN, OTHER_OWN = "(312) 555-0100", "+1 312 555 0101"
CLINIC = ClinicIdentityFacts(phones=(OWN, OTHER_OWN), stand_in_birth_dates=("09-09", "2011-11-11"))
PHONE, OTHER_PHONE = "312 555 0142", "312 555 0143"
LEILA = PatientRecord(1, "Leila", "Sarkis", birth_date=BORN)
TYPED = IdentityClaim("Leila", "Haddad", BORN, clinic=CLINIC)
FILLERS = [
    *("0000000000", "000-0000", "1111111111", "9999999999", "999 999 9999", "1234567890", "123-456-7890"),
    *("555-555-5555", "(312) 555-5555", "9876543210", "123-123-1234", "312-555-1212", "+1 555 555 5555"),
]


def outcome(claim: IdentityClaim, *records: PatientRecord) -> IdentityOutcome:
    return judge_identity(claim, records).outcome


@pytest.mark.parametrize("phone", [*FILLERS, OWN, "312-555-0100", "+13125550101"])
def test_placeholder_phone_settles_no_family_name_or_birth_date(phone: str) -> None:
    record = replace(LEILA, phones=(phone,))
    assert outcome(replace(TYPED, phone=phone), record) == IdentityOutcome.PROBABLE
    slip = replace(record, family_name="Haddad", birth_date=date(2018, 4, 21))
    assert outcome(replace(TYPED, phone=phone), slip) == IdentityOutcome.PROBABLE
    stand_in = replace(record, family_name="Haddad", birth_date=date(2018, 1, 1))
    assert (
        outcome(replace(TYPED, phone=phone, birth_date=date(2018, 1, 1)), stand_in)
        == IdentityOutcome.PROBABLE
    )


@pytest.mark.parametrize("phone", [PHONE, "+1 (312) 555-0142", f"{OTHER_PHONE} / {PHONE}", f"{PHONE} ext. 4"])
def test_real_phone_settles_it_in_any_format(phone: str) -> None:
    record = replace(LEILA, phones=(f"{PHONE} or 312-555-0199",))
    assert outcome(replace(TYPED, phone=phone), record) == IdentityOutcome.CERTAIN


def test_placeholder_phone_is_never_looked_up() -> None:
    assert not any(
        block.phone
        for phone in [*FILLERS, OWN]
        for block in build_candidate_blocks(replace(TYPED, phone=phone))
    )
    assert [block.phone for block in build_candidate_blocks(replace(TYPED, phone=PHONE)) if block.phone] == [
        "125550142"
    ]


def test_placeholder_phone_does_not_contradict_a_real_one() -> None:
    record = replace(LEILA, family_name="Haddad", phones=("555-555-5555",), postcode="60601")
    moved = replace(TYPED, phone=PHONE, postcode="60699")
    assert outcome(moved, record) == IdentityOutcome.CERTAIN
    assert outcome(moved, replace(record, phones=(OTHER_PHONE,))) == IdentityOutcome.PROBABLE


def shelter(families: int) -> list[PatientRecord]:
    """Return children of several families who share one phone number, none born on that day."""
    return [
        PatientRecord(10 + n, f"Child{n}", f"Family{n}", birth_date=date(2012, 2, 2 + n), phones=(PHONE,))
        for n in range(families)
    ]


def test_phone_shared_by_more_than_three_families_proves_nothing() -> None:
    claim, record = replace(TYPED, phone=PHONE), replace(LEILA, phones=(PHONE,))
    assert outcome(claim, record, *shelter(2)) == IdentityOutcome.CERTAIN
    assert outcome(claim, record, *shelter(3)) == IdentityOutcome.PROBABLE


def test_siblings_sharing_a_phone_count_as_one_family() -> None:
    siblings = [replace(one, family_name="Sarkis") for one in shelter(6)]
    assert (
        outcome(replace(TYPED, phone=PHONE), replace(LEILA, phones=(PHONE,)), *siblings)
        == IdentityOutcome.CERTAIN
    )


def test_families_with_one_name_are_told_apart_by_their_postcodes() -> None:
    homes = ["60601", "60602", "", "60601-1234", "60603", "60604"]
    smiths = [PatientRecord(n, "Zoe", "Smith", postcode=home) for n, home in enumerate(homes)]
    assert count_families(smiths) == 4
    assert count_families([*smiths[:4], PatientRecord(9, "Leo", "Ruiz")]) == 3


def test_phone_shared_with_a_family_of_the_typed_name_settles_nothing() -> None:
    record = replace(LEILA, phones=(PHONE,))
    sister = PatientRecord(2, "Mia", "Haddad", birth_date=date(2014, 5, 6), phones=(PHONE,))
    assert outcome(replace(TYPED, phone=PHONE), record, sister) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize(
    "born",
    [
        *(date(2015, 1, 1), date(2015, 7, 1), date(1900, 1, 1), date(2016, 9, 9), date(2011, 11, 11)),
        *(date(1899, 12, 30), date(1899, 12, 31), date(1900, 12, 31), date(1904, 1, 2), date(1969, 12, 31)),
    ],
)
def test_placeholder_birth_date_needs_a_strong_second_fact(born: date) -> None:
    record = replace(LEILA, birth_date=born, phones=(PHONE,), postcode="60601")
    claim = replace(TYPED, family_name="Sarkis", birth_date=born, postcode="60601")
    assert outcome(claim, record) == IdentityOutcome.PROBABLE
    assert outcome(replace(claim, phone=OTHER_PHONE), record) == IdentityOutcome.PROBABLE
    assert outcome(replace(claim, phone=PHONE), record) == IdentityOutcome.CERTAIN
    assert outcome(replace(claim, phone=PHONE, postcode=""), record) == IdentityOutcome.PROBABLE
    assert outcome(replace(claim, phone=PHONE), replace(record, postcode="")) == IdentityOutcome.PROBABLE
    assert outcome(claim, replace(record, has_appointment_today=True)) == IdentityOutcome.CERTAIN
    assert outcome(replace(claim, family_name="Haddad", phone=PHONE), record) == IdentityOutcome.PROBABLE
    slip = replace(record, birth_date=born + timedelta(days=1), has_appointment_today=True)
    assert outcome(replace(claim, birth_date=slip.birth_date), record) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize(
    "name", ["Babyboy1", "B/O Maria", "Newborn Girl", "Infant Male", "RN de Ana", "Twin A"]
)
def test_placeholder_name_is_never_certain_whatever_else_agrees(name: str) -> None:
    record = replace(LEILA, given_name=name, phones=(PHONE,), has_appointment_today=True)
    claim = replace(TYPED, given_name=name, family_name="Sarkis", phone=PHONE)
    assert outcome(claim, record) == IdentityOutcome.PROBABLE
    called = replace(record, given_name="Leila", preferred_name=name)
    assert outcome(claim, called) == IdentityOutcome.PROBABLE


def test_unknown_family_name_on_both_sides_is_no_match() -> None:
    record = replace(LEILA, family_name="Unknown")
    claim = replace(TYPED, family_name="unknown")
    assert outcome(claim, record) == IdentityOutcome.PROBABLE
    assert outcome(replace(claim, phone=PHONE), replace(record, phones=(PHONE,))) == IdentityOutcome.CERTAIN


@pytest.mark.parametrize(
    "text",
    [
        *("2012-?-?", "14 mars 2012", "12 years old", "3/2012", "31 abril 2012", "7", "unknown", "no sé"),
        *("Feb 30, 2018", "April 31 2018", "2018", "1O/12/2018", "生年月日", "1" * 60, "4/11/2018 4/11/2018"),
    ],
)
def test_unreadable_birth_date_is_not_treated_as_empty(text: str) -> None:
    record = replace(LEILA, phones=(PHONE,), has_appointment_today=True)
    claim = IdentityClaim("Leila", "Sarkis", None, text, PHONE, clinic=CLINIC)
    assert outcome(claim, record) == IdentityOutcome.PROBABLE
    assert judge_identity(claim, [record]).candidates[0].record == record
    for blank in ("", " / / ", "?", "-"):
        assert outcome(replace(claim, birth_text=blank), record) == IdentityOutcome.CERTAIN


@pytest.mark.parametrize(
    "text",
    [
        *("due 4/11/2018", "not 4/11/2018", "before 4/11/2018", "around 4/11/2018", "brother 4/11/2018"),
        *("4/11/2018?", "l4/11/2018", "4/11/2018x", "no 20180411", "~2018-04-11", "2018-04-11!", "4/11/2O18"),
    ],
)
def test_words_next_to_a_date_make_it_uncertain(text: str) -> None:
    claim = IdentityClaim("Leila", "Sarkis", None, text, clinic=CLINIC)
    assert outcome(claim, LEILA) == IdentityOutcome.PROBABLE
    assert outcome(replace(claim, phone=PHONE), replace(LEILA, phones=(PHONE,))) == IdentityOutcome.PROBABLE


def test_date_with_only_one_valid_order_is_read_in_that_order() -> None:
    born = replace(LEILA, birth_date=date(2018, 12, 25))
    for text in ("25/12/2018", "25-12-2018", "25.12.2018", "25122018"):
        assert (
            outcome(IdentityClaim("Leila", "Sarkis", None, text, clinic=CLINIC), born)
            == IdentityOutcome.CERTAIN
        )


def test_cousin_one_slip_off_with_the_grandmothers_phone_is_not_certain() -> None:
    cousin = replace(LEILA, phones=(PHONE,), postcode="60601")
    for born in (date(2018, 4, 21), date(2018, 11, 4), date(2017, 4, 11), date(2018, 4, 12)):
        claim = IdentityClaim("Leila", "Sarkis", born, phone=PHONE, postcode="60601", clinic=CLINIC)
        assert outcome(claim, cousin) == IdentityOutcome.PROBABLE
        assert outcome(claim, replace(cousin, has_appointment_today=True)) == IdentityOutcome.CERTAIN


def test_postcode_settles_no_family_name_if_the_phones_differ() -> None:
    record = replace(LEILA, phones=(PHONE,), postcode="60601")
    claim = replace(TYPED, postcode="60601")
    for family in ("Haddad", "Sarkiss"):
        assert outcome(replace(claim, family_name=family), record) == IdentityOutcome.CERTAIN
        assert (
            outcome(replace(claim, family_name=family, phone=OTHER_PHONE), record) == IdentityOutcome.PROBABLE
        )


class TestTheFirstGivenName:
    AMY = PatientRecord(1, "Amy Victoria Jane", "Brown", birth_date=BORN, phones=(PHONE,))

    @pytest.mark.parametrize("typed", ["Amy", "amy", "Amy Victoria", "ÁMY  victoria"])
    def test_first_given_name_counts_as_the_same_name(self, typed: str) -> None:
        assert judge_identity(IdentityClaim(typed, "Brown", BORN), [self.AMY]).record == self.AMY
        assert judge_identity(IdentityClaim("Brown", typed, BORN), [self.AMY]).record == self.AMY

    @pytest.mark.parametrize("typed", ["Victoria", "Am", "A", "Amy Jane", "Amy V", "Amy Victoria Jane Rose"])
    def test_no_other_part_of_a_given_name_counts_as_the_same_name(self, typed: str) -> None:
        expected = replace(self.AMY, has_appointment_today=True)
        assert outcome(IdentityClaim(typed, "Brown", BORN, phone=PHONE), expected) == IdentityOutcome.PROBABLE

    @pytest.mark.parametrize("other", ["Zoe", "Amy Louise", "Amy", "Victoria", ""])
    def test_first_given_name_is_not_certain_if_a_sibling_shares_the_day(self, other: str) -> None:
        expected = replace(self.AMY, has_appointment_today=True)
        for born in (BORN, date(2018, 4, 12)):
            twin = replace(self.AMY, id=2, given_name=other, birth_date=born)
            assert (
                outcome(IdentityClaim("Amy", "Brown", BORN, phone=PHONE), expected, twin)
                == IdentityOutcome.PROBABLE
            )

    def test_unrelated_family_with_that_name_does_not_matter(self) -> None:
        elsewhere = PatientRecord(2, "Zoe", "Brown", birth_date=BORN, phones=(OTHER_PHONE,))
        assert judge_identity(IdentityClaim("Amy", "Brown", BORN), [self.AMY, elsewhere]).record == self.AMY

    def test_full_match_on_another_record_is_a_question(self) -> None:
        whole = PatientRecord(2, "Amy", "Brown", birth_date=BORN, phones=(OTHER_PHONE,))
        judgment = judge_identity(IdentityClaim("Amy", "Brown", BORN, phone=OTHER_PHONE), [self.AMY, whole])
        assert judgment.outcome == IdentityOutcome.PROBABLE
        assert judgment.candidates[0].record == whole

    @pytest.mark.parametrize("typed", ["María", "Jose", "Juan", "Muhammad", "Abdul"])
    def test_first_given_name_common_among_siblings_does_not_count(self, typed: str) -> None:
        record = replace(self.AMY, given_name=f"{typed} Ali", has_appointment_today=True)
        assert outcome(IdentityClaim(typed, "Brown", BORN, phone=PHONE), record) == IdentityOutcome.PROBABLE

    def test_first_given_name_with_a_birth_date_slip_is_not_certain(self) -> None:
        expected = replace(self.AMY, has_appointment_today=True)
        assert outcome(IdentityClaim("Amy", "Brown", date(2018, 4, 12)), expected) == IdentityOutcome.PROBABLE

    def test_first_given_name_is_not_a_difference_at_the_match_desk(self) -> None:
        candidate = judge_identity(IdentityClaim("Amy", "Brown", None), [self.AMY]).candidates[0]
        assert {one.field: one.same for one in candidate.differences}["given_name"]
