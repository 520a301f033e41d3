"""Make an encrypted, verified backup of everything that the clinic owns."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.timezone import now

from checkin.actions import backup_keys, backups
from checkin.actions.backup_failures import BackupFailed
from checkin.management.plain_commands import PlainCommand, read_path_argument
from checkin.models import Staff


class Command(PlainCommand):
    help = "Make an encrypted backup, and verify it by restoring it. The program may be running meanwhile."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=read_path_argument,
            help="where it goes; BACKUP_DIR or var/backups, when not given",
        )
        parser.add_argument("--by", type=int, help="the number of the person who asked for it on a page")

    def handle(self, *, folder: Path | None, by: int | None = None, **options: Any) -> None:
        os.umask(0o077)
        try:
            made = backups.make_backup(
                folder=folder.absolute() if folder else settings.BACKUP_DIR,
                at=now(),
                by=Staff.objects.filter(pk=by).first() if by else None,
            )
        except BackupFailed as failed:
            backups.remember_backup_failure(failed.sentence)
            raise CommandError(failed.sentence) from None
        except Exception as problem:
            # Whatever it is: the manager's page must say that there is no backup, and why.
            backups.remember_backup_failure(
                f"The backup stopped on an error that is not known ({type(problem).__name__}). Earlier "
                "backups are as they were. The program's log has more."
            )
            raise
        self.stdout.write(
            f"{made.file.path}\n"
            f"{made.rows:,} rows, {_describe_size(made.file.size)}, encrypted. {_describe_check(made)}"
        )
        if made.deleted:
            self.stdout.write(f"{made.deleted} older ones were deleted.")
        # Every time: the server has usually made the first one, and nobody saw what that said.
        self.stdout.write(_describe_key(is_new=made.key_made is not None))


def _describe_size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.0f} kB"


def _describe_key(*, is_new: bool) -> str:
    """Return where the key is that reads the backup, and what to do about it."""
    if settings.BACKUP_RECIPIENTS:
        return "It is read with the key that you keep elsewhere: BACKUP_RECIPIENTS names its public half."
    return (
        f"\nThe key of the backups is {'new: ' if is_new else ''}{backup_keys.backup_key_path()}\n"
        "Keep a copy of this file on another machine or on paper. Without it nobody can read a "
        "backup, and if this disk fails, the key is lost with it."
    )


def _describe_check(made: backups.BackupMade) -> str:
    if made.is_restored:
        return "Verified: it was restored aside and compared."
    return (
        "Its contents were only listed, not restored, because this role of PostgreSQL may not create a "
        "database. `ALTER ROLE … CREATEDB` allows it."
    )
