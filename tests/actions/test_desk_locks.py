"""Locking and unlocking a desk: tries are counted whatever runs at once, and each is on the trail."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest

from checkin.actions import desk_locks
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Clinic, DeskSession, Staff
from tests import make
from tests.racing import at_once

PIN = "280461"
NINE = make.at("9:00")


def later(minutes: float) -> dt.datetime:
    return NINE + dt.timedelta(minutes=minutes)


@pytest.fixture
def desk(dana: Staff) -> DeskSession:
    desk_locks.set_pin(person=dana, pin=PIN, by=dana, at=NINE)
    dana.refresh_from_db()
    return desk_locks.begin_desk_session(person=dana, at=NINE)


def trail() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def unlock(desk: DeskSession, person: Staff, secret: str) -> desk_locks.Unlock:
    return desk_locks.unlock_desk(desk=desk, person=person, secret=secret, at=later(6))


def test_a_desk_is_locked_once_and_opened_by_its_pin(desk: DeskSession, dana: Staff) -> None:
    for how in ("idle", "pressed"):
        desk_locks.lock_desk(desk=desk, person=dana, at=later(5), how=how)
    assert unlock(desk, dana, PIN).is_open
    desk.refresh_from_db()
    assert (desk.locked_at, desk.unlock_tries, desk.active_at) == (None, 0, later(6))
    assert desk.logged_in_at == NINE
    assert trail() == ["staff.pin_set", "desk.locked", "desk.unlocked"]
    assert AuditEvent.objects.get(action="desk.locked").detail == {"how": "idle"}


def test_the_password_opens_it_too_and_the_pin_is_stored_hashed(desk: DeskSession, dana: Staff) -> None:
    assert PIN not in dana.pin
    assert unlock(desk, dana, make.PASSWORD).is_open


def test_the_fifth_wrong_try_ends_the_login_and_the_right_pin_comes_too_late(
    desk: DeskSession, dana: Staff
) -> None:
    left = [unlock(desk, dana, f"19483{digit}").tries_left for digit in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert not unlock(desk, dana, PIN).is_open
    desk.refresh_from_db()
    assert desk.ended_at is not None
    assert trail()[1:] == ["desk.unlock_refused"] * 5 + ["desk.ended"]


def test_a_login_whose_fifth_try_broke_off_is_ended_by_the_next_once(
    desk: DeskSession, dana: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its browser was logged out, and its row stayed a login that goes on."""
    monkeypatch.setattr(desk_locks, "_LAST_TRY_SECONDS", 0.1)
    DeskSession.objects.update(unlock_tries=5)
    for _ in range(2):
        assert unlock(desk, dana, PIN) == (False, 0)
    desk.refresh_from_db()
    assert desk.ended_at == later(6)
    assert AuditEvent.objects.get(action="desk.ended").detail == {"why": "tries"}


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_right", [True, False])
def test_a_try_waits_for_the_fifth_that_is_being_compared(
    desk: DeskSession, dana: Staff, *, is_right: bool
) -> None:
    """The right PIN sent twice by a double tap, after four wrong ones, ended the login."""
    for digit in range(4):
        unlock(desk, dana, f"19483{digit}")
    is_compared = threading.Event()

    def compare() -> bool:
        is_compared.set()
        time.sleep(0.5)
        return is_right

    def first() -> bool:
        tried = desk_locks.unlock_desk_if(desk=desk, person=dana, is_right=compare, at=later(6))
        return tried.is_open

    def second() -> bool:
        is_compared.wait(5)
        return unlock(desk, dana, PIN).is_open

    assert at_once(first, second) == [is_right, is_right]
    desk.refresh_from_db()
    assert (desk.ended_at, desk.unlock_tries) == ((None, 0) if is_right else (later(6), 5))


def test_a_try_is_counted_before_it_is_compared(
    desk: DeskSession, dana: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise many at once would all be compared."""
    counted = []

    def compare(person: Staff, secret: str) -> bool:
        counted.append(DeskSession.objects.get(pk=desk.pk).unlock_tries)
        return False

    monkeypatch.setattr(desk_locks, "_is_secret_right", compare)
    for _ in range(7):
        unlock(desk, dana, PIN)
    assert counted == [1, 2, 3, 4, 5]


def test_activity_moves_on_and_never_back_and_opens_nothing(desk: DeskSession, dana: Staff) -> None:
    desk_locks.keep_activity(desk=desk, at=later(3))
    desk_locks.keep_activity(desk=desk, at=later(2))
    desk.refresh_from_db()
    assert desk.active_at == later(3)
    desk_locks.lock_desk(desk=desk, person=dana, at=later(4), how="pressed")
    desk_locks.keep_activity(desk=desk, at=later(5))
    desk.refresh_from_db()
    assert (desk.active_at, desk.locked_at) == (later(3), later(4))


def test_an_easy_pin_is_refused_and_an_empty_one_removes_it(desk: DeskSession, dana: Staff) -> None:
    with pytest.raises(Refused, match="easy to guess"):
        desk_locks.set_pin(person=dana, pin="123456", by=dana, at=NINE)
    assert Staff.objects.get(pk=dana.pk).pin == dana.pin
    assert desk_locks.set_pin(person=dana, pin="", by=dana, at=NINE).pin == ""


def test_a_clinic_chooses_after_how_many_minutes_its_desks_lock(brook: Clinic) -> None:
    assert brook.lock_after_minutes == 5
    assert desk_locks.set_lock_after(clinic=brook, minutes=3, at=NINE).lock_after_minutes == 3
    for minutes in (0, 16):
        with pytest.raises(Refused, match="1 to 15"):
            desk_locks.set_lock_after(clinic=brook, minutes=minutes, at=NINE)
    assert trail() == ["clinic.changed"]
