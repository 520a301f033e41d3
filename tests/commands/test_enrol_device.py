from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from checkin.models import AuditEvent, Clinic, Device, Location
from checkin.models.devices import hash_device_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Location:
    return Location.objects.create(clinic=Clinic.objects.create(name="Hazel House"), name="Main desk")


def enrol(**options: object) -> None:
    call_command("enrol_device", **{"location": "Main desk", "name": "Tablet by the door"} | options)


def test_it_enrols_a_tablet_and_tells_how_to_hand_over_its_key(
    desk: Location, capsys: pytest.CaptureFixture[str]
) -> None:
    enrol()
    device = Device.objects.get()
    shown = capsys.readouterr().out
    token = shown.split(f"{reverse('kiosk:enrol')}#")[1].split()[0]
    assert (device.name, device.location, device.kind) == ("Tablet by the door", desk, Device.Kind.KIOSK)
    assert device.token_hash == hash_device_token(token)
    assert "Tablet by the door is enrolled at Main desk, Hazel House" in shown


def test_print_token_prints_the_token_and_nothing_else(
    desk: Location, capsys: pytest.CaptureFixture[str]
) -> None:
    enrol(print_token=True)
    (line,) = capsys.readouterr().out.splitlines()
    assert Device.objects.get().token_hash == hash_device_token(line)


def test_it_is_on_the_trail(desk: Location) -> None:
    enrol(print_token=True)
    assert AuditEvent.objects.get().action == "device.enrolled"


def test_twice_makes_two_tablets_with_two_keys(desk: Location) -> None:
    enrol(print_token=True)
    enrol(print_token=True)
    assert Device.objects.values("token_hash").distinct().count() == 2


def test_the_case_of_a_location_does_not_matter(desk: Location) -> None:
    enrol(location="main DESK")
    assert Device.objects.get().location == desk


def test_an_unknown_location_is_answered_with_those_there_are(desk: Location) -> None:
    with pytest.raises(CommandError, match=r"no location “Attic”: there are Main desk \(Hazel House\)\."):
        enrol(location="Attic")
    assert not Device.objects.exists()


def test_without_any_clinic_it_says_what_comes_first() -> None:
    with pytest.raises(CommandError, match="There is no location yet: make a clinic"):
        enrol()


def test_a_name_that_two_clinics_use_asks_which(desk: Location) -> None:
    Location.objects.create(clinic=Clinic.objects.create(name="Other House"), name="Main desk")
    with pytest.raises(CommandError, match=r"More than one clinic .* \(Hazel House, Other House\)"):
        enrol()
    enrol(clinic="hazel house")
    assert Device.objects.get().location == desk


def test_another_clinics_location_is_not_taken(desk: Location) -> None:
    Clinic.objects.create(name="Other House")
    with pytest.raises(CommandError, match="There is no location at “Other House” yet"):
        enrol(clinic="Other House")


def test_a_tablet_without_a_name_is_asked_for_one(desk: Location) -> None:
    with pytest.raises(CommandError, match="--name is blank"):
        enrol(name=" ")
    with pytest.raises(CommandError, match="--name is too long"):
        enrol(name="x" * 121)
    assert not Device.objects.exists()
