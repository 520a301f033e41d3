"""A replacement that is undone: never are both promises owed, never none."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from checkin.actions.refusals import Refused
from checkin.models import Location, Promise, Staff
from checkin.queries import promises as promise_queries
from tests import make
from tests.promising import attempt, keep, promise, replace, undo, withdraw


@pytest.fixture
def made(front: Location) -> Promise:
    return promise(front, due="9:30")


def test_the_one_in_its_place_has_ended_as_undone(made: Promise, dana: Staff, noor: Staff) -> None:
    other = replace(made, dana)
    undo(made, noor)
    other.refresh_from_db()
    assert (other.status, other.ended_by, other.kept) == ("undone", noor, None)
    assert list(Promise.objects.open()) == [made]
    assert made.find_replacement() is None


def test_it_can_be_replaced_again(made: Promise, dana: Staff) -> None:
    replace(made, dana)
    undo(made, dana)
    again = replace(made, dana, at="9:50")
    assert (made.find_replacement(), list(Promise.objects.open())) == (again, [again])


def test_two_never_stand_in_its_place(front: Location, made: Promise, dana: Staff) -> None:
    replace(made, dana)
    other = promise(front, due="9:50")
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.filter(pk=other.pk).update(replaces=made)


def test_the_form_that_was_undone_makes_nothing_when_it_is_sent_again(made: Promise, dana: Staff) -> None:
    key = uuid.uuid4()
    replace(made, dana, key=key)
    undo(made, dana)
    with pytest.raises(Refused, match="What this form made was undone"):
        replace(made, dana, at="9:50", key=key)
    assert list(Promise.objects.open()) == [made]


def test_not_after_somebody_tried_the_one_in_its_place(made: Promise, dana: Staff, noor: Staff) -> None:
    other = replace(made, dana)
    attempt(other, noor, at="9:42")
    with pytest.raises(Refused) as told:
        undo(made, dana)
    assert told.value.sentence == (
        "Noor said “Tried: no answer” at 9:42 AM of the promise in its place. Undo that first, then this."
    )
    assert list(Promise.objects.open()) == [other]


@pytest.mark.parametrize("end", [keep, withdraw, replace])
def test_not_after_the_one_in_its_place_ended_unless_that_is_undone(
    made: Promise, dana: Staff, noor: Staff, end: Callable[..., Promise]
) -> None:
    other = replace(made, dana)
    end(other, noor, at="9:42")
    with pytest.raises(Refused, match="Undo that first"):
        undo(made, dana)
    undo(other, dana, at="9:46")
    undo(made, dana, at="9:47")
    assert list(Promise.objects.open()) == [made]


def test_one_that_was_undone_itself_has_nothing_to_undo(made: Promise, dana: Staff) -> None:
    other = replace(made, dana)
    undo(made, dana)
    with pytest.raises(Refused, match="nothing to undo"):
        undo(other, dana)


def test_an_undo_offered_on_the_page_is_one_that_is_taken(made: Promise, dana: Staff) -> None:
    other = replace(made, dana)
    offered = promise_queries.find_promise_undo(other)
    assert (offered.promise, offered.decision.status) == (made, "replaced")
    attempt(other, dana, at="9:42")
    assert promise_queries.find_promise_undo(made) is None
    assert promise_queries.find_promise_undo(other).promise == other


def _do_nothing(_other: Promise, _by: Staff) -> None:
    """Leave the replacement alone."""


def _undo_again(act: Callable[..., Promise]) -> Callable[[Promise, Staff], None]:
    def act_and_undo(other: Promise, by: Staff) -> None:
        act(other, by, at="9:42")
        undo(other, by, at="9:43")

    return act_and_undo


def _end_unrecorded(other: Promise, by: Staff) -> None:
    """End it as before ends were decisions, and before the migration that makes them decisions."""
    Promise.objects.filter(pk=other.pk).update(
        status="withdrawn", outcome="no", ended_at=make.at("9:42"), ended_by=by
    )


@pytest.mark.parametrize(
    ("act", "may"),
    [
        (_do_nothing, True),
        (attempt, False),
        (keep, False),
        (withdraw, False),
        (replace, False),
        (_end_unrecorded, False),
        *((_undo_again(act), True) for act in (attempt, keep, withdraw, replace)),
    ],
)
def test_a_replacement_can_be_undone_exactly_where_the_page_offers_it(
    made: Promise, dana: Staff, noor: Staff, act: Callable[..., object], may: bool
) -> None:
    other = replace(made, dana)
    act(other, noor)
    assert (promise_queries.find_promise_undo(made) is not None) == may
    if not may:
        with pytest.raises(Refused, match="promise in its place"):
            undo(made, dana, at="9:46")
        assert made.find_replacement() == other
        return
    undo(made, dana, at="9:46")
    assert list(Promise.objects.open()) == [made]
