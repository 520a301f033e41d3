"""The pages of staff accounts: each works, and for nobody else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import pytest_django
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import staff, staff_invitations
from checkin.actions.staff import staff_facts
from checkin.models import AuditEvent, Clinic, Location, Role, Staff, StaffInvitation
from tests import make
from tests.smtp import mail_server

NOW = make.at("9:40")
EVA = {"name": "Eva Stone", "username": "eva", "role": "clinician", "location": "", "email": "", "key": "k1"}
As = Callable[[Staff], Client]

pytestmark = pytest.mark.usefixtures("tuesday")


def page(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def shown_link(answer: Any) -> str:
    found = re.search(r'id="link"[^>]* value="([^"]+)"', answer.content.decode())
    assert found, page(answer)
    return found[1]


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def invite(browser: Client, **said: str) -> Any:
    return browser.post("/settings/staff/new/", EVA | said)


def edit(browser: Client, person: Staff, **said: object) -> Any:
    facts = staff_facts(person)
    shown = {
        "name": facts.name,
        "role": facts.role,
        "location": facts.location_id or "",
        "email": facts.email,
    }
    return browser.post(f"/settings/staff/{person.pk}/", shown | {"mark": facts.mark} | said)


# The list


def test_the_list_says_who_may_log_in_and_when_they_were_here(
    as_: As, ada: Staff, dana: Staff, noor: Staff, tuesday: time_machine.Traveller
) -> None:
    browser = as_(ada)
    staff.deactivate_staff(person=noor, by=ada, at=NOW)
    invite(browser)
    text = " ".join(page(browser.get("/settings/staff/")).split())
    assert "Invited, link until" in text and "Inactive" in text and "never" in text
    assert text.index("Ada") < text.index("Dana") < text.index("Noor")
    tuesday.shift(24 * 3600)
    assert "Link expired" in page(as_(ada).get("/settings/staff/"))


def test_managers_and_administrators_read_there_why_no_mail_goes_out(
    as_: As, ada: Staff, max_: Staff, settings: pytest_django.Settings
) -> None:
    """Only the page of promises said it, which an administrator may not open; and they set the sender."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = settings.EMAIL_HOST_USER = ""
    for person in (ada, max_):
        assert "No sender is set, so no e-mail goes out." in page(as_(person).get("/settings/staff/"))
    settings.DEFAULT_FROM_EMAIL = "desk@brook.example"
    assert "No sender is set" not in page(as_(ada).get("/settings/staff/"))


def test_the_list_costs_the_same_for_any_number(as_: As, ada: Staff) -> None:
    browser, counts = as_(ada), []
    for some in ("one", "two"):
        with CaptureQueriesContext(connection) as queries:
            browser.get("/settings/staff/")
        counts.append(len(queries))
        for number in range(5):
            make.staff(ada.clinic, f"{some}{number}", location=ada.location)
    assert counts[0] == counts[1]


def test_a_manager_sees_administrators_without_a_link_to_change_them(
    as_: As, max_: Staff, ada: Staff
) -> None:
    text = page(as_(max_).get("/settings/staff/"))
    assert ada.name in text and f"/settings/staff/{ada.pk}/" not in text


# Inviting


def test_an_invitation_shows_its_link_once_as_words_and_as_a_code(as_: As, ada: Staff) -> None:
    answer = invite(as_(ada))
    text = page(answer)
    assert "<svg" in text and "Copy link" in text and "until" in text
    assert shown_link(answer).startswith("http://testserver/account/invitation/")
    eva = Staff.objects.get(username="eva")
    code = shown_link(answer).rstrip("/").rpartition("/")[2]
    assert code not in page(as_(ada).get(f"/settings/staff/{eva.pk}/"))


def test_the_form_promises_mail_only_where_it_can_be_sent(
    as_: As, ada: Staff, dana: Staff, settings: pytest_django.Settings
) -> None:
    """It said "If you have one" to whoever invites, and that the link is sent, without a mail server."""
    settings.DEFAULT_FROM_EMAIL = "desk@brook.example"
    for backend, sent in (("console", False), ("smtp", True)):
        settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
        for path in ("/settings/staff/new/", f"/settings/staff/{dana.pk}/"):
            text = page(as_(ada).get(path))
            assert "If they have one." in text
            assert ("The link and overdue promises are sent to it." in text) is sent
            assert ("Nothing is sent to it until the clinic’s e-mail is set up." in text) is not sent


