"""Each act by each role, pressed on the real pages and asked of the real actions, as the table says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from checkin.actions import (
    after_word_answers,
    after_words,
    consent,
    days,
    discrepancies,
    excuse_notes,
    matches,
    needs,
    preferences,
    promises,
    visits,
    worries,
)
from checkin.actions.permissions import NotAllowed
from checkin.models import Escort, Location, Role, Staff, Visit
from checkin.rules.after_words import Said
from checkin.rules.need_facts import Kind
from checkin.rules.roles import TABLE, Act, is_allowed, refusal
from tests import make, promising

NOW = make.at("9:40")
SAID = {"care": "treatment", "agreed": "yes", "who": "Ana Ruiz", "how": "telephone", "basis": "telephone"}
PROXY = {"name": "Rosa Delgado", "granted_by": "Ana Ruiz", "written_on": "2026-03-01"}


@dataclass
class Clinic:
    """A family that is here, a second one that nobody has matched, and what there is to do for them."""

    front: Location
    visit: Visit
    strange: Visit
    writer: Staff

    def need(self, kind: str) -> Any:
        found = self.visit.needs.get(kind=kind)
        found.visit = self.visit
        return found


@pytest.fixture
def here(brook, front, tuesday) -> Clinic:
    leo = make.patient(brook, "Leo Ruiz", phone="555-010-0001")
    make.guardian(leo, "Ana Ruiz", phone="555-010-0123")
    Escort.objects.create(
        clinic=brook, patient=leo, name="Rosa Delgado", name_key="rosa delgado", approach="greet",
        phone="555-010-0001", last_came_at=make.at("9:00"),
    )  # fmt: skip
    said = {"relationship": "aunt", "escort_phone": "555-010-0002", "notes_wanted": ["school"]}
    visit = make.visit(front, worried=True, **said)
    strange = make.visit(front, name="Zoltan Kiss", born="2019-05-05")
    return Clinic(front, visit, strange, make.staff(brook, "felix", Role.MANAGER, location=front))


def proxy_of(here: Clinic) -> Any:
    said = {"name": "Rosa Delgado", "granted_by": "Ana Ruiz", "written_on": make.TUESDAY}
    return consent.grant_proxy(patient=here.visit.patient, by=here.writer, at=NOW, **said)


def word_of(here: Clinic) -> Any:
    return after_words.say(visit=here.visit, said=Said(1, "The nurse shouted"), at=NOW)


def urgent(here: Clinic) -> Visit:
    return consent.mark_urgent(visit=here.visit, by=here.writer, at=NOW)


def consented(here: Clinic, by: Staff, **said: Any) -> Any:
    words = SAID | {"agreed": True} | said
    return consent.record(patient=here.visit.patient, visit=here.visit, heard_by=by, at=NOW, **words)


Prepare = Callable[[Clinic], Any]
PRESSED: dict[Act, Callable[[Clinic, Any], tuple[str, dict[str, Any]]]] = {
    Act.SIGN_IN: lambda here, _: ("/sign-in/", {"child_given_name": "Mia", "escort_name": "Jo"}),
    Act.MOVE: lambda here, _: (f"/visits/{here.visit.pk}/move/", {"to": "roomed", "reading": "read"}),
    Act.RAISE: lambda here, _: (f"/visits/{here.strange.pk}/urgent/", {"urgent": "1"}),
    Act.ANSWER_CALL: lambda here, _: (f"/visits/{here.visit.pk}/going/", {}),
    Act.LOWER: lambda here, _: (f"/visits/{here.visit.pk}/urgent/", {"urgent": "0"}),
    Act.MATCH: lambda here, _: (f"/match/{here.strange.pk}/new/", {"seen": "0"}),
    Act.MERGE: lambda here, _: (
        f"/patients/{here.strange.patient_id}/merge/",
        {"into": make.patient(here.front.clinic, "Zoltán Kiss", "2019-05-05").pk},
    ),
    Act.SETTLE_DISCREPANCY: lambda here, one: (
        f"/discrepancies/{one.pk}/decide/",
        {"kind": "keep_old", "seen": "0"},
    ),
    Act.ANSWER_NEED: lambda here, one: (f"/visits/{here.visit.pk}/needs/{one.pk}/", {"outcome": "declined"}),
    Act.GIVE: lambda here, one: (f"/visits/{here.visit.pk}/needs/{one.pk}/", {"outcome": "done"}),
    Act.WRITE_NOTE: lambda here, _: (f"/visits/{here.visit.pk}/notes/school/", {"do": "issue"}),
    Act.KEEP_PREFERENCES: lambda here, _: (f"/visits/{here.visit.pk}/preferences/forget/", {}),
    Act.RECORD_CONSENT: lambda here, _: (f"/visits/{here.visit.pk}/consent/", SAID),
    Act.DECIDE_AS_CLINICIAN: lambda here, _: (
        f"/visits/{here.visit.pk}/consent/",
        SAID | {"how": "verbal", "basis": "clinician"},
    ),
    Act.GRANT_PROXY: lambda here, _: (f"/patients/{here.visit.patient_id}/proxies/", PROXY),
    Act.REVOKE_PROXY: lambda here, one: (
        f"/patients/{here.visit.patient_id}/proxies/{one.pk}/revoke/",
        {},
    ),
    Act.PROMISE: lambda here, one: (f"/promises/{one.pk}/withdraw/", {"words": "they came by"}),
    Act.CLOSE_DAY: lambda here, _: ("/promises/close-day/", {}),
    Act.ANSWER_WORD: lambda here, one: (f"/promises/words/{one.pk}/read/", {}),
}
"""What is pressed. What it is pressed on is made by the recipe of `PREPARED`, if it has one."""

PREPARED: dict[Act, Prepare] = {
    Act.LOWER: urgent,
    Act.SETTLE_DISCREPANCY: lambda here: here.visit.discrepancies.get(field="phone"),
    Act.ANSWER_NEED: lambda here: here.need(Kind.SCHOOL_NOTE),
    Act.GIVE: lambda here: here.need(Kind.VACCINE),
    Act.REVOKE_PROXY: proxy_of,
    Act.PROMISE: lambda here: promising.promise(here.front),
    Act.ANSWER_WORD: word_of,
}

ASKED: dict[Act, Callable[[Clinic, Any, dict[str, Any]], Any]] = {
    Act.MOVE: lambda here, _, hand: visits.move(visit=here.visit, to="roomed", reading="read", **hand),
    Act.RAISE: lambda here, _, hand: consent.mark_urgent(visit=here.strange, **hand),
    Act.ANSWER_CALL: lambda here, _, hand: worries.take(visit=here.visit, **hand),
    Act.LOWER: lambda here, _, hand: consent.mark_urgent(visit=here.visit, urgent=False, **hand),
    Act.MATCH: lambda here, _, hand: matches.new_patient(visit=here.strange, **hand),
    Act.MERGE: lambda here, _, hand: matches.merge(
        provisional=here.strange.patient, into=here.visit.patient, **hand
    ),
    Act.SETTLE_DISCREPANCY: lambda here, one, hand: discrepancies.decide(
        discrepancy=one, kind="keep_old", **hand
    ),
    Act.ANSWER_NEED: lambda here, one, hand: needs.answer(need=one, outcome="declined", **hand),
    Act.GIVE: lambda here, one, hand: needs.answer(need=one, outcome="done", **hand),
    Act.WRITE_NOTE: lambda here, _, hand: excuse_notes.issue(visit=here.visit, kind="school", **hand),
    Act.KEEP_PREFERENCES: lambda here, _, hand: preferences.forget(escort=here.visit.escort, **hand),
    Act.RECORD_CONSENT: lambda here, _, hand: consented(here, hand["by"]),
    Act.DECIDE_AS_CLINICIAN: lambda here, _, hand: consented(
        here, hand["by"], how="verbal", basis="clinician"
    ),
    Act.GRANT_PROXY: lambda here, _, hand: consent.grant_proxy(
        patient=here.visit.patient, **PROXY | {"written_on": make.TUESDAY}, **hand
    ),
    Act.REVOKE_PROXY: lambda here, one, hand: consent.revoke_proxy(proxy=one, **hand),
    Act.PROMISE: lambda here, one, hand: promises.withdraw(promise=one, words="they came by", **hand),
    Act.CLOSE_DAY: lambda here, _, hand: days.close(location=here.front, date=make.TUESDAY, **hand),
    Act.ANSWER_WORD: lambda here, one, hand: after_word_answers.read_word(word=one, **hand),
}
"""The action behind the button. A sign-in has none that asks: it is refused for nothing."""

WIDER = {
    Act.GIVE: Act.ANSWER_NEED,
    Act.LOWER: Act.RAISE,
    Act.REVOKE_PROXY: Act.GRANT_PROXY,
    Act.DECIDE_AS_CLINICIAN: Act.RECORD_CONSENT,
}
"""Acts behind a page of a wider one: whoever may do neither is told of that one."""

WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "checkin_(?!auditevent|presence)(\w+)"')
"""What is written of families. The trail says who looked, whoever it was."""


def written(said: CaptureQueriesContext) -> set[str]:
    return {table for one in said.captured_queries for table in WRITES.findall(one["sql"])}


def sentences(role: str, act: Act) -> list[str]:
    return [refusal(role, one) for one in (act, WIDER.get(act, act)) if not is_allowed(role, one)]


@pytest.fixture
def people(dana, noor, max_, ada, otto) -> dict[str, Staff]:
    return {person.role: person for person in (dana, noor, max_, ada, otto)}


def test_no_act_is_without_its_press_and_its_action():
    assert set(PRESSED) == set(TABLE)
    assert set(ASKED) == set(TABLE) - {Act.SIGN_IN}


@pytest.mark.parametrize("act", list(Act), ids=lambda act: act.name)
def test_a_press_is_done_or_refused_in_words_with_nothing_changed(as_, here, people, act):
    prepared = PREPARED.get(act, lambda _: None)(here)
    address, said = PRESSED[act](here, prepared)
    for role, person in people.items():
        browser = as_(person)
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            answer = browser.post(address, said)
            transaction.set_rollback(True)
        if is_allowed(role, act):
            assert answer.status_code in (200, 302) and written(queries), (role, answer.status_code)
            continue
        assert written(queries) == set(), role
        told = answer
        if answer.status_code == 302:
            browser.post(address, said)
            told = browser.get(answer.url)
        assert answer.status_code in (302, 403, 409, 422), (role, answer.status_code)
        page = told.content.decode().replace("&#x27;", "'")
        if answer.status_code == 422:  # the form does not offer it
            assert act == Act.DECIDE_AS_CLINICIAN and "is not one of the available choices" in page
            continue
        assert any(sentence in page for sentence in sentences(role, act)), role


@pytest.mark.parametrize("act", list(ASKED), ids=lambda act: act.name)
def test_the_action_asks_too_whatever_page_was_pressed(here, people, act):
    prepared = PREPARED.get(act, lambda _: None)(here)
    for role, person in people.items():
        if not is_allowed(role, act):
            with CaptureQueriesContext(connection) as queries, pytest.raises(NotAllowed) as refused:
                ASKED[act](here, prepared, {"by": person, "at": NOW})
            assert refused.value.sentence in sentences(role, act)
            assert written(queries) == set()
            continue
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            ASKED[act](here, prepared, {"by": person, "at": NOW})
            assert written(queries), role
            transaction.set_rollback(True)
        for held in (here.visit, here.strange):
            held.refresh_from_db()
