"""Dump a PostgreSQL database with its own programs, check a dump, and restore one."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connections
from psycopg2 import sql

from checkin.actions.backup_failures import BackupFailed, describe_disk_trouble

_VARIABLE_OF_PARAMETER = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%' ORDER BY 1, 2"""
_SCRATCH_ENDING, _LONGEST_DATABASE_NAME = "_backup_check", 63
_CHECK_LOCK, _CHECK_WAIT = 0x62726279, "15min"
_REMOVES_OWNERS = ["--no-owner", "--no-privileges"]


def dump_postgresql(to: Path) -> tuple[dict[str, int], str]:
    """Dump the database as it is at this moment; return the rows of each table, and the server's version.

    Both are read from one snapshot, while others write. Raises BackupFailed.
    """
    with connect_to_postgresql() as line:
        line.set_session(isolation_level="REPEATABLE READ", readonly=True)
        rows, version = count_rows(line), _major_version(line)
        with line.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        dump = _find_program("pg_dump", version)
        given = ["--format=custom", *_REMOVES_OWNERS, f"--snapshot={snapshot}", f"--file={to}"]
        _run([dump, *given], "", to.parent)
    to.chmod(0o600)
    return rows, str(version)


def check_dump(dump: Path, rows: dict[str, int]) -> bool:
    """Check that a dump holds these rows; return whether it was restored to find out, or only listed.

    It is restored into a second database, which is then dropped, if the role may create one. Raises
    BackupFailed.
    """
    with connect_to_postgresql() as line:
        line.autocommit = True
        program = _find_program("pg_restore", _major_version(line))
        listed = _run([program, "--list", str(dump)], "", dump.parent).count(" TABLE DATA ")
        if listed != len(rows):
            raise BackupFailed(
                "The copy lacks a table, so it was not kept. Earlier backups are as they were."
            )
        with line.cursor() as cursor:
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            if not cursor.fetchone()[0]:
                return False
            with _scratch_database(cursor, line.info.dbname) as name:
                if _restore_rows(program, dump, name) != rows:
                    raise BackupFailed(
                        "The copy did not restore to what it was made from, so it was not kept. Earlier "
                        "backups are as they were."
                    )
    return True


def restore_postgresql(dump: Path, rows: dict[str, int]) -> None:
    """Restore into the program's own database, all or nothing. Raises BackupFailed."""
    with connect_to_postgresql() as line:
        program, name = _find_program("pg_restore", _major_version(line)), line.info.dbname
    if _restore_rows(program, dump, name) != rows:
        raise BackupFailed(
            "The database does not hold what the backup says. Drop it, and restore another one."
        )


def count_rows(line: Any) -> dict[str, int]:
    """Return the number of rows in each table."""
    with line.cursor() as cursor:
        cursor.execute(_TABLES)
        tables, rows = cursor.fetchall(), {}
        for schema, table in tables:
            cursor.execute(
                sql.SQL("SELECT count(*) FROM {}.{}").format(sql.Identifier(schema), sql.Identifier(table))
            )
            rows[table if schema == "public" else f"{schema}.{table}"] = cursor.fetchone()[0]
    return rows


@contextlib.contextmanager
def connect_to_postgresql(name: str = "") -> Iterator[Any]:
    """Open a connection of its own, to the program's database or another one. Raises BackupFailed."""
    given = _connection_parameters() | ({"dbname": name} if name else {})
    try:
        with closing(psycopg2.connect(**given)) as line:
            yield line
    except psycopg2.Error as problem:
        why = (str(problem).strip() or type(problem).__name__).splitlines()[0].rstrip(" .:")
        raise BackupFailed(
            f"PostgreSQL could not do this ({why}). Earlier backups are as they were. Correct that and run "
            "this again."
        ) from None


def _connection_parameters() -> dict[str, Any]:
    given = connections["default"].get_connection_params()
    return {name: value for name, value in given.items() if name not in ("cursor_factory", "context")}


def _restore_rows(program: str, dump: Path, name: str) -> dict[str, int]:
    """Restore into that database, and return the rows of each table."""
    given = ["--exit-on-error", "--single-transaction", *_REMOVES_OWNERS, f"--dbname={name}", str(dump)]
    _run([program, *given], name, dump.parent)
    with connect_to_postgresql(name) as line:
        return count_rows(line)


@contextlib.contextmanager
def _scratch_database(cursor: Any, beside: str) -> Iterator[str]:
    """Create an empty database, and drop it at the end; also one that a killed run has left."""
    name = beside[: _LONGEST_DATABASE_NAME - len(_SCRATCH_ENDING)] + _SCRATCH_ENDING
    # Two servers make it under one name. The lock ends with the connection, also if this run is killed.
    cursor.execute("SET lock_timeout = %s", [_CHECK_WAIT])
    cursor.execute("SELECT pg_advisory_lock(%s)", [_CHECK_LOCK])
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    cursor.execute(drop)
    cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        yield name
    finally:
        cursor.execute(drop)


def _major_version(line: Any) -> int:
    return int(line.server_version) // 10_000


def _find_program(name: str, server: int) -> str:
    """Return the oldest such program that knows this server's version. Raises BackupFailed."""
    found = [str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    found += [path for path in [shutil.which(name)] if path]
    versions = sorted((_program_version(path), path) for path in found)
    fitting = [path for version, path in versions if version >= server]
    if not fitting:
        newest = f"The newest here is for {versions[-1][0]}" if versions else "There is none here"
        raise BackupFailed(
            f"The server is PostgreSQL {server}, which needs {name} {server} or newer. {newest}. Install "
            f"PostgreSQL's client programs {server} on this machine, and run this again."
        )
    return fitting[0]


def _program_version(path: str) -> int:
    with contextlib.suppress(OSError):
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        if number := re.search(r"\) (\d+)", said):
            return int(number[1])
    return 0


def _run(command: list[str], name: str, folder: Path) -> str:
    """Run it, and return its output. The password is in its environment: anybody can read a command line."""
    given = _connection_parameters() | ({"dbname": name} if name else {})
    said = {_VARIABLE_OF_PARAMETER[key]: str(given[key]) for key in given if key in _VARIABLE_OF_PARAMETER}
    try:
        done = subprocess.run(  # noqa: S603
            command,
            env=os.environ | said,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except OSError as problem:
        raise describe_disk_trouble(problem, command[0]) from None
    if done.returncode:
        # Only the first line: the next ones may hold a row.
        why = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[0]
        raise describe_disk_trouble(RuntimeError(why), folder)
    return done.stdout
