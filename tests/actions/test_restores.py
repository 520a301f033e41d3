"""A backup is restored into an empty place only, whole or not at all."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import itertools
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest
import pytest_django
from django.db import connection
from psycopg2 import sql

from checkin.actions import (
    backup_archives,
    backups,
    postgresql_dumps,
    restore_leftovers,
    restores,
    sqlite_snapshots,
)
from checkin.actions.backup_failures import BackupFailed
from checkin.models import AuditEvent, Clinic
from tests import make

pytestmark = pytest.mark.django_db
NIGHT = make.at("2:15")
KEY = pyrage.x25519.Identity.generate()
on_sqlite = pytest.mark.only_on("sqlite")


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: pytest_django.Settings) -> Path:
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir()
    settings.BACKUP_RECIPIENTS = [str(KEY.to_public())]
    (settings.VAR / "secret_key").write_text("signs sessions")
    return tmp_path / "var"


@pytest.fixture
def backup(var: Path) -> Path:
    made = backups.make_backup(folder=_made(var.parent / "second"), at=NIGHT)
    (var / "secret_key").unlink()
    return made.file.path


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def empty(var: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Return a function that names an empty place in place of the tests' own database."""
    own = connection.settings_dict["NAME"]
    # Named after the tests' own database: other workers restore at the same time.
    name = str(var / "new.sqlite3") if connection.vendor == "sqlite" else f"{own}_restored"

    def choose() -> str:
        if connection.vendor != "sqlite":
            _drop(name, own)
            _say(own, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        monkeypatch.setitem(connection.settings_dict, "NAME", name)
        return name

    yield choose
    monkeypatch.undo()
    if connection.vendor != "sqlite":
        _drop(name, own)


def _drop(name: str, own: str) -> None:
    _say(own, sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _say(name: str, statement: sql.Composed) -> None:
    with postgresql_dumps.connect_to_postgresql(name) as line:
        line.autocommit = True
        line.cursor().execute(statement)


def restore(path: Path) -> restores.Restored:
    return restores.restore_backup(source=path, identities=[KEY])


def counted(name: str) -> dict[str, int]:
    if connection.vendor == "sqlite":
        return sqlite_snapshots.check_sqlite(Path(name))
    with postgresql_dumps.connect_to_postgresql(name) as line:
        return postgresql_dumps.count_rows(line)


def test_an_empty_place_gets_every_row_and_the_keys(
    backup: Path, var: Path, empty: Callable[[], str]
) -> None:
    name = empty()
    restored = restore(backup)
    assert counted(name) == restored.rows
    assert restored.rows["django_migrations"] > 30
    assert (restored.made, restored.keys) == (NIGHT, ["secret_key", "audit_key", "factor_key"])
    assert (var / "secret_key").read_text() == "signs sessions"
    assert (var / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in var.glob("*restore*")] == []


@on_sqlite
def test_another_key_in_place_is_kept_beside_the_restored_one(
    backup: Path, var: Path, empty: Callable[[], str]
) -> None:
    """`make setup` has just written one."""
    (var / "secret_key").write_text("a new machine's")
    empty()
    restore(backup)
    assert (var / "secret_key").read_text() == "signs sessions"
    assert (var / "secret_key.replaced").read_text() == "a new machine's"


def test_a_database_with_data_is_never_touched(backup: Path, var: Path) -> None:
    with pytest.raises(BackupFailed, match="already"):
        restore(backup)
    assert not (var / "secret_key").exists()


@on_sqlite
@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
def test_a_leftover_of_the_old_database_is_refused_and_named(
    backup: Path, empty: Callable[[], str], ending: str
) -> None:
    """A leftover -wal destroyed the restored database, 4 times of 4."""
    left = Path(f"{empty()}{ending}")
    left.write_bytes(b"")
    with pytest.raises(BackupFailed) as refused:
        restore(backup)
    assert f"{left.name} is in {left.parent} already" in refused.value.sentence
    assert f'mv {left.parent}/new.sqlite3* "$old"/' in refused.value.sentence
    assert [path.name for path in left.parent.glob("new*")] == [left.name]


@on_sqlite
def test_a_leftover_that_links_to_nowhere_is_refused_too(backup: Path, empty: Callable[[], str]) -> None:
    """As of a disk that is not connected: SQLite would write through it, or read it once it is back."""
    left = Path(f"{empty()}-wal")
    left.symlink_to(left.with_name("gone"))
    with pytest.raises(BackupFailed, match=f"{left.name} is in"):
        restore(backup)
    assert [path.name for path in left.parent.glob("new*")] == [left.name]


@on_sqlite
def test_a_database_that_comes_meanwhile_is_not_replaced(
    backup: Path, empty: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = Path(empty())
    check = sqlite_snapshots.check_sqlite

    def come(path: Path) -> dict[str, int]:
        target.write_bytes(b"somebody's own")
        return check(path)

    monkeypatch.setattr(sqlite_snapshots, "check_sqlite", come)
    with pytest.raises(BackupFailed, match="File exists"):
        restore(backup)
    assert target.read_bytes() == b"somebody's own"


@on_sqlite
def test_a_running_program_is_refused(backup: Path, var: Path, empty: Callable[[], str]) -> None:
    empty()
    with (var / "escalate.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupFailed, match="The program is running here"):
            restore(backup)


def rewritten(backup: Path, **changes: object) -> Path:
    """Return the backup with another manifest."""
    out = _made(backup.parent / "out")
    manifest = backup_archives.read_archive(backup, identities=[KEY], into=out)
    other = backup.with_name("other.age")
    backup_archives.write_archive(
        manifest=manifest | changes,
        files={path.name: path for path in out.iterdir()},
        recipients=[KEY.to_public()],
        to=other,
    )
    return other


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"migrations": ["checkin.0999_later"]}, "made by a newer version of the program"),
        ({"engine": "oracle"}, "Set DATABASE_URL to the same kind of database"),
        ({"sha256": "0"}, "is damaged"),
        ({"data": "gone"}, "is damaged"),
        pytest.param({"rows": {"checkin_visit": 9}}, "lacks rows", marks=on_sqlite),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_left(
    backup: Path, var: Path, empty: Callable[[], str], changes: dict[str, object], sentence: str
) -> None:
    other = rewritten(backup, **changes)
    name = empty()
    with pytest.raises(BackupFailed, match=sentence) as refused:
        restore(other)
    assert "Nothing was changed" in refused.value.sentence
    assert not (var / "secret_key").exists() and not list(var.glob("*restore*"))
    if connection.vendor == "sqlite":
        assert not Path(name).exists()
    else:
        assert counted(name) == {}


def test_a_wrong_key_and_a_cut_file_leave_the_place_empty(
    backup: Path, var: Path, empty: Callable[[], str]
) -> None:
    name = empty()
    with pytest.raises(BackupFailed, match="This key does not open"):
        restores.restore_backup(source=backup, identities=[pyrage.x25519.Identity.generate()])
    backup.write_bytes(backup.read_bytes()[:-30])
    with pytest.raises(BackupFailed, match="cut short"):
        restore(backup)
    assert connection.vendor != "sqlite" or not Path(name).exists()
    assert not list(var.glob("*restore*"))


def test_each_clinic_reads_in_its_trail_what_was_restored(brook: Clinic) -> None:
    at = NIGHT + dt.timedelta(hours=7)
    restores.note_restore(restores.Restored(NIGHT, {"one": 2, "two": 3}, []), at=at)
    (event,) = AuditEvent.objects.filter(action="backup.restored")
    assert (event.clinic, event.at, event.staff) == (brook, at, None)
    assert event.detail == {"made_at": NIGHT.isoformat(), "rows": 5}


@on_sqlite
def test_a_backup_of_before_there_was_a_factor_key_leaves_the_key_in_use(
    var: Path, empty: Callable[[], str], monkeypatch: pytest.MonkeyPatch, settings: pytest_django.Settings
) -> None:
    """It followed from the secret key, which the restored one replaces: no app would have worked anymore."""
    take = backups._take_snapshot

    def take_as_before(*asked: Any) -> Any:
        manifest, files = take(*asked)
        return manifest, {name: path for name, path in files.items() if name != "factor_key"}

    monkeypatch.setattr(backups, "_take_snapshot", take_as_before)
    made = backups.make_backup(folder=_made(var.parent / "second"), at=NIGHT)
    (var / "factor_key").unlink(missing_ok=True)
    empty()
    assert restore(made.file.path).keys == ["secret_key", "audit_key"]
    assert (var / "factor_key").read_text() == settings.FACTOR_KEY
    assert (var / "factor_key").stat().st_mode & 0o777 == 0o600


@on_sqlite
def test_what_follows_is_sealed_with_the_restored_trails_key(
    var: Path, empty: Callable[[], str], settings: pytest_django.Settings
) -> None:
    """On a new machine `make setup` had written another key: the trail was wrong from the restore on."""
    settings.FACTOR_KEY, fresh_factors = "of the old factors " * 3, settings.FACTOR_KEY
    settings.AUDIT_KEY, fresh = "of the old machine " * 3, settings.AUDIT_KEY
    settings.AUDIT_KEY_FALLBACKS = []
    made = backups.make_backup(folder=_made(var.parent / "second"), at=NIGHT)
    settings.AUDIT_KEY, settings.FACTOR_KEY = fresh, fresh_factors
    (var / "audit_key").write_text(fresh)
    empty()
    restore(made.file.path)
    assert ("of the old machine " * 3).strip() == settings.AUDIT_KEY
    assert (var / "audit_key").read_text().strip() == settings.AUDIT_KEY
    assert fresh in settings.AUDIT_KEY_FALLBACKS
    assert ("of the old factors " * 3).strip() == settings.FACTOR_KEY
    assert fresh_factors in settings.FACTOR_KEY_FALLBACKS


@pytest.fixture
def left(backup: Path, empty: Callable[[], str], var: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return what a restore that was killed while it wrote the database has left."""

    empty()
    damaged = rewritten(backup, sha256="0")
    with monkeypatch.context() as killed:
        killed.setattr(shutil, "rmtree", lambda folder, **_: None)
        killed.setattr(restore_leftovers, "remove_restore_leftovers", lambda beside: None)
        with pytest.raises(BackupFailed):
            restore(damaged)
    (folder,) = var.glob("*restore*")
    (folder / "database.sqlite3-wal").write_bytes(b"everybody, unencrypted")
    return folder


@on_sqlite
def test_what_a_killed_restore_left_is_removed(left: Path, backup: Path, var: Path) -> None:
    assert (left / "database.sqlite3").exists()
    restore(backup)
    assert not list(var.glob("*restore*"))


@on_sqlite
def test_what_somebody_put_beside_it_stays(left: Path, backup: Path, var: Path) -> None:
    (left / "notes.txt").write_text("mine")
    restore(backup)
    assert [path.name for path in left.iterdir()] == ["notes.txt"]


@on_sqlite
def test_the_folders_of_whoever_restores_stay(backup: Path, empty: Callable[[], str], var: Path) -> None:
    """It removed every folder whose name began with restore-, before it read the backup in one of them."""
    empty()
    other = var.parent / "elsewhere"
    for folder in (var / "restore-from-usb", var / "broughtby-restore-unencrypted-mine", other):
        folder.mkdir()
        (folder / "database.sqlite3").write_text("precious")
    (other / restore_leftovers.WORK_MARKER).touch()
    (var / "broughtby-restore-unencrypted-link").symlink_to(other)
    source = backup.rename(var / "restore-from-usb" / backup.name)
    restore(source)
    assert source.exists() and (other / "database.sqlite3").exists()
    assert (var / "restore-from-usb/database.sqlite3").exists()
    assert (var / "broughtby-restore-unencrypted-mine/database.sqlite3").exists()
    assert (var / "broughtby-restore-unencrypted-link").is_symlink()


@on_sqlite
def test_a_key_that_was_replaced_earlier_stays_too(backup: Path, empty: Callable[[], str], var: Path) -> None:
    empty()
    (var / "secret_key").write_text("the third")
    (var / "secret_key.replaced").write_text("the second")
    restore(backup)
    assert (var / "secret_key.replaced").read_text() == "the second"
    assert (var / "secret_key.replaced1").read_text() == "the third"


@on_sqlite
def test_the_keys_are_there_before_the_database(
    backup: Path, empty: Callable[[], str], var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(data: Path) -> None:
        assert (var / "secret_key").read_text() == "signs sessions"
        raise BackupFailed("the power is off")

    empty()
    monkeypatch.setattr(restores, "_place_sqlite", power_cut)
    with pytest.raises(BackupFailed, match="the power is off"):
        restore(backup)


def keys_in(var: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in var.glob("*_key*")}


@pytest.fixture
def keys_of_a_new_machine(backup: Path, empty: Callable[[], str], var: Path) -> dict[str, str]:
    empty()
    for name in ("secret_key", "audit_key", "factor_key"):
        (var / name).write_text(f"{name} of a new machine")
    return keys_in(var)


@on_sqlite
@pytest.mark.parametrize("name", ["secret_key", "audit_key", "factor_key"])
def test_on_a_full_disk_the_keys_stay_as_they_were(
    backup: Path, var: Path, keys_of_a_new_machine: dict[str, str], name: str
) -> None:
    """It renamed the old key before the new one was written: the program did not start anymore."""
    (var / f"{name}.restored").symlink_to("/dev/full")
    with pytest.raises(BackupFailed, match="No space left on device") as refused:
        restore(backup)
    assert "Nothing was changed, and the keys there are as they were." in refused.value.sentence
    assert keys_in(var) == keys_of_a_new_machine
    assert not (var / "new.sqlite3").exists()
    restore(backup)
    assert (var / "secret_key").read_text() == "signs sessions"


@on_sqlite
def test_a_database_that_cannot_be_placed_leaves_the_keys_as_they_were(
    backup: Path, var: Path, keys_of_a_new_machine: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(data: Path) -> None:
        assert (var / "secret_key").read_text() == "signs sessions"
        raise BackupFailed("the power is off")

    with monkeypatch.context() as cut:
        cut.setattr(restores, "_place_sqlite", power_cut)
        with pytest.raises(BackupFailed, match="the power is off"):
            restore(backup)
    assert keys_in(var) == keys_of_a_new_machine


@on_sqlite
@pytest.mark.parametrize("renamed", [0, 1, 2, 3])
def test_a_restore_that_is_killed_between_two_keys_can_be_run_again(
    backup: Path, var: Path, keys_of_a_new_machine: dict[str, str], renamed: int
) -> None:
    if (child := os.fork()) == 0:
        kill_after_renames(renamed)
        with contextlib.suppress(BaseException):
            restore(backup)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    for name, before in keys_of_a_new_machine.items():
        now = (var / name).read_text()
        assert now == before or (var / f"{name}.replaced").read_text() == before
        assert now
    assert restore(backup).keys == ["secret_key", "audit_key", "factor_key"]
    assert (var / "secret_key").read_text() == "signs sessions"
    assert (var / "secret_key.replaced").read_text() == "secret_key of a new machine"
    assert not list(var.glob("*.restored"))


def kill_after_renames(count: int) -> None:
    """Kill this process once so many files have got their names."""
    seen = itertools.count()

    def watch(event: str, _facts: object) -> None:
        is_due = event == "os.rename" and next(seen) == count
        if is_due or event == "os.link":
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
