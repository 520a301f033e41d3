"""What a care alert says is only in a reading opened with a reason: in no answer, paper, mail, log or export.

Words that occur nowhere else stand in each of its fields, also in an earlier wording. Then every address is
asked, and each answer is searched, its headers too.
"""

from __future__ import annotations

import logging
import re
from types import SimpleNamespace

import pytest
from django.core import mail

from checkin.actions import care_alerts
from checkin.actions.care_alerts import AlertWords
from checkin.models import AuditEvent, Clinic
from checkin.queries.care_alerts import list_care_notices
from checkin.rules.care_alerts import AlertKind
from tests import make
from tests.access import walk
from tests.access.answers import text_of_answer
from tests.leaks import without_tokens

pytestmark = pytest.mark.usefixtures("tuesday", "take_backups")
CANARY = re.compile(r"zqxvkj", re.IGNORECASE)
ASKED_AS = ("tablet", "front desk", "manager", "auditor")


@pytest.fixture
def asked(at: SimpleNamespace, hill: Clinic) -> list[walk.Principal]:
    """Return who asks, on a morning when the person in Leo's alert has brought him, and was seen."""
    walk.add_rows_of_addresses(at)
    said = AlertWords(AlertKind.NOT_WITH, "Zqxvkjbefore", "father", "zqxvkjearlier")
    leo = at.leo.patient
    at.alert = care_alerts.write_care_alert(patient=leo, said=said, by=at.max, at=make.at("9:41"))
    said = AlertWords(AlertKind.NOT_WITH, "Zqxvkjperson Zqxvkjfamily", "father", "zqxvkjwords")
    care_alerts.change_care_alert(alert=at.alert, said=said, seen=None, by=at.max, at=make.at("9:42"))
    visit = make.visit(at.leo.location, make.at("9:43"), escort_name="Tom Reed", relationship="father")
    called = [one.visit for one in list_care_notices(at.max, at=make.at("9:45"))]
    assert visit in called, "the manager's pages call to it"
    return [one for one in walk.list_principals(at, hill) if one.name in ASKED_AS]


def find_words(people: list[walk.Principal], at: SimpleNamespace) -> dict[str, str]:
    """Return each address that answered somebody with a word of the alert, and what stood around it."""
    found = {}
    for url, address in walk.list_addresses(at).items():
        for who in people:
            for method in ("GET", "POST"):
                said = without_tokens(text_of_answer(walk.ask(who, method, address)))
                if hit := CANARY.search(said):
                    found[f"{method} {url}"] = said[max(0, hit.start() - 120) : hit.end() + 40]
    return found


def test_no_answer_mail_log_or_line_of_the_trail_has_a_word_of_it(
    at: SimpleNamespace, asked: list[walk.Principal], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert find_words(asked, at) == {}
    assert not CANARY.search(caplog.text)
    assert not any(CANARY.search(f"{one.subject} {one.body}") for one in mail.outbox)
    assert not any(CANARY.search(str(one.detail)) for one in AuditEvent.objects.all())


def test_the_same_walk_finds_the_words_in_an_opened_reading_and_nowhere_else(
    at: SimpleNamespace, asked: list[walk.Principal], monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in ("desk:sealed", "desk:sealed_visit"):
        monkeypatch.setitem(walk.SENT, url, lambda at: {"reason": "safety"})
    front = [one for one in asked if one.name == "front desk"]
    assert find_words(front, at).keys() == {"POST desk:sealed", "POST desk:sealed_visit"}
