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


def test_tablet_is_enrolled_and_its_link_is_shown(desk: Location, capsys: pytest.CaptureFixture[str]) -> None:
    enrol()
    device = Device.objects.get()
    shown = capsys.readouterr().out
    token = shown.split(f"{reverse('kiosk:enrol')}#")[1].split()[0]
    assert (device.name, device.location, device.kind) == ("Tablet by the door", desk, Device.Kind.KIOSK)
    assert device.token_hash == hash_device_token(token)
    assert "Tablet by the door is enrolled at Main desk, Hazel House" in shown


def test_print_token_prints_only_the_token(desk: Location, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(print_token=True)
    (line,) = capsys.readouterr().out.splitlines()
    assert Device.objects.get().token_hash == hash_device_token(line)


def test_enrollment_is_audited(desk: Location) -> None:
    enrol(print_token=True)
    assert AuditEvent.objects.get().action == "device.enrolled"


def test_enrolling_twice_makes_two_tablets_with_two_tokens(desk: Location) -> None:
    enrol(print_token=True)
    enrol(print_token=True)
    assert Device.objects.values("token_hash").distinct().count() == 2


def test_location_name_ignores_case(desk: Location) -> None:
    enrol(location="main DESK")
    assert Device.objects.get().location == desk


def test_unknown_location_lists_the_existing_ones(desk: Location) -> None:
    with pytest.raises(CommandError, match=r"no location “Attic”: there are Main desk \(Hazel House\)\."):
        enrol(location="Attic")
    assert not Device.objects.exists()


def test_missing_location_says_to_create_a_clinic_first() -> None:
    with pytest.raises(CommandError, match="There is no location yet: make a clinic"):
        enrol()


def test_location_name_shared_by_two_clinics_needs_a_clinic(desk: Location) -> None:
    Location.objects.create(clinic=Clinic.objects.create(name="Other House"), name="Main desk")
    with pytest.raises(CommandError, match=r"More than one clinic .* \(Hazel House, Other House\)"):
        enrol()
    enrol(clinic="hazel house")
    assert Device.objects.get().location == desk


def test_location_of_another_clinic_is_not_used(desk: Location) -> None:
    Clinic.objects.create(name="Other House")
    with pytest.raises(CommandError, match="There is no location at “Other House” yet"):
        enrol(clinic="Other House")


def test_blank_tablet_name_is_rejected(desk: Location) -> None:
    with pytest.raises(CommandError, match="--name is blank"):
        enrol(name=" ")
    with pytest.raises(CommandError, match="--name is too long"):
        enrol(name="x" * 121)
    assert not Device.objects.exists()
