"""/account/pin/: a person's own PIN, set with their password."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from checkin.models import Staff
from tests import make

ADDRESS = "/account/pin/"
PIN = "280461"


def said(pin: str = PIN, again: str = "", password: str = make.PASSWORD) -> dict[str, str]:
    return {"password": password, "pin": pin, "pin_again": again or pin}


def kept(person: Staff) -> str:
    return Staff.objects.get(pk=person.pk).pin


def test_staff_can_set_replace_and_remove_their_own_pin(desk_client: Client, dana: Staff) -> None:
    assert desk_client.post(ADDRESS, said()).url == ADDRESS
    assert "Your PIN is set" in desk_client.get(ADDRESS).content.decode()
    assert check_password(PIN, kept(dana)) and PIN not in kept(dana)
    desk_client.post(ADDRESS, said("900817"))
    assert check_password("900817", kept(dana))
    desk_client.post(ADDRESS, {"password": make.PASSWORD, "remove": "1"})
    assert kept(dana) == ""


@pytest.mark.parametrize(
    ("pin", "again"),
    [("280461 ", "280461"), ("280461", " 280461"), ("٢٨٠٤٦١", "280461"), ("280461", "２８０４６１")],
)
def test_spaces_around_a_pin_and_its_keyboard_do_not_matter(
    desk_client: Client, dana: Staff, pin: str, again: str
) -> None:
    assert desk_client.post(ADDRESS, said(pin, again)).status_code == 302
    assert check_password(PIN, kept(dana))
    for typed in (pin, again):
        desk_client.post("/account/lock/")
        assert desk_client.post("/account/unlock/", {"unlock_with": typed}).status_code == 302


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (said(password="wrong"), "not your password"),
        (said(again="280462"), "two PINs differ"),
        (said("123456"), "easy to guess"),
        (said("12345"), "six digits"),
        (said(""), "No PIN was typed"),
    ],
)
def test_a_refused_pin_is_explained_and_the_old_one_stays(
    desk_client: Client, dana: Staff, typed: dict[str, str], sentence: str
) -> None:
    desk_client.post(ADDRESS, said("900817"))
    answer = desk_client.post(ADDRESS, typed)
    assert answer.status_code == 400 and sentence in answer.content.decode()
    assert PIN not in answer.content.decode()
    assert check_password("900817", kept(dana))


def test_the_password_cannot_be_guessed_here(desk_client: Client, dana: Staff) -> None:
    for _ in range(10):
        desk_client.post(ADDRESS, said(password="wrong"))
    assert "Too many tries" in desk_client.post(ADDRESS, said()).content.decode()
    assert kept(dana) == ""


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, db: None) -> None:
    assert client.post(ADDRESS, said()).url.startswith("/account/login/")


def test_the_board_links_to_it_and_any_other_method_is_405(desk_client: Client) -> None:
    assert f'href="{ADDRESS}"' in desk_client.get("/").content.decode()
    assert desk_client.put(ADDRESS).status_code == 405
