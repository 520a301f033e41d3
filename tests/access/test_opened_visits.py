"""Every page of an opened confidential visit closes by itself, and what was done at it is told only there."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import time_machine

from checkin.models import ConsentRecord, Visit
from tests import make
from tests.access.answers import text_of_answer
from tests.access.test_closed_visits import CONSENT, desk, open_visit, secret, shows
from tests.access.walk import add_rows_of_addresses, list_addresses, list_principals, undone
from tests.fresh_pages import FreshPages

__all__ = ["desk", "secret"]
pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
SCRIPT = {"HX-Request": "true"}


def test_every_page_of_an_opened_visit_is_emptied_when_it_closes(
    at: SimpleNamespace, secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    """What was typed, a note, a promise and whom to match stayed on the screen for as long as nobody left."""
    add_rows_of_addresses(at)
    list_principals(at, at.leo.clinic)  # they have the tablet of some addresses
    open_visit(desk, secret, tuesday)
    shown, stay = set(), set()
    for url, address in list_addresses(at).items():
        for headers in ({}, SCRIPT) if url.startswith("desk:") else ():
            with undone(desk):
                answer = desk.get(address.path, headers=headers)
            page = text_of_answer(answer)
            if not shows(answer) or answer.headers["Content-Type"] == "application/pdf":
                continue
            shown.add(url)
            if 'data-sealed="20"' not in page or page.count("data-sealed=") != 1:
                stay.add((url, *headers))
    assert {"desk:visit", "desk:reason", "desk:promise", "desk:match_one", "desk:leave", "desk:note"} <= shown
    assert stay == set()


def test_a_script_gets_no_part_of_an_opened_visit_but_opens_the_page(
    secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    """The board put what was typed into its dialog, where it stayed."""
    open_visit(desk, secret, tuesday)
    answer = desk.get(f"/visits/{secret.pk}/reason/", headers=SCRIPT)
    assert answer.status_code == 409 and not shows(answer)
    assert shows(desk.get(f"/visits/{secret.pk}/reason/"))


@pytest.mark.parametrize("elsewhere", ["/", "/promises/"])
def test_what_came_of_a_form_is_shown_on_no_page_but_the_visits_own(
    secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller, elsewhere: str
) -> None:
    """Sent in the 19th second, it was on whatever page came next, with the visit closed by then."""
    open_visit(desk, secret, tuesday)
    before = ConsentRecord.objects.count()
    tuesday.shift(19)
    assert desk.post(f"/visits/{secret.pk}/consent/", CONSENT).status_code == 302
    assert ConsentRecord.objects.count() == before + 1
    tuesday.shift(3)
    assert not shows(desk.get(elsewhere))
    assert not shows(desk.get(f"/visits/{secret.pk}/"))
    opened = desk.post(f"/visits/{secret.pk}/sealed/", {"reason": "visit"}, follow=True)
    assert "Zqxvkjwitness agreed to" in text_of_answer(opened)


def test_what_came_of_a_form_is_on_the_opened_visits_page_at_once(
    secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    open_visit(desk, secret, tuesday)
    page = text_of_answer(desk.post(f"/visits/{secret.pk}/consent/", CONSENT, follow=True))
    assert "Zqxvkjwitness agreed to" in page and "What came of it is on" not in page


HINT = "What came of it is on"


@pytest.mark.parametrize("file", ["notes/{}/pdf", "notes/today.pdf"])
def test_what_came_of_a_form_waits_for_a_page_while_files_of_the_visit_are_opened(
    at: SimpleNamespace, secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller, file: str
) -> None:
    """“Open PDF” took it, and the next page of anything else told it."""
    open_visit(desk, secret, tuesday)
    tuesday.shift(1)
    assert desk.post(f"/visits/{secret.pk}/consent/", CONSENT).status_code == 302
    assert desk.get("/" + file.format(at.note.number)).status_code == 200
    assert not shows(desk.get("/"))
    assert "Zqxvkjwitness agreed to" in text_of_answer(desk.get(f"/visits/{secret.pk}/"))


def test_what_came_of_a_note_is_told_once_on_its_own_page(
    at: SimpleNamespace, secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    """It was told, and beside it stood that it is told on another page."""
    open_visit(desk, secret, tuesday)
    answer = desk.post(f"/notes/{at.note.number}/void", {"reason": "zqxvkjvoid"}, follow=True)
    page = text_of_answer(answer)
    assert answer.redirect_chain == [(f"/notes/{at.note.number}/", 302)]
    assert "is void" in page and HINT not in page
    assert HINT not in text_of_answer(desk.get("/"))


def test_what_was_said_before_is_not_taken_for_what_came_of_a_form(
    at: SimpleNamespace, secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    open_visit(desk, secret, tuesday)
    other = make.visit(secret.location, make.at("9:50"))
    desk.post(f"/visits/{other.pk}/reason/", {})
    desk.post(f"/match/{secret.pk}/search/", {"q": "Leo"})
    page = text_of_answer(desk.get("/"))
    assert f"Read: {other.token}." in page and HINT not in page
