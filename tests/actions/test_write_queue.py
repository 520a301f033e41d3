"""Writers take turns, in the order in which they asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from checkin.actions import visits, write_queue
from checkin.actions.storage_faults import StandbyUnconfirmed
from checkin.actions.visits import SignInReceipt
from checkin.models import Clinic, Location, SignInChannel, Visit
from tests import make


@pytest.fixture
def desk() -> Location:
    return make.location(make.clinic())


def sign_in(where: Location, said: dict[str, Any]) -> Callable[..., SignInReceipt]:
    return lambda: visits.record_sign_in(
        location=where, claim=said, at=make.at(), channel=SignInChannel.KIOSK
    )


# PostgreSQL has row locks of its own.
@pytest.mark.only_on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_a_write_turn_that_never_comes_raises_an_operational_error(
    desk: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "PATIENCE_SECONDS", 0.2)
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with write_queue.take_sqlite_turn(5):
            holding.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(5)
    with pytest.raises(OperationalError, match="no turn to write came"):
        sign_in(desk, make.claim())()
    done.set()
    holder.join()
    assert Visit.objects.count() == 0
    sign_in(desk, make.claim())()
    assert Visit.objects.count() == 1


# What runs after a commit may e-mail for seconds: a tablet's sign-in waited for it, and then got a 503.
@pytest.mark.only_on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_others_can_write_while_something_runs_after_a_commit(
    desk: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_queue, "PATIENCE_SECONDS", 0.2)
    seen: list[int] = []

    def sign_in_on_another_connection() -> None:
        try:
            sign_in(desk, make.claim())()
            seen.append(Visit.objects.count())
        finally:
            connection.close()

    def mail() -> None:
        other = threading.Thread(target=sign_in_on_another_connection)
        other.start()
        other.join()

    with write_queue.write_in_turn():
        type(desk).objects.update(name="Hill")
        transaction.on_commit(mail)
        assert not seen
    assert seen == [1]


@pytest.mark.django_db(transaction=True)
def test_nothing_runs_after_a_commit_that_failed(desk: Location) -> None:
    ran: list[str] = []

    def rename_and_fail() -> None:
        with write_queue.write_in_turn():
            transaction.on_commit(lambda: ran.append("first"))
            raise ValueError("failed")

    with pytest.raises(ValueError, match="failed"):
        rename_and_fail()
    with write_queue.write_in_turn():
        transaction.on_commit(lambda: ran.append("second"))
    assert ran == ["second"]


# On PostgreSQL a hook that wrote cleared the notice, and the family heard "received".
@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_standbys_warning_is_not_lost_when_something_writes_after_the_commit(desk: Location) -> None:
    names: list[str] = []

    def write_again() -> None:
        with write_queue.write_in_turn():
            names.extend(type(desk).objects.values_list("name", flat=True))

    def rename_with_a_warning() -> None:
        with write_queue.write_in_turn(), connection.cursor() as cursor:
            type(desk).objects.update(name="Hill")
            cursor.execute("DO $$ BEGIN RAISE WARNING 'canceling wait for synchronous replication'; END $$")
            transaction.on_commit(write_again)

    with pytest.raises(StandbyUnconfirmed, match="canceling wait"):
        rename_with_a_warning()
    assert names == ["Hill"]


@pytest.mark.django_db(transaction=True)
def test_what_may_fail_after_a_commit_stops_nothing_that_follows(desk: Location) -> None:
    ran: list[str] = []

    def fail() -> None:
        raise ValueError("no mail server")

    with write_queue.write_in_turn():
        transaction.on_commit(fail, robust=True)
        transaction.on_commit(lambda: ran.append("second"))
    assert ran == ["second"]


def test_write_turns_are_given_in_the_order_they_were_asked_for() -> None:
    lock, order, threads = write_queue.FairLock(), [], []
    with lock.held(1):
        for n in range(20):
            started = threading.Event()

            def wait(n: Any = n, started: Any = started) -> None:
                started.set()
                with lock.held(10):
                    order.append(n)

            threads.append(threading.Thread(target=wait))
            threads[-1].start()
            started.wait()
            while len(lock._queue) < n + 2:
                pass
    for thread in threads:
        thread.join()
    assert order == list(range(20))


def test_whoever_waits_too_long_for_a_turn_stands_in_nobodys_way() -> None:
    lock = write_queue.FairLock()
    with lock.held(1):
        with pytest.raises(TimeoutError), lock.held(0.01):
            raise AssertionError("it was not their turn")
        assert len(lock._queue) == 1
    with lock.held(0.01):
        pass


def test_a_turn_is_given_on_also_after_a_failure() -> None:
    lock = write_queue.FairLock()
    with pytest.raises(ValueError, match="failed"), lock.held(1):
        raise ValueError("failed")
    with lock.held(0.01):
        assert len(lock._queue) == 1


def test_a_file_that_another_process_holds_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    name = str(tmp_path / "clinic.sqlite3")
    with write_queue._open_turn_file(name) as ours, write_queue._open_turn_file(name) as theirs:
        write_queue._wait_for_file_lock(theirs.fileno(), time.monotonic())
        with pytest.raises(TimeoutError):
            write_queue._wait_for_file_lock(ours.fileno(), time.monotonic() + 0.01)
    with write_queue._open_turn_file(name) as ours:
        write_queue._wait_for_file_lock(ours.fileno(), time.monotonic())


def test_a_folder_that_cannot_be_written_is_the_databases_fault(tmp_path: Path) -> None:
    with pytest.raises(OperationalError, match="the turn to write cannot be taken"):
        write_queue._open_turn_file(str(tmp_path / "nowhere" / "clinic.sqlite3"))


def test_inside_a_transaction_it_is_a_part_of_it(brook: Clinic) -> None:
    def rename_and_fail() -> None:
        with write_queue.write_in_turn():
            type(brook).objects.update(name="Hill")
            raise ValueError("failed")

    with transaction.atomic():
        with pytest.raises(ValueError, match="failed"):
            rename_and_fail()
        brook.refresh_from_db()
        assert brook.name == "Brook Street Clinic"


def test_that_it_can_write_is_proved_again_and_again(db: None) -> None:
    for _ in range(2):
        write_queue.prove_database_writable()
