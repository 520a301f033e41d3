"""A tap for a child whose visit has ended: no acknowledged tap is lost, whatever came before it."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from typing import Any

import pytest

from checkin.actions import sign_in_repeats, urgent_signs, visits
from checkin.actions.refusals import Refused
from checkin.actions.sign_in_repeats import KnownSignIn
from checkin.actions.visit_locks import lock_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import Location, SignInChannel, Staff, Visit
from checkin.rules.urgent_signs import UrgentSource
from tests import make

ENDINGS = ["left", "left_without_being_seen", "entered_in_error"]


def later(seconds: float) -> dt.datetime:
    return make.at("9:40") + dt.timedelta(seconds=seconds)


def tell(where: Any, said: Any, seconds: int | float = 0.0) -> visits.SignInReceipt:
    return visits.record_sign_in(location=where, claim=said, at=later(seconds), channel=SignInChannel.KIOSK)


def end(visit: Visit, by: Staff, seconds: int, to: str = "entered_in_error") -> None:
    visit.refresh_from_db()
    visits.move_visit(visit=visit, to=to, by=by, at=later(seconds), reason="they went", reading="read")


def standing() -> Visit:
    """Return the one open visit, which must be urgent."""
    visit = Visit.objects.open().get()
    assert visit.raised_at is not None
    return visit


@pytest.mark.parametrize("to", ENDINGS)
def test_a_tap_without_a_time_after_the_visit_ended_makes_a_new_urgent_row(
    front: Location, dana: Staff, to: str
) -> None:
    said = make.claim()
    end(tell(front, said).visit, dana, 20, to)
    again = tell(front, {"key": said["key"], "worried": "yes"}, 60)
    assert (again.first, standing().pk) == (True, again.visit.pk)
    assert tell(front, {"key": said["key"], "worried": "yes"}, 61).visit.pk == again.visit.pk
    assert Visit.objects.count() == 2


def test_a_plain_retry_after_the_end_stays_a_repeat(front: Location, dana: Staff) -> None:
    said = make.claim()
    first = tell(front, said)
    end(first.visit, dana, 20, "left")
    again = tell(front, said, 60)
    assert (again.first, again.visit.pk, Visit.objects.count()) == (False, first.visit.pk, 1)


def test_every_new_tap_after_every_end_makes_a_new_urgent_row(front: Location, dana: Staff) -> None:
    key = str(uuid.uuid4())
    for n in range(6):
        tap = {"key": key, "worried": True, "typed_at": f"tap {n}"}
        receipt = tell(front, tap, n * 60)
        assert (receipt.first, standing().pk) == (True, receipt.visit.pk)
        end(receipt.visit, dana, n * 60 + 20)
        retry = tell(front, tap, n * 60 + 30)
        assert (retry.first, retry.visit.pk) == (False, receipt.visit.pk), "the same tap sent again"
        assert not Visit.objects.open().exists()


def retried_after_each_end(front: Location, dana: Staff, tap: Any) -> Visit:
    """Send this tap again while its visit is open, settled and ended: it always returns the same visit."""
    receipt = tell(front, tap, 10)
    standing()
    acts: tuple[Any, ...] = (None, urgent_signs.settle_urgent_visit, end)
    for n, act in enumerate(acts, 2):
        if act is end:
            end(receipt.visit, dana, n * 10)
        elif act:
            act(visit=receipt.visit, by=dana, at=later(n * 10))
        raised = Visit.objects.filter(raised_at__isnull=False).count()
        again = tell(front, tap, n * 10 + 5)
        assert (again.first, again.visit.pk) == (False, receipt.visit.pk)
        assert Visit.objects.filter(raised_at__isnull=False).count() == raised, "and raises nothing anew"
    assert not Visit.objects.open().exists()
    return receipt.visit


def a_tap(said: dict[str, Any] | dict[Any, Any], **more: Any) -> Any:
    return said | {"worried": str(uuid.uuid4())} | more


def test_a_tap_with_an_id_and_without_a_time_is_always_one_row(front: Location, dana: Staff) -> None:
    retried_after_each_end(front, dana, a_tap(make.claim()))
    assert Visit.objects.count() == 1


def test_a_tap_after_the_sign_in_is_always_one_row_too(front: Location, dana: Staff) -> None:
    said = make.claim()
    first = tell(front, said).visit
    visit = retried_after_each_end(front, dana, a_tap({"key": said["key"]}))
    assert (visit.pk, Visit.objects.count()) == (first.pk, 1)


def test_a_tap_during_the_first_call_is_always_one_row_too(front: Location, dana: Staff) -> None:
    said = make.claim()
    tell(front, a_tap(said))
    visit = retried_after_each_end(front, dana, a_tap(said))
    assert Visit.objects.count() == 1
    assert visit.worry_steps.filter(kind="raised").count() == 1


def test_a_tap_that_made_its_own_row_after_an_end_is_always_one_row_too(front: Location, dana: Staff) -> None:
    said = make.claim()
    old = a_tap(said)
    end(tell(front, old).visit, dana, 5)
    new = retried_after_each_end(front, dana, a_tap(said))
    assert tell(front, old, 90).visit.pk != new.pk
    assert Visit.objects.count() == 2


@pytest.mark.parametrize("more", [{}, {"typed_at": "the same moment"}])
def test_a_new_tap_after_the_end_counts_whatever_its_time_says(
    front: Location, dana: Staff, more: dict[str, str]
) -> None:
    said = make.claim()
    for n in range(3):
        receipt = tell(front, a_tap(said, **more), n * 60)
        assert (receipt.first, standing().pk) == (True, receipt.visit.pk)
        end(receipt.visit, dana, n * 60 + 20)


def test_a_tap_from_the_previous_version_is_known_by_its_time(front: Location, dana: Staff) -> None:
    tap = make.claim(worried=True, typed_at="2026-03-10T14:40:00Z")
    gone = tell(front, tap).visit
    assert gone.worry_steps.filter(kind="raised").get().tap == tap["typed_at"]
    end(gone, dana, 20)
    assert tell(front, tap, 60).visit.pk == gone.pk


def test_details_typed_after_the_second_end_get_a_row(front: Location, dana: Staff) -> None:
    said = make.claim()
    for n in range(2):
        tap = {"key": said["key"], "worried": True, "typed_at": f"tap {n}"}
        end(tell(front, tap, n * 60).visit, dana, n * 60 + 20)
    for _ in range(2):
        tell(front, said, 200)
    assert Visit.objects.open().get().sign_in.child_given_name == "Leo"


def test_a_visit_that_ends_between_look_up_and_lock_gets_a_successor(
    front: Location, dana: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = make.claim()
    first = tell(front, said).visit
    looked = []

    def ends_meanwhile(*args: Any) -> KnownSignIn | None:
        found = look(*args)
        if not looked:
            looked.append(found)
            end(Visit.objects.get(pk=first.pk), dana, 20)
        return found

    look = sign_in_repeats.find_known_sign_in
    monkeypatch.setattr(sign_in_repeats, "find_known_sign_in", ends_meanwhile)
    tell(front, {"key": said["key"], "worried": True, "typed_at": "tap"}, 60)
    assert looked
    assert standing().pk != first.pk


class Family:
    """One key and every act that may be done with it. `made` holds every visit that was returned."""

    def __init__(self, where: Any, by: Any, dice: Any) -> None:
        self.where, self.by, self.dice, self.seconds = where, by, dice, 0
        self.said = make.claim(name=f"Kid{dice.random()} Ruiz")
        self.taps: list[dict] = []
        self.made: set[int] = set()

    def open_rows(self) -> list[Visit]:
        return list(Visit.objects.open().filter(pk__in=self.made))

    def send(self, **more: Any) -> None:
        self.seconds += 7
        words = self.said if self.dice.random() < 0.5 else {"key": self.said["key"]}
        self.made.add(tell(self.where, words | more, self.seconds).visit.pk)

    def tap(self) -> None:
        clock = {"worried": True, "typed_at": f"tap {len(self.taps)}"}
        tap = self.dice.choice([{"worried": True}, clock, {"worried": str(uuid.uuid4())}])
        self.taps.append(tap)
        self.send(**tap)
        (row,) = self.open_rows()
        assert row.raised_at is not None

    def repeat(self) -> None:
        known = [one for one in self.taps if one != {"worried": True}]
        there = len(self.open_rows()), len(self.made)
        if known:
            self.send(**self.dice.choice(known))
        assert (len(self.open_rows()), len(self.made)) == there

    def type_on(self) -> None:
        self.send()

    def act(self) -> None:
        """Do a staff act on the open visit, if there is one."""
        self.seconds += 7
        for visit in self.open_rows():
            act = self.dice.choice(
                [
                    self.end,
                    self.end,
                    self.raise_it,
                    urgent_signs.take_urgent_visit,
                    urgent_signs.settle_urgent_visit,
                ]
            )
            try:
                act(visit=visit, by=self.by, at=later(self.seconds))
            except Refused:
                assert visit.raised_at is None

    def end(self, *, visit: Any, by: Any, at: Any) -> None:
        visits.move_visit(visit=visit, to=self.dice.choice(ENDINGS), by=by, at=at, reason="x", reading="read")

    def raise_it(self, *, visit: Any, by: Any, at: Any) -> None:
        with write_in_turn():
            lock_visits(visit)
            urgent_signs.raise_urgent_visit(visit, source=UrgentSource.STAFF, at=at, by=by)


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_leaves_each_new_tap_urgent_and_one_visit_open(
    front: Location, dana: Staff, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311
    for _ in range(4):
        family = Family(front, dana, dice)
        for _ in range(10):
            dice.choice([family.tap, family.tap, family.repeat, family.type_on, family.act, family.act])()
            assert len(family.open_rows()) <= 1
