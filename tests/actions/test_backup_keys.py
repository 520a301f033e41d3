"""The key of backups is made once, for this account alone; or public keys stand in its place."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest
import pytest_django

from checkin.actions import backup_keys
from checkin.actions.backup_failures import BackupFailed


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: pytest_django.Settings) -> Path:
    settings.VAR = tmp_path
    settings.BACKUP_RECIPIENTS = []
    return tmp_path


def test_the_key_is_made_once_and_only_this_account_reads_it(var: Path) -> None:
    first = backup_keys.prepare_backup_keys()
    assert first.made == var / "backup_key"
    assert first.made.stat().st_mode & 0o777 == 0o600
    second = backup_keys.prepare_backup_keys()
    assert second.made is None
    assert str(second.verifier) == str(first.verifier)
    assert [path.name for path in var.iterdir()] == ["backup_key"]


def test_the_key_file_says_to_keep_a_copy_elsewhere(var: Path) -> None:
    backup_keys.prepare_backup_keys()
    assert "Keep a copy" in (var / "backup_key").read_text()


def test_with_public_keys_this_machine_keeps_none_that_reads(
    var: Path, settings: pytest_django.Settings
) -> None:
    elsewhere = pyrage.x25519.Identity.generate()
    settings.BACKUP_RECIPIENTS = [str(elsewhere.to_public())]
    keys = backup_keys.prepare_backup_keys()
    kept = pyrage.encrypt(b"words", keys.recipients)
    assert pyrage.decrypt(kept, [elsewhere]) == pyrage.decrypt(kept, [keys.verifier]) == b"words"
    assert list(var.iterdir()) == []
    assert str(backup_keys.prepare_backup_keys().verifier) != str(keys.verifier)


def test_a_public_key_that_is_none_is_told(settings: pytest_django.Settings) -> None:
    settings.BACKUP_RECIPIENTS = ["ssh-rsa AAAA"]
    with pytest.raises(BackupFailed, match="BACKUP_RECIPIENTS is not a list of age public keys"):
        backup_keys.prepare_backup_keys()


@pytest.mark.parametrize("content", [b"", b"# only words\n", b"AGE-SECRET-KEY-1WRONG\n", b"\xff\xfe"])
def test_a_file_without_a_key_is_told(var: Path, content: bytes) -> None:
    (var / "key").write_bytes(content)
    with pytest.raises(BackupFailed, match="AGE-SECRET-KEY-1"):
        backup_keys.read_identities(var / "key")


def test_a_key_that_is_not_there_is_told(var: Path) -> None:
    with pytest.raises(BackupFailed, match="No such file"):
        backup_keys.read_identities(var / "key")


def test_a_folder_that_cannot_be_written_is_told(var: Path, settings: pytest_django.Settings) -> None:
    settings.VAR = var / "missing"
    with pytest.raises(BackupFailed, match="no backup was made"):
        backup_keys.prepare_backup_keys()
