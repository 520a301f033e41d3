"""The export is a CSV file of the filtered log, without a patient's name, and is on the log itself."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from checkin.actions import confidential_visits
from checkin.actions.audit import write_audit_event
from checkin.actions.write_queue import write_in_turn
from checkin.models import Clinic, Location, Staff
from checkin.models.audit import AuditEvent
from checkin.queries import audit_events
from tests import make
from tests.audit.test_events import As, write

pytestmark = pytest.mark.usefixtures("tuesday")


def exported(answer: Any) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_export_has_every_event_of_the_filter_and_no_name(
    as_: As, otto: Staff, dana: Staff, noor: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_events, "_EVENTS_READ_AT_ONCE", 3)
    leo, bo = make.patient(dana.clinic), make.patient(dana.clinic, "Bo Li")
    made = [write("seen", dana, subject=leo, patient_id=leo.pk) for _ in range(7)]
    made.append(write("discrepancies.seen", dana, "9:10", patient_ids=[leo.pk, bo.pk]))
    write("seen", noor, subject=leo, patient_id=leo.pk)
    answer = as_(otto).get(f"/audit/export/?staff={dana.pk}&patient={leo.pk}")
    rows = exported(answer)
    assert [int(row["number"]) for row in rows] == [one.number for one in reversed(made)]
    assert rows[0]["time"] == "2026-03-10T09:10:00.000-05:00"
    assert rows[0]["patient ids"] == f"{leo.pk} {bo.pk}"
    assert rows[0]["person"] == "Dana"
    assert "Ruiz" not in str(rows)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="audit-log-2026-03-10.csv"' in answer.headers["Content-Disposition"]


def test_of_a_confidential_visit_the_export_says_that_it_was_and_nothing_that_was_typed(
    as_: As, otto: Staff, dana: Staff, front: Location
) -> None:
    """docs/confidential.md said that no export names it; the auditor must see whom it was opened for."""
    make.patient(dana.clinic)
    typed = {"reason": "Zqxvkjreason", "escort_name": "Zqxvkjwho"}
    visit = make.visit(front, make.at("9:30"), **typed)
    by: dict[str, Any] = {"visit": visit, "by": dana, "at": make.at("9:35")}
    confidential_visits.mark_visit_confidential(kind="other", **by)
    as_(dana).post(f"/visits/{visit.pk}/sealed/", {"reason": "other", "typed": "Zqxvkjwhy"})
    rows = exported(as_(otto).get("/audit/export/"))
    said = {row["action"]: row for row in rows if row["subject id"] == str(visit.pk)}
    assert {"confidential.marked", "sealed.opened"} <= said.keys()
    assert all(visit.token in said[code]["what"] for code in ("confidential.marked", "sealed.opened"))
    assert said["sealed.opened"]["patient ids"] == str(visit.patient_id) != "None"
    assert not any(word in str(rows).lower() for word in ("zqxvkj", "ruiz", "leo"))


def test_export_is_on_the_log_before_its_first_byte(as_: As, otto: Staff, dana: Staff) -> None:
    answer = as_(otto).get(f"/audit/export/?staff={dana.pk}")
    found = AuditEvent.objects.get(action="audit_log.exported")
    assert (found.staff, found.detail["filter"]) == (otto, {"staff_id": str(dana.pk)})
    assert exported(answer) == []


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\uff1d1"])
def test_no_cell_is_a_formula(name: str, as_: As, otto: Staff, dana: Staff) -> None:
    Staff.objects.filter(pk=dana.pk).update(name=name)
    write("day.closed", dana)
    (row,) = exported(as_(otto).get(f"/audit/export/?staff={dana.pk}"))
    assert row["person"] == f"'{name}"
    assert row["what"].startswith("'")


@pytest.mark.parametrize("typed", ["soon", "2/29/2025"])
def test_wrong_date_exports_nothing_and_leads_to_what_is_wrong(as_: As, otto: Staff, typed: str) -> None:
    answer = as_(otto).get(f"/audit/export/?start={typed}", follow=True)
    assert answer.status_code == 400 and answer.redirect_chain
    assert "This is not a date. Write it as" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="audit_log.exported").exists()


@pytest.mark.parametrize("page", ["/audit/", "/audit/export/"])
@pytest.mark.parametrize(
    ("zone", "limits"), [("America/Chicago", "end=12/31/9999"), ("Asia/Tokyo", "start=01/01/0001")]
)
def test_a_day_at_the_end_of_the_calendar_limits_nothing(
    page: str, zone: str, limits: str, as_: As, otto: Staff, dana: Staff
) -> None:
    Clinic.objects.filter(pk=otto.clinic_id).update(time_zone=zone)
    write("day.closed", dana)
    answer = as_(otto).get(f"{page}?{limits}&staff={dana.pk}")
    assert answer.status_code == 200 and "Dana" in b"".join(answer).decode()


def test_export_of_another_clinics_rows_is_not_there(as_: As, otto: Staff, sol: Staff, dana: Staff) -> None:
    assert as_(otto).get(f"/audit/export/?staff={sol.pk}").status_code == 404
    write("day.closed", sol)
    assert {row["person"] for row in exported(as_(otto).get("/audit/export/"))} == set()


def test_only_an_auditor_exports(as_: As, max_: Staff) -> None:
    assert Client().get("/audit/export/").status_code == 302
    assert as_(max_).get("/audit/export/").status_code == 403


def test_an_account_that_was_sealed_as_a_lazy_object_is_exported_as_an_account(
    as_: As, otto: Staff, dana: Staff
) -> None:
    with write_in_turn():
        write_audit_event(
            action="desk.locked", subject=dana, at=make.at(), by=dana
        ).subject = "SimpleLazyObject"
    row = next(one for one in exported(as_(otto).get("/audit/export/")) if one["action"] == "desk.locked")
    assert (row["subject"], row["subject id"]) == ("Staff", str(dana.pk))
