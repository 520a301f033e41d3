"""What was said at a confidential visit, and a hidden address, is in no answer, paper, mail, log or export.

A word that occurs nowhere else stands in every text field that a family or a clinician can fill, also in the
note, promise, consent and feedback that were made before the visit was marked. Then every address is asked as
everybody, and each answer is searched, its headers too.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from checkin.actions import (
    confidential_visits,
    consent,
    escalations,
    excuse_notes,
    preferences,
    visit_feedback,
    visit_feedback_answers,
)
from checkin.models import AuditEvent, Clinic, Patient, SealedReading, Staff, Visit
from checkin.models import excuse_notes as excuse_note_models
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make
from tests.access.answers import text_of_answer
from tests.access.walk import (
    Principal,
    add_rows_of_addresses,
    ask,
    list_addresses,
    list_principals,
)
from tests.leaks import without_tokens
from tests.promising import keep, promise, said

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
CANARY = re.compile(r"zqxvkj|555.?019.?8877", re.IGNORECASE)
SAID = {
    "escort_name": "Zqxvkjadult Zqxvkjfamily",
    "relationship": "zqxvkjrelation",
    "escort_phone": "555-019-8877",
    "reason": "zqxvkjreason",
    "also": "zqxvkjalso",
    "access_needs": "zqxvkjaccess",
    "best_time": "zqxvkjtime",
    "email": "zqxvkj@example.org",
    "address": "1 Zqxvkj Street",
    "guardian_name": "Zqxvkjguardian",
    "notes_wanted": ["school"],
    "remember": True,
}
HIDDEN = {
    "address": "2 Zqxvkjhome Street",
    "city": "Zqxvkjtown",
    "postcode": "ZQXVKJ 77",
    "phone": "555-019-8877",
}


SPOKEN = {
    "who": "Zqxvkjwitness",
    "relationship": "zqxvkjaunt",
    "phone": "555-019-8877",
    "limits": "zqxvkjlimits",
}
PROMISED = {
    "to_whom": "Zqxvkjwhom",
    "about": "zqxvkjabout",
    "reach_at": "555-019-8877",
    "who_may_answer": "zqxvkjother",
}


@pytest.fixture
def secret(at: SimpleNamespace) -> Visit:
    """Return an earlier visit of Leo with a canary in each field; `at.leo` becomes a later one."""
    earlier = make.visit(at.leo.location, make.at("9:42"), name="Leo Ruiz", **SAID)
    assert earlier.patient_id == at.leo.patient_id
    write_papers(earlier, at)
    confidential_visits.mark_visit_confidential(visit=earlier, kind="other", by=at.dana, at=make.at("9:44"))
    return earlier


def write_papers(visit: Visit, at: SimpleNamespace) -> None:
    """Write a note, a promise, a consent, preferences and feedback with canaries."""
    now = make.at("9:43")
    kept: dict[str, Any] = {"visit": visit, "by": at.dana, "at": now}
    needs = {"language": "zqxvkjlanguage", "interpreter_needed": True, "access_needs": "zqxvkjneeds"}
    preferences.record_language_and_needs(patient=visit.patient, **needs, **kept)
    preferences.set_preferences(
        escort=visit.escort, best_time="zqxvkjhour", email="zqxvkj@example.net", **kept
    )
    edits = replace(excuse_note_models.first_note_draft(visit, "school"), limits="zqxvkjlimit")
    at.own_note = excuse_notes.issue_note(visit=visit, kind="school", by=at.noor, at=now, edits=edits).note
    words = said(**PROMISED, best_from=None, best_words="zqxvkjbest", due_at=make.at("9:45"))
    at.own_promise = promise(visit.location, said=words, visit=visit, owner=at.dana, by=at.dana, at=now)
    at.ended = keep(
        promise(visit.location, said=words, visit=visit, by=at.dana), at.dana, outcome="zqxvkjoutcome"
    )
    consent.record_consent(
        patient=visit.patient, visit=visit, care="treatment", agreed=True, basis="telephone", how="telephone",
        heard_by=at.noor, at=now, **SPOKEN,
    )  # fmt: skip
    feedback = FamilyFeedback(1, "zqxvkjline", phone="555-019-8877")
    at.own_feedback = visit_feedback.save_feedback(visit=visit, said=feedback, at=now)


@pytest.fixture
def hidden(at: SimpleNamespace) -> Patient:
    """Return Leo's record, whose address is hidden, with what he typed himself when he came alone."""
    Patient.objects.filter(pk=at.leo.patient_id).update(**HIDDEN)
    leo = Patient.objects.get(pk=at.leo.patient_id)
    leo.save()
    own = {"escort_phone": "555-019-8877", "email": "zqxvkj@example.org", "address": "3 Zqxvkjtyped Street"}
    alone = {"name": "Leo Ruiz", "is_patient": True, "remember": True}
    at.typed = make.visit(at.leo.location, make.at("9:42"), **alone, **own)
    confidential_visits.hide_patient_address(patient=leo, by=at.dana, at=make.at("9:43"))
    return leo


