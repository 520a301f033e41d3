"""What goes with a patient, and what of others stays."""

from __future__ import annotations

import uuid

import pytest
from django.apps import apps
from django.db import connection, models

from checkin.actions import match_decisions
from checkin.models import (
    Clinic,
    Immunization,
    Location,
    MatchDecision,
    Patient,
    SignIn,
    Staff,
    Visit,
)
from checkin.models.erasure import KEPT_WITH_THE_ID, MENTIONS, Erasure, _may_lose_visit, list_references
from checkin.rules.forgetting import ROW_WORDS
from tests import make


@pytest.fixture
def mia(brook: Clinic) -> Patient:
    return make.patient(brook, "Mia Stone")


def test_every_mention_is_a_column_that_can_be_empty() -> None:
    fields = [
        field for model in apps.get_app_config("checkin").get_models() for field in list_references(model)
    ]
    columns = {(field.model.__name__, field.name): field.null for field in fields}
    assert {mention: columns[mention] for mention in MENTIONS} == dict.fromkeys(MENTIONS, True)
    assert all(field.null for field in fields if _may_lose_visit(field))


def test_a_visit_that_was_first_matched_to_the_twin_goes_with_its_own_child(
    front: Location, mia: Patient, dana: Staff
) -> None:
    twin = make.patient(mia.clinic, "Leo Ruiz")
    make.appointment(twin, front, make.at("9:55"))
    visit = make.visit(front, name="Leo Ruiz")
    assert visit.match_decisions.get().patient == twin
    match_decisions.undo_match_decision(visit=visit, by=dana, at=make.at("9:50"))
    visit.refresh_from_db()
    match_decisions.link_visit_to_patient(visit=visit, patient=mia, by=dana, at=make.at("9:51"))
    Erasure(patients=[mia.pk]).carry_out()
    assert list(Patient.objects.all()) == [twin]
    assert not Visit.objects.exists() and not MatchDecision.objects.exists()
    connection.check_constraints()


def test_each_kind_of_row_that_goes_has_plain_words() -> None:
    found: set[type[models.Model]] = set()
    left: list[type[models.Model]] = [Patient, Visit, SignIn]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += [
                field.model
                for field in list_references(one)
                if field.model not in KEPT_WITH_THE_ID and (field.model.__name__, field.name) not in MENTIONS
            ]
    assert {one.__name__ for one in found} == set(ROW_WORDS)


def test_the_trail_keeps_what_it_says() -> None:
    assert {model.__name__ for model in KEPT_WITH_THE_ID} == {"AuditEvent", "AuditEventPatient"}


def test_a_match_of_another_childs_visit_stays_without_the_erased_one(front: Location, mia: Patient) -> None:
    leo = make.patient(mia.clinic)
    visit = make.visit(front)
    Visit.objects.filter(pk=visit.pk).update(patient=mia)
    decision = MatchDecision.objects.create(
        visit=visit, kind="link", patient=leo, at=make.at(), why="like Leo", reasons=["like Leo"]
    )
    Erasure(patients=[leo.pk]).carry_out()
    decision.refresh_from_db()
    assert (decision.patient, decision.why, decision.reasons) == (None, "", [])


def test_what_was_said_later_goes_with_what_was_said_first(front: Location) -> None:
    visit = make.visit(front)
    first = visit.sign_in
    later = SignIn.objects.get(pk=first.pk)
    later.pk, later.key, later.continues, later._state.adding = None, uuid.uuid4(), first, True
    later.save()
    Visit.objects.filter(pk=visit.pk).update(sign_in=later)
    Erasure(visits=[visit.pk]).carry_out()
    assert not SignIn.objects.exists() and not Visit.objects.exists()


def test_a_dose_of_another_child_stays_without_the_visit(front: Location, mia: Patient) -> None:
    visit = make.visit(front)
    dose = Immunization.objects.create(
        clinic=mia.clinic, patient=mia, visit=visit, name="MMR", given_on=make.at().date()
    )
    Erasure(visits=[visit.pk]).carry_out()
    dose.refresh_from_db()
    assert dose.visit_id is None
