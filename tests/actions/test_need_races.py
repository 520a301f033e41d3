"""An answer and a match correction at the same moment leave nothing open or given for another child."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import match_decisions, merge_undo, needs, patient_merges
from checkin.actions.refusals import Refused
from checkin.models import DueItem, Immunization, Location, Need, Role, Visit
from checkin.models.need_subjects import find_other_child_of_need
from checkin.rules.need_types import NeedOutcome
from tests import make
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
JULY = dt.date(2026, 7, 14)
TIMES = 3


@pytest.fixture
def desk() -> Location:
    return make.location(make.clinic())


@pytest.fixture
def staff(desk: Location) -> dict[Any, Any]:
    names = (("dana", Role.FRONT_DESK), ("noor", Role.CLINICIAN), ("max", Role.MANAGER))
    return {name: make.staff(desk.clinic, name, role, location=desk) for name, role in names}


def two_children(desk: Location, n: int) -> Any:
    """Return two children, each with a vaccine due, whose names and birth dates nobody confuses."""
    ned = make.patient(desk.clinic, f"Ned Fox{'abcdefgh'[n]}", born=f"201{n}-03-14")
    owl = make.patient(desk.clinic, f"Maximilian Owl{'abcdefgh'[n]}", born=f"200{n}-11-25")
    for one in (ned, owl):
        DueItem.objects.create(
            clinic=desk.clinic, patient=one, kind="vaccine", name="MMR", due_on=dt.date(2026, 1, 1)
        )
    return ned, owl


def come(desk: Location, child: Any, by: Any) -> Visit:
    visit = make.visit(desk, make.at("9:40", JULY), name=child.name, born=str(child.birth_date))
    if visit.patient_id != child.pk:
        match_decisions.link_visit_to_patient(visit=visit, patient=child, by=by, at=make.at("9:41", JULY))
    return Visit.objects.get(pk=visit.pk)


def of_one_child(visit: Visit) -> bool:
    """Return whether every open need and given vaccine of the visit is its own child's."""
    fresh = Visit.objects.get(pk=visit.pk)
    still_open = [need for need in fresh.needs.open() if find_other_child_of_need(need) is not None]
    given = Immunization.objects.filter(visit=visit).exclude(patient=fresh.patient_id)
    done = Need.objects.filter(visit=visit, status=NeedOutcome.DONE, kind="vaccine")
    wrong = [need for need in done if need.due_item and need.due_item.patient_id != fresh.patient_id]
    return not still_open and not given.exists() and not wrong


def unexpected(results: list[Any]) -> list[Any]:
    return [one for one in results if isinstance(one, Exception) and not isinstance(one, Refused)]


def test_undoing_an_answer_while_the_visit_moves_to_another_child(
    desk: Location, staff: dict[Any, Any]
) -> None:
    for n in range(TIMES):
        ned, owl = two_children(desk, n)
        visit = come(desk, ned, staff["dana"])
        need = visit.needs.get(due_item__patient=ned)
        needs.answer_need(need=need, outcome="declined", by=staff["noor"], at=make.at("9:50", JULY))
        results = at_once(
            lambda v=visit, to=owl: match_decisions.link_visit_to_patient(
                visit=v, patient=to, by=staff["dana"], at=make.at("9:51", JULY)
            ),
            lambda one=need: needs.undo_need_answer(need=one, by=staff["noor"], at=make.at("9:51", JULY)),
        )
        assert not unexpected(results)
        assert Visit.objects.get(pk=visit.pk).patient_id == owl.pk
        assert of_one_child(visit)


def test_giving_a_vaccine_while_the_merge_that_brought_its_item_is_undone(
    desk: Location, staff: dict[Any, Any]
) -> None:
    for n in range(TIMES):
        ned, owl = two_children(desk, n)
        owl.due_items.all().delete()
        made = patient_merges.merge_patients(
            merged=ned, into=owl, by=staff["max"], at=make.at("9:30", JULY), sure=True, why="their mother"
        )
        visit = come(desk, owl, staff["dana"])
        need = visit.needs.get(label="MMR")
        results = at_once(
            lambda one=made.merge: merge_undo.undo_patient_merge(
                merge=one, by=staff["max"], at=make.at("9:51", JULY)
            ),
            lambda one=need: needs.answer_need(
                need=one, outcome="done", by=staff["noor"], at=make.at("9:51", JULY)
            ),
        )
        assert not unexpected(results)
        item = DueItem.objects.get(patient=ned)
        assert item.status == DueItem.Status.DUE, "it is Ned's, and he has not had it"
        assert not Immunization.objects.filter(visit=visit).exclude(patient=owl).exists()
        still_open = [one for one in visit.needs.open() if find_other_child_of_need(one) is not None]
        assert not still_open
