"""Assign a visit's second concern, record its answer, and record that the family was told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import audit, need_outcomes, needs
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import Need, NeedAnswer, Staff, ToldFamily
from checkin.rules import second_concerns as second_concern_rules
from checkin.rules import sign_in_claims
from checkin.rules.coded_sentences import words_in_region
from checkin.rules.roles import StaffAct, may_role_act
from checkin.rules.short_lines import put_on_one_line

_NOT_WITH_FAMILIES_HERE = "{} does not work with families here. Choose somebody else."
_NO_ANSWER_TO_TELL = "There is no answer to tell yet. Write the answer first."


def assign_second_concern(*, need: Need, owner: Staff, by: Staff, at: dt.datetime) -> Need:
    """Assign the second concern to a person; return the need. Safe to repeat. Raises Refused, NotAllowed."""
    require_permission(StaffAct.ANSWER_NEED, by)
    works_here = owner.clinic_id == need.clinic_id and owner.is_active
    if not works_here or not may_role_act(owner.role, StaffAct.ANSWER_NEED):
        raise Refused(_NOT_WITH_FAMILIES_HERE.format(owner))
    with write_in_turn():
        held, _ = need_outcomes.lock_need(need)
        if not held.is_open:
            raise Refused(_already_answered_words(held))
        if held.owner_id != owner.pk:
            held.owner = owner
            held.save(update_fields=["owner"])
            _audit_second_concern(held, "need.taken", by=by, at=at, owner=owner.pk)
        return held


def answer_second_concern(
    *,
    need: Need,
    how: str,
    by: Staff,
    at: dt.datetime,
    words: str = "",
    on: dt.date | None = None,
    told: bool = False,
) -> NeedAnswer:
    """Record that it was done today, is booked for a day, or is not possible. `told`: the family knows it.

    Raises Refused if something is missing or it was answered differently, and NotAllowed.
    """
    require_permission(StaffAct.ANSWER_NEED, by)
    words = put_on_one_line(sign_in_claims.clean_typed_text(words))[
        : second_concern_rules.LONGEST_CONCERN_WORDS
    ].rstrip(".")
    today = at.astimezone(need.visit.location.clinic.zone).date()
    if sentence := second_concern_rules.concern_answer_problem(how, words, on, today=today):
        raise Refused(sentence)
    reason = second_concern_rules.say_concern_answer(how, words, on)
    with write_in_turn():
        answer = second_concern_rules.ConcernAnswer(how)
        code = second_concern_rules.REASON_OF_ANSWER[answer]
        outcome = second_concern_rules.OUTCOME_OF_ANSWER[answer]
        made = needs.answer_need(need=need, outcome=outcome, reason=reason, reason_code=code, by=by, at=at)
        if (made.reason_code, made.reason_sentence) != (code, reason.kept):
            raise Refused(_already_answered_words(Need.objects.select_related("answered_by").get(pk=need.pk)))
        if told:
            record_family_told(need=need, by=by, at=at)
        return made


def record_family_told(*, need: Need, by: Staff, at: dt.datetime) -> ToldFamily:
    """Record that the family was told this answer. Safe to repeat; the first record counts."""
    require_permission(StaffAct.ANSWER_NEED, by)
    with write_in_turn():
        held, _ = need_outcomes.lock_need(need)
        last = need_outcomes.find_standing_need_answer(held)
        if last is None or held.status not in second_concern_rules.TELLABLE_OUTCOMES:
            raise Refused(_NO_ANSWER_TO_TELL)
        known = ToldFamily.objects.filter(answer=last).first()
        if known:
            return known
        _audit_second_concern(held, "need.told", by=by, at=at, answer=held.status)
        return ToldFamily.objects.create(answer=last, by=by, at=at)


def _already_answered_words(need: Need) -> str:
    said = (
        words_in_region(need.reason_words, need.visit.clinic.region) or str(need.get_status_display()).lower()
    )
    return f"{need.answered_by or 'Somebody'} already answered this: {said}. Undo that first."


def _audit_second_concern(need: Need, action: str, *, by: Staff, at: dt.datetime, **detail: Any) -> None:
    audit.write_audit_event(
        action=action, subject=need, at=at, by=by, patient_id=need.visit.patient_id, **detail
    )
