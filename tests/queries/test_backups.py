"""How old the last good backup is, and whether one is due."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
import pytest_django
from django.core.cache import cache

from checkin.models import Clinic
from checkin.queries import backups as backup_queries
from checkin.queries.bounded_calls import BoundedCall
from checkin.rules import backups as backup_rules
from checkin.rules.backups import name_backup
from tests import make

pytestmark = pytest.mark.django_db
NIGHT = make.at("2:15")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: pytest_django.Settings) -> Path:
    settings.VAR, settings.BACKUP_DIR, settings.BACKUP_NIGHTLY = tmp_path, tmp_path / "backups", True
    settings.BACKUP_DIR.mkdir()
    return tmp_path / "backups"


def put(folder: Path, made: dt.datetime, ending: str = "") -> None:
    (folder / f"{name_backup(made)}{ending}").write_bytes(b"12345")


def test_only_verified_ones_count_newest_first(folder: Path) -> None:
    put(folder, NIGHT - dt.timedelta(days=1))
    put(folder, NIGHT)
    put(folder, NIGHT + dt.timedelta(hours=3), ".partial")
    (folder / "letter.txt").write_text("hello")
    found = backup_queries.list_backups(folder)
    assert [(one.made, one.size) for one in found] == [(NIGHT, 5), (NIGHT - dt.timedelta(days=1), 5)]


def test_a_folder_that_is_gone_has_none(folder: Path) -> None:
    folder.rmdir()
    assert backup_queries.list_backups(folder) == []


def test_what_was_noted_does_not_hide_that_the_disk_is_gone(
    folder: Path, settings: pytest_django.Settings
) -> None:
    cache.set(backup_queries.MADE_CACHE_KEY, NIGHT.timestamp(), None)
    assert backup_queries.newest_backup_time(NIGHT) is None
    settings.BACKUP_NIGHTLY = False
    assert backup_queries.newest_backup_time(NIGHT) == NIGHT


def test_none_is_late_if_one_is_expected(folder: Path, settings: pytest_django.Settings) -> None:
    cache.delete(backup_queries.MADE_CACHE_KEY)
    assert backup_queries.find_backup_state(NIGHT).is_late
    settings.BACKUP_NIGHTLY = False
    assert not backup_queries.find_backup_state(NIGHT).is_late


def test_after_36_hours_it_is_late(folder: Path) -> None:
    put(folder, NIGHT)
    assert not backup_queries.find_backup_state(NIGHT + dt.timedelta(hours=36)).is_late
    assert backup_queries.find_backup_state(NIGHT + dt.timedelta(hours=37)).is_late


def test_it_says_that_they_are_on_the_same_disk(folder: Path, settings: pytest_django.Settings) -> None:
    assert backup_queries.find_backup_state(NIGHT).is_on_same_disk
    settings.BACKUP_DIR = Path("/proc")
    assert not backup_queries.find_backup_state(NIGHT).is_on_same_disk


def test_one_is_due_at_night_by_the_clinics_own_clock(folder: Path, brook: Clinic) -> None:
    put(folder, make.at("20:00") - dt.timedelta(days=1))
    assert not backup_queries.is_nightly_backup_due(make.at("1:30"))
    assert backup_queries.is_nightly_backup_due(make.at("2:15").astimezone(dt.UTC))


def test_without_a_clinic_none_is_due() -> None:
    assert not backup_queries.is_nightly_backup_due(NIGHT)


def test_one_from_the_future_stops_none_that_follow(
    folder: Path, brook: Clinic, settings: pytest_django.Settings
) -> None:
    """The machine's clock was wrong once: no backup was made, nor missed, until that date."""
    settings.BACKUP_NIGHTLY = True
    put(folder, NIGHT + dt.timedelta(days=900))
    assert backup_queries.newest_backup_time(NIGHT) is None
    assert backup_queries.is_nightly_backup_due(NIGHT) and backup_queries.find_backup_state(NIGHT).is_late
    put(folder, NIGHT)
    assert backup_queries.newest_backup_time(NIGHT) == NIGHT


def test_another_clinics_backups_in_the_same_folder_are_not_ours(folder: Path) -> None:
    theirs = backup_rules.identify_database("another clinic")
    (folder / backup_rules.name_backup(NIGHT, theirs)).write_bytes(b"12345")
    assert backup_queries.list_backups(folder) == []


def test_old_files_of_a_server_that_makes_none_are_not_late(
    folder: Path, settings: pytest_django.Settings
) -> None:
    settings.BACKUP_NIGHTLY = False
    put(folder, NIGHT - dt.timedelta(days=90))
    assert not backup_queries.find_backup_state(NIGHT).is_late


def test_a_nightly_backup_that_another_server_misses_is_late(settings: pytest_django.Settings) -> None:
    settings.BACKUP_NIGHTLY = False
    made = (NIGHT - dt.timedelta(days=3)).timestamp()
    cache.set(backup_queries.NIGHTLY_CACHE_KEY, made)
    cache.set(backup_queries.MADE_CACHE_KEY, made)
    assert backup_queries.find_backup_state(NIGHT).is_late
    assert not backup_queries.find_backup_state(NIGHT + dt.timedelta(days=30)).is_late


def test_a_disk_that_hangs_holds_no_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    monkeypatch.setattr(backup_queries, "_look", BoundedCall("look"))
    monkeypatch.setattr(backup_queries, "_LONGEST_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(backup_queries, "_scan", lambda folder: answers.wait(20))
    assert backup_queries.list_backups(folder) == []
    answers.set()
