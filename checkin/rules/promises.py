"""A promised call: when it is shown, when it is overdue, and how it may end.

Datetimes are timezone-aware. Time spans count real elapsed time, so they also hold on the two days a year
when the clock changes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules import sign_in_claims
from checkin.rules.phones import is_clinic_phone, is_placeholder_phone, read_phones
from checkin.rules.preferences import ContactWay
from checkin.rules.roles import Role, StaffAct, list_roles_allowed


class PromiseStatus(TextChoices):
    """The open state, and the five ways in which a promise can end."""

    OPEN = "open", _("Open")
    REACHED = "reached", _("Reached")
    LEFT_WORD = "left_word", _("Left word")
    WITHDRAWN = "withdrawn", _("Withdrawn by the family")
    REPLACED = "replaced", _("Replaced by another")
    UNDONE = "undone", _("Undone")

    @property
    def words(self) -> str:
        """What the desk reads. The labels are part of migrations."""
        return {"reached": "Kept", "left_word": "Message left"}.get(self.value, str(self.label))


class AttemptResult(TextChoices):
    """The result of one attempt."""

    REACHED = "reached", _("Reached")
    LEFT_WORD = "left_word", _("Left word")
    NO_ANSWER = "no_answer", _("No answer")

    @property
    def words(self) -> str:
        """What the desk reads. The labels are part of migrations."""
        return {"reached": "Kept", "left_word": "Left a message"}.get(self.value, str(self.label))

    @property
    def event_words(self) -> str:
        """What a timeline says of the attempt: “Kept”, “Tried: no answer”."""
        return self.words if self is AttemptResult.REACHED else f"Tried: {self.words.lower()}"


class PromiseTiming(TextChoices):
    """The timing of a promise at one moment."""

    ENDED = "ended", _("Ended")
    OVERDUE = "overdue", _("Overdue")
    DUE = "due", _("Due soon")
    LATER = "later", _("Later")


PROMISE_SHOWN_BEFORE = dt.timedelta(hours=1)
DUE_AFTER_BEST_TIME = dt.timedelta(minutes=30)
TRIES_BEFORE_MESSAGE = 2
PROMISE_KEEPER_ROLES = list_roles_allowed(StaffAct.PROMISE)
"""Roles that may own a promise."""

ESCALATE_TO_OWNER, ESCALATE_TO_MANAGER = "owner", "manager"
_LONGEST_STEP_MINUTES = 7 * 24 * 60
PROMISE_TEXT_LIMITS = {
    "to_whom": 200,
    "reach_at": 200,
    "who_may_answer": 200,
    "best_words": 200,
    "about": 2000,
}


def promise_shown_from(best_from: dt.datetime | None, due_at: dt.datetime) -> dt.datetime:
    """Return when the board starts to show it: an hour before their best time, or else before it is due."""
    return (best_from or due_at).astimezone(dt.UTC) - PROMISE_SHOWN_BEFORE


def default_promise_due(best_from: dt.datetime) -> dt.datetime:
    """Return when a promise is due if only a best time was given."""
    return best_from.astimezone(dt.UTC) + DUE_AFTER_BEST_TIME


def promise_timing(
    *, status: str, best_from: dt.datetime | None, due_at: dt.datetime, at: dt.datetime
) -> PromiseTiming:
    """Return the timing of a promise at `at`: it is due from when the board shows it, overdue at `due_at`."""
    if status != PromiseStatus.OPEN:
        return PromiseTiming.ENDED
    if at >= due_at:
        return PromiseTiming.OVERDUE
    return PromiseTiming.DUE if at >= promise_shown_from(best_from, due_at) else PromiseTiming.LATER


def is_promise_kept_in_time(*, status: str, due_at: dt.datetime, ended_at: dt.datetime | None) -> bool | None:
    """Return whether they were reached, or a message was left, in time; None if neither has happened.

    A promise that was withdrawn or replaced counts as neither kept nor broken.
    """
    if ended_at is None or status not in (PromiseStatus.REACHED, PromiseStatus.LEFT_WORD):
        return None
    return ended_at <= due_at


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """What is promised, as plain values. Blank means not said; `voicemail_ok` None means not asked."""

    to_whom: str = ""
    about: str = ""
    way: str = ""
    reach_at: str = ""
    voicemail_ok: bool | None = None
    who_may_answer: str = ""
    best_from: dt.datetime | None = None
    best_words: str = ""
    due_at: dt.datetime | None = None

    def cleaned(self) -> PromiseTerms:
        """Return texts cleaned and cut to size, and a due time if there is a best time but no due time."""
        texts: dict[str, Any] = {
            name: sign_in_claims.clean_typed_text(getattr(self, name))[:limit]
            for name, limit in PROMISE_TEXT_LIMITS.items()
        }
        due = self.due_at or (default_promise_due(self.best_from) if self.best_from else None)
        return replace(self, due_at=due, **texts)


NO_PROMISEE_NAMED = "Please write to whom this is promised."
NO_CONTACT_WAY = "Choose how they want to be reached."
NO_PROMISE_OWNER = "Choose who will keep it: a person or a role."
NO_PROMISE_DUE_TIME = "Choose a time, or write their best time, such as “after 5 pm”."
DUE_TOO_SOON = "It would be due before their best time. Choose a later time, or change their best time."
DUE_IN_THE_PAST = (
    "This time has passed already. If that is right, tick the box. The promise is then overdue at once."
)


def find_promise_problems(said: PromiseTerms, *, has_owner: bool) -> dict[str, str]:
    """Return one sentence per field for whatever is missing or wrong."""
    found = {
        "to_whom": "" if said.to_whom else NO_PROMISEE_NAMED,
        "way": "" if said.way in ContactWay.values else NO_CONTACT_WAY,
        "owner": "" if has_owner else NO_PROMISE_OWNER,
        "due": "" if said.due_at else NO_PROMISE_DUE_TIME,
    }
    if said.due_at and said.best_from and said.due_at <= said.best_from:
        found["due"] = DUE_TOO_SOON
    return {field: sentence for field, sentence in found.items() if sentence}


_NO_NUMBER_GIVEN, _NOT_A_PHONE_NUMBER = "no number given", "not a phone number"
CHECK_THIS_NUMBER = "check this number"
_NOT_AN_EMAIL_ADDRESS = "not an e-mail address"
CONTACT_QUESTIONS = {
    _NOT_A_PHONE_NUMBER: "This is not a phone number. Ask for one, or save it as it is.",
    CHECK_THIS_NUMBER: "Nobody answers at this number. Ask for another, or save it as it is.",
    _NOT_AN_EMAIL_ADDRESS: "This is not an e-mail address. Ask for one, or save it as it is.",
}
"""What the form says about a number or address before it is saved; a blank one needs no question."""
_DATE_BESIDE_PHONE = re.compile(
    r"(?<![\d/.-])(?:\d{1,2}([/.-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([/.-])\d{1,2}\2\d{1,2})(?![\d/.-])"
)


def contact_problem_words(way: str, reach_at: str, *, region: str = "", ours: Collection[str] = ()) -> str:
    """Return what is odd about a number or address, which is stored as typed anyway; "" for nothing.

    Words next to a number say whose it is or when to call: "555-010-0123 (my sister)" is a number.
    """
    if way in (ContactWay.PHONE, ContactWay.TEXT):
        return _uncallable_phone_words(reach_at, region, ours) if reach_at.strip() else _NO_NUMBER_GIVEN
    if way == ContactWay.EMAIL:
        before, at_sign, after = reach_at.partition("@")
        return "" if before and at_sign and "." in after else _NOT_AN_EMAIL_ADDRESS
    return ""


def _uncallable_phone_words(typed: str, region: str, ours: Collection[str]) -> str:
    """Return why no number in it can be called: there is none, or only made-up ones or the clinic's own."""
    # A date has as many digits as a phone number but is not one.
    said = _DATE_BESIDE_PHONE.sub(" ", typed)
    found = read_phones(said, region) or read_phones(said, "")
    if any(not is_placeholder_phone(phone) and not is_clinic_phone(phone, ours, region) for phone in found):
        return ""
    return CHECK_THIS_NUMBER if found else _NOT_A_PHONE_NUMBER


