"""What a page offers for a need: its kind's own answers, each with a key, or a link to another decision."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from checkin.actions.needs import act_of_answering_need
from checkin.models import Need
from checkin.rules.need_answers import NEED_ANSWERS, NeedDecision
from checkin.rules.need_types import NeedOutcome
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, act_refusal, may_perform_act

_ANSWER_KEYS = {
    NeedOutcome.DONE: "g",
    NeedOutcome.DECLINED: "d",
    NeedOutcome.DEFERRED: "f",
    NeedOutcome.NOT_OFFERED: "n",
    NeedOutcome.LEFT_OPEN: "n",
}
_DECISION_KEY = "g"


def need_answer_facts(request: StaffRequest, need: Need, *, is_leaving: bool) -> dict[str, Any]:
    """Return the answers that this role may give to a need, and the decision that answers it instead.

    On leaving, a need without answers may be left open, so that nothing keeps a family here.
    """
    answers = NEED_ANSWERS[need.kind]
    offered = [
        (one, _ANSWER_KEYS[one.outcome])
        for one in answers.choices_at(is_leaving=is_leaving)
        if not act_refusal(request, act_of_answering_need(need, one.outcome))
    ]
    return {
        "at_once": [one for one in offered if not one[0].asks_why],
        "with_reason": [one for one in offered if one[0].asks_why],
        "question": answers.question,
        "reasons": answers.reasons,
        "decision": _decision_of_need(request, need, answers.decision),
    }


def _decision_of_need(
    request: StaffRequest, need: Need, decision: NeedDecision | None
) -> dict[str, object] | None:
    """Return the link to the decision that answers this need; None if none does, or not by this role."""
    if decision is None or not may_perform_act(request, _ACT_OF_DECISION[decision]):
        return None
    return {"address": _decision_address(need, decision), "words": decision.label, "key": _DECISION_KEY}


def _decision_address(need: Need, decision: NeedDecision) -> str:
    if decision == NeedDecision.NOTE:
        return reverse("desk:note", args=[int(need.key)])
    if decision == NeedDecision.PROMISES:
        return reverse("desk:visit", args=[need.visit_id]) + "#owing-title"
    name = {NeedDecision.MATCH: "desk:match_one", NeedDecision.DISCREPANCIES: "desk:visit_discrepancies"}
    return reverse(name[decision], args=[need.visit_id])


_ACT_OF_DECISION = {
    NeedDecision.MATCH: StaffAct.MATCH,
    NeedDecision.DISCREPANCIES: StaffAct.SETTLE_DISCREPANCY,
    NeedDecision.NOTE: StaffAct.WRITE_NOTE,
    NeedDecision.PROMISES: StaffAct.PROMISE,
}
