"""Taking a move back."""

from __future__ import annotations

import pytest

from checkin.actions import visits
from tests import make

LIVE = {"HX-Request": "true"}


@pytest.fixture
def visit(front, dana, tuesday):
    made = make.visit(front)
    visits.move(visit=made, to="left", by=dana, at=make.at(), reason="will come back")
    return made


def press(client, visit, **headers):
    return client.post(f"/visits/{visit.pk}/undo/", headers=headers or LIVE)


def test_the_visit_stands_where_it_stood_and_its_row_is_back(desk_client, visit):
    answer = press(desk_client, visit)
    visit.refresh_from_db()
    assert (answer.status_code, visit.state) == (200, "arrived")
    page = answer.content.decode()
    assert f'data-said="{visit.token}: Arrived."' in page
    assert "Leo Ruiz" in page


def test_without_script_the_board_comes_back(desk_client, visit):
    answer = desk_client.post(f"/visits/{visit.pk}/undo/", follow=True)
    assert f"{visit.token}: Arrived." in answer.content.decode()


def test_done_twice_there_is_nothing_more_to_undo(desk_client, visit):
    press(desk_client, visit)
    answer = press(desk_client, visit)
    assert answer.status_code == 409
    assert "nothing to undo" in answer.content.decode()


def test_only_who_made_the_move_can(as_, noor, visit):
    answer = press(as_(noor), visit)
    visit.refresh_from_db()
    assert (answer.status_code, visit.state) == (409, "left")
    assert "Dana made this move" in answer.content.decode()


def test_it_is_posted(desk_client, visit):
    assert desk_client.get(f"/visits/{visit.pk}/undo/").status_code == 405


def test_a_stranger_is_asked_to_log_in(client, visit):
    assert press(client, visit).url.startswith("/account/login/")


def test_another_clinics_visit_is_not_there(as_, sol, visit):
    assert press(as_(sol), visit).status_code == 404


def test_an_auditor_may_not(as_, otto, visit):
    assert press(as_(otto), visit).status_code == 403
    visit.refresh_from_db()
    assert visit.state == "left"
