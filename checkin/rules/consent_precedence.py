"""Decide which of several answers counts, what replaces an earlier one, and what staff must read first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from checkin.rules.consent_adults import CareKind, ConsentBasis
from checkin.rules.consent_answers import ConsentAnswer, KnownAdults
from checkin.rules.consent_items import is_refused_item_named, item_left_out


class WeighedAnswers(NamedTuple):
    """The answer that counts, if any, and the one that contradicts it.

    The other is from somebody else who may decide, or from the same person about what may be the same item.
    """

    said: ConsentAnswer | None
    against: ConsentAnswer | None = None
    by_one_person: bool = False


def weigh_consent_answers(
    answers: Iterable[ConsentAnswer], known: KnownAdults, care: CareKind, what: str = ""
) -> WeighedAnswers:
    """Return the answer that counts for this item, or two answers that contradict each other.

    Without an item: for all of that care, and answers about one item do not count. A later answer replaces an
    earlier one of the same person. A clinician's decision replaces every earlier answer. An answer from
    someone who may not decide counts only if nobody who may decide has answered.
    """
    spoken = [part for one in answers for part in _with_no_to_item_left_out(one)]
    standing = list(
        standing_consent_answers([one for one in spoken if one.is_about(care, what)], known, what)
    )
    deciding = [one for one in standing if known.may_decide(one, care)]
    pairs = [(no, yes) for no, yes in product(deciding, deciding) if not no.agreed and yes.agreed]
    contrary = [pair for pair in pairs if not known.is_same_person(*pair)] or pairs
    if contrary:
        no, yes = contrary[-1]
        both = (no, yes) if deciding.index(no) < deciding.index(yes) else (yes, no)
        return WeighedAnswers(*both, by_one_person=known.is_same_person(no, yes))
    return WeighedAnswers(next(reversed(deciding or standing), None))


def _with_no_to_item_left_out(answer: ConsentAnswer) -> Iterator[ConsentAnswer]:
    """Yield the answer, and after a yes to "everything but HPV" also a no to HPV.

    As a no of its own, it stays in force against another guardian's yes.
    """
    yield answer
    if answer.agreed and (item := item_left_out(answer.to_what)):
        yield replace(answer, agreed=False, to_what=item)


def find_conditional_answer(
    answers: Sequence[ConsentAnswer],
    known: KnownAdults,
    care: CareKind,
    what: str,
    *,
    said: ConsentAnswer | None,
) -> ConsentAnswer | None:
    """Return the newest conditional yes that staff must read, given after the last answer that counts."""
    counts = said if said and known.may_decide(said, care) else None
    after = next((nth for nth, one in enumerate(answers) if one is counts), -1)
    later = [one for one in answers[after + 1 :] if one.is_on_condition(care, what)]
    return next((one for one in reversed(later) if known.may_decide(one, care)), None)


def find_narrowing_answer(
    answers: Sequence[ConsentAnswer], known: KnownAdults, care: CareKind, what: str
) -> ConsentAnswer | None:
    """Return the newest yes to something else only ("only the flu shot"), or None.

    None also if the same person or a clinician answered about this item later. Such a yes may withdraw an
    earlier yes by anyone, as an exclusion does.
    """

    def is_settled(one: ConsentAnswer, later: ConsentAnswer) -> bool:
        is_theirs = later.deciding_answer == ConsentBasis.CLINICIAN or known.is_same_person(later, one)
        return is_theirs and later.is_about(care, what)

    for nth, one in reversed(list(enumerate(answers))):
        if one.is_of_others_only(care, what) and known.may_decide(one, care):
            return None if any(is_settled(one, later) for later in answers[nth + 1 :]) else one
    return None


def standing_consent_answers(
    answers: Sequence[ConsentAnswer], known: KnownAdults, what: str = ""
) -> Iterator[ConsentAnswer]:
    """Yield the answers in force, oldest first: those that no later answer replaces."""
    for nth, one in enumerate(answers):
        if not any(is_superseding_answer(later, one, known, what) for later in answers[nth + 1 :]):
            yield one


def is_superseding_answer(
    later: ConsentAnswer, earlier: ConsentAnswer, known: KnownAdults, what: str = ""
) -> bool:
    """Return whether the later of two answers about one item replaces the earlier.

    A yes replaces the same person's no only if it names what the no was about: after a no to measles, "MMR"
    may be the same, and "the shots" may be the rest.
    """
    if later.deciding_answer == ConsentBasis.CLINICIAN:
        return True
    is_surely = (
        not later.agreed or earlier.agreed or is_refused_item_named(later.to_what, earlier.to_what, what)
    )
    return known.is_same_person(later, earlier) and is_surely
