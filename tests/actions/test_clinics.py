"""A clinic is opened with one front desk and one administrator, or not at all."""

from __future__ import annotations

import pytest

from checkin.actions import clinics
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Clinic, Location, Role, Staff
from tests import make

pytestmark = pytest.mark.django_db
ASKED = {
    "name": "Brook Street Clinic",
    "location": "Front desk",
    "username": "ada",
    "person": "Ada King",
    "time_zone": "America/Mexico_City",
    "region": "",
    "at": make.at(),
}


def test_a_clinic_has_a_front_desk_and_an_administrator_who_can_log_in() -> None:
    ada, password = clinics.create_clinic(**ASKED)
    assert (ada.name, ada.role, ada.location.name) == ("Ada King", Role.ADMINISTRATOR, "Front desk")
    assert (ada.clinic.name, ada.clinic.time_zone) == ("Brook Street Clinic", "America/Mexico_City")
    assert ada.location.clinic == ada.clinic
    assert ada.check_password(password) and len(password) == 24
    line = AuditEvent.objects.get(action="clinic.created")
    assert (line.clinic, line.subject_id) == (ada.clinic, ada.clinic_id)


@pytest.mark.parametrize(
    ("zone", "said", "region"),
    [
        ("America/Mexico_City", "", "MX"),
        ("America/Mexico_City", "us", "US"),
        ("UTC", "", "US"),
        ("Europe/London", "", "GB"),
    ],
)
def test_the_region_is_the_one_that_was_said_or_else_the_time_zones(
    zone: str, said: str, region: str
) -> None:
    ada, _ = clinics.create_clinic(**ASKED | {"time_zone": zone, "region": said})
    assert ada.clinic.region == region


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time_zone": "Mars/Olympus"}, "The time zone “Mars/Olympus”"),
        ({"region": "ZZZ"}, "No country has the code “ZZZ”"),
        ({"name": "B" * 201}, "is too long"),
        ({"location": "F" * 201}, "is too long"),
        ({"username": "a" * 61}, "at most 60 letters fit"),
        ({"person": "A" * 201}, "is too long"),
        ({"mail_from": "no address"}, "no address"),
        ({"email": "no address"}, "no address"),
        ({"where_to_wait": "x" * 81}, "at most 80 letters fit"),
    ],
)
def test_what_cannot_stand_opens_no_clinic(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        clinics.create_clinic(**ASKED | changes)
    assert not Clinic.objects.exists() and not Location.objects.exists() and not Staff.objects.exists()


def test_a_name_that_just_fits_is_taken() -> None:
    limit = Clinic._meta.get_field("name").max_length
    ada, _ = clinics.create_clinic(**ASKED | {"name": "B" * limit})
    assert len(ada.clinic.name) == limit


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "BROOK street clinic", "username": "ben"}, "There is a clinic called BROOK street clinic"),
        ({"name": "Hill Clinic", "username": "ADA"}, "Somebody has the username ADA already"),
    ],
)
def test_a_name_that_is_taken_in_whatever_letters_is_refused(changes: dict[str, str], sentence: str) -> None:
    clinics.create_clinic(**ASKED)
    with pytest.raises(Refused, match=sentence):
        clinics.create_clinic(**ASKED | changes)
    assert Clinic.objects.count() == Staff.objects.count() == 1


def test_the_settings_of_e_mail_are_written_with_it() -> None:
    given = {"mail_from": "desk@brook.example", "site": "https://brook.example", "email": "ada@brook.example"}
    ada, _ = clinics.create_clinic(**ASKED | given)
    ada.clinic.refresh_from_db()
    assert (ada.clinic.mail_from, ada.clinic.site) == ("desk@brook.example", "https://brook.example")
    ada.refresh_from_db()
    assert ada.email == "ada@brook.example"


def test_where_to_wait_is_written_with_it() -> None:
    ada, _ = clinics.create_clinic(**ASKED | {"where_to_wait": " By the window "})
    assert Location.objects.get() == ada.location
    assert Location.objects.get().where_to_wait == "By the window"


def test_where_to_wait_changes_at_one_location_and_is_audited_once(front: Location, annexe: Location) -> None:
    for text in ("The chairs  by the window", "The chairs by the window\n", ""):
        clinics.set_where_to_wait(location=front, text=text, at=make.at())
        front.refresh_from_db()
        assert front.where_to_wait == " ".join(text.split())
    assert Location.objects.get(pk=annexe.pk).where_to_wait == ""
    lines = AuditEvent.objects.filter(action="location.changed")
    assert {(one.clinic, one.subject_id, *one.detail["columns"]) for one in lines} == {
        (front.clinic, front.pk, "where_to_wait")
    }
    assert lines.count() == 2


def test_where_to_wait_takes_80_letters_of_any_script_and_no_more(front: Location) -> None:
    clinics.set_where_to_wait(location=front, text="椅" * 80, at=make.at())
    with pytest.raises(Refused, match="at most 80 letters fit"):
        clinics.set_where_to_wait(location=front, text="x" * 81, at=make.at())
    front.refresh_from_db()
    assert front.where_to_wait == "椅" * 80
