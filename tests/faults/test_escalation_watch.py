"""The thread that keeps `manage.py escalate` running says why it could not start it, and tries again."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from structlog.testing import capture_logs

from clinic import watch


class Ended:
    def wait(self) -> int:
        return 1


def answer_times(times: int) -> Callable[[], bool]:
    """Return a server that is up for so many looks."""
    left: Iterator[bool] = iter([True] * times)
    return lambda: next(left, False)


@pytest.fixture
def slept(tmp_path: Path, settings: pytest_django.Settings, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    settings.VAR = tmp_path
    found: list[float] = []
    monkeypatch.setattr(watch.time, "sleep", found.append)
    return found


def test_program_that_cannot_be_started_is_logged_and_tried_again(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[object] = [OSError(11, "Resource temporarily unavailable"), Ended()]

    def start(*command: object, **options: Any) -> object:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    monkeypatch.setattr(watch.subprocess, "Popen", start)
    with capture_logs() as events:
        watch._watch_escalations(answer_times(5))
    assert answers == []
    assert {one["event"] for one in events} == {"escalate_ended"}
    assert [one.get("not_started", one.get("code")) for one in events] == [
        "Resource temporarily unavailable",
        1,
    ]
    assert slept[:2] == [2, 4]


def test_lock_that_cannot_be_opened_is_logged_and_tried_again(
    slept: list[float], settings: pytest_django.Settings, tmp_path: Path
) -> None:
    settings.VAR = tmp_path / "missing"
    with capture_logs() as events:
        watch._watch_escalations(answer_times(3))
    assert [(one["event"], one["why"]) for one in events] == [
        ("escalate_not_watched", "No such file or directory")
    ] * 3
    assert slept == [5, 10, 20]


def test_lock_of_another_worker_is_nothing_to_log(slept: list[float], tmp_path: Path) -> None:
    with (tmp_path / "escalate.lock").open("a") as lock, capture_logs() as events:
        fcntl.flock(lock, fcntl.LOCK_EX)
        watch._watch_escalations(answer_times(2))
    assert events == []
    assert slept == [5, 5]
