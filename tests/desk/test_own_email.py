"""/account/email/: where I am told of late promises; and what the people who run the clinic read about it."""

from __future__ import annotations

import pytest

from checkin.models import Staff

EMAIL = "/account/email/"


def text(answer) -> str:
    return answer.content.decode()


def test_my_own_address_is_kept(desk_client, dana):
    assert desk_client.post(EMAIL, {"address": " dana@brook.example "}).url == EMAIL
    assert Staff.objects.get(pk=dana.pk).email == "dana@brook.example"
    page = text(desk_client.get(EMAIL))
    assert 'value="dana@brook.example"' in page and "You are told at dana@brook.example." in page
    desk_client.post(EMAIL, {"address": ""})
    assert Staff.objects.get(pk=dana.pk).email == ""


def test_what_is_no_address_is_a_sentence_and_stays_in_the_box(desk_client, dana):
    answer = desk_client.post(EMAIL, {"address": "dana <at> brook"})
    assert answer.status_code == 400
    assert "is no e-mail address" in text(answer) and 'value="dana &lt;at&gt; brook"' in text(answer)
    assert Staff.objects.get(pk=dana.pk).email == ""


def test_nobody_can_set_anothers(desk_client, noor):
    desk_client.post(EMAIL, {"address": "dana@brook.example", "person": noor.pk, "username": "noor"})
    assert Staff.objects.get(pk=noor.pk).email == ""


def test_a_stranger_is_asked_to_log_in(client, db):
    assert client.post(EMAIL, {"address": "a@b.example"}).url.startswith("/account/login/")


def test_any_other_method_is_405(desk_client):
    assert desk_client.put(EMAIL).status_code == 405


def test_the_board_leads_to_it(desk_client):
    assert 'href="/account/email/"' in text(desk_client.get("/"))


@pytest.mark.parametrize(("who", "reads"), [("max_", True), ("ada", True), ("dana", False), ("noor", False)])
def test_who_runs_the_clinic_reads_what_keeps_mail_from_going_out(as_, who, reads, request, settings, noor):
    settings.DEFAULT_FROM_EMAIL = ""
    page = text(as_(request.getfixturevalue(who)).get("/promises/"))
    assert ("No sender is set" in page) is ("no e-mail address: " in page) is reads
