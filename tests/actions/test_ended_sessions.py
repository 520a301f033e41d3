"""What staff searched for is deleted with their session."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from checkin.actions.ended_sessions import delete_ended_sessions, delete_old_login_times
from checkin.management.commands import escalate
from checkin.models import DeskSession, Staff
from tests import make


def test_a_session_that_ended_is_deleted_and_another_stays(
    tab: Client, max_: Staff, tuesday: Any, django_assert_num_queries: Any
) -> None:
    other = Client()
    other.force_login(max_)
    Session.objects.filter(pk=other.cookies["sessionid"].value).update(expire_date=make.at("9:39"))
    Session.objects.filter(pk=tab.cookies["sessionid"].value).update(expire_date=make.at("19:00"))
    assert delete_ended_sessions(at=timezone.now()) == 1
    assert [one.pk for one in Session.objects.all()] == [tab.cookies["sessionid"].value]
    assert tab.get("/").status_code == 200
    with django_assert_num_queries(1):
        assert delete_ended_sessions(at=timezone.now()) == 0


def test_the_watch_deletes_them_every_minute(tab: Client, max_: Staff, tuesday: Any) -> None:
    Session.objects.update(expire_date=make.at("9:39"))
    DeskSession.objects.create(
        staff=max_, logged_in_at=timezone.now() - dt.timedelta(days=3), active_at=timezone.now()
    )
    turns = iter([True, False])
    escalate.Command().watch(lambda: next(turns), pause=lambda _seconds: None)
    assert not Session.objects.exists()
    assert not DeskSession.objects.filter(staff=max_).exists()


def test_the_times_of_old_logins_are_deleted_and_never_make_one_a_new_login(
    tab: Client, max_: Staff, tuesday: Any, django_assert_num_queries: Any
) -> None:
    """Deleted too early, a login that was ended would begin again with its browser's session."""
    assert tab.get("/").status_code == 200
    now = timezone.now()
    for days in (1, 3):
        since = now - dt.timedelta(days=days)
        DeskSession.objects.create(staff=max_, logged_in_at=since, active_at=since, ended_at=since)
    assert delete_old_login_times(at=now) == 1
    assert DeskSession.objects.filter(staff=max_).count() == 1
    with django_assert_num_queries(1):
        assert delete_old_login_times(at=now) == 0
    assert tab.get("/").status_code == 200
    DeskSession.objects.all().delete()
    assert tab.get("/").headers["Location"].startswith("/account/login/")
    assert not DeskSession.objects.exists()
