"""A discrepancy that is asked again is compared with the record as it is by now."""

from __future__ import annotations

import pytest

from checkin.actions import match_decisions
from checkin.actions.refusals import Refused
from checkin.models import Clinic, Location, Patient, Staff, Visit
from tests import make
from tests.differing import KINDS, decide, put_leo_on_record, sign_in_otherwise, the, undo


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return put_leo_on_record(brook)


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return sign_in_otherwise(front)


def test_an_asked_discrepancy_now_withdrawn_can_be_neither_asked_nor_undone(
    visit: Visit, annexe: Location, dana: Staff
) -> None:
    other = make.visit(annexe, make.at("9:45"), address="14 Oak Rd")
    decide(the(other), KINDS.ASK, dana)
    decide(the(visit), KINDS.USE_NEW, dana, clock="9:51")
    for act in (lambda: decide(the(other), KINDS.ASK, dana), lambda: undo(the(other), dana)):
        with pytest.raises(Refused, match="Nothing is left to decide"):
            act()
    assert the(other).status == "withdrawn"


def test_an_undone_discrepancy_shows_the_records_current_value(
    visit: Visit, annexe: Location, dana: Staff, leo: Patient
) -> None:
    other = make.visit(annexe, make.at("9:45"), address="9 Far Way")
    decide(the(visit), KINDS.USE_NEW, dana)
    assert the(other).recorded == "14 Oak Rd"
    decide(the(other), KINDS.KEEP_OLD, dana)
    Patient.objects.filter(pk=leo.pk).update(address="1 Newest Way")
    undo(the(other), dana)
    assert (the(other).status, the(other).recorded) == ("open", "1 Newest Way")


def test_a_discrepancy_found_again_for_another_child_is_not_asked_twice(
    visit: Visit, dana: Staff, brook: Clinic
) -> None:
    old = the(visit)
    decide(old, KINDS.KEEP_OLD, dana)
    twin = make.patient(brook, "Lea Ruiz", address="9 Far Way")
    match_decisions.link_visit_to_patient(visit=visit, patient=twin, by=dana, at=make.at("9:52"))
    # Corrected as another child's, it was withdrawn with the match, so there is nothing to take back.
    with pytest.raises(Refused, match="Nothing is left to decide"):
        undo(old, dana)
    old.refresh_from_db()
    assert old.status == "withdrawn"
    assert visit.discrepancies.open().get(field="address").recorded == "9 Far Way"
