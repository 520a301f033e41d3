"""/emergency/: an administrator or auditor reads charts for an hour, with a reason that others are told."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checkin.actions import emergency_access, own_sessions, staff
from checkin.actions.permissions import NotAllowed
from checkin.models import AuditEvent, Clinic, EmergencyAccess, Location, Staff, Visit
from checkin.queries.emergency_access import list_emergency_accesses
from checkin.rules.roles import Role
from tests import make

ADDRESS, NOTICES = "/emergency/", "/notices/"
REASON = "Fire alarm, nobody is at the desk"
TOLD = "opened charts in an emergency at"


@pytest.fixture
def leo(brook: Clinic, front: Location, tuesday: time_machine.Traveller) -> Visit:
    make.patient(brook, "Leo Ruiz")
    return make.visit(front)


@pytest.fixture
def opened(as_: Callable[[Staff], Client], ada: Staff, leo: Visit) -> Client:
    """Return Ada's browser: an administrator who has just opened charts."""
    browser = as_(ada)
    browser.post(ADDRESS, {"reason": REASON})
    return browser


def page_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def may_read(browser: Client, visit: Visit) -> bool:
    return bool(browser.get(f"/visits/{visit.pk}/").status_code == 200)


def only_access() -> EmergencyAccess:
    return EmergencyAccess.objects.get()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_with_a_reason_charts_and_the_board_open(
    as_: Callable[[Staff], Client], brook: Clinic, leo: Visit, role: Role
) -> None:
    browser = as_(make.staff(brook, "eve", role))
    assert "open charts with a reason" in page_of(browser.get(f"/visits/{leo.pk}/"))
    answer = browser.post(ADDRESS, {"reason": REASON})
    assert (answer.status_code, answer.url) == (302, "/")
    assert may_read(browser, leo) and browser.get(f"/patients/{leo.patient_id}/").status_code == 200
    assert "End now" in page_of(browser.get("/")) and "60 min left" in page_of(browser.get("/"))


@pytest.mark.parametrize("typed", ["", "   ", "fire", "a b", "12 34 56 78 90"])
def test_without_a_reason_nothing_opens_and_what_was_typed_stays(
    as_: Callable[[Staff], Client], ada: Staff, leo: Visit, typed: str
) -> None:
    browser = as_(ada)
    answer = browser.post(ADDRESS, {"reason": typed})
    page = page_of(answer)
    assert answer.status_code == 400 and "Nothing is open yet" in page
    assert f">{typed.strip()}</textarea>" in page
    assert not EmergencyAccess.objects.exists() and not may_read(browser, leo)


def test_it_ends_itself_after_an_hour_by_the_servers_clock(
    opened: Client, leo: Visit, tuesday: time_machine.Traveller
) -> None:
    tuesday.shift(dt.timedelta(minutes=59, seconds=59))
    assert may_read(opened, leo)
    tuesday.shift(dt.timedelta(seconds=1))
    assert not may_read(opened, leo)
    assert emergency_access.end_what_is_over(at=make.at("10:40")) == 1
    assert emergency_access.end_what_is_over(at=make.at("10:41")) == 0
    assert only_access().ended_at == make.at("10:40")
    assert AuditEvent.objects.get(action="emergency.ended").detail["why"] == "time"


