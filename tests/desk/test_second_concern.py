"""POST /visits/<id>/second-concern/…: taken, answered, told to the family."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from checkin.actions import visits
from checkin.models import Clinic, Location, Need, Staff, ToldFamily, Visit
from checkin.rules.need_types import NeedKind
from checkin.rules.roles import Role, StaffAct, role_refusal
from tests import make
from tests.leaks import without_tokens

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


pytestmark = pytest.mark.usefixtures("tuesday")
ENDS = ["", "take/", "told/"]


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    make.patient(brook)
    return make.visit(front, also="a spot on <his> arm")


@pytest.fixture
def need(visit: Visit) -> Need:
    return visit.needs.get(kind=NeedKind.SECOND_CONCERN)


def press(client: Client, visit: Visit, end: str = "", follow: bool = True, **data: Any) -> ClientResponse:
    return client.post(f"/visits/{visit.pk}/second-concern/{end}", data, follow=follow)


def text(answer: ClientResponse) -> Any:
    return answer.content.decode()


def test_the_visit_shows_the_second_concern_and_its_owner(
    desk_client: Client, visit: Visit, noor: Staff
) -> None:
    page = text(desk_client.get(f"/visits/{visit.pk}/"))
    assert "a spot on &lt;his&gt; arm" in page
    assert "<bdi>Clinician</bdi> has it" in page
    assert f'<option value="{noor.pk}">Noor (Clinician)</option>' in page


def test_a_named_person_becomes_the_owner(desk_client: Client, visit: Visit, noor: Staff, need: Need) -> None:
    page = text(press(desk_client, visit, "take/", owner=noor.pk))
    assert "Second concern: Noor has it." in page and "<bdi>Noor</bdi> has it" in page
    need.refresh_from_db()
    assert need.owner == noor


def test_without_a_name_the_staff_member_becomes_the_owner(
    as_: Callable[[Staff], Client], noor: Staff, visit: Visit, need: Need
) -> None:
    press(as_(noor), visit, "take/")
    need.refresh_from_db()
    assert need.owner == noor


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("sol", "Choose a person."),
        ("ada", "Ada does not work with families here"),
        ("otto", "Otto does not work with families here"),
    ],
)
def test_staff_who_do_not_work_with_families_here_cannot_be_named(
    desk_client: Client, visit: Visit, need: Need, who: str, sentence: str, request: pytest.FixtureRequest
) -> None:
    page = text(press(desk_client, visit, "take/", owner=request.getfixturevalue(who).pk))
    assert sentence in page
    assert "Sol" not in without_tokens(page), "who works next door is nobody's business here"
    need.refresh_from_db()
    assert need.owner is None


def test_only_active_staff_who_work_with_families_are_offered(
    desk_client: Client, visit: Visit, brook: Clinic, noor: Staff, ada: Staff, otto: Staff, sol: Staff
) -> None:
    make.staff(brook, "gone", is_active=False)
    offered = (
        text(desk_client.get(f"/visits/{visit.pk}/")).partition('name="owner"')[2].partition("</select")[0]
    )
    assert "Noor" in offered
    assert [name for name in ("Ada", "Otto", "Sol", "Gone") if name in offered] == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"how": "done"}, "done today"),
        ({"how": "done", "on": "garbage", "words": "seen"}, "done today: seen"),
        ({"how": "booked", "on": "2026-03-12"}, "booked for Thursday, Mar 12, 2026"),
        ({"how": "not_possible", "words": "it needs an hour"}, "not possible because it needs an hour"),
    ],
)
def test_an_answer_is_kept_and_asks_to_tell_the_family(
    desk_client: Client, visit: Visit, need: Need, said: dict[str, str], kept: str
) -> None:
    page = text(press(desk_client, visit, **said))
    assert f"Second concern: {kept}. Tell the family." in page and "Not told yet." in page
    need.refresh_from_db()
    assert need.told_reason == kept
    page = text(press(desk_client, visit, "told/"))
    assert "Dana told the family." in page and "The family was told" in page
    assert "second-concern/told/" not in page, "once is enough"


def test_the_checkbox_records_that_the_family_was_told(desk_client: Client, visit: Visit, need: Need) -> None:
    page = text(press(desk_client, visit, how="done", told="yes"))
    assert "The family knows." in page and "Not told yet." not in page
    assert ToldFamily.objects.get().answer.need == need


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choose done today, booked, or not possible."),
        ({"how": "booked"}, "Choose the day it is booked for"),
        ({"how": "booked", "on": "2026-02-30"}, "Choose a day"),
        ({"how": "booked", "on": "2026-03-09"}, "That day has passed."),
        ({"how": "not_possible", "words": " \x00 "}, "Please write in a few words why"),
    ],
)
def test_an_incomplete_answer_is_explained_and_changes_nothing(
    desk_client: Client, visit: Visit, need: Need, said: dict[str, str], sentence: str
) -> None:
    assert sentence in text(press(desk_client, visit, **said))
    need.refresh_from_db()
    assert need.is_open


def test_answering_twice_is_once_and_a_second_person_is_told(
    desk_client: Client, as_: Callable[[Staff], Client], noor: Staff, visit: Visit, need: Need
) -> None:
    for _ in range(2):
        assert "Second concern: done today. Tell" in text(press(desk_client, visit, how="done"))
    page = text(press(as_(noor), visit, how="booked", words="next week"))
    assert "Dana already answered “second concern”: done today." in page
    assert need.answers.count() == 1


@pytest.mark.parametrize(
    ("pressed", "status", "whole"),
    [
        ({"how": "booked", "words": "next week"}, "Booked", "booked for next week"),
        (
            {"how": "not_possible", "words": "it needs an hour"},
            "Not possible",
            "not possible because it needs an hour",
        ),
    ],
)
def test_the_answer_is_shown_in_its_own_terms_everywhere(
    desk_client: Client,
    as_: Callable[[Staff], Client],
    noor: Staff,
    visit: Visit,
    need: Need,
    pressed: dict[str, str],
    status: str,
    whole: str,
) -> None:
    press(desk_client, visit, **pressed)
    page = text(press(as_(noor), visit, how="done"))
    assert f"Dana already answered “second concern”: {whole}." in page
    assert f'<b dir="auto">{whole[:1].upper()}{whole[1:]}</b>' in page
    assert f"{status}: second concern" in page, "in what happened"
    for other in ("Deferred", "Not offered"):
        assert f'<span class="tag">{other}</span>' not in page
        assert f"{other}: second concern" not in page


def test_the_answer_can_be_undone_on_the_same_page(desk_client: Client, visit: Visit, need: Need) -> None:
    page = text(press(desk_client, visit, how="done"))
    assert f'action="/visits/{visit.pk}/needs/{need.pk}/undo/"' in page
    assert "What happens with it" not in page
    seen = {"seen": need.answers.get().pk}
    desk_client.post(f"/visits/{visit.pk}/needs/{need.pk}/undo/", seen)
    page = text(desk_client.get(f"/visits/{visit.pk}/"))
    assert "What happens with it" in page and "Undo answer" not in page


def test_staff_can_undo_the_answer_only_until_the_visit_left(
    desk_client: Client, as_: Callable[[Staff], Client], dana: Staff, noor: Staff, visit: Visit
) -> None:
    press(as_(noor), visit, how="done")
    assert "Undo answer" in text(as_(noor).get(f"/visits/{visit.pk}/"))
    page = text(desk_client.get(f"/visits/{visit.pk}/"))
    assert "Undo answer" in page and "I told the family" in page
    visits.move_visit(visit=visit, to="left", by=dana, at=make.at("9:40"), reason="the rest can wait")
    page = text(as_(noor).get(f"/visits/{visit.pk}/"))
    assert "Undo answer" not in page and "I told the family" in page


def test_a_concern_left_open_does_not_ask_to_tell_the_family(
    desk_client: Client, dana: Staff, visit: Visit
) -> None:
    visits.move_visit(visit=visit, to="left", by=dana, at=make.at("9:40"), reason="they had to run")
    page = text(desk_client.get(f"/visits/{visit.pk}/"))
    assert "Left open" in page and "Not told yet." not in page and "I told the family" not in page


def test_an_auditor_does_not_see_the_answer(
    as_: Callable[[Staff], Client], otto: Staff, noor: Staff, visit: Visit
) -> None:
    press(as_(noor), visit, how="done")
    noor.role = "auditor"
    noor.save()
    for who in (otto, noor):
        answer = as_(who).get(f"/visits/{visit.pk}/")
        assert answer.status_code == 403
        assert role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS) in text(answer)
        assert "Not told yet." not in text(answer)


@pytest.mark.parametrize("end", ENDS)
class TestEveryButton:
    def test_a_visit_without_a_second_concern_is_404(
        self, desk_client: Client, front: Location, end: str
    ) -> None:
        assert press(desk_client, make.visit(front, name="Mia Chen"), end).status_code == 404

    def test_a_visit_of_another_clinic_is_404(
        self, as_: Callable[[Staff], Client], sol: Staff, visit: Visit, need: Need, end: str
    ) -> None:
        assert press(as_(sol), visit, end, how="done").status_code == 404
        need.refresh_from_db()
        assert need.is_open

    def test_an_auditor_is_403(
        self, as_: Callable[[Staff], Client], otto: Staff, visit: Visit, need: Need, end: str
    ) -> None:
        assert press(as_(otto), visit, end, how="done").status_code == 403
        need.refresh_from_db()
        assert need.is_open
        assert as_(otto).get(f"/visits/{visit.pk}/").status_code == 403

    def test_an_anonymous_visitor_is_sent_to_log_in(self, visit: Visit, end: str) -> None:
        answer = press(Client(), visit, end, follow=False)
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/account/login/")

    def test_any_other_method_is_405(self, desk_client: Client, visit: Visit, end: str) -> None:
        assert desk_client.get(f"/visits/{visit.pk}/second-concern/{end}").status_code == 405
