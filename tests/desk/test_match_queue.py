"""The queue of the match page: who is in it, at which front desk, and who has left."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from checkin.actions import visits
from checkin.models import Location, SignInChannel, Staff, Visit
from checkin.queries import match_candidates
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")


def end(visit: Visit, by: Staff, to: str = "left") -> None:
    visits.move_visit(visit=visit, to=to, by=by, at=make.at("9:50"), reason="family_in_a_hurry")


def queue_of(page: str) -> str:
    """Return the page's list of visits to match, without those that have left."""
    return page.split('class="queue"')[1].partition("</nav>")[0].partition("<details")[0]


def left_of(page: str) -> str:
    found = re.search(r'<details class="left-unmatched".*?</details>', page, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize("ended", ["left", "left_without_being_seen"])
def test_a_visit_that_has_left_waits_below_the_queue_and_is_not_counted(
    desk_client: Client, front: Location, dana: Staff, ended: str
) -> None:
    here, gone = make.visit(front, name="Zoltan Kiss"), make.visit(front, name="Mia Novak")
    end(gone, dana, ended)
    page = desk_client.get("/match/").content.decode()
    assert "Zoltan Kiss" in queue_of(page)
    assert "Mia Novak" not in queue_of(page)
    assert "Mia Novak" in left_of(page)
    assert 'Left before they were matched <span class="count">1</span>' in page
    assert re.search(r'data-open-work="match"><b>1<', page)
    visits.undo_visit_move(visit=gone, by=dana, at=make.at("9:51"))
    assert "Mia Novak" in queue_of(desk_client.get(f"/match/{here.pk}/").content.decode())


def test_match_is_empty_once_everybody_has_left_and_still_lists_them(
    desk_client: Client, front: Location, dana: Staff
) -> None:
    early = make.visit(front, make.at("9:20"), name="Mia Novak")
    late = make.visit(front, make.at("9:30"), name="Zoltan Kiss")
    for one in (early, late):
        end(one, dana)
    page = desk_client.get("/match/").content.decode()
    assert "Every child who is here is matched." in page
    assert re.search(r'data-open-work="match" hidden><b>0<', page)
    listed = left_of(page)
    assert listed.index("Zoltan Kiss") < listed.index("Mia Novak")
    assert f'href="/match/{early.pk}/"' in listed


def test_a_visit_that_has_left_can_still_be_matched(
    desk_client: Client, front: Location, dana: Staff, brook: Any
) -> None:
    gone = make.visit(front, name="Zoltan Kiss")
    end(gone, dana)
    page = desk_client.get(f"/match/{gone.pk}/").content.decode()
    assert '<details class="left-unmatched" open>' in page
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    made = desk_client.post(f"/match/{gone.pk}/new/", {"seen": seen[1]}, follow=True).content.decode()
    assert f"<b>{gone.token}</b> is a new patient" in made
    assert left_of(made) == ""


def test_a_visit_entered_in_error_is_in_neither_list(
    desk_client: Client, front: Location, dana: Staff
) -> None:
    wrong = make.visit(front, name="Zoltan Kiss")
    visits.move_visit(visit=wrong, to="entered_in_error", by=dana, at=make.at("9:50"))
    page = desk_client.get("/match/").content.decode()
    assert "Zoltan Kiss" not in page


def test_each_visit_names_its_front_desk_if_there_are_several(
    desk_client: Client, front: Location, annexe: Location
) -> None:
    make.visit(front, make.at("9:20"), name="Zoltan Kiss")
    there = make.visit(annexe, make.at("9:30"), name="Mia Novak")
    page = desk_client.get(f"/match/{there.pk}/").content.decode()
    assert queue_of(page).count(f"<bdi>{front.name}</bdi>") == 1
    assert queue_of(page).count(f"<bdi>{annexe.name}</bdi>") == 1
    head = page.split('class="match-head"')[1].split("</form>")[0]
    assert f"Signed in at <bdi>{annexe.name}</bdi>" in head


def test_the_only_front_desk_is_not_named(desk_client: Client, front: Location) -> None:
    make.visit(front, name="Zoltan Kiss")
    page = desk_client.get("/match/").content.decode()
    assert f"<bdi>{front.name}</bdi>" not in page.split('id="content"')[1]


def nameless(where: Location, clock: str) -> Visit:
    return visits.record_sign_in(
        location=where, claim={"help": True}, at=make.at(clock), channel=SignInChannel.KIOSK
    ).visit


def test_visits_without_a_name_are_one_row_that_opens_their_tokens(
    desk_client: Client, front: Location
) -> None:
    several = [nameless(front, clock) for clock in ("9:10", "9:15", "9:20")]
    named = make.visit(front, make.at("9:30"), name="Zoltan Kiss")
    page = desk_client.get("/match/").content.decode()
    queue = page.split('class="queue"')[1].split("</nav>")[0]
    assert 'To match <span class="count">2</span>' in queue
    assert re.search(r'data-open-work="match"><b>2<', page)
    assert '<details class="nameless">' in queue
    assert "<summary>3 without a name</summary>" in queue
    assert queue.index(f'href="/match/{named.pk}/"') < queue.index("<summary>3 without")
    assert all(one.token in queue for one in several)
    opened = desk_client.get(f"/match/{several[0].pk}/").content.decode()
    assert '<details class="nameless" open>' in opened
    after = re.search(rf'href="/match/{several[1].pk}/" data-key="j"', opened)
    assert after


def test_one_visit_without_a_name_is_a_row_like_the_others(desk_client: Client, front: Location) -> None:
    one = nameless(front, "9:10")
    queue = queue_of(desk_client.get("/match/").content.decode())
    assert f'href="/match/{one.pk}/" aria-current="true"' in queue
    assert "without a name" not in queue


def test_visits_without_a_name_push_no_named_one_out_of_the_list(
    desk_client: Client, front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list was cut before it was split, so its number was lower than the one in the menu."""
    monkeypatch.setattr(match_candidates, "_MOST_VISITS_TO_MATCH", 2)
    for n in range(3):
        visits.record_sign_in(location=front, claim={}, at=make.at(f"9:3{n}"), channel=SignInChannel.KIOSK)
    for n, name in enumerate(("Zoltan Kiss", "Mia Novak", "Ada Byrne")):
        make.visit(front, make.at(f"9:4{n}"), name=name)
    page = desk_client.get("/match/").content.decode()
    assert [one in queue_of(page) for one in ("Zoltan Kiss", "Mia Novak", "Ada Byrne")] == [True, True, False]
    assert 'To match <span class="count">4</span>' in page and "3 without a name" in page


def test_a_cut_list_of_those_who_left_says_so(
    desk_client: Client, front: Location, dana: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match_candidates, "_MOST_VISITS_TO_MATCH", 2)
    for name, said in (("Zoltan Kiss", "1"), ("Mia Novak", "2"), ("Ada Byrne", "2 or more")):
        end(make.visit(front, name=name), dana)
        assert f'<span class="count">{said}</span>' in left_of(desk_client.get("/match/").content.decode())
