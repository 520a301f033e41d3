"""/account/email/: the address for news of late promises, and what those who run the clinic see of it."""

from __future__ import annotations

import pytest

from checkin.models import Staff

EMAIL = "/account/email/"


def text(answer) -> str:
    return answer.content.decode()


def test_staff_can_set_and_clear_their_own_address(desk_client, dana):
    assert desk_client.post(EMAIL, {"address": " dana@brook.example "}).url == EMAIL
    assert Staff.objects.get(pk=dana.pk).email == "dana@brook.example"
    page = text(desk_client.get(EMAIL))
    assert 'value="dana@brook.example"' in page and "You are told at dana@brook.example." in page
    desk_client.post(EMAIL, {"address": ""})
    assert Staff.objects.get(pk=dana.pk).email == ""


def test_an_invalid_address_is_explained_and_stays_in_the_field(desk_client, dana):
    answer = desk_client.post(EMAIL, {"address": "dana <at> brook"})
    assert answer.status_code == 400
    assert "is no e-mail address" in text(answer) and 'value="dana &lt;at&gt; brook"' in text(answer)
    assert Staff.objects.get(pk=dana.pk).email == ""


def test_staff_cannot_set_the_address_of_another(desk_client, noor):
    desk_client.post(EMAIL, {"address": "dana@brook.example", "person": noor.pk, "username": "noor"})
    assert Staff.objects.get(pk=noor.pk).email == ""


def test_an_anonymous_visitor_is_sent_to_log_in(client, db):
    assert client.post(EMAIL, {"address": "a@b.example"}).url.startswith("/account/login/")


def test_any_other_method_is_405(desk_client):
    assert desk_client.put(EMAIL).status_code == 405


def test_the_board_links_to_it(desk_client):
    assert 'href="/account/email/"' in text(desk_client.get("/"))


@pytest.mark.parametrize(("who", "reads"), [("max_", True), ("ada", True), ("dana", False), ("noor", False)])
def test_manager_and_administrator_see_why_email_is_not_sent(as_, who, reads, request, settings, noor):
    settings.DEFAULT_FROM_EMAIL = ""
    page = text(as_(request.getfixturevalue(who)).get("/promises/"))
    assert ("No sender is set" in page) is ("no e-mail address: " in page) is reads
