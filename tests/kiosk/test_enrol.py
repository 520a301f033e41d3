"""GET and POST /kiosk/enrol/: this browser becomes the tablet that the key belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone

from checkin.actions import devices
from checkin.models import Device, Location
from tests import make

if TYPE_CHECKING:
    from tests.conftest import Kiosk


def test_the_right_key_enrolls_this_browser_as_the_tablet(kiosk: Kiosk) -> None:
    browser = Client()
    answer = browser.post("/kiosk/enrol/", {"token": f" {kiosk.token}\n"})
    assert (answer.status_code, answer["Location"]) == (303, "/kiosk/")
    cookie = answer.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", 31536000)
    assert (cookie["path"], cookie["secure"]) == ("/kiosk/", "")
    assert browser.get("/kiosk/").status_code == 200


def test_the_cookie_set_over_https_is_secure(kiosk: Kiosk) -> None:
    browser = Client()
    browser.cookies["device"] = "an older key, set without TLS"
    answer = browser.post("/kiosk/enrol/", {"token": kiosk.token}, secure=True)
    cookie = answer.cookies["__Secure-device"]
    assert (cookie["secure"], cookie["path"], "device" in answer.cookies) == (True, "/kiosk/", False)
    assert browser.get("/kiosk/", secure=True).status_code == 200, "it precedes one set without TLS"


def test_enrolling_twice_with_one_key_succeeds(kiosk: Kiosk) -> None:
    browser = Client()
    for _ in range(2):
        assert browser.post("/kiosk/enrol/", {"token": kiosk.token}).status_code == 303


@pytest.mark.parametrize("token", ["", "wrong", "\x00", "é" * 9000])
def test_a_wrong_key_is_403_with_an_explanation(db: None, token: str) -> None:
    answer = Client().post("/kiosk/enrol/", {"token": token})
    assert answer.status_code == 403
    assert "This key is unknown" in answer.content.decode()
    assert "device" not in answer.cookies


def test_a_revoked_key_is_403(kiosk: Kiosk) -> None:
    devices.revoke_device(device=kiosk.device, by=None, at=timezone.now())
    assert Client().post("/kiosk/enrol/", {"token": kiosk.token}).status_code == 403


def test_the_key_of_a_waiting_room_screen_is_403(front: Location) -> None:
    _, token = devices.enrol_device(location=front, name="Screen", kind=Device.Kind.DISPLAY, at=make.at())
    assert Client().post("/kiosk/enrol/", {"token": token}).status_code == 403


def test_another_site_cannot_enroll_a_browser(kiosk: Kiosk) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/kiosk/enrol/", {"token": kiosk.token}).status_code == 403


def test_any_other_method_is_405(db: None) -> None:
    assert Client().put("/kiosk/enrol/").status_code == 405
    assert Client().get("/kiosk/enrol/").status_code == 200
