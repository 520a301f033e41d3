"""What a page offers for a need: its kind's own answers, each with a key, or a link to another decision."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from checkin.actions.needs import act_of_answering_need
from checkin.models import Need
from checkin.rules.need_answers import NEED_ANSWERS, NeedDecision
from checkin.rules.need_types import NEED_TRAITS, NeedKind, NeedOutcome
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, act_refusal, may_perform_act

ANSWER_KEYS = {
    NeedOutcome.DONE: "y",
    NeedOutcome.DECLINED: "q",
    NeedOutcome.DEFERRED: "f",
    NeedOutcome.NOT_OFFERED: "s",
    NeedOutcome.LEFT_OPEN: "s",
}
DECISION_KEYS = {
    NeedDecision.MATCH: "m",
    NeedDecision.DISCREPANCIES: "x",
    NeedDecision.WRITE_NOTE: "i",
    NeedDecision.NOTE: "i",
    NeedDecision.PROMISES: "o",
}
"""Each is the key that means the same everywhere: of the page, or of a note."""


_PLACE_OF_KIND = {
    NeedKind.MATCH: "child",
    NeedKind.DISCREPANCY: "differs",
    NeedKind.SECOND_CONCERN: "",
}
"""The part of the visit's page that shows these needs, with all that belongs to them, and only there.

The second concern comes right below the list, so the list does not point to it.
"""


def place_need_rows(rows: list[dict[str, Any]]) -> dict[str, object]:
    """Return the rows of the visit's page: those of the list, and those that have a place of their own."""
    placed = {row["need"].kind: row for row in rows if row["need"].kind in _PLACE_OF_KIND}
    listed = [row for row in rows if not _has_own_place(row["need"])]
    elsewhere = [(row, place) for row in placed.values() if (place := _pointed_place(row["need"]))]
    return {
        "listed_needs": {
            "open": [row for row in listed if row["need"].is_open],
            "answered": [row for row in listed if not row["need"].is_open],
            "elsewhere": elsewhere,
        },
        "match_row": placed.get(NeedKind.MATCH),
        "differs_row": placed.get(NeedKind.DISCREPANCY),
    }


def _pointed_place(need: Need) -> str:
    return _PLACE_OF_KIND[NeedKind(need.kind)] if need.is_open else ""


def _has_own_place(need: Need) -> bool:
    """Return whether another part of the page shows it. A second concern that lapsed has no part left."""
    is_concern_gone = need.kind == NeedKind.SECOND_CONCERN and need.status == NeedOutcome.LAPSED
    return need.kind in _PLACE_OF_KIND and not is_concern_gone


def need_answer_facts(request: StaffRequest, need: Need, *, is_leaving: bool) -> dict[str, Any]:
    """Return the answers that this role may give to a need, and the decision that answers it instead.

    On leaving, a need without answers may be left open, so that nothing keeps a family here.
    """
    answers = NEED_ANSWERS[need.kind]
    offered = [
        (one, ANSWER_KEYS[one.outcome])
        for one in answers.choices_at(is_leaving=is_leaving)
        if not act_refusal(request, act_of_answering_need(need, one.outcome))
    ]
    return {
        "at_once": [one for one in offered if not one[0].asks_why],
        "with_reason": [one for one in offered if one[0].asks_why],
        "done_key": ANSWER_KEYS[NeedOutcome.DONE],
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
    if decision == NeedDecision.WRITE_NOTE and need.visit.confidential:
        return None
    return {
        "address": _decision_address(need, decision),
        "words": decision.label,
        "key": DECISION_KEYS[decision],
    }


def _decision_address(need: Need, decision: NeedDecision) -> str:
    if decision == NeedDecision.WRITE_NOTE:
        return reverse("desk:note_draft", args=[need.visit_id, NEED_TRAITS[NeedKind(need.kind)].note])
    if decision == NeedDecision.NOTE:
        return reverse("desk:note", args=[int(need.key)])
    if decision == NeedDecision.PROMISES:
        return reverse("desk:visit", args=[need.visit_id]) + "#owing"
    name = {NeedDecision.MATCH: "desk:match_one", NeedDecision.DISCREPANCIES: "desk:visit_discrepancies"}
    return reverse(name[decision], args=[need.visit_id])


_ACT_OF_DECISION = {
    NeedDecision.MATCH: StaffAct.MATCH,
    NeedDecision.DISCREPANCIES: StaffAct.SETTLE_DISCREPANCY,
    NeedDecision.WRITE_NOTE: StaffAct.WRITE_NOTE,
    NeedDecision.NOTE: StaffAct.WRITE_NOTE,
    NeedDecision.PROMISES: StaffAct.PROMISE,
}
