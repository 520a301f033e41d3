"""What the desk remembers of a family because they asked, and forgets when they ask that."""

from __future__ import annotations

import pytest

from checkin.models import Escort
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")

WISHES = {"approach": "leave", "best_way": "text", "best_time": "after 17:00"}


@pytest.fixture
def leo(brook):
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def visit(front, leo):
    return make.visit(front, make.at("9:30"), approach="greet")


def address(visit, more="") -> str:
    return f"/visits/{visit.pk}/preferences/{more}"


def remembered() -> tuple[str, str, str]:
    return Escort.objects.values_list("approach", "best_way", "best_time").get()


def test_it_shows_what_they_said_in_words_and_whose_word_it_is(desk_client, visit):
    page = desk_client.get(address(visit)).content.decode()
    assert "Greet me" in page
    assert "said today" in page
    assert "They ask us to forget these" not in page


def test_todays_word_is_shown_but_never_filled_in_to_be_remembered(desk_client, visit):
    page = desk_client.get(address(visit)).content.decode()
    greet = page[page.index('value="greet"') - 80 : page.index('value="greet"') + 80]
    assert "checked" not in greet


def test_what_they_ask_is_kept_and_shown_with_since_when(desk_client, visit, leo):
    answer = desk_client.post(address(visit), {**WISHES, "language": "es", "interpreter_needed": "on"})
    assert answer.url == f"/visits/{visit.pk}/"
    assert remembered() == ("leave", "text", "after 17:00")
    leo.refresh_from_db()
    assert (leo.language, leo.interpreter_needed) == ("es", True)
    page = desk_client.get(address(visit)).content.decode()
    assert "remembered since Mar 10, 2026: they asked us to" in page
    assert "Spanish interpreter" in page
    assert "on record" in page


def test_who_came_alone_is_remembered_as_themselves_and_named_as_nobody_to_reach(desk_client, front, leo):
    alone = make.visit(front, make.at("9:31"), is_patient="yes", escort_name="", relationship="")
    assert "They asked us to remember" in desk_client.get(address(alone)).content.decode()
    desk_client.post(address(alone), WISHES)
    assert remembered() == ("leave", "text", "after 17:00")
    page = desk_client.get(f"/visits/{alone.pk}/").content.decode()
    assert "Leave me be" in page
    assert "here today" not in page
    story = desk_client.get(f"/patients/{leo.pk}/").content.decode()
    assert "Who came alone asked us to remember how they like it" in story
    assert "No name given" not in story


def test_they_are_forgotten_at_once(desk_client, visit):
    desk_client.post(address(visit), WISHES)
    for _ in range(2):
        assert desk_client.post(address(visit, "forget/")).status_code == 302
    assert remembered() == ("", "", "")
    assert "They ask us to forget these" not in desk_client.get(address(visit)).content.decode()


def test_nobody_on_record_has_nothing_to_remember_or_forget(desk_client, front, brook):
    make.patient(brook, "Anna Berg"), make.patient(brook, "Hanna Berg")
    visit = make.visit(front, name="Ana Berg")
    assert "not matched to a child yet" in desk_client.get(address(visit)).content.decode()
    desk_client.post(address(visit), WISHES)
    desk_client.post(address(visit, "forget/"))
    assert not Escort.objects.exists()


@pytest.mark.parametrize("said", [{"approach": "hug"}, {"best_way": "pigeon"}])
def test_what_is_no_choice_is_not_kept(desk_client, visit, said):
    assert desk_client.post(address(visit), {**WISHES, **said}).status_code == 400
    assert remembered() == ("", "", "")


def test_the_wrong_method_is_refused(desk_client, visit):
    assert desk_client.get(address(visit, "forget/")).status_code == 405
    assert desk_client.put(address(visit)).status_code == 405


def test_a_stranger_an_auditor_and_another_clinic_change_nothing(client, as_, otto, sol, visit):
    for where in (address(visit), address(visit, "forget/")):
        assert client.post(where, WISHES).status_code == 302
        assert as_(otto).post(where, WISHES).status_code == 403
        assert as_(sol).post(where, WISHES).status_code == 404
    assert remembered() == ("", "", "")
