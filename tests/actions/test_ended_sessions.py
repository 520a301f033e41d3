"""What staff searched for is deleted with their session."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from checkin.actions.ended_sessions import delete_ended_sessions
from checkin.management.commands import escalate
from checkin.models import Staff
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


def test_the_watch_deletes_them_every_minute(tab: Client, tuesday: Any) -> None:
    Session.objects.update(expire_date=make.at("9:39"))
    turns = iter([True, False])
    escalate.Command().watch(lambda: next(turns), pause=lambda _seconds: None)
    assert not Session.objects.exists()
