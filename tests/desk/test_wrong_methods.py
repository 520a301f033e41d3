"""An address that only takes what a button sends says so to whoever opens it, instead of a blank page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from checkin.models import Location, Staff

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SENTENCE = "This address only takes what a button sends. Nothing was changed."


def addresses() -> list[str]:
    """Return one address of every page of the desk, and of those under one's own name."""
    resolver = get_resolver().namespace_dict["desk"][1]
    every = {key: resolver.reverse_dict[key] for key in resolver.reverse_dict if isinstance(key, str)}
    routes = [route % dict.fromkeys(parameters, 1) for ((route, parameters), *_), *_ in every.values()]
    return sorted([f"/{route}" for route in routes] + [reverse("own_shortcut_keys")])


@pytest.fixture
def desk(dana: Staff, front: Location) -> Client:
    client = Client()
    client.force_login(dana)
    return client


@pytest.fixture
def post_only(desk: Client) -> list[str]:
    allowed = {one: desk.options(one).headers.get("Allow", "") for one in addresses()}
    return [address for address, methods in allowed.items() if methods == "POST"]


def test_every_address_that_only_takes_a_post_says_so_when_it_is_opened(
    desk: Client, post_only: list[str]
) -> None:
    assert len(post_only) > 30
    assert {"/match/1/link/", "/visits/1/move/", "/promises/1/keep/"} <= set(post_only)
    for address in [*post_only, "/at/1/visits/1/move/"]:
        answer = desk.get(address, headers=BROWSER)
        page = answer.content.decode()
        assert (answer.status_code, answer["Allow"]) == (405, "POST"), address
        assert SENTENCE in page and '<a class="btn btn-primary" href="/">Go to the board</a>' in page, address
        assert answer["Content-Type"].startswith("text/html")
        assert answer["Cache-Control"] == "no-store, private"


def test_scripts_and_other_methods_get_no_page(desk: Client, post_only: list[str]) -> None:
    for address in post_only:
        asked = (
            desk.get(address, headers=BROWSER | {"HX-Request": "true"}),
            desk.get(address, headers={"Accept": "*/*"}),
            desk.get(address),
            desk.head(address, headers=BROWSER),
            desk.put(address, headers=BROWSER),
        )
        for answer in asked:
            assert (answer.status_code, answer["Allow"], answer.content) == (405, "POST", b""), address


def test_a_page_that_can_be_opened_is_not_replaced(desk: Client) -> None:
    for address in ("/", "/sign-in/", "/promises/new/"):
        answer = desk.get(address, headers=BROWSER)
        assert answer.status_code == 200 and SENTENCE not in answer.content.decode()


def test_nobody_who_is_not_logged_in_is_told_about_an_address(post_only: list[str]) -> None:
    for address in post_only:
        assert Client().get(address, headers=BROWSER).url.startswith("/account/login/"), address


def test_the_tablets_own_address_answers_as_before(db: None) -> None:
    answer = Client().get("/kiosk/sign-ins/", headers=BROWSER)
    assert (answer.status_code, answer.content) == (405, b"")
