"""`manage.py escalate` is restarted when it dies, and readyz reports when it has stopped working."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.serving import make_server

pytestmark = pytest.mark.long


def running(program: Path) -> list[int]:
    """Return the ids of the escalate processes of this program and no other."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"{program}/manage.py".encode() in words and b"escalate" in words:
            found.append(int(process.name))
    return found


def test_escalate_is_restarted_whichever_process_dies(tmp_path: Path) -> None:
    served = make_server(tmp_path)
    served.make_clinic()
    with served.running() as server:
        served.until(lambda: len(running(tmp_path)) == 1, 60)
        served.until(lambda: served.ask("/readyz")[2] == "ready", 60)
        first = running(tmp_path)
        os.kill(first[0], signal.SIGKILL)
        took = served.until(lambda: len(now := running(tmp_path)) == 1 and now != first, 60)
        print(f"started again after {took:.1f} s")
        assert "escalate_ended" in served.log
        second = running(tmp_path)
        # Kill the worker that supervises it: the other worker, or the replacement, takes over.
        watching = int(Path(f"/proc/{second[0]}/stat").read_text().rpartition(") ")[2].split()[1])
        assert watching != server.pid
        os.kill(watching, signal.SIGKILL)
        served.until(lambda: second[0] not in running(tmp_path) and len(running(tmp_path)) == 1, 90)
    served.until(lambda: running(tmp_path) == [], 60)


def test_readyz_reports_escalations_that_stopped(tmp_path: Path) -> None:
    served = make_server(tmp_path)
    served.make_clinic()
    with served.running():
        served.until(lambda: served.ask("/readyz")[2] == "ready", 60)
        served.manage(
            "shell", "-c", "from django.core.cache import cache; cache.set('escalated-at', 1.7e9, None)"
        )
        status, _, said = served.ask("/readyz")
        # It checks again within sixty seconds; until then monitoring must see that it has not.
        if said == "ready":
            pytest.skip("it looked in that very moment")
        assert status == 200 and "have not been escalated since 2023" in said
        assert "escalations_late" in served.log
