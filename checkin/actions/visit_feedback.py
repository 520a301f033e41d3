"""Store feedback after a visit. It is asked for with a code that nobody can guess, and given once.

Only the code opens a visit's feedback, and only staff give it out. If families chose their token on the
tablet, anybody could answer for anybody else, and see who has answered.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import NamedTuple

from django.core import signing
from django.db.models.functions import Coalesce

from checkin.actions import audit, promises
from checkin.actions.visit_locks import lock_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import AfterWord, Clinic, Device, Promise, Role, SignIn, Visit
from checkin.models.understanding import remembered_preferences
from checkin.rules import promise_due_times
from checkin.rules import visit_feedback as visit_feedback_rules
from checkin.rules.best_times import read_call_window
from checkin.rules.preferences import current_preference_text
from checkin.rules.promises import PromiseTerms
from checkin.rules.visit_feedback import FamilyFeedback
from checkin.rules.visit_steps import VisitState

_FEEDBACK_CODE_SALT = "checkin.after-word"
_FEEDBACK_CODE = re.compile(r"(?P<visit>\d{1,18})-(?P<until>\d{1,11})\.[\w-]{43}", re.ASCII)
_UNNAMED_CALLEE = "who brought {}"


class FeedbackInvitation(NamedTuple):
    """The content of a code: the visit, and the time until which it may be answered."""

    visit_id: int
    until: dt.datetime


def make_feedback_code(*, visit: Visit, at: dt.datetime) -> str:
    """Return a signed code for this visit, valid for a day. Nothing is stored for it."""
    until = int((at + visit_feedback_rules.FEEDBACK_INVITATION_LASTS).timestamp())
    first = visit.sign_in.continues or visit.sign_in
    return _feedback_code_signer(first.key).sign(f"{visit.pk}-{until}")


def _feedback_code_signer(key: uuid.UUID | None) -> signing.Signer:
    """Return the signer of a visit's codes. After a restore, visit numbers are given again.

    So the family's first sign-in is signed too: its key is never given again, and going on typing keeps it.
    """
    return signing.Signer(sep=".", salt=f"{_FEEDBACK_CODE_SALT}.{key}")


def read_feedback_code(code: str) -> FeedbackInvitation | None:
    """Return the code's content, expired or not; None if we did not sign it for this visit's sign-in."""
    found = _FEEDBACK_CODE.fullmatch(code)
    if found is None:
        return None
    visit_id, until = int(found["visit"]), int(found["until"])
    sign_ins = SignIn.objects.filter(visit=visit_id)
    key = sign_ins.values_list(Coalesce("continues__key", "key"), flat=True).first()
    try:
        _feedback_code_signer(key).unsign(code)
    except signing.BadSignature:
        return None
    return FeedbackInvitation(visit_id, dt.datetime.fromtimestamp(until, dt.UTC))


def find_feedback_visit(*, invitation: FeedbackInvitation | None, at: dt.datetime) -> Visit | None:
    """Return the visit if feedback may still be given; None after that was done, or after the deadline."""
    if invitation is None or at >= invitation.until:
        return None
    visits = Visit.objects.select_related("sign_in", "escort", "patient", "location__clinic")
    visit = visits.filter(pk=invitation.visit_id, after_word=None).first()
    return visit if visit is not None and may_ask_visit_feedback(visit) else None


def is_feedback_repeated(*, invitation: FeedbackInvitation | None, said: FamilyFeedback) -> bool:
    """Return whether exactly this feedback is stored already: it was sent twice, not changed."""
    if invitation is None:
        return False
    word = AfterWord.objects.filter(visit=invitation.visit_id).first()
    return word is not None and FamilyFeedback(word.face, word.line, word.may_call, word.phone) == said


def clinic_of_invitation(*, invitation: FeedbackInvitation | None) -> Clinic | None:
    """Return the clinic of this code, expired or not; without a code, the clinic if there is only one."""
    if invitation is not None:
        visits = Visit.objects.select_related("location__clinic")
        visit = visits.filter(pk=invitation.visit_id).first()
        return visit.location.clinic if visit else None
    only = list(Clinic.objects.order_by("pk")[:2])
    return only[0] if len(only) == 1 else None


def may_ask_visit_feedback(visit: Visit) -> bool:
    """Return whether this family may be asked: not after a visit entered in error or if the child died."""
    died = visit.patient is not None and visit.patient.is_deceased
    return visit.state != VisitState.ENTERED_IN_ERROR and not died


def save_feedback(
    *, visit: Visit, said: FamilyFeedback, at: dt.datetime, device: Device | None = None
) -> AfterWord:
    """Store and return the feedback. The first counts: a second changes nothing and returns the first.

    `is_feedback_repeated` tells whether it was the same. If we may call, the promise to call is made in the
    same transaction. Raises ValueError without a face.
    """
    if said.face is None:
        raise ValueError("An after-visit word has a face.")
    with write_in_turn():
        lock_visits(visit)
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
            promise=_promise_feedback_call(visit, said, at=at) if said.may_call else None,
        )
        audit_feedback(word, patient_id=visit.patient_id)
        return word


def has_callable_phone(visit: Visit) -> bool:
    """Return whether a callable number, not one of the clinic's own, was given at this visit."""
    facts = visit.location.clinic.identity_facts
    return visit_feedback_rules.is_callable_number(
        visit.sign_in.escort_phone, region=facts.region, ours=facts.phones
    )


