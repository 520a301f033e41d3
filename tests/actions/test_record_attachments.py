"""The record and its appointment are put on a visit again."""

from __future__ import annotations

import pytest

from checkin.actions import discrepancies, record_attachments, visits
from checkin.models import Location, Patient, Staff, Visit
from checkin.rules.discrepancies import NoticedDifference
from checkin.rules.discrepancy_causes import DiscrepancyCause
from tests import make
from tests.actions.corrected_visits import LATER, LATEST, NOVEMBER, fresh, relink, undo


@pytest.fixture
def visit(finns_visit: Visit) -> Visit:
    return finns_visit


def test_undoing_a_relink_gives_the_visit_the_same_appointment_again(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, front: Location
) -> None:
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


def test_on_a_visit_that_was_entered_in_error_nothing_is_noticed_anew(visit: Visit, dana: Staff) -> None:
    noticed = [NoticedDifference("address", "14 Oak Rd", "", DiscrepancyCause.NO_ADDRESS)]
    record_attachments.renew_discrepancies(visit, noticed, by=dana, at=LATER)
    assert visit.discrepancies.open().get(field="address").typed == "14 Oak Rd"
    visits.move_visit(visit=visit, to="entered_in_error", by=dana, at=LATER)
    record_attachments.renew_discrepancies(visit, noticed, by=dana, at=LATEST)
    assert not visit.discrepancies.open().exists()


def test_what_somebody_kept_at_this_visit_is_dropped_and_nothing_else(visit: Visit, dana: Staff) -> None:
    kept, other = (
        NoticedDifference("address", typed, "", DiscrepancyCause.NO_ADDRESS) for typed in ("a", "b")
    )
    record_attachments.renew_discrepancies(visit, [kept], by=dana, at=LATER)
    decide = {"kind": "keep_old", "by": dana, "at": LATER}
    discrepancies.decide_discrepancy(discrepancy=visit.discrepancies.open().get(field="address"), **decide)
    assert record_attachments.drop_kept_discrepancies(visit, [kept, other]) == [other]
