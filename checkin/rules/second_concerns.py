"""Two things in one visit: what became of what a family asked for besides, in words that can be told them."""

from __future__ import annotations

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules.need_facts import Outcome


class How(TextChoices):
    """The three answers a family can be given."""

    DONE = "done", _("Done today")
    BOOKED = "booked", _("Booked for …")
    NOT_POSSIBLE = "not_possible", _("Not possible because …")


OUTCOMES = {How.DONE: Outcome.DONE, How.BOOKED: Outcome.DEFERRED, How.NOT_POSSIBLE: Outcome.NOT_OFFERED}
TOLD = frozenset({Outcome.DONE, Outcome.DEFERRED, Outcome.NOT_OFFERED, Outcome.DECLINED})
"""Outcomes that are an answer, and so can be told."""

STARTS = {How.DONE: "done today", How.BOOKED: "booked for ", How.NOT_POSSIBLE: "not possible because "}
"""How the answer begins that is kept and told."""

LONGEST_WORDS = 400
NO_SUCH = "Say done today, booked for when, or not possible and why."
WHEN = "Say when it is booked for: a day, or in words."
PASSED = "That day has passed. Choose another."
WHY = "Say in a few words why it is not possible today."


def problem(how: str, words: str, on: dt.date | None, *, today: dt.date) -> str:
    """What keeps this from being an answer; '' where nothing does."""
    if how not in How.values:
        return NO_SUCH
    if how == How.BOOKED and on is not None and on < today:
        return PASSED
    if how == How.BOOKED and not words and on is None:
        return WHEN
    return WHY if how == How.NOT_POSSIBLE and not words else ""


def reason(how: str, words: str, on: dt.date | None) -> str:
    """The answer as it is kept and told."""
    if how == How.DONE:
        return f"{STARTS[How.DONE]}: {words}" if words else STARTS[How.DONE]
    if how == How.NOT_POSSIBLE:
        return f"{STARTS[How.NOT_POSSIBLE]}{words}"
    day = f"{on:%A} {on.day} {on:%b %Y}" if on else ""
    return STARTS[How.BOOKED] + ", ".join(filter(None, [day, words]))
