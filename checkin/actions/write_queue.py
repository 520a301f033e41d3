"""Open the transaction of an action. On SQLite, writers take turns."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import secrets
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from checkin.actions.audit import collect_events
from checkin.actions.storage_faults import StandbyUnconfirmed

PATIENCE_SECONDS = 20.0


class FairLock:
    """A lock granted in the order it was requested.

    SQLite's own write lock is not fair: under load one writer can starve for seconds while others go twice.
    Here threads queue, and one thread of each process competes for the file lock.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    @contextlib.contextmanager
    def held(self, patience: float) -> Iterator[None]:
        """Hold the lock; raises TimeoutError after `patience` seconds in the queue."""
        turn = threading.Event()
        with self._guard:
            self._queue.append(turn)
            if self._queue[0] is turn:
                turn.set()
        try:
            if not turn.wait(patience):
                raise TimeoutError
            yield
        finally:
            with self._guard:
                self._queue.remove(turn)
                if self._queue:
                    self._queue[0].set()


_thread_lock = FairLock()


@contextlib.contextmanager
def take_sqlite_turn(patience: float) -> Iterator[None]:
    """Hold the turn to write the SQLite file, against other threads and processes; `patience` in seconds."""
    deadline = time.monotonic() + patience
    with _thread_lock.held(patience):
        name = str(connection.settings_dict["NAME"])
        if "mode=memory" in name or name == ":memory:":
            yield
            return
        with _open_turn_file(name) as file:
            _wait_for_file_lock(file.fileno(), deadline)
            yield


def _open_turn_file(name: str) -> IO[str]:
    """Open the lock file. Raises OperationalError if it cannot be created, as on a full or read-only disk."""
    try:
        return Path(f"{name}.turn").open("a")
    except OSError as problem:
        raise OperationalError(f"the turn to write cannot be taken: {problem.strerror}") from problem


def _wait_for_file_lock(descriptor: int, deadline: float) -> None:
    pause = 0.0005
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TimeoutError from None
            time.sleep(pause)
            pause = min(pause * 2, 0.01)
        else:
            return


@contextlib.contextmanager
def take_turn_if_free() -> Iterator[None]:
    """Hold the turn to write, for what may be left out. Raises TimeoutError if others are writing."""
    with contextlib.ExitStack() as stack:
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            stack.enter_context(take_sqlite_turn(0.0))
        yield


def _take_postgres_notices() -> list[str]:
    """Return and clear PostgreSQL's notices on this connection; on SQLite there are none."""
    notices = getattr(connection.connection, "notices", None) or []
    said = list(notices)
    notices.clear()
    return said


@contextlib.contextmanager
def _take_turn() -> Iterator[None]:
    """Hold the turn to write on SQLite. PostgreSQL has row locks of its own."""
    with contextlib.ExitStack() as stack:
        if connection.vendor == "sqlite":
            try:
                stack.enter_context(take_sqlite_turn(PATIENCE_SECONDS))
            except TimeoutError:
                raise OperationalError("database is locked: no turn to write came") from None
        yield


@contextlib.contextmanager
def write_in_turn() -> Iterator[None]:
    """Open a transaction when it is this writer's turn; inside another one, a savepoint.

    Events of the audit trail are written just before the outermost of these ends.
    Raises OperationalError if the turn does not come within 20 s, and StandbyUnconfirmed if a required
    standby did not confirm. Views answer both with 503.
    """
    if connection.in_atomic_block:
        with transaction.atomic(), collect_events():
            yield
        return
    with _take_turn(), transaction.atomic():
        _take_postgres_notices()
        with collect_events():
            yield
        waiting, connection.run_on_commit = connection.run_on_commit, []
    unconfirmed = _take_postgres_notices()
    # What waits for the commit may send e-mail for seconds, or write again: it runs after the turn, and after
    # the notices are read, which it would clear.
    connection.run_on_commit = waiting
    try:
        connection.run_and_clear_commit_hooks()
    finally:
        if unconfirmed:
            # The wait for the standby was canceled. PostgreSQL has committed here and only warns (SQLSTATE
            # 01000). Its text may be in any language, but nothing else we do causes notices.
            raise StandbyUnconfirmed(f"not confirmed by the standby: {unconfirmed[-1].strip()}")


def prove_database_writable() -> None:
    """Read, and write one small row in a transaction like a sign-in's. Raises what a sign-in would raise."""
    with write_in_turn(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute("SELECT 1 FROM checkin_clinic LIMIT 1")
        cursor.execute(
            "INSERT INTO cache (cache_key, value, expires) VALUES ('ready', %s, %s) "
            "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires",
            [secrets.token_hex(8), timezone.now() + dt.timedelta(days=1)],
        )
