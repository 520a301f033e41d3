"""The commands of docs/backup.md, as written there, restore a clinic on an empty machine and in place."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checkin.actions import sqlite_snapshots
from checkin.actions.backup_failures import BackupFailed
from tests.serving import ROOT, Server, make_server

NAMED_IN_DOCS = "broughtby-ed2a15b3-20261128T212027Z.age"


def commands(heading: str) -> str:
    """Return the commands under that heading of docs/backup.md."""
    part = (ROOT / "docs/backup.md").read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", part, re.DOTALL)
    return "".join(re.sub(r"^ +", "", block, flags=re.MULTILINE) for block in blocks)


def type_in(machine: Server, lines: str) -> str:
    """Run the lines in a shell, in the folder of the program."""
    done = run(machine, "sh", "-e", "-c", lines)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run(machine: Server, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=machine.program,
        env=machine.environment,
        capture_output=True,
        text=True,
        check=False,
    )


def make_machine(folder: Path) -> Server:
    """Return a machine with the program and its packages, where `make setup` has run."""
    folder.mkdir()
    machine = make_server(folder)
    machine.environment.pop("SECRET_KEY", None)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    # What `make setup` writes, without installing the packages once more.
    (folder / "var/secret_key").write_text(f"a key of {folder.name} that is long enough for the settings\n")
    (folder / "Makefile").write_text("setup:\n\t@true\n")
    return machine


def rows_of(machine: Server) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table that holds what people wrote."""
    with contextlib.closing(sqlite3.connect(machine.program / "var/broughtby.sqlite3")) as line:
        names = [name for name in sqlite_snapshots.count_rows(line) if name.startswith("checkin_")]
        return {name: line.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names}  # noqa: S608


@pytest.fixture
def clinic(tmp_path: Path) -> Server:
    machine = make_machine(tmp_path / "clinic")
    machine.make_clinic()
    return machine


def back_up(clinic: Server) -> Path:
    said = type_in(clinic, commands("Back up now"))
    assert "Verified: it was restored aside and compared." in said
    return Path(said.splitlines()[0])


def leave_another_database(database: Path) -> None:
    """Put another one there, as after a power cut: with a WAL that was never applied."""
    database.unlink()
    line = sqlite3.connect(database)
    line.execute("PRAGMA journal_mode=WAL")
    line.execute("CREATE TABLE other (a, b, c)")
    line.executemany("INSERT INTO other VALUES (?, ?, ?)", [("after " * 300, 1, 2)] * 200)
    line.commit()
    for beside in ("", "-wal", "-shm"):
        shutil.copy(f"{database}{beside}", f"{database}{beside}.cut")
    line.close()
    for beside in ("", "-wal", "-shm"):
        shutil.move(f"{database}{beside}.cut", f"{database}{beside}")


def test_the_docs_restore_a_clinic_on_an_empty_machine_and_in_place(clinic: Server, tmp_path: Path) -> None:
    before = rows_of(clinic)
    backup = back_up(clinic)
    empty = make_machine(tmp_path / "empty")
    shutil.copy(backup, empty.program / NAMED_IN_DOCS)
    shutil.copy(clinic.program / "var/backup_key", empty.program / "backup_key")
    shutil.rmtree(clinic.program)
    left = empty.program / "var/restore-x7_k2pq9"
    left.mkdir()
    (left / "database.sqlite3").write_text("of an earlier version that was killed")
    said = type_in(empty, commands("Restore on an empty machine"))
    assert f"delete what you do not need:\n  {left}\n" in said and left.exists()
    assert "anchors" not in said, "none are there"
    assert "Restored as of" in said and "among them 1 clinic, 0 patients and 0 visits" in said
    assert_restored(empty, before)
    assert (empty.program / "var/secret_key").read_text().startswith("a key of clinic")
    assert (empty.program / "var/secret_key.replaced").read_text().startswith("a key of empty")
    assert "The key of the backups is new" not in type_in(empty, commands("Back up now"))
    for times in (1, 2):
        leave_another_database(empty.program / "var/broughtby.sqlite3")
        type_in(empty, commands("Restore in place of a database"))
        assert_restored(empty, before)
        kept = list(empty.program.glob("var/replaced-*/broughtby.sqlite3-wal"))
        assert len(kept) == times, "nothing is thrown away"


