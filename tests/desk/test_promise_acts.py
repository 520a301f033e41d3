"""One key each: keep, try again, hand over, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client

from checkin.actions import promise_attempts, promises
from checkin.models import Location, Promise, PromiseEscalation, Staff
from checkin.queries import promise_events
from checkin.queries.timeline_events import TimelineEvent
from checkin.rules.coded_sentences import say_sentence
from checkin.rules.sentence_codes import SentenceCode
from tests import make
from tests.promising import promise, said

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


ACTS = {
    "keep": {},
    "try": {"result": "no_answer"},
    "hand-over": {"to": "role:clinician"},
    "withdraw": {"words": "Ana said no"},
}


@pytest.fixture(autouse=True)
def _ten_past_five(db: None) -> Iterator[None]:
    with time_machine.travel(make.at("17:10"), tick=False):
        yield


@pytest.fixture
def made(front: Location) -> Promise:
    return promise(front)


def press(browser: Client, made: Promise, act: str, **changes: Any) -> ClientResponse:
    return browser.post(f"/promises/{made.pk}/{act}/", ACTS[act] | changes)


def standing(made: Promise) -> str:
    return Promise.objects.get(pk=made.pk).status


def test_keeping_a_promise_ends_it_as_reached(desk_client: Client, made: Promise, dana: Staff) -> None:
    answer = press(desk_client, made, "keep", outcome="she is glad")
    assert answer.url == "/promises/"
    made.refresh_from_db()
    assert (made.status, made.outcome, made.ended_by) == ("reached", "she is glad", dana)
    assert "Kept: the promise to Ana Ruiz." in desk_client.get("/promises/").content.decode()


def test_an_attempt_leaves_the_promise_open(desk_client: Client, made: Promise) -> None:
    press(desk_client, made, "try", note="rang out")
    assert (standing(made), made.attempts.get().note) == ("open", "rang out")


def test_a_message_left_on_the_second_attempt_ends_the_promise(
    desk_client: Client, made: Promise, dana: Staff
) -> None:
    promise_attempts.attempt_promise(promise=made, result="no_answer", by=dana, at=make.at("17:01"))
    press(desk_client, made, "try", result="left_word", next_step="they call on Monday")
    made.refresh_from_db()
    assert (made.status, made.next_step) == ("left_word", "they call on Monday")


def test_a_message_left_on_the_first_attempt_cannot_end_the_promise(
    desk_client: Client, made: Promise
) -> None:
    answer = press(desk_client, made, "try", result="left_word", next_step="they call on Monday")
    assert answer.status_code == 409
    assert "One try is not enough" in answer.content.decode()
    assert standing(made) == "open"


def test_no_answer_never_ends_the_promise(desk_client: Client, made: Promise, dana: Staff) -> None:
    promise_attempts.attempt_promise(promise=made, result="no_answer", by=dana, at=make.at("17:01"))
    press(desk_client, made, "try", next_step="they call on Monday")
    assert standing(made) == "open"


def test_handing_over_changes_the_owner(desk_client: Client, made: Promise, noor: Staff) -> None:
    press(desk_client, made, "hand-over", to=f"staff:{noor.pk}", why="she knows them")
    made.refresh_from_db()
    assert (made.owner, made.owner_role, made.handovers.get().why) == (noor, "", "she knows them")


@pytest.mark.parametrize("to", ["", "role:auditor", "staff:0", "staff:x", "nonsense"])
def test_handing_over_to_nobody_is_refused(desk_client: Client, made: Promise, to: str) -> None:
    answer = press(desk_client, made, "hand-over", to=to)
    assert answer.status_code == 409
    assert "Choose a person or a role." in answer.content.decode()


def test_withdrawing_requires_a_reason(desk_client: Client, made: Promise) -> None:
    assert press(desk_client, made, "withdraw", words=" ").status_code == 409
    assert standing(made) == "open"
    press(desk_client, made, "withdraw")
    assert standing(made) == "withdrawn"


@pytest.mark.parametrize("act", ["keep", "withdraw"])
def test_the_same_action_twice_by_one_person_succeeds(desk_client: Client, made: Promise, act: str) -> None:
    for _ in range(2):
        assert press(desk_client, made, act).status_code == 302


@pytest.mark.parametrize("act", ACTS)
def test_an_action_on_an_ended_promise_says_who_ended_it(
    desk_client: Client, made: Promise, noor: Staff, act: str
) -> None:
    promise_attempts.keep_promise(promise=made, by=noor, at=make.at("17:05"))
    answer = press(desk_client, made, act)
    assert answer.status_code == 409
    assert "Noor already ended this at 5:05 PM: kept." in answer.content.decode()


@pytest.mark.parametrize("act", ACTS)
def test_promise_actions_refuse_get(desk_client: Client, made: Promise, act: str) -> None:
    assert desk_client.get(f"/promises/{made.pk}/{act}/").status_code == 405


@pytest.mark.parametrize("act", ACTS)
def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, made: Promise, act: str) -> None:
    assert press(client, made, act).url.startswith("/account/login/")
    assert standing(made) == "open"


@pytest.mark.parametrize("act", ACTS)
def test_a_promise_of_another_clinic_is_404(
    as_: Callable[[Staff], Client], sol: Staff, made: Promise, act: str
) -> None:
    assert press(as_(sol), made, act).status_code == 404
    assert standing(made) == "open"


@pytest.mark.parametrize("who", ["ada", "otto"])
@pytest.mark.parametrize("act", ACTS)
def test_administrators_and_auditors_are_403(
    as_: Callable[[Staff], Client], made: Promise, who: str, act: str, request: pytest.FixtureRequest
) -> None:
    answer = press(as_(request.getfixturevalue(who)), made, act)
    assert answer.status_code == 403
    assert "Ask the front desk, a clinician or the manager." in answer.content.decode()
    assert (standing(made), made.attempts.count()) == ("open", 0)


@pytest.mark.parametrize("who", ["dana", "noor", "max_"])
@pytest.mark.parametrize("act", ACTS)
def test_every_role_that_works_with_families_may_act(
    as_: Callable[[Staff], Client], made: Promise, who: str, act: str, request: pytest.FixtureRequest
) -> None:
    assert press(as_(request.getfixturevalue(who)), made, act).status_code == 302


def test_any_action_escalates_overdue_promises(desk_client: Client, made: Promise, front: Location) -> None:
    late = promise(front, due="10:00")
    press(desk_client, made, "try")
    assert [one.promise for one in PromiseEscalation.objects.order_by("step")] == [late, late]


def test_the_message_after_an_attempt_says_if_the_promise_ended(desk_client: Client, made: Promise) -> None:
    press(desk_client, made, "try")
    page = desk_client.get("/promises/").content.decode()
    assert "Saved: this try to reach Ana Ruiz. The promise is still open." in page
    press(desk_client, made, "try", result="left_word", next_step="they call on Monday")
    page = desk_client.get("/promises/").content.decode()
    assert "Ended: a message was left for Ana Ruiz. Next: they call on Monday" in page


def test_two_quick_attempts_with_different_notes_are_both_kept(desk_client: Client, made: Promise) -> None:
    for note in ("with her sister", "with her sister", "with her son"):
        press(desk_client, made, "try", result="left_word", note=note)
    assert [one.note for one in made.attempts.order_by("pk")] == ["with her sister", "with her son"]


@pytest.mark.parametrize(("act", "field"), [("keep", "outcome"), ("withdraw", "words")])
def test_ending_it_again_with_other_words_is_refused(
    desk_client: Client, made: Promise, act: str, field: str
) -> None:
    press(desk_client, made, act, **{field: "she said no"})
    assert press(desk_client, made, act, **{field: "she said no"}).status_code == 302
    answer = press(desk_client, made, act, **{field: "it was her mother"})
    assert answer.status_code == 409
    assert "Dana already ended this at 5:10 PM" in answer.content.decode()


def test_a_replaced_promise_links_to_its_replacement(
    desk_client: Client, front: Location, dana: Staff, noor: Staff
) -> None:
    made = promise(front, at=make.at("9:00"))
    again = promises.replace_promise(promise=made, said=said(), owner=noor, by=dana, at=make.at("9:01"))
    page = desk_client.get(f"/promises/{made.pk}/").content.decode()
    assert "Promise it again" not in page
    assert f'href="/promises/{again.pk}/">Open the promise in its place' in page
    promise_attempts.keep_promise(promise=again, by=dana, at=make.at("9:02"))
    assert "Promise it again" in desk_client.get(f"/promises/{again.pk}/").content.decode()


def test_the_page_writes_phones_in_what_happened_as_the_other_timelines(
    desk_client: Client, made: Promise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number that broke at the end of a line was read as two."""
    press(desk_client, made, "try", note="call 555-010-0123 next")
    first = say_sentence(SentenceCode.PHONE_FIRST, name="Ana Ruiz", phone="3125550156")
    told = TimelineEvent(make.at(), "phone", "Tried", words=(("About", "shots"), ("Next step", first)))
    page = desk_client.get(f"/promises/{made.pk}/").content.decode()
    assert 'Note: <q dir="auto">call <span class="unbroken">555-010-0123</span> next</q>' in page
    monkeypatch.setattr(promise_events, "list_promise_events", lambda *_, **__: [told])
    page = desk_client.get(f"/promises/{made.pk}/").content.decode()
    assert 'phone Ana Ruiz first: <span class="unbroken">(312) 555-0156</span></q>' in page
    assert "About: " not in page