def test_without_its_end_it_stays_open_and_is_found(
    as_: Callable[[Staff], Client],
    ada: Staff,
    leo: Visit,
    tuesday: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control of the test above."""
    monkeypatch.setattr(emergency_access, "EMERGENCY_LASTS", dt.timedelta(days=1))
    browser = as_(ada)
    browser.post(ADDRESS, {"reason": REASON})
    tuesday.shift(dt.timedelta(minutes=60))
    assert may_read(browser, leo)


def test_more_time_takes_another_reason_and_the_same_form_twice_is_one(
    opened: Client, ada: Staff, tuesday: time_machine.Traveller
) -> None:
    opened.post(ADDRESS, {"reason": REASON})
    assert EmergencyAccess.objects.count() == 1
    tuesday.shift(dt.timedelta(minutes=30))
    opened.post(ADDRESS, {"reason": ""})
    assert only_access().ends_at == make.at("10:40")
    opened.post(ADDRESS, {"reason": "The fire brigade is still here"})
    first, second = EmergencyAccess.objects.order_by("pk")
    assert (first.ended_at, second.ends_at) == (make.at("10:10"), make.at("11:10"))


def test_other_roles_neither_need_it_nor_may_ask_for_it(
    as_: Callable[[Staff], Client],
    dana: Staff,
    noor: Staff,
    max_: Staff,
    otto: Staff,
    opened: Client,
    leo: Visit,
) -> None:
    for person in (dana, noor, max_):
        assert as_(person).post(ADDRESS, {"reason": REASON}).status_code == 403
        assert may_read(as_(person), leo)
    assert not may_read(as_(otto), leo)
    assert EmergencyAccess.objects.count() == 1


def test_staff_who_read_charts_anyway_cost_no_query_more(
    as_: Callable[[Staff], Client], dana: Staff, max_: Staff, leo: Visit
) -> None:
    for person in (dana, max_):
        with CaptureQueriesContext(connection) as said:
            as_(person).get("/")
        assert not [one for one in said.captured_queries if "emergencyaccess" in one["sql"]]


@pytest.mark.parametrize("address", ["/", "/promises/", NOTICES])
def test_a_manager_is_told_on_each_page_until_they_have_read_it(
    opened: Client, as_: Callable[[Staff], Client], max_: Staff, address: str
) -> None:
    page = page_of(as_(max_).get(address))
    assert f"ada</bdi> {TOLD} 9:40" in page.lower().replace(TOLD.lower(), TOLD) and REASON in page
    seen = f"{ADDRESS}notices/{only_access().pk}/seen/"
    assert as_(max_).post(seen, {"next": "/promises/"}).url == "/promises/"
    assert as_(max_).post(seen).status_code == 302
    assert TOLD not in page_of(as_(max_).get(address))
    assert AuditEvent.objects.filter(action="emergency.noticed").count() == 1


def test_an_auditor_is_told_for_themselves_and_finds_it_listed_with_what_was_read(
    opened: Client, as_: Callable[[Staff], Client], max_: Staff, otto: Staff, leo: Visit
) -> None:
    assert may_read(opened, leo)
    as_(max_).post(f"{ADDRESS}notices/{only_access().pk}/seen/")
    page = page_of(as_(otto).get("/audit/"))
    assert TOLD in page and REASON in page
    page = page_of(as_(otto).get("/audit/emergencies/"))
    assert REASON in page and "1 patient shown" in page
    page = page_of(as_(otto).get(f"/audit/emergencies/{only_access().pk}/"))
    assert REASON in page and f"/audit/patients/{leo.patient_id}/" in page


def test_nobody_is_told_of_their_own(as_: Callable[[Staff], Client], otto: Staff, leo: Visit) -> None:
    as_(otto).post(ADDRESS, {"reason": REASON})
    assert EmergencyAccess.objects.exists()
    for address in (NOTICES, "/audit/"):
        assert TOLD not in page_of(as_(otto).get(address))


def test_nobody_else_is_told(
    opened: Client, as_: Callable[[Staff], Client], dana: Staff, noor: Staff, ada: Staff, hill: Clinic
) -> None:
    elsewhere = make.staff(hill, "mona", Role.MANAGER, location=make.location(hill, "Hilltop"))
    for person in (dana, noor, ada, elsewhere):
        assert TOLD not in page_of(as_(person).get("/"))
        assert as_(person).post(f"{ADDRESS}notices/{only_access().pk}/seen/").status_code in (403, 404)


def test_the_mail_to_them_has_no_reason_and_no_patient(
    as_: Callable[[Staff], Client],
    max_: Staff,
    otto: Staff,
    dana: Staff,
    leo: Visit,
    settings: Any,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.example", "desk@clinic.example"
    for person in (otto, max_, dana):
        Staff.objects.filter(pk=person.pk).update(email=f"{person.username}@clinic.example")
    with django_capture_on_commit_callbacks(execute=True):
        as_(otto).post(ADDRESS, {"reason": REASON})
    assert [one.to for one in mailoutbox] == [[f"{max_.username}@clinic.example"]]
    assert otto.name in mailoutbox[0].body
    assert REASON not in mailoutbox[0].body and "Leo" not in mailoutbox[0].body


def test_every_event_in_it_says_that_it_was_an_emergency(
    opened: Client, as_: Callable[[Staff], Client], ada: Staff, leo: Visit
) -> None:
    may_read(opened, leo)
    opened.post(f"{ADDRESS}end/")
    may_read(opened, leo)
    rows = AuditEvent.objects.filter(staff=ada).order_by("pk").values_list("action", "purpose")
    assert ("seen", "emergency") in rows
    since = [*rows].index(("emergency.started", "emergency"))
    until = [*rows].index(("emergency.ended", "emergency"))
    assert {purpose for _, purpose in rows[since : until + 1]} == {"emergency"}
    assert rows[len(rows) - 1] == ("page.refused", "operations")
    assert all(REASON not in str(one.detail) for one in AuditEvent.objects.all())
    started = AuditEvent.objects.get(action="emergency.started")
    assert (started.subject, started.subject_id) == ("EmergencyAccess", only_access().pk)


def test_it_can_be_ended_early_and_ends_at_the_log_out(
    opened: Client, as_: Callable[[Staff], Client], ada: Staff, leo: Visit, tuesday: time_machine.Traveller
) -> None:
    assert "has ended" in page_of(opened.post(f"{ADDRESS}end/", follow=True))
    assert not may_read(opened, leo) and only_access().ended_at == make.at("9:40")
    for leave in ("/account/logout/", "/account/switch/"):
        browser = as_(ada)
        tuesday.shift(dt.timedelta(minutes=2))
        browser.post(ADDRESS, {"reason": REASON})
        assert may_read(browser, leo)
        browser.post(leave)
        assert not EmergencyAccess.objects.open_at(timezone.now()).exists(), leave


def test_only_the_login_that_opened_them_reads_charts_and_no_other_ends_that(
    opened: Client, as_: Callable[[Staff], Client], ada: Staff, leo: Visit
) -> None:
    for leave in ("/account/switch/", "/account/logout/", f"{ADDRESS}end/"):
        elsewhere = as_(ada)
        assert not may_read(elsewhere, leo) and "min left" not in page_of(elsewhere.get(ADDRESS))
        elsewhere.post(leave)
        assert may_read(opened, leo), leave
    own_sessions.end_sessions(
        person=ada, by=ada, at=make.at("9:41"), but_key=opened.session.session_key or ""
    )
    assert may_read(opened, leo)


def test_a_deactivated_person_and_one_whose_sessions_end_have_none(
    opened: Client, ada: Staff, brook: Clinic
) -> None:
    own_sessions.end_sessions(person=ada, by=ada, at=make.at("9:41"))
    assert only_access().ended_at == make.at("9:41")
    make.emergency_access(ada, REASON, make.at("9:42"))
    chief = make.staff(brook, "chief", Role.ADMINISTRATOR)
    staff.deactivate_staff(person=ada, by=chief, at=make.at("9:43"))
    assert not EmergencyAccess.objects.open_at(make.at("9:44")).exists()
    with pytest.raises(NotAllowed):
        make.emergency_access(ada, REASON, make.at("9:45"))


def test_it_opens_nothing_of_another_clinic(opened: Client, ada: Staff, hill: Clinic) -> None:
    far = make.visit(make.location(hill, "Hilltop"))
    assert opened.get(f"/visits/{far.pk}/").status_code == 404
    # A login that has moved to another clinic takes none along.
    Staff.objects.filter(pk=ada.pk).update(clinic=hill)
    assert not may_read(opened, far)


def test_it_opens_nothing_in_another_role(opened: Client, ada: Staff, leo: Visit) -> None:
    """A change of the role ends it too; here only the login itself can tell."""
    assert may_read(opened, leo)
    Staff.objects.filter(pk=ada.pk).update(role=Role.AUDITOR)
    assert not may_read(opened, leo)


def test_what_it_does_not_open_says_so(opened: Client, leo: Visit) -> None:
    refused = opened.get("/sign-in/")
    assert refused.status_code == 403
    assert "Emergency access opens the board and patients’ pages only." in page_of(refused)
    refused = opened.post("/sign-in/", {"child_given_name": "Mia", "escort_name": "Jo"})
    assert "Emergency access only reads, so nothing was changed." in page_of(refused)
    opened.post(f"{ADDRESS}end/")
    assert "Emergency access" not in page_of(opened.get("/sign-in/"))


def test_nothing_is_written_by_it_but_that_a_child_cannot_wait(opened: Client, leo: Visit) -> None:
    for path, said in (
        (f"/visits/{leo.pk}/move/", {"to": "roomed", "reading": "read"}),
        ("/sign-in/", {"child_given_name": "Mia", "escort_name": "Jo"}),
        (f"/match/{leo.pk}/new/", {"seen": "0"}),
        (f"/visits/{leo.pk}/notes/school/", {"do": "issue"}),
        (f"/visits/{leo.pk}/preferences/forget/", {}),
        ("/promises/close-day/", {}),
    ):
        assert opened.post(path, said).status_code in (302, 403), path
    leo.refresh_from_db()
    assert leo.state == "arrived" and Visit.objects.count() == 1
    opened.post(f"/visits/{leo.pk}/urgent/", {"urgent": "1"})
    assert AuditEvent.objects.filter(action="visit.marked_urgent", purpose="emergency").exists()


def test_a_second_one_within_the_hour_has_its_own_line_of_the_board(
    opened: Client, leo: Visit, otto: Staff, tuesday: time_machine.Traveller
) -> None:
    """The board had been recorded for this hour, so the second one seemed to have shown nobody."""
    assert opened.get("/").status_code == 200
    opened.post("/emergency/end/")
    tuesday.move_to(make.at("9:50"))
    opened.post(ADDRESS, {"reason": "Somebody fell in the waiting room"})
    for _ in range(2):
        assert "Ruiz" in page_of(opened.get("/"))
    second, first = list_emergency_accesses(otto.clinic)
    assert (first.patients_read, second.patients_read) == (1, 1)
    lines = AuditEvent.objects.filter(action="board.seen").order_by("pk")
    assert [line.detail["emergency"] for line in lines] == [first.pk, second.pk]
