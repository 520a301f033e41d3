"""Old rows of the trail go only behind a checkpoint, and what stays can be verified."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from checkin.actions import audit, audit_removal
from checkin.actions.permissions import NotAllowed
from checkin.actions.write_queue import write_in_turn
from checkin.models import AuditChain, AuditEvent, Staff
from checkin.queries.audit_verification import VerifiedChain, verify_chains
from checkin.rules.audit_anchors import AuditAnchor
from tests import make
from tests.emptied_tables import lift_audit_triggers

NEW_YEAR = make.at(date=dt.date(2026, 1, 1))


@pytest.fixture
def lines(max_: Staff) -> list[AuditEvent]:
    """Three rows of an old year, of which one names two patients, and two of this one."""
    ids = [make.patient(max_.clinic, name).pk for name in ("Leo Ruiz", "Mia Stone")]
    with write_in_turn():
        return [
            audit.write_audit_event(
                action="seen",
                subject=max_,
                by=max_,
                at=make.at(date=dt.date(year, 6, place)),
                patient_ids=named,
            )
            for place, (year, named) in enumerate(
                [(2019, ()), (2019, ids), (2019, ()), (2026, ()), (2026, ids)], 1
            )
        ]


def remove(by: Staff) -> int:
    return audit_removal.remove_old_rows(clinic=by.clinic, before=NEW_YEAR, by=by, at=make.at())


def verified(*anchors: AuditAnchor) -> VerifiedChain:
    (found,) = verify_chains(anchors)
    return found


def delete_first(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM checkin_auditevent WHERE number <= %s", [number])


def test_the_rest_is_verified_and_the_checkpoint_named(lines: list[AuditEvent], max_: Staff) -> None:
    assert remove(max_) == 3
    found = verified()
    assert found.wrong is None and found.removed and found.rows == 6
    assert (found.removed.number, found.removed.checkpoint) == (3, 6)
    assert list(AuditEvent.objects.order_by("number").values_list("number", flat=True)) == [4, 5, 6]


def test_the_checkpoint_carries_the_last_number_and_hash(lines: list[AuditEvent], max_: Staff) -> None:
    remove(max_)
    detail = AuditEvent.objects.get(action="audit.removed").detail
    assert (detail["number"], detail["hash"], detail["rows"]) == (3, lines[2].hash, 3)


def test_a_second_removal_goes_on_from_the_first(lines: list[AuditEvent], max_: Staff) -> None:
    remove(max_)
    later = make.at(date=dt.date(2026, 6, 5))
    assert audit_removal.remove_old_rows(clinic=max_.clinic, before=later, by=max_, at=make.at()) == 1
    assert verified().wrong is None


def test_a_removal_without_a_checkpoint_is_named(lines: list[AuditEvent]) -> None:
    with lift_audit_triggers(["checkin_auditevent"]):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM checkin_auditeventpatient WHERE event_id = %s", [lines[1].pk])
        delete_first(3)
    wrong = verified().wrong
    assert wrong and wrong.number == 1 and "no checkpoint" in wrong.why


def test_a_removal_that_went_further_than_its_checkpoint_is_named(
    lines: list[AuditEvent], max_: Staff
) -> None:
    remove(max_)
    with lift_audit_triggers(["checkin_auditevent"]):
        delete_first(4)
    wrong = verified().wrong
    assert wrong and wrong.number == 1


def test_a_checkpoint_that_the_anchor_contradicts_is_no_checkpoint(
    lines: list[AuditEvent], max_: Staff
) -> None:
    remove(max_)
    assert verified(AuditAnchor("2019", lines[2].chain, 3, lines[2].hash)).wrong is None
    assert verified(AuditAnchor("2019", lines[2].chain, 3, "0" * 64)).wrong


def test_anchors_of_removed_rows_and_of_later_ones_are_right(lines: list[AuditEvent], max_: Staff) -> None:
    known = [AuditAnchor(str(one.at), one.chain, one.number or 0, one.hash) for one in lines]
    remove(max_)
    assert verified(*known).wrong is None


def test_two_anchors_of_one_removed_row_are_proof_that_it_was_replaced(
    lines: list[AuditEvent], max_: Staff
) -> None:
    remove(max_)
    chain = lines[1].chain
    found = verified(AuditAnchor("9:00", chain, 2, "0" * 64), AuditAnchor("9:05", chain, 2, "1" * 64))
    assert found.wrong and found.wrong.number == 2
    assert "9:00" in found.wrong.why and "9:05" in found.wrong.why


def test_the_database_refuses_rows_before_and_after_a_removal(lines: list[AuditEvent], max_: Staff) -> None:
    for _ in ("before", "after"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            delete_first(4)
        remove(max_)
    assert not AuditChain.objects.exclude(removing=None).exists()


def test_while_a_removal_runs_the_database_refuses_younger_rows(lines: list[AuditEvent]) -> None:
    AuditChain.objects.filter(pk=lines[0].chain).update(removing=3)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        delete_first(4)


def test_nobody_else_removes_rows(lines: list[AuditEvent], dana: Staff) -> None:
    with pytest.raises(NotAllowed):
        remove(dana)
    assert AuditEvent.objects.count() == len(lines)


def test_an_old_row_after_a_young_one_stays(lines: list[AuditEvent], max_: Staff) -> None:
    with write_in_turn():
        audit.write_audit_event(action="seen", subject=max_, by=max_, at=make.at(date=dt.date(2019, 7, 1)))
    assert remove(max_) == 3