def test_what_restore_prints_moves_an_old_database_away_each_time(clinic: Server) -> None:
    """The second time, the printed lines put it in place of the database that had been moved away first."""
    backup, database = back_up(clinic), clinic.program / "var/broughtby.sqlite3"
    for words in (b"the second", b"the third"):
        refused = run(clinic, sys.executable, "manage.py", "restore", str(backup))
        assert refused.returncode == 1 and "Nothing was changed" in refused.stderr
        type_in(clinic, refused.stderr.partition("run this again:\n")[2])
        assert not database.exists()
        database.write_bytes(words)
        time.sleep(1.1)  # the folder's name says the second
    _first, second = sorted(clinic.program.glob("var/replaced-*/broughtby.sqlite3"))
    assert second.read_bytes() == b"the second"


def assert_restored(machine: Server, before: dict[str, list[tuple[object, ...]]]) -> None:
    """Each row is as it was, and the audit trail has one more, which says so and follows the others."""
    after = rows_of(machine)
    assert "backup.restored" in after["checkin_auditevent"].pop()
    chains = "checkin_auditchain"
    assert [row[1] for row in after[chains]] == [row[1] + 1 for row in before[chains]]
    assert after | {chains: []} == before | {chains: []}
    whole = run(machine, sys.executable, "manage.py", "verify_audit")
    assert (whole.returncode, "is whole" in whole.stdout) == (0, True), whole.stdout + whole.stderr


def test_without_moving_the_old_wal_away_a_copied_file_is_destroyed(tmp_path: Path) -> None:
    """Control: the copy alone, beside the WAL of the replaced database. `restore` refuses there."""
    database = tmp_path / "clinic.sqlite3"
    with contextlib.closing(sqlite3.connect(database)) as line:
        line.execute("CREATE TABLE told (words)")
        line.executemany("INSERT INTO told VALUES (?)", [("before " * 400,)] * 50)
        line.commit()
    sqlite_snapshots.copy_sqlite(database, tmp_path / "copy.sqlite3")
    leave_another_database(database)
    shutil.copy(tmp_path / "copy.sqlite3", database)
    with pytest.raises((BackupFailed, AssertionError)):
        assert sqlite_snapshots.check_sqlite(database) == {"told": 50}


def fill(clinic: Server, megabytes: int) -> None:
    """Make the database large, so that a backup takes long enough to be interrupted."""
    with contextlib.closing(sqlite3.connect(clinic.program / "var/broughtby.sqlite3")) as line:
        line.execute("CREATE TABLE filler (bytes BLOB)")
        for _ in range(megabytes):
            line.execute("INSERT INTO filler VALUES (?)", (os.urandom(1 << 20),))
        line.commit()


@pytest.mark.long
def test_a_backup_killed_in_the_middle_leaves_the_last_good_one(clinic: Server) -> None:
    good = back_up(clinic)
    fill(clinic, 80)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "backup"], cwd=clinic.program, env=clinic.environment
    )
    until = time.monotonic() + 60
    while not list(good.parent.glob("*.partial")) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (left,) = good.parent.glob("*.partial")
    assert [path for path in good.parent.iterdir() if path.suffix == ".age"] == [good]
    os.utime(left, (time.time() - 7200,) * 2)
    again = back_up(clinic)
    assert sorted(good.parent.iterdir()) == sorted([good, again])
    assert not (clinic.program / "var/backup.work").exists()


@pytest.mark.long
def test_two_backups_at_once_make_one_whole_file(clinic: Server) -> None:
    fill(clinic, 40)
    both = [
        subprocess.Popen(
            [sys.executable, "manage.py", "backup"],
            cwd=clinic.program,
            env=clinic.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate()[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 1]
    assert "Another backup is being made" in "".join(said)
    assert len(list((clinic.program / "var/backups").iterdir())) == 1


@pytest.mark.long
def test_a_full_second_disk_keeps_the_last_good_one(clinic: Server, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    # Room for what is asked for before the backup begins: the last one's size and some to spare.
    mount = ["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted only by root, and where mounting is allowed")
    try:
        good = Path(clinic.manage("backup", str(disk)).splitlines()[0])
        kept = good.read_bytes()
        fill(clinic, 90)
        done = run(clinic, sys.executable, "manage.py", "backup", str(disk))
        assert done.returncode == 1 and f"The disk of {disk} is full" in done.stderr
        assert list(disk.iterdir()) == [good] and good.read_bytes() == kept
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)
