"""What a family says on leaving: a face, a line, and whether we may call. Nothing is ever refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from checkin.rules import clocks, sign_in_claims
from checkin.rules.preferences import ContactWay
from checkin.rules.promises import (
    CHECK_THIS_NUMBER,
    ESCALATE_TO_MANAGER,
    EscalationStep,
    contact_problem_words,
)
from checkin.rules.visit_steps import VisitState

FEEDBACK_FACES = {
    5: _("Very good"),
    4: _("Good"),
    3: _("All right"),
    2: _("Not so good"),
    1: _("Not good at all"),
}
"""The five faces and their labels, best first."""

LOW_FACES = frozenset({1, 2})
FEEDBACK_INVITATION_LASTS = dt.timedelta(hours=24)
"""The time within which an invitation can be answered, and offered after a visit's last step."""

_LONGEST_FEEDBACK_LINE, _LONGEST_FEEDBACK_PHONE = 500, 60


@dataclass(frozen=True, slots=True)
class FamilyFeedback:
    """One answer. `face` is 1 (low) to 5, or None if none was tapped."""

    face: int | None = None
    line: str = ""
    may_call: bool = False
    phone: str = ""

    def __bool__(self) -> bool:
        """Return whether anything was said."""
        return self != FamilyFeedback()


def read_feedback(raw: Mapping[str, object]) -> FamilyFeedback:
    """Return the answer in what was sent, cut to what a row holds. Never raises."""
    face = sign_in_claims.clean_typed_text(raw.get("face"))
    return FamilyFeedback(
        face=int(face) if face in map(str, FEEDBACK_FACES) else None,
        line=sign_in_claims.clean_typed_text(raw.get("line"))[:_LONGEST_FEEDBACK_LINE],
        may_call=sign_in_claims.is_typed_yes(raw.get("may_call")),
        phone=sign_in_claims.clean_typed_text(raw.get("phone"))[:_LONGEST_FEEDBACK_PHONE],
    )


def is_callable_number(number: str, *, region: str = "", ours: Collection[str] = ()) -> bool:
    """Return whether it has a number that can be called: not made up, and not the clinic's own."""
    return not contact_problem_words(ContactWay.PHONE, number, region=region, ours=ours)


def uncallable_number_warning(written: str, *, region: str = "", ours: Collection[str] = ()) -> str:
    """Return a warning if a number was given on leaving that cannot be called as written; else ""."""
    said = bool(written.strip())
    return CHECK_THIS_NUMBER if said and not is_callable_number(written, region=region, ours=ours) else ""


_WAYS_BY_NUMBER = (ContactWay.PHONE, ContactWay.TEXT, ContactWay.IN_PERSON)


def choose_feedback_call_way(wish: str) -> ContactWay:
    """Return how to make a promised call: by text or in person if they prefer that.

    An e-mail or a letter is no call, even where we have the address. They asked for a call and gave a number,
    so it stays a call.
    """
    return ContactWay(wish) if wish in _WAYS_BY_NUMBER else ContactWay.PHONE


def choose_number_to_call(*given: str, region: str = "", ours: Collection[str] = ()) -> str:
    """Return the first of these that can be called, or else the first that is not blank, or "".

    The number given first is shown with the promise, whether or not it can be called.
    """
    said = [one for one in given if one.strip()]
    callable_ones = (one for one in said if is_callable_number(one, region=region, ours=ours))
    return next(callable_ones, next(iter(said), ""))


def feedback_escalation_steps(
    steps: Iterable[EscalationStep], *, may_read: Collection[str], here: Collection[str]
) -> list[EscalationStep]:
    """Return whom to tell about unanswered feedback, from the clinic's steps for promises.

    Feedback may be about the people at the desk. So a step for a role that may not read it goes to the
    manager, as a step for the owner does, or to another role that may if the clinic has no manager.
    """
    manager = (
        ESCALATE_TO_MANAGER
        if ESCALATE_TO_MANAGER in here
        else next((one for one in may_read if one in here), ESCALATE_TO_MANAGER)
    )
    named = (
        step._replace(to=step.to if step.to in may_read and step.to in here else manager) for step in steps
    )
    return list(dict.fromkeys(named))


def is_low_face(face: int | None) -> bool:
    return face in LOW_FACES


def may_ask_for_feedback(*, state: str, since: dt.datetime, at: dt.datetime) -> bool:
    """Return whether somebody may be asked about this visit, in `state` since then."""
    return state != VisitState.ENTERED_IN_ERROR and at - since < FEEDBACK_INVITATION_LASTS


WITHHELD_FEEDBACK_SUBJECT = "what they said on leaving"
"""What a call is about, for staff who may not read the feedback, which may be about them."""


def feedback_call_subject(words: FamilyFeedback) -> str:
    """Return what a call is about: their own line, or else the face they gave."""
    if words.line:
        return words.line
    low = "A low face" if is_low_face(words.face) else "A face"
    return f"{low} on leaving, without words: {words.face} of 5"


class FeedbackCallHours(NamedTuple):
    """The times at which a call asked for on leaving is due, on the clinic's clock."""

    same_day_until: dt.time = dt.time(16, 0)
    due: dt.time = clocks.USUAL_CLOSING_TIME
    next_due: dt.time = dt.time(10, 0)
    open_days: tuple[int, ...] = clocks.USUAL_OPEN_DAYS


USUAL_FEEDBACK_CALL_HOURS = FeedbackCallHours()
_FEEDBACK_CALL_TIMES = ("same_day_until", "due", "next_due")


def read_feedback_call_hours(kept: object) -> FeedbackCallHours:
    """Return the clinic's own days and hours from its promise settings; the defaults if unreadable.

    For a clinic that is open on Saturdays too (0 is Monday): `{"open_days": [0, 1, 2, 3, 4, 5], "after_word":
    {"same_day_until": "16:00", "due": "17:00", "next_due": "10:00"}}`
    """
    settings = kept if isinstance(kept, Mapping) else {}
    usual = USUAL_FEEDBACK_CALL_HOURS._replace(open_days=clocks.read_open_days(settings.get("open_days")))
    wanted = settings.get("after_word")
    if not isinstance(wanted, Mapping):
        return usual
    try:
        times = {
            name: dt.time.fromisoformat(str(wanted[name])) for name in _FEEDBACK_CALL_TIMES if name in wanted
        }
    except ValueError:
        return usual
    without_zone: dict[str, Any] = {name: clock.replace(tzinfo=None) for name, clock in times.items()}
    found = usual._replace(**without_zone)
    return found if found.same_day_until < found.due else usual


def feedback_call_due(
    *, at: dt.datetime, zone: ZoneInfo, wanted: FeedbackCallHours = USUAL_FEEDBACK_CALL_HOURS
) -> dt.datetime:
    """Return the end of today; if it is late or the clinic is closed, the next open day's morning."""
    here = at.astimezone(zone)
    today = here.date()
    if today.weekday() in wanted.open_days and here.time() < wanted.same_day_until:
        return clocks.local_time_in_utc(today, wanted.due, zone, after=at)
    tomorrow = today + dt.timedelta(days=1)
    return clocks.local_time_in_utc(clocks.first_open_day(tomorrow, wanted.open_days), wanted.next_due, zone)
