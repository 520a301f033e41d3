"""The after-visit word: asked of one visit, by a code that nobody can guess, and answered once.

A visit is reached by its code alone. Choosing one's animal on the tablet would do as well, and would let
anybody answer for anybody, and learn who has answered; so only staff give the code out.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.core import signing

from checkin.actions import audit, promises
from checkin.actions.boards import hold
from checkin.actions.writing import write
from checkin.models import AfterWord, Clinic, Device, Promise, Role, Visit
from checkin.models.understanding import remembered
from checkin.rules import after_words as rules
from checkin.rules import due_times
from checkin.rules.after_words import Said
from checkin.rules.best_times import read_window
from checkin.rules.preferences import wish_of
from checkin.rules.promises import Said as Promised
from checkin.rules.visits import State

SALT = "checkin.after-word"
NOBODY_NAMED = "who brought {}"


class Invitation(NamedTuple):
    """What a code says: which visit, and until when it may be answered."""

    visit_id: int
    until: dt.datetime


def invite(*, visit: Visit, at: dt.datetime) -> str:
    """A code that reaches this visit for a day: signed, 256 bits, and nothing is written for it."""
    until = int((at + rules.LASTS).timestamp())
    return signer().sign(f"{visit.pk}-{until}")


def signer() -> signing.Signer:
    return signing.Signer(sep=".", salt=SALT)


def read(code: str) -> Invitation | None:
    """What we once signed, whether or not it is over; None for anything that we did not."""
    try:
        visit_id, _, until = signer().unsign(code).partition("-")
    except signing.BadSignature:
        return None
    return Invitation(int(visit_id), dt.datetime.fromtimestamp(int(until), dt.UTC))


def asked(*, invitation: Invitation | None, at: dt.datetime) -> Visit | None:
    """The visit that may still be answered; None once it was, or when the time is over."""
    if invitation is None or at >= invitation.until:
        return None
    visits = Visit.objects.select_related("sign_in", "escort", "patient", "location__clinic")
    visit = visits.filter(pk=invitation.visit_id, after_word=None).first()
    return visit if visit is not None and is_asked(visit) else None


def is_kept(*, invitation: Invitation | None, said: Said) -> bool:
    """Whether these very words are kept of this code’s visit: then they were sent twice, not changed."""
    if invitation is None:
        return False
    word = AfterWord.objects.filter(visit=invitation.visit_id).first()
    return word is not None and Said(word.face, word.line, word.may_call, word.phone) == said


def clinic_of(*, invitation: Invitation | None) -> Clinic | None:
    """Whose code this is, answered and over or not; with a code that is none, the one clinic there is."""
    if invitation is not None:
        visits = Visit.objects.select_related("location__clinic")
        visit = visits.filter(pk=invitation.visit_id).first()
        return visit.location.clinic if visit else None
    only = list(Clinic.objects.order_by("pk")[:2])
    return only[0] if len(only) == 1 else None


def is_asked(visit: Visit) -> bool:
    """Whether this family is asked at all: never after a visit that was none, or of a child who has died."""
    died = visit.patient is not None and visit.patient.is_deceased
    return visit.state != State.ENTERED_IN_ERROR and not died


def say(*, visit: Visit, said: Said, at: dt.datetime, device: Device | None = None) -> AfterWord:
    """Keep what they said. The first answer stands; a second one changes nothing, and `is_kept` says so.

    Whoever says that we may call is promised it in the same transaction. Raises ValueError without a face.
    """
    if said.face is None:
        raise ValueError("An after-visit word has a face.")
    with write():
        hold(visit)
        known = AfterWord.objects.filter(visit=visit).select_related("promise").first()
        if known:
            return known
        word = AfterWord.objects.create(
            clinic_id=visit.clinic_id,
            visit=visit,
            face=said.face,
            line=said.line,
            may_call=said.may_call,
            phone=said.phone,
            at=at,
            device=device if device and device.clinic_id == visit.clinic_id else None,
            promise=promise_call(visit, said, at=at) if said.may_call else None,
        )
        keep_trail(word, patient_id=visit.patient_id)
        return word


def gave_number(visit: Visit) -> bool:
    """Whether a number that can be called was given at this visit, and is none of the clinic's own."""
    facts = visit.location.clinic.identity_facts
    return rules.can_be_called(visit.sign_in.escort_phone, region=facts.region, ours=facts.phones)


def promise_call(visit: Visit, said: Said, *, at: dt.datetime) -> Promise:
    """The manager will call: about their words, on the number they gave now or else at sign-in.

    How and when they like it is as for any promise: what they said at sign-in, or else what is remembered.
    """
    clinic, claim = visit.location.clinic, visit.sign_in
    facts = clinic.identity_facts
    known = visit.escort.phone if visit.escort else ""
    wanted = rules.hours(clinic.promise_settings)
    kept = remembered(visit.escort, clinic)
    best_words = wish_of(claim.best_time, kept.best_time)
    agreed = within_their_time(
        rules.due(at=at, zone=clinic.zone, wanted=wanted), best_words, clinic=clinic, wanted=wanted, at=at
    )
    child = claim.child_name or visit.token
    words = Promised(
        to_whom=child if claim.is_patient else claim.escort_name or NOBODY_NAMED.format(child),
        about=rules.about(said),
        way=rules.way_to_reach(wish_of(claim.best_way, kept.best_way)),
        reach_at=rules.number_to_call(
            said.phone, claim.escort_phone, known, region=facts.region, ours=facts.phones
        ),
        best_words=best_words,
        best_from=agreed.best_from,
        due_at=agreed.due_at,
    )
    return promises.make(location=visit.location, said=words, owner=Role.MANAGER, by=None, at=at, visit=visit)


def within_their_time(
    due: dt.datetime, best_words: str, *, clinic: Clinic, wanted: rules.Hours, at: dt.datetime
) -> due_times.Agreed:
    """The clinic's usual time for such a call, or the nearest to it that they asked for."""
    window, zone, days = read_window(best_words), clinic.zone, wanted.open_days
    agreed = due_times.by_a_pick(due, window, at=at, zone=zone, days=days)
    if agreed.problem:
        agreed = due_times.by_their_time(window, at=at, zone=zone, days=days)
    return agreed if agreed.due_at else due_times.Agreed(due_at=due)


def keep_trail(word: AfterWord, *, patient_id: int | None) -> None:
    audit.record(
        action="after_word.said",
        subject=word,
        at=word.at,
        device=word.device,
        patient_id=patient_id,
        face=word.face,
        may_call=word.may_call,
        promise=word.promise_id,
    )
