"""Undoing a match decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from checkin.actions import match_decisions
from checkin.models import Clinic, Location, MatchDecision, MatchState, Staff, Visit
from tests import make
from tests.drawn_forms import OTHER_SEEN, UNREADABLE_SEEN

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def visit(front: Location, brook: Clinic) -> Visit:
    make.patient(brook)
    return make.visit(front, make.at("9:30"))


def undo(client: Client, visit: Visit, seen: int | None = None, **more: Any) -> ClientResponse:
    newest = visit.match_decisions.order_by("pk").last()
    return client.post(f"/match/{visit.pk}/undo/", {"seen": newest.pk if seen is None else seen} | more)


def test_an_automatic_link_can_be_undone_on_the_visit_page(desk_client: Client, visit: Visit) -> None:
    page = desk_client.get(f"/visits/{visit.pk}/").content.decode()
    assert "Undo match" in page
    answer = undo(desk_client, visit, back="visit")
    visit.refresh_from_db()
    assert (visit.match, visit.patient) == (MatchState.PROBABLE, None)
    assert answer.url.startswith(f"/visits/{visit.pk}/")
    assert "is as it was before: nobody is linked." in desk_client.get(answer.url).content.decode()


def test_undo_returns_to_the_same_visit(desk_client: Client, visit: Visit) -> None:
    assert undo(desk_client, visit).url.startswith(f"/match/{visit.pk}/?done=")


def test_the_same_undo_sent_twice_is_done_once(
    desk_client: Client, visit: Visit, dana: Staff, brook: Clinic
) -> None:
    other = make.patient(brook, "Lea Ruiz")
    made = match_decisions.link_visit_to_patient(visit=visit, patient=other, by=dana, at=make.at("9:35"))
    for _ in range(2):
        assert undo(desk_client, visit, seen=made.pk).status_code == 302
    visit.refresh_from_db()
    assert (visit.match, visit.patient.name) == (MatchState.CERTAIN, "Leo Ruiz")


def test_a_stale_page_sees_who_undid_the_match(
    desk_client: Client, as_: Callable[[Staff], Client], max_: Staff, visit: Visit
) -> None:
    seen = visit.match_decisions.get().pk
    undo(desk_client, visit)
    answer = undo(as_(max_), visit, seen=seen)
    assert (answer.status_code, "Dana undid" in answer.content.decode()) == (409, True)


def test_without_a_decision_there_is_nothing_to_undo(desk_client: Client, front: Location) -> None:
    visit = make.visit(front, make.at("9:31"), name="Zoltan Kiss")
    answer = undo(desk_client, visit, seen=0)
    assert (answer.status_code, "nothing to undo" in answer.content.decode()) == (409, True)


def test_undo_refuses_anonymous_auditor_other_clinic_and_get(
    client: Client, as_: Callable[[Staff], Client], otto: Staff, sol: Staff, desk_client: Client, visit: Visit
) -> None:
    assert undo(client, visit).url.startswith("/account/login/")
    assert undo(as_(otto), visit).status_code == 403
    assert undo(as_(sol), visit).status_code == 404
    assert desk_client.get(f"/match/{visit.pk}/undo/").status_code == 405
    assert MatchDecision.objects.count() == 1


def test_a_link_that_merges_names_every_visit_and_what_moved(
    desk_client: Client, front: Location, annexe: Location, brook: Clinic, dana: Staff
) -> None:
    """The message named the token of only one visit."""
    first = make.visit(front, name="Zoltan Kiss", born="2019-05-05")
    second = make.visit(annexe, make.at("9:45"), name="Zoltan Kiss", born="2019-05-05")
    other = make.patient(brook, "Otto Ferreira", "2011-05-06")
    make.guardian(first.patient, "Ilona Kiss")
    answer = desk_client.post(f"/match/{first.pk}/link/", {"patient": other.pk, "seen": 0})
    told = desk_client.get(answer.url).content.decode().split('role="status"')[1].split("</form>")[0]
    for words in (first.token, second.token, "are <bdi>Otto Ferreira", "Guardian: Ilona Kiss"):
        assert words in told
    last = first.match_decisions.order_by("pk").last()
    answer = desk_client.post(f"/match/{first.pk}/undo/", {"seen": last.pk})
    told = desk_client.get(answer.url).content.decode().split('role="status"')[1].split("</div>")[0]
    for words in (first.token, second.token, "as they were before", "Guardian: Ilona Kiss"):
        assert words in told


def test_a_form_without_the_decision_it_saw_is_refused(
    desk_client: Client, front: Location, brook: Clinic, visit: Visit, dana: Staff
) -> None:
    """Pressing twice undid two decisions."""
    other = make.patient(brook, "Otto Ferreira", "2011-05-06")
    acts = {"undo": {}, "new": {}, "link": {"patient": other.pk}}
    decided = visit.match_decisions.count()
    for act, said in acts.items():
        for seen in UNREADABLE_SEEN:
            answer = desk_client.post(f"/match/{visit.pk}/{act}/", said | seen)
            assert (act, answer.status_code) == (act, 409)
    assert visit.match_decisions.count() == decided


@pytest.mark.parametrize("said", [*UNREADABLE_SEEN, *OTHER_SEEN])
def test_an_undo_that_does_not_say_what_its_page_showed_undoes_nothing(
    desk_client: Client, visit: Visit, said: dict[str, str]
) -> None:
    assert desk_client.post(f"/match/{visit.pk}/undo/", said).status_code == 409
    visit.refresh_from_db()
    assert (visit.match, MatchDecision.objects.count()) == (MatchState.CERTAIN, 1)
