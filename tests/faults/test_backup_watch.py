"""The thread that makes the nightly backup: one of all workers, and again sooner after a failure."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import pytest_django
from structlog.testing import capture_logs

from checkin.actions import backup_runs
from clinic import watch


def answer_times(times: int) -> Callable[[], bool]:
    """Return a server that is up for so many looks."""
    left: Iterator[bool] = iter([True] * times)
    return lambda: next(left, False)


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: pytest_django.Settings) -> Path:
    settings.VAR = tmp_path
    return tmp_path


def looked(monkeypatch: pytest.MonkeyPatch, *answers: object) -> tuple[list[float], list[str]]:
    """Return how long it paused before each look, and the events it logged."""
    left, paused = iter(answers), list[float]()

    def look() -> bool:
        answer = next(left)
        if isinstance(answer, Exception):
            raise answer
        return bool(answer)

    monkeypatch.setattr(backup_runs, "run_due_backup", look)
    with capture_logs() as events:
        watch._watch_backups(answer_times(len(answers)), paused.append)
    return paused, [one["event"] for one in events]


def test_it_looks_every_five_minutes_and_fifteen_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked(monkeypatch, True, False, True) == ([300, 300, 900], [])


def test_no_error_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    paused, events = looked(monkeypatch, RuntimeError("no database"), True)
    assert (paused, events) == ([300, 300], ["backup_not_started"])


def test_another_worker_makes_it(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (var / "backups.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert looked(monkeypatch, RuntimeError("two at once")) == ([300], [])


@pytest.mark.parametrize("is_on", [True, False])
def test_the_setting_switches_it_off(
    is_on: bool, settings: pytest_django.Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKUP_NIGHTLY = is_on
    begun: list[object] = []
    monkeypatch.setattr(watch, "_watch_backups", begun.append)
    watch.start_backup_watch(lambda: False)
    for thread in watch.threading.enumerate():
        if thread.name == "backups":
            thread.join(10)
    assert len(begun) == is_on
