"""A call-back owed to somebody: when it shows, when it is overdue, how it may end.

Moments are aware. Spans are counted as time that really passes, so that they hold on the two days a year
when the clock is changed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules import claims
from checkin.rules.phones import is_one_of_ours, is_stand_in, read_phones
from checkin.rules.roles import Act, roles_for


class Status(TextChoices):
    """One open state and the only four ends."""

    OPEN = "open", _("Open")
    REACHED = "reached", _("Reached")
    LEFT_WORD = "left_word", _("Left word")
    WITHDRAWN = "withdrawn", _("Withdrawn by the family")
    REPLACED = "replaced", _("Replaced by another")


class Way(TextChoices):
    """How they want to be reached."""

    PHONE = "phone", _("Phone")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")
    IN_PERSON = "in_person", _("In person")


class Result(TextChoices):
    """What came of one attempt."""

    REACHED = "reached", _("Reached")
    LEFT_WORD = "left_word", _("Left word")
    NO_ANSWER = "no_answer", _("No answer")


class Standing(TextChoices):
    """Where a promise stands at one moment."""

    ENDED = "ended", _("Ended")
    OVERDUE = "overdue", _("Overdue")
    DUE = "due", _("Due soon")
    LATER = "later", _("Later")


SHOWN_BEFORE = dt.timedelta(hours=1)
AFTER_BEST = dt.timedelta(minutes=30)
TRIES_BEFORE_WORD = 2
KEEPERS = roles_for(Act.PROMISE)
"""Roles that may own a promise."""

OWNER, MANAGER = "owner", "manager"
LONGEST_STEP_MINUTES = 7 * 24 * 60
LIMITS = {"to_whom": 200, "reach_at": 200, "who_may_answer": 200, "best_words": 200, "about": 2000}


def shows_from(best_from: dt.datetime | None, due_at: dt.datetime) -> dt.datetime:
    """From when the board shows it: an hour before their best time, or else before it is due."""
    return (best_from or due_at).astimezone(dt.UTC) - SHOWN_BEFORE


def default_due(best_from: dt.datetime) -> dt.datetime:
    """When it is due where only a best time was given."""
    return best_from.astimezone(dt.UTC) + AFTER_BEST


def standing(*, status: str, best_from: dt.datetime | None, due_at: dt.datetime, at: dt.datetime) -> Standing:
    if status != Status.OPEN:
        return Standing.ENDED
    if at >= due_at:
        return Standing.OVERDUE
    return Standing.DUE if at >= shows_from(best_from, due_at) else Standing.LATER


def was_kept(*, status: str, due_at: dt.datetime, ended_at: dt.datetime | None) -> bool | None:
    """True when they were reached, or word was left, in time; False when late; None while that is open.

    A promise that the family withdrew, or that another replaced, was neither kept nor broken.
    """
    if ended_at is None or status not in (Status.REACHED, Status.LEFT_WORD):
        return None
    return ended_at <= due_at


@dataclass(frozen=True, slots=True)
class Said:
    """What is promised, as plain values. Blank: not said; `voicemail_ok` None: not asked."""

    to_whom: str = ""
    about: str = ""
    way: str = ""
    reach_at: str = ""
    voicemail_ok: bool | None = None
    who_may_answer: str = ""
    best_from: dt.datetime | None = None
    best_words: str = ""
    due_at: dt.datetime | None = None

    def cleaned(self) -> Said:
        """Texts without control characters and cut to what fits; a due time where a best time gives one."""
        texts: dict[str, Any] = {
            name: claims.clean(getattr(self, name))[:limit] for name, limit in LIMITS.items()
        }
        due = self.due_at or (default_due(self.best_from) if self.best_from else None)
        return replace(self, due_at=due, **texts)


NO_ONE_NAMED = "Say to whom this is promised."
NO_WAY = "Say how they want to be reached."
NO_OWNER = "Say who will keep it: a person or a role."
NO_DUE = "Say by when: choose a time, or write their best time, such as “after 17:00”."
DUE_TOO_SOON = "It would be due before their best time. Choose a later time, or change their best time."
IN_THE_PAST = "This time has passed already. If that is right, say so, and it is overdue at once."


def problems(said: Said, *, has_owner: bool) -> dict[str, str]:
    """A sentence for each thing that keeps this from being a promise, by field."""
    found = {
        "to_whom": "" if said.to_whom else NO_ONE_NAMED,
        "way": "" if said.way in Way.values else NO_WAY,
        "owner": "" if has_owner else NO_OWNER,
        "due": "" if said.due_at else NO_DUE,
    }
    if said.due_at and said.best_from and said.due_at <= said.best_from:
        found["due"] = DUE_TOO_SOON
    return {field: sentence for field, sentence in found.items() if sentence}


NO_NUMBER, NOT_A_NUMBER = "no number given", "not a phone number"
CHECK_NUMBER = "check this number"
_DATE = re.compile(
    r"(?<![\d/.-])(?:\d{1,2}([/.-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([/.-])\d{1,2}\2\d{1,2})(?![\d/.-])"
)


def reach_mark(way: str, reach_at: str, *, region: str = "", ours: Collection[str] = ()) -> str:
    """What is odd about a number or address, which is kept as typed all the same; '' where nothing is.

    Words beside a number say whose it is or when to call: "555-010-0123 (my sister)" is a number.
    """
    if way in (Way.PHONE, Way.TEXT):
        return number_mark(reach_at, region, ours) if reach_at.strip() else NO_NUMBER
    if way == Way.EMAIL:
        before, at_sign, after = reach_at.partition("@")
        return "" if before and at_sign and "." in after else "not an e-mail address"
    return ""


def number_mark(typed: str, region: str, ours: Collection[str]) -> str:
    """Why no number in it can be called: it holds none, or only made-up ones and the clinic's own."""
    # A date has as many digits as a number, and is none.
    said = _DATE.sub(" ", typed)
    found = read_phones(said, region) or read_phones(said, "")
    if any(not is_stand_in(phone) and not is_one_of_ours(phone, ours, region) for phone in found):
        return ""
    return CHECK_NUMBER if found else NOT_A_NUMBER


