"""A backup is restored by the commands of docs/running.md, as they are written there."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def commands() -> str:
    text = (ROOT / "docs/running.md").read_text().partition("## Back up and restore")[2]
    return re.search(r"```sh\n(.*?)```", text, re.DOTALL)[1]


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """Return a folder with a database, an earlier copy of it, and the WAL of a connection never closed."""
    (tmp_path / "var").mkdir()
    database = tmp_path / "var/broughtby.sqlite3"
    line = sqlite3.connect(database)
    line.execute("PRAGMA journal_mode=WAL")
    line.execute("CREATE TABLE told (words)")
    line.executemany("INSERT INTO told VALUES (?)", [("before " * 400,)] * 50)
    line.commit()
    with sqlite3.connect(tmp_path / "somewhere-else.sqlite3") as copy:
        line.backup(copy)
    copy.close()
    line.execute("DROP TABLE told")
    line.execute("CREATE TABLE other (a, b, c)")
    line.executemany("INSERT INTO other VALUES (?, ?, ?)", [("after " * 300, 1, 2)] * 200)
    line.commit()
    # As after a power cut: the files as they are now, with the connection never closed.
    for beside in ("", "-wal", "-shm"):
        shutil.copy(f"{database}{beside}", f"{database}{beside}.cut")
    line.close()
    for beside in ("", "-wal", "-shm"):
        shutil.move(f"{database}{beside}.cut", f"{database}{beside}")
    return tmp_path


def told(database: Path) -> int:
    line = sqlite3.connect(database)
    try:
        assert line.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return line.execute("SELECT count(*) FROM told WHERE words LIKE 'before%'").fetchone()[0]
    finally:
        line.close()


def test_the_documented_commands_restore_a_whole_copy(clinic: Path) -> None:
    (clinic / "somewhere-else.secret_key").write_text("the clinic's own")
    subprocess.run(["sh", "-e", "-c", commands()], cwd=clinic, check=True)
    assert (clinic / "var/secret_key").read_text() == "the clinic's own"
    assert told(clinic / "var/broughtby.sqlite3") == 50
    assert (clinic / "var/replaced/broughtby.sqlite3-wal").exists(), "nothing is thrown away"


def test_without_the_commands_the_old_wal_corrupts_the_copy(clinic: Path) -> None:
    """Control: the copy alone, beside the WAL of the replaced database."""
    shutil.copy(clinic / "somewhere-else.sqlite3", clinic / "var/broughtby.sqlite3")
    with pytest.raises((sqlite3.DatabaseError, AssertionError)):
        told(clinic / "var/broughtby.sqlite3")
