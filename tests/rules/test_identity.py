"""Who is this child: certain only when it cannot be a twin or a namesake."""

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
def test_the_same_name_and_birth_date_is_certain_however_it_is_written(claim: IdentityClaim) -> None:
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
def test_another_or_near_given_name_is_never_certain_whatever_else_agrees(claim: IdentityClaim) -> None:
    expected = replace(MARIA, has_appointment_today=True)
    everything = replace(claim, phone=PHONE, postcode="87102")
    assert outcome(everything, expected) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("given_name", ["Baby", "Baby Girl", "Twin A", "bebé", "J"])
def test_a_stand_in_for_a_name_or_an_initial_is_never_certain(given_name: str) -> None:
    record = replace(MARIA, given_name=given_name, preferred_name="")
    assert outcome(replace(TYPED, given_name=given_name), record) == IdentityOutcome.PROBABLE


def test_a_near_family_name_alone_is_not_certain() -> None:
    assert outcome(replace(TYPED, family_name="Garcia"), MARIA) == IdentityOutcome.PROBABLE
    assert outcome(replace(TYPED, family_name="Garzia Lopez"), MARIA) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("family_name", ["Garcia", "Garzia Lopez", "", "Montoya"])
@pytest.mark.parametrize("fact", [{"phone": PHONE}, {"postcode": "87102"}])
def test_a_second_fact_settles_the_family_name(family_name: str, fact: dict[str, str]) -> None:
    assert outcome(replace(TYPED, family_name=family_name, **fact), MARIA) == IdentityOutcome.CERTAIN


def test_an_appointment_today_settles_the_family_name() -> None:
    expected = replace(MARIA, has_appointment_today=True)
    assert outcome(replace(TYPED, family_name="Garcia"), expected) == IdentityOutcome.CERTAIN


def test_a_postcode_does_not_settle_another_family_name_where_another_of_that_day_lives_there() -> None:
    neighbor = PatientRecord(2, "Olivia", "Brown", birth_date=BORN, postcode="87102")
    claim = replace(TYPED, family_name="Montoya", postcode="87102")
    assert outcome(claim, MARIA, neighbor) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize(
    "typed", ["2015-03-25", "2015-24-03", "2015-03-42", "2014-03-24", "2051-03-24", "20150324 ", "2015-02-24"]
)
def test_a_slip_in_the_birth_date_is_settled_by_an_appointment_today_and_only_then(typed: str) -> None:
    claim = IdentityClaim("Maria", "Garcia Lopez", None, birth_text=typed)
    near = outcome(claim, MARIA)
    assert near == (IdentityOutcome.CERTAIN if typed.strip() == "20150324" else IdentityOutcome.PROBABLE)
    if not typed.startswith("2051"):
        assert outcome(claim, replace(MARIA, has_appointment_today=True)) == IdentityOutcome.CERTAIN
        if near == IdentityOutcome.PROBABLE:
            assert outcome(replace(claim, phone=PHONE, postcode="87102"), MARIA) == IdentityOutcome.PROBABLE


def test_a_birth_date_a_decade_off_may_be_the_father() -> None:
    father = replace(MARIA, birth_date=date(1985, 3, 24), has_appointment_today=True)
    claim = replace(TYPED, phone=PHONE, postcode="87102")
    assert outcome(claim, father) == IdentityOutcome.PROBABLE
    assert outcome(replace(claim, birth_date=date(1995, 3, 24)), father) == IdentityOutcome.PROBABLE


def test_without_a_birth_date_only_an_appointment_and_a_phone_together_are_certain() -> None:
    expected = replace(MARIA, has_appointment_today=True)
    nameless_day = replace(TYPED, birth_date=None)
    assert outcome(replace(nameless_day, phone=PHONE, postcode="87102"), MARIA) == IdentityOutcome.PROBABLE
    assert outcome(nameless_day, expected) == IdentityOutcome.PROBABLE
    assert outcome(replace(nameless_day, phone=PHONE), expected) == IdentityOutcome.CERTAIN


def test_a_date_that_reads_both_ways_is_not_certain() -> None:
    record = replace(MARIA, birth_date=date(2015, 4, 3))
    claim = IdentityClaim("Maria", "Garcia Lopez", None, birth_text="3/4/2015")
    assert outcome(claim, record) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("twin_name", ["Mariana", "Daria", "Zoe", "M", "", "María José"])
def test_with_a_twin_on_file_a_person_decides(twin_name: str) -> None:
    twin = replace(MARIA, id=2, given_name=twin_name, preferred_name="")
    judgment = judge_identity(replace(TYPED, phone=PHONE), [MARIA, twin])
    assert judgment.outcome == IdentityOutcome.PROBABLE
    assert judgment.candidates[0].record == MARIA


