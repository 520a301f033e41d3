"""How needs are sorted, and that one fits its row."""

from __future__ import annotations

from checkin.rules import need_types
from checkin.rules.need_types import FoundNeed, NeedKind, NeedOwner


def test_who_the_child_is_comes_first_and_the_rest_keeps_its_order() -> None:
    kinds = [NeedKind.VACCINE, NeedKind.MATCH, NeedKind.ACCESS, NeedKind.DISCREPANCY, NeedKind.CLINIC]
    found = [FoundNeed(kind, "", NeedOwner.FRONT_DESK) for kind in kinds]
    assert [need.kind for need in need_types.sort_needs_for_staff(found)] == [
        NeedKind.MATCH,
        NeedKind.DISCREPANCY,
        NeedKind.VACCINE,
        NeedKind.ACCESS,
        NeedKind.CLINIC,
    ]


def test_words_are_cut_to_what_a_row_holds() -> None:
    words = {"label": "l" * 201, "subject": "s" * 201, "next_step": "n" * 501}
    long = FoundNeed(NeedKind.CLINIC, "w" * 501, NeedOwner.MANAGER, **words).clipped()
    assert (long.label, long.subject) == ("l" * 200, "s" * 200)
    assert (long.why, long.next_step) == ("w" * 500, "n" * 500)
    short = FoundNeed(NeedKind.CLINIC, "own", NeedOwner.MANAGER, label="ask", next_step="ask")
    assert short.clipped() == short
