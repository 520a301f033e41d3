"""A form of a confidential visit is taken after the 20 seconds, and no answer to it shows anything of it."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from checkin.actions import confidential_visits
from checkin.models import AuditEvent, Clinic, ConsentRecord, DeskSession, UnsentForm, Visit
from checkin.web.page_versions import visit_and_adult_version
from tests import make
from tests.access.answers import text_of_answer
from tests.access.test_canaries import CANARY, SAID, write_papers
from tests.access.walk import (
    Principal,
    add_rows_of_addresses,
    ask,
    list_addresses,
    list_principals,
    send,
    undone,
)
from tests.desk.test_audit_views import patients_of
from tests.desk.test_unsent_forms import form_in, make_stale
from tests.desk.test_unsent_forms import opened as opened_fields
from tests.fresh_pages import FreshPages
from tests.leaks import without_tokens

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
SPOKEN = {"who": "Zqxvkjwitness", "relationship": "zqxvkjaunt", "phone": "555-019-8877", "how": "telephone"}
CONSENT = {"care": "treatment", "agreed": "yes", **SPOKEN}
NOT_WRITTEN = "is closed again. Nothing was written. Open it with a reason."
KEPT = "What was typed is kept for 30 minutes."


@pytest.fixture
def secret(at: SimpleNamespace) -> Visit:
    """Return a confidential visit with a canary in every field; it is `at.leo` too."""
    visit = make.visit(at.leo.location, make.at("9:42"), name="Leo Ruiz", **SAID)
    write_papers(visit, at)
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=at.dana, at=make.at("9:44"))
    at.leo, at.promise, at.note, at.feedback = visit, at.own_promise, at.own_note, at.own_feedback
    visit.refresh_from_db()
    return visit


@pytest.fixture
def desk(at: SimpleNamespace) -> FreshPages:
    """Return the manager's browser."""
    client = FreshPages()
    client.force_login(at.max)
    return client


def open_visit(desk: Client, visit: Visit, clock: time_machine.Traveller) -> str:
    """Open the visit at 10:00; return the marker by which its forms say who types."""
    clock.move_to(make.at("10:00"), tick=False)
    page = text_of_answer(desk.post(f"/visits/{visit.pk}/sealed/", {"reason": "visit"}, follow=True))
    assert CANARY.search(page)
    found = re.search(r'name="typed_by" value="([^"]+)"', page)
    assert found
    return found[1]


def shows(answer: Any) -> list[str]:
    return CANARY.findall(without_tokens(text_of_answer(answer)))


