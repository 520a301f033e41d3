"""Who comes first and who is called, from plain values without a clock."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from checkin.rules import sign_in_claims, waiting_order
from checkin.rules import urgent_signs as urgent_sign_rules
from checkin.rules.roles import ROLE_RULES, StaffAct
from checkin.rules.urgent_signs import CallablePerson, UrgentSource, UrgentStep, UrgentStepKind

NINE = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
DANA, LEE, NOOR, MAX = 1, 2, 3, 4
PEOPLE = (
    CallablePerson(MAX, 2, "Max"),
    CallablePerson(NOOR, 1, "Noor"),
    CallablePerson(LEE, 0, "Lee"),
    CallablePerson(DANA, 0, "Dana"),
)


def test_whoever_may_go_is_called_front_desk_first_and_nobody_else() -> None:
    """A role that may not go would be called for a minute while nobody else is."""
    assert set(urgent_sign_rules.CALL_RANKS) == set(ROLE_RULES[StaffAct.ANSWER_CALL].roles)
    assert list(urgent_sign_rules.CALL_RANKS) == ["front_desk", "clinician", "manager"]
    assert list(urgent_sign_rules.CALL_RANKS.values()) == [0, 1, 2]


def after(seconds: float) -> dt.datetime:
    return NINE + dt.timedelta(seconds=seconds)


def steps(*said: tuple) -> list[UrgentStep]:
    """Return steps from (kind, seconds, fields)."""
    return [
        UrgentStep(id=n, kind=kind, at=after(at), **fields) for n, (kind, at, fields) in enumerate(said, 1)
    ]


def tap(at: float = 0, alarm: int = 1, source: str = UrgentSource.FAMILY, **fields: Any) -> tuple:
    return UrgentStepKind.RAISED, at, {"alarm": alarm, "source": source} | fields


def call(at: float, person: int | None, alarm: int = 1) -> tuple:
    return UrgentStepKind.CALLED, at, {"person": person, "alarm": alarm}


def take(at: float, person: int = DANA) -> tuple:
    return UrgentStepKind.TAKEN, at, {"person": person}


def test_visit_is_not_urgent_until_somebody_says_so() -> None:
    assert urgent_sign_rules.derive_urgent_state([]) is None


def test_tap_raises_an_urgent_sign_and_keeps_its_time() -> None:
    now = urgent_sign_rules.derive_urgent_state(steps(tap(), call(0, DANA)))
    assert (now.since, now.source, now.calls, now.taken_by) == (NINE, UrgentSource.FAMILY, DANA, None)


def test_taken_sign_is_still_raised_and_settled_one_is_not() -> None:
    taken = steps(tap(), call(0, DANA), take(20))
    assert urgent_sign_rules.derive_urgent_state(taken).taken_by == DANA
    assert (
        urgent_sign_rules.derive_urgent_state(
            [*taken, UrgentStep(4, UrgentStepKind.SETTLED, after(90), person=DANA)]
        )
        is None
    )


def test_undo_restores_the_previous_state() -> None:
    taken = steps(tap(), call(0, DANA), take(20))
    back = urgent_sign_rules.derive_urgent_state(
        [*taken, UrgentStep(4, UrgentStepKind.UNDONE, after(30), undoes=3)]
    )
    assert (back.taken_by, back.called, back.called_at) == (None, (DANA,), after(30))
    settled = [
        *taken,
        UrgentStep(4, UrgentStepKind.SETTLED, after(90)),
        UrgentStep(5, UrgentStepKind.UNDONE, after(95), undoes=4),
    ]
    assert (
        urgent_sign_rules.derive_urgent_state(settled).since,
        urgent_sign_rules.derive_urgent_state(settled).taken_by,
    ) == (NINE, DANA)


def test_second_tap_while_staff_respond_calls_again_and_keeps_its_place() -> None:
    now = urgent_sign_rules.derive_urgent_state(steps(tap(), call(0, DANA), take(20), tap(200, alarm=2)))
    assert (now.since, now.alarm, now.called, now.taken_by) == (NINE, 2, (), None)


def test_person_called_by_an_earlier_alarm_may_be_called_again() -> None:
    now = urgent_sign_rules.derive_urgent_state(steps(tap(), tap(200, alarm=2), call(60, NOOR, alarm=1)))
    assert (now.called, now.called_at) == ((), None)


@pytest.mark.parametrize(
    ("said", "source", "news"),
    [
        ([], UrgentSource.FAMILY, True),
        ([tap()], UrgentSource.FAMILY, False),
        ([tap()], UrgentSource.STAFF, False),
        ([tap(source=UrgentSource.STAFF)], UrgentSource.STAFF, False),
        ([tap(source=UrgentSource.STAFF)], UrgentSource.FAMILY, True),
        ([tap(), take(5)], UrgentSource.FAMILY, True),
        ([tap(), (UrgentStepKind.SETTLED, 9, {})], UrgentSource.FAMILY, True),
    ],
)
def test_urgent_news_is_a_new_sign_or_a_new_source(said: Any, source: UrgentSource, news: bool) -> None:
    assert (
        urgent_sign_rules.is_urgent_news(urgent_sign_rules.derive_urgent_state(steps(*said)), source) is news
    )


def test_urgent_label_names_the_family_if_they_are_worried_too() -> None:
    now = urgent_sign_rules.derive_urgent_state(steps(tap(), tap(9, alarm=2, source=UrgentSource.STAFF)))
    assert now.source == UrgentSource.FAMILY


def test_what_only_staff_said_stays_theirs_when_they_say_it_again() -> None:
    again = steps(tap(source=UrgentSource.STAFF), tap(9, alarm=2, source=UrgentSource.STAFF))
    assert urgent_sign_rules.derive_urgent_state(again).source == UrgentSource.STAFF


def test_front_desk_is_called_first_then_clinicians_then_managers() -> None:
    assert urgent_sign_rules.order_urgent_calls(PEOPLE) == [DANA, LEE, NOOR, MAX]


def test_people_of_one_rank_are_called_in_a_fixed_order_by_name() -> None:
    assert urgent_sign_rules.order_urgent_calls(
        [CallablePerson(1, 0, "Zoe"), CallablePerson(2, 0, "Ann")]
    ) == [2, 1]
    for some in (
        [CallablePerson(1, 0, "Ann"), CallablePerson(2, 0, "Ann")],
        [CallablePerson(2, 0, "Ann"), CallablePerson(1, 0, "Ann")],
    ):
        assert urgent_sign_rules.order_urgent_calls(some) == [1, 2]


def test_only_people_on_shift_are_called_if_there_are_any() -> None:
    here = [CallablePerson(one.id, one.rank, one.name, is_present=one.id in (NOOR, MAX)) for one in PEOPLE]
    assert urgent_sign_rules.order_urgent_calls(here) == [NOOR, MAX]


def test_person_who_raised_it_is_called_only_if_alone() -> None:
    assert urgent_sign_rules.order_urgent_calls(PEOPLE, raised_by=DANA) == [LEE, NOOR, MAX]
    assert urgent_sign_rules.order_urgent_calls([PEOPLE[3]], raised_by=DANA) == [DANA]


@pytest.mark.parametrize(
    ("seconds", "called"),
    [
        (0, [DANA]),
        (59.9, [DANA]),
        (60, [DANA, LEE]),
        (125, [DANA, LEE, NOOR]),
        (3600, [DANA, LEE, NOOR, MAX, urgent_sign_rules.CALL_EVERYBODY]),
    ],
)
def test_next_person_is_called_after_each_minute(
    seconds: int | float, called: list[int] | list[int | None]
) -> None:
    now = urgent_sign_rules.derive_urgent_state(steps(tap(), call(0, DANA)))
    due = urgent_sign_rules.list_urgent_calls_due(now, [DANA, LEE, NOOR, MAX], at=after(seconds))
    assert [person for _, person in due] == called[1:]
    assert [moment for moment, _ in due] == [after(60 * n) for n in range(1, len(called))]


def test_nobody_is_called_after_someone_responds_or_everyone_was_called() -> None:
    taken = urgent_sign_rules.derive_urgent_state(steps(tap(), call(0, DANA), take(5)))
    everybody = urgent_sign_rules.derive_urgent_state(
        steps(tap(), call(0, DANA), call(60, urgent_sign_rules.CALL_EVERYBODY))
    )
    for now in (taken, everybody):
        assert urgent_sign_rules.list_urgent_calls_due(now, [DANA, LEE], at=after(9000)) == []
        assert not urgent_sign_rules.has_urgent_call_due(now, at=after(9000))


def test_everyone_is_called_at_once_if_nobody_is_listed() -> None:
    now = urgent_sign_rules.derive_urgent_state(steps(tap()))
    assert urgent_sign_rules.list_urgent_calls_due(now, [], at=NINE) == [
        (NINE, urgent_sign_rules.CALL_EVERYBODY)
    ]


@pytest.mark.parametrize(
    "said", [True, "yes", "1", "true", "TRUE", "on", "maybe", 2, "getting worse", [True], "sí"]
)
def test_anything_but_a_plain_no_means_worried(said: Any) -> None:
    assert sign_in_claims.read_sign_in_claim({"worried": said}).worried


@pytest.mark.parametrize("said", [None, False, "", " ", "no", "false", "0", 0, "off", [], {}, "null"])
def test_blank_or_no_means_not_worried(said: Any) -> None:
    assert not sign_in_claims.read_sign_in_claim({"worried": said}).worried


def test_worried_answer_does_not_change_the_digest() -> None:
    key = "5f0c7d1e-8a51-4a52-9a80-2d9a6f1f6c01"
    assert (
        sign_in_claims.read_sign_in_claim({"key": key, "worried": "1"}).digest()
        == sign_in_claims.read_sign_in_claim({"key": key}).digest()
    )


def random_day(dice: random.Random) -> list[tuple]:
    """Return board rows as (raised_at, turn_at, id)."""
    rows = []
    for visit in range(dice.randint(1, 40)):
        arrived = NINE + dt.timedelta(minutes=dice.randint(0, 600))
        booked = arrived + dt.timedelta(minutes=dice.randint(-90, 90)) if dice.random() < 0.6 else None
        turn = waiting_order.visit_turn_time(arrived_at=arrived, appointment_at=booked, walk_in_minutes=45)
        raised = arrived + dt.timedelta(seconds=dice.randint(0, 9000)) if dice.random() < 0.15 else None
        rows.append((raised, turn, visit))
    return rows


def test_urgent_rows_come_first_on_ten_thousand_random_days() -> None:
    dice = random.Random(20261125)  # noqa: S311
    for _ in range(10_000):
        rows = random_day(dice)
        rows.sort(
            key=lambda one: waiting_order.board_sort_key(raised_at=one[0], turn_at=one[1], visit_id=one[2])
        )
        raised = [row[0] for row in rows if row[0] is not None]
        assert all(row[0] is not None for row in rows[: len(raised)])
        assert raised == sorted(raised)
        others = [row[1:] for row in rows[len(raised) :]]
        assert others == sorted(others)
