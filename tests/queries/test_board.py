"""The board reads with a fixed number of queries, from an index, and never another clinic's visits."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import pytest_django
from django.db import connection

from checkin.actions import visits
from checkin.models import Clinic, Location, SignIn, SignInChannel, Staff, Visit
from checkin.queries import board as board_queries
from checkin.queries import match_candidates
from checkin.queries.board import OpenWork
from tests import make
from tests.promising import promise


def test_each_front_desk_is_listed_with_its_board_version(
    brook: Clinic,
    front: Location,
    annexe: Location,
    django_assert_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    before = annexe.board.version
    make.visit(annexe)
    with django_assert_num_queries(1):
        found = {desk.name: desk.board.version for desk in board_queries.list_front_desks(brook)}
    assert found == {"Annexe": before + 1, "Front desk": front.board.version}


def test_reading_another_clinics_board_version_returns_none(brook: Clinic, hilltop: Location) -> None:
    assert board_queries.read_board_version(brook, hilltop.pk) is None


def test_each_change_of_a_visit_bumps_only_its_own_boards_version(
    brook: Clinic, front: Location, annexe: Location, dana: Staff
) -> None:
    here, there = (
        board_queries.read_board_version(brook, front.pk),
        board_queries.read_board_version(brook, annexe.pk),
    )
    visit = make.visit(front)
    visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at())
    visits.undo_visit_move(visit=visit, by=dana, at=make.at())
    assert (
        board_queries.read_board_version(brook, front.pk),
        board_queries.read_board_version(brook, annexe.pk),
    ) == (here + 3, there)
    assert [one.pk for one in board_queries.list_changed_visits(brook, front.pk, here)] == [visit.pk]
    assert board_queries.list_changed_visits(brook, front.pk, here + 3) == []


def test_the_board_lists_only_visits_that_have_not_left(brook: Clinic, front: Location, dana: Staff) -> None:
    stays, leaves = make.visit(front), make.visit(front, name="Mia Novak")
    visits.move_visit(visit=leaves, to="left_without_being_seen", by=dana, at=make.at())
    assert [pk for pk, *_ in board_queries.list_open_visit_versions(brook, front.pk)] == [stays.pk]


def test_a_walk_in_is_overtaken_by_bookings_only_for_a_while(brook: Clinic, front: Location) -> None:
    walk_in = make.visit(front, make.at("9:00"), name="Will Walkin")
    for minute, name in ((10, "Bea Booked"), (30, "Otis Early"), (50, "Uma Later")):
        make.appointment(make.patient(brook, name), front, make.at(f"9:{minute}"))
        make.visit(front, make.at("9:05"), name=name)
    order = [pk for pk, *_ in board_queries.list_open_visit_versions(brook, front.pk)]
    assert order.index(walk_in.pk) == 2, "after those of 9:10 and 9:30, before the one of 9:50"


def test_listing_no_visits_runs_no_query(
    brook: Clinic, front: Location, django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert board_queries.list_board_visits(brook, []) == []


def test_one_query_loads_everything_a_board_row_shows(
    brook: Clinic, front: Location, django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    make.appointment(make.patient(brook), front)
    visit = make.visit(front)
    with django_assert_num_queries(1):
        (found,) = board_queries.list_board_visits(brook, [visit.pk])
        assert (found.patient.name, found.sign_in.escort_name) == ("Leo Ruiz", "Rosa Delgado")
        assert found.appointment.starts_at == make.at("9:45")


def test_the_numbers_in_the_menu_cover_this_clinic_in_one_query(
    brook: Clinic,
    front: Location,
    annexe: Location,
    hilltop: Location,
    django_assert_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    at, leo = make.at("9:40"), make.patient(brook)
    make.guardian(leo, "Ana Ruiz")
    differs = make.visit(front, guardian_name="Ana María Ruiz")
    make.visit(annexe, name="Nobody Knows")
    make.visit(hilltop, name="Mia Novak")
    for due in ("9:30", "10:30", "17:30"):
        promise(front, due=due)
    assert differs.discrepancies.open().count() == 1
    with django_assert_num_queries(1):
        assert board_queries.count_open_work(brook, front.pk, at=at) == OpenWork(1, 1, 2)
    assert board_queries.count_open_work(brook, annexe.pk, at=at) == OpenWork(1, 0, 2)


def test_a_quiet_clinic_counts_nothing(brook: Clinic, front: Location) -> None:
    assert board_queries.count_open_work(brook, front.pk, at=make.at("9:40")) == OpenWork(0, 0, 0)


def test_all_visits_without_a_name_count_as_one_as_in_the_queue(brook: Clinic, front: Location) -> None:
    at = make.at("9:40")
    for n in range(3):
        visits.record_sign_in(location=front, claim={}, at=make.at(f"9:3{n}"), channel=SignInChannel.KIOSK)
    assert board_queries.count_open_work(brook, front.pk, at=at).match == 1
    make.visit(front, name="Zoltan Kiss")
    make.visit(front, name="", born="", escort_phone="(312) 555-0153")
    queue = match_candidates.read_match_queue(brook, today=brook.local_date(at))
    assert (len(queue.named), len(queue.nameless), queue.row_count) == (2, 3, 3)
    assert board_queries.count_open_work(brook, front.pk, at=at).match == 3


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["America/Chicago", "Pacific/Auckland"])
def test_expected_appointments_are_those_of_the_clinics_local_day(zone: str) -> None:
    clinic = make.clinic(time_zone=zone)
    front, leo = make.location(clinic), make.patient(clinic)
    noon = dt.datetime(2026, 3, 10, 12, tzinfo=clinic.zone)
    for hours in (-12.5, -11.5, 11.5, 12.5):
        make.appointment(leo, front, noon + dt.timedelta(hours=hours))
    assert len(board_queries.list_expected_appointments(clinic, front.pk, at=noon)) == 2


def gone_home(front: Location, count: int) -> None:
    """Add closed visits of earlier days, so many that the board must not read them all."""
    made = {"clinic": front.clinic, "location": front}
    long_ago = [make.at() - dt.timedelta(days=1 + n % 300, minutes=n) for n in range(count)]
    said = SignIn.objects.bulk_create(
        SignIn(key=uuid.uuid4(), channel="kiosk", received_at=at, digest="", **made) for at in long_ago
    )
    Visit.objects.bulk_create(
        Visit(
            sign_in=one,
            state="left",
            state_since=one.received_at,
            arrived_at=one.received_at,
            local_date=one.received_at.date(),
            colour="blue",
            thing="cat",
            token_number=100 + n,
            match="unknown",
            turn_at=one.received_at,
            board_version=1,
            **made,
        )
        for n, one in enumerate(said)
    )


@pytest.mark.parametrize("read", ["standing", "changed"])
def test_live_board_reads_use_their_index(brook: Clinic, front: Location, read: str) -> None:
    gone_home(front, 2_000)
    for n in range(40):
        make.visit(front, name=f"Kid{n} Young{n}")
    since = board_queries.read_board_version(brook, front.pk) - 1
    here = brook.visits.filter(location_id=front.pk)
    rows = here.open().order_by("turn_at", "id") if read == "standing" else here.changed_since(since)
    index = {"standing": "visit_open_by_turn", "changed": "visit_by_board_version"}[read]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE checkin_visit")
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            # Among few visits, sorting those of the token's index costs as little as reading them in order.
            cursor.execute("SET LOCAL enable_sort = off")
    assert index in rows.explain()
