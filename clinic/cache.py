"""The database cache, changed to report failed writes."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends import db
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.db import DatabaseError, connection

from checkin.actions.storage_faults import storage_fault_cause
from checkin.actions.write_queue import write_in_turn


class DatabaseCache(db.DatabaseCache):
    """Django's cache, except that a failed write raises instead of looking as if the key existed.

    The login throttle would take that for too many tries, and lock everybody out while a disk is full.
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
            # Raise the first: with a full disk, SQLite ends the transaction and later statements fail, too.
            if problem := next(filter(storage_fault_cause, failed), None):
                raise problem
        return is_kept
