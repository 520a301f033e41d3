"""A desk form whose session expired or whose token is stale keeps its input, and nobody else can read it.

The steps follow l01_session_over.txt, a report from a clinic.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.middleware.csrf import CSRF_TOKEN_LENGTH
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from checkin.models import Clinic, Location, SignIn, Staff, UnsentForm, Visit
from checkin.web import unsent_forms
from tests import make
from tests.leaks import without_tokens

SAID = "Leo’s aunt <typed> & “waited”"
TYPED = {
    "child_given_name": "Leo",
    "relationship": SAID,
    "reason": "Cough\nsince Monday",
    "notes_wanted": ["school", "work"],
}


@pytest.fixture
def desk(dana: Staff, front: Location) -> Client:
    """Return Dana's browser, with CSRF checks as in a real one."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(dana)
    return client


def opened(client: Client, address: str) -> dict[str, str]:
    """Return the hidden fields that every form of a page carries."""
    page = client.get(address).content.decode()
    return {
        name: re.search(f'name="{name}" value="([^"]+)"', page)[1]
        for name in ("csrfmiddlewaretoken", "typed_by")
    }


def log_in(client: Client, address: str, username: str = "dana") -> Any:
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(address).content.decode())[1]
    target = re.search(r"next=([^&]*)", address)
    said = {
        "login": username,
        "password": make.PASSWORD,
        "csrfmiddlewaretoken": token,
        "next": target[1] if target else "",
    }
    return client.post(reverse("account_login"), said, follow=True)


