"""Patient and visit pages list a vaccine of one day once, and say why it is not asked for again."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from checkin.actions import needs
from checkin.models import Clinic, DueItem, Immunization, Location, Patient, Staff
from checkin.rules.need_types import NeedOutcome
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")
DUE_ON = dt.date(2026, 1, 5)


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    leo = make.patient(brook)
    DueItem.objects.create(clinic=brook, patient=leo, kind="vaccine", name="MMR", due_on=DUE_ON)
    DueItem.objects.create(clinic=brook, patient=leo, kind="vaccine", name="mmr #1", code="03", due_on=DUE_ON)
    return leo


def of_record(leo: Patient, **fields: Any) -> Immunization:
    said = {"name": "M-M-R II", "code": "03", "given_on": make.TUESDAY, "system": "urn:ehr", "value": "I1"}
    return Immunization.objects.create(clinic_id=leo.clinic_id, patient=leo, **(said | fields))


def text(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_the_patient_page_lists_a_dose_from_two_sources_once(
    desk_client: Client, leo: Patient, front: Location, noor: Staff
) -> None:
    visit = make.visit(front, make.at("9:30"))
    needs.answer_need(
        need=visit.needs.get(label="MMR"), outcome=NeedOutcome.DONE, by=noor, at=make.at("9:35")
    )
    of_record(leo)
    said = text(desk_client, f"/patients/{leo.pk}/")
    assert "MMR given here, and on record as M-M-R II" in said
    assert said.count("M-M-R II was given") == 1
    assert "mmr #1 was due then and is not asked again: MMR was given here on Mar 10, 2026" in said
    assert "due since then" not in said


def test_a_visit_after_the_dose_says_why_nothing_is_asked_for(
    desk_client: Client, leo: Patient, front: Location
) -> None:
    of_record(leo)
    visit = make.visit(front, make.at("9:30"))
    assert not visit.needs.filter(due_item__isnull=False).exists()
    said = text(desk_client, f"/visits/{visit.pk}/")
    for item in ("MMR", "mmr #1"):
        assert (
            f"{item} is on record as due and is not asked for again:"
            " the record says M-M-R II was given on Mar 10, 2026 ." in said
        )


def test_one_dose_answers_two_due_items_of_one_vaccine(front: Location, leo: Patient, noor: Staff) -> None:
    visit = make.visit(front, make.at("9:30"))
    needs.answer_need(
        need=visit.needs.get(label="MMR"), outcome=NeedOutcome.DONE, by=noor, at=make.at("9:35")
    )
    other = visit.needs.get(label="mmr #1")
    assert (other.status, other.told_reason) == (NeedOutcome.LAPSED, "MMR was given here on Mar 10, 2026")


def test_undoing_given_says_that_the_record_has_the_dose(
    as_: Callable[[Staff], Client], noor: Staff, leo: Patient, front: Location
) -> None:
    visit = make.visit(front, make.at("9:30"))
    need = visit.needs.get(label="MMR")
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=make.at("9:35"))
    of_record(leo)
    client = as_(noor)
    page = client.get(f"/visits/{visit.pk}/").content.decode()
    mark = {"drawn_for": html.unescape(re.search(r'name="drawn_for" value="([^"]*)"', page)[1])}
    mark["seen"] = str(need.answers.get().pk)
    answer = client.post(f"/visits/{visit.pk}/needs/{need.pk}/undo/", mark, headers={"HX-Request": "true"})
    said = html.unescape(answer.content.decode())
    assert "MMR: the answer is undone. It is not asked again: the record says M-M-R II was given on" in said
    assert Immunization.objects.get().name == "M-M-R II"