def _promise_feedback_call(visit: Visit, said: FamilyFeedback, *, at: dt.datetime) -> Promise:
    """Make a promise that a manager calls about the feedback, on the number given now or else at sign-in.

    Way and best time are those said at sign-in, or else those remembered.
    """
    clinic, claim = visit.location.clinic, visit.sign_in
    facts = clinic.identity_facts
    known = visit.escort.phone if visit.escort else ""
    wanted = visit_feedback_rules.read_feedback_call_hours(clinic.promise_settings)
    kept = remembered_preferences(visit.escort, clinic)
    best_words = current_preference_text("best_time", claim.best_time, kept.best_time)
    agreed = _feedback_call_time(
        visit_feedback_rules.feedback_call_due(at=at, zone=clinic.zone, wanted=wanted),
        best_words,
        clinic=clinic,
        wanted=wanted,
        at=at,
    )
    child = claim.child_name or visit.token
    words = PromiseTerms(
        to_whom=child if claim.is_patient else claim.escort_name or _UNNAMED_CALLEE.format(child),
        about=visit_feedback_rules.feedback_call_subject(said),
        way=visit_feedback_rules.choose_feedback_call_way(
            current_preference_text("best_way", claim.best_way, kept.best_way)
        ),
        reach_at=visit_feedback_rules.choose_number_to_call(
            said.phone, claim.escort_phone, known, region=facts.region, ours=facts.phones
        ),
        best_words=best_words,
        best_from=agreed.best_from,
        due_at=agreed.due_at,
    )
    return promises.make_promise(
        location=visit.location, said=words, owner=Role.MANAGER, by=None, at=at, visit=visit
    )


def _feedback_call_time(
    due: dt.datetime,
    best_words: str,
    *,
    clinic: Clinic,
    wanted: visit_feedback_rules.FeedbackCallHours,
    at: dt.datetime,
) -> promise_due_times.AgreedDueTime:
    """Return the clinic's usual time for such a call, or the nearest time that suits the family."""
    window, zone, days = read_call_window(best_words), clinic.zone, wanted.open_days
    agreed = promise_due_times.agree_on_picked_time(due, window, at=at, zone=zone, days=days)
    if agreed.problem:
        agreed = promise_due_times.agree_on_best_time(window, at=at, zone=zone, days=days)
    return agreed if agreed.due_at else promise_due_times.AgreedDueTime(due_at=due)


def audit_feedback(word: AfterWord, *, patient_id: int | None) -> None:
    audit.write_audit_event(
        action="after_word.said",
        subject=word,
        at=word.at,
        device=word.device,
        patient_id=patient_id,
        face=word.face,
        may_call=word.may_call,
        promise=word.promise_id,
    )