def form_in(page: str) -> tuple[str, dict[str, list[str]]]:
    """Return the address and all fields of the first form on the page of unsent forms."""
    form = re.search(r'<form class="typed" method="post" action="([^"]*)"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form, page
    fields: dict[str, list[str]] = {}
    inputs = r'<input[^>]*? name="([^"]+)" value="([^"]*)"[^>]*>'
    areas = r'<textarea[^>]*? name="([^"]+)"[^>]*>\n(.*?)</textarea>'
    for one in re.finditer(f"{inputs}|{areas}", form[2], re.DOTALL):
        name, text = (one[1], one[2]) if one[1] else (one[3], one[4])
        fields.setdefault(name, []).append(html.unescape(text))
    return html.unescape(form[1]), fields


def end_session(client: Client) -> None:
    client.session.flush()


def grow_old(minutes: int) -> None:
    UnsentForm.objects.update(at=timezone.now() - dt.timedelta(minutes=minutes))


def make_stale(client: Client) -> None:
    """Make the token stale, as a login in another tab does."""
    client.cookies["csrftoken"] = "x" * (CSRF_TOKEN_LENGTH // 2)


def test_the_login_page_promises_nothing_that_is_too_old_to_be_offered_again(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    asked = desk.post("/sign-in/?patient=", TYPED | hidden).url
    assert "is kept for you" in desk.get(asked).content.decode()
    grow_old(minutes=30)
    assert "is kept for you" not in desk.get(asked).content.decode()


def test_an_expired_session_restores_the_form_after_login(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    answer = desk.post("/sign-in/?patient=", TYPED | hidden)
    assert (answer.status_code, Visit.objects.count()) == (302, 0)
    assert "Leo" not in answer.url and "Leo" not in without_tokens(str(answer.cookies))
    login_page = desk.get(answer.url).content.decode()
    assert "Leo" not in without_tokens(login_page)
    assert "What you sent last is kept for you." in login_page
    action, fields = form_in(log_in(desk, answer.url).content.decode())
    assert Visit.objects.count() == 0, "nothing is sent by itself"
    assert (action, fields["notes_wanted"]) == ("/sign-in/?patient=", ["school", "work"])
    assert desk.post(action, fields).url == "/"
    said = SignIn.objects.get()
    assert (said.relationship, said.reason, said.notes_wanted) == (
        SAID,
        "Cough\nsince Monday",
        ["school", "work"],
    )
    assert desk.get(reverse("desk:typed")).url == "/", "once it is sent it is let go of"


def test_a_stale_csrf_token_restores_the_form_at_once(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    make_stale(desk)
    answer = desk.post("/sign-in/", TYPED | hidden)
    assert (answer.status_code, Visit.objects.count()) == (403, 0)
    action, fields = form_in(answer.content.decode())
    assert desk.post(action, fields).url == "/"
    assert SignIn.objects.get().relationship == SAID


def test_an_expired_session_with_a_stale_token_restores_the_form(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    make_stale(desk)
    answer = desk.post("/sign-in/", TYPED | hidden)
    _, fields = form_in(log_in(desk, answer.url).content.decode())
    assert fields["relationship"] == [SAID]


def test_a_form_is_not_shown_to_another_person_who_logs_in(desk: Client, dana: Staff, brook: Clinic) -> None:
    make.staff(brook, "otto")
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    answer = desk.post("/sign-in/", TYPED | hidden)
    page = log_in(desk, answer.url, "otto").content.decode()
    assert "Somebody else typed this" in page and "Leo" not in without_tokens(page)
    desk.post(
        reverse("desk:typed"), {"typed_id": UnsentForm.objects.get().pk.hex} | opened(desk, "/sign-in/")
    )
    assert UnsentForm.objects.get().staff == dana, "another person discards nothing"


def test_a_form_of_an_earlier_login_is_not_shown_to_the_current_one(desk: Client, brook: Clinic) -> None:
    hidden = opened(desk, "/sign-in/")
    desk.force_login(make.staff(brook, "otto"))
    opened(desk, "/sign-in/")
    make_stale(desk)
    answer = desk.post("/sign-in/", TYPED | hidden)
    assert (answer.status_code, Visit.objects.count()) == (403, 0)
    assert "Somebody else typed this" in answer.content.decode() and "Leo" not in without_tokens(
        answer.content.decode()
    )


@pytest.mark.parametrize(
    "mark", ["1.", "1.0123456789abcdef01234567", "x", "", "99999999999999999999.a", "²."]
)
def test_a_form_with_an_invalid_typist_marker_is_not_kept(desk: Client, mark: str) -> None:
    opened(desk, "/sign-in/")
    make_stale(desk)
    answer = desk.post("/sign-in/", TYPED | {"typed_by": mark})
    assert answer.status_code == 403 and "Leo" not in without_tokens(answer.content.decode())
    assert "from an earlier login" in answer.content.decode()


def test_a_form_from_another_site_is_not_kept(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    answer = desk.post("/sign-in/", TYPED | hidden, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403 and "Leo" not in without_tokens(answer.content.decode())
    end_session(desk)
    for origin in ("https://elsewhere.example", "null"):
        desk.post("/sign-in/", TYPED | hidden, headers={"Origin": origin})
    assert not UnsentForm.objects.exists()


def test_an_unsent_form_expires(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    answer = desk.post("/sign-in/", TYPED | hidden)
    grow_old(minutes=30)
    assert "Leo" not in without_tokens(log_in(desk, answer.url).content.decode())


def test_two_forms_are_both_kept_and_one_can_be_discarded(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    desk.post("/sign-in/", TYPED | hidden)
    answer = desk.post("/sign-in/", TYPED | hidden | {"child_given_name": "Mia"})
    page = log_in(desk, answer.url).content.decode()
    assert "Leo" in page and "Mia" in page
    _, fields = form_in(page)
    desk.post(reverse("desk:typed"), {name: fields[name] for name in ("csrfmiddlewaretoken", "typed_id")})
    page = desk.get(reverse("desk:typed")).content.decode()
    assert 'value="Leo"' not in page and 'value="Mia"' in page


def test_no_form_pushes_out_another(desk: Client) -> None:
    """Three forms of a stranger before and three after pushed out what the desk's person had typed."""
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    for nth in range(10):
        desk.post("/sign-in/", TYPED | hidden | {"child_given_name": f"Child {nth}"})
    kept = [dict(one.fields)["child_given_name"] for one in UnsentForm.objects.order_by("at")]
    assert kept == [f"Child {nth}" for nth in range(10)]


def copy_browser(client: Client) -> Client:
    """Return a browser that has nothing but a copy of the note of who was last logged in."""
    copied = Client()
    copied.cookies.load(
        {unsent_forms.LAST_STAFF_COOKIE: client.cookies[unsent_forms.LAST_STAFF_COOKIE].value}
    )
    return copied


def test_a_form_without_a_typist_marker_is_not_kept(desk: Client) -> None:
    """A copy of the browser's last-staff cookie alone keeps nothing."""
    opened(desk, "/sign-in/")
    for said in ({}, {"typed_by": ""}, {"typed_by": "1.1.0123456789abcdef01234567"}):
        copied = copy_browser(desk)
        assert copied.post("/sign-in/", TYPED | said).url == "/account/login/?next=/sign-in/"
    assert not UnsentForm.objects.exists()
    end_session(desk)
    assert refused(desk, {})


def test_a_copied_page_and_cookie_keep_a_limited_number_of_forms(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = opened(desk, "/sign-in/")
    monkeypatch.setattr(unsent_forms, "MOST_KEPT_PER_HOUR", 3)
    for nth in range(6):
        copy_browser(desk).post("/sign-in/", TYPED | hidden | {"child_given_name": f"Child {nth}"})
    kept = [dict(one.fields)["child_given_name"] for one in UnsentForm.objects.order_by("at")]
    assert kept == ["Child 0", "Child 1", "Child 2"]
    answer = copy_browser(desk).post("/sign-in/", TYPED | hidden)
    assert answer.url == "/account/login/?next=/sign-in/"
    assert "is kept for you" not in desk.get(answer.url).content.decode(), "the last was not"


def test_a_form_of_a_login_that_is_over_leaves_a_newer_login_alone(desk: Client, dana: Staff) -> None:
    """No session is made for it: its cookie would take the place of the newer login's."""
    hidden = opened(desk, "/sign-in/")
    before = Session.objects.count()
    answer = copy_browser(desk).post("/sign-in/", TYPED | hidden)
    assert UnsentForm.objects.get().staff == dana
    assert Session.objects.count() == before
    assert "sessionid" not in answer.cookies
    assert desk.get("/sign-in/").status_code == 200


def test_a_form_is_found_at_any_browser_without_asking_for_it(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    desk.post("/sign-in/?patient=", TYPED | hidden)
    other = Client(enforce_csrf_checks=True)
    assert "is kept for you" not in other.get(reverse("account_login")).content.decode()
    action, fields = form_in(log_in(other, reverse("account_login")).content.decode())
    assert (action, fields["relationship"]) == ("/sign-in/?patient=", [SAID])
    assert other.post(action, fields).url == "/"
    assert not UnsentForm.objects.exists()


def test_a_form_of_another_login_waits_for_its_author(desk: Client, dana: Staff, brook: Clinic) -> None:
    hidden = opened(desk, "/sign-in/")
    desk.force_login(make.staff(brook, "otto"))
    opened(desk, "/sign-in/")
    make_stale(desk)
    desk.post("/sign-in/", TYPED | hidden)
    assert UnsentForm.objects.get().staff == dana
    assert desk.get(reverse("desk:typed"), follow=True).content.decode().count("Leo") == 0


def test_letters_that_a_database_cannot_keep_are_left_out(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    desk.post("/sign-in/", TYPED | hidden | {"relationship": "his\0aunt"})
    assert dict(UnsentForm.objects.get().fields)["relationship"] == "hisaunt"


@pytest.mark.parametrize(
    "path",
    ["visits/{}/consent/", "promises/{}/keep/", "promises/feedback/{}/answer/", "patients/{}/complete/"]
    + ["notes/{}/void", "discrepancies/{}/decide/", "merges/{}/undo/", "visits/new/?visit={}"]
    + ["visits/1/needs/{}/answer/", "settings/staff/{}/", "settings/tablets/{}/key/"],
)
def test_a_kept_form_may_name_any_number(max_: Staff, path: str) -> None:
    """One number too large for the database, and no form could be reached for half an hour."""
    browser, action = Client(), f"/{path.format('9' * 25)}"
    browser.force_login(max_)
    UnsentForm.objects.create(staff=max_, at=timezone.now(), action=action, fields=[["who", "Rosa"]])
    assert browser.get(reverse("desk:typed")).status_code == 200


def test_what_is_sent_as_a_form_number_may_be_anything(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    for said in ("", "x", "9" * 400, "é"):
        assert desk.post(reverse("desk:typed"), {"typed_id": said} | hidden).status_code == 302


def test_the_last_staff_cookie_lasts_a_day_and_is_renewed(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = opened(desk, "/sign-in/")
    old = desk.cookies[unsent_forms.LAST_STAFF_COOKIE].value
    assert unsent_forms.LAST_STAFF_COOKIE not in desk.get("/sign-in/").cookies
    later = time.time() + unsent_forms.LAST_STAFF_COOKIE_SECONDS / 2 + 60
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert desk.get("/sign-in/").cookies[unsent_forms.LAST_STAFF_COOKIE].value != old
    monkeypatch.setattr(
        "django.core.signing.time.time", lambda: later + unsent_forms.LAST_STAFF_COOKIE_SECONDS
    )
    copied = Client()
    copied.cookies.load({unsent_forms.LAST_STAFF_COOKIE: old})
    copied.post("/sign-in/", TYPED | hidden)
    assert not UnsentForm.objects.exists()


def test_the_last_staff_cookie_is_sent_to_this_site_alone_and_read_by_no_script(desk: Client) -> None:
    for secure in (True, False):
        desk.cookies.pop(unsent_forms.LAST_STAFF_COOKIE, None)
        cookie = desk.get("/sign-in/", secure=secure).cookies[unsent_forms.LAST_STAFF_COOKIE]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
        assert cookie["secure"] is (secure or "")


def refused(client: Client, hidden: dict[str, str]) -> bool:
    """Return whether a form with these hidden fields is discarded after the session ended."""
    answer = client.post("/sign-in/", TYPED | hidden)
    assert answer.status_code in (302, 403)
    return not UnsentForm.objects.exists()


def test_a_typist_marker_without_its_cookie_keeps_nothing(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    for known in ({}, {"sessionid": "x" * 32}, {"last_staff": "1:forged"}):
        stranger = Client()
        stranger.cookies.load(known)
        assert stranger.post("/sign-in/", TYPED | hidden).status_code == 302
    assert not UnsentForm.objects.exists()


def test_a_typist_marker_expires(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    monkeypatch.setattr(unsent_forms, "TYPIST_MARKER_SECONDS", -1)
    assert refused(desk, hidden)


def test_a_typist_marker_ends_with_the_password_or_the_account(desk: Client, dana: Staff) -> None:
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    dana.set_password("another long password")
    dana.save()
    assert refused(desk, hidden)
    hidden["typed_by"] = unsent_forms.typist_marker(dana)
    dana.is_active = False
    dana.save()
    assert refused(desk, hidden)
    assert refused(desk, {}), "nor does the browser's own note of who it was"


def test_a_password_is_never_kept(desk: Client) -> None:
    opened(desk, "/sign-in/")
    hidden = opened(desk, reverse("account_change_password"))
    make_stale(desk)
    said = {"oldpassword": "one secret", "password1": "two secret", "password2": "two secret"}
    page = desk.post(reverse("account_change_password"), said | hidden)
    assert page.status_code == 403 and "secret" not in page.content.decode()
    end_session(desk)
    page = desk.post("/sign-in/", {"password": "one secret"} | hidden, follow=True)
    assert "secret" not in page.content.decode()
    assert not UnsentForm.objects.exists()


def test_a_form_that_is_too_large_is_not_kept(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    end_session(desk)
    assert refused(desk, hidden | {"reason": "x" * unsent_forms.MOST_CHARACTERS})
    assert not refused(desk, hidden | {"reason": "x" * 1000})


def test_an_htmx_request_with_a_stale_token_gets_a_header_and_no_page(desk: Client) -> None:
    hidden = opened(desk, "/sign-in/")
    make_stale(desk)
    stale = desk.post("/sign-in/people/", {"q": "leo"} | hidden, headers={"HX-Request": "true"})
    assert (stale.status_code, stale.headers["Token"], stale.content) == (403, "stale", b"")
    fresh = desk.get(reverse("desk:token")).json()
    again = desk.post(
        "/sign-in/people/",
        {"q": "leo", "csrfmiddlewaretoken": fresh["token"]},
        headers={"HX-Request": "true"},
    )
    whose = [mark.partition(".")[0] for mark in (fresh["by"], hidden["typed_by"])]
    assert (again.status_code, whose[0]) == (200, whose[1])


@pytest.mark.parametrize("how", ["over", "stale"])
def test_no_form_of_the_desk_loses_its_input(
    desk: Client, dana: Staff, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsent_forms, "MOST_KEPT_PER_HOUR", 1000)
    hidden = opened(desk, "/sign-in/")
    resolver = get_resolver().namespace_dict["desk"][1]
    names = sorted({key for key in resolver.reverse_dict if isinstance(key, str)})
    assert len(names) > 30
    lost = []
    for name in names:
        ((route, parameters), *_), *_ = resolver.reverse_dict[name]
        address = "/" + route % dict.fromkeys(parameters, 1)
        if how == "over":
            end_session(desk)
        make_stale(desk)
        answer = desk.post(address, {"any_words": SAID, "one": ["a", "b"]} | hidden)
        if how == "over":
            desk.force_login(dana)
            page = desk.get(reverse("desk:typed")).content.decode()
        else:
            page = answer.content.decode()
        action, fields = form_in(page)
        UnsentForm.objects.all().delete()
        if (action, fields.get("any_words"), fields.get("one")) != (address, [SAID], ["a", "b"]):
            lost.append(name)
    assert lost == []
