"""/account/email/: the address for news of late promises, and what the manager sees of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import pytest_django
from django.test import Client

from checkin.models import Staff
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


EMAIL = "/account/email/"


def text(answer: ClientResponse) -> str:
    return answer.content.decode()


def said(address: str, password: str = make.PASSWORD) -> dict[str, str]:
    return {"address": address, "password": password}


def test_staff_can_set_and_clear_their_own_address(desk_client: Client, dana: Staff) -> None:
    assert desk_client.post(EMAIL, said(" dana@brook.example ")).url == EMAIL
    assert Staff.objects.get(pk=dana.pk).email == "dana@brook.example"
    page = text(desk_client.get(EMAIL))
    assert (
        'value="dana@brook.example"' in page
        and "E-mail about overdue promises goes to dana@brook.example." in page
    )
    desk_client.post(EMAIL, said(""))
    assert Staff.objects.get(pk=dana.pk).email == ""


def test_an_invalid_address_is_explained_and_stays_in_the_field(desk_client: Client, dana: Staff) -> None:
    answer = desk_client.post(EMAIL, said("dana <at> brook"))
    assert answer.status_code == 400
    assert "is no e-mail address" in text(answer) and 'value="dana &lt;at&gt; brook"' in text(answer)
    assert Staff.objects.get(pk=dana.pk).email == ""


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_desk_left_open_gives_no_address_away(desk_client: Client, dana: Staff, password: str) -> None:
    answer = desk_client.post(EMAIL, said("eve@elsewhere.example", password))
    assert answer.status_code == 400 and "not your password" in text(answer)
    assert 'value="eve@elsewhere.example"' in text(answer)
    assert Staff.objects.get(pk=dana.pk).email == ""


def test_passwords_cannot_be_guessed_here(desk_client: Client, dana: Staff) -> None:
    for _ in range(10):
        desk_client.post(EMAIL, said("eve@elsewhere.example", "wrong"))
    assert "Too many tries" in text(desk_client.post(EMAIL, said("dana@brook.example")))
    assert Staff.objects.get(pk=dana.pk).email == ""


def test_staff_cannot_set_the_address_of_another(desk_client: Client, noor: Staff) -> None:
    desk_client.post(EMAIL, said("dana@brook.example") | {"person": str(noor.pk), "username": "noor"})
    assert Staff.objects.get(pk=noor.pk).email == ""


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, db: None) -> None:
    assert client.post(EMAIL, {"address": "a@b.example"}).url.startswith("/account/login/")


def test_any_other_method_is_405(desk_client: Client) -> None:
    assert desk_client.put(EMAIL).status_code == 405


def test_the_board_links_to_it(desk_client: Client) -> None:
    assert 'href="/account/email/"' in text(desk_client.get("/"))


@pytest.mark.parametrize(("who", "reads"), [("max_", True), ("dana", False), ("noor", False)])
def test_only_the_manager_sees_why_email_is_not_sent(
    as_: Callable[[Staff], Client],
    who: str,
    reads: bool,
    request: pytest.FixtureRequest,
    settings: pytest_django.Settings,
    noor: Staff,
) -> None:
    settings.DEFAULT_FROM_EMAIL = ""
    answer = as_(request.getfixturevalue(who)).get("/promises/")
    page = text(answer)
    assert answer.status_code == 200
    assert ("No sender is set" in page) is ("no e-mail address: " in page) is reads
