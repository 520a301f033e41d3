"""PostgreSQL locked, frozen, read-only, killed or without its standby: 503 soon, and nothing is lost."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from clinic import waits
from tests.databases import NoPostgreSQL, postgresql
from tests.serving import Server, make_server

pytestmark = pytest.mark.long
BOUND_SECONDS = 25
"""A request's 12 seconds, twice 2 seconds for a cancel, and the time it may wait for a thread."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    try:
        with postgresql() as found:
            yield found
    except NoPostgreSQL as problem:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(problem))


@pytest.fixture(scope="module")
def served(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    found = make_server(tmp_path_factory.mktemp("program"), environment={"DATABASE_URL": url})
    found.make_clinic()
    with found.running():
        yield found


@pytest.fixture
def admin(url: str) -> Iterator[psycopg2.extensions.connection]:
    found = psycopg2.connect(
        host=url.partition("host=")[2].replace("%2F", "/"), user="postgres", dbname="postgres"
    )
    found.autocommit = True
    yield found
    found.close()


def ask(admin: Any, statement: str, *values: object) -> list[tuple]:
    with admin.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def processes(admin: Any) -> list[int]:
    """Return every process of this cluster, the postmaster first."""
    folder = Path(ask(admin, "SHOW data_directory")[0][0])
    first = int((folder / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    return [first, *map(int, children)]


def try_all(
    served: Server, *, hands: int = 6, seconds: float = BOUND_SECONDS + 10
) -> list[tuple[int, float, str]]:
    """Send that many sign-ins at once; return each one's status, seconds and key."""

    def one(key: str) -> tuple[int, float, str]:
        began = time.monotonic()
        status, headers, _ = served.sign_in(key=key, timeout=seconds)
        assert status != 503 or int(headers["Retry-After"]) > 0
        return status, time.monotonic() - began, key

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(one, [str(uuid.uuid4()) for _ in range(hands)]))


def check_refused_in_time(served: Server, found: list[tuple[int, float, str]]) -> None:
    print([(status, round(took, 1)) for status, took, _ in found])
    assert {status for status, _, _ in found} == {503}
    assert max(took for _, took, _ in found) < BOUND_SECONDS


def check_recovers(served: Server, admin: Any, found: list[tuple[int, float, str]]) -> None:
    """Check that the server recovers soon by itself, and that refused sign-ins succeed once when resent."""
    served.until(lambda: served.sign_in(timeout=20)[0] == 201, 30)
    for _, _, key in found:
        assert served.sign_in(key=key)[0] in (200, 201)
    keys = tuple(key for _, _, key in found)
    assert ask(admin, "SELECT count(*) FROM checkin_signin WHERE key::text IN %s", keys)[0][0] == len(keys)


def healthy_throughout(served: Server, over: threading.Event, slow: list[float]) -> threading.Thread:
    def look() -> None:
        while True:
            began = time.monotonic()
            status = served.ask("/healthz", timeout=10)[0]
            # An assertion in a thread would go unnoticed.
            slow.append(time.monotonic() - began if status == 200 else math.inf)
            if over.wait(0.5):
                return

    thread = threading.Thread(target=look)
    thread.start()
    return thread


@pytest.fixture
def healthz(served: Server) -> Iterator[list[float]]:
    """Ask /healthz at once and then twice a second; it must answer, whatever PostgreSQL does."""
    over, slow = threading.Event(), []
    thread = healthy_throughout(served, over, slow)
    yield slow
    over.set()
    thread.join(20)
    print("healthz worst", round(max(slow), 2), "of", len(slow))
    assert slow and max(slow) < 3


@pytest.mark.parametrize(
    "lock",
    ["SELECT * FROM checkin_boardversion FOR UPDATE", "LOCK TABLE checkin_visit IN ACCESS EXCLUSIVE MODE"],
    ids=["board row", "table"],
)
def test_a_held_lock_is_503_in_time_and_recovers(
    served: Server, url: str, admin: psycopg2.extensions.connection, healthz: list[float], lock: str
) -> None:
    holder = psycopg2.connect(
        host=url.partition("host=")[2].replace("%2F", "/"), user="postgres", dbname="postgres"
    )
    with holder.cursor() as cursor:
        cursor.execute(lock)
    found = try_all(served)
    check_refused_in_time(served, found)
    holder.rollback()
    holder.close()
    check_recovers(served, admin, found)
    assert '"why": "locked"' in served.log


def test_a_frozen_postgresql_is_503_in_time_and_recovers(
    served: Server, admin: psycopg2.extensions.connection, healthz: list[float]
) -> None:
    frozen = processes(admin)
    for process in frozen:
        os.kill(process, signal.SIGSTOP)
    try:
        found = try_all(served, hands=12)
    finally:
        for process in frozen:
            os.kill(process, signal.SIGCONT)
    check_refused_in_time(served, found)
    check_recovers(served, admin, found)


def test_a_read_only_postgresql_is_503_in_time_and_recovers(
    served: Server, admin: psycopg2.extensions.connection, healthz: list[float]
) -> None:
    ask(admin, "ALTER SYSTEM SET default_transaction_read_only = on")
    ask(admin, "SELECT pg_reload_conf()")
    time.sleep(1)
    found = try_all(served)
    ready = served.ask("/readyz")
    writer = "SET default_transaction_read_only = off"
    ask(admin, writer)
    ask(admin, "ALTER SYSTEM RESET default_transaction_read_only")
    ask(admin, "SELECT pg_reload_conf()")
    check_refused_in_time(served, found)
    assert (ready[0], ready[2]) == (503, "database read_only")
    check_recovers(served, admin, found)
    assert served.ask("/readyz")[2].startswith("ready")


def test_a_killed_postgresql_backend_recovers(
    served: Server, admin: psycopg2.extensions.connection, healthz: list[float]
) -> None:
    backends = [
        row[0]
        for row in ask(admin, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
        if row[0] != admin.info.backend_pid
    ]
    os.kill(backends[0], signal.SIGKILL)
    time.sleep(0.2)
    found = try_all(served)
    assert {status for status, _, _ in found} <= {201, 503}
    served.until(lambda: served.sign_in(timeout=20)[0] == 201, 30)


@pytest.fixture
def no_standby(admin: psycopg2.extensions.connection) -> Iterator[None]:
    """Require a synchronous standby that does not exist. This session does not wait for it."""
    ask(admin, "SET synchronous_commit = off")
    ask(admin, "ALTER SYSTEM SET synchronous_commit = on")
    ask(admin, "ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    ask(admin, "SELECT pg_reload_conf()")
    time.sleep(1)
    yield
    ask(admin, "ALTER SYSTEM RESET synchronous_standby_names")
    ask(admin, "ALTER SYSTEM RESET synchronous_commit")
    ask(admin, "SELECT pg_reload_conf()")
    time.sleep(1)


WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


def test_a_canceled_wait_for_the_standby_is_not_confirmed(
    served: Server, admin: psycopg2.extensions.connection, no_standby: None, healthz: list[float]
) -> None:
    for _ in range(10):
        key = str(uuid.uuid4())
        answers: list[int] = []
        sent = threading.Thread(target=lambda key=key, to=answers: to.append(served.sign_in(key=key)[0]))
        sent.start()
        served.until(lambda: bool(ask(admin, WAITING)), 10)
        ask(admin, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
        sent.join(30)
        assert answers == [503]
    assert '"why": "standby"' in served.log
    # It is committed here, but a resend of the key still waits for the standby.
    assert ask(admin, "SELECT count(*) FROM checkin_signin WHERE key::text = %s", key)[0][0] == 1
    assert served.sign_in(key=key, timeout=30)[0] == 503


def test_a_missing_standby_is_503_in_time(
    served: Server, admin: psycopg2.extensions.connection, no_standby: None, healthz: list[float]
) -> None:
    found = try_all(served, hands=10)
    check_refused_in_time(served, found)
    assert served.ask("/readyz", timeout=40)[0] == 503
    assert len(ask(admin, WAITING)) <= 10


def test_sign_ins_succeed_once_the_standby_is_back(
    served: Server, admin: psycopg2.extensions.connection
) -> None:
    assert {status for status, _, _ in try_all(served)} == {201}


def test_without_the_wait_limits_a_request_hangs_on_the_lock(
    url: str, admin: psycopg2.extensions.connection, tmp_path: Path
) -> None:
    """Control: a server whose database URL says to wait forever, and a lock held for long."""
    longer = "options=-c%20lock_timeout%3D0%20-c%20statement_timeout%3D0"
    found = make_server(tmp_path, environment={"DATABASE_URL": f"{url}&{longer}"})
    found.manage("check")
    found.token = "none"
    limited, limit = found.program / "clinic/waits.py", f"_SECONDS = {waits.DATABASE_WAIT_SECONDS}"
    text = limited.read_text()
    assert text.count(limit) == 1
    limited.write_text(text.replace(limit, "_SECONDS = 900.0"))
    with found.running():
        ask(admin, "BEGIN")
        ask(admin, "LOCK TABLE checkin_device IN ACCESS EXCLUSIVE MODE")
        status = found.sign_in(timeout=20)[0]
        ask(admin, "ROLLBACK")
    assert status == 0, found.log[-3000:]
