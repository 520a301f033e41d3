"""Whoever decides second on a discrepancy is told who was first, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import discrepancies
from checkin.actions.refusals import Refused
from checkin.models import Clinic, Discrepancy, DiscrepancyDecision, Escort, Location, Patient, Staff, Visit
from tests import make

KINDS = discrepancies.DiscrepancyDecisionKind


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    leo = make.patient(brook, address="12 Elm St")
    Escort.objects.create(clinic=brook, patient=leo, name="Rosa Delgado", phone="555-010-0001")
    return leo


@pytest.fixture
def visit(front: Location, leo: Patient) -> Visit:
    return make.visit(front, escort_phone="555-010-0002", address="14 Oak Rd", guardian_name="Eva Ruiz")


def the(visit: Visit, field: str = "address") -> Discrepancy:
    return visit.discrepancies.get(field=field)


def decide(one: Discrepancy, kind: Any, by: Staff, clock: str = "9:50", **more: Any) -> DiscrepancyDecision:
    return discrepancies.decide_discrepancy(discrepancy=one, kind=kind, by=by, at=make.at(clock), **more)


def undo(one: Discrepancy, by: Staff, clock: str = "9:55", **more: Any) -> DiscrepancyDecision:
    return discrepancies.undo_discrepancy_decision(discrepancy=one, by=by, at=make.at(clock), **more)


def test_the_same_decision_by_a_second_person_is_refused_naming_the_first(
    visit: Visit, dana: Staff, noor: Staff
) -> None:
    decide(the(visit), KINDS.KEEP_OLD, noor)
    with pytest.raises(Refused, match="Noor kept the old at 9:50"):
        decide(the(visit), KINDS.KEEP_OLD, dana)
    assert the(visit).settled_by == noor


def test_an_undo_by_a_second_person_is_refused_naming_the_first(
    visit: Visit, dana: Staff, noor: Staff
) -> None:
    first = decide(the(visit), KINDS.USE_NEW, dana)
    taken = undo(the(visit), dana, seen=first.pk)
    with pytest.raises(Refused, match="Dana undid the last decision at 9:55"):
        undo(the(visit), noor, seen=first.pk)
    with pytest.raises(Refused, match="nothing to undo"):
        undo(the(visit), dana, seen=taken.pk)


def test_an_undo_from_an_old_page_does_not_undo_a_newer_decision(
    visit: Visit, dana: Staff, noor: Staff, leo: Patient
) -> None:
    first = decide(the(visit), KINDS.KEEP_OLD, dana)
    undo(the(visit), dana, seen=first.pk)
    decide(the(visit), KINDS.USE_NEW, dana, clock="9:56")
    with pytest.raises(Refused, match="Dana used the new at 9:56"):
        undo(the(visit), noor, seen=first.pk)
    leo.refresh_from_db()
    assert leo.address == "14 Oak Rd"