class EscalationStep(NamedTuple):
    """One step of escalation: minutes after a promise was due, and whom to tell, "owner" or a role."""

    after_minutes: int
    to: str


USUAL_ESCALATION_STEPS = (EscalationStep(0, ESCALATE_TO_OWNER), EscalationStep(15, ESCALATE_TO_MANAGER))


def read_escalation_steps(kept: object) -> tuple[EscalationStep, ...]:
    """Return the clinic's escalation steps from its settings; the default ones if they cannot be read.

    The owner is always told at once, so that no promise is overdue without anyone knowing.
    """
    wanted = kept.get("steps") if isinstance(kept, Mapping) else None
    if not isinstance(wanted, list) or not wanted:
        return USUAL_ESCALATION_STEPS
    read = [_read_escalation_step(one) for one in wanted]
    if None in read:
        return USUAL_ESCALATION_STEPS
    found = sorted({one for one in read if one is not None})
    return tuple(found) if found[0].after_minutes == 0 else (EscalationStep(0, ESCALATE_TO_OWNER), *found)


def _read_escalation_step(kept: object) -> EscalationStep | None:
    if not isinstance(kept, Mapping):
        return None
    minutes, to = kept.get("after_minutes"), kept.get("to")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 <= minutes <= _LONGEST_STEP_MINUTES:
        return None
    if to == Role.ADMINISTRATOR:
        to = ESCALATE_TO_MANAGER  # set when administrators worked with families, too
    return EscalationStep(minutes, to) if to in (ESCALATE_TO_OWNER, *PROMISE_KEEPER_ROLES) else None


def passed_escalation_steps(
    wanted: tuple[EscalationStep, ...], *, due_at: dt.datetime, at: dt.datetime
) -> list[tuple[int, EscalationStep]]:
    """Return the steps whose time has come, each with its index from 0."""
    late = at.astimezone(dt.UTC) - due_at.astimezone(dt.UTC)
    return [
        (nth, step) for nth, step in enumerate(wanted) if late >= dt.timedelta(minutes=step.after_minutes)
    ]
