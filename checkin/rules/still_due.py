"""What the record says is due and was not given since; and why the rest is not asked for again."""

from __future__ import annotations

import datetime as dt

from checkin.rules import doses
from checkin.rules.need_facts import Due, Facts


def still_due(facts: Facts, at: dt.date) -> list[Due]:
    """What the record says is due by that day, and was not given since."""
    return [item for item in facts.due if item.due_on <= at and not doses.met_by(item, facts.given)]


def not_asked(facts: Facts, at: dt.date) -> list[tuple[Due, str]]:
    """What the record says is due by that day and was given since, with when and who says so."""
    by_then = [item for item in facts.due if item.due_on <= at and not facts.deceased]
    found = [(item, doses.words(doses.met_by(item, facts.given))) for item in by_then]
    return [(item, why) for item, why in found if why]
