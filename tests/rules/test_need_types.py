"""How needs are sorted, and that each fits its row."""

from __future__ import annotations

from checkin.rules import need_types
from checkin.rules.coded_sentences import NOTHING_SAID, say_sentence
from checkin.rules.need_types import FoundNeed, NeedKind, NeedOwner
from checkin.rules.sentence_codes import SentenceCode


def test_identity_needs_come_first_and_the_rest_keep_their_order() -> None:
    kinds = [NeedKind.VACCINE, NeedKind.MATCH, NeedKind.ACCESS, NeedKind.DISCREPANCY, NeedKind.CLINIC]
    found = [FoundNeed(kind, NOTHING_SAID, NeedOwner.FRONT_DESK) for kind in kinds]
    assert [need.kind for need in need_types.sort_needs_for_staff(found)] == [
        NeedKind.MATCH,
        NeedKind.DISCREPANCY,
        NeedKind.VACCINE,
        NeedKind.ACCESS,
        NeedKind.CLINIC,
    ]


def test_texts_are_cut_to_the_row_limits() -> None:
    """A sentence is kept as a code and facts, whatever its length: a number to call is never cut off."""
    why = say_sentence(SentenceCode.THEY_ASKED, words="w" * 600)
    made = FoundNeed(
        NeedKind.CLINIC, why, NeedOwner.MANAGER, label="l" * 201, subject="s" * 201, next_step=why
    )
    long = made.clipped()
    assert (long.label, long.subject) == ("l" * 200, "s" * 200)
    assert long.why.kept == long.next_step.kept == {"code": "they_asked", "words": "w" * 600}
    short = FoundNeed(NeedKind.CLINIC, why, NeedOwner.MANAGER, label="ask", next_step=why)
    assert short.clipped() == short
