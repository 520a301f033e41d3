"""Restore a backup into an empty place."""

from __future__ import annotations

import datetime as dt
import os
import shlex
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.timezone import now

from checkin.actions import backup_keys, forgetting, restores
from checkin.actions.backup_failures import BackupFailed
from checkin.management.plain_commands import PlainCommand, read_path_argument
from checkin.models import Clinic


class Command(PlainCommand):
    help = "Restore a backup where no database is yet, then bring its tables up to date."
    # A check could open the database, which would create the file that must not be there.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "source",
            type=read_path_argument,
            help="the backup, such as broughtby-ed2a15b3-20261128T212027Z.age",
        )
        parser.add_argument(
            "--identity", type=read_path_argument, help="the key's file; var/backup_key, when not given"
        )

    def handle(self, *, source: Path, identity: Path | None = None, **options: Any) -> None:
        os.umask(0o077)
        try:
            if not source.is_file():
                raise BackupFailed(f"There is no file {source}. Nothing was changed.")
            identities = backup_keys.read_identities(identity or backup_keys.backup_key_path())
            restored = restores.restore_backup(source=source, identities=identities)
        except BackupFailed as failed:
            raise CommandError(failed.sentence) from None
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        restores.note_restore(restored, at=now())
        self.stdout.write(
            f"Restored as of {restored.made:%Y-%m-%d %H:%M} UTC: {_describe_rows(restored.rows)}.\n"
            f"{_describe_keys(restored.keys)}"
            "What was written after that time is not in it. A login that was ended or a tablet that was "
            "revoked since then works again: end it once more.\n"
            f"{_describe_leftovers(restored.leftovers)}{_describe_forgotten()}{_describe_anchors(now())}"
            "Start the program when you are ready."
        )


def _describe_rows(rows: dict[str, int]) -> str:
    """Return "12,345 rows, among them 1 clinic, 203 patients and 310 visits"."""
    counts = [(rows.get(f"checkin_{noun}", 0), noun) for noun in ("clinic", "patient", "visit")]
    clinics, patients, visits = [f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts]
    return f"{sum(rows.values()):,} rows, among them {clinics}, {patients} and {visits}"


def _describe_leftovers(folders: Sequence[Path]) -> str:
    """Return which folders may be an unencrypted copy that nobody needs; "" if none is there."""
    if not folders:
        return ""
    listed = "".join(f"  {shlex.quote(str(one))}\n" for one in folders)
    return (
        "An earlier version may have left these when its restore was killed. They hold a database or keys, "
        f"unencrypted. Look into each, and delete what you do not need:\n{listed}"
    )


def _describe_forgotten() -> str:
    """Return what to do about patients who were forgotten after this backup was made; "" if nobody was."""
    try:
        if not forgetting.is_anybody_listed():
            return ""
        clinics = list(Clinic.objects.all())
        back = sum(len(forgetting.list_returned(clinic)) for clinic in clinics)
        unfinished = sum(len(forgetting.list_unfinished(clinic)) for clinic in clinics)
    except OSError as problem:
        return (
            f"{settings.FORGOTTEN_LIST} cannot be read ({problem.strerror}). Find it before you start the "
            "program: it says whom to forget again.\n"
        )
    return (
        f"Forgotten patients who are back: {back}. Before you start the program, run this for each clinic:\n"
        "  .venv/bin/python manage.py forget --again --by USERNAME --yes\n" + _describe_unfinished(unfinished)
    )


def _describe_unfinished(count: int) -> str:
    if not count:
        return ""
    return (
        f"Whom somebody began to forget, and nobody knows whether it was done: {count}. That command names "
        "them and keeps them: you decide.\n"
    )


def _describe_anchors(at: dt.datetime) -> str:
    """Return what to do with the anchors of the audit trail, which know rows newer than this backup."""
    path = Path(settings.AUDIT_ANCHOR)
    if not path.is_file():  # /dev/null where somebody wants none
        return ""
    old, aside = (shlex.quote(str(one)) for one in (path, f"{path}-until-{at:%Y%m%dT%H%M%SZ}"))
    return (
        "The anchors of the audit trail know rows that came after this backup, so `verify_audit` would say "
        "that the trail was changed. Note that you restored, and move them away before you start the "
        "program:\n"
        f"  mv -n {old} {aside}\n"
    )


def _describe_keys(keys: list[str]) -> str:
    return f"Keys that came with it are in var/: {', '.join(keys)}.\n" if keys else ""
