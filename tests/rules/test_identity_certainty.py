"""When a record is certainly the child: alone, against similar records, in any order and with any ids."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkin.rules.identity import IdentityJudgment, IdentityOutcome, judge_identity
from checkin.rules.identity_facts import IdentityClaim, PatientRecord

BORN = date(2018, 3, 14)
PHONE = "312 555 0123"
OTHER_PHONE = "312 555 0188"
MARIA = PatientRecord(1, "Maria", "Garcia", birth_date=BORN)
TYPED = IdentityClaim("Maria", "Garcia", BORN, phone=PHONE)


def outcome(claim: IdentityClaim, *records: PatientRecord) -> IdentityOutcome:
    return judge_identity(claim, records).outcome


def contents(judgment: IdentityJudgment) -> tuple[object, ...]:
    """Return everything in a judgment except the record ids."""
    record = judgment.record and replace(judgment.record, id=0)
    candidates = [(replace(one.record, id=0), one.score) for one in judgment.candidates]
    return judgment.outcome, record, candidates, tuple(map(str, judgment.why))


# Few distinct names, dates and facts, so that similar records, twins and namesakes are drawn often.
names = st.sampled_from(["Maria", "Mariah", "Marie", "Leo", "Garcia", "Garzia", ""])
days = st.sampled_from(
    [BORN, date(2018, 3, 24), date(2018, 4, 14), date(2017, 3, 14), date(2012, 9, 2), None]
)
postcodes = st.sampled_from(["", "60601", "60602"])
records = st.builds(
    PatientRecord,
    st.integers(1, 10**6),
    names,
    st.sampled_from(["Garcia", "Garzia", "Stone", ""]),
    preferred_name=st.sampled_from(["", "Maria"]),
    birth_date=days,
    phones=st.sampled_from([(), (PHONE,), (OTHER_PHONE,)]),
    postcode=postcodes,
    has_appointment_today=st.booleans(),
)
claims = st.builds(
    IdentityClaim,
    names,
    st.sampled_from(["Garcia", "Garzia", "Stone", ""]),
    days,
    phone=st.sampled_from(["", PHONE]),
    postcode=postcodes,
)
pools = st.lists(records, max_size=6, unique_by=lambda record: record.id)
# Records that are enough alone, drawn more often than by chance.
likely = st.builds(
    PatientRecord,
    st.integers(1, 10**6),
    st.just("Maria"),
    st.sampled_from(["Garcia", "Garcia", "Stone"]),
    birth_date=st.sampled_from([BORN, BORN, date(2018, 3, 24)]),
    phones=st.sampled_from([(), (PHONE,)]),
    postcode=postcodes,
    has_appointment_today=st.booleans(),
)


@given(claims, pools, st.randoms(use_true_random=False), st.permutations(range(1, 7)))
@settings(max_examples=200, deadline=None)
def test_order_and_ids_of_records_never_change_the_outcome(
    claim: IdentityClaim, found: list[PatientRecord], chance: object, numbers: list[int]
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    renamed = [replace(record, id=number) for record, number in zip(shuffled, numbers, strict=False)]
    assert contents(judge_identity(claim, renamed)) == contents(judge_identity(claim, found))


@given(st.sampled_from([TYPED, replace(TYPED, postcode="60601")]), likely, likely)
@settings(max_examples=400, deadline=None)
def test_two_records_that_are_each_enough_alone_are_never_certain(
    claim: IdentityClaim, one: PatientRecord, other: PatientRecord
) -> None:
    other = replace(other, id=one.id + 1)
    if outcome(claim, one) == outcome(claim, other) == IdentityOutcome.CERTAIN:
        judgment = judge_identity(claim, [one, other])
        assert judgment.outcome == IdentityOutcome.PROBABLE
        assert len(judgment.candidates) == 2


@given(st.lists(likely, min_size=1, max_size=4, unique_by=lambda record: record.id), likely)
@settings(max_examples=300, deadline=None)
def test_adding_a_second_sufficient_record_never_yields_certain(
    found: list[PatientRecord], more: PatientRecord
) -> None:
    more = replace(more, id=0)
    alone = judge_identity(TYPED, [more]).outcome == IdentityOutcome.CERTAIN
    if alone and any(outcome(TYPED, record) == IdentityOutcome.CERTAIN for record in found):
        assert outcome(TYPED, *found, more) == IdentityOutcome.PROBABLE


@pytest.mark.parametrize("near", [date(2018, 3, 24), date(2018, 4, 14), date(2017, 3, 14)])
@pytest.mark.parametrize("phone", [(), (OTHER_PHONE,)])
@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
def test_aunt_with_two_nieces_of_one_name_is_asked_which(
    near: date, phone: tuple[str, ...], ids: tuple[int, int]
) -> None:
    slip = PatientRecord(
        ids[0], "Maria", "Garcia", birth_date=near, phones=(PHONE,), has_appointment_today=True
    )
    exact = replace(MARIA, id=ids[1], phones=phone)
    judgment = judge_identity(TYPED, [slip, exact])
    assert judgment.outcome == IdentityOutcome.PROBABLE
    assert judgment.candidates[0].record == exact


@pytest.mark.parametrize("typed_phone", ["", PHONE, OTHER_PHONE])
@pytest.mark.parametrize("given_name", ["Maria", "Mariah", "Mary"])
def test_booked_namesake_does_not_beat_the_record_with_the_exact_birth_date(
    typed_phone: str, given_name: str
) -> None:
    booked = PatientRecord(
        1, "Maria", "Garcia", birth_date=date(2018, 3, 24), phones=(PHONE,), has_appointment_today=True
    )
    exact = PatientRecord(2, given_name, "Garcia", birth_date=BORN)
    assert outcome(replace(TYPED, phone=typed_phone), booked, exact) == IdentityOutcome.PROBABLE


@given(
    st.permutations([True, False, True, False, True, False]),
    st.sampled_from([date(2018, 3, 24), date(2017, 3, 14), date(2018, 3, 2), date(2010, 8, 9), None]),
    st.sampled_from([("Maria", "Garcia"), ("Mariah", "Garcia"), ("Maria", "Stone")]),
)
@settings(max_examples=200, deadline=None)
def test_exact_birth_date_is_never_beaten_by_a_near_one_with_more_facts(
    facts: list[bool], near: date | None, name: tuple[str, str]
) -> None:
    def record(number: int, born: date | None, phone: bool, postcode: bool, booked: bool) -> PatientRecord:
        phones, code = (PHONE if phone else OTHER_PHONE,), "60601" if postcode else "60699"
        return PatientRecord(number, *name, "", born, phones, code, has_appointment_today=booked)

    exact, other = record(1, BORN, *facts[:3]), record(2, near, *facts[3:])
    assert judge_identity(replace(TYPED, postcode="60601"), [other, exact]).candidates[0].record == exact


def test_equally_strong_facts_do_not_tell_namesakes_apart() -> None:
    for facts in itertools.product([(PHONE,), ()], repeat=2):
        one, other = (
            replace(MARIA, id=number, birth_date=born, phones=phones)
            for number, born, phones in ((1, BORN, facts[0]), (2, date(2018, 3, 24), facts[1]))
        )
        only_the_first_has_one = facts == ((PHONE,), ())
        wanted = IdentityOutcome.CERTAIN if only_the_first_has_one else IdentityOutcome.PROBABLE
        assert outcome(TYPED, one, other) == wanted


def test_phone_shared_with_a_cousin_of_similar_name_does_not_tell_them_apart() -> None:
    mine = replace(MARIA, phones=(PHONE,))
    cousin = replace(mine, id=2, given_name="Mariah", birth_date=date(2018, 3, 24))
    assert outcome(TYPED, mine, cousin) == IdentityOutcome.PROBABLE
    assert outcome(TYPED, mine, replace(cousin, phones=(OTHER_PHONE,))) == IdentityOutcome.CERTAIN


def test_exact_name_ranks_before_a_booked_twin_with_a_similar_name() -> None:
    anna = PatientRecord(1, "Anna", "Lindqvist", birth_date=BORN)
    hanna = PatientRecord(2, "Hanna", "Lindqvist", birth_date=BORN, has_appointment_today=True)
    said = judge_identity(IdentityClaim("Anna", "Lindqvist", BORN), [hanna, anna])
    assert [one.record.given_name for one in said.candidates] == ["Anna", "Hanna"]


def test_postcode_supports_a_similar_family_name_despite_others_of_that_day() -> None:
    home = replace(MARIA, postcode="60601")
    typed = IdentityClaim("Maria", "Garzia", BORN, postcode="60601")
    assert outcome(typed, home) == IdentityOutcome.CERTAIN
    assert outcome(typed, home, PatientRecord(2, "Maria", "Khan", birth_date=BORN)) == IdentityOutcome.CERTAIN
    # For a different or missing family name, it counts only if nobody else of that day has the given name.
    other = replace(typed, family_name="Khan")
    assert outcome(other, home) == IdentityOutcome.CERTAIN
    assert (
        outcome(other, home, PatientRecord(2, "Maria", "Sand", birth_date=BORN)) == IdentityOutcome.PROBABLE
    )


def test_child_with_a_clearly_different_family_name_is_not_a_namesake() -> None:
    other = PatientRecord(2, "Maria", "Khan", birth_date=BORN)
    assert outcome(IdentityClaim("Maria", "Garcia", BORN), MARIA, other) == IdentityOutcome.CERTAIN


@pytest.mark.parametrize("family", ["", "-", "...", "🙂", "Unknown"])
def test_record_without_a_family_name_is_not_called_a_child_of_this_family(family: str) -> None:
    other = PatientRecord(2, "Sukarno", family, birth_date=BORN)
    judgment = judge_identity(TYPED, [MARIA, other])
    assert not any("child of this family" in str(reason) for reason in judgment.why)
    if family != "Unknown":
        assert judgment.outcome == IdentityOutcome.PROBABLE
        assert any("a family name is missing" in str(reason) for reason in judgment.why)


@pytest.mark.parametrize("family", ["Garcia", "García", "Garzia"])
def test_twin_is_still_called_a_child_of_this_family(family: str) -> None:
    twin = PatientRecord(2, "Leo", family, birth_date=BORN)
    judgment = judge_identity(TYPED, [MARIA, twin])
    assert judgment.outcome == IdentityOutcome.PROBABLE
    assert "Another child of this family was born the same day." in map(str, judgment.why)
