"""A token is free if no open visit of its location holds it; a wrong clock never blocks a sign-in."""

from __future__ import annotations

import datetime as dt
import uuid
from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkin.actions import visit_links, visits
from checkin.models import Clinic, Location, MatchState, SignIn, SignInChannel, Staff, Visit
from checkin.models import tokens as token_models
from checkin.models.tokens import find_free_token
from checkin.rules.tokens import TOKEN_PAIRS, VisitToken, nth_token
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
            thing=name.thing,
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
    assert find_free_token(front.pk, NEXT_DAY) == nth_token(1)


@pytest.mark.parametrize("state", [state for state in VisitState if is_open_visit_state(state)])
def test_the_database_refuses_a_token_that_is_held(front: Location, state: VisitState) -> None:
    held, other = sign_in(front), sign_in(front, make.at("9:00", NEXT_DAY))
    Visit.objects.filter(pk=held.pk).update(state=state)
    words = {"colour": held.colour, "thing": held.thing}
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=other.pk).update(**words)
    leave(held)
    assert Visit.objects.filter(pk=other.pk).update(**words) == 1


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
    assert find_free_token(front.pk, make.TUESDAY) == nth_token(3)
    assert find_free_token(front.pk, NEXT_DAY) == nth_token(0)


def test_when_all_were_given_today_the_one_that_left_longest_ago_comes_again(front: Location) -> None:
    open_rows(front, [nth_token(place) for place in range(TOKEN_PAIRS)], make.at())
    for place in (7, 3, 100):
        Visit.objects.filter(**_columns(nth_token(place))).update(state=VisitState.LEFT)
    assert [sign_in(front).token_parts for _ in range(3)] == [nth_token(place) for place in (3, 7, 100)]
    assert sign_in(front).token_parts == nth_token(101, 2)


def _columns(token: VisitToken) -> dict[str, object]:
    return {"colour": token.colour, "thing": token.thing, "token_number": token.number}


def test_a_visit_that_opens_again_gets_another_name_if_its_own_is_held(front: Location, dana: Staff) -> None:
    first, second = sign_in(front), sign_in(front)
    for visit in (first, second):
        visits.move_visit(visit=visit, to=VisitState.LEFT, by=dana, at=make.at(), reason="other")
    held = sign_in(front, make.at("9:00", NEXT_DAY))
    assert held.token == first.token
    for visit in (second, first):
        visits.undo_visit_move(visit=visit, by=dana, at=make.at("9:05", NEXT_DAY))
        visit.refresh_from_db()
    assert (first.state, second.state) == (VisitState.ARRIVED, VisitState.ARRIVED)
    assert second.token_parts == nth_token(1)
    assert first.token_parts not in (held.token_parts, second.token_parts)


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


def test_a_token_name_no_longer_on_the_list_blocks_nobody(front: Location) -> None:
    open_rows(front, [VisitToken("mauve", "walrus", 1)], make.at())
    assert sign_in(front).token_parts == nth_token(0)


def test_a_conflicting_token_is_retried_with_another(
    front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, calls = sign_in(front).token_parts, []

    def stale(location_id: Any, date: Any, *, passing: int) -> VisitToken:
        calls.append(passing)
        return taken if len(calls) < visits.SIGN_IN_TRIES else nth_token(passing)

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


def test_a_sign_in_stays_within_its_query_budget_beside_many_tokens(brook: Clinic, front: Location) -> None:
    leo = make.patient(brook, "Leo Ruiz")
    make.appointment(leo, front)
    open_rows(front, [nth_token(place) for place in range(80)], make.at("9:00"))
    assert queries_of(front, make.at()) <= 13
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
def test_no_token_is_held_twice_however_the_clock_jumps(
    brook: Clinic, steps: list[tuple[int, str, bool]]
) -> None:
    where = make.location(brook, str(uuid.uuid4()))
    here: dict[int, Visit] = {}
    last = None
    for days, clock, leaves in steps:
        told = sign_in(where, make.at(clock, make.TUESDAY + dt.timedelta(days=days)))
        assert told.token_parts not in {visit.token_parts for visit in here.values()}
        if last and (last.pk in here or last.local_date == told.local_date):
            assert told.colour != last.colour and told.thing != last.thing
        here[told.pk] = last = told
        if leaves:
            leave(here.pop(next(iter(here))))
    assert where.visits.count() == len(steps)


def test_open_visits_on_file_with_one_name_are_told_apart_once(front: Location, annexe: Location) -> None:
    """The migration, again and again, without the constraint that it makes possible."""
    visits_here = [sign_in(front) for _ in range(4)] + [sign_in(annexe)]
    leave(visits_here[3])
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX visit_token_held_once")
    Visit.objects.update(colour="blue", thing="turtle", token_number=2)
    apps = MigrationLoader(None).project_state([("checkin", "0031_tokens_held_once")]).apps
    for _ in range(2):
        import_module("checkin.migrations.0031_tokens_held_once").number_repeated_open_tokens(apps, None)
    told = Visit.objects.order_by("pk").values_list("token_number", flat=True)
    assert list(told) == [2, 3, 4, 2, 2]


@pytest.mark.django_db(transaction=True)
def test_simultaneous_sign_ins_around_midnight_all_get_different_tokens() -> None:
    where = make.location(make.clinic())
    moments = [make.at("23:59"), make.at("0:01", NEXT_DAY), make.at("23:58")] * 8
    told = at_once(*(lambda when=when: sign_in(where, when) for when in moments))
    assert [one for one in told if isinstance(one, Exception)] == []
    assert len({visit.token for visit in told}) == len(moments)
