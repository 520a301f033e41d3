"""Run `manage.py backup` in a process of its own: every night, and when somebody asks for it on a page."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading

import structlog
from django.conf import settings
from django.db import connections
from django.utils.timezone import now

from checkin.actions import audit, backups
from checkin.actions.permissions import require_permission
from checkin.actions.write_queue import write_in_turn
from checkin.models import Staff
from checkin.queries.backups import is_nightly_backup_due
from checkin.rules.roles import StaffAct

log = structlog.get_logger(__name__)


def start_backup(*, by: Staff, at: dt.datetime) -> threading.Thread:
    """Start one, and return at once; the returned thread ends with it. Raises NotAllowed."""
    require_permission(StaffAct.MANAGE_BACKUPS, by)
    with write_in_turn():
        audit.write_audit_event(
            action="backup.requested", subject=by.clinic, clinic_id=by.clinic_id, at=at, by=by
        )
    thread = threading.Thread(target=run_backup, kwargs={"by": by.pk}, name="backup", daemon=True)
    thread.start()
    return thread


def run_due_backup() -> bool:
    """Make the nightly backup if it is due; return False if it was due and failed."""
    try:
        is_due = is_nightly_backup_due(now())
    finally:
        # This is no request, at whose end Django would return the connection.
        connections.close_all()
    return run_backup() if is_due else True


def run_backup(by: int | None = None) -> bool:
    """Make one now, log how it went, and return whether it was made."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "backup"]
    if by is not None:
        command.append(f"--by={by}")
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
    except OSError as problem:
        backups.remember_backup_failure(f"The backup could not be started ({problem.strerror}).")
        log.error("backup_failed", why=f"it could not be started ({problem.strerror})")
        return False
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    if done.returncode == 0:
        log.info("backup_made", what=" ".join(lines[:2]), key_is_new=len(lines) > 3)
        return True
    if done.returncode < 0:
        # It was killed, as for want of memory, and could not say so itself.
        backups.remember_backup_failure(
            f"The backup was ended by the system (signal {-done.returncode}). Earlier backups are as they "
            "were."
        )
    log.error("backup_failed", why=lines[-1] if lines else f"exit code {done.returncode}")
    return False
