"""The steps that a visit's page offers."""

from __future__ import annotations

from checkin.models import Visit
from checkin.rules.visit_steps import (
    NEXT_VISIT_STATES,
    VISIT_STEP_KEYS,
    VISIT_STEP_VERBS,
    VisitState,
    next_visit_state,
)


def visit_step_facts(found: Visit) -> dict[str, object]:
    """Return the usual next step and the other possible ones."""
    usual = next_visit_state(found.state)
    offered = [
        (state.value, VISIT_STEP_VERBS[state], VISIT_STEP_KEYS[state])
        for state in NEXT_VISIT_STATES[VisitState(found.state)]
    ]
    return {
        "step": next((one for one in offered if usual and one[0] == usual.value), None),
        "other_steps": [one for one in offered if not usual or one[0] != usual.value],
        "may_undo_move": found.moves.undoable().exists(),
    }
