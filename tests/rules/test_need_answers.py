"""Each kind of need has the answers to its own question."""

from __future__ import annotations

import pytest

from checkin.rules.need_answers import (
    NEED_ANSWERS,
    NeedDecision,
    find_need_choice,
    is_fit_answer,
    unfit_answer_refusal,
)
from checkin.rules.need_types import NeedKind, NeedOutcome
from checkin.rules.need_words import need_answer_words, need_outcome_words

DONE_OR_NOT = ["Done", "Declined", "Deferred", "Not offered"]
NOTE = ["Done", "Not wanted", "Later", "Not offered"]
OFFERED = {
    NeedKind.MATCH: ["Nobody could say"],
    NeedKind.DISCREPANCY: [],
    NeedKind.INTERPRETER: ["Was there", "They managed without", "Could not be arranged"],
    NeedKind.ACCESS: ["Arranged", "They managed without", "Could not be arranged"],
    NeedKind.PHONE_GUARDIAN: ["Reached", "Not needed", "Not reached"],
    NeedKind.CONSENT_CONFLICT: ["Decided", "Not decided today"],
    NeedKind.VACCINE: ["Given", "Declined", "Deferred", "Not offered"],
    NeedKind.CHECK_UP: DONE_OR_NOT,
    NeedKind.SCHOOL_NOTE: NOTE,
    NeedKind.WORK_NOTE: NOTE,
    NeedKind.WRONG_NOTE: [],
    NeedKind.SECOND_CONCERN: ["Done today", "Booked", "Not possible"],
    NeedKind.PROMISE: [],
    NeedKind.CLINIC: DONE_OR_NOT,
}
DECIDED_ELSEWHERE = {
    NeedKind.MATCH: NeedDecision.MATCH,
    NeedKind.DISCREPANCY: NeedDecision.DISCREPANCIES,
    NeedKind.SCHOOL_NOTE: NeedDecision.WRITE_NOTE,
    NeedKind.WORK_NOTE: NeedDecision.WRITE_NOTE,
    NeedKind.WRONG_NOTE: NeedDecision.NOTE,
    NeedKind.PROMISE: NeedDecision.PROMISES,
}


@pytest.mark.parametrize("kind", NeedKind)
def test_each_kind_offers_its_own_answers(kind: NeedKind) -> None:
    answers = NEED_ANSWERS[kind]
    assert [str(one.words) for one in answers.choices] == OFFERED[kind]
    assert answers.decision == DECIDED_ELSEWHERE.get(kind)


@pytest.mark.parametrize("kind", NeedKind)
def test_an_answer_is_shown_in_the_words_of_its_button(kind: NeedKind) -> None:
    for one in NEED_ANSWERS[kind].choices:
        if kind == NeedKind.SECOND_CONCERN or one.outcome == NeedOutcome.LEFT_OPEN:
            continue
        assert need_outcome_words(kind, one.outcome) == one.words
        assert need_answer_words(kind, one.outcome, "", "why") == str(one.words).lower()


def test_nobody_could_say_is_left_open_for_that_reason_and_asks_for_no_other() -> None:
    (one,) = NEED_ANSWERS[NeedKind.MATCH].choices
    assert (one.outcome, one.reason, one.asks_why) == (NeedOutcome.LEFT_OPEN, "nobody could say", False)
    assert need_outcome_words(NeedKind.MATCH, NeedOutcome.LEFT_OPEN) == "Left open"


def test_an_answer_kept_from_before_keeps_its_words() -> None:
    assert need_outcome_words(NeedKind.MATCH, NeedOutcome.DECLINED) == "Declined"
    assert need_outcome_words(NeedKind.DISCREPANCY, NeedOutcome.DONE) == "Done"
    assert need_outcome_words(NeedKind.INTERPRETER, NeedOutcome.DEFERRED) == "Deferred"
    assert need_outcome_words(NeedKind.SECOND_CONCERN, NeedOutcome.DEFERRED) == "Deferred"


@pytest.mark.parametrize("kind", NeedKind)
def test_only_an_answer_that_is_offered_fits_and_any_need_may_be_left_open(kind: NeedKind) -> None:
    fitting = {one.outcome for one in NEED_ANSWERS[kind].choices} | {NeedOutcome.LEFT_OPEN}
    assert {outcome for outcome in NeedOutcome if is_fit_answer(kind, outcome)} == fitting
    assert all(find_need_choice(kind, outcome) for outcome in fitting - {NeedOutcome.LEFT_OPEN})


@pytest.mark.parametrize("kind", NeedKind)
def test_on_leaving_every_need_can_be_answered_or_left_open(kind: NeedKind) -> None:
    answers = NEED_ANSWERS[kind]
    assert answers.choices_at(is_leaving=False) == answers.choices
    on_leaving = answers.choices_at(is_leaving=True)
    assert on_leaving[: len(answers.choices)] == answers.choices
    assert len(on_leaving) >= 1 and all(is_fit_answer(kind, one.outcome) for one in on_leaving)


def test_a_refusal_says_what_would_answer_it() -> None:
    assert unfit_answer_refusal("who is this?", NeedKind.MATCH) == (
        "“who is this?” is not answered like that. Use “Match this child” or “Nobody could say”, "
        "or leave it open with a reason."
    )
    assert unfit_answer_refusal("name differs", NeedKind.DISCREPANCY) == (
        "“name differs” is not answered like that. Use “Decide discrepancies”, "
        "or leave it open with a reason."
    )
