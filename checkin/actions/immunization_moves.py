"""Move what was given or done at a visit to the child who got it, and update due items."""

from __future__ import annotations

import datetime as dt

from checkin.actions import immunizations, need_outcomes
from checkin.actions.entry_ledger import EntryLedger, columns_as_json
from checkin.models import DueItem, Immunization, Need, NeedAnswer, Staff
from checkin.rules.coded_sentences import CodedSentence, say_sentence
from checkin.rules.entry_fates import EntryChild, EntryKind, EntryOutcome
from checkin.rules.need_types import NeedKind, NeedOutcome
from checkin.rules.sentence_codes import SentenceCode

_NEED_SUBJECT_COLUMNS = (
    *("label", "subject", "why_sentence", "step_sentence", "why", "next_step"),
    "due_item_id",
)
"""Columns of a need that depend on the child for whom it is asked."""


def carry_given_item(
    need: Need,
    whose: EntryChild,
    *,
    ledger: EntryLedger,
    was: int | None,
    now: int | None,
    old_name: str,
    by: Staff | None,
    at: dt.datetime,
) -> None:
    """Put what was given on the record of the child who got it.

    The need stays done only if that is the visit's child.
    """
    if whose == EntryChild.NEW:
        ledger.note(need, EntryKind.VACCINE, EntryOutcome.MOVED, was=was, now=now)
        _take_given_off_chart(need, ledger=ledger, was=was, now=now)
        if now is not None:
            put_given_on_chart(need, ledger=ledger, was=was, now=now)
        return
    if whose == EntryChild.NOBODY:
        ledger.note(need, EntryKind.VACCINE, EntryOutcome.ENDED, was=was, now=None)
        _take_given_off_chart(need, ledger=ledger, was=was, now=None)
    else:
        ledger.note(need, EntryKind.VACCINE, EntryOutcome.KEPT, was=was, now=was)
        _leave_given_on_chart(need, ledger=ledger, was=was)
    reason = (
        say_sentence(SentenceCode.GIVEN_TO_OTHER, name=old_name)
        if whose == EntryChild.OLD
        else say_sentence(SentenceCode.NOT_GIVEN)
    )
    cancel_answer_of_other_child(need, EntryKind.VACCINE, reason=reason, ledger=ledger, was=was, by=by, at=at)


def _take_given_off_chart(need: Need, *, ledger: EntryLedger, was: int | None, now: int | None) -> None:
    """Make the old chart's item due again; move the vaccine to the new chart or delete it."""
    item = need.due_item
    if item is not None and item.patient_id == was and item.status == DueItem.Status.GIVEN:
        ledger.change(
            item, EntryKind.DUE_ITEM, EntryOutcome.CHANGED, was=was, now=was, status=DueItem.Status.DUE
        )
    given_as = immunizations.lock_need_immunization(need)
    if given_as is None:
        return
    if now is None:
        ledger.remove(given_as, EntryKind.VACCINE, was=given_as.patient_id)
    else:
        ledger.change(given_as, EntryKind.VACCINE, EntryOutcome.MOVED, was=was, now=now, patient_id=now)


def put_given_on_chart(need: Need, *, ledger: EntryLedger, was: int | None, now: int) -> None:
    """Mark the new chart's item as given and put the vaccine among its immunizations."""
    item = immunizations.find_due_item_for(need, now)
    if item is not None and item.status == DueItem.Status.DUE:
        ledger.change(
            item, EntryKind.DUE_ITEM, EntryOutcome.CHANGED, was=now, now=now, status=DueItem.Status.GIVEN
        )
    if need.due_item_id != (item.pk if item else None):
        ledger.change(
            need,
            EntryKind.DUE_ITEM,
            EntryOutcome.CHANGED,
            was=was,
            now=now,
            due_item_id=item.pk if item else None,
        )
        need.due_item = item
    if need.kind == NeedKind.VACCINE and immunizations.lock_need_immunization(need) is None:
        immunizations.record_given_item(need, patient_id=now)
        made = immunizations.lock_need_immunization(need)
        if made is not None:
            ledger.made(made, EntryKind.VACCINE, was=was, now=now)


def _leave_given_on_chart(need: Need, *, ledger: EntryLedger, was: int | None) -> None:
    """Leave it on the old chart under a key of its own: the need's next answer is another child's."""
    given_as = immunizations.lock_need_immunization(need)
    if given_as is None:
        return
    value = f"{need.pk}:{was}"
    while Immunization.objects.filter(
        clinic_id=need.clinic_id, system=immunizations.IMMUNIZATION_SYSTEM, value=value
    ).exists():
        value += "+"
    ledger.change(given_as, EntryKind.VACCINE, EntryOutcome.KEPT, was=was, now=was, value=value)


def cancel_answer_of_other_child(
    need: Need,
    paper: EntryKind,
    *,
    reason: CodedSentence,
    ledger: EntryLedger,
    was: int | None,
    by: Staff | None,
    at: dt.datetime,
) -> NeedAnswer:
    """Cancel an answer about another child: the need is open again, or lapsed if the visit has ended.

    Returns the answer that cancels it. The next update lapses a reopened need if this child lacks it.
    """
    outcome = NeedOutcome.OPEN if need.visit.is_open else NeedOutcome.LAPSED
    before = columns_as_json(need, _NEED_SUBJECT_COLUMNS)
    answer = need_outcomes.record_need_outcome(need, outcome, reason=reason, by=by, at=at)
    ledger.made(answer, paper, was=was)
    # A reopened need switches to this child's item; log the old one so that an undo restores it.
    ledger.note(need, EntryKind.DUE_ITEM, EntryOutcome.CHANGED, was=was, now=was, before=before)
    return answer
