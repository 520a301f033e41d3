"""Identity of a child: what holds for any claim and any records."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from checkin.rules.identity import IdentityOutcome, judge_identity
from checkin.rules.identity_blocks import build_candidate_blocks
from checkin.rules.identity_facts import IdentityClaim, PatientRecord

BORN = date(2015, 3, 24)
PHONE = "555 123 8567"

words = st.text(max_size=12) | st.sampled_from(
    ["Anna", "Hanna", "Jon", "John", "Maria", "", "O'Neil", "王伟", "de la Cruz"]
)
days = st.none() | st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31)) | st.just(BORN)
claims = st.builds(IdentityClaim, words, words, days, words, st.sampled_from(["", PHONE]), words)
records = st.builds(
    PatientRecord,
    st.integers(1, 9),
    words,
    words,
    words,
    days,
    st.sampled_from([(), (PHONE,)]),
    words,
    st.booleans(),
)


@given(claims, st.lists(records, max_size=6, unique_by=lambda record: record.id))
@settings(max_examples=150, deadline=None)
def test_any_text_is_judged_and_record_order_does_not_matter(
    claim: IdentityClaim, found: list[PatientRecord]
) -> None:
    build_candidate_blocks(claim)
    judgment = judge_identity(claim, found)
    assert judge_identity(claim, reversed(found)) == judgment
    assert (judgment.outcome == IdentityOutcome.CERTAIN) == (judgment.record is not None)


NEAR_TWINS = [
    "Anna",
    "Hanna",
    "Ana",
    "Anne",
    "Jon",
    "John",
    "Jonah",
    "J",
    "Maria",
    "Mariah",
    "María José",
    "Bob",
    "Robert",
]


@given(
    pair=st.sampled_from(list(itertools.permutations(NEAR_TWINS, 2))),
    both=st.booleans(),
    expected=st.booleans(),
    swapped=st.booleans(),
    claim_family=st.sampled_from(["Smith", "Smyth", "", "smith "]),
)
@settings(max_examples=300, deadline=None)
def test_twin_with_another_given_name_is_never_certain(
    pair: tuple[str, str], both: bool, expected: bool, swapped: bool, claim_family: str
) -> None:
    mine, other = pair
    sibling = PatientRecord(1, other, "Smith", birth_date=BORN, phones=(PHONE,), postcode="87102")
    sibling = replace(sibling, has_appointment_today=expected)
    claim = IdentityClaim(mine, claim_family, BORN, phone=PHONE, postcode="87102")
    if swapped:
        claim = replace(claim, given_name=claim_family, family_name=mine)
    found = [sibling, replace(sibling, id=2, given_name=mine)] if both else [sibling]
    judgment = judge_identity(claim, found)
    assert judgment.record is None or judgment.record.given_name == mine


@given(claims, records, words)
@settings(max_examples=150, deadline=None)
def test_adding_a_twin_never_moves_certainty_to_the_twin(
    claim: IdentityClaim, record: PatientRecord, name: str
) -> None:
    before = judge_identity(claim, [record])
    twin = replace(record, id=record.id + 100, given_name=name, preferred_name="")
    after = judge_identity(claim, [record, twin])
    if before.record is not None:
        assert after.record in (None, record)