class Step(NamedTuple):
    """Whom to tell, how long after a promise was due. `to` is "owner" or a role."""

    after_minutes: int
    to: str


USUAL_STEPS = (Step(0, OWNER), Step(15, MANAGER))


def steps(kept: Any) -> tuple[Step, ...]:
    """The clinic's steps of escalation out of its settings; the usual ones where they cannot be read.

    The owner is told at once whatever the clinic sets, so that no promise is overdue without anybody
    having been told.
    """
    wanted = kept.get("steps") if isinstance(kept, Mapping) else None
    if not isinstance(wanted, list) or not wanted:
        return USUAL_STEPS
    read = [step_of(one) for one in wanted]
    if None in read:
        return USUAL_STEPS
    found = sorted({one for one in read if one is not None})
    return tuple(found) if found[0].after_minutes == 0 else (Step(0, OWNER), *found)


def step_of(kept: Any) -> Step | None:
    if not isinstance(kept, Mapping):
        return None
    minutes, to = kept.get("after_minutes"), kept.get("to")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 <= minutes <= LONGEST_STEP_MINUTES:
        return None
    return Step(minutes, to) if to in (OWNER, *KEEPERS) else None


def steps_passed(wanted: tuple[Step, ...], *, due_at: dt.datetime, at: dt.datetime) -> list[tuple[int, Step]]:
    """The steps whose time has come, each with its number from 0."""
    late = at.astimezone(dt.UTC) - due_at.astimezone(dt.UTC)
    return [
        (nth, step) for nth, step in enumerate(wanted) if late >= dt.timedelta(minutes=step.after_minutes)
    ]
