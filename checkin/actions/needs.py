"""Notice needs at sign-in, update them when facts change, answer them, and undo answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import translation

from checkin.actions import decisions, immunizations
from checkin.actions.decisions import AuditLine, WrittenDecision
from checkin.actions.need_outcomes import (
    HeldNeed,
    find_standing_need_answer,
    lock_need,
    record_need_outcome,
)
from checkin.actions.permissions import NotAllowed, require_permission
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import update_visit_and_boards
from checkin.models import Need, NeedAnswer, Staff, Visit
from checkin.models.need_subjects import find_other_child_of_need, tell_need_children_apart
from checkin.queries import need_facts
from checkin.rules import needs as need_rules
from checkin.rules.coded_sentences import NOTHING_SAID, CodedSentence, sentence_words, words_in_region
from checkin.rules.due_care_needs import find_reasons_not_asked
from checkin.rules.need_answers import OUTCOMES_WITH_REASON, is_fit_answer, unfit_answer_refusal
from checkin.rules.need_labels import need_chip_text
from checkin.rules.need_reasons import NeedReason
from checkin.rules.need_types import FoundNeed, NeedOutcome, sort_needs_for_staff
from checkin.rules.need_words import (
    need_answer_words,
    need_outcome_words,
    need_reason_words,
    other_childs_need_refusal,
)
from checkin.rules.regions import USUAL_REGION
from checkin.rules.roles import GIVEN_IS_UNDONE_BY_CLINICIAN, StaffAct, may_role_act
from checkin.rules.short_lines import put_on_one_line

_LONGEST_OLD_WHY = 500


def chip_pairs_of_needs(found: Iterable[FoundNeed | Need]) -> list[list[str]]:
    """Return open needs as [kind, text] pairs for the board."""
    return [[str(need.kind), need_chip_text(need)] for need in found]


def build_need_row(visit: Visit, need: FoundNeed, *, at: dt.datetime) -> Need:
    """Return the unsaved row of a need."""
    return Need(
        clinic_id=visit.clinic_id,
        visit=visit,
        kind=need.kind,
        key=need.key,
        owner_role=need.owner,
        noticed_at=at,
        **_ruled_columns(need),
    )


def _ruled_columns(need: FoundNeed) -> dict[str, Any]:
    """Return what the rules say of a need now, by column. Blanks old words, which codes replace."""
    return {
        "label": need.label,
        "subject": need.subject,
        "why_sentence": need.why.kept,
        "step_sentence": need.next_step.kept,
        "why": "",
        "next_step": "",
        "due_item_id": need.due_item,
    }


def recompute_needs(*, visit: Visit, at: dt.datetime, by: Staff | None = None) -> list[Need]:
    """Update the visit's needs to match the facts; return them all. Safe to repeat.

    An open need lapses if the facts no longer support it, with a history row. An answered one stays answered,
    unless what was done no longer counts. A visit that has ended is left alone. Call inside the transaction
    that changed the facts, with a fresh visit.
    """
    if not visit.is_open:
        return list(visit.needs.order_by("pk"))
    known_now = need_facts.read_visit_need_facts(visit, at=at)
    found = need_rules.find_visit_needs(known_now, visit.local_date)
    met = find_reasons_not_asked(known_now, visit.local_date)
    wanted = {(str(need.kind), need.key): need for need in found}
    known = {(need.kind, need.key): need for need in visit.needs.select_for_update().order_by("pk")}
    changed = [
        _align_need_with_rules(need, wanted.get(key), at=at, by=by, given=met.get(key, NOTHING_SAID))
        for key, need in known.items()
    ]
    new = [build_need_row(visit, need, at=at) for key, need in wanted.items() if key not in known]
    Need.objects.bulk_create(new)
    if new or any(changed):
        refresh_need_chips(visit)
    return list(visit.needs.order_by("pk"))


def _align_need_with_rules(
    need: Need, found: FoundNeed | None, *, at: dt.datetime, by: Staff | None, given: CodedSentence
) -> bool:
    """Update one need to what the rules say now; return whether anything changed.

    `given`: when it was given or done, if that is why it is no longer needed.
    """
    if found is None:
        if not need.is_open:
            return False
        code = NeedReason.GIVEN if given else NeedReason.FACTS_CHANGED
        record_need_outcome(need, NeedOutcome.LAPSED, reason=given, by=by, at=at, reason_code=code)
        return True
    now = _ruled_columns(found)
    undone = found.again and need.status == NeedOutcome.DONE and _is_asked_again(need, found)
    if undone or need.status == NeedOutcome.LAPSED:
        why = found.why if undone else NOTHING_SAID
        record_need_outcome(need, NeedOutcome.OPEN, reason=why, by=by, at=at)
    elif not need.is_open or all(getattr(need, name) == value for name, value in now.items()):
        return False
    for name, value in now.items():
        setattr(need, name, value)
    need.save(update_fields=[*now])
    return True


def _is_asked_again(need: Need, found: FoundNeed) -> bool:
    """Return whether it is about something other than what was done: another void note, other answers."""
    if found.subject:
        return need.subject != found.subject
    if need.why_sentence is not None or not need.why:
        return need.why_sentence != found.why.kept
    # Older rows have no code, only the sentence in American English, cut to its column.
    with translation.override("en"):
        return need.why != sentence_words(found.why.kept, USUAL_REGION)[:_LONGEST_OLD_WHY]


def recompute_needs_of_all(visits: Iterable[Visit], *, at: dt.datetime, by: Staff | None = None) -> None:
    """Update the needs of each of these visits, which the caller has locked."""
    for visit in visits:
        recompute_needs(visit=visit, at=at, by=by)


def refresh_need_chips(visit: Visit) -> None:
    """Show the visit's open needs on every board."""
    update_visit_and_boards(
        visit, chips=chip_pairs_of_needs(sort_needs_for_staff(visit.needs.open().order_by("pk")))
    )


