"""Identity of a child: certain only when the record cannot be a twin or a namesake."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from checkin.rules.identity import IdentityOutcome, judge_identity
from checkin.rules.identity_blocks import build_candidate_blocks
from checkin.rules.identity_facts import IdentityClaim, PatientRecord

BORN = date(2015, 3, 24)
PHONE = "555 123 8567"
MARIA = PatientRecord(
    1, "María", "García López", preferred_name="Mari", birth_date=BORN, phones=(PHONE,), postcode="87102"
)
TYPED = IdentityClaim("María", "García López", BORN)


def outcome(claim: IdentityClaim, *records: PatientRecord) -> IdentityOutcome:
    return judge_identity(claim, records).outcome


@pytest.mark.parametrize(
    "claim",
    [
        TYPED,
        IdentityClaim("MARIA", "garcia-lopez", BORN),
        IdentityClaim("García López", "Maria", BORN),
        IdentityClaim("Mari", "García López", BORN),
        IdentityClaim("Maria Garcia Lopez", "", BORN),
        IdentityClaim("Maria Garcia", "Lopez", BORN),
    ],
)
def test_same_name_and_birth_date_is_certain_however_written(claim: IdentityClaim) -> None:
    judgment = judge_identity(claim, [MARIA])
    assert judgment.outcome == IdentityOutcome.CERTAIN
    assert judgment.record == MARIA
    assert judgment.why


@pytest.mark.parametrize(
    "claim",
    [
        replace(TYPED, given_name="Marta"),
        replace(TYPED, given_name="Maria Jose"),
        replace(TYPED, given_name="M"),
        replace(TYPED, given_name="Maruja"),
        replace(TYPED, given_name=""),
        replace(TYPED, given_name="--", family_name="Maria Garcia Lopez"),
        replace(TYPED, given_name="", family_name="Maria"),
        replace(TYPED, given_name="Mariia"),
    ],
)
def test_different_or_similar_given_name_is_never_certain(claim: IdentityClaim) -> None:
    expected = replace(MARIA, has_appointment_today=True)
    everything = replace(claim, phone=PHONE, postcode="87102")
    assert outcome(everything, expected) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("given_name", ["Baby", "Baby Girl", "Twin A", "bebé", "J"])
def test_placeholder_name_or_initial_is_never_certain(given_name: str) -> None:
    record = replace(MARIA, given_name=given_name, preferred_name="")
    assert outcome(replace(TYPED, given_name=given_name), record) == IdentityOutcome.PROBABLE


def test_similar_family_name_alone_is_not_certain() -> None:
    assert outcome(replace(TYPED, family_name="Garcia"), MARIA) == IdentityOutcome.PROBABLE
    assert outcome(replace(TYPED, family_name="Garzia Lopez"), MARIA) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("family_name", ["Garcia", "Garzia Lopez", "", "Montoya"])
@pytest.mark.parametrize("fact", [{"phone": PHONE}, {"postcode": "87102"}])
def test_second_fact_makes_a_different_family_name_certain(family_name: str, fact: dict[str, str]) -> None:
    assert outcome(replace(TYPED, family_name=family_name, **fact), MARIA) == IdentityOutcome.CERTAIN


def test_appointment_today_makes_a_different_family_name_certain() -> None:
    expected = replace(MARIA, has_appointment_today=True)
    assert outcome(replace(TYPED, family_name="Garcia"), expected) == IdentityOutcome.CERTAIN


def test_postcode_shared_with_another_child_of_that_day_is_not_enough() -> None:
    neighbor = PatientRecord(2, "Olivia", "Brown", birth_date=BORN, postcode="87102")
    claim = replace(TYPED, family_name="Montoya", postcode="87102")
    assert outcome(claim, MARIA, neighbor) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize(
    "typed", ["2015-03-25", "2015-24-03", "2015-03-42", "2014-03-24", "2051-03-24", "20150324 ", "2015-02-24"]
)
def test_birth_date_slip_is_certain_only_with_an_appointment_today(typed: str) -> None:
    claim = IdentityClaim("Maria", "Garcia Lopez", None, birth_text=typed)
    near = outcome(claim, MARIA)
    assert near == (IdentityOutcome.CERTAIN if typed.strip() == "20150324" else IdentityOutcome.PROBABLE)
    if not typed.startswith("2051"):
        assert outcome(claim, replace(MARIA, has_appointment_today=True)) == IdentityOutcome.CERTAIN
        if near == IdentityOutcome.PROBABLE:
            assert outcome(replace(claim, phone=PHONE, postcode="87102"), MARIA) == IdentityOutcome.PROBABLE


def test_birth_date_a_decade_off_may_be_the_father_and_is_not_certain() -> None:
    father = replace(MARIA, birth_date=date(1985, 3, 24), has_appointment_today=True)
    claim = replace(TYPED, phone=PHONE, postcode="87102")
    assert outcome(claim, father) == IdentityOutcome.PROBABLE
    assert outcome(replace(claim, birth_date=date(1995, 3, 24)), father) == IdentityOutcome.PROBABLE


def test_without_a_birth_date_certainty_needs_both_appointment_and_phone() -> None:
    expected = replace(MARIA, has_appointment_today=True)
    nameless_day = replace(TYPED, birth_date=None)
    assert outcome(replace(nameless_day, phone=PHONE, postcode="87102"), MARIA) == IdentityOutcome.PROBABLE
    assert outcome(nameless_day, expected) == IdentityOutcome.PROBABLE
    assert outcome(replace(nameless_day, phone=PHONE), expected) == IdentityOutcome.CERTAIN


def test_date_that_reads_both_ways_is_not_certain() -> None:
    record = replace(MARIA, birth_date=date(2015, 4, 3))
    claim = IdentityClaim("Maria", "Garcia Lopez", None, birth_text="3/4/2015")
    assert outcome(claim, record) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("twin_name", ["Mariana", "Daria", "Zoe", "M", "", "María José"])
def test_staff_decide_if_a_twin_is_on_file(twin_name: str) -> None:
    twin = replace(MARIA, id=2, given_name=twin_name, preferred_name="")
    judgment = judge_identity(replace(TYPED, phone=PHONE), [MARIA, twin])
    assert judgment.outcome == IdentityOutcome.PROBABLE
    assert judgment.candidates[0].record == MARIA


def test_own_appointment_tells_twins_apart_if_their_names_differ() -> None:
    expected = replace(MARIA, has_appointment_today=True)
    far = replace(MARIA, id=2, given_name="Zoe", preferred_name="")
    near = replace(MARIA, id=2, given_name="Mariana", preferred_name="")
    assert judge_identity(TYPED, [expected, far]).record == expected
    assert outcome(TYPED, expected, near) == IdentityOutcome.PROBABLE
    assert outcome(TYPED, expected, replace(far, has_appointment_today=True)) == IdentityOutcome.PROBABLE


def test_twins_may_be_born_on_either_side_of_midnight() -> None:
    twin = replace(MARIA, id=2, given_name="Zoe", preferred_name="", birth_date=date(2015, 3, 25))
    assert outcome(TYPED, MARIA, twin) == IdentityOutcome.PROBABLE


def test_child_of_an_unrelated_family_with_the_same_name_is_not_a_twin() -> None:
    other = PatientRecord(
        2, "Zoe", "García López", birth_date=BORN, phones=("555 999 0000",), postcode="10001"
    )
    assert judge_identity(TYPED, [MARIA, other]).record == MARIA


def test_two_records_with_one_name_and_birth_date_are_never_certain() -> None:
    assert outcome(TYPED, MARIA, replace(MARIA, id=2)) == IdentityOutcome.PROBABLE


def test_namesake_with_a_similar_birth_date_needs_a_second_fact() -> None:
    namesake = PatientRecord(2, "Maria", "Garcia Lopez", birth_date=date(2015, 3, 26))
    assert outcome(TYPED, MARIA, namesake) == IdentityOutcome.PROBABLE
    assert judge_identity(replace(TYPED, phone=PHONE), [MARIA, namesake]).record == MARIA


def test_namesake_born_years_apart_causes_no_doubt() -> None:
    namesake = PatientRecord(2, "Maria", "Garcia Lopez", birth_date=date(2009, 11, 2))
    assert judge_identity(TYPED, [MARIA, namesake]).record == MARIA


def test_second_fact_that_fits_another_child_of_that_day_causes_doubt() -> None:
    elsewhere = PatientRecord(2, "Maria", "Duran", birth_date=BORN, postcode="10001")
    assert outcome(replace(TYPED, postcode="10001"), MARIA, elsewhere) == IdentityOutcome.PROBABLE


def test_phone_and_postcode_that_both_differ_from_the_record_cause_doubt() -> None:
    assert outcome(replace(TYPED, phone="555 000 1111", postcode="10001"), MARIA) == IdentityOutcome.PROBABLE
    assert outcome(replace(TYPED, phone="555 000 1111"), MARIA) == IdentityOutcome.CERTAIN


def test_chinese_names_with_the_same_sound_are_different() -> None:
    wei = PatientRecord(1, "伟", "王", birth_date=BORN, phones=(PHONE,))
    assert outcome(IdentityClaim("伟", "王", BORN), wei) == IdentityOutcome.CERTAIN
    assert outcome(IdentityClaim("薇", "王", BORN, phone=PHONE), wei) == IdentityOutcome.PROBABLE
    assert outcome(IdentityClaim("王伟", "", BORN), wei) == IdentityOutcome.CERTAIN


def test_names_that_match_only_when_run_together_are_different() -> None:
    tara = PatientRecord(1, "Tara", "Kisch", birth_date=BORN, postcode="3133")
    assert outcome(IdentityClaim("Kisc", "Htara", BORN, postcode="3133"), tara) == IdentityOutcome.PROBABLE


def test_single_name_is_certain_unless_another_child_of_that_day_has_it() -> None:
    suharto = PatientRecord(1, "Suharto", "", birth_date=BORN)
    claim = IdentityClaim("Suharto", "", BORN)
    assert outcome(claim, suharto) == IdentityOutcome.CERTAIN
    assert (
        outcome(claim, suharto, PatientRecord(2, "Suharto", "Wijaya", birth_date=BORN))
        == IdentityOutcome.PROBABLE
    )
    assert outcome(claim, PatientRecord(2, "Suharto", "Wijaya", birth_date=BORN)) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("blank", ["", "-", "."])
def test_single_name_is_not_certain_for_a_provisional_record_or_another_phone(blank: str) -> None:
    suharto = PatientRecord(1, "Suharto", blank, birth_date=BORN, phones=(PHONE,))
    claim = IdentityClaim("Suharto", "", BORN)
    assert outcome(claim, suharto) == IdentityOutcome.CERTAIN
    assert outcome(replace(claim, phone="312 555 0199"), suharto) == IdentityOutcome.PROBABLE
    made = replace(suharto, is_provisional=True)
    assert outcome(claim, made) == IdentityOutcome.PROBABLE
    assert outcome(replace(claim, phone=PHONE), made) == IdentityOutcome.CERTAIN


@pytest.mark.parametrize("none", ["N/A", "Unknown", "Same", "?", "??"])
def test_placeholder_family_name_is_ignored_in_either_field(none: str) -> None:
    record = PatientRecord(1, "Suharto", none, birth_date=BORN)
    for claim in (
        IdentityClaim("Suharto", none, BORN),
        IdentityClaim(none, "Suharto", BORN),
        IdentityClaim("Suharto", "", BORN),
    ):
        assert outcome(claim, record) == IdentityOutcome.PROBABLE


def test_no_similar_record_gives_unknown() -> None:
    stranger = PatientRecord(2, "Noah", "Petrov", birth_date=date(1999, 1, 1))
    assert judge_identity(TYPED, [stranger]) == judge_identity(TYPED, [])
    assert outcome(TYPED, stranger) == IdentityOutcome.UNKNOWN
    assert outcome(IdentityClaim(), MARIA) == IdentityOutcome.UNKNOWN


def test_candidate_says_why_it_fits_and_what_differs() -> None:
    candidate = judge_identity(replace(TYPED, given_name="Marta", phone=PHONE), [MARIA]).candidates[0]
    same = {difference.field: difference.same for difference in candidate.differences}
    assert same == {"given_name": False, "family_name": True, "birth_date": True, "phone": True}
    assert "The phone is on record." in map(str, candidate.why)


def test_names_in_swapped_fields_are_reported() -> None:
    judgment = judge_identity(IdentityClaim("García López", "María", BORN), [MARIA])
    assert "The given name and the family name are swapped." in map(str, judgment.why)


def test_at_most_five_candidates_are_returned_likeliest_first() -> None:
    siblings = [replace(MARIA, id=n, given_name=f"Maria {n}") for n in range(9)]
    candidates = judge_identity(TYPED, [*siblings, replace(MARIA, id=99)]).candidates
    assert len(candidates) == 5
    assert candidates[0].record.id == 99
    assert [one.score for one in candidates] == sorted((one.score for one in candidates), reverse=True)


def test_claim_has_few_candidate_blocks_and_each_uses_an_index() -> None:
    found = build_candidate_blocks(replace(TYPED, phone=PHONE))
    assert len(found) <= 12
    for block in found:
        assert block.dates or block.phone or (block.family and block.given)
        assert len(block.dates) <= 1 or block.family or block.given


def test_empty_claim_looks_up_nobody() -> None:
    assert build_candidate_blocks(IdentityClaim()) == []


def test_judging_300_records_costs_no_more_per_record_than_30() -> None:
    assert _calls(30) < 30 * 220
    assert _calls(300) < 300 * 220


def _calls(people: int) -> int:
    """Return how many function calls it takes to judge one claim against `number` records."""
    records = [
        PatientRecord(n, f"Name{n} Ann", f"Family{n * 7}", birth_date=BORN, phones=(PHONE,))
        for n in range(people)
    ]
    judge_identity(TYPED, records)  # warm the caches first
    seen = Counter[str]()
    sys.setprofile(lambda _frame, event, _what: seen.update([event]))
    try:
        judge_identity(replace(TYPED, given_name="Ann7"), records)
    finally:
        sys.setprofile(None)
    return seen["call"] + seen["c_call"]


def test_candidate_shows_both_sides_as_written() -> None:
    record = replace(MARIA, phones=("555 123 0001", PHONE))
    typed = IdentityClaim("Maria", "Garcia", BORN, phone="(555) 123-8567", postcode="87103")
    shown = {
        one.field: (one.typed, one.recorded, one.same)
        for one in judge_identity(typed, [record]).candidates[0].differences
    }
    assert shown["birth_date"] == ("2015-03-24", "2015-03-24", True)
    assert shown["phone"] == ("(555) 123-8567", PHONE, True)
    assert shown["postcode"] == ("87103", "87102", False)
    # Text if it was not a date, and the first number if none matches the one typed.
    odd = IdentityClaim("Maria", "Garcia", None, "March 2015", phone="555 123 9999")
    differences = judge_identity(odd, [record]).candidates[0].differences
    shown = {one.field: (one.typed, one.recorded, one.same) for one in differences}
    assert shown["birth_date"] == ("March 2015", "2015-03-24", False)
    assert shown["phone"] == ("555 123 9999", "555 123 0001", False)
    assert "postcode" not in shown
    bare = judge_identity(odd, [replace(record, phones=())]).candidates[0]
    assert ("phone", "") in {(one.field, one.recorded) for one in bare.differences}
