"""A tap about a child whose visit has ended: none that was acknowledged is lost, whatever came before it."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import pytest

from checkin.actions import repeats, visits, worries
from checkin.actions.boards import Refused, hold
from checkin.actions.writing import write
from checkin.models import Channel, Visit
from checkin.rules.worries import Source
from tests import make

ENDINGS = ["left", "left_without_being_seen", "entered_in_error"]


def later(seconds: float) -> dt.datetime:
    return make.at("9:40") + dt.timedelta(seconds=seconds)


def tell(where, said, seconds=0.0) -> visits.Receipt:
    return visits.sign_in(location=where, claim=said, at=later(seconds), channel=Channel.KIOSK)


def end(visit, by, seconds, to="entered_in_error"):
    visit.refresh_from_db()
    visits.move(visit=visit, to=to, by=by, at=later(seconds), reason="they went", reading="read")


def standing() -> Visit:
    """The one open row, which has to be raised."""
    visit = Visit.objects.open().get()
    assert visit.raised_at is not None
    return visit


@pytest.mark.parametrize("to", ENDINGS)
def test_a_tap_without_a_clock_after_the_visit_has_ended_stands_on_the_board(front, dana, to):
    said = make.claim()
    end(tell(front, said).visit, dana, 20, to)
    again = tell(front, {"key": said["key"], "worried": "yes"}, 60)
    assert (again.first, standing().pk) == (True, again.visit.pk)
    assert tell(front, {"key": said["key"], "worried": "yes"}, 61).visit.pk == again.visit.pk
    assert Visit.objects.count() == 2


def test_a_plain_retry_after_the_end_stays_a_repeat(front, dana):
    said = make.claim()
    first = tell(front, said)
    end(first.visit, dana, 20, "left")
    again = tell(front, said, 60)
    assert (again.first, again.visit.pk, Visit.objects.count()) == (False, first.visit.pk, 1)


def test_every_new_tap_after_every_end_stands_on_the_board(front, dana):
    key = str(uuid.uuid4())
    for n in range(6):
        tap = {"key": key, "worried": True, "typed_at": f"tap {n}"}
        receipt = tell(front, tap, n * 60)
        assert (receipt.first, standing().pk) == (True, receipt.visit.pk)
        end(receipt.visit, dana, n * 60 + 20)
        retry = tell(front, tap, n * 60 + 30)
        assert (retry.first, retry.visit.pk) == (False, receipt.visit.pk), "the same tap sent again"
        assert not Visit.objects.open().exists()


def test_what_is_typed_after_the_second_end_has_a_row(front, dana):
    said = make.claim()
    for n in range(2):
        tap = {"key": said["key"], "worried": True, "typed_at": f"tap {n}"}
        end(tell(front, tap, n * 60).visit, dana, n * 60 + 20)
    for _ in range(2):
        tell(front, said, 200)
    assert Visit.objects.open().get().sign_in.child_given_name == "Leo"


def test_a_visit_that_ends_between_the_look_and_the_hold_is_followed_by_another(front, dana, monkeypatch):
    said = make.claim()
    first = tell(front, said).visit
    looked = []

    def ends_meanwhile(*args):
        found = look(*args)
        if not looked:
            looked.append(found)
            end(Visit.objects.get(pk=first.pk), dana, 20)
        return found

    look = repeats.known
    monkeypatch.setattr(repeats, "known", ends_meanwhile)
    tell(front, {"key": said["key"], "worried": True, "typed_at": "tap"}, 60)
    assert looked
    assert standing().pk != first.pk


class Family:
    """One key, and all that may be done to it. `made` holds every visit that an answer named."""

    def __init__(self, where, by, dice):
        self.where, self.by, self.dice, self.seconds = where, by, dice, 0
        self.said = make.claim(name=f"Kid{dice.random()} Ruiz")
        self.taps: list[str] = []
        self.made: set[int] = set()

    def open_rows(self) -> list[Visit]:
        return list(Visit.objects.open().filter(pk__in=self.made))

    def send(self, **more):
        self.seconds += 7
        words = self.said if self.dice.random() < 0.5 else {"key": self.said["key"]}
        self.made.add(tell(self.where, words | more, self.seconds).visit.pk)

    def tap(self):
        typed_at = self.dice.choice(["", f"tap {len(self.taps)}"])
        self.taps.append(typed_at)
        self.send(worried=True, typed_at=typed_at)
        (row,) = self.open_rows()
        assert row.raised_at is not None

    def repeat(self):
        known = [one for one in self.taps if one]
        self.send(**({"worried": True, "typed_at": self.dice.choice(known)} if known else {}))

    def type_on(self):
        self.send()

    def act(self):
        """What staff do to the open row, if there is one."""
        self.seconds += 7
        for visit in self.open_rows():
            act = self.dice.choice([self.end, self.end, self.raise_it, worries.take, worries.settle])
            try:
                act(visit=visit, by=self.by, at=later(self.seconds))
            except Refused:
                assert visit.raised_at is None

    def end(self, *, visit, by, at):
        visits.move(visit=visit, to=self.dice.choice(ENDINGS), by=by, at=at, reason="x", reading="read")

    def raise_it(self, *, visit, by, at):
        with write():
            hold(visit)
            worries.raise_visit(visit, source=Source.STAFF, at=at, by=by)


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_taps_and_steps_leaves_each_new_tap_raised_and_one_row_open(front, dana, seed):
    dice = random.Random(seed)  # noqa: S311
    for _ in range(4):
        family = Family(front, dana, dice)
        for _ in range(10):
            dice.choice([family.tap, family.tap, family.repeat, family.type_on, family.act, family.act])()
            assert len(family.open_rows()) <= 1
