"""A page of another site can press nothing here: it has the login's cookies, and neither token nor origin."""

from __future__ import annotations

from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

import pytest
from django.middleware.csrf import _get_new_csrf_string

from checkin.models import Clinic
from tests.access.test_matrix import WITHOUT_TOKEN, is_refused
from tests.access.walk import (
    UNSAFE,
    Address,
    Principal,
    add_rows_of_addresses,
    list_addresses,
    list_principals,
    undone,
)

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
WAYS = ("cookies alone", "a wrong token", "another origin")
HOME = "http://testserver"


@pytest.fixture
def people(at: SimpleNamespace, hill: Clinic) -> dict[str, Principal]:
    add_rows_of_addresses(at)
    return {who.name: who for who in list_principals(at, hill, enforce_csrf_checks=True)}


def press(who: Principal, method: str, address: Address, way: str) -> Any:
    """Send what a page of another site can send in this way, or what our own page sends."""
    secret = _get_new_csrf_string()
    headers = {"Origin": HOME if way == "our own page" else "https://evil.example"}
    if way in ("another origin", "our own page"):
        headers["X-CSRFToken"] = secret
    if way == "a wrong token":
        headers |= {"Origin": HOME, "X-CSRFToken": _get_new_csrf_string()}
    with undone(who.browser):
        kept = {name: one.value for name, one in who.browser.cookies.items()}
        who.browser.cookies = SimpleCookie({**kept, "csrftoken": secret})
        return who.browser.generic(method, address.drawn, headers=headers)


def list_taken(who: Principal, urls: dict[str, Address], way: str) -> tuple[int, list[str]]:
    """Return how many were sent, and what was not refused."""
    asked, taken = 0, []
    for url, address in urls.items():
        for method in UNSAFE if url not in WITHOUT_TOKEN else ():
            asked += 1
            answer = press(who, method, address, way)
            if not is_refused(answer):
                taken.append(f"{who.name} {method} {url}: {answer.status_code}")
    return asked, taken


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "name",
    ["front desk", *(pytest.param(one, marks=pytest.mark.long) for one in ("manager", "auditor", "nobody"))],
)
def test_what_another_site_sends_is_refused(
    people: Any, at: SimpleNamespace, name: str, way: str, record_property: Any
) -> None:
    asked, taken = list_taken(people[name], list_addresses(at), way)
    assert taken == []
    record_property("cases", asked)


def test_what_our_own_page_sends_is_taken(people: Any, at: SimpleNamespace, record_property: Any) -> None:
    """The control: it is token and origin that refuse, and nothing else of the request."""
    _, taken = list_taken(people["front desk"], list_addresses(at), "our own page")
    assert len(taken) > 50
    record_property("found", 1)
