"""`manage.py escalate` is started again when it dies, and readyz shows when it has stopped."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.serving import make_server

pytestmark = pytest.mark.long


def running(program: Path) -> list[int]:
    """Its processes, of this program and no other."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"{program}/manage.py".encode() in words and b"escalate" in words:
            found.append(int(process.name))
    return found


def test_it_is_started_again_whoever_dies(tmp_path):
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
        # The worker that watches it dies: the other one takes over, or the new one.
        watching = int(Path(f"/proc/{second[0]}/stat").read_text().rpartition(") ")[2].split()[1])
        assert watching != server.pid
        os.kill(watching, signal.SIGKILL)
        served.until(lambda: second[0] not in running(tmp_path) and len(running(tmp_path)) == 1, 90)
    served.until(lambda: running(tmp_path) == [], 60)


def test_one_that_has_stopped_looking_is_shown(tmp_path):
    served = make_server(tmp_path)
    served.make_clinic()
    with served.running():
        served.until(lambda: served.ask("/readyz")[2] == "ready", 60)
        served.manage(
            "shell", "-c", "from django.core.cache import cache; cache.set('escalated-at', 1.7e9, None)"
        )
        status, _, said = served.ask("/readyz")
        # Sixty seconds later it looks again; until then whoever watches can see that it has not.
        if said == "ready":
            pytest.skip("it looked in that very moment")
        assert status == 200 and "have not been escalated since 2023" in said
        assert "escalations_late" in served.log
