"""GET and POST /kiosk/enrol/: this browser becomes the tablet whose key it was given."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from checkin.actions import devices
from checkin.models import Device
from tests import make


def test_the_right_key_makes_this_browser_the_tablet(kiosk):
    browser = Client()
    answer = browser.post("/kiosk/enrol/", {"token": f" {kiosk.token}\n"})
    assert (answer.status_code, answer["Location"]) == (303, "/kiosk/")
    cookie = answer.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", 31536000)
    assert (cookie["path"], cookie["secure"]) == ("/kiosk/", "")
    assert browser.get("/kiosk/").status_code == 200


def test_over_https_the_cookie_never_travels_without_it(kiosk):
    answer = Client().post("/kiosk/enrol/", {"token": kiosk.token}, secure=True)
    assert answer.cookies["device"]["secure"] is True


def test_enrolling_twice_is_enrolling_once(kiosk):
    browser = Client()
    for _ in range(2):
        assert browser.post("/kiosk/enrol/", {"token": kiosk.token}).status_code == 303


@pytest.mark.parametrize("token", ["", "wrong", "\x00", "é" * 9000])
def test_a_wrong_key_is_told_kindly(db, token):
    answer = Client().post("/kiosk/enrol/", {"token": token})
    assert answer.status_code == 403
    assert "No tablet has this key" in answer.content.decode()
    assert "device" not in answer.cookies


def test_a_withdrawn_key_is_a_wrong_key(kiosk):
    devices.revoke_device(device=kiosk.device, by=None, at=timezone.now())
    assert Client().post("/kiosk/enrol/", {"token": kiosk.token}).status_code == 403


def test_a_waiting_room_screens_key_makes_no_tablet(front):
    _, token = devices.enrol_device(location=front, name="Screen", kind=Device.Kind.DISPLAY, at=make.at())
    assert Client().post("/kiosk/enrol/", {"token": token}).status_code == 403


def test_another_site_cannot_enrol_a_browser(kiosk):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/kiosk/enrol/", {"token": kiosk.token}).status_code == 403


def test_any_other_method_is_405(db):
    assert Client().put("/kiosk/enrol/").status_code == 405
    assert Client().get("/kiosk/enrol/").status_code == 200
