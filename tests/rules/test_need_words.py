"""The outcome that staff chose, in the words of its button."""

from __future__ import annotations

import pytest

from checkin.rules import need_words
from checkin.rules.child_labels import ChildLabel
from checkin.rules.need_reasons import NeedReason
from checkin.rules.need_types import NeedKind, NeedOutcome


@pytest.mark.parametrize(
    ("kind", "outcome", "code", "reason", "words", "answer"),
    [
        (NeedKind.VACCINE, NeedOutcome.DONE, "", "", "Given", "given"),
        (NeedKind.VACCINE, NeedOutcome.DECLINED, "", "", "Declined", "declined"),
        (NeedKind.CHECK_UP, NeedOutcome.DONE, "", "", "Done", "done"),
        (
            NeedKind.SECOND_CONCERN,
            NeedOutcome.DONE,
            NeedReason.CONCERN_DONE,
            "done today: cream",
            "Done today",
            "done today: cream",
        ),
        (
            NeedKind.SECOND_CONCERN,
            NeedOutcome.DEFERRED,
            NeedReason.CONCERN_BOOKED,
            "booked for Monday",
            "Booked",
            "booked for Monday",
        ),
        (
            NeedKind.SECOND_CONCERN,
            NeedOutcome.NOT_OFFERED,
            NeedReason.CONCERN_NOT_POSSIBLE,
            "not possible because no X-ray here",
            "Not possible",
            "not possible because no X-ray here",
        ),
        (NeedKind.SECOND_CONCERN, NeedOutcome.DECLINED, "", "they left", "Declined", "declined"),
        (NeedKind.CHECK_UP, NeedOutcome.DEFERRED, "", "booked for Monday", "Deferred", "deferred"),
    ],
)
def test_outcome_has_the_words_of_its_button(
    kind: NeedKind, outcome: NeedOutcome, code: str, reason: str, words: str, answer: str
) -> None:
    assert need_words.need_outcome_words(kind, outcome, code) == words
    assert need_words.need_answer_words(kind, outcome, code, reason) == answer


def test_automatically_lapsed_need_does_not_repeat_its_reason() -> None:
    assert need_words.need_reason_words(NeedReason.FACTS_CHANGED, "the facts changed") == ""
    assert need_words.need_reason_words("", "they left") == "they left"


def test_need_of_another_child_is_refused_with_both_names() -> None:
    leo, maya = ChildLabel("Leo Ruiz"), ChildLabel("Maya Khan")
    answered = need_words.other_childs_need_refusal("MMR", leo, maya, is_answered=True)
    assert (
        answered == "“MMR” was answered for Leo Ruiz, and this visit is Maya Khan’s now. Nothing was changed."
    )
    nobody = need_words.other_childs_need_refusal("MMR", leo, ChildLabel(""), is_answered=False)
    assert (
        nobody == "“MMR” is due for Leo Ruiz, and whose visit this is, is not settled. Nothing was changed."
    )
