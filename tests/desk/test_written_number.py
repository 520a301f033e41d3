"""The number a family writes on leaving is shown with the feedback, the promise and the visit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from checkin.actions import promises, visit_feedback
from checkin.models import AfterWord, Clinic, Location, Staff, Visit
from checkin.rules.promises import PromiseTerms
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")
SISTER = "555-010-4445 (my <sister>)"
ESCAPED = "555-010-4445 (my &lt;sister&gt;)"
CHECK = "check this number"


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    make.patient(brook)
    return make.visit(front, escort_phone="555-010-3333")


def say(visit: Visit, phone: str, *, may_call: bool = True) -> AfterWord:
    return visit_feedback.save_feedback(
        visit=visit, said=FamilyFeedback(2, "", may_call, phone), at=make.at("9:40")
    )


def shown(browser: Client, *paths: Any) -> dict[Any, Any]:
    # A span of its own keeps a number on one line.
    texts = {path: browser.get(path).content.decode() for path in paths}
    return {
        path: text.replace('<span class="unbroken">', "").replace("</span>", "")
        for path, text in texts.items()
    }


def pages_of(word: AfterWord) -> list[Any]:
    call = [f"/promises/{word.promise_id}/"] if word.promise_id else []
    return [*call, "/promises/", f"/visits/{word.visit_id}/", f"/promises/feedback/{word.pk}/"]


def test_a_number_written_on_leaving_is_shown_everywhere(
    as_: Callable[[Staff], Client], max_: Staff, visit: Visit, tuesday: time_machine.Traveller
) -> None:
    word = say(visit, SISTER)
    tuesday.move_to(word.promise.due_at)
    for path, text in shown(as_(max_), *pages_of(word), "/").items():
        assert ESCAPED in text, path
        assert CHECK not in text and "not a phone number" not in text, path


@pytest.mark.parametrize("written", ["10", "555-555-5555", "555-010-0100", "same as before"])
def test_an_uncallable_number_is_shown_with_the_earlier_one_to_check(
    as_: Callable[[Staff], Client],
    max_: Staff,
    dana: Staff,
    visit: Visit,
    tuesday: time_machine.Traveller,
    written: str,
) -> None:
    word = say(visit, written)
    tuesday.move_to(word.promise.due_at)
    call = f"/promises/{word.promise_id}/"
    for path, text in shown(as_(max_), *pages_of(word), "/").items():
        assert f">{written}</bdi>" in text and CHECK in text, path
    for path, text in shown(as_(dana), call, "/promises/", "/", f"/visits/{visit.pk}/").items():
        assert f">{written}</bdi>" in text and CHECK in text, path
    for path, text in shown(as_(max_), call, "/promises/", "/").items():
        assert "555-010-3333" in text, path


def test_a_made_up_number_alone_is_marked_to_check(
    as_: Callable[[Staff], Client], max_: Staff, front: Location
) -> None:
    word = say(make.visit(front, escort_phone=""), "555-555-5555")
    text = shown(as_(max_), f"/promises/{word.promise_id}/")[f"/promises/{word.promise_id}/"]
    assert f'555-555-5555</bdi> <span class="odd">{CHECK}' in text and "written on leaving" not in text


def test_a_number_without_a_call_request_is_shown_to_the_manager(
    as_: Callable[[Staff], Client], max_: Staff, dana: Staff, visit: Visit
) -> None:
    word = say(visit, SISTER, may_call=False)
    for path, text in shown(as_(max_), *pages_of(word), f"/patients/{visit.patient_id}/").items():
        assert ESCAPED in text, path
    path = f"/visits/{visit.pk}/"
    assert ESCAPED not in shown(as_(dana), path)[path]


def test_a_replacement_promise_shows_the_written_number(
    as_: Callable[[Staff], Client], max_: Staff, dana: Staff, visit: Visit
) -> None:
    word = say(visit, SISTER)
    said = PromiseTerms(
        to_whom="Rosa", about="x", way="phone", reach_at="555-010-0199", due_at=make.at("16:00")
    )
    made = promises.replace_promise(promise=word.promise, said=said, owner=dana, by=max_, at=make.at("9:45"))
    path = f"/promises/{made.pk}/"
    text = shown(as_(dana), path)[path]
    assert f'written on leaving: <bdi class="number">{ESCAPED}' in text and "555-010-0199" in text


def test_a_blank_number_keeps_the_earlier_one(
    as_: Callable[[Staff], Client], max_: Staff, visit: Visit
) -> None:
    word = say(visit, " ")
    path = f"/promises/{word.promise_id}/"
    text = shown(as_(max_), path)[path]
    assert "555-010-3333" in text and "written on leaving" not in text and CHECK not in text


def test_the_same_number_in_another_format_is_shown_once(
    as_: Callable[[Staff], Client],
    max_: Staff,
    visit: Visit,
    front: Location,
    tuesday: time_machine.Traveller,
) -> None:
    word = say(visit, "3125550199")
    made = word.promise
    type(made).objects.filter(pk=made.pk).update(reach_at="(312) 555-0199")
    (text,) = shown(as_(max_), f"/promises/{made.pk}/").values()
    assert "(312) 555-0199" in text
    assert "written on leaving" not in text
