from __future__ import annotations

import datetime as dt
import re
import stat
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.test import Client

from checkin.management.demo import making, morning
from checkin.management.demo.sayings import EARLIER, MORNING
from checkin.models import Appointment, Clinic, Guardian, MatchDecision, Move, Patient, SignIn, Staff, Visit
from checkin.rules.visits import State

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
TABLES = (Clinic, Staff, Patient, Guardian, Appointment, SignIn, Visit, Move, MatchDecision)


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: object) -> Path:
    """A `var/` of the test's own, in a town with summer time."""
    settings.VAR, settings.TIME_ZONE = tmp_path / "var", "America/Chicago"
    return tmp_path / "var"


@pytest.fixture
def shown(tuesday: object, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command printed; its clinic is there."""
    call_command("demo")
    return capsys.readouterr().out


def passwords(text: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\w+) +([a-z]+-[a-z]+-[a-z]+) ", text, re.MULTILINE))


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in TABLES}


def test_everybody_logs_in_with_the_password_that_was_printed(shown: str) -> None:
    printed = passwords(shown)
    assert set(printed) == {*Staff.objects.values_list("username", flat=True)}
    for username, password in printed.items():
        assert authenticate(None, username=username, password=password) == Staff.objects.get(
            username=username
        )
        assert Client().login(username=username, password=password)


def test_the_passwords_are_ones_that_the_settings_would_accept(shown: str) -> None:
    for username, password in passwords(shown).items():
        assert len(password) >= 15
        validate_password(password, Staff.objects.get(username=username))


def test_no_two_passwords_are_alike_and_none_is_in_the_code(shown: str) -> None:
    made = passwords(shown).values()
    assert len({*made}) == len(made) == 7
    code = "".join(path.read_text() for path in (ROOT / "checkin").rglob("*.py"))
    assert [password for password in made if password in code] == []


def test_the_accounts_are_kept_where_only_this_account_reads_them(shown: str, var: Path) -> None:
    kept = var / "demo_accounts.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text() in shown


def test_no_password_is_kept_in_the_clear_in_the_database(shown: str) -> None:
    for person in Staff.objects.all():
        assert passwords(shown)[person.username] not in person.password


def test_the_second_time_changes_nothing_and_says_so(
    shown: str, var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, accounts = rows(), (var / "demo_accounts.txt").read_text()
    call_command("demo")
    assert "is here already" in capsys.readouterr().out
    assert (rows(), (var / "demo_accounts.txt").read_text()) == (before, accounts)


@pytest.mark.parametrize("name", ["Hazel House", making.NAME])
def test_a_clinic_of_somebodys_own_is_refused_and_left_alone(name: str, var: Path) -> None:
    Clinic.objects.create(name=name)
    before = rows()
    with pytest.raises(CommandError, match=f"^This database holds {name}, so no demo was made"):
        call_command("demo")
    assert rows() == before
    assert not (var / "demo_accounts.txt").exists()


def test_a_second_clinic_beside_the_demo_is_refused_too(shown: str) -> None:
    Clinic.objects.create(name="Hazel House")
    with pytest.raises(CommandError, match="This database holds Hazel House"):
        call_command("demo")


def test_where_the_accounts_cannot_be_kept_nothing_is_made(var: Path) -> None:
    var.write_text("a file, where the folder should be")
    with pytest.raises(CommandError, match=r"The accounts cannot be kept .*: make that folder writable\.$"):
        call_command("demo")
    assert not Clinic.objects.exists()


CLOCKS = {
    "just after midnight": "2026-03-10T00:04",
    "a minute to midnight": "2026-03-10T23:59",
    "the night the clock goes forward": "2026-03-08T03:20",
    "the night it goes back": "2026-11-01T01:30",
    "a leap day": "2028-02-29T09:40",
    "new year": "2027-01-01T00:30",
}


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=CLOCKS)
def test_at_any_hour_the_morning_is_todays(clock: str) -> None:
    at = dt.datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo("America/Chicago"))
    with time_machine.travel(at, tick=False):
        call_command("demo")
    clinic = Clinic.objects.get()
    visits = Visit.objects.filter(local_date=at.date())
    assert visits.count() == len(MORNING)
    assert Visit.objects.count() == len(MORNING) + len(EARLIER)
    assert {visit.state for visit in visits} == set(State.values)
    start, end = clinic.day(at.date())
    assert not Appointment.objects.filter(starts_at__lt=start).exists()
    assert Appointment.objects.between(start, end).count() > 30
    assert not Move.objects.filter(at__gt=at).exists()


def test_the_boards_clock_is_the_machines_where_no_time_zone_is_set(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIME_ZONE = "UTC"
    for path, zone in {"/usr/share/zoneinfo/Asia/Tokyo": "Asia/Tokyo", "/etc/localtime": "UTC"}.items():
        monkeypatch.setattr(morning.os.path, "realpath", lambda _link, path=path: path)
        assert morning.time_zone() == zone
