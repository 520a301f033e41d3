"""/readyz names the age of the last good backup, and stays 200: families can still sign in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import pytest_django
import time_machine
from django.test import Client

from checkin.actions import storage_faults
from checkin.rules.backups import name_backup
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: pytest_django.Settings, tuesday: time_machine.Traveller) -> Path:
    settings.BACKUP_DIR, settings.BACKUP_NIGHTLY = tmp_path, True
    storage_faults.remember_escalation_run(at=make.at("9:40"))
    return tmp_path


def said(client: Client) -> tuple[int, list[str]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.content.decode().splitlines()


def test_a_backup_of_last_night_is_nothing_to_say(client: Client, folder: Path) -> None:
    (folder / name_backup(make.at("2:15"))).write_bytes(b"x")
    assert said(client) == (200, ["ready"])


def test_one_older_than_36_hours_is_named(client: Client, folder: Path) -> None:
    (folder / name_backup(make.at("21:30") - dt.timedelta(days=2))).write_bytes(b"x")
    assert said(client) == (200, ["ready", "the last good backup is of 2026-03-09 02:30 UTC"])


def test_none_at_all_is_told(client: Client) -> None:
    assert said(client) == (200, ["ready", "no backup has been made yet"])


def test_a_server_that_makes_none_says_nothing(client: Client, settings: pytest_django.Settings) -> None:
    settings.BACKUP_NIGHTLY = False
    assert said(client) == (200, ["ready"])
