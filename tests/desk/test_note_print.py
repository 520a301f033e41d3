"""Printing from the browser gives the note on one page, without the screen around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from checkin.models import Clinic, Location, Staff
from tests import make
from tests.desk.note_pages import issued
from tests.papers.sheets import opened, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def logged_in(page: Page, live_server: LiveServer, as_: Callable[[Staff], Client], dana: Staff) -> Page:
    session = as_(dana).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_browser_prints_the_note_and_nothing_else(
    logged_in: Page, live_server: LiveServer, front: Location, brook: Clinic, noor: Staff, language: str
) -> None:
    make.patient(brook, "Leo Ruiz", language=language)
    issued(make.visit(front), noor)
    logged_in.goto(f"{live_server.url}/notes/1/")
    made = logged_in.pdf(prefer_css_page_size=True)
    text = text_of(made)
    assert len(opened(made).pages) == 1
    assert "Leo Ruiz" in text and "School note" in text and "Note no. 1" in text
    for words in ("Board", "Void note", "Change and reissue", "Print", "Dana"):
        assert words not in text


def test_key_i_issues_and_then_prints(
    logged_in: Page, live_server: LiveServer, front: Location, brook: Clinic
) -> None:
    make.patient(brook, "Leo Ruiz")
    visit = make.visit(front)
    logged_in.add_init_script("window.print = () => { document.documentElement.dataset.printed = 'yes'; };")
    logged_in.goto(f"{live_server.url}/visits/{visit.pk}/notes/school/")
    logged_in.keyboard.press("i")
    logged_in.wait_for_url("**/notes/1/")
    logged_in.keyboard.press("i")
    logged_in.wait_for_selector("html[data-printed=yes]")


def test_the_content_security_policy_blocks_nothing_on_the_note(
    logged_in: Page, live_server: LiveServer, front: Location, brook: Clinic, noor: Staff
) -> None:
    make.patient(brook, "Leo Ruiz")
    issued(make.visit(front), noor)
    said: list[str] = []
    logged_in.on("console", lambda message: said.append(message.text))
    logged_in.goto(f"{live_server.url}/notes/1/")
    box = logged_in.locator("svg.square").first.bounding_box()
    assert box["width"] > 60
    assert [words for words in said if "Content Security Policy" in words] == []


def test_only_the_name_and_the_day_of_return_are_bold(
    logged_in: Page, live_server: LiveServer, front: Location, brook: Clinic, noor: Staff
) -> None:
    make.patient(brook, "Leo Ruiz", language="es")
    issued(make.visit(front), noor)
    logged_in.goto(f"{live_server.url}/notes/1/")
    bold = logged_in.evaluate(
        """() => [...document.querySelectorAll(".excuse:first-child .excuse-facts td *")]
            .filter((one) => !one.children.length && getComputedStyle(one).fontWeight > 500)
            .map((one) => one.textContent)"""
    )
    assert bold == ["Leo Ruiz", "Wednesday, March 11, 2026"]
