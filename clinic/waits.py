"""Limit how long a request waits for PostgreSQL before it gets 503.

Only for the server's requests: a migration, an import or a backup may take as long as it needs. PostgreSQL
limits statements and locks itself. The third limit is ours, for what it does not limit: a server that is
frozen or unreachable, and a commit that waits for its synchronous standby.
"""

from __future__ import annotations

import select
import threading
import time
from typing import Any

import psycopg2
from django.core.signals import request_finished, request_started
from psycopg2 import extensions

DATABASE_WAIT_SECONDS = 12.0
CANCEL_SECONDS = 2.0
POSTGRESQL_LIMITS = "-c lock_timeout=8s -c statement_timeout=10s -c idle_in_transaction_session_timeout=30s"


class _RequestDeadline(threading.local):
    """The time at which this thread's request stops waiting for PostgreSQL (monotonic clock), or None."""

    until: float | None = None
    is_cancelling = False


request_deadline = _RequestDeadline()


def bound_database_waits(database: dict[str, Any]) -> None:
    """Limit the waits of this process. Options in DATABASE_URL come later and take precedence."""
    if database["ENGINE"] != "django.db.backends.postgresql":
        return
    options = database["OPTIONS"]
    options["options"] = f"{POSTGRESQL_LIMITS} {options.get('options', '')}".strip()
    extensions.set_wait_callback(wait_for_postgresql)
    request_started.connect(start_request_deadline)
    request_finished.connect(clear_request_deadline)


def start_request_deadline(**_: Any) -> None:
    request_deadline.until = time.monotonic() + DATABASE_WAIT_SECONDS


def clear_request_deadline(**_: Any) -> None:
    request_deadline.until = None


def wait_for_postgresql(connection: Any) -> None:
    """Wait for PostgreSQL, as psycopg2's callback. Raises OperationalError if it takes too long."""
    until, cancelled = request_deadline.until, False
    while (state := connection.poll()) != extensions.POLL_OK:
        if until is not None and time.monotonic() >= until:
            # A commit that waits for a standby also ends when canceled: it is kept, with only a warning.
            if cancelled or not cancel_database_statement(connection):
                raise psycopg2.OperationalError("PostgreSQL did not answer in time")
            until, cancelled = time.monotonic() + CANCEL_SECONDS, True
        ready = select.poll()
        ready.register(
            connection.fileno(), select.POLLOUT if state == extensions.POLL_WRITE else select.POLLIN
        )
        ready.poll(None if until is None else max(0, until - time.monotonic()) * 1000 + 1)


def cancel_database_statement(connection: Any) -> bool:
    """Cancel over a second connection what this one waits for; return whether that was possible."""
    if request_deadline.is_cancelling or connection.status == extensions.STATUS_SETUP:
        return False
    info, until = connection.info, request_deadline.until
    request_deadline.until, request_deadline.is_cancelling = time.monotonic() + CANCEL_SECONDS, True
    try:
        second = psycopg2.connect(**info.dsn_parameters, password=info.password)
        try:
            with second.cursor() as cursor:
                cursor.execute("SELECT pg_cancel_backend(%s)", [info.backend_pid])
        finally:
            second.close()
    except psycopg2.Error:
        return False
    finally:
        request_deadline.until, request_deadline.is_cancelling = until, False
    return True
