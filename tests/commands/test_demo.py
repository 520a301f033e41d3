from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command

from checkin.management.demo import demo_clinic, demo_morning
from checkin.management.demo.arrivals import DEMO_ARRIVALS, EARLIER_DEMO_VISITS
from checkin.models import Appointment, Clinic, Guardian, MatchDecision, Move, Patient, SignIn, Staff, Visit
from checkin.rules.visit_steps import VisitState

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
TABLES = (Clinic, Staff, Patient, Guardian, Appointment, SignIn, Visit, Move, MatchDecision)


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: object) -> Path:
    """Return a separate `var/`, in a time zone with daylight saving."""
    settings.VAR, settings.TIME_ZONE = tmp_path / "var", "America/Chicago"
    return tmp_path / "var"


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in TABLES}


@pytest.mark.parametrize("name", ["Hazel House", demo_clinic.DEMO_CLINIC_NAME])
def test_existing_clinic_is_refused_and_left_alone(name: str, var: Path) -> None:
    Clinic.objects.create(name=name)
    before = rows()
    with pytest.raises(CommandError, match=f"^This database holds {name}, so no demo was made"):
        call_command("demo")
    assert rows() == before
    assert not (var / "demo_accounts.txt").exists()


def test_nothing_is_created_if_the_accounts_cannot_be_saved(var: Path) -> None:
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
def test_demo_morning_is_todays_at_any_hour(clock: str) -> None:
    at = dt.datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo("America/Chicago"))
    with time_machine.travel(at, tick=False):
        call_command("demo")
    clinic = Clinic.objects.get()
    visits = Visit.objects.filter(local_date=at.date())
    assert visits.count() == len(DEMO_ARRIVALS)
    assert Visit.objects.count() == len(DEMO_ARRIVALS) + len(EARLIER_DEMO_VISITS)
    assert {visit.state for visit in visits} == set(VisitState.values)
    start, end = clinic.day(at.date())
    assert not Appointment.objects.filter(starts_at__lt=start).exists()
    assert Appointment.objects.between(start, end).count() > 30
    assert not Move.objects.filter(at__gt=at).exists()


def test_demo_uses_the_machines_time_zone_if_none_is_set(
    settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIME_ZONE = "UTC"
    for path, zone in {"/usr/share/zoneinfo/Asia/Tokyo": "Asia/Tokyo", "/etc/localtime": "UTC"}.items():
        monkeypatch.setattr(demo_morning.os.path, "realpath", lambda _link, path=path: path)
        assert demo_morning.local_time_zone_name() == zone
