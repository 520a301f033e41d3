"""Fixtures that the journeys share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic, Location, Staff
from tests import make
from tests.journeys.desk_screen import logged_in
from tests.journeys.full_desk import FullDesk, fill_desk


@pytest.fixture(autouse=True)
def close_what_is_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close every window that the test has left open.

    Its pages would go on asking the server of the next tests, each with a connection to the database, until
    PostgreSQL takes no more. One that several tests share was open before.
    """
    if "browser" not in request.fixturenames:
        yield
        return
    browser = request.getfixturevalue("browser")
    before = set(browser.contexts)
    yield
    for context in set(browser.contexts) - before:
        context.close()


@pytest.fixture
def brook(db: None) -> Clinic:
    """Return a clinic where it is noon now, so that an hour ago is the same day."""
    ahead = 12 - timezone.now().hour
    return make.clinic(time_zone=f"Etc/GMT{-ahead:+d}")


@pytest.fixture
def board(browser: Browser, live_server: LiveServer, dana: Staff, front: Location) -> Iterator[Page]:
    """Open the board in Dana's browser."""
    context = logged_in(browser, live_server.url, dana)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda problem: troubles.append(str(problem)))
    page.goto("/")
    yield page
    context.close()
    assert troubles == []


@pytest.fixture
def full_desk(
    browser: Browser,
    live_server: LiveServer,
    brook: Clinic,
    front: Location,
    dana: Staff,
    noor: Staff,
    max_: Staff,
) -> Iterator[FullDesk]:
    """Fill every page of the desk, and log in Max, who may do everything there."""
    paths = fill_desk(brook, front, dana=dana, noor=noor, max_=max_)
    context = logged_in(browser, live_server.url, max_, reduced_motion="reduce")
    yield FullDesk(context.new_page(), paths)
    context.close()
