"""Whoever is called is found by comparing only the adults and alerts of one child."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from checkin.actions import care_alerts
from checkin.actions.care_alerts import AlertWords
from checkin.models import CareAlert, Clinic, Escort, Location, Patient, Role, Staff, Visit
from checkin.queries.care_alerts import list_care_notices
from checkin.rules.care_alerts import AlertKind, resembles
from tests import make

CHILDREN = 12


@pytest.fixture
def boss(brook: Clinic) -> Staff:
    return make.staff(brook, "boss-notices", role=Role.MANAGER)


def warn(child: Patient, by: Staff, name: str = "Miguel Delgado") -> CareAlert:
    said = AlertWords(AlertKind.NOT_WITH, name)
    return care_alerts.write_care_alert(patient=child, said=said, by=by, at=make.at("8:00"))


def come(front: Location, **said: object) -> Visit:
    return make.visit(front, make.at("9:12"), escort_name="Miguel Delgado", **said)


def called(person: Staff) -> list[tuple[int, int]]:
    return [
        (one.visit.pk, one.version.alert.patient_id) for one in list_care_notices(person, at=make.at("9:45"))
    ]


def count_comparisons(ask: Callable[[], object]) -> int:
    compared = 0

    def note(frame: FrameType, event: str, _what: object) -> None:
        nonlocal compared
        compared += event == "call" and frame.f_code is resembles.__code__

    sys.setprofile(note)
    try:
        ask()
    finally:
        sys.setprofile(None)
    return compared


def test_an_adult_is_compared_with_the_alerts_of_that_child_and_not_with_all(
    brook: Clinic, front: Location, boss: Staff
) -> None:
    """150 alerts and 500 sign-ins took six seconds each time that a page asked, every five seconds."""
    children = [
        make.patient(brook, f"Kid{number} Kin{number}", f"20{10 + number}-03-14")
        for number in range(CHILDREN)
    ]
    for number, child in enumerate(children):
        warn(child, boss)
        visit = come(front, name=child.name, born=str(child.birth_date))
        Visit.objects.filter(pk=visit.pk).update(patient=child)
        make.visit(front, make.at("9:13"), name=f"Other{number} Else{number}", born="1999-01-02")
    visits = Visit.objects.filter(clinic=brook)
    assert visits.count() == 2 * CHILDREN
    assert count_comparisons(lambda: called(boss)) <= 2 * CHILDREN
    assert len(called(boss)) == CHILDREN


def test_a_visit_of_a_child_who_is_not_settled_calls_by_name_birth_date_and_each_phone(
    brook: Clinic, front: Location, boss: Staff
) -> None:
    leo = make.patient(brook, "Leo Ruiz", "2018-03-14", phone="555-010-0177")
    make.guardian(leo, phone="555-010-0178")
    Escort.objects.create(
        clinic=brook, patient=leo, name="Eva Ruiz", phone="555-010-0179", relationship="aunt"
    )
    warn(leo, boss)
    said = [
        {"name": "Leo Ruiz", "born": "2018-03-15"},
        {"name": "Leo Ruiz", "born": ""},
        {"name": "Leo Ruis", "born": "2018-04-13"},
        {"name": "Leonard Ruiz", "born": ""},
        {"name": "Ruiz Leo", "born": "2012-01-01"},
        *({"name": "Leo Rice", "born": "", "escort_phone": f"555-010-017{end}"} for end in (7, 8, 9)),
    ]
    visits = [come(front, **one) for one in said]
    assert not Visit.objects.filter(patient=leo).exists()
    assert {visit for visit, _ in called(boss)} == {one.pk for one in visits}


def test_a_provisional_patients_own_alert_and_its_candidates_call(
    brook: Clinic, front: Location, boss: Staff
) -> None:
    made = make.patient(brook, "Somebody Else", "2011-01-02", status=Patient.Status.PROVISIONAL)
    leo = make.patient(brook, "Leo Ruiz")
    visit = come(front, name="Leo Ruiz", born="2018-03-15")
    Visit.objects.filter(pk=visit.pk).update(patient=made)
    warn(made, boss)
    warn(leo, boss)
    assert {child for _, child in called(boss)} == {made.pk, leo.pk}


def test_asking_costs_as_many_queries_for_many_alerts_as_for_one(
    brook: Clinic, front: Location, boss: Staff, django_assert_num_queries: Callable[..., object]
) -> None:
    for number in range(3):
        warn(make.patient(brook, f"Kid{number} Kin{number}", "2018-03-14"), boss, f"Zed{number} Quill")
    come(front, name="Other Else", born="1999-01-02")
    with django_assert_num_queries(5):
        assert called(boss) == []
