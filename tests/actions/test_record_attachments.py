"""The record and its appointment are put on a visit again."""

from __future__ import annotations

import pytest

from tests import make
from tests.actions.corrected_visits import NOVEMBER, fresh, relink, undo


@pytest.fixture
def visit(finns_visit):
    return finns_visit


def test_the_visit_has_the_same_appointment_again(visit, finn, zofia, dana, front):
    """Two of one day, as after a merge: it had the one that was not the nearest."""
    far, near = (make.appointment(finn, front, make.at(clock, NOVEMBER)) for clock in ("14:00", "9:45"))
    visit.appointment_id, far.status = far.pk, "arrived"
    visit.save(), far.save()
    relink(visit, zofia, dana)
    assert fresh(visit).appointment_id is None
    undo(visit, dana)
    assert (fresh(visit).appointment_id, fresh(far).status, fresh(near).status) == (
        far.pk,
        "arrived",
        "booked",
    )
    relink(visit, zofia, dana, at=make.at("10:20", NOVEMBER))
    relink(visit, finn, dana, at=make.at("10:30", NOVEMBER))
    assert fresh(visit).appointment_id == far.pk