def test_no_answer_to_a_form_shows_a_visit_that_was_opened_minutes_ago(
    at: SimpleNamespace, hill: Clinic, secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    """Each form was taken for 15 minutes, and a refused one answered with the adult's name and phone."""
    open_visit(desk, secret, tuesday)
    add_rows_of_addresses(at)
    list_principals(at, hill)  # they have the tablet of some addresses
    tuesday.shift(12 * 60)
    desk.get("/account/")
    me = Principal("manager", "manager", desk, "manager")
    found, led = [], set()
    for url, address in list_addresses(at).items():
        if not url.startswith("desk:"):
            continue
        for sent in (address, address._replace(drawn=address.path)):
            answer = ask(me, "POST", sent)
            with undone(desk):
                part = send(me, "POST", sent, **{"HX-Request": "true"})
            found += [(url, one.status_code) for one in (answer, part) if shows(one)]
            led |= {url} if answer.headers.get("Location") == f"/visits/{secret.pk}/" else set()
    assert found == [] and not shows(desk.get(f"/visits/{secret.pk}/"))
    assert {"desk:consent", "desk:preferences", "desk:note_draft", "desk:promise_try"} <= led


@pytest.mark.parametrize("page", ["consent/", "preferences/", "leave/?to=left"])
def test_a_refused_form_shows_the_visit_for_the_seconds_that_are_left(
    secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller, page: str
) -> None:
    """Its answer stayed on the screen for as long as nobody left it."""
    open_visit(desk, secret, tuesday)
    tuesday.shift(12)
    answer = desk.post(f"/visits/{secret.pk}/{page}", {})
    assert shows(answer) and 'data-sealed="8"' in text_of_answer(answer)
    assert f'content="8;url=/visits/{secret.pk}/"' in text_of_answer(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    tuesday.shift(9)
    answer = desk.post(f"/visits/{secret.pk}/{page}", {}, follow=True)
    assert answer.redirect_chain == [(f"/visits/{secret.pk}/", 302)]
    assert NOT_WRITTEN in text_of_answer(answer) and not shows(answer)


def test_a_complete_form_is_taken_and_what_came_of_it_waits_for_the_next_reason(
    secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    """The message named the adult and the child on the closed page."""
    open_visit(desk, secret, tuesday)
    before = ConsentRecord.objects.count()
    tuesday.shift(12 * 60)
    answer = desk.post(f"/visits/{secret.pk}/consent/", CONSENT, follow=True)
    assert ConsentRecord.objects.count() == before + 1
    assert "Open it with a reason to see what came of it" in text_of_answer(answer) and not shows(answer)
    opened = desk.post(f"/visits/{secret.pk}/sealed/", {"reason": "visit"}, follow=True)
    assert "Zqxvkjwitness agreed" in text_of_answer(opened)
    assert "Zqxvkjwitness agreed to" not in text_of_answer(desk.get("/promises/"))


def test_a_complete_form_is_not_taken_after_fifteen_minutes(
    secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    by = open_visit(desk, secret, tuesday)
    before = ConsentRecord.objects.count()
    tuesday.shift(15 * 60)
    answer = desk.post(f"/visits/{secret.pk}/consent/", CONSENT | {"typed_by": by}, follow=True)
    assert ConsentRecord.objects.count() == before
    assert KEPT in text_of_answer(answer) and not shows(answer)


@pytest.mark.parametrize("minutes", [12, 16])
def test_what_was_typed_in_a_refused_form_is_kept_for_its_author(
    secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller, minutes: int
) -> None:
    by = open_visit(desk, secret, tuesday)
    tuesday.shift(minutes * 60)
    sent = CONSENT | {"care": "", "typed_by": by}
    answer = desk.post(f"/visits/{secret.pk}/consent/", sent, follow=True)
    assert KEPT in text_of_answer(answer) and not shows(answer)
    assert ["who", "Zqxvkjwitness"] in UnsentForm.objects.get().fields
    sent["typed_by"] = "nobody"
    answer = desk.post(f"/visits/{secret.pk}/consent/", sent, follow=True)
    assert "could not be kept" in text_of_answer(answer) and UnsentForm.objects.count() == 1


def test_a_script_is_told_to_send_what_it_sent_as_a_form(
    secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    open_visit(desk, secret, tuesday)
    tuesday.shift(21)
    script = {"HX-Request": "true"}
    refused = desk.post(f"/visits/{secret.pk}/consent/", {}, headers=script)
    assert (refused.status_code, refused.headers["Page"]) == (409, "behind") and not shows(refused)
    done = desk.post(f"/visits/{secret.pk}/urgent/", {}, headers=script)
    assert done.headers["HX-Redirect"] == f"/visits/{secret.pk}/" and not shows(done)


def test_a_clock_that_goes_back_closes_an_opened_visit(
    secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    open_visit(desk, secret, tuesday)
    tuesday.shift(-5)
    assert not shows(desk.get(f"/visits/{secret.pk}/"))
    assert not shows(desk.post(f"/visits/{secret.pk}/consent/", {}, follow=True))


def test_a_kept_form_of_a_confidential_visit_opens_only_together_with_it(
    secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    """It was shown to its author without a reason and without a line on the trail."""
    by = open_visit(desk, secret, tuesday)
    tuesday.shift(12 * 60)
    sent = CONSENT | {"care": "", "typed_by": by, "drawn_for": visit_and_adult_version(secret).text}
    desk.post(f"/visits/{secret.pk}/consent/", sent)
    page = desk.get("/typed/")
    assert "for a confidential visit, " in text_of_answer(page) and not shows(page)
    assert not AuditEvent.objects.filter(action="unsent_form.seen").exists()
    opened = desk.post(f"/visits/{secret.pk}/sealed/", {"reason": "visit"}, follow=True)
    assert 'What you typed here was not sent. <a href="/typed/">' in text_of_answer(opened)
    page = desk.get("/typed/")
    assert "Zqxvkjwitness" in text_of_answer(page) and 'data-sealed="20"' in text_of_answer(page)
    assert patients_of(AuditEvent.objects.get(action="unsent_form.seen")) == {secret.patient_id}
    fields = form_in(text_of_answer(page))[1] | CONSENT
    tuesday.shift(60)
    assert not shows(desk.get("/typed/"))
    assert shows(desk.post(f"/visits/{secret.pk}/consent/", fields, follow=True)) == []
    assert ConsentRecord.objects.filter(who="Zqxvkjwitness", care="treatment").count() == 2
    assert not UnsentForm.objects.exists()


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/visits/{visit}/reason/", ""),
        ("/at/1/promises/{promise}/try/", ""),
        ("/promises/new/?visit={visit}", ""),
        ("/promises/new/?replaces={promise}", ""),
        ("/promises/feedback/{feedback}/answer/", ""),
        ("/notes/{note}/void", ""),
        ("/patients/1/proxy/", "v{visit}.sarrived."),
        ("/patients/1/proxy/?drawn_for=v{visit}.sarrived.", ""),
    ],
)
def test_whichever_way_a_form_names_the_visit_it_waits_closed(
    at: SimpleNamespace, secret: Visit, desk: FreshPages, address: str, field: str
) -> None:
    named = {"visit": secret.pk, "promise": at.promise.pk, "feedback": at.feedback.pk, "note": at.note.number}
    fields = [["outcome", "zqxvkjtyped"], ["drawn_for", field.format(**named)]]
    UnsentForm.objects.create(staff=at.max, at=timezone.now(), action=address.format(**named), fields=fields)
    page = desk.get("/typed/")
    assert "for a confidential visit, " in text_of_answer(page) and not shows(page)


def test_a_form_with_a_stale_token_shows_nothing_of_a_closed_visit(
    secret: Visit, at: SimpleNamespace, tuesday: time_machine.Traveller
) -> None:
    desk = FreshPages(enforce_csrf_checks=True)
    desk.force_login(at.max)
    typed = opened_fields(desk, "/sign-in/")
    make_stale(desk)
    answer = desk.post(f"/visits/{secret.pk}/consent/", CONSENT | typed)
    assert answer.url == f"/visits/{secret.pk}/" and UnsentForm.objects.count() == 1
    page = desk.get(answer.url)
    assert KEPT in text_of_answer(page) and not shows(page)


UNLOCK = {"unlock_with": make.PASSWORD}


@pytest.mark.parametrize("how", ["pressed", "in another tab", "idle"])
def test_an_opened_visit_is_closed_when_the_desk_locks(
    at: SimpleNamespace, secret: Visit, tuesday: time_machine.Traveller, how: str
) -> None:
    """Unlocked within the 20 seconds, it was open again."""
    desk, used = Client(), make.at("9:56")
    tuesday.move_to(used, tick=False)
    desk.force_login(at.max)
    desk.get("/")
    tuesday.move_to(used + secret.clinic.lock_after - dt.timedelta(seconds=10), tick=False)
    address, drawn = f"/visits/{secret.pk}/", visit_and_adult_version(secret).text
    assert shows(desk.post(f"{address}sealed/", {"reason": "visit", "drawn_for": drawn}, follow=True))
    if how == "pressed":
        desk.post("/account/lock/")
    elif how == "in another tab":
        DeskSession.objects.update(locked_at=timezone.now())
    else:
        DeskSession.objects.update(active_at=used)
    tuesday.shift(11)
    assert desk.get(address).status_code == 423
    assert desk.post("/account/unlock/", UNLOCK).status_code == 302
    opened = desk.get(address)
    assert opened.status_code == 200 and not shows(opened)
    assert not shows(desk.post(f"{address}consent/", {"drawn_for": drawn}, follow=True))


def test_a_visit_opened_by_whoever_switched_away_is_closed_for_the_next_person_and_for_them(
    at: SimpleNamespace, secret: Visit, desk: FreshPages, tuesday: time_machine.Traveller
) -> None:
    for address in ("/account/switch/", "/account/logout/"):
        open_visit(desk, secret, tuesday)
        desk.post(address)
        for person in (at.dana, at.max):
            desk.force_login(person)
            assert not shows(desk.get(f"/visits/{secret.pk}/"))
