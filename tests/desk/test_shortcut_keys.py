"""/account/keys/: a person's own single-letter keys, on or off."""

from __future__ import annotations

from django.test import Client

from checkin.models import Staff

KEYS = "/account/keys/"


def is_on(person: Staff) -> bool:
    return Staff.objects.get(pk=person.pk).has_shortcut_keys


def test_they_are_on_until_their_owner_switches_them_off(
    desk_client: Client, dana: Staff, noor: Staff
) -> None:
    assert "data-keys" not in desk_client.get("/").content.decode().partition("<head>")[0]
    answer = desk_client.post(KEYS, {"shortcut_keys": "off", "next": "/promises/"})
    assert answer.url == "/promises/" and not is_on(dana) and is_on(noor)
    page = desk_client.get("/promises/").content.decode()
    assert 'data-keys="off"' in page.partition("<head>")[0]
    assert "Shortcut keys are off" in page
    desk_client.post(KEYS, {"shortcut_keys": "on"})
    assert is_on(dana)


def test_an_open_page_is_told_in_words(desk_client: Client, dana: Staff) -> None:
    answer = desk_client.post(KEYS, {"shortcut_keys": "off"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert "off" in answer.content.decode() and not is_on(dana)


def test_a_get_and_a_stranger_change_nothing(desk_client: Client, client: Client, dana: Staff) -> None:
    assert desk_client.get(KEYS).status_code == 405
    assert client.post(KEYS, {"shortcut_keys": "off"}).url.startswith("/account/login/")
    assert is_on(dana)


def test_next_is_a_page_of_ours(desk_client: Client) -> None:
    assert desk_client.post(KEYS, {"shortcut_keys": "off", "next": "//elsewhere.example"}).url == "/"