def answer_need(
    *, need: Need, outcome: str, by: Staff, at: dt.datetime, reason: str = "", reason_code: str = ""
) -> NeedAnswer:
    """Answer a need; return the answer. The same answer again by the same person is one answer.

    `reason_code`: of the button that gave the reason, if one did. Raises Refused if such needs are not
    answered like that, a reason is missing, somebody was faster or the need is another child's. Raises
    NotAllowed if somebody who is not a clinician says that a vaccine was given or a check-up done.
    """
    require_permission(act_of_answering_need(need, outcome), by)
    reason = reason if isinstance(reason, CodedSentence) else put_on_one_line(reason)
    if outcome not in NeedOutcome.values or outcome in (NeedOutcome.OPEN, NeedOutcome.LAPSED):
        raise Refused("Choose done, declined, deferred, not offered or left open.")
    if not is_fit_answer(need.kind, outcome):
        raise Refused(unfit_answer_refusal(need.label_words, need.kind))
    if outcome in OUTCOMES_WITH_REASON and not reason:
        what = need_outcome_words(need.kind, outcome).lower()
        raise Refused(f"Please write in a few words why: “{need.label_words}”, {what}.")
    return decisions.decide(
        by=by,
        at=at,
        lock=lambda: _lock_need_of_child(need),
        find_repeated=lambda held: _find_repeated_need_answer(held.need, outcome=outcome, by=by),
        refuse_if_decided=lambda held: _refuse_if_need_answered(held.need),
        write=lambda held: _write_need_answer(
            held, outcome, reason=reason, reason_code=reason_code, by=by, at=at
        ),
    )


def _write_need_answer(
    held: HeldNeed, outcome: str, *, reason: str, reason_code: str, by: Staff, at: dt.datetime
) -> WrittenDecision[NeedAnswer]:
    need = held.need
    made = record_need_outcome(need, outcome, reason=reason, reason_code=reason_code, by=by, at=at)
    if outcome == NeedOutcome.DONE and immunizations.is_need_due(need):
        immunizations.record_given_item(need)
        recompute_needs_of_all(held.family, at=at, by=by)
    refresh_need_chips(need.visit)
    detail = {"kind": need.kind, "answer": str(outcome)}
    return WrittenDecision(made, AuditLine("need.answered", need, need.visit.patient_id, detail))


def act_of_answering_need(need: Need, outcome: str) -> StaffAct:
    """Return which act of the roles table this answer is."""
    return (
        StaffAct.GIVE
        if outcome == NeedOutcome.DONE and need.kind in immunizations.DUE_NEED_KINDS
        else StaffAct.ANSWER_NEED
    )


