"""Lock a need, find its current answer, and write its outcomes."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from checkin.actions import immunizations
from checkin.actions.visit_locks import lock_patient_visits
from checkin.models import Need, NeedAnswer, Staff, Visit
from checkin.rules.coded_sentences import CodedSentence
from checkin.rules.need_types import NeedOutcome


class HeldNeed(NamedTuple):
    """A locked need and its child's open visits, locked too."""

    need: Need
    family: list[Visit]


def lock_need(need: Need) -> HeldNeed:
    """Lock the need with its visit and the child's other open visits; return it as it is now."""
    visit = need.visit
    family = lock_patient_visits(visit.patient_id, visit)
    held = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    held.visit = visit
    held.due_item = immunizations.lock_due_item(held)
    return HeldNeed(held, family)


def find_standing_need_answer(need: Need) -> NeedAnswer | None:
    found: NeedAnswer | None = need.answers.standing().find_last()
    return found


def record_need_outcome(
    need: Need,
    outcome: str,
    *,
    reason: str,
    by: Staff | None,
    at: dt.datetime,
    undoes: NeedAnswer | None = None,
    reason_code: str = "",
) -> NeedAnswer:
    """Write the outcome to the need; return the answer that records it. Call inside a transaction.

    `reason`: a person's own words, or a sentence of the program, which is stored as its code.
    """
    kept = reason.kept if isinstance(reason, CodedSentence) else None
    own = "" if isinstance(reason, CodedSentence) else reason[:500]
    why = {"reason_code": reason_code, "reason_sentence": kept, "reason": own}
    made = NeedAnswer.objects.create(
        need=need, before=need.status, outcome=outcome, **why, at=at, by=by, undoes=undoes
    )
    still_open = outcome == NeedOutcome.OPEN
    need.status, need.reason_code = outcome, reason_code
    need.reason_sentence, need.reason = kept, own
    need.answered_at, need.answered_by = (None, None) if still_open else (at, by)
    need.save(update_fields=["status", *why, "answered_at", "answered_by"])
    return made
