"""A need's history names another child as its record does, with its number."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import discrepancies, match_decisions, merge_undo, needs, patient_merges
from checkin.actions.discrepancy_questions import AnotherChildSuspected
from checkin.models import Clinic, Location, MatchDecision, Need, Patient, Staff, Visit
from checkin.rules.need_types import NeedKind, NeedOutcome
from tests import make
from tests.actions.corrected_visits import said

pytestmark = pytest.mark.django_db
BORN = "2021-03-14"
WRITTEN, LATER, LATEST = (make.at(clock) for clock in ("9:50", "10:00", "10:10"))


def record(clinic: Clinic, name: str, number: str, **fields: Any) -> Patient:
    found = make.patient(clinic, name, BORN, **fields)
    if number:
        found.identifiers.create(clinic=clinic, system="urn:bs", value=number)
    return found


@pytest.fixture
def jayden(brook: Clinic) -> Patient:
    found = record(brook, "Jayden Cole", "BS-0006")
    found.due_items.create(clinic=brook, kind="vaccine", name="MMR", due_on="2026-01-01")
    return found


@pytest.fixture
def aaliyah(brook: Clinic) -> Patient:
    return record(brook, "Aaliyah Cole", "BS-0007")


def use_all_new(visit: Visit, by: Staff) -> None:
    """“Use the new” for every discrepancy, confirming the warning."""
    for one in visit.discrepancies.open().filter(field__in=["name", "birth_date"]).order_by("pk"):
        facts = {"discrepancy": one, "kind": "use_new", "by": by, "at": WRITTEN}
        try:
            discrepancies.decide_discrepancy(**facts)
        except AnotherChildSuspected as asked:
            discrepancies.decide_discrepancy(**facts, sure=asked.question.mark)


@pytest.fixture
def renamed(front: Location, jayden: Patient, dana: Staff, noor: Staff) -> Visit:
    """Aliyah's visit, linked to Jayden, whose record was renamed to Aliyah."""
    made = make.visit(front, make.at("9:40"), name="Aliyah Cole", born="")
    match_decisions.link_visit_to_patient(visit=made, patient=jayden, by=dana, at=make.at("9:45"))
    visit = Visit.objects.get(pk=made.pk)
    use_all_new(visit, dana)
    jayden.refresh_from_db()
    assert jayden.name == "Aliyah Cole"
    return visit


def answer(visit: Visit, by: Staff, **which: Any) -> Need:
    need = visit.needs.get(**which)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=by, at=WRITTEN)
    return need


def relink(visit: Visit, now: Patient, by: Staff, **whose: Any) -> MatchDecision:
    visit = Visit.objects.get(pk=visit.pk)
    return match_decisions.link_visit_to_patient(
        visit=visit, patient=now, by=by, at=LATER, said=said(visit, now, **whose)
    )


def last_reason(need: Any) -> str:
    return need.answers.filter(outcome=NeedOutcome.OPEN, reason_sentence__isnull=False).get().told_reason


@pytest.mark.parametrize(
    ("correction", "whose"),
    [("nobody", "Jayden Cole, BS-0006"), ("old", "Aliyah Cole, BS-0006")],
)
def test_the_reason_names_the_record_as_it_is_called_by_then(
    renamed: Visit, aaliyah: Patient, dana: Staff, noor: Staff, correction: str, whose: str
) -> None:
    mmr = answer(renamed, noor, label="MMR")
    relink(renamed, aaliyah, dana, vaccine="old", correction=correction)
    assert last_reason(mmr) == f"given to {whose}, who is another child"


def test_without_a_number_the_reason_gives_the_birth_date(
    renamed: Visit, jayden: Patient, aaliyah: Patient, dana: Staff, noor: Staff
) -> None:
    jayden.identifiers.all().delete()
    mmr = answer(renamed, noor, label="MMR")
    relink(renamed, aaliyah, dana, vaccine="old", correction="nobody")
    assert last_reason(mmr) == "given to Jayden Cole, born Mar 14, 2021, who is another child"


def test_a_check_answered_for_the_other_child_names_that_child_too(
    renamed: Visit, aaliyah: Patient, dana: Staff, noor: Staff
) -> None:
    facts = {"key": "told", "label": "phone Ana", "why": "no guardian is here", "owner_role": "front_desk"}
    check = renamed.needs.create(
        clinic=renamed.clinic, kind=NeedKind.PHONE_GUARDIAN, noticed_at=WRITTEN, **facts
    )  # fmt: skip
    needs.answer_need(need=check, outcome=NeedOutcome.DONE, by=noor, at=WRITTEN)
    relink(renamed, aaliyah, dana, vaccine="old", correction="nobody")
    assert last_reason(check) == "answered for Jayden Cole, BS-0006, and this is another child"


def test_a_name_taken_by_a_merge_is_reverted_before_the_reason_names_it(
    front: Location, jayden: Patient, aaliyah: Patient, dana: Staff, noor: Staff, brook: Clinic
) -> None:
    """The sign-in's own record was merged into Jayden's and its name taken; then the match was corrected."""
    made = make.visit(front, make.at("9:40"), name="Aliyah Cole", born="")
    match_decisions.decide_new_patient(visit=made, by=dana, at=make.at("9:42"))
    visit = Visit.objects.get(pk=made.pk)
    take = ("given_name", "family_name")
    patient_merges.merge_patients(
        merged=visit.patient, into=jayden, by=dana, at=WRITTEN, take=take, sure=True
    )
    visit = Visit.objects.get(pk=visit.pk)
    assert visit.patient.name == "Aliyah Cole"
    mmr = answer(visit, noor, label="MMR")
    relink(visit, aaliyah, dana, vaccine="old")
    assert Patient.objects.get(pk=jayden.pk).name == "Jayden Cole"
    assert last_reason(mmr) == "given to Jayden Cole, BS-0006, who is another child"


def test_an_undone_merge_names_the_remaining_record_by_its_own_name(
    front: Location, jayden: Patient, aaliyah: Patient, dana: Staff, noor: Staff
) -> None:
    made = make.visit(front, make.at("9:40"), name="Aaliyah Cole", born=BORN)
    match_decisions.link_visit_to_patient(visit=made, patient=aaliyah, by=dana, at=make.at("9:42"))
    visit = Visit.objects.get(pk=made.pk)
    assert visit.patient == aaliyah
    facts = {"by": dana, "at": make.at("9:45"), "sure": True}
    made = patient_merges.merge_patients(merged=aaliyah, into=jayden, take=("given_name",), **facts).merge
    visit.refresh_from_db()
    facts = {"key": "told", "label": "phone Ana", "why": "no guardian is here", "owner_role": "front_desk"}
    check = visit.needs.create(clinic=visit.clinic, kind=NeedKind.PHONE_GUARDIAN, noticed_at=WRITTEN, **facts)
    needs.answer_need(need=check, outcome=NeedOutcome.DONE, by=noor, at=WRITTEN)
    merge_undo.undo_patient_merge(merge=made, by=dana, at=LATEST)
    assert last_reason(check) == "answered for Jayden Cole, BS-0006"