def undo_need_answer(*, need: Need, by: Staff, at: dt.datetime, seen: int | None = None) -> NeedAnswer:
    """Undo the last answer, also another person's, while the family is still here; return the undo.

    A role that may give an answer may undo it. The need is open again if this child still needs it: the due
    item may be gone or on another child's record. `seen`: the id of the newest answer on the page. Raises
    Refused if somebody has answered or undone since, or it was answered for another child. Raises NotAllowed.
    """
    require_permission(StaffAct.ANSWER_NEED, by)
    undone: NeedAnswer = decisions.decide(
        by=by,
        at=at,
        lock=lambda: lock_need(need),
        find_repeated=lambda held: decisions.find_repeated_undo(
            held.need.answers.find_last(), seen=seen, by=by
        ),
        refuse_if_decided=lambda held: _refuse_need_undo(held.need, by=by, seen=seen),
        write=lambda held: _write_need_undo(held, by=by, at=at),
    )
    return undone


def _refuse_need_undo(need: Need, *, by: Staff, seen: int | None) -> None:
    """Raise Refused if this person cannot undo anything now. The need is locked."""
    newest: NeedAnswer | None = need.answers.find_last()
    if newest is not None and decisions.is_decided_since(newest, seen):
        _refuse_slower_need_undo(need, newest)
    last = find_standing_need_answer(need)
    if last is None or need.is_open or need.status == NeedOutcome.LAPSED:
        raise Refused(f"There is nothing to undo for “{need.label_words}”.")
    if not may_role_act(by.role, act_of_answering_need(need, last.outcome)):
        raise NotAllowed(GIVEN_IS_UNDONE_BY_CLINICIAN)
    if not need.visit.is_open:
        raise Refused(f"{need.visit.token} has left. Undo that step first, then this answer.")
    _refuse_other_childs_need(need)


def _refuse_slower_need_undo(need: Need, newest: NeedAnswer) -> None:
    """Raise Refused if somebody was faster: `newest` is not the answer that the page showed."""
    if newest.undoes_id is not None:
        did, clinic = f"undid the answer to “{need.label_words}”", need.visit.location.clinic
        raise Refused(decisions.faster_decision_words(newest, did, clinic=clinic))
    _refuse_if_need_answered(need)


def _write_need_undo(held: HeldNeed, *, by: Staff, at: dt.datetime) -> WrittenDecision[NeedAnswer]:
    need, last = held.need, find_standing_need_answer(held.need)
    made = record_need_outcome(need, NeedOutcome.OPEN, reason="", by=by, at=at, undoes=last)
    if last is not None and last.outcome == NeedOutcome.DONE and immunizations.is_need_due(need):
        immunizations.unrecord_given_item(need)
        recompute_needs_of_all(held.family, at=at, by=by)
    else:
        recompute_needs(visit=need.visit, at=at, by=by)
    refresh_need_chips(need.visit)
    detail = {"kind": need.kind, "made_by": last.by_id if last else None}
    return WrittenDecision(made, AuditLine("need.answer_undone", need, need.visit.patient_id, detail))


def _lock_need_of_child(need: Need) -> HeldNeed:
    """Lock and return the need; raise Refused if it is another child's by now."""
    held = lock_need(need)
    _refuse_other_childs_need(held.need)
    return held


def _refuse_other_childs_need(need: Need) -> None:
    """Raise Refused if it is another child's by now. The need, its visit and its due item are locked."""
    other = find_other_child_of_need(need)
    if other is not None:
        whose, now = tell_need_children_apart(other, need)
        raise Refused(other_childs_need_refusal(need.label_words, whose, now, is_answered=not need.is_open))


def _find_repeated_need_answer(need: Need, *, outcome: str, by: Staff) -> NeedAnswer | None:
    last = None if need.is_open else find_standing_need_answer(need)
    return last if last and (last.outcome, last.by_id) == (outcome, by.pk) else None


def _refuse_if_need_answered(need: Need) -> None:
    """Raise Refused, saying who was faster, if the need is answered or no longer needed."""
    if need.is_open:
        return
    why_told = words_in_region(need.told_reason, need.visit.clinic.region)
    if need.status == NeedOutcome.LAPSED:
        said = need_reason_words(need.reason_code, why_told)
        why = f": {said}" if said else ""
        raise Refused(f"“{need.label_words}” is no longer needed{why}, so nothing was changed.")
    last = find_standing_need_answer(need)
    whose = last.by if last and last.by else "Somebody"
    words = need_answer_words(need.kind, need.status, need.reason_code, why_told)
    raise Refused(f"{whose} already answered “{need.label_words}”: {words}.")
