"""The cache in the database, which says so where the database did not keep something."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends import db
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.db import DatabaseError, connection

from checkin.actions.storage_faults import storage_fault_cause
from checkin.actions.write_queue import write_in_turn


class DatabaseCache(db.DatabaseCache):
    """Django's own, but for one thing: it answers a write that failed as if the key were there already.

    The login's throttle takes that for too many tries, and so would tell everybody while a disk is full.
    """

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        failed: list[DatabaseError] = []

        def note(execute: Any, *arguments: Any) -> Any:
            try:
                return execute(*arguments)
            except DatabaseError as problem:
                failed.append(problem)
                raise

        with write_in_turn(), connection.execute_wrapper(note):
            is_kept: bool = super()._base_set(mode, key, value, timeout)  # type: ignore[misc]  # private
            # Not the last: SQLite ends the transaction when its disk is full, and what follows fails too.
            if problem := next(filter(storage_fault_cause, failed), None):
                raise problem
        return is_kept