def test_an_appointment_of_ones_own_tells_twins_apart_if_their_names_do() -> None:
    expected = replace(MARIA, has_appointment_today=True)
    far = replace(MARIA, id=2, given_name="Zoe", preferred_name="")
    near = replace(MARIA, id=2, given_name="Mariana", preferred_name="")
    assert judge_identity(TYPED, [expected, far]).record == expected
    assert outcome(TYPED, expected, near) == IdentityOutcome.PROBABLE
    assert outcome(TYPED, expected, replace(far, has_appointment_today=True)) == IdentityOutcome.PROBABLE


def test_twins_may_be_born_either_side_of_midnight() -> None:
    twin = replace(MARIA, id=2, given_name="Zoe", preferred_name="", birth_date=date(2015, 3, 25))
    assert outcome(TYPED, MARIA, twin) == IdentityOutcome.PROBABLE


def test_a_family_of_the_same_name_elsewhere_is_no_twin() -> None:
    other = PatientRecord(
        2, "Zoe", "García López", birth_date=BORN, phones=("555 999 0000",), postcode="10001"
    )
    assert judge_identity(TYPED, [MARIA, other]).record == MARIA


def test_two_records_of_one_name_and_day_are_never_certain() -> None:
    assert outcome(TYPED, MARIA, replace(MARIA, id=2)) == IdentityOutcome.PROBABLE


def test_a_namesake_with_nearly_the_same_birth_date_needs_a_second_fact() -> None:
    namesake = PatientRecord(2, "Maria", "Garcia Lopez", birth_date=date(2015, 3, 26))
    assert outcome(TYPED, MARIA, namesake) == IdentityOutcome.PROBABLE
    assert judge_identity(replace(TYPED, phone=PHONE), [MARIA, namesake]).record == MARIA


def test_a_namesake_born_years_apart_is_no_doubt() -> None:
    namesake = PatientRecord(2, "Maria", "Garcia Lopez", birth_date=date(2009, 11, 2))
    assert judge_identity(TYPED, [MARIA, namesake]).record == MARIA


def test_a_second_fact_that_speaks_for_another_child_of_the_day_is_a_doubt() -> None:
    elsewhere = PatientRecord(2, "Maria", "Duran", birth_date=BORN, postcode="10001")
    assert outcome(replace(TYPED, postcode="10001"), MARIA, elsewhere) == IdentityOutcome.PROBABLE


def test_phone_and_postcode_both_other_than_on_record_is_a_doubt() -> None:
    assert outcome(replace(TYPED, phone="555 000 1111", postcode="10001"), MARIA) == IdentityOutcome.PROBABLE
    assert outcome(replace(TYPED, phone="555 000 1111"), MARIA) == IdentityOutcome.CERTAIN


def test_names_of_one_sound_in_chinese_characters_are_not_the_same() -> None:
    wei = PatientRecord(1, "伟", "王", birth_date=BORN, phones=(PHONE,))
    assert outcome(IdentityClaim("伟", "王", BORN), wei) == IdentityOutcome.CERTAIN
    assert outcome(IdentityClaim("薇", "王", BORN, phone=PHONE), wei) == IdentityOutcome.PROBABLE
    assert outcome(IdentityClaim("王伟", "", BORN), wei) == IdentityOutcome.CERTAIN


def test_letters_that_only_run_together_alike_are_another_name() -> None:
    tara = PatientRecord(1, "Tara", "Kisch", birth_date=BORN, postcode="3133")
    assert outcome(IdentityClaim("Kisc", "Htara", BORN, postcode="3133"), tara) == IdentityOutcome.PROBABLE


def test_a_single_name_is_certain_unless_another_of_that_day_has_it() -> None:
    suharto = PatientRecord(1, "Suharto", "", birth_date=BORN)
    claim = IdentityClaim("Suharto", "", BORN)
    assert outcome(claim, suharto) == IdentityOutcome.CERTAIN
    assert (
        outcome(claim, suharto, PatientRecord(2, "Suharto", "Wijaya", birth_date=BORN))
        == IdentityOutcome.PROBABLE
    )
    assert outcome(claim, PatientRecord(2, "Suharto", "Wijaya", birth_date=BORN)) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("blank", ["", "-", "."])
def test_a_single_name_is_not_certain_of_a_record_that_a_sign_in_made_nor_against_a_phone(blank: str) -> None:
    suharto = PatientRecord(1, "Suharto", blank, birth_date=BORN, phones=(PHONE,))
    claim = IdentityClaim("Suharto", "", BORN)
    assert outcome(claim, suharto) == IdentityOutcome.CERTAIN
    assert outcome(replace(claim, phone="312 555 0199"), suharto) == IdentityOutcome.PROBABLE
    made = replace(suharto, is_provisional=True)
    assert outcome(claim, made) == IdentityOutcome.PROBABLE
    assert outcome(replace(claim, phone=PHONE), made) == IdentityOutcome.CERTAIN