def test_pressed_twice_it_is_one_person_and_the_same_link(as_: As, ada: Staff) -> None:
    browser = as_(ada)
    assert shown_link(invite(browser)) == shown_link(invite(browser))
    assert Staff.objects.filter(username="eva").count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"username": "DANA"}, "Somebody has the username DANA already"),
        ({"name": " "}, "Write the person's name."),
        ({"name": "\u2800"}, "Write the person's name."),
        ({"name": "\u200b\u2060"}, "Write the person's name."),
        ({"username": ""}, "Write a username."),
        ({"username": "\u200b"}, "Write a username."),
        ({"email": "eva"}, "“eva” is no e-mail address"),
        ({"role": ""}, "Choose a role."),
    ],
)
def test_a_mistake_says_what_is_wrong_and_keeps_what_was_typed(
    as_: As, ada: Staff, dana: Staff, said: dict[str, str], sentence: str
) -> None:
    answer = invite(as_(ada), **{"name": "Eva of the Lake"} | said)
    assert answer.status_code == 400
    assert sentence in page(answer)
    assert "name" in said or "Eva of the Lake" in page(answer)
    assert not StaffInvitation.objects.exists()


def test_a_manager_is_not_offered_and_cannot_send_a_higher_role(as_: As, max_: Staff) -> None:
    browser = as_(max_)
    assert 'value="administrator"' not in page(browser.get("/settings/staff/new/"))
    for role in ("administrator", "auditor"):
        assert invite(browser, role=role).status_code == 400
    assert not StaffInvitation.objects.exists()


def test_the_mail_is_sent_once_and_a_failure_is_said(
    as_: As, ada: Staff, brook: Clinic, settings: Any
) -> None:
    Clinic.objects.filter(pk=brook.pk).update(mail_from="desk@brook.example")
    browser = as_(Staff.objects.get(pk=ada.pk))
    with mail_server(settings) as letters:
        assert "It was also sent to" in page(invite(browser, email="eva@brook.example"))
        invite(browser, email="eva@brook.example")
    assert len(letters) == 1
    answer = browser.post(f"/settings/staff/{Staff.objects.get(username='eva').pk}/link/", {"key": "k2"})
    assert "could not be sent" in page(answer) and shown_link(answer)


