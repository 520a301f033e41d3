"""When somebody was last here: known to a few minutes, for almost no queries."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import staff_presence
from checkin.models import Staff
from tests import make

NOW = make.at("9:40")


def test_it_is_stored_at_most_once_in_five_minutes(dana: Staff) -> None:
    assert staff_presence.note_staff_seen(person=dana, at=NOW)
    assert not staff_presence.note_staff_seen(person=dana, at=NOW + dt.timedelta(minutes=4))
    assert Staff.objects.get().last_seen_at == NOW
    assert staff_presence.note_staff_seen(person=dana, at=NOW + dt.timedelta(minutes=5))
    assert Staff.objects.get().seen_at == NOW + dt.timedelta(minutes=5)


def test_a_log_in_counts_and_needs_no_second_write(dana: Staff) -> None:
    dana.last_login = NOW
    with CaptureQueriesContext(connection) as queries:
        assert not staff_presence.note_staff_seen(person=dana, at=NOW)
    assert len(queries) == 0
    assert dana.seen_at == NOW


def test_who_was_never_here_was_never_seen(dana: Staff) -> None:
    assert dana.seen_at is None


def test_a_page_stores_it_and_what_a_page_asks_by_itself_does_not(
    dana: Staff, tuesday: time_machine.Traveller
) -> None:
    browser = Client()
    browser.force_login(dana)
    tuesday.shift(dt.timedelta(minutes=10))
    browser.get("/", headers={"HX-Request": "true"})
    assert Staff.objects.get().last_seen_at is None
    browser.get("/patients/")
    assert Staff.objects.get().last_seen_at == make.at("9:50")


def test_a_database_that_cannot_be_written_takes_no_page_away(
    dana: Staff, tuesday: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> bool:
        raise DatabaseError("disk is full")

    browser = Client()
    browser.force_login(dana)
    monkeypatch.setattr(staff_presence, "note_staff_seen", fail)
    assert browser.get("/patients/").status_code == 200
