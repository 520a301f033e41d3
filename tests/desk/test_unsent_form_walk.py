"""Each form of staff, kept unsent or sent from an outdated page, is there again with what was typed."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from checkin.models import Clinic, Staff, UnsentForm
from checkin.web.form_wording import HIDDEN_FIELDS
from checkin.web.unsent_form_settings import SETTINGS_FORM_WORDINGS
from checkin.web.unsent_form_wording import FORM_WORDINGS, find_form_wording
from tests.desk.test_posts_by_role import Press, about_no_page, about_what_is_sealed, pressed
from tests.desk.test_stale_walk import at, tabs  # noqa: F401  (fixtures)

pytestmark = pytest.mark.usefixtures("tuesday")
TEXT = "typed by hand 4711"


@pytest.fixture
def presses(
    tabs: dict[str, Client],  # noqa: F811
    at: SimpleNamespace,  # noqa: F811
    brook: Clinic,
    max_: Staff,
) -> list[Press]:
    """Return every POST of staff, with a text in each field of its form."""
    every = [*pressed(tabs, at), *about_no_page(brook, at, max_), *about_what_is_sealed(at, max_)]
    return [one._replace(said=one.said | typed_fields(one)) for one in every]


def typed_fields(press: Press) -> dict[str, str]:
    words = find_form_wording(press.address)
    names = {*words.labels, *(words.form.base_fields if words.form else ())}
    return dict.fromkeys(names - press.said.keys() - HIDDEN_FIELDS, TEXT)


def keep(person: Staff, press: Press) -> UnsentForm:
    fields = [
        [name, str(text)]
        for name, said in press.said.items()
        for text in (said if isinstance(said, list) else [said])
    ]
    made = {"pk": uuid.uuid4(), "staff": person, "at": timezone.now()}
    return UnsentForm.objects.create(**made, action=press.address, fields=fields)


def test_each_form_kept_or_outdated_is_shown_with_all_that_was_typed(
    presses: list[Press], max_: Staff, ada: Staff, otto: Staff
) -> None:
    """A care alert's form answered 500 at every login, and took all others of its person with it."""
    walked = {resolve(one.address.partition("?")[0]).view_name for one in presses}
    assert {f"desk:{name}" for name in FORM_WORDINGS} - walked == {"desk:location"}
    assert SETTINGS_FORM_WORDINGS.keys() - walked == {"open_in_emergency"}
    authors = {"settings:security": ada, "audit:patients": otto, "audit:patient_name": otto}
    browsers = {one: Client() for one in (max_, ada, otto)}
    for person, browser in browsers.items():
        browser.force_login(person)
        theirs = [one for one in presses if authors.get(one.route, max_) == person]
        for press in theirs:
            keep(person, press)
        page = browser.get("/typed/").content.decode()
        assert page.count('class="typed"') == len(theirs)
        assert page.count(TEXT) == sum(text == TEXT for one in theirs for text in one.said.values())
    shown = set()
    for press in presses:
        address = press.address.partition("drawn_for")[0]
        said = {name: text for name, text in press.said.items() if name != "drawn_for"}
        answer = browsers[authors.get(press.route, max_)].post(address, said)
        assert answer.status_code < 500, press.route
        if answer.status_code == 409 and TEXT in answer.content.decode():
            shown.add(press.route)
    assert shown >= {"desk:sealed_new", "desk:sealed_replace", "desk:proxy"}