def own_rows(at: SimpleNamespace, visit: Visit) -> SimpleNamespace:
    """Return the cast with this visit, and what was made at it, in place of Leo's later visit."""
    own = {"leo": visit, "promise": at.own_promise, "note": at.own_note, "feedback": at.own_feedback}
    return SimpleNamespace(**vars(at) | own)


def at_typed_visit(at: SimpleNamespace) -> SimpleNamespace:
    """Return the cast with the visit at which an address was typed in place of Leo's first one."""
    return SimpleNamespace(**vars(at) | {"leo": at.typed})


def test_no_token_or_signature_counts_as_a_word() -> None:
    """A short word occurs in one signature of about a thousand by chance."""
    signed = "6-1773240000.6RJXO6DVVhUneB_TVPN9FzqXIWAVKE_VRvDzPmYikhQ"
    assert without_tokens(f"/kiosk/after/{signed}/") == "/kiosk/after/6-1773240000./"
    assert without_tokens("note-zqxvkjfamily-2026-03-10_for_the_school_of.pdf").count("zqxvkj") == 1


def walk(people: list[Principal], at: SimpleNamespace, methods: tuple[str, ...] = ("GET",)) -> dict[str, str]:
    """Return each address that answered somebody with a canary, with what stood around it.

    STALE is a POST that does not say which page it was drawn from: its answer is a page of its own.
    """
    found = {}
    for url, address in list_addresses(at).items():
        for who in people:
            for method in methods:
                sent = address._replace(drawn=address.path) if method == "STALE" else address
                answer = ask(who, "GET" if method == "GET" else "POST", sent)
                text = without_tokens(text_of_answer(answer))
                if hit := CANARY.search(text):
                    found[f"{method} {url}"] = text[max(0, hit.start() - 120) : hit.end() + 40]
    return found


def who_asks(at: SimpleNamespace, hill: Clinic) -> list[Principal]:
    """Return one of each kind that sees anything, and the tablet."""
    names = {"nobody", "tablet", "front desk", "clinician", "manager", "administrator", "auditor"}
    return [one for one in list_principals(at, hill) if one.name in names]


DAILY = ("tablet", "clinician", "manager", "auditor")
"""Between them they see every page; the long tests ask as everybody."""


def of_role(people: list[Principal], *names: str) -> list[Principal]:
    return [one for one in people if one.name in names]


