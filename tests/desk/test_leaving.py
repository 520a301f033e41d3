"""The leaving panel: open needs, one key each, and leaving with some still open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client

from checkin.actions import needs, visits
from checkin.models import Clinic, Location, Move, Staff, Visit
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


LIVE = {"HX-Request": "true"}


@pytest.fixture
def visit(brook: Clinic, front: Location, tuesday: time_machine.Traveller) -> Visit:
    make.patient(brook, "Leo Ruiz")
    return make.visit(front, escort_phone=make.ESCORT_PHONE)


def go(client: Client, visit: Visit, to: str = "left", headers: Any = None, **data: Any) -> ClientResponse:
    return client.post(f"/visits/{visit.pk}/leave/", {"to": to, **data}, headers=headers)


def look(
    client: Client, visit: Visit, to: str = "left", headers: dict[str, str] | None = None
) -> ClientResponse:
    return client.get(f"/visits/{visit.pk}/leave/?to={to}", headers=headers)


def test_the_leaving_page_lists_open_needs_with_keys_and_count(
    as_: Callable[[Staff], Client], noor: Staff, visit: Visit
) -> None:
    page = look(as_(noor), visit).content.decode()
    assert "Before <bdi>Leo Ruiz</bdi> goes" in page
    assert "3 still open" in page
    assert "Leave with 3 open" in page
    for words in ("will come back", "family declined to wait", "did not ask: urgent case"):
        assert f'value="{words}"' in page
    assert page.count('data-key="y"') == 3


def test_an_htmx_request_gets_only_the_panel(desk_client: Client, visit: Visit) -> None:
    page = look(desk_client, visit, headers=LIVE).content.decode()
    assert page.lstrip().startswith("<section")
    assert "<html" not in page


def test_answering_a_need_in_the_leaving_panel_returns_the_panel(desk_client: Client, visit: Visit) -> None:
    need = visit.needs.first()
    data = {"outcome": "declined", "panel": "leaving", "to": "left"}
    page = desk_client.post(f"/visits/{visit.pk}/needs/{need.pk}/", data, headers=LIVE).content.decode()
    assert 'id="leaving"' in page
    assert "Leave with 2 open" in page


def test_leaving_with_open_needs_requires_a_reason(desk_client: Client, visit: Visit) -> None:
    answer = go(desk_client, visit)
    assert answer.status_code == 409
    assert "Choose why it is left open" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.state == "arrived"


def test_with_a_reason_the_visit_leaves_and_the_board_counts_open_needs(
    desk_client: Client, visit: Visit
) -> None:
    answer = go(desk_client, visit, quick="will come back")
    assert answer.url == "/"
    page = desk_client.get("/").content.decode()
    assert f"{visit.token}: Left. 3 left open." in page
    assert f'action="/visits/{visit.pk}/undo/?drawn_for=v{visit.pk}.' in page
    assert set(visit.needs.values_list("status", "reason")) == {("left_open", "will come back")}


def test_without_open_needs_leaving_asks_no_reason(desk_client: Client, visit: Visit, dana: Staff) -> None:
    for need in visit.needs.all():
        needs.answer_need(need=need, outcome="declined", by=dana, at=make.at("9:50"))
    page = look(desk_client, visit).content.decode()
    assert "Nothing is open" in page
    assert "why?" not in page
    go(desk_client, visit)
    visit.refresh_from_db()
    assert visit.state == "left"


def test_ready_with_open_needs_asks_no_reason(desk_client: Client, visit: Visit) -> None:
    page = look(desk_client, visit, to="ready").content.decode()
    assert "Done, ready, 3 open" in page
    assert "why?" not in page
    go(desk_client, visit, to="ready")
    visit.refresh_from_db()
    assert visit.state == "ready"


def test_a_visit_already_ready_has_no_ready_button(desk_client: Client, visit: Visit, dana: Staff) -> None:
    visits.move_visit(visit=visit, to="ready", by=dana, at=make.at("9:50"))
    page = look(desk_client, visit, to="ready").content.decode()
    assert "data-go" not in page
    assert "3 still open" in page


@pytest.mark.parametrize("to", ["", "nonsense", "arrived", "\x00"])
def test_an_unknown_target_state_shows_leaving(desk_client: Client, visit: Visit, to: str) -> None:
    assert "Leave with 3 open" in look(desk_client, visit, to=to).content.decode()


def test_a_stale_page_moves_no_visit(desk_client: Client, visit: Visit, noor: Staff) -> None:
    visits.move_visit(visit=visit, to="with_clinician", by=noor, at=make.at("9:50"))
    answer = go(desk_client, visit, quick="will come back", **{"from": "arrived"})
    visit.refresh_from_db()
    assert (answer.status_code, visit.state) == (409, "with_clinician")
    assert "was not taken" in answer.content.decode()


def test_leaving_twice_by_one_person_is_once_and_a_second_is_told(
    desk_client: Client, as_: Callable[[Staff], Client], visit: Visit, noor: Staff
) -> None:
    for _ in range(2):
        assert go(desk_client, visit, quick="will come back").status_code == 302
    assert Move.objects.filter(visit=visit, to_state="left").count() == 1
    answer = go(as_(noor), visit, quick="will come back")
    assert answer.status_code == 409
    assert "Dana already did this" in answer.content.decode()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_only_get_and_post_are_allowed(desk_client: Client, visit: Visit, method: str) -> None:
    assert getattr(desk_client, method)(f"/visits/{visit.pk}/leave/").status_code == 405


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, visit: Visit) -> None:
    assert go(client, visit).url.startswith("/account/login/")


def test_a_visit_of_another_clinic_is_404(as_: Callable[[Staff], Client], sol: Staff, visit: Visit) -> None:
    assert look(as_(sol), visit).status_code == 404
    assert go(as_(sol), visit, quick="will come back").status_code == 404


def test_an_auditor_is_403(as_: Callable[[Staff], Client], otto: Staff, visit: Visit) -> None:
    assert go(as_(otto), visit, quick="will come back").status_code == 403
    visit.refresh_from_db()
    assert visit.state == "arrived"


def test_a_request_without_csrf_token_is_403(dana: Staff, visit: Visit) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(dana)
    assert go(client, visit, quick="will come back").status_code == 403
