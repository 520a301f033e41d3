"""Starting and ending emergency access: who may, what it leaves in the trail, and that it ends once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client

from checkin.actions import audit, desk_locks, emergency_access, ended_sessions, own_sessions, staff
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import write_in_turn
from checkin.models import AuditEvent, Clinic, EmergencyAccess, Patient, Staff
from checkin.queries.emergency_access import list_emergency_accesses
from checkin.rules.audit import AuditPurpose
from checkin.rules.desk_locks import DESK_SESSION_KEY, LOGIN_TIMES_KEPT
from checkin.rules.roles import Role
from tests import make

REASON = "Fire alarm, nobody is at the desk"
NOW = make.at("9:40")


def start(person: Staff) -> EmergencyAccess:
    return make.emergency_access(person, REASON, NOW)


def test_start_and_end_are_events_without_the_reason(ada: Staff) -> None:
    made = start(ada)
    for _ in range(2):
        emergency_access.end_emergency_access(desk=made.desk, by=ada, at=make.at("9:50"), why="pressed")
    rows = AuditEvent.objects.filter(subject="EmergencyAccess", subject_id=made.pk).order_by("pk")
    assert [one.action for one in rows] == ["emergency.started", "emergency.ended"]
    assert {one.purpose for one in rows} == {"emergency"}
    assert all("Fire" not in str(one.detail) for one in rows)


def test_a_person_who_reads_charts_anyway_and_one_without_a_reason_start_nothing(
    dana: Staff, ada: Staff
) -> None:
    with pytest.raises(NotAllowed):
        start(dana)
    with pytest.raises(Refused):
        make.emergency_access(ada, " ", NOW)
    assert not EmergencyAccess.objects.exists()


def test_a_reason_is_as_long_as_it_was_typed_though_browsers_send_two_characters_for_a_line_break(
    ada: Staff,
) -> None:
    typed = ("Fire alarm" + "\n" * 10) * 50
    made = make.emergency_access(ada, typed.replace("\n", "\r\n"), NOW)
    assert made.reason == typed


def test_a_notice_is_read_once_by_each_who_is_told(ada: Staff, max_: Staff, otto: Staff, dana: Staff) -> None:
    made = start(ada)
    for person in (max_, max_, otto):
        emergency_access.mark_notice_seen(access=made, by=person, at=NOW)
    assert made.seen.count() == 2
    with pytest.raises(NotAllowed):
        emergency_access.mark_notice_seen(access=made, by=dana, at=NOW)


def test_it_ends_with_the_login_that_is_ended_from_elsewhere(
    as_: Callable[[Staff], Client], ada: Staff
) -> None:
    made, other = start(ada), start(ada)
    session = as_(ada).session
    session[DESK_SESSION_KEY] = made.desk_id
    session.save()
    row = UserSession.objects.create(user=ada, ip="192.0.2.1", session_key=session.session_key, user_agent="")
    own_sessions.end_session(person=ada, number=row.pk, by=ada, at=make.at("9:41"))
    assert [*EmergencyAccess.objects.open_at(make.at("9:42"))] == [other]


def test_it_ends_with_the_fifth_wrong_try_to_unlock_its_desk(ada: Staff) -> None:
    made = start(ada)
    assert made.desk
    for _ in range(5):
        assert EmergencyAccess.objects.get().ended_at is None
        desk_locks.unlock_desk(desk=made.desk, person=ada, secret="wrong", at=make.at("9:41"))
    assert EmergencyAccess.objects.get().ended_at == make.at("9:41")


def test_a_role_that_comes_back_within_the_hour_opens_nothing(ada: Staff, brook: Clinic) -> None:
    start(ada)
    chief = make.staff(brook, "chief", Role.ADMINISTRATOR)
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        now = staff.staff_facts(Staff.objects.get(pk=ada.pk))
        to = now._replace(role=role)
        staff.change_staff(person=ada, to=to, shown=now.mark, by=chief, at=make.at("9:41"))
    assert not EmergencyAccess.objects.open_at(make.at("9:42")).exists()
    assert AuditEvent.objects.get(action="emergency.ended").detail["why"] == "role"


def test_once_its_login_is_forgotten_it_is_kept_and_no_longer_open(ada: Staff) -> None:
    made = start(ada)
    assert EmergencyAccess.objects.open_at(make.at("9:41")).exists()
    assert ended_sessions.delete_old_login_times(at=NOW + LOGIN_TIMES_KEPT + dt.timedelta(seconds=1)) >= 1
    made.refresh_from_db()
    assert made.desk is None
    assert not EmergencyAccess.objects.open_at(make.at("9:41")).exists()


def write_seen(
    person: Staff, patient: Patient, when: str, access: EmergencyAccess | None = None, purpose: str = ""
) -> None:
    """Write that this person saw the patient, in a request that `access` let in."""
    kept = audit.origin.set(audit.Origin(emergency_id=access.pk if access else None))
    with write_in_turn():
        audit.write_audit_event(
            action="seen",
            subject=patient,
            at=make.at(when),
            by=person,
            patient_id=patient.pk,
            purpose=purpose,
        )
    audit.origin.reset(kept)


def test_the_auditor_finds_what_it_let_in_and_nothing_else_by_the_same_person(
    as_: Callable[[Staff], Client], ada: Staff, otto: Staff, brook: Clinic, tuesday: time_machine.Traveller
) -> None:
    made = start(ada)
    late, other = make.patient(brook, "Leo Ruiz"), make.patient(brook, "Mia Chen", "2017-05-05")
    write_seen(ada, other, "9:45")
    emergency_access.end_emergency_access(desk=made.desk, by=ada, at=make.at("9:50"), why="pressed")
    # Let in just before the end, and written just after it.
    write_seen(ada, late, "9:51", made)
    assert "1 patient shown" in as_(otto).get("/audit/emergencies/").content.decode()
    answer = as_(otto).get(f"/audit/emergencies/{made.pk}/")
    page, rows = answer.content.decode(), answer.context["page"].rows
    assert f"/audit/patients/{late.pk}/" in page and f"/audit/patients/{other.pk}/" not in page
    assert [row.event.action for row in rows] == ["seen", "emergency.ended", "emergency.started"]


def test_the_auditor_finds_what_was_let_in_before_events_named_their_access(
    as_: Callable[[Staff], Client], ada: Staff, otto: Staff, brook: Clinic, tuesday: time_machine.Traveller
) -> None:
    made = start(ada)
    leo, mia = make.patient(brook, "Leo Ruiz"), make.patient(brook, "Mia Chen", "2017-05-05")
    write_seen(ada, leo, "9:45", purpose=AuditPurpose.EMERGENCY)
    write_seen(ada, mia, "9:46")
    assert "1 patient shown" in as_(otto).get("/audit/emergencies/").content.decode()
    page = as_(otto).get(f"/audit/emergencies/{made.pk}/").content.decode()
    assert f"/audit/patients/{leo.pk}/" in page and f"/audit/patients/{mia.pk}/" not in page


def test_what_was_let_in_before_events_named_their_access_belongs_to_the_one_that_was_open(
    as_: Callable[[Staff], Client], ada: Staff, otto: Staff, brook: Clinic, tuesday: time_machine.Traveller
) -> None:
    """The hour after an end holds what its last request wrote late, and the next access as well."""
    made = start(ada)
    leo, mia = make.patient(brook, "Leo Ruiz"), make.patient(brook, "Mia Chen", "2017-05-05")
    write_seen(ada, leo, "9:45", purpose=AuditPurpose.EMERGENCY)
    emergency_access.end_emergency_access(desk=made.desk, by=ada, at=make.at("9:50"), why="pressed")
    other = make.emergency_access(ada, REASON, make.at("9:55"))
    write_seen(ada, mia, "9:56", purpose=AuditPurpose.EMERGENCY)
    assert [one.patients_read for one in list_emergency_accesses(brook)] == [1, 1]
    for access, shown, hidden in ((made, leo, mia), (other, mia, leo)):
        page = as_(otto).get(f"/audit/emergencies/{access.pk}/").content.decode()
        assert f"/audit/patients/{shown.pk}/" in page and f"/audit/patients/{hidden.pk}/" not in page


def test_what_was_let_in_then_is_kept_though_the_clock_was_set_back(ada: Staff, brook: Clinic) -> None:
    made = start(ada)
    write_seen(ada, make.patient(brook), "9:45", purpose=AuditPurpose.EMERGENCY)
    emergency_access.end_emergency_access(desk=made.desk, by=ada, at=make.at("9:30"), why="pressed")
    assert [one.patients_read for one in list_emergency_accesses(brook)] == [1]


@pytest.mark.parametrize("act", ["pressed", "role", "extended"])
def test_every_end_ends_it_though_the_clock_was_set_back(ada: Staff, brook: Clinic, act: str) -> None:
    """The end looked for what was open by the clock: set right later, that was open again."""
    made = start(ada)
    leo = make.patient(brook, "Leo Ruiz")
    write_seen(ada, leo, "9:45", made)
    back = make.at("9:30")
    assert made.desk is not None
    if act == "pressed":
        assert emergency_access.end_emergency_access(desk=made.desk, by=ada, at=back, why=act) == 1
    elif act == "role":
        assert emergency_access.end_all_emergency_access(person=ada, by=None, at=back, why=act) == 1
    else:
        emergency_access.start_emergency_access(reason=REASON, desk=made.desk, by=ada, at=back)
    assert made not in EmergencyAccess.objects.open_at(make.at("9:50"))
    (listed,) = [one for one in list_emergency_accesses(brook) if one.pk == made.pk]
    assert listed.patients_read == 1
