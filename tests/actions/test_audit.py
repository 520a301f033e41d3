"""A line of the trail: who did what to what, and when; ids and counts, in the clinic of its subject."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models import AuditChain, AuditEvent, Clinic, Location, Staff
from tests import make

if TYPE_CHECKING:
    from tests.conftest import Kiosk


def write_line(dana: Staff, action: str = "seen", **more: object) -> AuditEvent:
    return audit.write_audit_event(action=action, subject=None, at=make.at(), by=dana, **more)


def written() -> list[str]:
    return list(AuditEvent.objects.order_by("number").values_list("action", flat=True))


def test_a_line_says_who_did_what_to_what(front: Location, dana: Staff, kiosk: Kiosk) -> None:
    visit = make.visit(front)
    with write_in_turn():
        line = audit.write_audit_event(
            action="visit.moved", subject=visit, at=make.at("9:50"), by=dana, device=kiosk.device,
            patient_id=visit.patient_id, old="arrived", new="roomed",
        )  # fmt: skip
    line.refresh_from_db()
    assert (line.action, line.subject, line.subject_id) == ("visit.moved", "Visit", visit.pk)
    assert (line.staff, line.device, line.at) == (dana, kiosk.device, make.at("9:50"))
    assert (line.clinic, line.patient_id) == (front.clinic, visit.patient_id)
    assert (line.role, line.location, line.outcome) == ("front_desk", front, "done")
    assert line.detail == {"old": "arrived", "new": "roomed"}


def test_a_subject_that_is_of_no_clinic_is_told_with_the_clinic_that_is_named(
    brook: Clinic, dana: Staff
) -> None:
    with write_in_turn():
        line = audit.write_audit_event(
            action="clinic.created", subject=brook, at=make.at(), clinic_id=brook.pk
        )
    assert (line.clinic, line.subject, line.staff, line.patient_id) == (brook, "Clinic", None, None)
    assert line.purpose == "operations"


def test_a_page_that_was_opened_is_told_with_its_patient(brook: Clinic, dana: Staff) -> None:
    leo = make.patient(brook)
    with write_in_turn():
        line = audit.write_audit_event(action="seen", subject=leo, by=dana, at=make.at(), patient_id=leo.pk)
    assert (line.action, line.subject, line.staff) == ("seen", "Patient", dana)
    assert (line.patient_id, line.detail, line.purpose) == (leo.pk, {}, "treatment")


def test_who_saw_this_child_includes_the_lists_that_named_it(brook: Clinic, dana: Staff) -> None:
    leo, mia, zofia = (make.patient(brook, name) for name in ("Leo Ruiz", "Mia Stone", "Zofia Nowak"))
    with write_in_turn():
        write_line(dana, "list.seen", patient_ids=[leo.pk, mia.pk, leo.pk, None])
        write_line(dana, "seen", patient_id=leo.pk)
        write_line(dana, "search.done", patient_ids=[zofia.pk])
    about = {
        one: list(AuditEvent.objects.about(one.pk).order_by("number").values_list("action", flat=True))
        for one in (leo, mia, zofia)
    }
    assert about == {leo: ["list.seen", "seen"], mia: ["list.seen"], zofia: ["search.done"]}


def test_what_a_nobody_tried_is_in_the_chain_of_no_clinic(brook: Clinic) -> None:
    with write_in_turn():
        line = audit.write_audit_event(action="login.failed", subject=None, at=make.at(), outcome="failed")
    line.refresh_from_db()
    assert (line.clinic, line.chain, line.number, line.staff) == (None, 0, 1, None)


def test_an_outcome_that_nobody_knows_is_refused(dana: Staff) -> None:
    with pytest.raises(ValueError, match="perhaps"), write_in_turn():
        write_line(dana, outcome="perhaps")


def test_each_clinic_has_a_chain_of_its_own(dana: Staff, sol: Staff) -> None:
    with write_in_turn():
        lines = [write_line(who) for who in (dana, sol, dana, sol)]
    with write_in_turn():
        lines += [write_line(dana)]
    assert [(line.chain, line.number) for line in lines] == [
        (dana.clinic_id, 1), (sol.clinic_id, 1), (dana.clinic_id, 2), (sol.clinic_id, 2), (dana.clinic_id, 3)
    ]  # fmt: skip
    assert [lines[0].previous_hash, lines[2].previous_hash] == ["", lines[0].hash]
    assert lines[4].previous_hash == lines[2].hash
    head = AuditChain.objects.get(pk=dana.clinic_id)
    assert (head.number, head.hash) == (3, lines[4].hash)


def test_a_line_outside_the_transaction_of_its_act_fails_loudly(dana: Staff) -> None:
    with pytest.raises(audit.NotInTurn, match="visit.moved"):
        write_line(dana, "visit.moved")
    with pytest.raises(audit.NotInTurn), transaction.atomic():
        write_line(dana)
    assert written() == []


def write_and_fail(dana: Staff, action: str) -> None:
    write_line(dana, action)
    raise KeyError


def test_what_is_rolled_back_leaves_no_line(dana: Staff) -> None:
    """An act that is refused half way is not told as done, wherever it was undone."""
    with write_in_turn():
        write_line(dana, "one")
        with pytest.raises(KeyError), transaction.atomic():
            write_and_fail(dana, "of a savepoint")
        with pytest.raises(KeyError), write_in_turn():
            write_and_fail(dana, "of an inner turn")
        with write_in_turn():
            write_line(dana, "two")
    with pytest.raises(KeyError), write_in_turn():
        write_and_fail(dana, "of a turn")
    with write_in_turn():
        write_line(dana, "three")
    assert written() == ["one", "two", "three"]


@pytest.mark.parametrize("count", [1, 10])
def test_any_number_of_lines_costs_two_queries(dana: Staff, count: int) -> None:
    with CaptureQueriesContext(connection) as queries, write_in_turn():
        for _ in range(count):
            write_line(dana)
    assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) == 2


def test_lines_come_before_what_waits_for_the_commit(
    dana: Staff, django_capture_on_commit_callbacks: object
) -> None:
    told: list[list[str]] = []
    with django_capture_on_commit_callbacks(execute=True) as waiting, write_in_turn():
        transaction.on_commit(lambda: told.append(written()))
        write_line(dana, "one")
    assert (told, len(waiting)) == ([["one"]], 1)


def test_what_is_rolled_back_on_purpose_leaves_no_line(dana: Staff) -> None:
    """A dry run of an import ended in an error of the database instead of its report."""
    with write_in_turn():
        audit.write_audit_event(action="seen", subject=dana, at=make.at(), by=dana)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


def test_the_person_of_a_request_is_a_subject_like_any(dana: Staff) -> None:
    """It was sealed as SimpleLazyObject."""
    with write_in_turn():
        audit.write_audit_event(action="seen", subject=SimpleLazyObject(lambda: dana), at=make.at(), by=dana)
    line = AuditEvent.objects.get()
    assert (line.subject, line.subject_id, line.subject_model) == ("Staff", dana.pk, "Staff")


def test_only_one_place_writes_events_so_each_subject_is_a_models_name() -> None:
    package = Path(audit.__file__).parents[1]
    sources = [one for one in package.rglob("*.py") if "migrations" not in one.parts]
    writers = [one.name for one in sources if re.search(r"\bAuditEvent\(", one.read_text())]
    assert sorted(writers) == ["audit.py", "audit.py"]  # and the class itself
