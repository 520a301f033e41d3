"""Boundary values of rules that have no other test file."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules import (
    discrepancies as discrepancy_rules,
)
from checkin.rules import (
    need_types,
    sign_in_claims,
)
from checkin.rules import (
    needs as need_rules,
)
from checkin.rules.discrepancy_causes import DiscrepancyCause
from checkin.rules.identity_blocks import CandidateBlock, build_candidate_blocks
from checkin.rules.identity_facts import IdentityClaim
from checkin.rules.short_lines import shorten_to_one_line

TODAY = dt.date(2026, 3, 10)
KEY = "5f0c7d1e-8a51-4a52-9a80-2d9a6f1f6c01"


def long_ago(days: int) -> str:
    return (TODAY - dt.timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("days", "problem"),
    [(366 * 125, None), (366 * 125 + 1, DiscrepancyCause.BIRTH_DATE_TOO_LONG_AGO), (0, None)],
)
def test_birth_date_may_be_125_years_ago_and_no_more(days: int, problem: DiscrepancyCause | None) -> None:
    assert (
        sign_in_claims.read_typed_birth_date(long_ago(days), today=TODAY, day_first=False).problem == problem
    )
    assert (
        sign_in_claims.read_typed_birth_date(long_ago(-1), today=TODAY, day_first=False).problem
        == DiscrepancyCause.BIRTH_DATE_IN_FUTURE
    )


@pytest.mark.parametrize(
    ("field", "most"),
    [("child_birth_date", 60), ("escort_phone", 60), ("typed_at", 60), ("relationship", 500)],
)
def test_typed_text_is_cut_to_its_limit_and_the_cut_field_is_named(field: str, most: int) -> None:
    whole = sign_in_claims.read_sign_in_claim({"key": KEY, field: "x" * most})
    assert (getattr(whole, field), whole.cut) == ("x" * most, ())
    cut = sign_in_claims.read_sign_in_claim({"key": KEY, field: "x" * (most + 1)})
    assert (getattr(cut, field), cut.cut) == ("x" * most, (field,))


def test_only_an_impossible_birth_date_is_a_discrepancy_by_itself() -> None:
    for typed, noticed in (("2018-03-14", 0), ("", 0), ("2027-03-14", 1)):
        said = sign_in_claims.read_sign_in_claim({"key": KEY, "child_birth_date": typed})
        assert len(discrepancy_rules.notice_claim_problems(said, today=TODAY, day_first=False)) == noticed


def test_long_name_in_the_next_step_is_cut_to_80_characters() -> None:
    assert shorten_to_one_line("x" * 80) == "x" * 80
    assert shorten_to_one_line("x" * 81) == "x" * 79 + "…"


def test_clinics_own_need_has_a_key_of_16_characters() -> None:
    found = need_rules.build_clinics_own_need(
        "Ask about the car seat", need_types.NeedFacts(arrived=dt.datetime(2026, 3, 10, tzinfo=dt.UTC)), TODAY
    )
    assert found is not None
    assert len(found.key) == 16


def test_single_name_is_looked_up_in_either_field_and_never_as_blank() -> None:
    alone = build_candidate_blocks(IdentityClaim("Suharto", "", None))
    assert CandidateBlock(given=("suharto", ""), family=("", "")) in alone
    assert CandidateBlock(given=("", ""), family=("suharto", "")) in alone
    assert all(block.given and block.family for block in alone)
    assert len(alone) == 2
