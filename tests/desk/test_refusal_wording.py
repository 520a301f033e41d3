"""A refusal names somebody who may do it, and says once that nothing was changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from checkin.actions import visit_feedback
from checkin.models import Location, Staff
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.mark.parametrize("who", ["dana", "noor", "ada", "otto"])
def test_others_who_open_feedback_are_referred_to_the_manager(
    as_: Callable[[Staff], Client], who: str, front: Location, request: pytest.FixtureRequest
) -> None:
    word = visit_feedback.save_feedback(
        visit=make.visit(front), said=FamilyFeedback(1, "Too long"), at=make.at()
    )
    answer = as_(request.getfixturevalue(who)).get(f"/promises/feedback/{word.pk}/")
    page = answer.content.decode()
    assert (answer.status_code, "Only the manager reads" in page) == (403, True)
    assert "Ask the manager." in page and "administrator" not in page and "Too long" not in page
    assert "Ask the front desk" not in page
    assert "nothing was changed" not in page.lower(), "a page was opened, and nothing sent"
