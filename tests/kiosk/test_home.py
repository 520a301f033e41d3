"""GET /kiosk/: one page with every question."""

from __future__ import annotations

import gzip
import re
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from checkin.actions import devices
from checkin.models import Clinic, SignIn
from checkin.rules.sign_in_claims import SIGN_IN_LIMITS
from checkin.web.kiosk import request_body
from clinic import connections

if TYPE_CHECKING:
    from tests.conftest import Kiosk


BUDGET = 120 * 1024
BOXES = re.compile(r"<(?:input|textarea)\b[^>]*>")


def test_an_enrolled_tablet_gets_the_questions(tablet: Client) -> None:
    answer = tablet.get("/kiosk/")
    assert answer.status_code == 200
    assert "What is your relationship to the patient?" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_asking_whether_the_tablet_is_enrolled_costs_one_query_and_renders_nothing(
    tablet: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        answer = tablet.head("/kiosk/")
    assert (answer.status_code, answer["Cache-Control"], answer.templates) == (200, "no-store, private", [])


def test_the_device_header_works_like_the_cookie(kiosk: Kiosk) -> None:
    assert Client().get("/kiosk/", headers=kiosk.headers).status_code == 200


@pytest.mark.parametrize("cookie", ["", "wrong", "x" * 5000])
def test_an_unenrolled_browser_gets_a_page_that_says_how_to_enroll(db: None, cookie: str) -> None:
    browser = Client()
    browser.cookies["device"] = cookie
    answer = browser.get("/kiosk/")
    assert answer.status_code == 403
    assert "open Settings, then Tablets" in answer.content.decode()


def test_a_revoked_tablet_is_403(tablet: Client, kiosk: Kiosk) -> None:
    devices.revoke_device(device=kiosk.device, by=None, at=timezone.now())
    answer = tablet.get("/kiosk/")
    # The mark of our own refusal: an open tablet stops for it only.
    assert (answer.status_code, answer["WWW-Authenticate"]) == (403, "Device")


def test_a_staff_login_alone_is_403(desk_client: Client) -> None:
    assert desk_client.get("/kiosk/").status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_any_other_method_is_405(tablet: Client, method: str) -> None:
    assert getattr(tablet, method)("/kiosk/").status_code == 405


def test_the_browser_autofills_no_field(tablet: Client) -> None:
    page = tablet.get("/kiosk/").content.decode()
    boxes = BOXES.findall(page)
    assert len(boxes) > 15
    assert [box for box in boxes if 'autocomplete="off"' not in box] == []
    assert re.search(r'<form[^>]*autocomplete="off"', page)


def test_the_clinics_own_relationship_suggestions_come_first(tablet: Client, brook: Clinic) -> None:
    brook.relationship_suggestions = ["Parish sponsor", "aunt", 5, " "]
    brook.save()
    page = tablet.get("/kiosk/").content.decode()
    chips = re.findall(r'data-fill="relationship">([^<]+)<', page)
    assert chips[:3] == ["Parish sponsor", "aunt", "Mother"]
    assert "Aunt" not in chips


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("region", "order", "example"),
    [
        ("US", ["month", "day", "year"], "3 / 14 / 2019"),
        ("GB", ["day", "month", "year"], "14 / 3 / 2019"),
        ("MX", ["day", "month", "year"], "14 / 3 / 2019"),
    ],
)
def test_the_birth_date_is_asked_in_the_regions_order(
    tablet: Client, brook: Clinic, language: str, region: str, order: list[str], example: str
) -> None:
    brook.region = region
    brook.save()
    page = tablet.get(f"/kiosk/?language={language}").content.decode()
    assert re.findall(r'name="birth_(\w+)"', page) == order
    said = {"en": "March 14", "es": "14 de marzo"}[language]
    assert f"{example} ({said})" in page


def test_the_tablet_opens_in_the_clinics_first_language(tablet: Client, brook: Clinic) -> None:
    brook.languages = ["es", "en"]
    brook.save()
    assert '<html lang="es"' in tablet.get("/kiosk/").content.decode()
    assert '<html lang="en"' in tablet.get("/kiosk/?language=en").content.decode()


@pytest.mark.parametrize("said", ["xx", "../../etc", "es'--", ""])
def test_a_language_that_is_not_offered_falls_back_to_the_first(tablet: Client, said: str) -> None:
    assert '<html lang="en"' in tablet.get("/kiosk/", {"language": said}).content.decode()


def test_the_browsers_own_language_is_ignored(tablet: Client) -> None:
    page = tablet.get("/kiosk/", headers={"Accept-Language": "es"}).content.decode()
    assert '<html lang="en"' in page


def find_text(name: str) -> str:
    with open(finders.find(name), encoding="utf-8") as file:
        return file.read()


def test_the_first_load_stays_within_its_size_budget(tablet: Client) -> None:
    page = tablet.get("/kiosk/").content
    files = set(re.findall(r'(?:src|href)="/static/([^"]+)"', page.decode()))
    scripts = [name for name in files if name.endswith(".js")]
    for name in scripts:
        imported = re.findall(r'^import .*?"\./([^"]+)";', find_text(name), re.MULTILINE | re.DOTALL)
        scripts += [f"js/{one}" for one in imported if f"js/{one}" not in scripts]
    files.update(scripts)
    assert {"css/tokens.css", "css/kiosk.css", "js/kiosk.js", "js/kiosk-outbox.js", "js/keys.js"} <= files
    size = len(gzip.compress(page, 6)) + sum(len(brotli.compress(find_text(name).encode())) for name in files)
    assert size <= BUDGET


BOX = re.compile(r'<(?:input|textarea)\b[^>]*? name="(\w+)" maxlength="(\d+)"')
ANY_BOX = re.compile(r'<textarea\b|<input\b[^>]* type="(?:text|tel|email|search|number)"')


def test_the_server_accepts_the_largest_sign_in_a_tablet_can_send(tablet: Client, kiosk: Kiosk) -> None:
    """The server answers 413 to a body that is too large; no sign-in may ever be."""
    page = tablet.get("/kiosk/").content.decode()
    boxes = {name: int(limit) for name, limit in BOX.findall(page)}
    assert len(boxes) == len(ANY_BOX.findall(page)) > 10, "every box ends, and none where the server cuts it"
    assert all(limit == SIGN_IN_LIMITS[name] + 50 for name, limit in boxes.items() if name in SIGN_IN_LIMITS)
    # Up to nine bytes per character when form-encoded, plus the key, checkboxes and field names.
    largest = sum(boxes.values()) * 9 + 4096
    assert largest < request_body.MOST_BODY_BYTES < connections.MOST_REQUEST_BYTES
    said = {name: "中" * limit for name, limit in boxes.items()} | {"key": str(uuid.uuid4())}
    answers = [
        tablet.post("/kiosk/sign-ins/", urlencode(said), content_type="application/x-www-form-urlencoded"),
        Client().post("/kiosk/sign-ins/", said, content_type="application/json", headers=kiosk.headers),
    ]
    assert [one.status_code for one in answers] == [303, 200]
    kept = SignIn.objects.get()
    assert set(kept.cut) == {*boxes} & {*SIGN_IN_LIMITS} | {"child_birth_date"}, (
        "a text longer than we store says so"
    )
    assert (kept.reason, kept.access_needs) == (
        "中" * SIGN_IN_LIMITS["reason"],
        "中" * SIGN_IN_LIMITS["access_needs"],
    )
