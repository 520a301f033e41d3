"""Two things in one visit: who takes the second one, what became of it, and that the family was told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import audit, needs
from checkin.actions.boards import Refused
from checkin.actions.permissions import require
from checkin.actions.writing import write
from checkin.models import Need, NeedAnswer, Staff, ToldFamily
from checkin.rules import claims
from checkin.rules import second_concerns as rules
from checkin.rules.roles import Act, is_allowed

NOT_HERE = "{} does not work with families here. Choose somebody else."
NOT_ANSWERED = "There is no answer to tell yet. Say first what becomes of it."


def take(*, need: Need, owner: Staff, by: Staff, at: dt.datetime) -> Need:
    """Give it to a person. The same person again changes nothing."""
    require(Act.ANSWER_NEED, by)
    works_here = owner.clinic_id == need.clinic_id and owner.is_active
    if not works_here or not is_allowed(owner.role, Act.ANSWER_NEED):
        raise Refused(NOT_HERE.format(owner))
    with write():
        held, _ = needs.hold(need)
        if not held.is_open:
            raise Refused(already(held))
        if held.owner_id != owner.pk:
            held.owner = owner
            held.save(update_fields=["owner"])
            trail(held, "need.taken", by=by, at=at, owner=owner.pk)
        return held


def answer(
    *,
    need: Need,
    how: str,
    by: Staff,
    at: dt.datetime,
    words: str = "",
    on: dt.date | None = None,
    told: bool = False,
) -> NeedAnswer:
    """Done today, booked for a day, or not possible and why; `told` where the family heard it already.

    Raises Refused with a sentence where something is missing, or it was answered otherwise.
    """
    require(Act.ANSWER_NEED, by)
    words = " ".join(claims.clean(words).split())[: rules.LONGEST_WORDS].rstrip(".")
    today = at.astimezone(need.visit.location.clinic.zone).date()
    if sentence := rules.problem(how, words, on, today=today):
        raise Refused(sentence)
    reason = rules.reason(how, words, on)
    with write():
        outcome = rules.OUTCOMES[rules.How(how)]
        made = needs.answer(need=need, outcome=outcome, reason=reason, by=by, at=at)
        if made.reason != reason:
            raise Refused(already(Need.objects.select_related("answered_by").get(pk=need.pk)))
        if told:
            tell(need=need, by=by, at=at)
        return made


def tell(*, need: Need, by: Staff, at: dt.datetime) -> ToldFamily:
    """The family was told this answer. Told twice is told once, by whoever was first."""
    require(Act.ANSWER_NEED, by)
    with write():
        held, _ = needs.hold(need)
        last = needs.standing(held)
        if last is None or held.status not in rules.TOLD:
            raise Refused(NOT_ANSWERED)
        known = ToldFamily.objects.filter(answer=last).first()
        if known:
            return known
        trail(held, "need.told", by=by, at=at, outcome=held.status)
        return ToldFamily.objects.create(answer=last, by=by, at=at)


def already(need: Need) -> str:
    said = need.reason or str(need.get_status_display()).lower()
    return f"{need.answered_by or 'Somebody'} already answered this: {said}. Undo that first."


def trail(need: Need, action: str, *, by: Staff, at: dt.datetime, **detail: Any) -> None:
    audit.record(action=action, subject=need, at=at, by=by, patient_id=need.visit.patient_id, **detail)
