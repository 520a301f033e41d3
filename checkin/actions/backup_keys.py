"""The keys of backups: var/backup_key, or public keys whose other half is kept elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pyrage
from django.conf import settings

from checkin.actions.backup_failures import BackupFailed

_NOT_A_KEY = "Give a file with a line that begins with AGE-SECRET-KEY-1, such as a copy of var/backup_key."


class BackupKeys(NamedTuple):
    """Whom a backup is encrypted to, and the key that this run verifies it with."""

    recipients: list[pyrage.x25519.Recipient]
    verifier: pyrage.x25519.Identity
    made: Path | None
    """The key's file, if this run made it."""


def backup_key_path() -> Path:
    path: Path = settings.VAR / "backup_key"
    return path


def prepare_backup_keys() -> BackupKeys:
    """Return the keys, making var/backup_key if there is none. Raises BackupFailed.

    With BACKUP_RECIPIENTS this machine cannot read its own backups: a second key, which lives for this run
    only, verifies them.
    """
    if settings.BACKUP_RECIPIENTS:
        verifier = pyrage.x25519.Identity.generate()
        return BackupKeys([*_named_recipients(), verifier.to_public()], verifier, None)
    made = _make_backup_key(backup_key_path())
    (identity,) = read_identities(backup_key_path())[:1]
    return BackupKeys([identity.to_public()], identity, made)


def read_identities(path: Path) -> list[pyrage.x25519.Identity]:
    """Return the secret keys in a file as `age-keygen` writes it. Raises BackupFailed."""
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"]
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is not text"
        raise BackupFailed(f"The key {path} cannot be read ({why}). {_NOT_A_KEY}") from None
    except pyrage.IdentityError:
        raise BackupFailed(f"{path} holds no key of a backup. {_NOT_A_KEY}") from None
    if not found:
        raise BackupFailed(f"{path} holds no key of a backup. {_NOT_A_KEY}")
    return found


def _named_recipients() -> list[pyrage.x25519.Recipient]:
    try:
        return [pyrage.x25519.Recipient.from_str(name.strip()) for name in settings.BACKUP_RECIPIENTS]
    except pyrage.RecipientError:
        raise BackupFailed(
            "BACKUP_RECIPIENTS is not a list of age public keys. Set it to keys that begin with age1, with "
            "commas between them. No backup was made."
        ) from None


def _make_backup_key(path: Path) -> Path | None:
    """Write a new key unless one is there; return the file if it was made."""
    if path.exists():
        return None
    identity = pyrage.x25519.Identity.generate()
    text = (
        "# Reads the backups of Brought By. Without it nobody can. Keep a copy on another machine or on "
        f"paper.\n# public key: {identity.to_public()}\n{identity}\n"
    )
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except OSError as problem:
        part.unlink(missing_ok=True)
        raise BackupFailed(
            f"The key {path} could not be written ({problem.strerror}), so no backup was made. Make that "
            "folder writable and run this again."
        ) from None
    return path
