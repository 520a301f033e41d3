"""Keep `manage.py escalate` running next to the server, and make backups.

Whichever worker has the lock does it.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import structlog
from django.conf import settings

_BACKUP_LOOK_SECONDS, _BACKUP_AGAIN_SECONDS = 300, 900
_LOOK_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 60
_STEADY_SECONDS = 300
"""Seconds. A process that ran longer before it ended is restarted at once."""
log = structlog.get_logger(__name__)


def start_escalation_watch(goes_on: Callable[[], bool]) -> None:
    """Watch in a thread of this worker. Another worker takes over if this one dies."""
    threading.Thread(target=_watch_escalations, args=(goes_on,), name="watch", daemon=True).start()


def _watch_escalations(goes_on: Callable[[], bool]) -> None:
    pause = _LOOK_SECONDS
    while goes_on():
        try:
            with (settings.VAR / "escalate.lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _keep_escalate_running(goes_on)
        except BlockingIOError:
            # Another worker watches.
            pause = _LOOK_SECONDS
        except OSError as problem:
            log.error("escalate_not_watched", why=problem.strerror, again_in_seconds=pause)
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


def start_backup_watch(goes_on: Callable[[], bool]) -> None:
    """Make the nightly backup from a thread of this worker, unless that is switched off."""
    if settings.BACKUP_NIGHTLY:
        threading.Thread(target=_watch_backups, args=(goes_on,), name="backups", daemon=True).start()


def _watch_backups(goes_on: Callable[[], bool], pause: Callable[[float], None] = time.sleep) -> None:
    """Look every five minutes whether a backup is due.

    The first look is late: a clinic may just be starting.
    """
    # gunicorn imports this module before the program, whose models cannot be imported until then.
    from checkin.actions import backup_runs  # noqa: PLC0415

    seconds = _BACKUP_LOOK_SECONDS
    while goes_on():
        pause(seconds)
        seconds = _BACKUP_LOOK_SECONDS
        try:
            with (settings.VAR / "backups.lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not backup_runs.run_due_backup():
                    seconds = _BACKUP_AGAIN_SECONDS
        except BlockingIOError:
            # Another worker is making it.
            continue
        except Exception as problem:
            # Whatever it is, such as no database: this thread must make the next one.
            log.error("backup_not_started", problem=type(problem).__name__)


def _keep_escalate_running(goes_on: Callable[[], bool]) -> None:
    """Run `manage.py escalate`, and restart it when it ends, after longer pauses if it keeps ending soon."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "escalate", f"--parent={os.getpid()}"]
    pause = 1
    while goes_on():
        began = time.monotonic()
        how = _run_escalate(command)
        if not goes_on():
            return
        pause = 1 if time.monotonic() - began > _STEADY_SECONDS else min(pause * 2, _LONGEST_PAUSE_SECONDS)
        log.error("escalate_ended", **how, again_in_seconds=pause)
        time.sleep(pause)


def _run_escalate(command: list[str]) -> dict[str, object]:
    """Run it until it ends; return its exit code, or why it could not be started."""
    try:
        return {"code": subprocess.Popen(command, stdin=subprocess.DEVNULL).wait()}  # noqa: S603
    except OSError as problem:
        # For example, no process is left. It may be a BlockingIOError, which is not another worker's lock.
        return {"not_started": problem.strerror}
