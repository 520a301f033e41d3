"""The form of a promise that is sent again is the same promise."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, replace
from typing import Any

import pytest

from checkin.actions import handovers
from checkin.actions.promise_repeats import SentPromise, is_same_promise
from checkin.models import Location, Patient, Promise, Role, Staff, Visit
from tests import make
from tests.promising import promise, said

DUE = make.at("10:05")
SAID = said(best_from=None)


def test_the_same_form_twice_makes_one_promise(front: Location, dana: Staff) -> None:
    key = uuid.uuid4()
    first, again = promise(front, by=dana, key=key), promise(front, by=dana, key=key)
    assert first == again
    assert Promise.objects.count() == 1


def test_the_same_key_in_another_clinic_is_another_promise(front: Location, hilltop: Location) -> None:
    key = uuid.uuid4()
    assert promise(front, key=key) != promise(hilltop, key=key)


def known(**fields: Any) -> Promise:
    """Promised at 9:05 to be called in an hour."""
    told = {name: value for name, value in asdict(SAID).items() if name not in ("best_from", "due_at")}
    usual = {"due_at": DUE, "made_at": make.at("9:05"), "owner_role": Role.MANAGER}
    return Promise(**told | usual | fields)


def sent(
    at: str = "9:05",
    due: dt.datetime | None = DUE,
    owner: Staff | None = None,
    patient: Patient | None = None,
    visit: Visit | None = None,
    **words: Any,
) -> SentPromise:
    columns = {"owner": owner, "owner_role": "" if owner else Role.MANAGER}
    return SentPromise(replace(SAID, due_at=due, **words), columns, patient, visit, make.at(at))


def test_the_same_words_are_the_same_promise_and_one_other_word_is_not() -> None:
    assert is_same_promise(known(), sent())
    for words in ({"about": "the form"}, {"reach_at": "555-010-0124"}, {"to_whom": "Eva Ruiz"}):
        assert not is_same_promise(known(), sent(**words))


@pytest.mark.parametrize(
    ("at", "due", "is_same"),
    [
        ("9:07", make.at("10:05"), True),
        ("9:07", make.at("10:07"), True),
        ("9:07", make.at("10:06"), False),
        ("9:07", make.at("10:03"), False),
        ("9:05", None, False),
    ],
)
def test_in_an_hour_is_counted_from_either_press(at: str, due: dt.datetime | None, is_same: bool) -> None:
    assert is_same_promise(known(), sent(at=at, due=due)) == is_same


def test_another_owner_is_another_promise_until_it_was_handed_over(
    front: Location, dana: Staff, noor: Staff
) -> None:
    made = promise(front, due="10:05")
    again = sent(owner=noor, best_words="")
    assert not is_same_promise(made, again)
    assert is_same_promise(made, sent(best_words=""))
    handovers.hand_over_promise(promise=made, to=dana, by=dana, at=make.at("9:06"))
    made.refresh_from_db()
    assert is_same_promise(made, again)


def test_the_child_is_the_same_also_after_a_merge() -> None:
    leo, merged, mia = Patient(pk=1), Patient(pk=2, merged_into_id=1), Patient(pk=3)
    assert is_same_promise(known(patient=leo), sent(patient=leo))
    assert is_same_promise(known(patient=leo), sent(patient=merged))
    assert is_same_promise(known(patient=mia, made_for=leo), sent(patient=leo))
    assert not is_same_promise(known(patient=leo, made_for=leo), sent(patient=mia))
    assert is_same_promise(known(patient=leo), sent()) and is_same_promise(known(), sent(patient=mia))


def test_at_two_visits_it_is_two_promises() -> None:
    one, other, leo = Visit(pk=1), Visit(pk=2), Patient(pk=1)
    assert is_same_promise(known(visit=one, patient=leo), sent(visit=one, patient=Patient(pk=3)))
    assert not is_same_promise(known(visit=one, patient=leo), sent(visit=other, patient=leo))
    assert is_same_promise(known(visit=one, patient=leo), sent(patient=leo))


def test_two_children_without_a_record_at_two_visits_get_a_promise_each(
    front: Location, annexe: Location, dana: Staff
) -> None:
    key, visits = uuid.uuid4(), (make.visit(front, name=""), make.visit(annexe, name=""))
    assert [one.patient for one in visits] == [None, None]
    first, second = (promise(front, by=dana, key=key, visit=one) for one in visits)
    assert (first.visit, second.visit) == visits
    assert promise(front, by=dana, key=key, visit=visits[1]) == second


def test_other_words_under_a_key_that_was_used_are_a_promise_of_their_own_each_time(
    front: Location, dana: Staff
) -> None:
    key = uuid.uuid4()
    first = promise(front, by=dana, key=key)
    other = promise(front, by=dana, key=key, said=said(about="the form"))
    assert first != other
    assert promise(front, by=dana, key=key, said=said(about="the form")) == other
    assert promise(front, by=dana, key=key, said=said(about="the letter")) not in (first, other)
