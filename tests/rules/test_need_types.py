"""How a need is called and sorted, and that it fits its row."""

from __future__ import annotations

import pytest

from checkin.rules import need_types
from checkin.rules.need_types import FoundNeed, NeedKind, NeedOwner


@pytest.mark.parametrize(
    ("kind", "label", "heading"),
    [
        (NeedKind.SCHOOL_NOTE, "school note", "School note"),
        # A "dT booster" is no DT booster.
        (NeedKind.VACCINE, "dT booster", "dT booster"),
        (NeedKind.VACCINE, need_types.FLU_NEED_LABEL, "Flu vaccine"),
        (NeedKind.CHECK_UP, "two-year check-up", "two-year check-up"),
        (NeedKind.CLINIC, "ask about lead", "ask about lead"),
        (NeedKind.ACCESS, "", ""),
    ],
)
def test_our_own_words_begin_with_a_capital_and_names_stay_as_they_are(
    kind: NeedKind, label: str, heading: str
) -> None:
    assert need_types.need_heading(kind, label) == heading


def test_who_the_child_is_comes_first_and_the_rest_keeps_its_order() -> None:
    kinds = [NeedKind.VACCINE, NeedKind.MATCH, NeedKind.ACCESS, NeedKind.DISCREPANCY, NeedKind.CLINIC]
    found = [FoundNeed(kind, "", "", NeedOwner.FRONT_DESK) for kind in kinds]
    assert [need.kind for need in need_types.sort_needs_for_staff(found)] == [
        NeedKind.MATCH,
        NeedKind.DISCREPANCY,
        NeedKind.VACCINE,
        NeedKind.ACCESS,
        NeedKind.CLINIC,
    ]


def test_words_are_cut_to_what_a_row_holds() -> None:
    long = FoundNeed(NeedKind.CLINIC, "l" * 201, "w" * 501, NeedOwner.MANAGER, next_step="n" * 501).clipped()
    assert (long.label, long.why, long.next_step) == ("l" * 200, "w" * 500, "n" * 500)
    short = FoundNeed(NeedKind.CLINIC, "ask", "own", NeedOwner.MANAGER, next_step="ask")
    assert short.clipped() == short
