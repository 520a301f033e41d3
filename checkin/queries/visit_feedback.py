"""Read feedback that families gave on leaving, for the visit's page, the timeline and managers."""

from __future__ import annotations

import copy
import datetime as dt
from collections import Counter
from typing import Any, NamedTuple

from django.db.models import Count, Q

from checkin.models import AfterWord, AfterWordAnswer, AfterWordReading, Clinic, Staff, Visit
from checkin.queries.timeline_events import TimelineEvent
from checkin.rules import clocks
from checkin.rules.confidential_visits import NEUTRAL_MARK
from checkin.rules.roles import StaffAct, may_role_act
from checkin.rules.visit_feedback import (
    FEEDBACK_FACES,
    LOW_FACES,
    feedback_call_due,
    is_low_face,
    read_feedback_call_hours,
    uncallable_number_warning,
)

_RECENT_FEEDBACK = dt.timedelta(days=30)
_MOST_FEEDBACK_LISTED, MOST_FEEDBACK_ON_BOARD, _MOST_DONE_FEEDBACK_LISTED = 200, 5, 40
_LEFT_FEEDBACK_SENTENCE = "On leaving, they left feedback. The manager reads it."
_FACE_ICONS = {5: "laugh", 4: "smile", 3: "meh", 2: "frown", 1: "frown"}


def find_visit_feedback(visit: Visit) -> AfterWord | None:
    """Return the visit's feedback, with its promise and what was done about it. One query."""
    found = AfterWord.objects.filter(visit=visit)
    return found.select_related("promise__owner", "device", "answer__by", "answer__owner").first()


def feedback_event(word: AfterWord, reader: Staff | None) -> TimelineEvent:
    """Return the timeline line of what they said; a low face without a promised call says so.

    Only managers read the words, which may be about another member of staff.
    """
    if reader is None or not may_role_act(reader.role, StaffAct.ANSWER_FEEDBACK):
        return TimelineEvent(word.at, "message-circle", _LEFT_FEEDBACK_SENTENCE)
    call = ""
    if word.promise_id:
        call = "asked to be called"
    elif is_low_face(word.face):
        call = "a low face, no call asked for"
    said = (("In their words", word.line), ("Number they wrote", word.phone))
    line = tuple((label, text) for label, text in said if text)
    what = f"On leaving: {feedback_face_words(word.face)} ({word.face} of 5)"
    return TimelineEvent(word.at, _FACE_ICONS[word.face], what, "", line, beside=call)


def feedback_face_words(face: int) -> str:
    return str(FEEDBACK_FACES[face]).lower()


class FeedbackItem(NamedTuple):
    """One piece of feedback at one moment, for managers: content and progress."""

    feedback: AfterWord
    face: str
    who: str
    standing: str
    due: str
    late: str
    readings: list[AfterWordReading]
    answer: AfterWordAnswer | None
    number_mark: str
    """A warning about the number they wrote; "" if it can be called or none was written."""
    is_closed: bool = False
    """Given at a confidential visit: only that it waits is shown."""

    @property
    def is_overdue(self) -> bool:
        return self.standing == "overdue"

    @property
    def is_owed(self) -> bool:
        return self.standing in ("overdue", "waiting")

    @property
    def is_of_deceased(self) -> bool:
        patient = self.feedback.visit.patient
        return patient is not None and patient.is_deceased


def make_feedback_item(
    feedback: AfterWord, *, clinic: Clinic, at: dt.datetime, opened: int | None = None
) -> FeedbackItem:
    """Return feedback with its status: overdue, waiting, unread, read, answered or promised (a call).

    That of a confidential visit says nothing else, unless it is the visit that is `opened`.

    Words that came with a request for a call stay unread until somebody reads them: the promise does not
    contain them.
    """
    by_when = feedback_call_due(
        at=feedback.at, zone=clinic.zone, wanted=read_feedback_call_hours(clinic.promise_settings)
    )
    readings = sorted(feedback.readings.all(), key=lambda one: one.pk)
    answer = getattr(feedback, "answer", None)
    late = (at - by_when).total_seconds()
    standing = "read" if readings else "unread"
    if feedback.promise_id:
        standing = "unread" if feedback.line and not readings else "promised"
    elif answer:
        standing = "answered"
    elif is_low_face(feedback.face):
        standing = "overdue" if late >= 0 else "waiting"
    claim = feedback.visit.sign_in
    made = FeedbackItem(
        feedback,
        str(FEEDBACK_FACES[feedback.face]),
        claim.escort_name or claim.child_name or str(feedback.visit.token),
        standing,
        clinic.day_and_time_words(by_when, at=at),
        clocks.time_span_words(late) if standing == "overdue" else "",
        readings,
        answer,
        feedback_number_warning(feedback, clinic),
    )
    is_closed = feedback.visit.confidential and feedback.visit_id != opened
    return _close_feedback_item(made) if is_closed else made


def _close_feedback_item(made: FeedbackItem) -> FeedbackItem:
    closed = copy.copy(made.feedback)
    closed.line = closed.phone = ""
    blank: dict[str, Any] = {"face": "", "number_mark": "", "readings": [], "answer": None}
    return made._replace(feedback=closed, who=NEUTRAL_MARK, is_closed=True, **blank)


def feedback_number_warning(feedback: AfterWord, clinic: Clinic) -> str:
    facts = clinic.identity_facts
    return uncallable_number_warning(feedback.phone, region=facts.region, ours=facts.phones)


def list_feedback(clinic: Clinic, *, at: dt.datetime) -> list[FeedbackItem]:
    """Return what waits for an answer (unread first, then oldest), then unread items, then finished ones."""
    words = clinic.after_words.with_people().prefetch_related("readings__by")
    waiting = list(words.to_answer().order_by("at", "pk")[:_MOST_FEEDBACK_LISTED])
    no_other = words.unread().exclude(face__in=LOW_FACES, promise=None)
    unread = list(no_other.order_by("face", "at", "pk")[:_MOST_FEEDBACK_LISTED])
    says_something = Q(face__in=LOW_FACES) | ~Q(line="") | Q(may_call=True)
    seen = [one.pk for one in (*waiting, *unread)]
    done = (
        words.filter(says_something, at__gt=at - _RECENT_FEEDBACK).exclude(pk__in=seen).order_by("-at", "-pk")
    )
    waiting.sort(key=lambda one: bool(one.readings.all()))
    return [
        make_feedback_item(one, clinic=clinic, at=at)
        for one in (*waiting, *unread, *done[:_MOST_DONE_FEEDBACK_LISTED])
    ]


def list_feedback_for_board(clinic: Clinic, location_id: int, *, at: dt.datetime) -> list[FeedbackItem]:
    """Return this front desk's feedback to answer and low faces to read, oldest first.

    At most MOST_FEEDBACK_ON_BOARD and one more, which shows that there are more. One query if nothing waits.
    """
    words = clinic.after_words.for_board().filter(visit__location_id=location_id)
    found = (
        words.with_people()
        .prefetch_related("readings__by")
        .order_by("at", "pk")[: MOST_FEEDBACK_ON_BOARD + 1]
    )
    return [make_feedback_item(one, clinic=clinic, at=at) for one in found]


def count_feedback_faces(clinic: Clinic, *, at: dt.datetime) -> list[tuple[str, int]]:
    """Return how often each face was given in the last 30 days, best first, even without words. One query."""
    found = clinic.after_words.filter(at__gt=at - _RECENT_FEEDBACK).values_list("face").annotate(Count("pk"))
    counts = Counter(dict(found.order_by()))
    return [(str(words), counts[face]) for face, words in FEEDBACK_FACES.items()]
