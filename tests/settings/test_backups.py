"""The page of backups: for managers and administrators, what there is, and a button."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_django
import time_machine
from django.core.cache import cache
from django.test import Client

from checkin.models import Staff
from checkin.queries.backups import FAILED_CACHE_KEY
from checkin.rules.backups import name_backup
from checkin.web.settings import backups
from tests import make

PAGE, BUTTON = "/settings/copies/", "/settings/copies/make/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: pytest_django.Settings, tuesday: time_machine.Traveller) -> Path:
    settings.VAR, settings.BACKUP_DIR, settings.BACKUP_NIGHTLY = tmp_path, tmp_path / "backups", True
    settings.BACKUP_RECIPIENTS = []
    settings.BACKUP_DIR.mkdir()
    return tmp_path / "backups"


@pytest.fixture
def read(as_: Callable[[Staff], Client], max_: Staff) -> Callable[[], str]:
    return lambda: html.unescape(as_(max_).get(PAGE).content.decode())


def test_the_manager_sees_how_old_the_last_one_is(folder: Path, read: Callable[[], str]) -> None:
    made = make.at("2:15") - dt.timedelta(days=1)
    (folder / name_backup(made)).write_bytes(b"x" * 44_000)
    page = read()
    assert "The last good backup is of <b>Mar 9, 2026, 2:15 AM</b>." in page
    assert name_backup(made) in page and "43.0\xa0KB" in page
    assert "older than 36 hours" not in page


def test_an_old_one_is_marked(folder: Path, read: Callable[[], str]) -> None:
    (folder / name_backup(make.at("2:15") - dt.timedelta(days=2))).write_bytes(b"x")
    assert "older than 36 hours" in read()


def test_without_one_the_page_says_when_it_comes(
    read: Callable[[], str], settings: pytest_django.Settings
) -> None:
    assert "There is no backup yet. The first one is made within minutes" in read()
    settings.BACKUP_NIGHTLY = False
    assert "that is switched off on this machine" in read()


def test_a_failure_is_shown_with_its_reason(read: Callable[[], str]) -> None:
    cache.set(FAILED_CACHE_KEY, "The disk of /mnt/second is full, so nothing was written.", None)
    assert "The last attempt made no backup. The disk of /mnt/second is full" in read()


def test_it_says_what_to_keep_elsewhere(read: Callable[[], str], settings: pytest_django.Settings) -> None:
    assert "Keep a copy of the file <code>var/backup_key</code>" in read()
    assert "on the same disk as the clinic’s data" in read()
    settings.BACKUP_RECIPIENTS = ["age1…"]
    assert "var/backup_key" not in read()


def test_the_button_starts_one_and_returns_to_the_page(
    as_: Callable[[Staff], Client], ada: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, object]] = []
    monkeypatch.setattr(backups.backup_runs, "start_backup", lambda **given: asked.append(given))
    answer = as_(ada).post(BUTTON, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert asked == [{"by": ada, "at": make.at("9:40")}]
    assert "A backup is being made." in answer.content.decode()


def test_opening_the_buttons_address_starts_nothing(
    as_: Callable[[Staff], Client], ada: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(backups.backup_runs, "start_backup")
    assert as_(ada).get(BUTTON).status_code == 405


def test_others_read_who_may(as_: Callable[[Staff], Client], dana: Staff, noor: Staff, otto: Staff) -> None:
    for person in (dana, noor, otto):
        answer = as_(person).get(PAGE)
        assert answer.status_code == 403
        assert "Only the manager or an administrator looks after backups" in answer.content.decode()
    assert Client().get(PAGE).status_code == 302
