"""The board and the visit of a child who cannot wait: who goes, and what was typed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
import pytest_django
import time_machine
from django.core.management import call_command
from django.test import Client

from checkin.actions import urgent_signs
from checkin.models import Clinic, Location, Presence, Staff, Visit
from checkin.queries import board as board_queries
from tests import make

LIVE = {"HX-Request": "true"}


@pytest.fixture
def visit(front: Location) -> Visit:
    make.visit(front, make.at("8:00"), name="Early Bird")
    return make.visit(front, worried=True, reason="he cannot get air")


def test_a_raised_visit_is_first_with_a_badge_and_whom_it_calls(
    desk_client: Client, visit: Visit, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    page = desk_client.get("/").content.decode()
    first = page[page.index("<tr id=") :].partition("</tr>")[0]
    assert f'id="v{visit.pk}"' in first and "data-raised" in first
    assert "Worried" in first and "Dana, please go" in first and "I am going" in first
    assert "Read me" in first and "he cannot get air" not in page


def test_the_row_marks_whom_it_calls_and_the_board_who_reads_it(
    desk_client: Client, visit: Visit, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    page = desk_client.get("/").content.decode()
    first = page[page.index("<tr id=") :].partition("</tr>")[0]
    head, step = first.partition("</th>")[0], first.rpartition('<td class="step">')[2]
    assert f'data-called="{dana.pk}"' in head and f'data-me="{dana.pk}"' in page
    assert "please go</" not in head, "the token's cell is two lines"
    assert "Worried" in first.partition('<td class="wait">')[2].partition("</td>")[0]
    assert 'title="Dana, please go"><bdi>Dana</bdi>, please go<' in step


def test_the_timeline_says_patient_when_they_came_alone(
    desk_client: Client, front: Location, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    alone = make.visit(front, worried="yes", is_patient="yes", name="Sam Young")
    urgent_signs.take_urgent_visit(visit=alone, by=dana, at=make.at("9:41"))
    page = desk_client.get(f"/visits/{alone.pk}/").content.decode()
    assert "Worried: the patient says that they are getting worse" in page
    assert "Going to this patient" in page


def test_a_raised_visit_of_another_day_is_first_until_it_is_settled(
    desk_client: Client, front: Location, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    old = make.visit(front, make.at("9:40") - dt.timedelta(days=1), worried=True)
    today = make.visit(front, make.at("8:00"), name="Early Bird")
    page = desk_client.get("/").content.decode()
    assert page.index(f'id="v{old.pk}"') < page.index(f'id="v{today.pk}"')
    assert "of-day" not in page, "it is under no day while it calls"
    settled = desk_client.post(f"/visits/{old.pk}/settled/", headers=LIVE).content.decode()
    assert 'data-day="' in settled, "an open board puts it under its day again"
    page = desk_client.get("/").content.decode()
    assert page.index(f'id="v{today.pk}"') < page.index("of-day") < page.index(f'id="v{old.pk}"')


def test_going_records_who_goes_and_updates_every_board(
    desk_client: Client, visit: Visit, front: Location, brook: Clinic, tuesday: time_machine.Traveller
) -> None:
    since = board_queries.read_board_version(brook, front.pk)
    answer = desk_client.post(f"/visits/{visit.pk}/going/", headers=LIVE)
    assert (answer.status_code, "data-taken" in answer.content.decode()) == (200, True)
    assert "Dana is going" in answer.content.decode()
    assert [one.pk for one in board_queries.list_changed_visits(brook, front.pk, since)] == [visit.pk], (
        "every board hears of it"
    )


def test_a_second_person_sees_who_goes(
    as_: Callable[[Staff], Client],
    desk_client: Client,
    visit: Visit,
    noor: Staff,
    tuesday: time_machine.Traveller,
) -> None:
    desk_client.post(f"/visits/{visit.pk}/going/", headers=LIVE)
    answer = as_(noor).post(f"/visits/{visit.pk}/going/", headers=LIVE)
    assert (answer.status_code, "Dana is going" in answer.content.decode()) == (409, True)


def test_settling_and_undoing_without_script_return_to_the_page(
    desk_client: Client, visit: Visit, tuesday: time_machine.Traveller
) -> None:
    back = {"next": f"/visits/{visit.pk}/"}
    for action, raised in (("settled", False), ("call-again", True)):
        answer = desk_client.post(f"/visits/{visit.pk}/{action}/", back)
        assert (answer.status_code, answer["Location"]) == (302, back["next"])
        assert bool(Visit.objects.get(pk=visit.pk).raised_at) is raised
    assert "Settled: no longer first" in desk_client.get(back["next"]).content.decode()


@pytest.mark.parametrize("action", ["going", "settled", "call-again", "reason"])
def test_urgent_actions_refuse_anonymous_auditor_and_other_clinic(
    client: Client, as_: Callable[[Staff], Client], otto: Staff, sol: Staff, visit: Visit, action: str
) -> None:
    address = f"/visits/{visit.pk}/{action}/"
    assert client.post(address).status_code == 302
    assert as_(otto).post(address).status_code == 403
    assert as_(sol).post(address).status_code == 404
    assert Visit.objects.get(pk=visit.pk).taken_by is None


def test_rooming_an_unread_visit_shows_the_reason_first(
    desk_client: Client, visit: Visit, tuesday: time_machine.Traveller
) -> None:
    address = f"/visits/{visit.pk}/move/"
    asked = desk_client.post(address, {"to": "roomed", "from": "arrived"}, headers=LIVE)
    assert (asked.status_code, f"/visits/{visit.pk}/reason/?to=roomed" in asked.content.decode()) == (
        409,
        True,
    )
    panel = desk_client.get(f"/visits/{visit.pk}/reason/?to=roomed", headers=LIVE).content.decode()
    assert "he cannot get air" in panel and 'data-key="r"' in panel
    desk_client.post(address, {"to": "roomed", "from": "arrived", "reading": "read"}, headers=LIVE)
    found = Visit.objects.get(pk=visit.pk)
    assert (found.state, found.unread, found.raised_at) == ("roomed", False, None)


def test_without_script_the_reason_is_a_page_with_a_room_button(
    desk_client: Client, visit: Visit, tuesday: time_machine.Traveller
) -> None:
    answer = desk_client.post(f"/visits/{visit.pk}/move/", {"to": "roomed"})
    page = desk_client.get(answer["Location"]).content.decode()
    assert "he cannot get air" in page and "Room anyway, unread" in page
    desk_client.post(f"/visits/{visit.pk}/move/", {"to": "roomed", "reading": "anyway"})
    assert Visit.objects.get(pk=visit.pk).state == "roomed"
    assert "Roomed without reading" in desk_client.get(f"/visits/{visit.pk}/").content.decode()


def test_opening_the_reason_does_not_mark_it_read(
    desk_client: Client, visit: Visit, tuesday: time_machine.Traveller
) -> None:
    panel = desk_client.get(f"/visits/{visit.pk}/reason/", headers=LIVE).content.decode()
    assert 'class="panel-go"' in panel and 'data-key="t"' in panel and "Not yet" in panel
    assert Visit.objects.get(pk=visit.pk).unread
    desk_client.post(f"/visits/{visit.pk}/reason/", headers=LIVE)
    panel = desk_client.get(f"/visits/{visit.pk}/reason/", headers=LIVE).content.decode()
    assert "panel-go" not in panel and "Go to the board" in panel


def test_marking_the_reason_read_removes_the_chip(
    desk_client: Client, visit: Visit, tuesday: time_machine.Traveller
) -> None:
    answer = desk_client.post(f"/visits/{visit.pk}/reason/", headers=LIVE)
    assert (answer.status_code, "Read me" in answer.content.decode()) == (200, False)


def test_marking_urgent_raises_a_visit_and_undo_keeps_a_family_tap(
    desk_client: Client, front: Location, dana: Staff, noor: Staff, tuesday: time_machine.Traveller
) -> None:
    other, tapped = make.visit(front), make.visit(front, name="Mia Novak", worried=True)
    for one in (other, tapped):
        desk_client.post(f"/visits/{one.pk}/urgent/", headers=LIVE)
    row = desk_client.get("/").content.decode()
    assert "Urgent" in row and Visit.objects.get(pk=other.pk).called == noor, "whoever said it is not called"
    for one in (other, tapped):
        desk_client.post(f"/visits/{one.pk}/urgent/", {"urgent": "0"}, headers=LIVE)
    assert Visit.objects.get(pk=other.pk).raised_at is None
    assert Visit.objects.get(pk=tapped.pk).raised_at is not None


def test_an_open_board_records_presence_and_calls_the_next_person(
    desk_client: Client, visit: Visit, front: Location, dana: Staff, noor: Staff
) -> None:
    with time_machine.travel(make.at("9:42"), tick=False):
        assert desk_client.post("/board/here/", {"location": front.pk}).status_code == 204
    assert Presence.objects.get().staff == dana
    assert visit.worry_steps.filter(kind="called").count() > 1
    assert desk_client.post("/board/here/", {"location": "9" * 30}).status_code == 404


def test_the_escalate_command_calls_the_next_person(front: Location, dana: Staff, noor: Staff) -> None:
    visit = make.visit(front, worried=True)
    for clock, name in (("9:40", "Dana"), ("9:41", "Noor"), ("9:41", "Noor")):
        with time_machine.travel(make.at(clock), tick=False):
            call_command("escalate", "--once", stdout=io.StringIO())
        assert Visit.objects.get(pk=visit.pk).called.name == name
    assert visit.worry_steps.filter(kind="called").count() == 2


def test_a_board_with_a_raised_visit_costs_no_extra_queries(
    desk_client: Client,
    visit: Visit,
    dana: Staff,
    django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    desk_client.get("/")
    with django_assert_max_num_queries(8):
        desk_client.get("/")
