"""Each test process gets a copy of one migrated database: migrating takes seconds, copying almost no time."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from tests import migrated_tables
from tests.databases import quickest_folder


class DatabaseCopy:
    """`run`, `lock` and `kept` are the same for all workers of one run; `worker` is not."""

    def __init__(self, *, run: str, worker: str, lock: Path, kept: Path | None) -> None:
        self.worker, self.lock, self.kept = worker, lock, kept
        self.folder = Path(quickest_folder()) / f"tests-{run}"
        self.in_use = self.folder / f"in-use-{worker}"
        if connection.vendor == "sqlite":
            # A file, as at a clinic; without one, threads share one cache's locks.
            connection.settings_dict["TEST"]["NAME"] = str(self.folder / "test.sqlite3")
        self.original = connection.settings_dict["NAME"]
        self.migrated = connection.settings_dict["TEST"]["NAME"] or f"test_{self.original}"

    def make(self) -> None:
        """Connect to this worker's own copy. The first worker migrates the database that is copied."""
        with self.one_at_a_time():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            ready = self.folder / "ready"
            if not ready.exists():
                migrated_tables.create_test_tables(self.kept)
                ready.touch()
            self.in_use.touch()
            connect_to(self.migrated)
            connection.creation.clone_test_db(suffix=self.worker, verbosity=0)
        connect_to(connection.creation.get_test_db_clone_settings(self.worker)["NAME"])

    def remove(self) -> None:
        """Remove the copy. The last worker also removes the migrated database."""
        with self.one_at_a_time():
            copied = connection.settings_dict["NAME"]
            connect_to(self.migrated)
            end_sessions(str(copied))
            connection.creation.destroy_test_db(suffix=self.worker, verbosity=0)
            self.in_use.unlink()
            if not list(self.folder.glob("in-use-*")):
                connection.creation.destroy_test_db(self.original, verbosity=0)
                shutil.rmtree(self.folder, ignore_errors=True)
        # A browser test that reruns after the worker's last test sets everything up again.
        connect_to(self.original)

    @contextlib.contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        with self.lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def end_sessions(name: str) -> None:
    """End sessions that server threads left open after a test: PostgreSQL cannot drop a database in use."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            cursor.execute(ended, [name])


def connect_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
