"""Why the database keeps nothing: told by its code, and told apart from a fault of the program."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError

from checkin.actions import storage_faults
from checkin.actions.storage_faults import StandbyUnconfirmed, storage_fault_cause
from tests import make


def caused(
    by: BaseException | None, of: Callable[..., StandbyUnconfirmed] = OperationalError, said: str = ""
) -> BaseException:
    problem = of(said)
    problem.__cause__ = by
    return problem


def of_sqlite(code: int) -> BaseException:
    driver = sqlite3.OperationalError()
    driver.sqlite_errorcode = code
    return caused(driver)


def of_postgresql(sqlstate: str) -> BaseException:
    driver = Exception()
    driver.pgcode = sqlstate
    return caused(driver)


@pytest.mark.parametrize(
    ("sqlstate", "cause"),
    [
        ("08006", "away"),
        ("57P01", "away"),
        ("53300", "away"),
        ("28P01", "away"),
        ("3D000", "away"),
        ("25P03", "away"),
        ("25006", "read_only"),
        ("53100", "full"),
        ("40001", "locked"),
        ("40P01", "locked"),
        ("40003", "away"),
        ("55P03", "locked"),
        ("55006", "locked"),
        ("57014", "locked"),
        ("58030", "damaged"),
        ("XX001", "damaged"),
        ("XX002", "damaged"),
        ("XX000", ""),
        ("42601", ""),
        ("55000", ""),
        ("25001", ""),
    ],
)
def test_postgresql_says_why_by_the_longest_beginning_of_its_code(sqlstate: str, cause: str) -> None:
    assert storage_fault_cause(of_postgresql(sqlstate)) == cause


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (sqlite3.SQLITE_BUSY, "locked"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "locked"),
        (sqlite3.SQLITE_LOCKED, "locked"),
        (sqlite3.SQLITE_INTERRUPT, "locked"),
        (sqlite3.SQLITE_PROTOCOL, "locked"),
        (sqlite3.SQLITE_FULL, "full"),
        (sqlite3.SQLITE_READONLY, "read_only"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "read_only"),
        (sqlite3.SQLITE_PERM, "read_only"),
        (sqlite3.SQLITE_AUTH, "read_only"),
        (sqlite3.SQLITE_IOERR, "damaged"),
        (sqlite3.SQLITE_IOERR_WRITE, "damaged"),
        (sqlite3.SQLITE_IOERR_SHMSIZE, "full"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_NOTADB, "damaged"),
        (sqlite3.SQLITE_CANTOPEN, "away"),
        (sqlite3.SQLITE_NOMEM, "away"),
        (sqlite3.SQLITE_ERROR, ""),
        (sqlite3.SQLITE_CONSTRAINT, ""),
    ],
)
def test_sqlite_says_why_by_its_code_also_an_extended_one(code: int, cause: str) -> None:
    assert storage_fault_cause(of_sqlite(code)) == cause


@pytest.mark.parametrize(
    ("number", "by_itself", "under_the_database"),
    [
        (errno.ENOSPC, "full", "full"),
        (errno.EDQUOT, "full", "full"),
        (errno.EROFS, "read_only", "read_only"),
        (errno.EACCES, "", "read_only"),
        (errno.EPERM, "", "read_only"),
        (errno.EIO, "", "damaged"),
        (errno.ECONNREFUSED, "", "away"),
    ],
)
def test_a_fault_of_a_file_is_storages_where_the_database_met_it_or_where_it_can_be_nothing_else(
    number: int, by_itself: str, under_the_database: str
) -> None:
    assert storage_fault_cause(OSError(number, "")) == by_itself
    assert storage_fault_cause(caused(OSError(number, ""))) == under_the_database


def test_without_a_code_the_connection_broke_or_the_turn_did_not_come() -> None:
    assert storage_fault_cause(OperationalError("server closed the connection")) == "away"
    assert storage_fault_cause(InterfaceError("connection already closed")) == "away"
    assert storage_fault_cause(OperationalError("database is locked: no turn to write came")) == "locked"
    assert storage_fault_cause(caused(OSError())) == "away"


def test_a_fault_of_the_program_is_none_of_storage() -> None:
    for problem in (None, ValueError("away"), IntegrityError("locked"), DatabaseError("locked")):
        assert storage_fault_cause(problem) == ""


def test_a_standby_that_did_not_confirm_is_said_so_whatever_lies_beneath() -> None:
    assert storage_fault_cause(caused(OSError(errno.ENOSPC, ""), StandbyUnconfirmed)) == "standby"


@pytest.mark.parametrize(
    ("cause", "inside", "closes"),
    [
        ("read_only", False, True),
        ("damaged", False, True),
        ("locked", False, False),
        ("full", False, False),
        ("read_only", True, False),
    ],
)
def test_only_a_connection_that_will_not_write_again_is_opened_anew(
    monkeypatch: pytest.MonkeyPatch, cause: str, inside: bool, closes: bool
) -> None:
    closed = []
    connection = SimpleNamespace(in_atomic_block=inside, close=lambda: closed.append(True))
    monkeypatch.setattr(storage_faults, "connection", connection)
    storage_faults.drop_faulty_connection(cause)
    assert bool(closed) == closes


def test_when_escalations_were_last_looked_for_is_known_once_it_was(db: None) -> None:
    cache.clear()
    assert storage_faults.last_escalation_run() is None
    storage_faults.remember_escalation_run(at=make.at("9:40"))
    assert storage_faults.last_escalation_run() == make.at("9:40")
