"""A vaccine already given, here or per the record, is not asked for again and is shown once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from checkin.actions import merge_undo, needs, patient_merges
from checkin.actions.refusals import Refused
from checkin.models import Clinic, DueItem, Immunization, Location, Need, Patient, Staff, Visit
from checkin.queries import immunizations as immunization_queries
from checkin.queries import visit_timeline
from checkin.rules.need_types import NeedOutcome
from tests import make

pytestmark = pytest.mark.django_db

DUE = "patient_id,due_item_id,kind,name,code,due_on,status"
GIVEN = "patient_id,immunization_id,vaccine,cvx,given_on,status"


@pytest.fixture
def leo(brook: Clinic) -> object:
    patient = make.patient(brook, "Leo Ruiz", "2025-12-01")
    patient.identifiers.create(clinic=brook, value="7")
    return patient


def due(load: Callable[..., Any], *rows: str) -> None:
    load("due.csv", "\n".join([DUE, *rows]))
    assert load.reasons() == []


def given(load: Callable[..., Any], *rows: str) -> None:
    load("given.csv", "\n".join([GIVEN, *rows]))
    assert load.reasons() == []


def asked(visit: Visit) -> list[str]:
    return list(visit.needs.open().filter(kind__in=["vaccine", "check_up"]).values_list("label", flat=True))


def give(visit: Visit, noor: Staff, label: str = "MMR") -> Need:
    need = visit.needs.open().get(label=label)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=make.at("9:50"))
    return need


def told(patient: object) -> list[tuple[str, str]]:
    care = immunization_queries.read_due_and_given(patient, on=make.TUESDAY)
    return [(one.name, one.sources) for one in care.vaccines]


def why_not(patient: object | Patient | None) -> list[str]:
    return [why for _, why in immunization_queries.read_due_and_given(patient, on=make.TUESDAY).answered]


@pytest.mark.parametrize(
    "again",
    [
        "7,d9,vaccine,MMR,03,2026-01-05,due",
        "7,d9,vaccine,M-M-R II,,2026-01-05,due",
        "7,,vaccine,mmr,3,2026-02-01,due",
        '7,d9,vaccine,"Measles, mumps and rubella",,2026-03-10,overdue',
    ],
)
def test_vaccine_given_here_is_not_due_again_under_a_new_number(
    load: Callable[..., Any], leo: object, front: Location, noor: Staff, again: str
) -> None:
    due(load, "7,d1,vaccine,MMR,03,2026-01-05,due")
    visit = make.visit(front, born="2025-12-01")
    give(visit, noor)
    due(load, again)
    assert asked(visit) == []
    assert why_not(leo) == ["MMR was given here on Mar 10, 2026"]
    later = make.visit(front, make.at("14:00"), born="2025-12-01")
    assert asked(later) == []


def test_later_dose_and_another_vaccine_are_still_due(
    load: Callable[..., Any], leo: object, front: Location, noor: Staff
) -> None:
    due(load, "7,d1,vaccine,MMR,03,2026-01-05,due")
    visit = make.visit(front, born="2025-12-01")
    give(visit, noor)
    due(load, "7,d2,vaccine,MMR,03,2026-03-11,due", "7,d3,vaccine,Varicella,21,2026-01-05,due")
    assert asked(visit) == ["Varicella"]
    tomorrow = make.visit(front, make.at("9:40", make.TUESDAY + dt.timedelta(days=1)), born="2025-12-01")
    assert asked(tomorrow) == ["MMR", "Varicella"]


def test_completed_check_up_is_not_due_again_under_another_number(
    load: Callable[..., Any], leo: object, front: Location, noor: Staff
) -> None:
    due(load, "7,c1,check_up,Three-month check-up,,2026-03-01,due")
    visit = make.visit(front, born="2025-12-01")
    need = give(visit, noor, "Three-month check-up")
    due(load, "7,c9,check_up,three month check up,,2026-03-01,due")
    assert asked(visit) == []
    assert why_not(leo) == ["Three-month check-up was done here on Mar 10, 2026"]
    needs.undo_need_answer(need=need, by=noor, at=make.at("9:55"))
    assert len(asked(visit)) == 2


@pytest.mark.parametrize("name", ["Influenza,140", "Fluzone,150", "flu shot,"])
def test_vaccine_that_the_record_says_was_given_is_not_asked_for(
    load: Callable[..., Any], leo: object, front: Location, name: str
) -> None:
    due(load, "7,f1,vaccine,Influenza,140,2026-02-01,due")
    visit = make.visit(front, born="2025-12-01")
    need = visit.needs.open().get(label="Influenza")
    given(load, f"7,i1,{name},2026-03-06,completed")
    need.refresh_from_db()
    what = name.split(",", maxsplit=1)[0]
    assert (need.status, need.told_reason) == (
        NeedOutcome.LAPSED,
        f"the record says {what} was given on Mar 6, 2026",
    )
    assert asked(visit) == []
    assert asked(make.visit(front, make.at("14:00"), born="2025-12-01")) == []
    given(load, f"7,i1,{name},2026-03-06,entered in error")
    assert asked(visit) == ["Influenza"]


def test_dose_before_the_due_date_leaves_the_item_due(
    load: Callable[..., Any], leo: object, front: Location
) -> None:
    given(load, "7,i1,MMR,03,2026-01-04,completed")
    due(load, "7,d1,vaccine,MMR,03,2026-01-05,due")
    assert asked(make.visit(front, born="2025-12-01")) == ["MMR"]
    assert why_not(leo) == []


@pytest.mark.parametrize(
    "row",
    [
        "7,I1,MMR,03,2026-03-10,",
        "7,I1,M-M-R II,03,2026-03-10,",
        "7,,MMR,,2026-03-10,",
        "7,I1,,03,2026-03-10,",
    ],
)
def test_second_source_is_kept_and_the_vaccine_is_shown_on_one_line(
    load: Callable[..., Any], leo: object, front: Location, noor: Staff, row: str
) -> None:
    due(load, "7,d1,vaccine,MMR,,2026-01-05,due")
    visit = make.visit(front, born="2025-12-01")
    need = give(visit, noor)
    given(load, row)
    assert Immunization.objects.count() == 2, "a row of the record system is never dropped"
    ((name, sources),) = told(leo)
    assert name == "MMR"
    assert sources.startswith("given here, and on record")
    needs.undo_need_answer(need=need, by=noor, at=make.at("9:55"))
    need.refresh_from_db()
    assert asked(visit) == []
    assert need.status == NeedOutcome.LAPSED
    assert "was given on Mar 10, 2026" in need.told_reason
    assert len(told(leo)) == 1
    assert load("again.csv", f"{GIVEN}\n{row}") == (0, 0, 1, 0)


def test_answering_a_need_that_the_record_shows_as_given_is_refused_with_a_reason(
    load: Callable[..., Any], leo: object, front: Location, noor: Staff
) -> None:
    due(load, "7,d1,vaccine,MMR,03,2026-01-05,due")
    need = make.visit(front, born="2025-12-01").needs.get(label="MMR")
    given(load, "7,I1,M-M-R II,03,2026-03-10,")
    with pytest.raises(Refused, match="the record says M-M-R II was given on Mar 10, 2026"):
        needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=make.at("9:50"))


@pytest.mark.parametrize("kind", ["vaccine", "check_up"])
def test_merge_drops_items_given_on_either_record_and_undo_restores_them(
    load: Callable[..., Any], leo: object, front: Location, brook: Clinic, dana: Staff, noor: Staff, kind: str
) -> None:
    other = make.patient(brook, "Nora Quill", "2025-11-20")
    other.identifiers.create(clinic=brook, value="8")
    due(load, f"7,d1,{kind},MMR,,2026-01-05,due", f"8,d2,{kind},mmr,,2026-02-05,due")
    visit = make.visit(front, born="2025-12-01")
    assert visit.patient == leo
    give(visit, noor)
    done = patient_merges.merge_patients(
        merged=leo, into=other, by=dana, at=make.at("10:00"), why="one child"
    )
    visit.refresh_from_db()
    assert visit.patient == other
    assert asked(visit) == []
    assert len(why_not(other)) == 1
    assert DueItem.objects.filter(patient=other).count() == 2
    merge_undo.undo_patient_merge(merge=done.merge, by=dana, at=make.at("10:30"))
    visit.refresh_from_db()
    assert (asked(visit), why_not(leo), why_not(other)) == ([], [], [])
    assert [one.name for one in immunization_queries.read_due_and_given(other, on=make.TUESDAY).due] == [
        "mmr"
    ]


@pytest.mark.parametrize("kind", ["Influenza,140", "MMR,03"])
def test_need_that_lapses_and_returns_with_each_import_is_shown_once(
    load: Callable[..., Any], leo: object, front: Location, noor: Staff, kind: str
) -> None:
    """Two contradicting systems filled What happened with “no longer needed”, “needed again”."""
    name = kind.split(",", maxsplit=1)[0]
    told = {"Influenza": "flu vaccine"}.get(name, name)
    due(load, f"7,f1,vaccine,{kind},2026-02-01,due")
    visit = make.visit(front, born="2025-12-01")
    given(load, f"7,i1,{kind},2026-03-06,completed")
    for _ in range(3):
        given(load, f"7,i1,{kind},2026-03-06,entered in error")
        given(load, f"7,i1,{kind},2026-03-06,completed")
    need = visit.needs.get(label=name)
    assert (need.status, need.answers.count()) == (NeedOutcome.LAPSED, 7)
    assert told_of(visit, told) == ["No longer needed"]
    given(load, f"7,i1,{kind},2026-03-06,entered in error")
    assert told_of(visit, told) == ["Needed again"]
    needs.answer_need(need=need, outcome=NeedOutcome.DECLINED, by=noor, at=make.at("9:50"))
    needs.undo_need_answer(need=need, by=noor, at=make.at("9:52"))
    given(load, f"7,i1,{kind},2026-03-06,completed")
    assert sorted(told_of(visit, told)) == ["Declined", "Needed again", "No longer needed", "Undone"]


def told_of(visit: Visit, name: str) -> list[str]:
    visit.refresh_from_db()
    return [
        one.what.partition(":")[0]
        for one in visit_timeline.read_visit_timeline(visit).events
        if name in one.what.partition(": ")[2].split(", ")
    ]


TWO_DUE = ("7,d1,vaccine,MMR,03,2026-01-05,due", "7,d2,vaccine,M-M-R II,,2026-02-05,due")


@pytest.mark.parametrize("chosen", ["MMR", "M-M-R II"])
def test_one_dose_meets_only_one_of_two_overdue_items(
    load: Callable[..., Any], leo: object, front: Location, noor: Staff, chosen: str
) -> None:
    """One dose ended both needs, and the second of the series was never asked for again."""
    due(load, *TWO_DUE)
    visit = make.visit(front, born="2025-12-01")
    assert asked(visit) == ["MMR", "M-M-R II"]
    need = give(visit, noor, chosen)
    other = next(name for name in ("MMR", "M-M-R II") if name != chosen)
    assert asked(visit) == [other]
    assert [one.name for one in immunization_queries.read_due_and_given(leo, on=make.TUESDAY).due] == [other]
    due(load, *TWO_DUE)
    later = make.visit(front, make.at("14:00"), born="2025-12-01")
    assert asked(later) == [other]
    due(load, "7,d3,vaccine,MMR,,2026-03-01,due")
    assert asked(later) == [other], "under a new number it may be the one that was given"
    needs.undo_need_answer(need=need, by=noor, at=make.at("9:55"))
    assert len(asked(visit)) == 3
    third = visit.needs.get(key=str(DueItem.objects.get(value="d3").pk))
    needs.answer_need(need=third, outcome=NeedOutcome.DONE, by=noor, at=make.at("9:56"))
    give(visit, noor, chosen)
    give(visit, noor, other)
    assert asked(later) == []


def test_one_recorded_dose_meets_the_older_of_two_items(
    load: Callable[..., Any], leo: object, front: Location
) -> None:
    due(load, *TWO_DUE)
    given(load, "7,i1,MMR,03,2026-03-06,completed")
    visit = make.visit(front, born="2025-12-01")
    assert asked(visit) == ["M-M-R II"]
    assert why_not(leo) == ["the record says MMR was given on Mar 6, 2026"]
    given(load, "7,i2,MMR,03,2026-02-06,completed")
    assert asked(visit) == []


def test_one_completed_check_up_meets_only_one_of_two_with_the_same_name(
    load: Callable[..., Any], leo: object, front: Location, noor: Staff
) -> None:
    due(load, "7,c1,check_up,Well child,,2026-01-05,due", "7,c2,check_up,Well child,,2026-03-01,due")
    visit = make.visit(front, born="2025-12-01")
    first = visit.needs.open().filter(label="Well child").order_by("pk").first()
    needs.answer_need(need=first, outcome=NeedOutcome.DONE, by=noor, at=make.at("9:50"))
    assert asked(visit) == ["Well child"]
    assert asked(make.visit(front, make.at("14:00"), born="2025-12-01")) == ["Well child"]


def test_recorded_dose_meets_the_older_of_two_items_after_a_merge(
    load: Callable[..., Any], leo: object, brook: Clinic, dana: Staff
) -> None:
    other = make.patient(brook, "Nora Quill", "2025-11-20")
    other.identifiers.create(clinic=brook, value="8")
    due(load, "7,d1,vaccine,MMR,,2026-01-05,due", "8,d2,vaccine,mmr,,2026-02-05,due")
    given(load, "7,i1,MMR,03,2026-03-06,completed")
    patient_merges.merge_patients(
        merged=leo, into=other, by=dana, at=make.at("10:00"), why="one child", sure=True
    )
    care = immunization_queries.read_due_and_given(other, on=make.TUESDAY)
    assert ([one.name for one in care.due], [one.name for one, _ in care.answered]) == (["mmr"], ["MMR"])
