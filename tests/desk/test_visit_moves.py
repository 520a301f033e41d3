"""The button that moves a visit, and its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client

from checkin.actions import confidential_visits, needs, visits
from checkin.actions.refusals import Refused
from checkin.models import Location, Move, Staff, Visit
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


LIVE = {"HX-Request": "true"}


@pytest.fixture
def visit(front: Location, tuesday: time_machine.Traveller) -> Visit:
    return make.visit(front, escort_phone=make.ESCORT_PHONE)


def press(
    client: Client, visit: Visit, to: str = "roomed", headers: dict[str, str] | None = None, **data: Any
) -> ClientResponse:
    return client.post(f"/visits/{visit.pk}/move/", {"to": to, **data}, headers=headers)


def test_moving_changes_the_state_and_says_so(desk_client: Client, visit: Visit) -> None:
    answer = press(desk_client, visit, headers=LIVE, **{"from": "arrived"})
    visit.refresh_from_db()
    assert (answer.status_code, visit.state) == (200, "roomed")
    page = answer.content.decode()
    assert f'data-said="{visit.token}: In a room."' in page
    assert f'data-undo="/visits/{visit.pk}/undo/?drawn_for=v{visit.pk}.' in page
    assert f'<tr id="v{visit.pk}" data-v="{visit.board_version}"' in page


def test_without_script_it_redirects_to_the_board_with_undo(desk_client: Client, visit: Visit) -> None:
    answer = desk_client.post(f"/visits/{visit.pk}/move/?from=arrived", {"to": "roomed"}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    page = answer.content.decode()
    assert f"{visit.token}: In a room." in page
    assert f'action="/visits/{visit.pk}/undo/?drawn_for=v{visit.pk}.' in page


def test_it_returns_to_the_page_that_asked_if_it_is_on_this_site(desk_client: Client, visit: Visit) -> None:
    assert press(desk_client, visit, next=f"/visits/{visit.pk}/").url == f"/visits/{visit.pk}/"
    assert press(desk_client, visit, to="ready", next="https://elsewhere.example/").url == "/"


def test_each_button_moves_only_the_visit_of_its_row(
    desk_client: Client, front: Location, visit: Visit
) -> None:
    other = make.visit(front, name="Mia Novak")
    page = desk_client.get("/").content.decode()
    beside = page[page.index(f'id="v{other.pk}"') :]
    address = beside[beside.index('formaction="') + 12 :].split('"')[0]
    desk_client.post(address, {"to": "roomed"})
    visit.refresh_from_db()
    other.refresh_from_db()
    assert (visit.state, other.state) == ("arrived", "roomed")


def test_leaving_with_open_needs_shows_the_leaving_panel_first(desk_client: Client, visit: Visit) -> None:
    answer = press(desk_client, visit, to="left", headers=LIVE)
    visit.refresh_from_db()
    assert (answer.status_code, visit.state) == (409, "arrived")
    page = answer.content.decode()
    assert f'data-asks="/visits/{visit.pk}/leave/?to=left"' in page
    assert "Still open: who is this?, school note." in page
    assert f'<tr id="v{visit.pk}"' in page


def test_without_script_leaving_with_open_needs_opens_the_leaving_page(
    desk_client: Client, visit: Visit
) -> None:
    answer = press(desk_client, visit, to="left", next=f"/visits/{visit.pk}/")
    assert answer.url == f"/visits/{visit.pk}/leave/?to=left"


@pytest.mark.parametrize("why", [{"quick": "will come back"}, {"reason": "  the bus   goes "}])
def test_leaving_with_a_reason_removes_the_row(
    desk_client: Client, visit: Visit, why: dict[str, str]
) -> None:
    page = press(desk_client, visit, to="left", headers=LIVE, **why).content.decode()
    assert "data-gone" in page
    assert set(visit.needs.values_list("status", "reason")) == {
        ("left_open", " ".join(next(iter(why.values())).split()))
    }


def test_an_unknown_or_blank_reason_is_refused(desk_client: Client, visit: Visit) -> None:
    for why in ({"quick": "because"}, {"reason": " "}):
        assert press(desk_client, visit, to="left", headers=LIVE, **why).status_code == 409


def answer_all(visit: Visit, by: Staff) -> None:
    """Answer each need as it may be: who this is was never settled."""
    for need in visit.needs.all():
        outcome, reason = ("left_open", "nobody could say") if need.kind == "match" else ("done", "")
        needs.answer_need(need=need, outcome=outcome, reason=reason, by=by, at=make.at())


def test_leaving_without_open_needs_removes_the_row_at_once(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    answer_all(visit, dana)
    page = press(desk_client, visit, to="left", headers=LIVE).content.decode()
    assert "data-gone" in page
    assert 'data-asks=""' in page


def test_ready_with_open_needs_moves_and_offers_the_leaving_panel(desk_client: Client, visit: Visit) -> None:
    answer = press(desk_client, visit, to="ready", headers=LIVE)
    visit.refresh_from_db()
    assert (answer.status_code, visit.state) == (200, "ready")
    assert f'data-asks="/visits/{visit.pk}/leave/?to=ready"' in answer.content.decode()


def test_ready_without_open_needs_offers_no_leaving_panel(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    answer_all(visit, dana)
    assert 'data-asks=""' in press(desk_client, visit, to="ready", headers=LIVE).content.decode()


def test_without_script_ready_opens_the_leaving_page_or_the_asking_page(
    desk_client: Client, front: Location, visit: Visit
) -> None:
    assert press(desk_client, visit, to="ready").url == f"/visits/{visit.pk}/leave/?to=ready"
    other = make.visit(front, name="Mia Novak")
    page = f"/visits/{other.pk}/"
    assert press(desk_client, other, to="ready", next=page).url == page


def test_left_without_being_seen_or_entered_in_error_asks_nothing(
    desk_client: Client, front: Location, visit: Visit
) -> None:
    other = make.visit(front, name="Mia Novak")
    for one, to in ((visit, "left_without_being_seen"), (other, "entered_in_error")):
        assert "data-gone" in press(desk_client, one, to=to, headers=LIVE).content.decode()


def test_a_stale_board_moves_no_visit(desk_client: Client, visit: Visit, noor: Staff) -> None:
    visits.move_visit(visit=visit, to="with_clinician", by=noor, at=make.at())
    answer = press(desk_client, visit, to="ready", headers=LIVE, **{"from": "arrived"})
    visit.refresh_from_db()
    assert (answer.status_code, visit.state) == (409, "with_clinician")
    page = answer.content.decode()
    assert "was not taken" in page
    assert "With clinician" in page, "the row comes as it really is"


def test_the_same_move_twice_by_one_person_is_done_once(desk_client: Client, visit: Visit) -> None:
    for _ in range(2):
        assert press(desk_client, visit, headers=LIVE, **{"from": "arrived"}).status_code == 200
    assert Move.objects.filter(visit=visit, to_state="roomed").count() == 1


def test_a_second_person_sees_who_moved_first(desk_client: Client, visit: Visit, noor: Staff) -> None:
    visits.move_visit(visit=visit, to="roomed", by=noor, at=make.at())
    answer = press(desk_client, visit, headers=LIVE, **{"from": "arrived"})
    assert answer.status_code == 409
    assert "Noor already did this at 9:40 AM" in answer.content.decode()


def test_a_visit_that_moved_after_it_was_read_is_not_moved_again(
    visit: Visit, dana: Staff, noor: Staff
) -> None:
    read_before = Visit.objects.get(pk=visit.pk)
    visits.move_visit(visit=visit, to="roomed", by=noor, at=make.at())
    with pytest.raises(Refused) as refusal:
        visits.move_visit(visit=read_before, to="ready", by=dana, at=make.at("9:41"))
    told = f"Noor moved {visit.token} to “In a room” at 9:40 AM, so this step was not taken."
    assert refusal.value.sentence.startswith(told)
    visit.refresh_from_db()
    assert visit.state == "roomed"


def test_without_script_a_refusal_is_explained_on_the_board(
    desk_client: Client, visit: Visit, noor: Staff
) -> None:
    visits.move_visit(visit=visit, to="roomed", by=noor, at=make.at())
    answer = desk_client.post(f"/visits/{visit.pk}/move/", {"to": "roomed"}, follow=True)
    assert "Noor already did this" in answer.content.decode()


@pytest.mark.parametrize("to", ["", "arrived", "nonsense", "roomed\x00"])
def test_an_unknown_state_changes_nothing(desk_client: Client, visit: Visit, to: str) -> None:
    assert press(desk_client, visit, to=to, headers=LIVE).status_code == 409
    visit.refresh_from_db()
    assert visit.state == "arrived"


def test_moving_refuses_get(desk_client: Client, visit: Visit) -> None:
    assert desk_client.get(f"/visits/{visit.pk}/move/").status_code == 405


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, visit: Visit) -> None:
    assert press(client, visit).url.startswith("/account/login/")
    visit.refresh_from_db()
    assert visit.state == "arrived"


def test_a_visit_of_another_clinic_is_404(as_: Callable[[Staff], Client], sol: Staff, visit: Visit) -> None:
    assert press(as_(sol), visit).status_code == 404
    visit.refresh_from_db()
    assert visit.state == "arrived"


@pytest.mark.parametrize("who", ["dana", "noor", "max_"])
def test_every_role_that_works_with_families_may_move(
    as_: Callable[[Staff], Client], visit: Visit, who: str, request: pytest.FixtureRequest
) -> None:
    assert press(as_(request.getfixturevalue(who)), visit, headers=LIVE).status_code == 200


@pytest.mark.parametrize("who", ["ada", "otto"])
def test_administrators_and_auditors_are_403(
    as_: Callable[[Staff], Client], visit: Visit, who: str, request: pytest.FixtureRequest
) -> None:
    answer = press(as_(request.getfixturevalue(who)), visit)
    assert answer.status_code == 403
    assert "Ask the front desk, a clinician or the manager." in answer.content.decode()
    visit.refresh_from_db()
    assert visit.state == "arrived"


def test_a_request_without_csrf_token_is_403(dana: Staff, visit: Visit) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(dana)
    assert press(client, visit).status_code == 403


@pytest.mark.parametrize(
    ("to", "asks", "said"),
    [
        ("left", "leave/?to=left", "Something is still open."),
        ("roomed", "reason/?to=roomed", "Nobody has read what"),
        ("ready", "leave/?to=ready", "Ready to leave."),
    ],
)
def test_a_key_that_asks_about_a_closed_confidential_visit_leads_to_its_page_and_says_why(
    desk_client: Client, visit: Visit, max_: Staff, to: str, asks: str, said: str
) -> None:
    confidential_visits.mark_visit_confidential(visit=visit, kind="other", by=max_, at=make.at("9:40"))
    Visit.objects.filter(pk=visit.pk).update(unread=to == "roomed")
    answer = press(desk_client, visit, to=to, headers=LIVE, **{"from": "arrived"})
    assert (answer.headers["HX-Redirect"], answer.content) == (f"/visits/{visit.pk}/{asks}", b"")
    page = desk_client.get(answer.headers["HX-Redirect"], follow=True)
    assert page.redirect_chain == [(f"/visits/{visit.pk}/", 302)]
    assert page.content.decode().count(said) == (2 if to == "ready" else 1)
    assert "Open with a reason" in page.content.decode()
