"""Each staff act by each role, on the real pages and in the real actions, as the table says."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import (
    backup_runs,
    care_alerts,
    closed_days,
    confidential_visits,
    consent,
    devices,
    discrepancies,
    emergency_access,
    excuse_notes,
    match_decisions,
    needs,
    preferences,
    promises,
    provisional_patients,
    second_factors,
    staff,
    urgent_signs,
    visit_feedback,
    visit_feedback_answers,
    visits,
)
from checkin.actions.permissions import NotAllowed
from checkin.models import EmergencyAccess, Escort, Location, Role, Staff, Visit
from checkin.rules.need_types import NeedKind
from checkin.rules.roles import ROLE_RULES, StaffAct, may_role_act, role_refusal
from checkin.rules.visit_feedback import FamilyFeedback
from tests import make, promising

NOW = make.at("9:40")
SAID = {"care": "treatment", "agreed": "yes", "who": "Ana Ruiz", "how": "telephone", "basis": "telephone"}
REASON = "Fire alarm, nobody is at the desk"
PROXY = {"name": "Rosa Delgado", "granted_by": "Ana Ruiz", "written_on": "2026-03-01"}


@dataclass
class Clinic:
    """A family that is here, an unmatched second one, and what there is to do for them."""

    front: Location
    visit: Visit
    strange: Visit
    writer: Staff

    def need(self, kind: str) -> Any:
        found = self.visit.needs.get(kind=kind)
        found.visit = self.visit
        return found


@pytest.fixture
def here(brook: Any, front: Location, tuesday: time_machine.Traveller) -> Clinic:
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


def emergency_of(here: Clinic) -> EmergencyAccess:
    alone = make.staff(here.front.clinic, "alone", Role.ADMINISTRATOR)
    return make.emergency_access(alone, REASON, NOW)


def word_of(here: Clinic) -> Any:
    return visit_feedback.save_feedback(visit=here.visit, said=FamilyFeedback(1, "The nurse shouted"), at=NOW)


def urgent(here: Clinic) -> Visit:
    return consent.mark_visit_urgent(visit=here.visit, by=here.writer, at=NOW)


def consented(here: Clinic, by: Staff, **said: Any) -> Any:
    words = SAID | {"agreed": True} | said
    return consent.record_consent(patient=here.visit.patient, visit=here.visit, heard_by=by, at=NOW, **words)


Prepare = Callable[[Clinic], Any]
PRESSED: dict[StaffAct, Callable[[Clinic, Any], tuple[str, dict[str, Any]]]] = {
    StaffAct.SIGN_IN: lambda here, _: ("/sign-in/", {"child_given_name": "Mia", "escort_name": "Jo"}),
    StaffAct.MOVE: lambda here, _: (f"/visits/{here.visit.pk}/move/", {"to": "roomed", "reading": "read"}),
    StaffAct.RAISE: lambda here, _: (f"/visits/{here.strange.pk}/urgent/", {"urgent": "1"}),
    StaffAct.ANSWER_CALL: lambda here, _: (f"/visits/{here.visit.pk}/going/", {}),
    StaffAct.LOWER: lambda here, _: (f"/visits/{here.visit.pk}/urgent/", {"urgent": "0"}),
    StaffAct.MATCH: lambda here, _: (f"/match/{here.strange.pk}/new/", {"seen": "0"}),
    StaffAct.MERGE: lambda here, _: (
        f"/patients/{here.strange.patient_id}/merge/",
        {"into": make.patient(here.front.clinic, "Zoltán Kiss", "2019-05-05").pk},
    ),
    StaffAct.SETTLE_DISCREPANCY: lambda here, one: (
        f"/discrepancies/{one.pk}/decide/",
        {"kind": "keep_old", "seen": "0"},
    ),
    StaffAct.ANSWER_NEED: lambda here, one: (
        f"/visits/{here.visit.pk}/needs/{one.pk}/",
        {"outcome": "declined"},
    ),
    StaffAct.GIVE: lambda here, one: (f"/visits/{here.visit.pk}/needs/{one.pk}/", {"outcome": "done"}),
    StaffAct.WRITE_NOTE: lambda here, _: (f"/visits/{here.visit.pk}/notes/school/", {"do": "issue"}),
    StaffAct.KEEP_CONFIDENTIAL: lambda here, _: (
        f"/visits/{here.visit.pk}/confidential/",
        {"kind": "alone"},
    ),
    StaffAct.KEEP_PREFERENCES: lambda here, _: (f"/visits/{here.visit.pk}/preferences/forget/", {}),
    StaffAct.KEEP_CARE_ALERTS: lambda here, _: (
        f"/patients/{here.visit.patient_id}/sealed/new/",
        {"kind": "other", "words": "Ask for the manager"},
    ),
    StaffAct.RECORD_CONSENT: lambda here, _: (f"/visits/{here.visit.pk}/consent/", SAID),
    StaffAct.DECIDE_AS_CLINICIAN: lambda here, _: (
        f"/visits/{here.visit.pk}/consent/",
        SAID | {"how": "verbal", "basis": "clinician"},
    ),
    StaffAct.GRANT_PROXY: lambda here, _: (f"/patients/{here.visit.patient_id}/proxies/", PROXY),
    StaffAct.REVOKE_PROXY: lambda here, one: (
        f"/patients/{here.visit.patient_id}/proxies/{one.pk}/revoke/",
        {},
    ),
    StaffAct.PROMISE: lambda here, one: (f"/promises/{one.pk}/withdraw/", {"words": "they came by"}),
    StaffAct.CLOSE_DAY: lambda here, _: ("/promises/close-day/", {}),
    StaffAct.ANSWER_FEEDBACK: lambda here, one: (f"/promises/feedback/{one.pk}/read/", {}),
    StaffAct.MANAGE_STAFF: lambda here, _: (f"/settings/staff/{here.writer.pk}/deactivate/", {}),
    StaffAct.MANAGE_DEVICES: lambda here, _: (
        "/settings/tablets/",
        {"name": "New", "location": here.front.pk},
    ),
    StaffAct.SECURE_CLINIC: lambda here, _: ("/settings/security/", {"second_factor_for": "all"}),
    StaffAct.MANAGE_BACKUPS: lambda here, _: ("/settings/copies/make/", {}),
    StaffAct.OPEN_IN_EMERGENCY: lambda here, _: ("/emergency/", {"reason": REASON}),
    StaffAct.READ_EMERGENCIES: lambda here, one: (f"/emergency/notices/{one.pk}/seen/", {}),
}
"""The request of each act. What it acts on is made by the entry of `PREPARED`, if there is one."""

PREPARED: dict[StaffAct, Prepare] = {
    StaffAct.LOWER: urgent,
    StaffAct.SETTLE_DISCREPANCY: lambda here: here.visit.discrepancies.get(field="phone"),
    StaffAct.ANSWER_NEED: lambda here: here.need(NeedKind.SCHOOL_NOTE),
    StaffAct.GIVE: lambda here: here.need(NeedKind.VACCINE),
    StaffAct.REVOKE_PROXY: proxy_of,
    StaffAct.PROMISE: lambda here: promising.promise(here.front),
    StaffAct.ANSWER_FEEDBACK: word_of,
    StaffAct.READ_EMERGENCIES: emergency_of,
    StaffAct.OPEN_IN_EMERGENCY: lambda here: {
        one.pk: make.login(one) for one in here.front.clinic.staff.all()
    },
}

ASKED: dict[StaffAct, Callable[[Clinic, Any, dict[str, Any]], Any]] = {
    StaffAct.KEEP_CARE_ALERTS: lambda here, _, hand: care_alerts.write_care_alert(
        patient=here.visit.patient, said=care_alerts.AlertWords("other", words="Ask for me"), **hand
    ),
    StaffAct.MOVE: lambda here, _, hand: visits.move_visit(
        visit=here.visit, to="roomed", reading="read", **hand
    ),
    StaffAct.RAISE: lambda here, _, hand: consent.mark_visit_urgent(visit=here.strange, **hand),
    StaffAct.ANSWER_CALL: lambda here, _, hand: urgent_signs.take_urgent_visit(visit=here.visit, **hand),
    StaffAct.LOWER: lambda here, _, hand: consent.mark_visit_urgent(visit=here.visit, urgent=False, **hand),
    StaffAct.MATCH: lambda here, _, hand: match_decisions.decide_new_patient(visit=here.strange, **hand),
    StaffAct.MERGE: lambda here, _, hand: provisional_patients.merge_provisional_patient(
        provisional=here.strange.patient, into=here.visit.patient, **hand
    ),
    StaffAct.SETTLE_DISCREPANCY: lambda here, one, hand: discrepancies.decide_discrepancy(
        discrepancy=one, kind="keep_old", **hand
    ),
    StaffAct.ANSWER_NEED: lambda here, one, hand: needs.answer_need(need=one, outcome="declined", **hand),
    StaffAct.GIVE: lambda here, one, hand: needs.answer_need(need=one, outcome="done", **hand),
    StaffAct.WRITE_NOTE: lambda here, _, hand: excuse_notes.issue_note(
        visit=here.visit, kind="school", **hand
    ),
    StaffAct.KEEP_CONFIDENTIAL: lambda here, _, hand: confidential_visits.mark_visit_confidential(
        visit=here.visit, kind="alone", **hand
    ),
    StaffAct.KEEP_PREFERENCES: lambda here, _, hand: preferences.forget_preferences(
        escort=here.visit.escort, **hand
    ),
    StaffAct.RECORD_CONSENT: lambda here, _, hand: consented(here, hand["by"]),
    StaffAct.DECIDE_AS_CLINICIAN: lambda here, _, hand: consented(
        here, hand["by"], how="verbal", basis="clinician"
    ),
    StaffAct.GRANT_PROXY: lambda here, _, hand: consent.grant_proxy(
        patient=here.visit.patient, **PROXY | {"written_on": make.TUESDAY}, **hand
    ),
    StaffAct.REVOKE_PROXY: lambda here, one, hand: consent.revoke_proxy(proxy=one, **hand),
    StaffAct.PROMISE: lambda here, one, hand: promises.withdraw_promise(
        promise=one, words="they came by", **hand
    ),
    StaffAct.CLOSE_DAY: lambda here, _, hand: closed_days.close_desk_day(
        location=here.front, date=make.TUESDAY, **hand
    ),
    StaffAct.ANSWER_FEEDBACK: lambda here, one, hand: visit_feedback_answers.mark_feedback_read(
        feedback=one, **hand
    ),
    StaffAct.MANAGE_STAFF: lambda here, _, hand: staff.deactivate_staff(person=here.writer, **hand),
    StaffAct.MANAGE_DEVICES: lambda here, _, hand: devices.enrol_device_by_link(
        location=here.front, name="New", **hand
    ),
    StaffAct.SECURE_CLINIC: lambda here, _, hand: second_factors.set_second_factor_rule(
        clinic=here.front.clinic, asked_of="all", **hand
    ),
    StaffAct.OPEN_IN_EMERGENCY: lambda here, desks, hand: emergency_access.start_emergency_access(
        reason=REASON, desk=desks[hand["by"].pk], **hand
    ),
    StaffAct.READ_EMERGENCIES: lambda here, one, hand: emergency_access.mark_notice_seen(access=one, **hand),
    StaffAct.MANAGE_BACKUPS: lambda here, _, hand: backup_runs.start_backup(**hand).join(),
}
"""The action behind each request. A sign-in has none that checks: it is never refused."""

READ: dict[StaffAct, Callable[[Clinic], tuple[str, ...]]] = {
    StaffAct.READ_CHARTS: lambda here: (f"/visits/{here.visit.pk}/", f"/patients/{here.visit.patient_id}/"),
    StaffAct.READ_TRAIL: lambda here: ("/audit/", f"/audit/people/{here.writer.pk}/"),
}
"""Pages of the acts that only read: no request writes a row, and no action does it."""

WIDER = {
    StaffAct.GIVE: StaffAct.ANSWER_NEED,
    StaffAct.LOWER: StaffAct.RAISE,
    StaffAct.REVOKE_PROXY: StaffAct.GRANT_PROXY,
    StaffAct.DECIDE_AS_CLINICIAN: StaffAct.RECORD_CONSENT,
}
"""Acts behind a page of a wider act: whoever may do neither is told about the wider one."""

WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "checkin_(?!auditevent|presence)(\w+)"')
"""Tables about families. The audit trail records who looked, whoever it was."""


def written(said: CaptureQueriesContext) -> set[str]:
    return {table for one in said.captured_queries for table in WRITES.findall(one["sql"])}


def sentences(role: str, act: StaffAct) -> list[str]:
    return [role_refusal(role, one) for one in (act, WIDER.get(act, act)) if not may_role_act(role, one)]


@pytest.fixture
def people(dana: Staff, noor: Staff, max_: Staff, ada: Staff, otto: Staff) -> dict[str, Staff]:
    return {person.role: person for person in (dana, noor, max_, ada, otto)}


def test_every_staff_act_has_a_request_and_an_action_here() -> None:
    assert PRESSED.keys() ^ READ.keys() == set(ROLE_RULES)
    assert set(ASKED) == set(PRESSED) - {StaffAct.SIGN_IN}


@pytest.mark.parametrize("act", list(READ), ids=lambda act: act.name)
def test_a_page_is_shown_or_refused_as_the_role_table_says(
    as_: Callable[[Staff], Client], here: Clinic, people: dict[str, Staff], act: StaffAct
) -> None:
    for role, person in people.items():
        for address in READ[act](here):
            answer = as_(person).get(address)
            may = may_role_act(role, act)
            assert answer.status_code == (200 if may else 403), (role, address)
            page = html.unescape(answer.content.decode())
            assert may or role_refusal(role, act, is_read=True) in page, (role, address)


@pytest.mark.parametrize("act", list(PRESSED), ids=lambda act: act.name)
def test_a_request_is_done_or_refused_as_the_role_table_says(
    as_: Callable[[Staff], Client],
    here: Clinic,
    people: dict[str, Staff],
    act: StaffAct,
    take_backups: Callable[[], set[str]],
) -> None:
    prepared = PREPARED.get(act, lambda _: None)(here)
    address, said = PRESSED[act](here, prepared)
    for role, person in people.items():
        browser = as_(person)
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            answer = browser.post(address, said)
            transaction.set_rollback(True)
        done = written(queries) | take_backups()
        if may_role_act(role, act):
            assert answer.status_code in (200, 302) and done, (role, answer.status_code)
            continue
        assert done == set(), role
        told = answer
        if answer.status_code == 302:
            browser.post(address, said)
            told = browser.get(answer.url)
        assert answer.status_code in (302, 403, 409, 422), (role, answer.status_code)
        page = told.content.decode().replace("&#x27;", "'")
        if answer.status_code == 422:  # The form does not offer it.
            assert act == StaffAct.DECIDE_AS_CLINICIAN and "is not one of the available choices" in page
            continue
        assert any(sentence in page for sentence in sentences(role, act)), role


@pytest.mark.parametrize("act", list(ASKED), ids=lambda act: act.name)
def test_the_action_itself_checks_the_role_too(
    here: Clinic, people: dict[str, Staff], act: StaffAct, take_backups: Callable[[], set[str]]
) -> None:
    prepared = PREPARED.get(act, lambda _: None)(here)
    for role, person in people.items():
        if not may_role_act(role, act):
            with CaptureQueriesContext(connection) as queries, pytest.raises(NotAllowed) as refused:
                ASKED[act](here, prepared, {"by": person, "at": NOW})
            assert refused.value.sentence in sentences(role, act)
            assert written(queries) | take_backups() == set()
            continue
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            ASKED[act](here, prepared, {"by": person, "at": NOW})
            assert written(queries) | take_backups(), role
            transaction.set_rollback(True)
        for held in (here.visit, here.strange):
            held.refresh_from_db()
