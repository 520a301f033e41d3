"""How long a request waits for PostgreSQL, with a socket pair in its place."""

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
    """A connection as psycopg2 shows it to a wait callback; it has answered once a byte arrived."""

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
    waits.clear_request_deadline()


def test_a_request_has_a_database_deadline_and_a_command_has_none() -> None:
    waits.start_request_deadline()
    assert abs(waits.request_deadline.until - time.monotonic() - waits.DATABASE_WAIT_SECONDS) < 1
    waits.clear_request_deadline()
    assert waits.request_deadline.until is None


def test_a_missing_answer_raises_an_operational_error_in_time() -> None:
    asked = Asked()
    waits.request_deadline.until = time.monotonic() + 0.2
    with pytest.raises(psycopg2.OperationalError, match="did not answer in time"):
        waits.wait_for_postgresql(asked)
    asked.server.sendall(b"x")
    waits.wait_for_postgresql(asked)


def test_a_canceled_statement_gets_extra_time_and_is_canceled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, cancelled = Asked(), []
    monkeypatch.setattr(waits, "CANCEL_SECONDS", 0.1)
    monkeypatch.setattr(
        waits, "cancel_database_statement", lambda connection: cancelled.append(connection) or True
    )
    waits.request_deadline.until = time.monotonic()
    began = time.monotonic()
    with pytest.raises(psycopg2.OperationalError):
        waits.wait_for_postgresql(asked)
    assert cancelled == [asked] and 0.1 <= time.monotonic() - began < 2


def test_a_failed_cancel_is_not_waited_for_and_keeps_the_deadline() -> None:
    waits.request_deadline.until = until = time.monotonic() + 5
    assert waits.cancel_database_statement(Asked()) is False
    assert (waits.request_deadline.until, waits.request_deadline.is_cancelling) == (until, False)
    assert waits.cancel_database_statement(Asked(status=extensions.STATUS_SETUP)) is False
    waits.request_deadline.is_cancelling = True
    try:
        assert waits.cancel_database_statement(Asked()) is False
    finally:
        waits.request_deadline.is_cancelling = False


def test_only_postgresql_gets_database_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = []
    monkeypatch.setattr(extensions, "set_wait_callback", bound.append)
    monkeypatch.setattr(waits.request_started, "connect", bound.append)
    monkeypatch.setattr(waits.request_finished, "connect", bound.append)
    waits.bound_database_waits({"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}})
    assert bound == []
    database = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": {"options": "-c lock_timeout=1s"}}
    waits.bound_database_waits(database)
    assert bound == [waits.wait_for_postgresql, waits.start_request_deadline, waits.clear_request_deadline]
    assert database["OPTIONS"]["options"] == f"{waits.POSTGRESQL_LIMITS} -c lock_timeout=1s"
    for limit in ("lock_timeout=8s", "statement_timeout=10s", "idle_in_transaction_session_timeout=30s"):
        assert f"-c {limit}" in waits.POSTGRESQL_LIMITS