def test_no_answer_has_a_word_of_a_confidential_visit(
    at: SimpleNamespace, hill: Clinic, secret: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    add_rows_of_addresses(at)
    people = who_asks(at, hill)
    for cast in (at, own_rows(at, secret)):
        assert walk(of_role(people, *DAILY), cast) == {}
        assert walk(of_role(people, "manager"), cast, ("POST",)) == {}
    assert not CANARY.search(caplog.text)
    assert not any(CANARY.search(str(one.detail)) for one in AuditEvent.objects.all())


@pytest.mark.long
def test_no_answer_to_anybody_has_a_word_of_a_confidential_visit(
    at: SimpleNamespace, hill: Clinic, secret: Visit
) -> None:
    add_rows_of_addresses(at)
    people = who_asks(at, hill)
    for cast in (at, own_rows(at, secret)):
        assert walk(people, cast, ("GET", "POST", "STALE")) == {}


def test_the_same_walk_finds_the_words_if_the_mark_is_ignored(
    at: SimpleNamespace, hill: Clinic, secret: Visit
) -> None:
    add_rows_of_addresses(at)
    Visit.objects.filter(pk=secret.pk).update(confidential=False)
    people = of_role(who_asks(at, hill), "manager", "front desk")
    later, own = walk(people, at), walk(people, own_rows(at, secret))
    lists = {"GET desk:board", "GET desk:patient", "GET desk:promises", "GET desk:notes_today"}
    assert lists <= {*later, *own}
    assert {"GET desk:visit", "GET desk:reason", "GET desk:consent", "GET desk:note_pdf"} <= {*own}
    assert {"GET desk:promise", "GET desk:feedback", "GET desk:handover"} <= {*own, *later}


def test_no_mail_has_a_word_of_a_confidential_visit(
    at: SimpleNamespace, secret: Visit, django_capture_on_commit_callbacks: Any
) -> None:
    clinic = Clinic.objects.get(pk=secret.clinic_id)
    Clinic.objects.filter(pk=clinic.pk).update(mail_from="desk@brook.example")
    clinic.refresh_from_db()
    Staff.objects.filter(clinic=clinic).update(email="all@brook.example")
    late = make.at("9:45") + dt.timedelta(days=3)
    with django_capture_on_commit_callbacks(execute=True):
        escalations.escalate_due_promises(clinic=clinic, at=late)
        visit_feedback_answers.escalate_due_feedback(clinic=clinic, at=late)
    sent = [f"{one.subject} {one.body}" for one in mail.outbox]
    assert any(f"/promises/{at.own_promise.pk}/" in one for one in sent)
    assert not any(CANARY.search(one) for one in sent)


def test_no_answer_has_a_hidden_address(at: SimpleNamespace, hill: Clinic, hidden: Patient) -> None:
    add_rows_of_addresses(at)
    people = of_role(who_asks(at, hill), *DAILY)
    assert walk(people, at_typed_visit(at)) == {}


@pytest.mark.long
def test_no_answer_to_anybody_has_a_hidden_address(
    at: SimpleNamespace, hill: Clinic, hidden: Patient
) -> None:
    add_rows_of_addresses(at)
    people = who_asks(at, hill)
    for cast in (at, at_typed_visit(at)):
        assert walk(people, cast, ("GET", "POST", "STALE")) == {}


def test_the_same_walk_finds_the_address_if_it_is_not_hidden(
    at: SimpleNamespace, hill: Clinic, hidden: Patient
) -> None:
    add_rows_of_addresses(at)
    Patient.objects.filter(pk=hidden.pk).update(address_hidden=False)
    people = of_role(who_asks(at, hill), "front desk")
    assert {"GET desk:patient", "GET desk:discrepancies"} <= {*walk(people, at)}
    assert "GET desk:visit" in walk(people, at_typed_visit(at))


def test_a_hidden_address_opens_with_a_reason(
    at: SimpleNamespace, hidden: Patient, as_: Callable[[Staff], Client]
) -> None:
    browser, address = as_(at.dana), f"/patients/{hidden.pk}/sealed/"
    assert address in browser.get(f"/patients/{hidden.pk}/").content.decode()
    assert not CANARY.search(browser.get(address).content.decode())
    assert "Zqxvkjhome" in browser.post(address, {"reason": "visit"}).content.decode()


def test_a_confidential_visit_is_on_the_board_with_its_token_and_mark(
    at: SimpleNamespace, secret: Visit, client: Client
) -> None:
    client.force_login(at.dana)
    row = client.get("/").content.decode().split(f'id="v{secret.pk}"')[1].split("</tr>")[0]
    assert secret.token in row and "Confidential" in row and "since" in row


def test_the_visit_opens_with_a_reason_and_closes_again(
    at: SimpleNamespace, secret: Visit, as_: Callable[[Staff], Client], time_machine: Any
) -> None:
    client = as_(at.dana)
    address = f"/visits/{secret.pk}/"
    time_machine.move_to(make.at("10:00"), tick=False)
    assert "zqxvkjreason" not in client.get(address).content.decode()
    client.post(f"{address}sealed/", {"reason": ""})
    assert "zqxvkjreason" not in client.get(address).content.decode()
    client.post(f"{address}sealed/", {"reason": "visit"})
    opened = client.get(address)
    assert "zqxvkjreason" in opened.content.decode() and 'data-sealed="20"' in opened.content.decode()
    assert "no-store" in opened.headers["Cache-Control"]
    assert SealedReading.objects.get().visit_id == secret.pk
    time_machine.shift(21)
    assert "zqxvkjreason" not in client.get(address).content.decode()
