"""Faults of the database by which it takes no line of the audit trail, and all else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

FAULTS = ("a trigger that aborts", "a missing table")


@contextmanager
def broken_trail(fault: str) -> Iterator[None]:
    """Break the trail in the database that the test's connection uses, and mend it at the end."""
    broken, mended = _statements(fault)
    _run(broken)
    try:
        yield
    finally:
        _run(mended)


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for one in statements:
            cursor.execute(one)


def _statements(fault: str) -> tuple[list[str], list[str]]:
    if fault == "a missing table":
        rename = "ALTER TABLE {} RENAME TO {}"
        names = ("checkin_auditevent", "checkin_auditevent_gone")
        return [rename.format(*names)], [rename.format(*reversed(names))]
    if connection.vendor == "sqlite":
        abort = "BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END"
        made = f"CREATE TRIGGER broken BEFORE INSERT ON checkin_auditevent {abort}"
        return [made], ["DROP TRIGGER broken"]
    raising = "BEGIN RAISE EXCEPTION 'broken on purpose'; END"
    return [
        f"CREATE FUNCTION break_trail() RETURNS trigger LANGUAGE plpgsql AS $${raising}$$",
        "CREATE TRIGGER broken BEFORE INSERT ON checkin_auditevent "
        "FOR EACH ROW EXECUTE FUNCTION break_trail()",
    ], ["DROP TRIGGER broken ON checkin_auditevent", "DROP FUNCTION break_trail()"]
