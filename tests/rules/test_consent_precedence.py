"""Which of several answers counts, and what somebody has to read first."""

from __future__ import annotations

import pytest

from checkin.rules.consent_adults import CareKind, ConsentAdult
from checkin.rules.consent_answers import ConsentAnswer, KnownAdults
from checkin.rules.consent_precedence import (
    WeighedAnswers,
    find_conditional_answer,
    find_narrowing_answer,
    standing_consent_answers,
    weigh_consent_answers,
)

ANA = ConsentAdult("Ana Ruiz", "(312) 846-2291", "mother")
PABLO = ConsentAdult("Pablo Ruiz", "(312) 846-2292", "father")
BOTH = KnownAdults(guardians=(ANA, PABLO))
VACCINE = CareKind.VACCINE


def yes(item: str = "MMR", who: str = "Ana Ruiz", **more: str) -> ConsentAnswer:
    return ConsentAnswer(
        **{"care": "vaccine", "agreed": True, "basis": "telephone", "who": who} | more, to_what=item
    )


def no(item: str = "MMR", who: str = "Ana Ruiz", **more: str) -> ConsentAnswer:
    return ConsentAnswer(
        **{"care": "vaccine", "agreed": False, "basis": "telephone", "who": who} | more, to_what=item
    )


def weigh(*answers: ConsentAnswer, what: str = "MMR") -> WeighedAnswers:
    return weigh_consent_answers(answers, BOTH, VACCINE, what)


def test_no_answer_counts_if_none_was_given_about_the_item() -> None:
    assert weigh() == WeighedAnswers(None)
    assert weigh(yes("HPV")) == WeighedAnswers(None)


def test_last_answer_by_one_person_counts() -> None:
    first, last = yes(), no()
    assert weigh(first, last) == WeighedAnswers(last)
    assert weigh(last, first) == WeighedAnswers(first)


def test_opposite_answers_of_two_guardians_conflict_in_the_order_given() -> None:
    agreed, refused = yes(), no(who="Pablo Ruiz")
    assert weigh(agreed, refused) == WeighedAnswers(agreed, refused)
    assert weigh(refused, agreed) == WeighedAnswers(refused, agreed)


def test_clinicians_decision_replaces_earlier_answers_but_not_later_ones() -> None:
    decision = yes(who="Noor", basis="clinician")
    assert weigh(no(), no(who="Pablo Ruiz"), decision).said == decision
    later = no()
    assert weigh(decision, later) == WeighedAnswers(decision, later)


def test_answer_without_authority_counts_only_if_no_other_exists() -> None:
    stranger = no(who="Kim Sand", basis="none")
    assert weigh(stranger).said == stranger
    agreed = yes()
    assert weigh(agreed, stranger) == weigh(stranger, agreed) == WeighedAnswers(agreed)


def test_excluded_item_is_a_refusal_that_another_guardian_can_contradict() -> None:
    leaving_out = yes("everything but HPV")
    found = weigh(leaving_out, what="HPV")
    assert found.said is not None
    assert (found.said.agreed, found.said.to_what) == (False, "hpv")
    other = yes("HPV", who="Pablo Ruiz")
    assert weigh(leaving_out, other, what="HPV").against == other


CONDITION = yes("MMR if dad agrees")


def condition(*answers: ConsentAnswer, said: ConsentAnswer | None = None) -> ConsentAnswer | None:
    return find_conditional_answer(answers, BOTH, VACCINE, "MMR", said=said)


def test_conditional_consent_must_be_read_until_an_answer_counts() -> None:
    plain = yes()
    assert condition(CONDITION) == CONDITION
    assert condition(plain, CONDITION, said=plain) == CONDITION
    assert condition(CONDITION, plain, said=plain) is None


def test_newest_condition_from_an_adult_who_may_decide_is_used() -> None:
    newer = yes("MMR after the exam", who="Pablo Ruiz")
    assert condition(CONDITION, newer) == newer
    stranger = yes("MMR after the exam", who="Kim Sand", basis="none")
    assert condition(CONDITION, stranger) == CONDITION
    assert condition(stranger) is None


ONLY_FLU = yes("only the flu shot")


def narrowing(*answers: ConsentAnswer) -> ConsentAnswer | None:
    return find_narrowing_answer(answers, BOTH, VACCINE, "MMR")


def test_consent_to_only_another_item_may_withdraw_earlier_consent() -> None:
    assert narrowing(yes(), ONLY_FLU) == ONLY_FLU
    assert narrowing(yes(who="Pablo Ruiz"), ONLY_FLU) == ONLY_FLU


@pytest.mark.parametrize(
    ("later", "is_settled"),
    [
        (yes(), True),
        (no(), True),
        (yes(who="Noor", basis="clinician"), True),
        (yes(who="Pablo Ruiz"), False),
        (yes("HPV"), False),
        (yes("HPV", who="Noor", basis="clinician"), False),
    ],
)
def test_narrowing_is_settled_by_the_same_person_or_a_clinician(
    later: ConsentAnswer, *, is_settled: bool
) -> None:
    assert narrowing(ONLY_FLU, later) == (None if is_settled else ONLY_FLU)


def test_answer_without_authority_narrows_nothing() -> None:
    assert narrowing(yes("only the flu shot", who="Kim Sand", basis="none")) is None


def test_answers_of_two_people_both_stand() -> None:
    answers = [yes(), no(who="Pablo Ruiz"), no()]
    assert list(standing_consent_answers(answers, BOTH)) == answers[1:]


def test_newest_of_several_contradictions_is_reported() -> None:
    agreed, refused, again = yes(), no(who="Pablo Ruiz"), no(who="Olga Ruiz")
    three = KnownAdults(guardians=(ANA, PABLO, ConsentAdult("Olga Ruiz", "(312) 846-2295", "stepmother")))
    found = weigh_consent_answers([agreed, refused, again], three, VACCINE, "MMR")
    assert (found.said, found.against) == (agreed, again)
