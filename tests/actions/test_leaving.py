"""A visit cannot leave with open needs unnoticed, and never stays blocked from leaving."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.actions import devices, leaving, match_decisions, needs, visits
from checkin.actions.refusals import Refused
from checkin.models import (
    AuditEvent,
    Clinic,
    DueItem,
    Location,
    Move,
    NeedAnswer,
    SignInChannel,
    Staff,
    Visit,
)
from checkin.rules.need_types import NeedKind, NeedOutcome
from checkin.rules.visit_steps import VisitState
from tests import make

LATER = make.at("10:00")


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    make.patient(brook, "Leo Ruiz")
    return make.visit(front, escort_phone=make.ESCORT_PHONE)


def statuses(visit: Visit) -> set[str]:
    return set(visit.needs.values_list("status", flat=True))


def leave(visit: Visit, by: Staff, at: Any = LATER, **said: Any) -> Move:
    return visits.move_visit(visit=visit, to=VisitState.LEFT, by=by, at=at, **said)


def test_leaving_with_open_needs_asks_for_a_reason_and_changes_nothing(visit: Visit, dana: Staff) -> None:
    with pytest.raises(leaving.NeedsStillOpen, match="Still open: .*school note") as asked:
        leave(visit, dana, reason="  ")
    assert {need.label_words for need in asked.value.needs} == {
        "flu vaccine",
        "school note",
        "phone a guardian",
    }
    assert visit.state == VisitState.ARRIVED, "the object in hand says what the database says"
    visit.refresh_from_db()
    assert (visit.state, statuses(visit), Move.objects.count()) == (VisitState.ARRIVED, {"open"}, 1)


def test_with_a_reason_the_visit_leaves_and_open_needs_are_counted(visit: Visit, dana: Staff) -> None:
    leave(visit, dana, reason="family declined to wait")
    visit.refresh_from_db()
    assert (visit.state, statuses(visit), visit.chips) == (VisitState.LEFT, {NeedOutcome.LEFT_OPEN}, [])
    assert {need.reason for need in visit.needs.all()} == {"family declined to wait"}
    assert AuditEvent.objects.get(action="visit.moved").detail["left_open"] == 3


def test_with_every_need_answered_the_visit_leaves_without_a_reason(visit: Visit, dana: Staff) -> None:
    for need in visit.needs.all():
        needs.answer_need(need=need, outcome=NeedOutcome.DECLINED, by=dana, at=make.at("9:55"))
    leave(visit, dana)
    visit.refresh_from_db()
    assert (visit.state, statuses(visit)) == (VisitState.LEFT, {NeedOutcome.DECLINED})


@pytest.mark.parametrize("to", [VisitState.ROOMED, VisitState.WITH_CLINICIAN, VisitState.READY])
def test_no_other_step_asks_for_a_reason(visit: Visit, dana: Staff, to: VisitState) -> None:
    visits.move_visit(visit=visit, to=to, by=dana, at=LATER)
    assert statuses(visit) == {"open"}


def test_left_without_being_seen_marks_every_open_need_with_that_reason(visit: Visit, dana: Staff) -> None:
    visits.move_visit(visit=visit, to=VisitState.LEFT_WITHOUT_BEING_SEEN, by=dana, at=LATER)
    said = {(one.status, one.told_reason) for one in visit.needs.all()}
    assert said == {(NeedOutcome.LEFT_OPEN, "left without being seen")}


def test_entered_in_error_lapses_every_need(visit: Visit, dana: Staff) -> None:
    visits.move_visit(visit=visit, to=VisitState.ENTERED_IN_ERROR, by=dana, at=LATER)
    said = {(one.status, one.told_reason) for one in visit.needs.all()}
    assert said == {(NeedOutcome.LAPSED, "entered in error")}


@pytest.mark.parametrize(
    "to", [VisitState.LEFT, VisitState.LEFT_WITHOUT_BEING_SEEN, VisitState.ENTERED_IN_ERROR]
)
def test_undoing_the_departure_reopens_needs_but_keeps_earlier_answers(
    visit: Visit, dana: Staff, to: VisitState
) -> None:
    note = visit.needs.get(kind=NeedKind.SCHOOL_NOTE)
    needs.answer_need(need=note, outcome=NeedOutcome.DONE, by=dana, at=make.at("9:55"))
    visits.move_visit(visit=visit, to=to, by=dana, at=LATER, reason="will come back")
    visits.undo_visit_move(visit=visit, by=dana, at=make.at("10:01"))
    visit.refresh_from_db()
    assert set(visit.needs.values_list("kind", "status")) == {
        ("school_note", NeedOutcome.DONE),
        ("vaccine", NeedOutcome.OPEN),
        ("phone_guardian", NeedOutcome.OPEN),
    }
    assert [kind for kind, _ in visit.chips] == ["phone_guardian", "vaccine"]
    assert NeedAnswer.objects.exclude(undoes=None).count() == 2


def test_needs_that_arise_after_leaving_appear_when_the_departure_is_undone(
    visit: Visit, dana: Staff
) -> None:
    leave(visit, dana, reason="will come back")
    item = DueItem.objects.create(
        clinic_id=visit.clinic_id, patient=visit.patient, kind="vaccine", name="MMR",
        due_on=dt.date(2026, 1, 1),
    )  # fmt: skip
    needs.recompute_needs(visit=visit, at=LATER)
    assert not visit.needs.open().exists(), "a visit that has ended is left as it ended"
    visits.undo_visit_move(visit=visit, by=dana, at=make.at("10:01"))
    assert visit.needs.get(due_item=item).is_open


def test_an_answer_cannot_be_undone_while_the_visit_has_left(visit: Visit, dana: Staff) -> None:
    note = visit.needs.get(kind=NeedKind.SCHOOL_NOTE)
    needs.answer_need(need=note, outcome=NeedOutcome.DONE, by=dana, at=make.at("9:55"))
    leave(visit, dana, reason="will come back")
    with pytest.raises(Refused, match="Undo that step first"):
        needs.undo_need_answer(need=note, by=dana, at=make.at("10:01"))


def test_a_lapsed_need_can_be_neither_answered_nor_undone(visit: Visit, dana: Staff) -> None:
    note = visit.needs.get(kind=NeedKind.SCHOOL_NOTE)
    visits.move_visit(visit=visit, to=VisitState.ENTERED_IN_ERROR, by=dana, at=LATER)
    with pytest.raises(Refused, match="no longer needed"):
        needs.answer_need(need=note, outcome=NeedOutcome.DONE, by=dana, at=LATER)
    with pytest.raises(Refused, match="nothing to undo"):
        needs.undo_need_answer(need=note, by=dana, at=LATER)


def test_leaving_twice_by_the_same_person_counts_once(visit: Visit, dana: Staff, noor: Staff) -> None:
    assert leave(visit, dana, reason="will come back") == leave(visit, dana)
    with pytest.raises(Refused, match="Dana already did this"):
        leave(visit, noor)


def test_needs_still_open_is_a_kind_of_refused(visit: Visit) -> None:
    assert issubclass(leaving.NeedsStillOpen, Refused)


def test_linking_a_child_updates_the_needs(brook: Clinic, front: Location, dana: Staff) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    visit = make.visit(front, name="Leonardo Ruizz", born="2018-03-15")
    assert NeedKind.MATCH in set(visit.needs.open().values_list("kind", flat=True))
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=LATER)
    found = set(visit.needs.open().values_list("kind", flat=True))
    assert NeedKind.MATCH not in found
    assert NeedKind.VACCINE in found
    match_decisions.undo_match_decision(visit=visit, by=dana, at=make.at("10:01"))
    assert NeedKind.MATCH in set(visit.needs.open().values_list("kind", flat=True))
    visit.refresh_from_db()
    assert visit.chips == needs.chip_pairs_of_needs(visit.needs.open().order_by("pk"))


def test_linking_after_the_visit_has_left_opens_no_need(brook: Clinic, front: Location, dana: Staff) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    visit = make.visit(front, name="Leonardo Ruizz", born="2018-03-15")
    leave(visit, dana, reason="will come back")
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("10:05"))
    assert not visit.needs.open().exists()


def test_a_sign_in_resent_with_changes_makes_a_discrepancy(brook: Clinic, front: Location) -> None:
    make.patient(brook, "Leo Ruiz")
    claim = make.claim()
    for said in (claim, claim | {"reason": "cough"}):
        made = visits.record_sign_in(location=front, claim=said, at=make.at(), channel=SignInChannel.KIOSK)
    visit = Visit.objects.get(pk=made.visit.pk)
    assert visit.needs.get(kind=NeedKind.DISCREPANCY).is_open
    assert "discrepancy" in {kind for kind, _ in visit.chips}


TRANSACTION = re.compile(r"^(SAVEPOINT|RELEASE|BEGIN|COMMIT|ROLLBACK)", re.I)


def test_a_full_kiosk_sign_in_takes_at_most_fifteen_queries(brook: Clinic, front: Location) -> None:
    """The worst case: a child on record with an appointment, a new escort, a discrepancy and due items."""
    leo = make.patient(brook, "Leo Ruiz", postcode="60601")
    make.appointment(leo, front)
    for position in (1, 2):
        make.guardian(leo, f"Ana {position} Ruiz", position=position)
    for number in range(5):
        DueItem.objects.create(
            clinic=brook, patient=leo, kind="vaccine", name=f"Item {number}", due_on=dt.date(2026, 1, 1)
        )
    device, _ = devices.enrol_device(location=front, name="Tablet", at=make.at("7:00"))
    claim = make.claim(name="Leo Ruis", notes_wanted=["school", "work"], also="ear", interpreter=True)
    front.refresh_from_db()
    _ = front.clinic
    with CaptureQueriesContext(connection) as seen:
        made = visits.record_sign_in(
            location=front, claim=claim, at=make.at(), channel=SignInChannel.KIOSK, device=device
        )
    visit = Visit.objects.get(pk=made.visit.pk)
    assert (visit.match, visit.open_discrepancies, visit.needs.count()) == ("certain", 1, 12)
    assert visit.appointment_id
    real = [one["sql"] for one in seen.captured_queries if not TRANSACTION.match(one["sql"])]
    assert len(real) + 1 <= 15, "one more says which device it is:\n" + "\n".join(sql[:90] for sql in real)
