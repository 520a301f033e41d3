"""The steps of a visit: forward any number of steps, never back, and none after the end."""

from __future__ import annotations

import itertools

import pytest

from checkin.rules import visit_steps
from checkin.rules.visit_steps import VISIT_PATH, VisitState

ENDED = [state for state in VisitState if not visit_steps.is_open_visit_state(state)]


def test_open_visit_may_move_to_any_later_step_but_not_back() -> None:
    for (here, old), (there, new) in itertools.product(enumerate(VISIT_PATH[:-1]), enumerate(VISIT_PATH)):
        assert visit_steps.may_change_visit_state(old=old, new=new) == (there > here)


@pytest.mark.parametrize("old", VISIT_PATH[:-1])
def test_open_visit_may_end_unseen_or_as_an_error(old: VisitState) -> None:
    for new in (VisitState.LEFT_WITHOUT_BEING_SEEN, VisitState.ENTERED_IN_ERROR):
        assert visit_steps.may_change_visit_state(old=old, new=new)


@pytest.mark.parametrize("old", ENDED)
def test_ended_visit_cannot_change_state(old: VisitState) -> None:
    assert not any(visit_steps.may_change_visit_state(old=old, new=new) for new in VisitState)
    assert visit_steps.next_visit_state(old) is None


def test_next_steps_lead_through_the_whole_visit() -> None:
    seen = [VisitState.ARRIVED]
    while following := visit_steps.next_visit_state(seen[-1]):
        seen.append(following)
    assert tuple(seen) == VISIT_PATH


def test_every_reachable_state_has_a_key_and_a_verb() -> None:
    reachable = {new for states in visit_steps.NEXT_VISIT_STATES.values() for new in states}
    assert visit_steps.VISIT_STEP_KEYS.keys() == reachable == visit_steps.VISIT_STEP_VERBS.keys()
    assert len(set(visit_steps.VISIT_STEP_KEYS.values())) == len(reachable)
