"""Backups run in a process of their own, every night and when somebody asks."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from django.core.cache import cache
from structlog.testing import capture_logs

from checkin.actions import backup_runs
from checkin.actions.permissions import NotAllowed
from checkin.models import AuditEvent, Staff
from checkin.queries.backups import FAILED_CACHE_KEY
from tests import make

pytestmark = pytest.mark.django_db


class Runs(list[list[str]]):
    """The commands that were run, and what each ends with."""

    code, out, err = 0, "/x/one.age\n317 rows, 44 kB, encrypted. Verified.", ""

    def run(self, command: list[str], **given: Any) -> subprocess.CompletedProcess[str]:
        self.append(command)
        return subprocess.CompletedProcess(command, self.code, self.out, self.err)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    found = Runs()
    monkeypatch.setattr(backup_runs.subprocess, "run", found.run)
    # A test's own connection holds its transaction.
    monkeypatch.setattr(backup_runs.connections, "close_all", lambda: None)
    return found


def test_somebody_who_may_starts_one_and_is_named_in_the_trail(runs: Runs, ada: Staff) -> None:
    backup_runs.start_backup(by=ada, at=make.at("9:40")).join(10)
    assert runs[0][-2:] == ["backup", f"--by={ada.pk}"]
    (event,) = AuditEvent.objects.filter(action="backup.requested")
    assert (event.staff, event.clinic) == (ada, ada.clinic)


def test_the_front_desk_starts_none(runs: Runs, dana: Staff) -> None:
    with pytest.raises(NotAllowed):
        backup_runs.start_backup(by=dana, at=make.at("9:40"))
    assert runs == [] and not AuditEvent.objects.exists()


@pytest.mark.parametrize("is_due", [True, False])
def test_one_is_made_at_night_only_if_it_is_due(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, is_due: bool
) -> None:
    monkeypatch.setattr(backup_runs, "is_nightly_backup_due", lambda at: is_due)
    assert backup_runs.run_due_backup()
    assert len(runs) == is_due


def test_the_log_says_how_it_went(runs: Runs) -> None:
    with capture_logs() as events:
        assert backup_runs.run_backup()
        runs.code, runs.err = 1, '{"event": "noise"}\nThe disk is full.'
        assert not backup_runs.run_backup()
    assert [(one["event"], one.get("why")) for one in events] == [
        ("backup_made", None),
        ("backup_failed", "The disk is full."),
    ]


def test_a_process_that_cannot_be_started_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(backup_runs.subprocess, "run", refuse)
    with capture_logs() as events:
        assert not backup_runs.run_backup()
    assert events[0]["why"] == "it could not be started (Resource temporarily unavailable)"


def test_one_that_was_killed_is_noted_though_it_could_not_say_so(runs: Runs) -> None:
    cache.delete(FAILED_CACHE_KEY)
    runs.code, runs.err = -9, ""
    with capture_logs() as events:
        assert not backup_runs.run_backup()
    said = cache.get(FAILED_CACHE_KEY)
    assert said == "The backup was ended by the system (signal 9). Earlier backups are as they were."
    assert [one["why"] for one in events] == ["exit code -9"]
