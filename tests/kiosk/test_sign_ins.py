"""POST /kiosk/sign-ins/: whatever the tablet sends becomes one visit."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from typing import TYPE_CHECKING, Any
from unittest import mock
from urllib.parse import urlencode

import pytest
import pytest_django
from django.db import OperationalError
from django.http import UnreadablePostError
from django.test import Client
from django.utils import timezone

from checkin.actions import devices
from checkin.models import Clinic, Device, Location, SignIn, SignInReplay, Staff, Visit
from tests import make

if TYPE_CHECKING:
    from tests.conftest import Kiosk
    from tests.kiosk.conftest import Tell


ADDRESS = "/kiosk/sign-ins/"


def form_encoded(form: dict[str, Any]) -> str:
    return urlencode(form, doseq=True)


def broken_line(*_: object) -> bytes:
    raise UnreadablePostError("the line broke")


def test_a_sign_in_makes_a_visit_and_returns_its_token(tell: Tell, front: Location) -> None:
    answer = tell(make.claim(relationship="his aunt, my sister is at work"))
    assert answer.status_code == 201
    assert answer.json().keys() == {"token", "received_at"}
    visit = Visit.objects.get()
    assert (visit.location, visit.sign_in.relationship) == (front, "his aunt, my sister is at work")
    assert answer.json()["token"] == visit.token
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_the_tablet_says_that_a_phone_number_is_kept(tell: Tell, tablet: Client, brook: Clinic) -> None:
    leo = make.patient(brook, "Leo Ruiz", "2018-03-14")
    make.guardian(leo, "Ana Ruiz")
    tell(make.claim(escort_name="Wanda Once", escort_phone="312 555 0199", remember=""))
    assert leo.escorts.get(name="Wanda Once").phone, "kept on the child's record, though nothing was ticked"
    page = tablet.get("/kiosk/").content.decode()
    hint = re.search(r'id="phone-hint">([^<]*)<', page)
    assert hint and hint[1] == "The clinic keeps it, to reach you and to recognize you next time."


def test_the_tablets_cookie_works_like_its_header(tablet: Client) -> None:
    assert tablet.post(ADDRESS, make.claim(), content_type="application/json").status_code == 201


def test_a_resent_key_returns_the_same_visit(tell: Tell) -> None:
    said = make.claim()
    first, again = tell(said), tell(said)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (Visit.objects.count(), SignInReplay.objects.get().same) == (1, True)


def test_a_resent_key_with_other_content_is_kept_as_a_replay(tell: Tell) -> None:
    said = make.claim()
    tell(said)
    assert tell(said | {"child_given_name": "Bruno"}).status_code == 200
    replay = SignInReplay.objects.get()
    assert (Visit.objects.count(), replay.same) == (1, False)
    assert replay.claim["child_given_name"] == "Bruno"


def test_an_empty_claim_makes_a_visit(tell: Tell) -> None:
    assert tell({}).status_code == 201
    assert Visit.objects.count() == 1


def test_asking_for_help_keeps_what_was_typed_so_far(tell: Tell) -> None:
    tell({"help": True, "child_given_name": "Leo"})
    said = SignIn.objects.get()
    assert (said.help, said.child_given_name) == (True, "Leo")


def test_a_form_without_script_redirects_to_its_done_page(tablet: Client) -> None:
    form = {
        "key": str(uuid.uuid4()),
        "child_given_name": "Leo",
        "birth_month": "3",
        "birth_day": "14",
        "birth_year": "2018",
        "relationship": "grandmother",
        "notes_wanted": ["school", "work"],
        "language": "es",
    }
    answer = tablet.post(ADDRESS, form_encoded(form), content_type="application/x-www-form-urlencoded")
    said = SignIn.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, "/kiosk/done/blue-castle/?language=es")
    assert (said.child_birth_date, said.notes_wanted) == ("2018-03-14", ["school", "work"])
    assert said.unreadable == ""


def test_the_cookie_of_the_last_sign_in_is_for_the_tablets_pages_and_over_https_secure(
    tablet: Client,
) -> None:
    for secure in (True, False):
        answer = tablet.post(ADDRESS, make.claim(), secure=secure)
        cookie = answer.cookies["sign_in"]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/kiosk/", True, "Strict")
        assert cookie["secure"] is (secure or "")


def test_a_multipart_form_is_read(tablet: Client) -> None:
    answer = tablet.post(ADDRESS, {"child_given_name": "Zoë", "relationship": "abuela ❤"})
    said = SignIn.objects.get()
    assert (answer.status_code, said.child_given_name, said.relationship) == (303, "Zoë", "abuela ❤")


def test_a_form_that_asks_for_json_gets_json(tablet: Client) -> None:
    answer = tablet.post(ADDRESS, {"child_given_name": "Leo"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["token"]) == (201, "Blue Castle")


def test_a_partial_birth_date_is_kept_as_typed(tell: Tell) -> None:
    tell({"birth_year": "2018", "birth_month": "3"})
    assert SignIn.objects.get().child_birth_date == "2018-03-?"


def test_an_unknown_field_is_kept(tell: Tell) -> None:
    tell({"child_given_name": "Leo", "shoe_size": 31})
    assert SignIn.objects.get().unreadable == "shoe_size: 31"


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
def test_any_other_method_is_405(kiosk: Kiosk, method: str) -> None:
    assert getattr(Client(), method)(ADDRESS, headers=kiosk.headers).status_code == 405


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Device wrong"}, {"Authorization": "Device"}])
def test_an_unenrolled_device_gets_401_in_json_and_nothing_is_kept(db: None, headers: dict[str, str]) -> None:
    answer = Client().post(ADDRESS, make.claim(), content_type="application/json", headers=headers)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Device")
    assert answer.json() == {"detail": "This device is not enrolled."}
    assert not SignIn.objects.exists()


def test_an_unenrolled_browser_with_a_form_sees_how_to_enroll(db: None) -> None:
    answer = Client().post(ADDRESS, {"child_given_name": "Leo"})
    assert answer.status_code == 401
    assert "open Settings, then Tablets" in answer.content.decode()


def test_a_revoked_tablet_is_401(kiosk: Kiosk, tell: Tell, max_: Staff) -> None:
    devices.revoke_device(device=kiosk.device, by=max_, at=timezone.now())
    assert tell(make.claim()).status_code == 401
    assert not Visit.objects.exists()


def test_a_waiting_room_screen_cannot_sign_in(front: Location) -> None:
    _, token = devices.enrol_device(location=front, name="Screen", kind=Device.Kind.DISPLAY, at=make.at())
    headers = {"Authorization": f"Device {token}"}
    answer = Client().post(ADDRESS, make.claim(), content_type="application/json", headers=headers)
    assert answer.status_code == 401


def test_another_clinics_tablet_adds_only_to_its_own_board(tell: Tell, hilltop: Location) -> None:
    _, token = devices.enrol_device(location=hilltop, name="Their tablet", at=make.at())
    said = make.claim()
    tell(said)
    headers = {"Authorization": f"Device {token}"}
    answer = Client().post(ADDRESS, said, content_type="application/json", headers=headers)
    assert answer.status_code == 201
    assert sorted(Visit.objects.values_list("location__name", flat=True)) == ["Front desk", "Hilltop"]


def test_a_lost_database_is_503_with_retry_after(tell: Tell) -> None:
    with mock.patch("checkin.actions.visits.record_sign_in", side_effect=OperationalError("locked")):
        answer = tell(make.claim())
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (503, True)


def test_a_connection_that_breaks_midway_is_503_and_keeps_nothing(tell: Tell) -> None:
    broken = mock.patch("django.core.handlers.wsgi.WSGIRequest.read", side_effect=broken_line)
    with broken:
        answer = tell(make.claim())
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert not Visit.objects.exists()


def test_a_sign_in_costs_at_most_fifteen_queries(
    tell: Tell,
    brook: Clinic,
    front: Location,
    django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    make.appointment(make.patient(brook), front)
    with django_assert_max_num_queries(15):
        tell(make.claim())


@pytest.mark.parametrize("came_before", [False, True])
def test_saving_preferences_stays_within_fifteen_queries(
    tell: Tell,
    brook: Clinic,
    front: Location,
    came_before: bool,
    django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    leo = make.patient(brook)
    make.appointment(leo, front)
    if came_before:
        make.visit(front, make.at("9:00") - dt.timedelta(days=9))
    wishes = {"approach": "greet", "best_way": "text", "best_time": "after 17:00", "remember": "1"}
    with django_assert_max_num_queries(15):
        tell(make.claim(**wishes))
    kept = leo.escorts.get()
    assert (kept.approach, kept.best_way, kept.best_time) == ("greet", "text", "after 17:00")
    assert SignIn.objects.order_by("pk").last().unreadable == ""


def test_preferences_not_marked_remember_apply_only_today(tell: Tell, brook: Clinic, front: Location) -> None:
    leo = make.patient(brook)
    tell(make.claim(approach="leave", best_way="phone", best_time="mornings"))
    said, kept = SignIn.objects.get(), leo.escorts.get()
    assert (said.approach, said.best_way, said.best_time, said.remember) == (
        "leave",
        "phone",
        "mornings",
        False,
    )
    assert (kept.approach, kept.best_way, kept.best_time) == ("", "", "")


def test_an_oversized_body_still_makes_one_visit(kiosk: Kiosk) -> None:
    said = make.claim(reason="x" * 5_000_000)
    for status in (201, 200):
        answer = Client().post(
            ADDRESS, json.dumps(said), content_type="application/json", headers=kiosk.headers
        )
        assert answer.status_code == status
    assert Visit.objects.count() == 1
    assert said["child_given_name"] in SignIn.objects.get().unreadable