def test_a_link_that_opens_here_only_says_so(as_: As, ada: Staff, brook: Clinic, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    answer = as_(ada).post("/settings/staff/new/", EVA, headers={"Host": "localhost"})
    assert "opens on this computer only" in page(answer)
    settings.ALLOWED_HOSTS = ["testserver"]
    Clinic.objects.filter(pk=brook.pk).update(site="https://checkin.brook.example")
    answer = as_(Staff.objects.get(pk=ada.pk)).post(
        "/settings/staff/new/", EVA | {"username": "eve", "key": "k9"}
    )
    assert shown_link(answer).startswith("https://checkin.brook.example/account/invitation/")
    assert "opens on this computer only" not in page(answer)


# The link


def choose(browser: Client, link: str, one: str = "seven quiet herons", two: str = "") -> Any:
    return browser.post(path_of(link), {"password1": one, "password2": two or one})


def test_the_link_lets_the_person_choose_a_password_and_logs_them_in(as_: As, ada: Staff) -> None:
    link, browser = shown_link(invite(as_(ada))), Client()
    first = browser.get(path_of(link))
    assert first.status_code == 200 and 'value="eva"' in page(first)
    assert choose(browser, link).status_code == 302
    assert "Eva Stone" in page(browser.get("/"))
    assert choose(browser, link).status_code == 302, "a second press"
    other = Client()
    assert "does not work anymore" in page(other.get(path_of(link)))
    assert choose(other, link, "another long sentence").status_code == 404
    assert other.get("/").status_code == 302


def test_a_password_just_chosen_is_not_asked_for_again_to_add_a_passkey(as_: As, ada: Staff) -> None:
    link = shown_link(invite(as_(ada)))
    phone = Client()
    choose(phone, link)
    assert phone.get("/account/passkeys/add/").status_code == 200


@pytest.mark.parametrize(
    ("one", "two", "sentence"),
    [
        ("short", "", "at least 15"),
        ("Brook Street Clinic", "", "mostly the name of the clinic"),
        ("evastone evastone1", "", "mostly your own name"),
        ("123456789012345", "", "row of keys"),
        ("aaaaaaaaaaaaaaaa", "", "repeats the same"),
        ("seven quiet herons", "seven quiet heron", "These two are not the same"),
    ],
)
def test_a_weak_or_mistyped_password_keeps_the_link(
    as_: As, ada: Staff, one: str, two: str, sentence: str
) -> None:
    link, browser = shown_link(invite(as_(ada))), Client()
    answer = choose(browser, link, one, two)
    assert answer.status_code == 400 and sentence in page(answer)
    assert f'value="{one}"' not in page(answer)
    assert choose(browser, link).status_code == 302


def test_used_expired_and_unknown_links_read_alike(
    as_: As, ada: Staff, tuesday: time_machine.Traveller
) -> None:
    used, over = shown_link(invite(as_(ada))), shown_link(invite(as_(ada), username="eve", key="k3"))
    choose(Client(), used)
    tuesday.shift(24 * 3600)
    texts = {page(Client().get(path_of(link))) for link in (used, over, "http://x/account/invitation/none/")}
    assert len(texts) == 1 and "does not work anymore" in texts.pop()


def test_guessing_is_slowed_and_a_real_link_still_opens(as_: As, ada: Staff) -> None:
    link, browser = shown_link(invite(as_(ada))), Client()
    answers = [browser.get(f"/account/invitation/guess{number}/").status_code for number in range(31)]
    assert answers[29:] == [404, 429]
    assert browser.get(path_of(link)).status_code == 200


def test_the_link_page_takes_only_reading_and_sending(as_: As, ada: Staff) -> None:
    link = shown_link(invite(as_(ada)))
    assert Client().put(path_of(link)).status_code == 405
    assert Client(enforce_csrf_checks=True).post(path_of(link), {"password1": "x"}).status_code == 403


# Changing


def test_a_change_is_saved_and_said(as_: As, ada: Staff, dana: Staff, annexe: Location) -> None:
    browser = as_(ada)
    assert edit(browser, dana, name="Dana Rose", location=annexe.pk).status_code == 302
    assert "The account of Dana Rose is saved." in page(browser.get("/settings/staff/"))
    assert Staff.objects.get(pk=dana.pk).location == annexe


def test_two_who_change_the_same_person_do_not_overwrite_each_other(
    as_: As, ada: Staff, max_: Staff, dana: Staff
) -> None:
    edit(as_(ada), dana, email="dana@brook.example")
    answer = edit(as_(max_), dana, name="Dana Rose")
    text = page(answer)
    assert answer.status_code == 409
    assert "dana@brook.example. Save again to keep yours" in text and 'value="Dana Rose"' in text
    mark = re.search(r'name="mark" value="(\w+)"', text)
    assert mark
    assert edit(as_(max_), dana, name="Dana Rose", mark=mark[1]).status_code == 302
    assert Staff.objects.get(pk=dana.pk).name == "Dana Rose"


def test_own_account_keeps_its_role_and_offers_no_deactivation(as_: As, ada: Staff) -> None:
    browser = as_(ada)
    text = page(browser.get(f"/settings/staff/{ada.pk}/"))
    assert "Nobody changes their own role" in text and "Deactivate account" not in text
    assert edit(browser, ada, role="clinician", name="Ada Moon").status_code == 302
    now = Staff.objects.get(pk=ada.pk)
    assert (now.role, now.name) == (Role.ADMINISTRATOR, "Ada Moon")


# Resetting and deactivating


def test_a_reset_logs_out_at_once_and_shows_a_link(as_: As, ada: Staff, dana: Staff) -> None:
    hers = as_(dana)
    assert hers.get("/").status_code == 200
    answer = as_(ada).post(f"/settings/staff/{dana.pk}/link/", {"key": "k"})
    assert not Session.objects.filter(session_key=hers.cookies["sessionid"].value).exists()
    assert hers.get("/").status_code == 302
    assert choose(hers, shown_link(answer)).status_code == 302
    assert hers.get("/").status_code == 200


def test_deactivating_logs_out_at_once_and_reactivating_takes_a_new_password(
    as_: As, ada: Staff, dana: Staff
) -> None:
    hers, browser = as_(dana), as_(ada)
    key = hers.cookies["sessionid"].value
    for _ in range(2):
        assert browser.post(f"/settings/staff/{dana.pk}/deactivate/").status_code == 302
        assert not Session.objects.filter(session_key=key).exists()
    assert "cannot log in anymore" in page(browser.get("/settings/staff/"))
    assert hers.get("/").status_code == 302
    assert AuditEvent.objects.filter(action="staff.deactivated").count() == 1
    assert "Reactivate account" in page(browser.get(f"/settings/staff/{dana.pk}/"))
    link = shown_link(browser.post(f"/settings/staff/{dana.pk}/link/", {"key": "k"}))
    assert choose(Client(), link).status_code == 302
    assert hers.get("/").status_code == 302, "the old session stays ended"


def test_a_lost_second_factor_is_removed_and_logs_out(as_: As, ada: Staff, dana: Staff) -> None:
    hers, browser = as_(dana), as_(ada)
    address = f"/settings/staff/{dana.pk}/"
    assert "Remove second factor" not in page(browser.get(address))
    Authenticator.objects.create(user=dana, type=Authenticator.Type.TOTP, data={})
    assert "Remove second factor" in page(browser.get(address))
    answers = [browser.post(f"{address}factors/").status_code for _ in range(2)]
    assert answers == [302, 302]
    assert not Authenticator.objects.exists()
    assert "has no second factor now" in page(browser.get(address))
    assert hers.get("/").status_code == 302
    assert browser.post(f"/settings/staff/{ada.pk}/factors/").status_code == 403


def test_a_form_whose_link_is_over_says_so(as_: As, ada: Staff, dana: Staff) -> None:
    browser = as_(ada)
    address = f"/settings/staff/{dana.pk}/link/"
    browser.post(address, {"key": "k"})
    staff_invitations.issue_staff_link(person=dana, key="other", by=ada, at=NOW)
    answer = browser.post(address, {"key": "k"}, follow=True)
    assert "used or replaced already" in page(answer)


# Nobody else

PATHS = ("", "link/", "deactivate/", "factors/")


def test_another_clinics_person_is_not_found(as_: As, ada: Staff, sol: Staff) -> None:
    browser = as_(ada)
    for path in PATHS:
        assert browser.post(f"/settings/staff/{sol.pk}/{path}", EVA).status_code == 404
    assert browser.get(f"/settings/staff/{sol.pk}/").status_code == 404
    assert sol.name not in page(browser.get("/settings/staff/"))


def test_another_clinics_front_desk_cannot_be_chosen(as_: As, ada: Staff, hilltop: Location) -> None:
    assert invite(as_(ada), location=str(hilltop.pk)).status_code == 400


def test_a_manager_reaches_no_administrator_or_auditor(as_: As, max_: Staff, ada: Staff, otto: Staff) -> None:
    browser = as_(max_)
    for person in (ada, otto):
        assert "Only an administrator" in page(browser.get(f"/settings/staff/{person.pk}/"))
        for path in PATHS:
            assert browser.post(f"/settings/staff/{person.pk}/{path}", EVA).status_code == 403
    assert not AuditEvent.objects.filter(action__startswith="staff.").exists()


@pytest.mark.parametrize("path", ["", "new/", "1/"])
def test_others_read_who_may(as_: As, dana: Staff, otto: Staff, path: str) -> None:
    for person in (dana, otto):
        answer = as_(person).get(f"/settings/staff/{path}")
        assert answer.status_code == 403
        assert "Only the manager or an administrator looks after staff accounts" in page(answer)


def test_a_stranger_is_asked_to_log_in(dana: Staff) -> None:
    for path in ("", "new/", f"{dana.pk}/", f"{dana.pk}/link/", f"{dana.pk}/deactivate/"):
        assert Client().get(f"/settings/staff/{path}").headers["Location"].startswith("/account/login/")


def test_buttons_take_only_what_a_button_sends(as_: As, ada: Staff, dana: Staff) -> None:
    browser = as_(ada)
    for path in ("link/", "deactivate/", "factors/"):
        assert browser.get(f"/settings/staff/{dana.pk}/{path}").status_code == 405
    for path in ("", "new/", f"{dana.pk}/"):
        assert browser.delete(f"/settings/staff/{path}").status_code == 405
    assert Staff.objects.get(pk=dana.pk).is_active
