"""The encrypted file: whole or refused, and never half written."""

from __future__ import annotations

import errno
import gzip
import io
import os
import tarfile
from pathlib import Path
from typing import Any

import pyrage
import pytest

from checkin.actions import backup_archives
from checkin.actions.backup_failures import BackupFailed

KEY = pyrage.x25519.Identity.generate()
CONTENT = os.urandom(300_000)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "data").write_bytes(CONTENT)
    (tmp_path / "key").write_text("the clinic's own")
    (tmp_path / "into").mkdir()
    backup_archives.write_archive(
        manifest={"format": 1},
        files={"database.sqlite3": tmp_path / "data", "secret_key": tmp_path / "key"},
        recipients=[KEY.to_public()],
        to=tmp_path / "one.age",
    )
    return tmp_path / "one.age"


def read(path: Path, key: Any = KEY) -> dict[str, Any]:
    return backup_archives.read_archive(path, identities=[key], into=path.parent / "into")


def test_it_is_read_back_as_it_was_written(archive: Path) -> None:
    assert read(archive) == {"format": 1}
    assert (archive.parent / "into/database.sqlite3").read_bytes() == CONTENT
    assert (archive.parent / "into/secret_key").read_text() == "the clinic's own"


def test_only_this_account_may_read_it_and_what_came_out_of_it(archive: Path) -> None:
    read(archive)
    made = [archive, *(archive.parent / "into").iterdir()]
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}


def test_nothing_of_it_is_readable_without_the_key(archive: Path) -> None:
    kept = archive.read_bytes()
    assert kept.startswith(b"age-encryption.org/v1\n")
    assert b"clinic's own" not in kept and CONTENT[:16] not in kept


def test_another_key_is_told_so(archive: Path) -> None:
    with pytest.raises(BackupFailed, match="This key does not open .* --identity FILE"):
        read(archive, pyrage.x25519.Identity.generate())


@pytest.mark.parametrize("left", [0, 10, 150, 70_000, -16, -1])
def test_a_file_cut_short_anywhere_is_refused(archive: Path, left: int) -> None:
    archive.write_bytes(archive.read_bytes()[:left])
    with pytest.raises(BackupFailed, match="damaged or cut short"):
        read(archive)


@pytest.mark.parametrize("place", [150, 70_000, 200_000, -1])
def test_one_changed_byte_is_refused(archive: Path, place: int) -> None:
    kept = bytearray(archive.read_bytes())
    kept[place] ^= 1
    archive.write_bytes(kept)
    with pytest.raises(BackupFailed, match="damaged or cut short"):
        read(archive)


def test_encrypted_but_no_backup_is_told_so(archive: Path) -> None:
    archive.write_bytes(pyrage.encrypt(b"a letter", [KEY.to_public()]))
    with pytest.raises(BackupFailed, match="is no backup of Brought By"):
        read(archive)


@pytest.mark.parametrize("name", ["../escaped", "/escaped", "urls.py"])
def test_an_entry_that_no_backup_has_is_never_written(archive: Path, name: str) -> None:
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb") as zipped,
        tarfile.open(fileobj=zipped, mode="w|") as tar,
    ):
        entry = tarfile.TarInfo(name)
        entry.size = 3
        tar.addfile(entry, io.BytesIO(b"bad"))
    archive.write_bytes(pyrage.encrypt(packed.getvalue(), [KEY.to_public()]))
    with pytest.raises(BackupFailed, match="is no backup"):
        read(archive)
    assert list((archive.parent / "into").iterdir()) == []
    assert not (archive.parent / "escaped").exists()


class FullDisk(io.BytesIO):
    def write(self, piece: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_and_leaves_no_thread_waiting(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_archives, "_create_file", lambda path: FullDisk())
    with pytest.raises(BackupFailed, match="is full, so nothing was written"):
        backup_archives.write_archive(
            manifest={"format": 1},
            files={"database.sqlite3": archive.parent / "data"},
            recipients=[KEY.to_public()],
            to=archive.parent / "two.age",
        )


def test_a_missing_source_is_a_failure(archive: Path) -> None:
    with pytest.raises(BackupFailed):
        backup_archives.write_archive(
            manifest={},
            files={"secret_key": archive.parent / "gone"},
            recipients=[KEY.to_public()],
            to=archive.parent / "two.age",
        )
