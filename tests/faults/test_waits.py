"""How long a request waits for PostgreSQL, with a pair of sockets in its place."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from types import SimpleNamespace

import psycopg2
import pytest
from psycopg2 import extensions

from clinic import waits


class Asked:
    """As psycopg2 shows its connection to a wait callback; it has answered once something came."""

    def __init__(self, *, status: int = extensions.STATUS_READY) -> None:
        self.line, self.server = socket.socketpair()
        self.status = status
        self.info = SimpleNamespace(dsn_parameters={"host": "/nowhere"}, password="", backend_pid=1)

    def poll(self) -> int:
        self.line.setblocking(False)
        try:
            return extensions.POLL_OK if self.line.recv(1, socket.MSG_PEEK) else extensions.POLL_ERROR
        except BlockingIOError:
            return extensions.POLL_READ

    def fileno(self) -> int:
        return self.line.fileno()


@pytest.fixture(autouse=True)
def _nobody_waits() -> Iterator[None]:
    yield
    waits.end()


def test_a_request_waits_so_long_and_no_command_does():
    waits.begin()
    assert abs(waits.patience.until - time.monotonic() - waits.REQUEST_SECONDS) < 1
    waits.end()
    assert waits.patience.until is None


def test_an_answer_is_taken_and_none_in_time_is_an_operational_error():
    asked = Asked()
    waits.patience.until = time.monotonic() + 0.2
    with pytest.raises(psycopg2.OperationalError, match="did not answer in time"):
        waits.wait(asked)
    asked.server.sendall(b"x")
    waits.wait(asked)


def test_what_is_cancelled_gets_a_moment_more_and_is_cancelled_once(monkeypatch):
    asked, cancelled = Asked(), []
    monkeypatch.setattr(waits, "CANCEL_SECONDS", 0.1)
    monkeypatch.setattr(waits, "cancel", lambda connection: cancelled.append(connection) or True)
    waits.patience.until = time.monotonic()
    began = time.monotonic()
    with pytest.raises(psycopg2.OperationalError):
        waits.wait(asked)
    assert cancelled == [asked] and 0.1 <= time.monotonic() - began < 2


def test_what_cannot_be_asked_on_a_second_line_is_not_waited_for_and_patience_is_as_before():
    waits.patience.until = until = time.monotonic() + 5
    assert waits.cancel(Asked()) is False
    assert (waits.patience.until, waits.patience.is_cancelling) == (until, False)
    assert waits.cancel(Asked(status=extensions.STATUS_SETUP)) is False
    waits.patience.is_cancelling = True
    try:
        assert waits.cancel(Asked()) is False
    finally:
        waits.patience.is_cancelling = False


def test_postgresql_is_bound_and_sqlite_is_not(monkeypatch):
    bound = []
    monkeypatch.setattr(extensions, "set_wait_callback", bound.append)
    monkeypatch.setattr(waits.request_started, "connect", bound.append)
    monkeypatch.setattr(waits.request_finished, "connect", bound.append)
    waits.bound({"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}})
    assert bound == []
    database = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"options": "-c lock_timeout=1s"}}
    waits.bound(database)
    assert bound == [waits.wait, waits.begin, waits.end]
    assert database["OPTIONS"]["options"] == f"{waits.LIMITS} -c lock_timeout=1s"
    for limit in ("lock_timeout=8s", "statement_timeout=10s", "idle_in_transaction_session_timeout=30s"):
        assert f"-c {limit}" in waits.LIMITS
