"""How every action writes: in its turn, all or nothing."""

from __future__ import annotations

import contextlib
import fcntl
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.db import OperationalError, connection, transaction

PATIENCE_SECONDS = 20.0


class FairLock:
    """A lock that is given in the order it was asked for.

    SQLite's own write lock is a free-for-all: under load one writer can starve for seconds while others
    go twice. Here threads queue, and one thread of each process competes for the file lock.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    @contextlib.contextmanager
    def held(self, patience: float) -> Iterator[None]:
        """Hold it; raises TimeoutError after `patience` seconds in the queue."""
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


_threads = FairLock()


@contextlib.contextmanager
def sqlite_turn(patience: float) -> Iterator[None]:
    """This process's and this thread's turn to write the SQLite file."""
    deadline = time.monotonic() + patience
    with _threads.held(patience):
        name = str(connection.settings_dict["NAME"])
        if "mode=memory" in name or name == ":memory:":
            yield
            return
        with open_turn_file(name) as file:
            wait_for(file.fileno(), deadline)
            yield


def open_turn_file(name: str) -> IO[str]:
    """Raise OperationalError where the disk does not let it be made: full or read-only, say."""
    try:
        return Path(f"{name}.turn").open("a")
    except OSError as problem:
        raise OperationalError(f"the turn to write cannot be taken: {problem.strerror}") from problem


def wait_for(descriptor: int, deadline: float) -> None:
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
def write() -> Iterator[None]:
    """A transaction, begun only when it is this writer's turn. Inside another one it is a savepoint.

    Raises OperationalError when the turn does not come within 20 s: the doors answer that with 503.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(sqlite_turn(PATIENCE_SECONDS))
        except TimeoutError:
            raise OperationalError("database is locked: no turn to write came") from None
        stack.enter_context(transaction.atomic())
        yield
