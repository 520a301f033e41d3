from __future__ import annotations

import re
import zoneinfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from checkin.management.commands import setup_clinic
from checkin.models import AuditEvent, Clinic, Role, Staff
from checkin.rules import regions

pytestmark = pytest.mark.django_db
GIVEN = {"name": "Hazel House", "location": "Main desk", "username": "ada"}


def set_up(**options: str) -> None:
    call_command("setup_clinic", **GIVEN | options)


def test_clinic_front_desk_and_administrator_are_created(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(person="Ada Moreno", time_zone="America/Chicago")
    clinic = Clinic.objects.get(name="Hazel House")
    ada = clinic.staff.get()
    assert [location.name for location in clinic.locations.all()] == ["Main desk"]
    assert clinic.time_zone == "America/Chicago"
    assert (ada.username, ada.name, ada.role) == ("ada", "Ada Moreno", Role.ADMINISTRATOR)
    assert ada.location == clinic.locations.get()
    assert "Hazel House is ready" in capsys.readouterr().out


def test_printed_password_is_the_administrators(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    password = re.search(r"password  (\S+)", capsys.readouterr().out)[1]
    assert len(password) >= 20
    assert Staff.objects.get().check_password(password)


def test_a_username_in_fullwidth_letters_is_not_a_second_one() -> None:
    set_up()
    with pytest.raises(CommandError, match="Somebody has the username ada already"):
        call_command("setup_clinic", **GIVEN | {"name": "Birch House", "username": "\uff41da"})


def test_every_clinic_gets_its_own_password(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    set_up(name="Other House", username="bo")
    first, second = re.findall(r"password  (\S+)", capsys.readouterr().out)
    assert first != second


def test_person_without_a_name_gets_the_username_as_name() -> None:
    set_up()
    assert Staff.objects.get().name == "ada"


def test_setup_is_audited_without_the_password(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    event = AuditEvent.objects.get()
    assert (event.action, event.clinic) == ("clinic.created", Clinic.objects.get())
    assert event.detail == {}


def test_a_database_that_is_not_up_to_date_gets_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise IntegrityError("NOT NULL constraint failed: checkin_boardversion.token_count")

    monkeypatch.setattr("checkin.actions.clinics.create_clinic", refuse)
    with pytest.raises(SystemExit) as ended:
        setup_clinic.Command().run_from_argv(
            ["manage.py", "setup_clinic", *(f"--{key}={value}" for key, value in GIVEN.items())]
        )
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert told.startswith("The database could not do this (NOT NULL constraint failed: ")
    assert "wait until it says where to open it" in told
    assert "Traceback" not in told and told.count("\n") == 1


def test_existing_clinic_is_left_unchanged(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    with pytest.raises(CommandError, match="There is a clinic called HAZEL house already"):
        set_up(name="HAZEL house", username="bo")
    assert Staff.objects.count() == 1


def test_taken_username_is_refused_and_nothing_is_created() -> None:
    set_up()
    with pytest.raises(CommandError, match="Somebody has the username ADA already"):
        set_up(name="Other House", username="ADA")
    assert Clinic.objects.count() == 1


@pytest.mark.parametrize("option", ["name", "location", "username"])
def test_blank_option_is_rejected(option: str) -> None:
    with pytest.raises(CommandError, match=f"--{option} is blank"):
        set_up(**{option: "  "})
    assert not Clinic.objects.exists()


def test_unknown_time_zone_is_rejected() -> None:
    with pytest.raises(CommandError, match="The time zone “Mars/Olympus”"):
        set_up(time_zone="Mars/Olympus")


@pytest.mark.parametrize("option", ["name", "location", "username", "person"])
def test_name_longer_than_its_column_is_rejected(option: str) -> None:
    with pytest.raises(CommandError, match="is too long: at most"):
        set_up(**{option: "x" * 121})
    assert not Clinic.objects.exists()


def test_missing_options_are_named() -> None:
    with pytest.raises(CommandError, match="--name"):
        call_command("setup_clinic")


@pytest.mark.parametrize(
    ("given", "region", "words"),
    [
        ({"region": "GB"}, "GB", "Its region is GB (United Kingdom). Dates are written day/month/year."),
        ({"region": "USA"}, "US", "Its region is US (United States)."),
        ({"region": " uk "}, "GB", "Its region is GB (United Kingdom)."),
        ({"region": "mx", "time_zone": "America/Chicago"}, "MX", "Its region is MX (Mexico)."),
        ({"time_zone": "America/Chicago"}, "US", "US (United States), the country of America/Chicago. Dates"),
        ({"time_zone": "US/Central"}, "US", "the country of US/Central. Dates are written month/day/year."),
        ({"time_zone": "Europe/London"}, "GB", "the country of Europe/London"),
        ({"time_zone": "Asia/Calcutta"}, "IN", "the country of Asia/Calcutta"),
        ({"time_zone": "UTC"}, "US", "US (United States): the time zone UTC names no country"),
        ({"time_zone": "Etc/GMT+5"}, "US", "names no country, and no --region was given"),
    ],
)
def test_region_is_the_given_one_or_else_the_time_zones(
    capsys: pytest.CaptureFixture[str], given: dict[str, str], region: str, words: str
) -> None:
    set_up(**given)
    assert Clinic.objects.get().region == region
    assert words in capsys.readouterr().out


@pytest.mark.parametrize("region", ["XX", "EU", "England", "1", "ZZ"])
def test_region_that_is_not_a_country_is_rejected(region: str) -> None:
    with pytest.raises(CommandError, match="No country has the code"):
        set_up(region=region)
    assert not Clinic.objects.exists()


def test_every_geographic_time_zone_has_a_country() -> None:
    places = [zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/")]
    unknown = [zone for zone in places if regions.region_of_time_zone(zone) is None]
    assert len(unknown) <= 3, unknown


def test_names_are_stored_without_hidden_signs_and_on_one_line() -> None:
    set_up(name="Hazel\u200b House", location="Main\ndesk", username="a\u202eda", person="Ada\u2066  Moreno")
    ada = Staff.objects.get()
    assert (str(ada.clinic), str(ada.location)) == ("Hazel House", "Main desk")
    assert (ada.username, ada.name) == ("ada", "Ada Moreno")


@pytest.mark.parametrize("option", ["name", "location", "username", "person", "where_to_wait"])
def test_what_is_no_text_is_refused_in_a_sentence(option: str) -> None:
    with pytest.raises(CommandError, match=f"--{option.replace('_', '-')} cannot be read"):
        set_up(**{option: "Hazel\udc80"})
    assert not Clinic.objects.exists()
