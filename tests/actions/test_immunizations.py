"""What is given at a visit stands on the child's record."""

from __future__ import annotations

import datetime as dt
from typing import Any

from checkin.actions import immunizations, match_decisions, needs, visits
from checkin.actions.entry_moves import EntryAnswers
from checkin.models import Clinic, DueItem, Immunization, Location, Patient, SignInChannel, Staff, Visit
from checkin.rules.need_types import NeedKind, NeedOutcome
from tests import make

JULY = dt.date(2026, 7, 14)


def sign_in(where: Location, when: dt.datetime | None = None, **said: Any) -> Visit:
    receipt = visits.record_sign_in(
        location=where, claim=make.claim(**said), at=when or make.at("9:40"), channel=SignInChannel.KIOSK
    )
    return Visit.objects.get(pk=receipt.visit.pk)


def due(
    patient: Patient, name: str = "MMR", on: str = "2026-01-01", kind: str = "vaccine", code: str = ""
) -> DueItem:
    return DueItem.objects.create(
        clinic_id=patient.clinic_id,
        patient=patient,
        kind=kind,
        name=name,
        code=code,
        due_on=dt.date.fromisoformat(on),
    )


def kinds(visit: Visit) -> set[Any]:
    return {need.kind for need in visit.needs.open()}


def test_giving_a_due_item_records_it_with_the_visit_and_undo_reverts_it(
    brook: Clinic, front: Location, noor: Staff
) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    item = due(leo)
    visit = sign_in(front, when=make.at("9:40", JULY))
    need = visit.needs.get(due_item=item)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=make.at("9:55", JULY))
    assert DueItem.objects.get().status == DueItem.Status.GIVEN
    assert Immunization.objects.get().visit == visit
    needs.undo_need_answer(need=need, by=noor, at=make.at("9:56", JULY))
    assert (DueItem.objects.get().status, Immunization.objects.count()) == (DueItem.Status.DUE, 0)


def test_a_given_flu_vaccine_is_known_by_its_code_and_covers_the_season(
    brook: Clinic, front: Location, noor: Staff, dana: Staff
) -> None:
    leo, ana = make.patient(brook, "Leo Ruiz"), make.patient(brook, "Ana Silva")
    item = due(leo, name="Fluzone Quadrivalent", code="150")
    visit = sign_in(front)
    assert [need.due_item for need in visit.needs.open().filter(kind=NeedKind.VACCINE)] == [item]
    needs.answer_need(
        need=visit.needs.get(due_item=item), outcome=NeedOutcome.DONE, by=noor, at=make.at("9:55")
    )
    assert NeedKind.VACCINE not in kinds(sign_in(front, when=make.at("14:00")))
    said = EntryAnswers({f"need-{visit.needs.get(due_item=item).pk}": "new"})
    match_decisions.link_visit_to_patient(visit=visit, patient=ana, by=dana, at=make.at("14:05"), said=said)
    given = Immunization.objects.get()
    assert (given.patient, given.code, given.is_influenza) == (ana, "150", True)
    item.refresh_from_db()
    assert item.status == DueItem.Status.DUE


def test_another_vaccine_given_today_leaves_the_flu_vaccine_due(
    brook: Clinic, front: Location, noor: Staff
) -> None:
    due(make.patient(brook, "Leo Ruiz"))
    visit = sign_in(front)
    measles, flu = visit.needs.get(label="MMR"), visit.needs.get(key="influenza")
    for need in (measles, flu):
        needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=make.at("9:55"))
        flu.refresh_from_db()
        assert flu.is_open == (need == measles)
    given = Immunization.objects.order_by("pk").values_list("name", "is_influenza")
    assert list(given) == [("MMR", False), ("Influenza", True)]


def test_a_vaccine_recorded_for_another_child_leaves_the_visits_childs_item_due(
    brook: Clinic, front: Location
) -> None:
    item, mia = due(make.patient(brook, "Leo Ruiz")), make.patient(brook, "Mia Novak", born="2017-05-02")
    need = sign_in(front).needs.get(due_item=item)
    immunizations.record_given_item(need, patient_id=mia.pk)
    item.refresh_from_db()
    assert (item.status, Immunization.objects.get().patient) == (DueItem.Status.DUE, mia)
