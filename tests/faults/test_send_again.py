"""A desk form that could not be saved is on the 503 page as posted, with a button to send it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.http import HttpResponse
from django.test import Client

from checkin.models import Location, Promise, SignIn, Staff, Visit
from tests import make
from tests.drawn_forms import Form, draw, forms_on
from tests.faults.test_bad_requests import BODIES

WORDS = 'the <b>bill</b> & "what\nit says"'
SAID = {"to_whom": "Ana Ruiz", "way": "phone", "reach_at": "555-010-0123", "about": WORDS}


@pytest.fixture
def desk(dana: Staff, front: Location) -> Client:
    """Return Dana's browser, with CSRF checks as in a real one."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(dana)
    return client


def form_on(answer: HttpResponse) -> Form:
    """Return the one form of a 503 page."""
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (
        503,
        "3",
        "no-store, private",
    )
    assert "What you typed or chose is still here." in page and "Send again</button>" in page
    assert "<b>bill" not in page and "http-equiv" not in page and "Go back" not in page
    (form,) = forms_on(page)
    return form


def be_away(*_: Any) -> None:
    raise OperationalError("server closed the connection")


def as_lists(fields: dict[str, Any]) -> dict[str, list[str]]:
    return {name: value if isinstance(value, list) else [value] for name, value in fields.items()}


def test_a_promise_that_was_not_saved_is_sent_again_from_the_503_page_and_made_once(
    read_only: Callable[[bool], None], desk: Client, front: Location
) -> None:
    visit = make.visit(front)
    address = f"/at/{front.pk}/promises/new/?visit={visit.pk}"
    sent = draw(desk, address, f"/at/{front.pk}/promises/new/").with_(**SAID)
    assert {"csrfmiddlewaretoken", "typed_by", "drawn_for", "key"} <= sent.keys()
    read_only(True)
    form = form_on(desk.post(address, sent))
    assert (form.action, form.fields) == (address, as_lists(sent))
    assert form_on(desk.post(form.action, form.fields)) == form, "it is kept however long this takes"
    read_only(False)
    for _ in range(2):
        assert desk.post(form.action, form.fields).url == f"/at/{front.pk}/visits/{visit.pk}/"
    assert Promise.objects.get().about.split() == WORDS.split()


def test_a_sign_in_that_was_not_saved_keeps_every_tick_and_is_one_visit(
    read_only: Callable[[bool], None], desk: Client
) -> None:
    said = {"child_given_name": "Zoë", "relationship": "aunt", "notes_wanted": ["school", "work"]}
    sent = draw(desk, "/sign-in/", "/sign-in/").with_(**said)
    read_only(True)
    form = form_on(desk.post("/sign-in/", sent))
    assert (form.action, form.fields) == ("/sign-in/", as_lists(sent))
    read_only(False)
    for _ in range(2):
        assert desk.post(form.action, form.fields).status_code == 302
    assert (Visit.objects.count(), SignIn.objects.get().notes_wanted) == (1, ["school", "work"])


def test_what_was_typed_is_also_kept_if_nobody_can_be_looked_up(
    transactional_db: None, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the request fails before its view: whoever sends it again is checked as ever."""
    sent = draw(desk, "/promises/new/", "/promises/new/").with_(**SAID)
    with monkeypatch.context() as fault:
        fault.setattr(CursorWrapper, "_execute", be_away)
        desk.raise_request_exception = False
        form = form_on(desk.post("/promises/new/", sent))
    assert form.fields == as_lists(sent)
    assert desk.post(form.action, form.fields).status_code == 302
    assert Promise.objects.count() == 1


def test_a_body_that_cannot_be_read_is_503_too_with_nothing_to_send_again(
    transactional_db: None, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.raise_request_exception = False
    with monkeypatch.context() as fault:
        fault.setattr(CursorWrapper, "_execute", be_away)
        for address in ("/promises/new/", "/nothing/"):
            for what, (kind, body) in BODIES.items():
                told = desk.generic("POST", address, body, content_type=kind)
                assert told.status_code == 503, (address, what)
                assert "typed or chose" not in told.content.decode()


def test_no_password_is_on_the_503_page(read_only: Callable[[bool], None], desk: Client) -> None:
    marks = draw(desk, "/promises/new/", "/promises/new/").with_(**SAID)
    change = draw(desk, "/account/password/", "/account/password/")
    read_only(True)
    for address, sent in (
        ("/promises/new/", marks | {"password": "one secret"}),
        ("/promises/new/", marks | {"newPassword2": "one secret"}),
        (
            "/account/password/",
            change.with_(
                oldpassword=make.PASSWORD, password1="one secret words", password2="one secret words"
            ),
        ),
        ("/account/login/", {"login": "dana", "password": "one secret"}),
    ):
        # Somebody who is logged in is only sent on by the login page.
        answer = (Client() if "login" in address else desk).post(address, sent)
        page = answer.content.decode()
        assert (answer.status_code, forms_on(page)) == (503, []), address
        assert "secret" not in page and make.PASSWORD not in page and "send it again in a moment" in page


def test_a_script_gets_no_form_and_neither_does_a_page_that_was_only_opened(
    read_only: Callable[[bool], None], desk: Client, front: Location
) -> None:
    visit = make.visit(front)
    sent = draw(desk, "/promises/new/", "/promises/new/").with_(**SAID)
    read_only(True)
    told = desk.post("/promises/new/", sent, headers={"HX-Request": "true"})
    assert (told.status_code, forms_on(told.content.decode())) == (503, [])
    told = desk.post("/promises/new/", sent, headers={"Accept": "application/json"})
    assert (told.status_code, told.json()) == (503, {"retry_after": 3})
    told = desk.get(f"/visits/{visit.pk}/")
    assert (told.status_code, forms_on(told.content.decode())) == (503, [])


def test_a_post_that_no_page_of_the_desk_made_is_not_offered_again(
    read_only: Callable[[bool], None], desk: Client
) -> None:
    sent = draw(desk, "/promises/new/", "/promises/new/").with_(**SAID)
    del sent["typed_by"]
    read_only(True)
    told = desk.post("/promises/new/", sent)
    assert (told.status_code, forms_on(told.content.decode())) == (503, [])
