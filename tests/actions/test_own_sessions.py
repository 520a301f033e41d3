"""Ending the sessions of a person."""

from __future__ import annotations

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from checkin.actions import own_sessions
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Staff
from tests import make


def browsers(person: Staff, number: int) -> list[Client]:
    """Return that many browsers in which this person is logged in."""
    made = [Client() for _ in range(number)]
    for one in made:
        one.force_login(person)
    return made


def is_logged_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def test_all_sessions_of_one_person_end_and_nobody_elses(
    dana: Staff, noor: Staff, tuesday: time_machine.Traveller
) -> None:
    hers, others = browsers(dana, 3), browsers(noor, 1)
    assert own_sessions.end_sessions(person=dana, by=dana, at=make.at("9:40")) == 3
    assert [is_logged_in(one) for one in hers + others] == [False, False, False, True]
    assert AuditEvent.objects.get(action="staff.sessions_ended").detail == {"count": 3}


def test_the_session_that_is_named_goes_on(dana: Staff, tuesday: time_machine.Traveller) -> None:
    first, second = browsers(dana, 2)
    key = first.session.session_key or ""
    assert own_sessions.end_sessions(person=dana, by=dana, at=make.at("9:40"), but_key=key) == 1
    assert (is_logged_in(first), is_logged_in(second)) == (True, False)


def test_their_list_of_logins_keeps_none_that_has_ended(
    dana: Staff, noor: Staff, tuesday: time_machine.Traveller
) -> None:
    for person, browser in ((dana, browsers(dana, 1)[0]), (noor, browsers(noor, 1)[0])):
        key = browser.session.session_key
        UserSession.objects.create(user=person, ip="192.0.2.1", session_key=key, user_agent="")
    own_sessions.end_sessions(person=dana, by=dana, at=make.at("9:40"))
    assert [one.user for one in UserSession.objects.all()] == [noor]


def test_only_ones_own_session_ends_by_its_number(
    dana: Staff, noor: Staff, tuesday: time_machine.Traveller
) -> None:
    (browser,) = browsers(noor, 1)
    row = UserSession.objects.create(
        user=noor, ip="192.0.2.1", session_key=browser.session.session_key, user_agent=""
    )
    with pytest.raises(Refused, match="ended already"):
        own_sessions.end_session(person=dana, number=row.pk, by=dana, at=make.at("9:40"))
    assert is_logged_in(browser)
    own_sessions.end_session(person=noor, number=row.pk, by=noor, at=make.at("9:40"))
    assert not is_logged_in(browser)


def test_a_session_gets_a_new_key_in_its_persons_list_too(dana: Staff) -> None:
    (browser,) = browsers(dana, 1)
    session = browser.session
    old = session.session_key
    UserSession.objects.create(user=dana, ip="192.0.2.1", session_key=old, user_agent="")
    assert own_sessions.renew_session_key(person=dana, session=session)
    assert session.session_key != old
    assert UserSession.objects.get(user=dana).session_key == session.session_key


def test_a_session_that_was_ended_gets_no_new_key(dana: Staff, tuesday: time_machine.Traveller) -> None:
    """It went on from the memory of a request that had begun before “Log out everywhere”."""
    (browser,) = browsers(dana, 1)
    session = browser.session
    assert session["_auth_user_id"] == str(dana.pk)
    own_sessions.end_sessions(person=dana, by=dana, at=make.at("9:40"))
    assert not own_sessions.renew_session_key(person=dana, session=session)
    assert not Session.objects.exists()
