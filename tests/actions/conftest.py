"""Children on record, and a sign-in of another child that the desk mistakes for one of them."""

from __future__ import annotations

import pytest

from tests import make
from tests.actions.corrected_visits import NOVEMBER
from tests.actions.merge_chains import Chain


@pytest.fixture
def six(brook):
    found = make.patient(brook, "Finn O'Neil", born="2018-03-14", language="en")
    make.guardian(found, "Maeve O'Neil")
    return found


@pytest.fixture
def one(brook):
    return make.patient(brook, "Zofia Wilk", born="2018-03-14", language="en")


@pytest.fixture
def eight(brook):
    return make.patient(brook, "Anna Kern", born="2015-01-01")


@pytest.fixture
def visit(front, six, one):
    found = make.visit(
        front, make.at("9:40", NOVEMBER), name="Zoltan Kiss", born="2013-05-05", escort_name="Rosa Delgado"
    )
    assert found.patient.is_provisional
    return found


@pytest.fixture
def finn(brook):
    found = make.patient(brook, "Finn O'Neil", born="2018-03-14")
    make.guardian(found, "Maeve O'Neil")
    return found


@pytest.fixture
def zofia(brook):
    found = make.patient(brook, "Zofia Wilk", born="2018-03-14", language="en")
    make.guardian(found, "Ewa Wilk", phone="555-010-0999")
    return found


@pytest.fixture
def finns_visit(front, finn, zofia):
    found = make.visit(front, make.at("9:40", NOVEMBER), name="Finn O'Neil")
    assert (found.patient, found.match) == (finn, "certain")
    return found


@pytest.fixture
def chain(brook, front, dana):
    return Chain(brook, front, dana, 3)
