"""What the record says is due and was not given since; and why the rest is not asked for again."""

from __future__ import annotations

import datetime as dt

from checkin.rules import doses
from checkin.rules.need_facts import Due, Facts


def still_due(facts: Facts, at: dt.date) -> list[Due]:
    """What the record says is due by that day, and was not given since."""
    by_then = due_by(facts, at)
    given = doses.answers(by_then, facts.given, facts.beside)
    return [item for item in by_then if item.pk not in given]


def not_asked(facts: Facts, at: dt.date) -> list[tuple[Due, str]]:
    """What the record says is due by that day and was given since, with when and who says so."""
    by_then = [] if facts.deceased else due_by(facts, at)
    given = doses.answers(by_then, facts.given, facts.beside)
    return [(item, doses.words(given[item.pk])) for item in by_then if item.pk in given]


def due_by(facts: Facts, at: dt.date) -> list[Due]:
    return [item for item in facts.due if item.due_on <= at]
