"""Open visits of another day: listed apart on the board under their day, and named when the day is closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkin.actions import visits
from checkin.models import ClosedDay, Location, Staff, Visit
from checkin.rules.visit_steps import VisitState
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")
YESTERDAY = make.TUESDAY - dt.timedelta(days=1)
HEAD = '<th colspan="7" scope="rowgroup">'


def page(client: Client) -> str:
    return client.get("/").content.decode()


def test_visits_of_yesterday_are_listed_apart_with_day_and_time(desk_client: Client, front: Location) -> None:
    old = make.visit(front, make.at("14:20", YESTERDAY), name="Old Visit")
    new = make.visit(front, name="New Visit")
    text = page(desk_client)
    today, apart = text.split(HEAD)
    assert f'id="v{new.pk}"' in today and f'id="v{old.pk}"' not in today
    assert apart.startswith("Since yesterday, Monday, Mar 9, 2026</th>")
    assert f'id="v{old.pk}"' in apart and "since 2:20 PM" in apart
    assert "1 here, 1 of another day" in text
    assert old.token != new.token


def test_each_earlier_day_has_its_own_heading_latest_first(desk_client: Client, front: Location) -> None:
    for days in (-9, -1, -2, 3):
        make.visit(front, make.at("14:20", make.TUESDAY + dt.timedelta(days=days)))
    heads = [part.split("<")[0] for part in page(desk_client).split(HEAD)[1:]]
    assert heads == [
        "Dated Friday, Mar 13, 2026",
        "Since yesterday, Monday, Mar 9, 2026",
        "Since Sunday, Mar 8, 2026",
        "Since Sunday, Mar 1, 2026",
    ]


def test_a_raised_visit_of_an_earlier_day_is_listed_with_todays(desk_client: Client, front: Location) -> None:
    make.visit(front, name="New Visit")
    old = make.visit(front, make.at("14:20", YESTERDAY), name="Old Visit", worried=True)
    text = page(desk_client)
    assert HEAD not in text
    assert text[text.index("<tr id=") :].startswith(f'<tr id="v{old.pk}"')


def test_without_open_visits_of_other_days_there_is_no_such_section(
    desk_client: Client, front: Location
) -> None:
    make.visit(front)
    assert HEAD not in page(desk_client)
    assert "of another day" not in page(desk_client)


def test_a_visit_of_yesterday_can_still_be_moved(desk_client: Client, front: Location) -> None:
    old = make.visit(front, make.at("14:20", YESTERDAY))
    desk_client.post(f"/visits/{old.pk}/move/?from=arrived", {"to": "roomed"})
    assert Visit.objects.get().state == VisitState.ROOMED
    assert HEAD in page(desk_client)


def test_a_visit_of_yesterday_that_left_is_off_the_board(
    desk_client: Client, front: Location, dana: Staff
) -> None:
    old = make.visit(front, make.at("14:20", YESTERDAY))
    visits.move_visit(visit=old, to=VisitState.LEFT, by=dana, at=make.at("9:41"), reason="left yesterday")
    assert HEAD not in page(desk_client)


def test_a_board_open_past_midnight_reloads(
    as_: Callable[[Staff], Client], dana: Staff, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(front)
    tuesday.move_to(make.at("23:59"))
    desk_client = as_(dana)
    address = f"/board/rows/?location={front.pk}&v={front.board.version}"
    assert "HX-Refresh" not in desk_client.get(f"{address}&day=2026-03-10").headers
    tuesday.move_to(make.at("0:01", make.TUESDAY + dt.timedelta(days=1)))
    assert desk_client.get(f"{address}&day=2026-03-10").headers["HX-Refresh"] == "true"
    assert "Since yesterday, Tuesday, Mar 10, 2026" in page(desk_client)


def test_visits_of_other_days_cost_no_extra_query(desk_client: Client, front: Location) -> None:
    def queries() -> int:
        caches["rows"].clear()
        with CaptureQueriesContext(connection) as seen:
            page(desk_client)
        return len(seen)

    make.visit(front)
    few = queries()
    for days in range(1, 9):
        make.visit(front, make.at("14:20", make.TUESDAY - dt.timedelta(days=days)))
    assert queries() == few


def test_closing_the_day_names_the_visits_still_open(desk_client: Client, front: Location) -> None:
    old = make.visit(front, make.at("14:20", YESTERDAY))
    assert f"/visits/{old.pk}/" in desk_client.get("/promises/handover/").content.decode()
    told = desk_client.post("/promises/close-day/", follow=True).content.decode()
    assert ClosedDay.objects.exists()
    assert f"Still on the board: {old.token} (Mar 9, 2026, 2:20 PM)." in told


def test_closing_the_day_names_the_longest_waiting_visit_first(desk_client: Client, front: Location) -> None:
    late, early = (make.visit(front, make.at(clock, YESTERDAY)) for clock in ("14:20", "8:05"))
    told = desk_client.post("/promises/close-day/", follow=True).content.decode()
    assert f"Still on the board: {early.token} (Mar 9, 2026, 8:05 AM), {late.token} " in told
