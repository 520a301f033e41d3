"""PostgreSQL is dumped by its own programs, from one snapshot, with the password on no command line."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from psycopg2 import sql

from checkin.actions import postgresql_dumps
from checkin.actions.backup_failures import BackupFailed

pytestmark = [pytest.mark.django_db]
on_postgresql = pytest.mark.only_on("postgresql")


def scratch_databases() -> int:
    with connection.cursor() as cursor:
        # Of this database only: other tests make backups of theirs at the same time.
        cursor.execute(
            "SELECT count(*) FROM pg_database WHERE datname = left(current_database(), 50) || '_backup_check'"
        )
        return int(cursor.fetchone()[0])


@on_postgresql
def test_a_dump_restores_to_the_rows_that_it_was_made_from(tmp_path: Path) -> None:
    rows, version = postgresql_dumps.dump_postgresql(tmp_path / "one.dump")
    assert rows["django_migrations"] > 30 and int(version) >= 15
    assert (tmp_path / "one.dump").stat().st_mode & 0o777 == 0o600
    assert postgresql_dumps.check_dump(tmp_path / "one.dump", rows)
    assert scratch_databases() == 0


@on_postgresql
def test_a_dump_with_other_rows_is_not_kept_and_the_second_database_is_dropped(tmp_path: Path) -> None:
    rows, _ = postgresql_dumps.dump_postgresql(tmp_path / "one.dump")
    with pytest.raises(BackupFailed, match="did not restore to what it was made from"):
        postgresql_dumps.check_dump(tmp_path / "one.dump", rows | {"django_migrations": 1})
    with pytest.raises(BackupFailed, match="lacks a table"):
        postgresql_dumps.check_dump(tmp_path / "one.dump", rows | {"another": 0})
    assert scratch_databases() == 0


@on_postgresql
def test_a_damaged_dump_is_not_kept(tmp_path: Path) -> None:
    rows, _ = postgresql_dumps.dump_postgresql(tmp_path / "one.dump")
    whole = (tmp_path / "one.dump").read_bytes()
    (tmp_path / "one.dump").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupFailed):
        postgresql_dumps.check_dump(tmp_path / "one.dump", rows)


@on_postgresql
def test_a_role_that_may_not_create_a_database_only_lists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, _ = postgresql_dumps.dump_postgresql(tmp_path / "one.dump")
    own = postgresql_dumps._connection_parameters
    name = sql.Identifier("reads_only_for_a_test")
    with postgresql_dumps.connect_to_postgresql() as line:
        line.autocommit = True
        line.cursor().execute(sql.SQL("DROP ROLE IF EXISTS {}").format(name))
        line.cursor().execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
        monkeypatch.setattr(
            postgresql_dumps, "_connection_parameters", lambda: own() | {"user": "reads_only_for_a_test"}
        )
        assert postgresql_dumps.check_dump(tmp_path / "one.dump", rows) is False
        line.cursor().execute(sql.SQL("DROP ROLE {}").format(name))


@on_postgresql
def test_a_server_that_refuses_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    own = postgresql_dumps._connection_parameters
    monkeypatch.setattr(
        postgresql_dumps, "_connection_parameters", lambda: own() | {"dbname": "there_is_none"}
    )
    with (
        pytest.raises(BackupFailed, match=r'PostgreSQL could not do this \(.*"there_is_none" does not exist'),
        postgresql_dumps.connect_to_postgresql(),
    ):
        pass


def test_the_password_is_in_the_environment_and_on_no_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[tuple[Any, Any]] = []

    def run(command: list[str], **given: Any) -> subprocess.CompletedProcess[str]:
        runs.append((command, given["env"]))
        return subprocess.CompletedProcess(command, 0, "", "")

    given = {"user": "broughtby", "password": "a secret", "dbname": "clinic", "options": "-c x=1"}
    monkeypatch.setattr(postgresql_dumps, "_connection_parameters", lambda: given | {"keepalives_idle": 10})
    monkeypatch.setattr(postgresql_dumps.subprocess, "run", run)
    postgresql_dumps._run(["pg_dump", "--format=custom"], "", tmp_path)
    ((command, environment),) = runs
    assert "secret" not in " ".join(command)
    assert environment["PGPASSWORD"] == "a secret"
    assert (environment["PGDATABASE"], environment["PGOPTIONS"]) == ("clinic", "-c x=1")


def test_a_failure_shows_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_dumps, "_connection_parameters", dict)
    told = "echo 'pg_restore: error: COPY failed' >&2; echo 'CONTEXT: Leo Brandt' >&2; exit 1"
    with pytest.raises(BackupFailed) as failed:
        postgresql_dumps._run(["sh", "-c", told], "", tmp_path)
    assert "COPY failed" in failed.value.sentence and "Leo" not in failed.value.sentence


@pytest.mark.parametrize(
    ("versions", "server", "found"),
    [
        ({"/a/pg_dump": 14, "/b/pg_dump": 16, "/c/pg_dump": 17}, 15, "/b/pg_dump"),
        ({"/a/pg_dump": 14}, 15, "The newest here is for 14"),
        ({}, 15, "There is none here"),
    ],
)
def test_the_program_must_know_the_servers_version(
    versions: dict[str, int], server: int, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_dumps.Path, "glob", lambda path, pattern: [Path(one) for one in versions])
    monkeypatch.setattr(postgresql_dumps.shutil, "which", lambda name: None)
    monkeypatch.setattr(postgresql_dumps, "_program_version", versions.__getitem__)
    if found.startswith("/"):
        assert postgresql_dumps._find_program("pg_dump", server) == found
    else:
        with pytest.raises(BackupFailed, match=f"needs pg_dump 15 or newer. {found}"):
            postgresql_dumps._find_program("pg_dump", server)


@on_postgresql
def test_a_second_server_waits_for_the_check_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both would drop and fill one scratch database."""
    monkeypatch.setattr(postgresql_dumps, "_CHECK_WAIT", "300ms")
    rows, _ = postgresql_dumps.dump_postgresql(tmp_path / "one.dump")
    with postgresql_dumps.connect_to_postgresql() as first, first.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [postgresql_dumps._CHECK_LOCK])
        with pytest.raises(BackupFailed, match="lock timeout"):
            postgresql_dumps.check_dump(tmp_path / "one.dump", rows)
        assert scratch_databases() == 0
    assert postgresql_dumps.check_dump(tmp_path / "one.dump", rows)
