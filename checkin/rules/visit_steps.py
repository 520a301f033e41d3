"""The steps of a visit. This table is the only place that defines them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VisitState(TextChoices):
    ARRIVED = "arrived", _("Arrived")
    ROOMED = "roomed", _("In a room")
    WITH_CLINICIAN = "with_clinician", _("With clinician")
    READY = "ready", _("Ready to leave")
    LEFT = "left", _("Left")
    LEFT_WITHOUT_BEING_SEEN = "left_without_being_seen", _("Left without being seen")
    ENTERED_IN_ERROR = "entered_in_error", _("Entered in error")


VISIT_PATH = (
    VisitState.ARRIVED,
    VisitState.ROOMED,
    VisitState.WITH_CLINICIAN,
    VisitState.READY,
    VisitState.LEFT,
)
"""The usual sequence of a visit."""

OPEN_VISIT_STATES = frozenset(VISIT_PATH[:-1])
WAITING_VISIT_STATES = frozenset({VisitState.ARRIVED})
_STATES_ASIDE = (VisitState.LEFT_WITHOUT_BEING_SEEN, VisitState.ENTERED_IN_ERROR)

NEXT_VISIT_STATES: dict[VisitState, tuple[VisitState, ...]] = {
    # Any open state may go to any later one, so a nurse who forgot to press "room" can still go on.
    **{state: (*VISIT_PATH[i + 1 :], *_STATES_ASIDE) for i, state in enumerate(VISIT_PATH[:-1])},
    VisitState.LEFT: (),
    VisitState.LEFT_WITHOUT_BEING_SEEN: (),
    VisitState.ENTERED_IN_ERROR: (),
}

VISIT_STEP_KEYS: dict[VisitState, str] = {
    VisitState.ROOMED: "r",
    VisitState.WITH_CLINICIAN: "c",
    VisitState.READY: "d",
    VisitState.LEFT: "l",
    VisitState.LEFT_WITHOUT_BEING_SEEN: "w",
    VisitState.ENTERED_IN_ERROR: "e",
}
"""The key on the board that moves a visit to this state."""

VISIT_STEP_VERBS = {
    VisitState.ROOMED: _("Room"),
    VisitState.WITH_CLINICIAN: _("Clinician in"),
    VisitState.READY: _("Done, ready"),
    VisitState.LEFT: _("Left"),
    VisitState.LEFT_WITHOUT_BEING_SEEN: _("Left unseen"),
    VisitState.ENTERED_IN_ERROR: _("Entered in error"),
}
"""The label of the button that moves a visit to this state."""


def is_open_visit_state(state: str) -> bool:
    return state in OPEN_VISIT_STATES


def next_visit_state(state: str) -> VisitState | None:
    """Return the usual next state; None if the visit has ended."""
    return VISIT_PATH[VISIT_PATH.index(VisitState(state)) + 1] if state in OPEN_VISIT_STATES else None


def may_change_visit_state(*, old: str, new: str) -> bool:
    return new in NEXT_VISIT_STATES[VisitState(old)]
