"""Whoever decides second on a discrepancy is told who was first, and changes nothing."""

from __future__ import annotations

import pytest

from checkin.actions.refusals import Refused
from checkin.models import Clinic, Location, Patient, Staff, Visit
from tests.differing import KINDS, decide, put_leo_on_record, sign_in_otherwise, the, undo


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return put_leo_on_record(brook)


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return sign_in_otherwise(front)


def test_the_same_decision_by_a_second_person_is_refused_naming_the_first(
    visit: Visit, dana: Staff, noor: Staff
) -> None:
    decide(the(visit), KINDS.KEEP_OLD, noor)
    with pytest.raises(Refused, match="Noor kept the old at 9:50 AM"):
        decide(the(visit), KINDS.KEEP_OLD, dana)
    assert the(visit).settled_by == noor


def test_an_undo_by_a_second_person_is_refused_naming_the_first(
    visit: Visit, dana: Staff, noor: Staff
) -> None:
    first = decide(the(visit), KINDS.USE_NEW, dana)
    taken = undo(the(visit), dana, seen=first.pk)
    with pytest.raises(Refused, match="Dana undid the last decision at 9:55 AM"):
        undo(the(visit), noor, seen=first.pk)
    with pytest.raises(Refused, match="nothing to undo"):
        undo(the(visit), dana, seen=taken.pk)


def test_an_undo_from_an_old_page_does_not_undo_a_newer_decision(
    visit: Visit, dana: Staff, noor: Staff, leo: Patient
) -> None:
    first = decide(the(visit), KINDS.KEEP_OLD, dana)
    undo(the(visit), dana, seen=first.pk)
    decide(the(visit), KINDS.USE_NEW, dana, clock="9:56")
    with pytest.raises(Refused, match="Dana used the new at 9:56 AM"):
        undo(the(visit), noor, seen=first.pk)
    leo.refresh_from_db()
    assert leo.address == "14 Oak Rd"
