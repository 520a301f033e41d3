"""Wait for a disk only so long: one that hangs, as a network share does, must not hold what matters more."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from typing import Any


class BoundedCall:
    """Runs calls in a thread of their own, one at a time. For a disk that hangs, one thread waits."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._guard = threading.Lock()
        self._stuck: threading.Thread | None = None

    def run(self, act: Callable[[], Any], *, seconds: float) -> Any:
        """Return what `act` returns, or raise what it raises. It uses no database connection.

        Raises TimeoutError, an OSError, if it takes longer, and at once while an earlier call still hangs.
        """
        done: list[Any] = []
        failed: list[BaseException] = []

        def work() -> None:
            try:
                done.append(act())
            except BaseException as problem:
                failed.append(problem)

        with self._guard:
            if self._stuck and self._stuck.is_alive():
                raise TimeoutError(errno.ETIMEDOUT, "the disk still does not answer")
            self._stuck = None
        thread = threading.Thread(target=work, name=self.name, daemon=True)
        thread.start()
        thread.join(seconds)
        if thread.is_alive():
            with self._guard:
                self._stuck = thread
            raise TimeoutError(errno.ETIMEDOUT, "the disk does not answer")
        if failed:
            raise failed[0]
        return done[0]
