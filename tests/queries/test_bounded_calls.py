"""A call to a disk that hangs is left waiting, and only one is."""

from __future__ import annotations

import threading

import pytest

from checkin.queries.bounded_calls import BoundedCall


def test_it_returns_what_the_call_returns() -> None:
    assert BoundedCall("disk").run(lambda: 7, seconds=5) == 7


def test_it_raises_what_the_call_raises() -> None:
    def fail() -> None:
        raise PermissionError("no")

    with pytest.raises(PermissionError):
        BoundedCall("disk").run(fail, seconds=5)


def test_only_one_thread_waits_for_a_disk_that_hangs() -> None:
    answers, calls = threading.Event(), BoundedCall("hung disk")
    for _ in range(3):
        with pytest.raises(TimeoutError):
            calls.run(lambda: answers.wait(20), seconds=0.05)
    assert [thread.name for thread in threading.enumerate()].count("hung disk") == 1
    answers.set()


def test_when_the_disk_answers_again_so_does_the_call() -> None:
    answers, calls = threading.Event(), BoundedCall("disk again")
    with pytest.raises(TimeoutError):
        calls.run(lambda: answers.wait(20), seconds=0.05)
    answers.set()
    for thread in threading.enumerate():
        if thread.name == "disk again":
            thread.join(5)
    assert calls.run(lambda: 7, seconds=5) == 7
