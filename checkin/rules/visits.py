"""The steps of a visit. This table is the only place that knows them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    ARRIVED = "arrived", _("Arrived")
    ROOMED = "roomed", _("In a room")
    WITH_CLINICIAN = "with_clinician", _("With clinician")
    READY = "ready", _("Ready to leave")
    LEFT = "left", _("Left")
    LEFT_WITHOUT_BEING_SEEN = "left_without_being_seen", _("Left without being seen")
    ENTERED_IN_ERROR = "entered_in_error", _("Entered in error")


PATH = (State.ARRIVED, State.ROOMED, State.WITH_CLINICIAN, State.READY, State.LEFT)
"""The usual way through a visit, in order."""

OPEN = frozenset(PATH[:-1])
WAITING = frozenset({State.ARRIVED})
ASIDE = (State.LEFT_WITHOUT_BEING_SEEN, State.ENTERED_IN_ERROR)

STEPS: dict[State, tuple[State, ...]] = {
    # Any open state may go on to any later one: a nurse who forgot to press "room" is not held up by it.
    **{state: (*PATH[i + 1 :], *ASIDE) for i, state in enumerate(PATH[:-1])},
    State.LEFT: (),
    State.LEFT_WITHOUT_BEING_SEEN: (),
    State.ENTERED_IN_ERROR: (),
}

KEYS: dict[State, str] = {
    State.ROOMED: "r",
    State.WITH_CLINICIAN: "c",
    State.READY: "d",
    State.LEFT: "l",
    State.LEFT_WITHOUT_BEING_SEEN: "w",
    State.ENTERED_IN_ERROR: "e",
}
"""The key on the board that takes a visit to this state."""

VERBS = {
    State.ROOMED: _("Room"),
    State.WITH_CLINICIAN: _("Clinician in"),
    State.READY: _("Done, ready"),
    State.LEFT: _("Left"),
    State.LEFT_WITHOUT_BEING_SEEN: _("Left unseen"),
    State.ENTERED_IN_ERROR: _("Entered in error"),
}
"""What the button says that takes a visit to this state."""


def is_open(state: str) -> bool:
    return state in OPEN


def next_step(state: str) -> State | None:
    """The usual next state, or None where the visit has ended."""
    return PATH[PATH.index(State(state)) + 1] if state in OPEN else None


def may_move(*, old: str, new: str) -> bool:
    return new in STEPS[State(old)]
