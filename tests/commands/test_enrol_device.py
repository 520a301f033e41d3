from __future__ import annotations

import json
from pathlib import Path

import pytest
import pytest_django
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
    assert device.link_hash == hash_device_token(token), "valid once, for 15 minutes"
    assert "Tablet by the door is enrolled at Main desk, Hazel House" in shown


def test_print_token_prints_only_the_token(desk: Location, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(print_token=True)
    (line,) = capsys.readouterr().out.splitlines()
    assert Device.objects.get().token_hash == hash_device_token(line)


def test_enrollment_is_audited(desk: Location) -> None:
    enrol(print_token=True)
    assert AuditEvent.objects.get().action == "device.enrolled"


def test_a_name_again_says_how_to_replace_the_key(desk: Location, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(print_token=True)
    old = capsys.readouterr().out.strip()
    with pytest.raises(CommandError, match=r"enrolled at Main desk already.*add --replace"):
        enrol(name="tablet by the DOOR")
    assert Device.objects.holding(old) is not None
    enrol(replace=True)
    assert Device.objects.holding(old) is None and Device.objects.count() == 1


@pytest.mark.parametrize(
    ("host", "allowed", "tls", "address"),
    [
        ("::", ["localhost", "192.168.1.20"], False, "http://192.168.1.20:8123/"),
        ("::", ["checkin.example.org"], True, "https://checkin.example.org:8123/"),
        ("127.0.0.1", ["localhost", "192.168.1.20"], False, "http://localhost:8123/"),
    ],
)
def test_the_link_has_the_address_and_port_that_are_served(
    desk: Location,
    settings: pytest_django.Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    host: str,
    allowed: list[str],
    tls: bool,
    address: str,
) -> None:
    settings.VAR, settings.ALLOWED_HOSTS = tmp_path, allowed
    facts = {"SERVES_HOST": host, "SERVES_PORT": "8123", "SERVES_TLS": str(tls)}
    (tmp_path / "served_at.json").write_text(json.dumps(facts))
    enrol()
    shown = capsys.readouterr().out
    assert f"{address}kiosk/enrol/#" in shown
    assert ("make start HOST=0.0.0.0" in shown) is (host == "127.0.0.1")


def test_without_a_known_server_the_link_has_a_gap_and_no_wrong_port(
    desk: Location,
    settings: pytest_django.Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.VAR = tmp_path
    enrol()
    assert "http://ADDRESS-OF-THIS-SERVER/kiosk/enrol/#" in capsys.readouterr().out


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


def test_a_name_is_stored_without_hidden_signs_and_on_one_line(desk: Location) -> None:
    enrol(name="Tablet\u200b by\nthe \u202edoor")
    assert Device.objects.get().name == "Tablet by the door"


@pytest.mark.parametrize(
    ("name", "sentence"), [("Tab\udc80", "--name cannot be read"), ("\u200b", "is blank")]
)
def test_a_name_that_cannot_be_read_enrolls_nothing(desk: Location, name: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        enrol(name=name)
    assert not Device.objects.exists()