@pytest.mark.parametrize("none", ["N/A", "Unknown", "Same", "?", "??"])
def test_a_family_name_that_is_none_is_none_in_the_other_box_too(none: str) -> None:
    record = PatientRecord(1, "Suharto", none, birth_date=BORN)
    for claim in (
        IdentityClaim("Suharto", none, BORN),
        IdentityClaim(none, "Suharto", BORN),
        IdentityClaim("Suharto", "", BORN),
    ):
        assert outcome(claim, record) == IdentityOutcome.PROBABLE


def test_nobody_like_it_is_unknown() -> None:
    stranger = PatientRecord(2, "Noah", "Petrov", birth_date=date(1999, 1, 1))
    assert judge_identity(TYPED, [stranger]) == judge_identity(TYPED, [])
    assert outcome(TYPED, stranger) == IdentityOutcome.UNKNOWN
    assert outcome(IdentityClaim(), MARIA) == IdentityOutcome.UNKNOWN


def test_a_candidate_says_why_and_what_differs() -> None:
    candidate = judge_identity(replace(TYPED, given_name="Marta", phone=PHONE), [MARIA]).candidates[0]
    same = {difference.field: difference.same for difference in candidate.differences}
    assert same == {"given_name": False, "family_name": True, "birth_date": True, "phone": True}
    assert "The phone is on record." in map(str, candidate.why)


def test_names_typed_the_other_way_round_are_said_to_be() -> None:
    judgment = judge_identity(IdentityClaim("García López", "María", BORN), [MARIA])
    assert "Given and family name are the other way round." in map(str, judgment.why)


def test_at_most_five_candidates_likeliest_first() -> None:
    siblings = [replace(MARIA, id=n, given_name=f"Maria {n}") for n in range(9)]
    candidates = judge_identity(TYPED, [*siblings, replace(MARIA, id=99)]).candidates
    assert len(candidates) == 5
    assert candidates[0].record.id == 99
    assert [one.score for one in candidates] == sorted((one.score for one in candidates), reverse=True)


def test_the_blocks_of_a_claim_are_few_and_each_is_an_index_look_up() -> None:
    found = build_candidate_blocks(replace(TYPED, phone=PHONE))
    assert len(found) <= 12
    for block in found:
        assert block.dates or block.phone or (block.family and block.given)
        assert len(block.dates) <= 1 or block.family or block.given


def test_an_empty_claim_looks_nobody_up() -> None:
    assert build_candidate_blocks(IdentityClaim()) == []


def test_judging_three_hundred_of_one_birth_date_costs_no_more_for_each_than_thirty() -> None:
    assert _calls(30) < 30 * 220
    assert _calls(300) < 300 * 220


def _calls(people: int) -> int:
    """How many calls of a function it takes to judge one claim against so many: the same on any machine."""
    records = [
        PatientRecord(n, f"Name{n} Ann", f"Family{n * 7}", birth_date=BORN, phones=(PHONE,))
        for n in range(people)
    ]
    judge_identity(TYPED, records)  # so that what is read once has been read
    seen = Counter[str]()
    sys.setprofile(lambda _frame, event, _what: seen.update([event]))
    try:
        judge_identity(replace(TYPED, given_name="Ann7"), records)
    finally:
        sys.setprofile(None)
    return seen["call"] + seen["c_call"]


def test_a_candidate_shows_both_sides_as_they_were_written() -> None:
    record = replace(MARIA, phones=("555 123 0001", PHONE))
    typed = IdentityClaim("Maria", "Garcia", BORN, phone="(555) 123-8567", postcode="87103")
    shown = {
        one.field: (one.typed, one.recorded, one.same)
        for one in judge_identity(typed, [record]).candidates[0].differences
    }
    assert shown["birth_date"] == ("2015-03-24", "2015-03-24", True)
    assert shown["phone"] == ("(555) 123-8567", PHONE, True)
    assert shown["postcode"] == ("87103", "87102", False)
    # As text where it was no date, and the first number where none is the one typed.
    odd = IdentityClaim("Maria", "Garcia", None, "March 2015", phone="555 123 9999")
    differences = judge_identity(odd, [record]).candidates[0].differences
    shown = {one.field: (one.typed, one.recorded, one.same) for one in differences}
    assert shown["birth_date"] == ("March 2015", "2015-03-24", False)
    assert shown["phone"] == ("555 123 9999", "555 123 0001", False)
    assert "postcode" not in shown
    bare = judge_identity(odd, [replace(record, phones=())]).candidates[0]
    assert ("phone", "") in {(one.field, one.recorded) for one in bare.differences}
