"""What an administrator or an auditor typed and could not send waits for them, too, and never a password."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from checkin.actions import devices, staff_invitations
from checkin.models import Clinic, Device, Location, Role, Staff, UnsentForm
from tests import make
from tests.desk.test_unsent_forms import end_session, form_in, log_in, make_stale, opened

pytestmark = pytest.mark.usefixtures("front")
INVITED = {"name": "Eva Kessler", "username": "eva", "role": "clinician", "location": "", "email": ""}


@pytest.fixture
def admin(ada: Staff) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    return client


def test_an_invitation_is_shown_to_its_administrator_after_the_next_login(admin: Client, ada: Staff) -> None:
    """The page of unsent forms led them to the settings, and what they had typed was lost."""
    hidden = opened(admin, "/settings/staff/new/")
    end_session(admin)
    answer = admin.post("/settings/staff/new/", INVITED | hidden)
    assert answer.url == "/account/login/?next=/typed/"
    page = log_in(admin, answer.url, ada.username).content.decode()
    action, fields = form_in(page)
    assert (action, fields["name"], fields["username"]) == ("/settings/staff/new/", ["Eva Kessler"], ["eva"])
    assert "Make the link" in page and '<option value="clinician" selected>Clinician</option>' in page
    assert admin.post(action, fields | {"role": "clinician"}).status_code == 200
    assert Staff.objects.filter(username="eva").exists() and not UnsentForm.objects.exists()


def test_a_change_of_an_account_says_whose_it_is(admin: Client, ada: Staff, dana: Staff) -> None:
    address = f"/settings/staff/{dana.pk}/"
    hidden = opened(admin, address)
    make_stale(admin)
    answer = admin.post(address, INVITED | hidden)
    assert answer.status_code == 403
    assert f"This is for <bdi>{dana.name}</bdi>" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "address", "fields"),
    [
        (Role.AUDITOR, "/audit/patients/", {"q": "Leo Ruiz"}),
        (Role.AUDITOR, "/emergency/", {"reason": "Fire alarm"}),
        (Role.ADMINISTRATOR, "/emergency/", {"reason": "Fire alarm"}),
        (Role.ADMINISTRATOR, "/settings/tablets/", {"name": "By the door"}),
        (Role.ADMINISTRATOR, "/settings/security/", {"own_networks": "203.0.113.0/24"}),
    ],
)
def test_every_form_of_these_roles_waits_for_its_author(
    brook: Clinic, role: str, address: str, fields: dict[str, str]
) -> None:
    person = make.staff(brook, "erin", role=role)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    hidden = opened(browser, address)
    end_session(browser)
    page = log_in(browser, browser.post(address, fields | hidden).url, "erin").content.decode()
    _, shown = form_in(page)
    for name, text in fields.items():
        assert shown[name] == [text]


def test_a_form_of_a_page_that_ones_role_no_longer_opens_is_not_shown(admin: Client, ada: Staff) -> None:
    hidden = opened(admin, "/settings/staff/new/")
    end_session(admin)
    answer = admin.post("/settings/staff/new/", INVITED | hidden)
    Staff.objects.filter(pk=ada.pk).update(role=Role.AUDITOR)
    assert "Eva Kessler" not in log_in(admin, answer.url, ada.username).content.decode()


@pytest.mark.parametrize("address", ["/account/pin/", "/account/email/", "/account/password/"])
def test_nothing_typed_on_a_page_with_a_password_or_pin_is_kept(admin: Client, address: str) -> None:
    hidden = opened(admin, "/settings/staff/new/")
    end_session(admin)
    admin.post(address, {"pin": "482915", "password": "secret words", "email": "ada@brook.example"} | hidden)
    assert not UnsentForm.objects.exists()
    admin.post("/settings/staff/new/", INVITED | hidden | {"new_password": "secret words"})
    assert not UnsentForm.objects.exists()


def test_no_form_of_the_settings_asks_for_a_secret(admin: Client) -> None:
    for address in ("/settings/staff/new/", "/settings/tablets/", "/settings/security/", "/settings/copies/"):
        page = admin.get(address).content.decode()
        assert not re.search(r'type="password"|name="(pin|code|secret|token)"', page), address


_ON_PAGE = re.compile(
    r'<form method="post" action="(/settings/[^"]+)"[^>]*>(?:(?!</form>).)*?'
    r'<button type="submit"[^>]*>(.*?)</button>',
    re.DOTALL,
)
_KEPT = re.compile(
    r'<form class="typed" method="post" action="([^"]+)".*?<bdi>([^<]+)</bdi></button>', re.DOTALL
)


def test_the_buttons_of_kept_forms_are_named_as_on_their_pages(
    brook: Clinic, front: Location, ada: Staff, dana: Staff, tuesday: Any
) -> None:
    """“Deactivate account” stood there for an invitation, which its own page withdraws."""
    away, invited = (make.staff(brook, name, is_active=False) for name in ("away", "invited"))
    staff_invitations.issue_staff_link(person=invited, key="a" * 32, by=ada, at=make.at())
    addresses = [f"/settings/staff/{person.pk}/" for person in (dana, away, invited)]
    for kind in Device.Kind.values:
        device, _ = devices.enrol_device(location=front, name=kind, kind=kind, at=make.at())
        addresses += [f"/settings/tablets/{device.pk}/{act}/" for act in ("revoke", "key")]
    browser = Client()
    browser.force_login(ada)
    shown = {
        action: words
        for address in addresses
        for action, words in _ON_PAGE.findall(browser.get(address).content.decode())
    }
    assert len(shown) == 9 and len(set(shown.values())) == 8
    for action in shown:
        UnsentForm.objects.create(staff=ada, at=make.at(), action=action, fields=[])
    assert dict(_KEPT.findall(browser.get("/typed/").content.decode())) == shown
