"""Writers take turns, in the order in which they asked."""

from __future__ import annotations

import threading

import pytest
from django.db import OperationalError

from checkin.actions import visits, write_queue
from checkin.models import SignInChannel, Visit
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk():
    return make.location(make.clinic())


def sign_in(where, said):
    return lambda: visits.record_sign_in(
        location=where, claim=said, at=make.at(), channel=SignInChannel.KIOSK
    )


# PostgreSQL has row locks of its own.
@pytest.mark.only_on("sqlite")
def test_a_turn_that_never_comes_is_an_operational_error_and_keeps_nothing(desk, monkeypatch):
    monkeypatch.setattr(write_queue, "PATIENCE_SECONDS", 0.2)
    holding, done = threading.Event(), threading.Event()

    def hold():
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


def test_turns_are_given_in_the_order_they_were_asked_for():
    lock, order, threads = write_queue.FairLock(), [], []
    with lock.held(1):
        for n in range(20):
            started = threading.Event()

            def wait(n=n, started=started):
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
