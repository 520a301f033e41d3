"""Which records are fetched for a claim: every one worth judging, with few lookups."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules.identity_blocks import CandidateBlock, build_candidate_blocks
from checkin.rules.identity_facts import IdentityClaim, PatientRecord
from checkin.rules.name_keys import normalize_text

BORN = date(2018, 3, 14)
TYPED = IdentityClaim("Leo", "Ruiz", BORN, phone="312 846 2291")


def is_in(key: str, wanted: tuple[str, str] | None) -> bool:
    if wanted is None:
        return True
    low, high = wanted
    return low <= key < high if high else key == low


def is_fetched(record: PatientRecord, claim: IdentityClaim) -> bool:
    """Apply a block the way the database does, without its limit."""
    given, family = normalize_text(record.given_name), normalize_text(record.family_name)
    return any(
        (not block.dates or record.birth_date in block.dates)
        and is_in(family, block.family)
        and is_in(given, block.given)
        and (not block.given_names or given in block.given_names)
        and not block.phone
        for block in build_candidate_blocks(claim)
    )


@pytest.mark.parametrize(
    "record",
    [
        # Born on that day, with any name.
        PatientRecord(1, "Maya", "Khan", birth_date=BORN),
        # A slip in the date, with three letters of a name in either field.
        PatientRecord(1, "Leonardo", "Khan", birth_date=date(2018, 4, 14)),
        PatientRecord(1, "Maya", "Ruizo", birth_date=date(2018, 3, 24)),
        PatientRecord(1, "Ruizo", "Khan", birth_date=date(2018, 3, 24)),
        # The date is far off: one whole name with two letters of the other, in either order.
        PatientRecord(1, "Leo", "Rubio", birth_date=date(2010, 9, 2)),
        PatientRecord(1, "Lenny", "Ruiz", birth_date=date(2010, 9, 2)),
        PatientRecord(1, "Ruiz", "Leo", birth_date=date(2010, 9, 2)),
    ],
)
def test_record_that_may_be_the_child_is_fetched(record: PatientRecord) -> None:
    assert is_fetched(record, TYPED)


@pytest.mark.parametrize(
    "record",
    [
        PatientRecord(1, "Maya", "Khan", birth_date=date(2018, 3, 24)),
        PatientRecord(1, "Leo", "Khan", birth_date=date(2010, 9, 2)),
        PatientRecord(1, "Lara", "Ruiz", birth_date=date(2010, 9, 2)),
    ],
)
def test_record_of_somebody_else_is_not_fetched(record: PatientRecord) -> None:
    assert not is_fetched(record, TYPED)


def test_without_a_birth_date_family_name_or_nickname_is_enough() -> None:
    undated = IdentityClaim("Bob", "Marsh")
    assert is_fetched(PatientRecord(1, "Zed", "Marsh"), undated)
    assert is_fetched(PatientRecord(1, "Bob", "Zander"), undated)
    assert is_fetched(PatientRecord(1, "Robert", "Marsh"), undated)
    # Swapped: the nickname is in the family name field.
    assert is_fetched(PatientRecord(1, "Robert", "Marsh"), IdentityClaim("Marsh", "Bob"))


def test_full_name_in_one_field_is_split_at_its_first_and_last_word() -> None:
    for said in ("Leo Andres Ruiz", "Ruiz Leo Andres"):
        assert is_fetched(PatientRecord(1, "Leo Andrés", "Ruiz"), IdentityClaim(said, "", date(1990, 1, 1)))


def test_empty_claim_fetches_nobody() -> None:
    assert build_candidate_blocks(IdentityClaim()) == []


def test_only_the_first_two_phone_numbers_are_looked_up() -> None:
    typed = replace(TYPED, phone="312 846 2291, 312 846 2292, 312 846 2293")
    phones = [block.phone for block in build_candidate_blocks(typed) if block.phone]
    assert len(phones) == 2
    assert phones[0].endswith("2291")


def test_birth_date_lookup_takes_twice_as_many_records_as_others() -> None:
    limits = {bool(block.dates == (BORN,)): block.limit for block in build_candidate_blocks(TYPED)}
    assert limits[True] == 2 * limits[False]


NAMES = st.sampled_from(["Leo", "Ruiz", "Ana María", "", "李", "Bob", "van der Berg", "?"])


@given(given_name=NAMES, family_name=NAMES, born=st.sampled_from([BORN, None]))
def test_no_lookup_is_repeated_or_blank(given_name: str, family_name: str, born: dt.date | None) -> None:
    blocks = build_candidate_blocks(IdentityClaim(given_name, family_name, born))
    assert len(blocks) == len(set(blocks))
    for block in blocks:
        assert block != CandidateBlock(limit=block.limit)
        named = [name for name in (block.family, block.given) if name and any(name)]
        assert named or block.dates or block.given_names or block.phone


@given(given_name=NAMES, family_name=NAMES)
def test_record_with_the_exact_name_is_always_fetched(given_name: str, family_name: str) -> None:
    claim = IdentityClaim(given_name, family_name, date(1990, 1, 1))
    if normalize_text(given_name) or normalize_text(family_name):
        assert is_fetched(PatientRecord(1, given_name, family_name, birth_date=BORN), claim)
