"""A phone number typed at a visit counts for its adult only while that visit is not confidential."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import confidential_visits, discrepancies
from checkin.models import Clinic, Discrepancy, Escort, Location, Staff, Visit
from tests import make
from tests.actions.corrected_visits import relink

THEIRS, OTHER, THIRD = "555-019-8877", "555-010-1111", "555-010-2222"


@pytest.fixture(autouse=True)
def leo(brook: Clinic) -> None:
    make.patient(brook)


def come(front: Location, at: str, phone: str = "", **said: Any) -> Visit:
    adult = {"name": "Leo Ruiz", "escort_name": "Rosa Delgado", "relationship": "aunt"}
    return make.visit(front, make.at(at), **adult | said, escort_phone=phone)


def mark(visit: Visit, by: Staff) -> None:
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=by, at=make.at("9:44"))


def end(visit: Visit, by: Staff) -> None:
    confidential_visits.end_visit_confidential(visit=visit, by=by, at=make.at("9:45"))


def phone() -> str:
    row = Escort.objects.get()
    assert bool(row.phone) == bool(row.phone_key)
    return row.phone


def open_differences(visit: Visit) -> list[tuple[str, str]]:
    found = Discrepancy.objects.open().filter(visit=visit, field="phone")
    return list(found.values_list("typed", "recorded"))


def test_a_phone_of_a_confidential_visit_is_not_the_adults_at_shared_ones(
    front: Location, dana: Staff
) -> None:
    first, second = come(front, "9:00", THEIRS), come(front, "9:30")
    assert first.escort_id == second.escort_id and phone() == THEIRS
    mark(first, dana)
    assert phone() == ""
    assert THEIRS not in str(open_differences(come(front, "9:50", OTHER)))
    end(first, dana)


def test_it_comes_back_when_the_mark_ends(front: Location, dana: Staff) -> None:
    first, _ = come(front, "9:00", THEIRS), come(front, "9:30")
    mark(first, dana)
    end(first, dana)
    assert phone() == THEIRS


def test_open_differences_of_other_visits_are_brought_in_step(front: Location, dana: Staff) -> None:
    first, second = come(front, "9:00", THEIRS), come(front, "9:30", OTHER)
    assert open_differences(second) == [(OTHER, THEIRS)]
    mark(first, dana)
    assert phone() == OTHER
    assert open_differences(second) == []
    end(first, dana)
    assert phone() == THEIRS
    assert open_differences(second) == [(OTHER, THEIRS)]


def test_an_open_difference_of_a_visit_that_has_ended_says_no_number_of_it(
    front: Location, dana: Staff
) -> None:
    first, second = come(front, "9:00", THEIRS), come(front, "9:30", OTHER)
    Visit.objects.filter(pk=second.pk).update(state="left")
    mark(first, dana)
    assert THEIRS not in str(list(second.discrepancies.open().values_list("recorded", flat=True)))


def test_a_phone_that_a_shared_visit_gave_too_stays(front: Location, dana: Staff) -> None:
    first, _ = come(front, "9:00", THEIRS), come(front, "9:30", THEIRS)
    mark(first, dana)
    assert phone() == THEIRS


def test_a_phone_of_the_record_stays(front: Location, dana: Staff) -> None:
    first = come(front, "9:00")
    row = Escort.objects.get()
    row.phone, row.on_record = THEIRS, {"relationship": "aunt"}
    row.save()
    second = come(front, "9:30", THEIRS)
    mark(second, dana)
    assert phone() == THEIRS
    end(second, dana)
    assert phone() == THEIRS and first.pk


def test_a_phone_that_staff_used_at_a_shared_visit_stays(front: Location, dana: Staff) -> None:
    first, second = come(front, "9:00", THEIRS), come(front, "9:30", OTHER)
    row = second.discrepancies.get(field="phone")
    discrepancies.decide_discrepancy(discrepancy=row, kind="use_new", by=dana, at=make.at("9:40"))
    mark(first, dana)
    assert phone() == OTHER
    end(first, dana)
    assert phone() == OTHER


def test_a_phone_that_staff_used_at_it_before_the_mark_counts_no_more(front: Location, dana: Staff) -> None:
    come(front, "9:00", OTHER)
    second = come(front, "9:30", THEIRS)
    row = second.discrepancies.get(field="phone")
    discrepancies.decide_discrepancy(discrepancy=row, kind="use_new", by=dana, at=make.at("9:40"))
    mark(second, dana)
    assert phone() == OTHER
    end(second, dana)
    assert phone() == THEIRS


def test_the_end_of_the_mark_brings_the_visits_own_differences_in_step(
    front: Location, brook: Clinic, dana: Staff
) -> None:
    """It was linked with the mark, and went on saying that nobody on record had the number."""
    visit = make.visit(front, make.at("9:30"), name="Quentin Vasquez", born="2010-05-05", escort_phone=THEIRS)
    mark(visit, dana)
    mia = make.patient(brook, "Mia Chen", "2016-05-05")
    relink(visit, mia, dana, make.at("9:45"))
    assert open_differences(visit) == [(THEIRS, "")]
    end(visit, dana)
    assert phone() == THEIRS and open_differences(visit) == []
    visit.refresh_from_db()
    assert visit.open_discrepancies == visit.discrepancies.open().count()


def test_a_phone_that_was_never_on_record_waits_for_staff_after_the_mark(
    front: Location, dana: Staff
) -> None:
    """The end of the mark wrote the number, although it differed before and nobody had decided."""
    come(front, "9:00")
    second = come(front, "9:30", THEIRS)
    assert phone() == "" and open_differences(second) == [(THEIRS, "")]
    mark(second, dana)
    end(second, dana)
    assert phone() == "" and open_differences(second) == [(THEIRS, "")]
