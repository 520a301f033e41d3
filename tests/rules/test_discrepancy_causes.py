"""The codes of why a discrepancy was noticed stand on rows: they stay, and each has a sentence."""

from __future__ import annotations

from checkin.rules.discrepancy_causes import DiscrepancyCause


def test_the_codes_that_stand_on_rows_are_these() -> None:
    assert set(DiscrepancyCause.values) == {
        "name_differs",
        "not_a_date",
        "not_in_calendar",
        "other_order",
        "two_ways",
        "in_future",
        "too_long_ago",
        "other_birth_date",
        "no_birth_date",
        "other_escort_phone",
        "no_escort_phone",
        "other_guardian_phone",
        "no_guardian_phone",
        "other_guardian",
        "no_guardian",
        "other_address",
        "no_address",
        "already_signed_in",
        "signed_in_otherwise",
    }


def test_no_two_causes_read_alike() -> None:
    sentences = [str(one.label) for one in DiscrepancyCause]
    assert all(sentences) and len(set(sentences)) == len(sentences)
