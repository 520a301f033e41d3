"""What was said at a confidential visit, and a hidden address, is in no answer, paper, mail, log or export.

A word that occurs nowhere else stands in every text field that a family or a clinician can fill. Then every
address is asked as everybody, and each answer is searched, its headers too.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.core import mail
from django.test import Client

from checkin.actions import confidential_visits
from checkin.models import AuditEvent, Clinic, Patient, SealedReading, Staff, Visit
from tests import make
from tests.access.walk import (
    Principal,
    add_rows_of_addresses,
    ask,
    list_addresses,
    list_principals,
)
from tests.leaks import without_tokens
from tests.papers.sheets import text_of

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
CANARY = re.compile(r"zqx|555.?019.?8877", re.IGNORECASE)
SAID = {
    "escort_name": "Zqxadult Zqxfamily",
    "relationship": "zqxrelation",
    "escort_phone": "555-019-8877",
    "reason": "zqxreason",
    "also": "zqxalso",
    "access_needs": "zqxaccess",
    "best_time": "zqxtime",
    "email": "zqx@example.org",
    "address": "1 Zqx Street",
    "guardian_name": "Zqxguardian",
    "notes_wanted": ["school"],
    "remember": True,
}
HIDDEN = {"address": "2 Zqxhome Street", "city": "Zqxtown", "postcode": "ZQX 77", "phone": "555-019-8877"}


@pytest.fixture
def secret(at: SimpleNamespace) -> Visit:
    """Return an earlier visit of Leo with a canary in each field; `at.leo` becomes a later one."""
    earlier = make.visit(at.leo.location, make.at("9:42"), name="Leo Ruiz", **SAID)
    assert earlier.patient_id == at.leo.patient_id
    confidential_visits.mark_visit_confidential(visit=earlier, kind="other", by=at.dana, at=make.at("9:43"))
    return earlier


@pytest.fixture
def hidden(at: SimpleNamespace) -> Patient:
    """Return Leo's record, whose address is hidden."""
    Patient.objects.filter(pk=at.leo.patient_id).update(**HIDDEN)
    leo = Patient.objects.get(pk=at.leo.patient_id)
    leo.save()
    confidential_visits.hide_patient_address(patient=leo, by=at.dana, at=make.at("9:43"))
    return leo


def text_of_answer(answer: Any) -> str:
    """Return all that an answer says: headers, and the text of its page, export or paper."""
    body = answer.getvalue() if answer.streaming else answer.content
    heads = "\n".join(f"{name}: {unquote_plus(value)}" for name, value in answer.headers.items())
    is_pdf = answer.headers.get("Content-Type", "").startswith("application/pdf")
    return f"{heads}\n{text_of(body) if is_pdf else body.decode(errors='replace')}"


def walk(people: list[Principal], at: SimpleNamespace) -> dict[str, str]:
    """Return each address that answered somebody with a canary, with what stood around it."""
    found = {}
    for url, address in list_addresses(at).items():
        for who in people:
            for method in ("GET", "POST"):
                said = without_tokens(text_of_answer(ask(who, method, address)))
                if hit := CANARY.search(said):
                    found[f"{method} {url}"] = said[max(0, hit.start() - 120) : hit.end() + 40]
    return found


def who_asks(at: SimpleNamespace, hill: Clinic) -> list[Principal]:
    """Return one of each kind that sees anything, and the tablet."""
    names = {"nobody", "tablet", "front desk", "clinician", "manager", "administrator", "auditor"}
    return [one for one in list_principals(at, hill) if one.name in names]


def test_no_answer_has_a_word_of_a_confidential_visit(
    at: SimpleNamespace, hill: Clinic, secret: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    add_rows_of_addresses(at)
    people = who_asks(at, hill)
    later = walk(people, at)
    at.leo = secret
    own = walk(people, SimpleNamespace(**vars(at)))
    assert (later, own) == ({}, {})
    assert not CANARY.search(caplog.text)
    assert not any(CANARY.search(f"{one.subject} {one.body}") for one in mail.outbox)
    assert not any(CANARY.search(str(one.detail)) for one in AuditEvent.objects.all())


def test_the_same_walk_finds_the_words_if_the_mark_is_ignored(
    at: SimpleNamespace, hill: Clinic, secret: Visit
) -> None:
    add_rows_of_addresses(at)
    Visit.objects.filter(pk=secret.pk).update(confidential=False)
    people = [one for one in who_asks(at, hill) if one.name == "front desk"]
    later = walk(people, at)
    at.leo = secret
    own = walk(people, at)
    assert {"GET desk:board", "GET desk:patient"} <= {*later, *own}
    assert {"GET desk:visit", "GET desk:reason", "GET desk:consent"} <= {*own}


def test_no_answer_has_a_hidden_address(at: SimpleNamespace, hill: Clinic, hidden: Patient) -> None:
    add_rows_of_addresses(at)
    people = who_asks(at, hill)
    assert walk(people, at) == {}


def test_the_same_walk_finds_the_address_if_it_is_not_hidden(
    at: SimpleNamespace, hill: Clinic, hidden: Patient
) -> None:
    add_rows_of_addresses(at)
    Patient.objects.filter(pk=hidden.pk).update(address_hidden=False)
    people = [one for one in who_asks(at, hill) if one.name == "front desk"]
    assert "GET desk:patient" in walk(people, at)


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
    assert "zqxreason" not in client.get(address).content.decode()
    client.post(f"{address}sealed/", {"reason": ""})
    assert "zqxreason" not in client.get(address).content.decode()
    client.post(f"{address}sealed/", {"reason": "visit"})
    opened = client.get(address)
    assert "zqxreason" in opened.content.decode() and 'data-sealed="20"' in opened.content.decode()
    assert "no-store" in opened.headers["Cache-Control"]
    assert SealedReading.objects.get().visit_id == secret.pk
    time_machine.shift(21)
    assert "zqxreason" not in client.get(address).content.decode()
