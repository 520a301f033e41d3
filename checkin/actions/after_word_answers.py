"""Words that families leave are read and answered by whoever runs the clinic, who is told until they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from checkin.actions import audit, mailing
from checkin.actions.boards import Refused
from checkin.actions.permissions import require
from checkin.actions.writing import write
from checkin.models import (
    AfterWord,
    AfterWordAnswer,
    AfterWordReading,
    AfterWordTold,
    BoardVersion,
    Clinic,
    Staff,
)
from checkin.models.mailing import is_configured, site
from checkin.rules import after_words as rules
from checkin.rules.promises import steps
from checkin.rules.roles import Act, roles_for

LONGEST_NOTE = 500
NO_NOTE = "Say in a few words what was done with it."
NO_OWNER = "Choose somebody who works here."
SUBJECT = "A family left a word"


def read_word(*, word: AfterWord, by: Staff, at: dt.datetime) -> AfterWord:
    """Say that this person has read it. Again changes nothing."""
    require(Act.ANSWER_WORD, by)
    with write():
        held = hold(word)
        if not held.readings.filter(by=by).exists():
            AfterWordReading.objects.create(word=held, by=by, at=at)
            keep_trail("read", held, by=by, at=at)
        return held


def answer_word(
    *, word: AfterWord, note: str, by: Staff, at: dt.datetime, owner: Staff | None = None
) -> AfterWordAnswer:
    """Say what was done with it and who looks after it: `by`, where nobody else is named.

    The same person with the same note twice is once. Raises Refused without a note, and where it is answered.
    """
    require(Act.ANSWER_WORD, by)
    note, whose = note.strip()[:LONGEST_NOTE], owner or by
    if not note:
        raise Refused(NO_NOTE)
    if whose.clinic_id != word.clinic_id or not whose.is_active:
        raise Refused(NO_OWNER)
    with write():
        held = hold(word)
        known = AfterWordAnswer.objects.select_related("by").filter(word=held).first()
        if known and (known.by_id, known.note, known.owner_id) == (by.pk, note, whose.pk):
            return known
        if known:
            when = known.at.astimezone(held.clinic.zone)
            raise Refused(f"{known.by} already answered this at {when:%H:%M}: {known.note}")
        made = AfterWordAnswer.objects.create(word=held, by=by, owner=whose, at=at, note=note)
        keep_trail("answered", held, by=by, at=at, owner=whose.pk)
        return made


def hold(word: AfterWord) -> AfterWord:
    """The word, held until the transaction ends. The board first, as every writer does: it shows it."""
    BoardVersion.bump(word.visit.location_id)
    locked = AfterWord.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("clinic", "visit").get(pk=word.pk)


def keep_trail(what: str, word: AfterWord, *, by: Staff, at: dt.datetime, **detail: Any) -> None:
    audit.record(
        action=f"after_word.{what}",
        subject=word,
        at=at,
        by=by,
        patient_id=word.visit.patient_id,
        clinic_id=word.clinic_id,
        **detail,
    )


def tell_due(*, clinic: Clinic, at: dt.datetime) -> list[AfterWordTold]:
    """Write every step whose time has come for a word that nobody has answered; mail goes out after it."""
    if not missing(clinic, at=at):
        return []
    with write():
        for location_id in sorted(clinic.locations.values_list("pk", flat=True)):
            BoardVersion.bump(location_id)
        made = missing(clinic, at=at)
        AfterWordTold.objects.bulk_create(made)
        transaction.on_commit(lambda: tell(made, clinic, at=at))
    return made


def missing(clinic: Clinic, *, at: dt.datetime) -> list[AfterWordTold]:
    """The rows to write, not saved yet."""
    waiting = list(clinic.after_words.to_answer().filter(at__lte=at))
    if not waiting:
        return []
    kept, zone = clinic.promise_settings, clinic.zone
    told = set(AfterWordTold.objects.filter(word__in=waiting).values_list("word_id", "step"))
    here = set(clinic.staff.filter(is_active=True).values_list("role", flat=True))
    wanted = rules.steps_of_words(steps(kept), may_read=roles_for(Act.ANSWER_WORD), here=here)
    hours = rules.hours(kept)
    return [
        AfterWordTold(word=one, step=nth, to_role=step.to, at=at)
        for one in waiting
        for nth, step in enumerate(wanted)
        if (one.pk, nth) not in told
        and at >= rules.due(at=one.at, zone=zone, wanted=hours) + dt.timedelta(minutes=step.after_minutes)
    ]


def tell(made: list[AfterWordTold], clinic: Clinic, *, at: dt.datetime) -> None:
    """One e-mail to each active person of the roles told; nothing of the word itself is in it."""
    if not is_configured():
        return
    people = clinic.staff.filter(is_active=True, role__in={one.to_role for one in made}).exclude(email="")
    letters = {}
    for person in people:
        count = len({one.word_id for one in made if one.to_role == person.role})
        words = "1 word of a family waits" if count == 1 else f"{count} words of families wait"
        letters[person.email] = f"{words} for an answer: {site(clinic)}/promises/#words\n"
    mailing.send(clinic=clinic, subject=SUBJECT, letters=letters, at=at)
