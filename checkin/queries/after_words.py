"""What a family said on leaving, as the visit and the family's story show it."""

from __future__ import annotations

from checkin.models import AfterWord, Visit
from checkin.queries.stories import Event
from checkin.rules.after_words import FACES, is_low

ICONS = {5: "laugh", 4: "smile", 3: "meh", 2: "frown", 1: "frown"}


def of_visit(visit: Visit) -> AfterWord | None:
    """Their one answer, with the promise made of it. One query."""
    found = AfterWord.objects.filter(visit=visit)
    return found.select_related("promise__owner", "device").first()


def event(word: AfterWord) -> Event:
    """It happened when they said it; a low face without a call says so, for no promise will."""
    call = ""
    if word.promise_id:
        call = "asked to be called"
    elif is_low(word.face):
        call = "a low face, no call asked for"
    line = (("In their words", word.line),) if word.line else ()
    what = f"On leaving: {face_words(word.face)} ({word.face} of 5)"
    return Event(word.at, ICONS[word.face], what, call, line)


def events(visit: Visit) -> list[Event]:
    """For the visit's story: one event, or none."""
    word = of_visit(visit)
    return [event(word)] if word else []


def face_words(face: int) -> str:
    return str(FACES[face]).lower()
