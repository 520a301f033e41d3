"""Children on record, and a sign-in of another child that the desk mistakes for one of them."""

from __future__ import annotations

import pytest

from checkin.models import Clinic, Location, Patient, Staff, Visit
from tests import make
from tests.actions.corrected_visits import NOVEMBER
from tests.actions.merge_chains import Chain


@pytest.fixture
def six(brook: Clinic) -> Patient:
    found = make.patient(brook, "Finn O'Neil", born="2018-03-14", language="en")
    make.guardian(found, "Maeve O'Neil")
    return found


@pytest.fixture
def one(brook: Clinic) -> Patient:
    return make.patient(brook, "Zofia Wilk", born="2018-03-14", language="en")


@pytest.fixture
def eight(brook: Clinic) -> Patient:
    return make.patient(brook, "Anna Kern", born="2015-01-01")


@pytest.fixture
def visit(front: Location, six: Patient, one: Patient) -> Visit:
    found = make.visit(
        front, make.at("9:40", NOVEMBER), name="Zoltan Kiss", born="2013-05-05", escort_name="Rosa Delgado"
    )
    assert found.patient.is_provisional
    return found


@pytest.fixture
def finn(brook: Clinic) -> Patient:
    found = make.patient(brook, "Finn O'Neil", born="2018-03-14")
    make.guardian(found, "Maeve O'Neil")
    return found


@pytest.fixture
def zofia(brook: Clinic) -> Patient:
    found = make.patient(brook, "Zofia Wilk", born="2018-03-14", language="en")
    make.guardian(found, "Ewa Wilk", phone="555-010-0999")
    return found


@pytest.fixture
def finns_visit(front: Location, finn: Patient, zofia: Patient) -> Visit:
    found = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil")
    assert (found.patient, found.match) == (finn, "certain")
    return found


@pytest.fixture
def chain(brook: Clinic, front: Location, dana: Staff) -> Chain:
    return Chain(brook, front, dana, 3)
