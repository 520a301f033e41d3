"""A clinic's only disk fills up or turns read-only: 503 with the cause, and nothing confirmed is lost."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Server, make_server

pytestmark = pytest.mark.long


def mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a small disk in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)):
        if os.environ.get("CI") and os.geteuid() == 0:
            pytest.fail("this machine lets root mount nothing")
        pytest.skip("a small disk can be mounted only by root, and where mounting is allowed")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def served(disk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = f"sqlite:///{disk}/clinic.sqlite3"
    found = make_server(tmp_path_factory.mktemp("program"), environment={"DATABASE_URL": url})
    found.make_clinic()
    with found.running():
        found.database = disk / "clinic.sqlite3"
        yield found


def kept(served: Server, keys: list[str]) -> int:
    with contextlib.closing(sqlite3.connect(served.database)) as line:
        assert line.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = line.execute("SELECT key FROM checkin_signin").fetchall()
    known = {str(uuid.UUID(row[0])) for row in rows}
    return len(known & set(keys))


def sign_in_some(served: Server, count: int) -> tuple[list[str], list[str], set[int]]:
    """Return the confirmed keys, the refused keys and every status."""
    confirmed, refused, seen = [], [], set()
    for _ in range(count):
        key = str(uuid.uuid4())
        status, headers, _ = served.sign_in(key=key, reason="x" * 1500)
        seen.add(status)
        (confirmed if status == 201 else refused).append(key)
        assert status == 201 or int(headers["Retry-After"]) > 0
    return confirmed, refused, seen


def pages(served: Server) -> set[int]:
    device = {"Authorization": f"Device {served.token}"}
    return {
        served.ask("/healthz")[0],
        served.ask("/kiosk/", **device)[0],
        served.ask("/account/login/")[0],
    }


def test_a_full_disk_is_503_and_loses_no_confirmed_sign_in(served: Server, disk: Path) -> None:
    before, _, _ = sign_in_some(served, 5)
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(b"x" * 65536)
            file.flush()
    with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
        while True:
            file.write(b"x")
    confirmed, refused, seen = sign_in_some(served, 40)
    print(len(confirmed), "confirmed on a full disk,", len(refused), "refused")
    assert seen <= {201, 503} and refused
    status, _, why = served.ask("/readyz")
    assert (status, why) == (503, "database full")
    assert pages(served) == {200}
    assert '"why": "full"' in served.log
    filler.unlink()
    assert served.until(lambda: served.sign_in()[0] == 201, 20) < 15
    assert {served.sign_in(key=key)[0] for key in refused} <= {200, 201}
    assert kept(served, [*before, *confirmed, *refused]) == 5 + 40
    assert served.ask("/readyz")[0] == 200


def test_a_disk_that_turns_read_only_is_503_and_recovers(served: Server, disk: Path) -> None:
    before, _, _ = sign_in_some(served, 5)
    # A lazy bind mount switches even while files are open for writing, as a failing disk does.
    if not mount("-o", "remount,ro", str(disk)):
        freeze_to_read_only(served, disk)
    confirmed, refused, seen = sign_in_some(served, 10)
    assert (confirmed, seen) == ([], {503})
    status, _, why = served.ask("/readyz")
    assert (status, why) == (503, "database read_only")
    assert pages(served) == {200}
    assert '"why": "read_only"' in served.log
    assert mount("-o", "remount,rw", str(disk))
    served.until(lambda: served.sign_in()[0] == 201, 30)
    for key in refused:
        # A connection opened meanwhile for reading refuses its first write and is then reopened.
        served.until(lambda key=key: served.sign_in(key=key)[0] in (200, 201), 10)
    assert kept(served, [*before, *refused]) == 15


def freeze_to_read_only(served: Server, disk: Path) -> None:
    """Restart the server's workers meanwhile, because the kernel refuses while a file is open for writing."""
    for _ in range(200):
        for worker in workers(served):
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        if mount("-o", "remount,ro", str(disk)):
            served.until(lambda: served.ask("/healthz", timeout=2)[0] == 200)
            return
        time.sleep(0.05)
    pytest.fail("the disk could not be made read-only")


def workers(served: Server) -> list[int]:
    master = served.process.pid
    return [int(one) for one in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def test_a_database_file_damaged_while_running_is_503(served: Server, disk: Path) -> None:
    sign_in_some(served, 3)
    with served.database.open("r+b") as file:
        file.seek(0)
        file.write(b"\xff" * served.database.stat().st_size)
    for beside in ("-wal", "-shm"):
        with contextlib.suppress(OSError), Path(f"{served.database}{beside}").open("r+b") as file:
            file.write(b"\xff" * Path(f"{served.database}{beside}").stat().st_size)
    _, _, seen = sign_in_some(served, 10)
    assert seen == {503}
    assert served.ask("/readyz")[2].startswith("database ")
    assert '"why": "damaged"' in served.log
    assert served.ask("/healthz")[0] == 200
