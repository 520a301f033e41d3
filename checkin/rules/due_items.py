"""What the record says is due and has not been given since, and why the rest is not asked for again."""

from __future__ import annotations

import datetime as dt

from checkin.rules import doses
from checkin.rules.coded_sentences import CodedSentence
from checkin.rules.need_types import DueItemFacts, NeedFacts


def list_still_due_items(facts: NeedFacts, at: dt.date) -> list[DueItemFacts]:
    """Return what the record says is due by that day and has not been given since."""
    by_then = _list_items_due_by(facts, at)
    given = doses.match_doses_to_items(by_then, facts.given, facts.beside)
    return [item for item in by_then if item.pk not in given]


def list_due_items_given(facts: NeedFacts, at: dt.date) -> list[tuple[DueItemFacts, CodedSentence]]:
    """Return what is due by that day but was given since, with when it was given and who recorded it."""
    by_then = [] if facts.deceased else _list_items_due_by(facts, at)
    given = doses.match_doses_to_items(by_then, facts.given, facts.beside)
    return [(item, doses.given_dose_words(given[item.pk])) for item in by_then if item.pk in given]


def _list_items_due_by(facts: NeedFacts, at: dt.date) -> list[DueItemFacts]:
    return [item for item in facts.due if item.due_on <= at]
