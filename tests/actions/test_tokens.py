"""A token is free if not given that day and on no open visit; a wrong clock never blocks a sign-in."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import islice
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkin.actions import visit_links, visits
from checkin.models import BoardVersion, Clinic, Location, MatchState, SignIn, SignInChannel, Visit
from checkin.models import tokens as token_models
from checkin.models.tokens import TOKENS_TRIED_AT_ONCE, find_free_token
from checkin.rules.tokens import TOKEN_ANIMALS, TOKEN_COLORS, VisitToken, nth_token_of_day
from checkin.rules.visit_steps import VisitState, is_open_visit_state
from tests import make
from tests.racing import at_once

NEXT_DAY = make.TUESDAY + dt.timedelta(days=1)


def sign_in(where: Location, when: dt.datetime | None = None, **said: str) -> Visit:
    claim = {"key": str(uuid.uuid4())} | said
    receipt = visits.record_sign_in(
        location=where, claim=claim, at=when or make.at(), channel=SignInChannel.KIOSK
    )
    assert receipt.first
    return receipt.visit


def open_rows(where: Location, names: list[VisitToken], when: dt.datetime) -> None:
    """Add open visits with these tokens directly as rows."""
    clinic = where.clinic
    keys = [uuid.uuid4() for _ in names]
    SignIn.objects.bulk_create(
        SignIn(clinic=clinic, location=where, key=key, channel=SignInChannel.KIOSK, received_at=when)
        for key in keys
    )
    claims = {claim.key: claim for claim in SignIn.objects.filter(key__in=keys)}
    Visit.objects.bulk_create(
        Visit(
            clinic=clinic,
            location=where,
            sign_in=claims[key],
            state_since=when,
            arrived_at=when,
            turn_at=when,
            local_date=clinic.local_date(when),
            colour=name.colour,
            animal=name.animal,
            token_number=name.number,
            match=MatchState.PROBABLE,
            board_version=1,
        )
        for key, name in zip(keys, names, strict=True)
    )


def leave(visit: Visit) -> None:
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.LEFT)


@pytest.mark.parametrize("state", [state for state in VisitState if is_open_visit_state(state)])
def test_an_open_visit_in_any_state_keeps_its_token(front: Location, state: VisitState) -> None:
    held = sign_in(front, make.at("9:40"))
    Visit.objects.filter(pk=held.pk).update(state=state)
    assert find_free_token(front.pk, NEXT_DAY, start=0) == nth_token_of_day(1)


def test_after_a_long_run_of_taken_tokens_the_search_goes_on_forward(front: Location) -> None:
    start = 5
    open_rows(front, [nth_token_of_day(start + n) for n in range(TOKENS_TRIED_AT_ONCE)], make.at("9:40"))
    assert find_free_token(front.pk, make.TUESDAY, start=start) == nth_token_of_day(
        start + TOKENS_TRIED_AT_ONCE
    )


def test_a_clock_that_was_ahead_over_midnight_blocks_nobody(front: Location) -> None:
    ahead = sign_in(front, make.at("0:01", NEXT_DAY))
    told = [sign_in(front, make.at("9:40")) for _ in range(4)]
    assert len({visit.token for visit in (ahead, *told)}) == 5


def test_two_servers_with_clocks_seconds_apart_at_midnight_give_no_token_twice(front: Location) -> None:
    late, early = make.at("23:59"), make.at("0:01", NEXT_DAY)
    told = [sign_in(front, when) for _ in range(6) for when in (late, early, early)]
    assert len({visit.token for visit in told}) == len(told)


def test_a_token_is_not_given_while_its_visit_is_open(front: Location) -> None:
    stayed, left = sign_in(front), sign_in(front)
    leave(left)
    today = [sign_in(front, make.at("9:00", NEXT_DAY)).token for _ in range(2)]
    assert stayed.token not in today
    assert today[0] == left.token


def test_a_token_is_not_given_again_on_the_same_day_after_its_visit_left(front: Location) -> None:
    told = [sign_in(front) for _ in range(3)]
    for visit in told:
        leave(visit)
    assert find_free_token(front.pk, make.TUESDAY, start=0) == nth_token_of_day(3)
    assert find_free_token(front.pk, NEXT_DAY, start=0) == nth_token_of_day(0)


def test_each_front_desk_gives_its_own_tokens(front: Location, annexe: Location) -> None:
    assert sign_in(front).token == sign_in(annexe, make.at("9:00", NEXT_DAY)).token


def test_correcting_the_time_zone_in_the_evening_blocks_nobody(brook: Clinic, front: Location) -> None:
    Clinic.objects.filter(pk=brook.pk).update(time_zone="Pacific/Kiritimati")
    first = sign_in(Location.objects.select_related("clinic").get(pk=front.pk))
    Clinic.objects.filter(pk=brook.pk).update(time_zone="America/Chicago")
    put_right = Location.objects.select_related("clinic").get(pk=front.pk)
    told = [sign_in(put_right) for _ in range(3)]
    assert first.local_date != told[0].local_date
    assert len({visit.token for visit in (first, *told)}) == 4


@pytest.mark.parametrize(
    "broken",
    [
        {"token_count": 0},
        {"token_count": 3},
        {"token_count": 2**31 - 1},
        {"token_date": None, "token_count": 7},
        {"token_date": dt.date(1999, 1, 1), "token_count": 0},
        {"token_date": dt.date(9999, 1, 1), "token_count": 1},
    ],
    ids=str,
)
def test_a_damaged_token_count_repairs_itself(
    front: Location, broken: dict[str, int] | dict[str, int | None] | dict[str, object]
) -> None:
    told = [sign_in(front).token for _ in range(6)]
    BoardVersion.objects.filter(pk=front.pk).update(**broken)
    told += [sign_in(front).token for _ in range(6)]
    assert len(set(told)) == 12


def test_more_taken_tokens_than_one_look_up_covers_are_skipped(front: Location) -> None:
    taken = [nth_token_of_day(place) for place in range(2 * TOKENS_TRIED_AT_ONCE + 5)]
    open_rows(front, taken, make.at())
    told = [sign_in(front, make.at("9:00", NEXT_DAY)) for _ in range(3)]
    assert [visit.token_parts for visit in told] == [nth_token_of_day(len(taken) + step) for step in range(3)]
    assert find_free_token(front.pk, make.TUESDAY, start=0) == nth_token_of_day(len(taken) + 3)


def test_more_sign_ins_than_token_names_are_numbered(front: Location) -> None:
    names = len(TOKEN_ANIMALS) * len(TOKEN_COLORS)
    open_rows(front, [nth_token_of_day(place) for place in range(names)], make.at())
    assert sign_in(front).token_parts == nth_token_of_day(names)
    assert nth_token_of_day(names).number == 2


def test_a_token_name_no_longer_on_the_list_blocks_nobody(front: Location) -> None:
    open_rows(front, [VisitToken("mauve", "walrus", 1)], make.at())
    assert sign_in(front).token_parts in list(islice(map(nth_token_of_day, range(3)), 3))


def test_a_conflicting_token_is_retried_with_another(
    front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, calls = sign_in(front).token_parts, []

    def stale(location_id: Any, date: Any, *, start: Any) -> VisitToken:
        calls.append(start)
        return taken if len(calls) < visits.SIGN_IN_TRIES else nth_token_of_day(start)

    monkeypatch.setattr(token_models, "find_free_token", stale)
    told = sign_in(front, child_given_name="Leo")
    assert told.token_parts != taken
    assert len(set(calls)) == visits.SIGN_IN_TRIES
    assert Visit.objects.count() == SignIn.objects.count() == 2


def test_after_other_conflicts_the_last_try_leaves_the_child_unmatched(
    brook: Clinic, front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.patient(brook, "Leo Ruiz")

    def conflict(**_: object) -> None:
        raise IntegrityError("another writer was quicker")

    monkeypatch.setattr(visit_links, "attach_patient_and_escort", conflict)
    told = sign_in(front, **make.claim())
    assert (told.match, told.patient, told.sign_in.child_given_name) == (MatchState.PROBABLE, None, "Leo")


def test_an_endless_conflict_raises_an_operational_error(
    front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = sign_in(front).token_parts
    monkeypatch.setattr(token_models, "find_free_token", lambda *_, **__: taken)
    with pytest.raises(OperationalError):
        sign_in(front)
    assert SignIn.objects.count() == 1


def queries_of(where: Location, when: dt.datetime) -> int:
    with CaptureQueriesContext(connection) as queries:
        sign_in(where, when, **make.claim())
    return len([one for one in queries if "SAVEPOINT" not in one["sql"]])


def test_a_sign_in_stays_within_its_query_budget_after_clock_errors(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    make.appointment(leo, front)
    open_rows(front, [nth_token_of_day(place) for place in range(2 * TOKENS_TRIED_AT_ONCE)], make.at("9:00"))
    BoardVersion.objects.filter(pk=front.pk).update(token_date=NEXT_DAY, token_count=1)
    assert queries_of(front, make.at()) <= 12
    assert queries_of(front, make.at("9:00", NEXT_DAY)) <= 13


STEPS = st.lists(
    st.tuples(
        st.integers(-40, 40) | st.sampled_from([0, 0, 1, -1]),
        st.sampled_from(["0:00", "0:01", "9:40", "23:59"]),
        st.booleans(),
    ),
    min_size=2,
    max_size=14,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_visit_has_its_own_token_however_the_clock_jumps(
    brook: Clinic, steps: list[tuple[int, str, bool]]
) -> None:
    where = make.location(brook, str(uuid.uuid4()))
    here: dict[int, Visit] = {}
    given_on: set[tuple[dt.date, VisitToken]] = set()
    for days, clock, leaves in steps:
        told = sign_in(where, make.at(clock, make.TUESDAY + dt.timedelta(days=days)))
        assert told.token_parts not in {visit.token_parts for visit in here.values()}
        assert (told.local_date, told.token_parts) not in given_on
        given_on.add((told.local_date, told.token_parts))
        here[told.pk] = told
        if leaves:
            leave(here.pop(next(iter(here))))
    assert where.visits.count() == len(steps)


@pytest.mark.django_db(transaction=True)
def test_simultaneous_sign_ins_around_midnight_all_get_different_tokens() -> None:
    where = make.location(make.clinic())
    moments = [make.at("23:59"), make.at("0:01", NEXT_DAY), make.at("23:58")] * 8
    told = at_once(*(lambda when=when: sign_in(where, when) for when in moments))
    assert [one for one in told if isinstance(one, Exception)] == []
    assert len({visit.token for visit in told}) == len(moments)
