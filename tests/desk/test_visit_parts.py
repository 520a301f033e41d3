"""The visit in a head and four parts: each thing in one place, with the controls that belong to it."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable

import pytest
import pytest_django
import time_machine
from django.core.cache import caches
from django.test import Client

from checkin.actions import needs, visits
from checkin.models import Clinic, Location, Staff, Visit
from checkin.rules.need_types import NeedKind
from tests import make

pytestmark = pytest.mark.usefixtures("tuesday")
PARTS = {"now": "Now", "who": "Who", "papers": "Notes and promises", "timeline": "What happened"}


@pytest.fixture
def visit(brook: Clinic, front: Location) -> Visit:
    """A child whom nobody has matched, with a second concern."""
    return make.visit(
        front, make.at("9:30"), name="Zoltan Kiss", also="his hearing", reason="cough", born="2024-01-20"
    )


def show(client: Client, visit: Visit) -> str:
    return client.get(f"/visits/{visit.pk}/").content.decode()


def part(page: str, name: str) -> str:
    """Return one part of the page, or its head."""
    if name == "head":
        return page.partition('class="visit-top">')[2].partition('class="visit-parts"')[0]
    inside = page.partition(f'class="paper visit-{name}')[2]
    return re.split(r'<section class="paper visit-|</main>', inside)[0]


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", html).split())


def test_the_page_has_four_parts_and_its_headings_are_in_order(desk_client: Client, visit: Visit) -> None:
    page = show(desk_client, visit).partition("<main")[2].partition("</main>")[0]
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page) == list(PARTS.values())


def test_the_head_says_all_that_matters_and_the_title_only_the_token(
    desk_client: Client, visit: Visit
) -> None:
    page = show(desk_client, visit)
    head = words(part(page, "head"))
    assert head.startswith("Zoltan Kiss 2 years cough Brought by Rosa Delgado his aunt, my sister is at work")
    assert f"{visit.token} · Arrived since 9:30 AM · walk-in · Front desk" in head
    title = re.search("<title>(.*?)</title>", page)
    assert title and title[1].startswith(visit.token) and "Zoltan" not in title[1]


def test_the_phone_in_the_head_is_written_as_the_region_writes_it(
    desk_client: Client, front: Location
) -> None:
    page = show(desk_client, make.visit(front, escort_phone="3125550199"))
    assert words(part(page, "head")).count("(312) 555-0199") == 1
    assert "3125550199" not in part(page, "head") + part(page, "who")


@pytest.mark.parametrize(
    ("said", "urgent", "pills"),
    [
        ({}, False, []),
        ({"worried": True}, False, ["Worried"]),
        ({}, True, ["Urgent"]),
        ({"worried": True}, True, ["Worried", "Urgent"]),
    ],
)
def test_a_child_who_cannot_wait_has_a_filled_pill_in_the_head(
    desk_client: Client, front: Location, said: dict[str, bool], urgent: bool, pills: list[str]
) -> None:
    """“Mark urgent” changed nothing that one could see on the visit's page."""
    visit = make.visit(front, **said)
    if urgent:
        desk_client.post(f"/visits/{visit.pk}/urgent/", {"urgent": "1"})
    head = part(show(desk_client, visit), "head")
    assert re.findall(r'<span class="cannot-wait">(\w+)</span>', head) == pills


def test_the_second_concern_is_shown_and_answered_in_one_place(desk_client: Client, visit: Visit) -> None:
    """It was a need with four answers, and again a card with three others."""
    need = visit.needs.get(kind=NeedKind.SECOND_CONCERN)
    page = show(desk_client, visit)
    assert part(page, "now").count(">Second concern<") == page.count(">Second concern<") == 1
    assert f'id="need-{need.pk}"' not in page and f"/needs/{need.pk}/" not in page
    desk_client.post(f"/visits/{visit.pk}/second-concern/", {"how": "done"})
    page = show(desk_client, visit)
    assert page.count(">Second concern<") == 1 and page.count(f"/needs/{need.pk}/undo/") == 1


def test_which_child_this_is_has_one_place_and_the_list_points_to_it(
    desk_client: Client, visit: Visit
) -> None:
    need = visit.needs.get(kind=NeedKind.MATCH)
    page = show(desk_client, visit)
    now, who = part(page, "now"), part(page, "who")
    assert '>Open: <a href="#child">Who is this?</a>' in now
    assert f"/needs/{need.pk}/" not in now and f"/match/{visit.pk}/" not in now
    assert who.count(f'href="/match/{visit.pk}/"') == page.count(f'href="/match/{visit.pk}/"') == 1
    assert 'id="child"' in who and "Nobody could say" in who


def test_nobody_could_say_who_this_is_can_be_undone_there(desk_client: Client, visit: Visit) -> None:
    need = visit.needs.get(kind=NeedKind.MATCH)
    answer = desk_client.post(f"/visits/{visit.pk}/needs/{need.pk}/", {"outcome": "left_open"}, follow=True)
    page = answer.content.decode()
    who = part(page, "who")
    assert "Left open" in words(who) and "nobody could say" in words(who)
    assert f'href="/match/{visit.pk}/"' in who, "it may still turn out"
    assert page.count(f"/needs/{need.pk}/undo/") == who.count(f"/needs/{need.pk}/undo/") == 1
    assert "Who is this?" not in part(page, "now")


def test_what_differs_has_one_place_with_one_link_to_decide_it(
    desk_client: Client, brook: Clinic, front: Location
) -> None:
    """“Check birth date” was a need to answer, and the difference stood in another card."""
    make.patient(brook)
    visit = make.visit(front, make.at("9:30"), born="2019-02-31")
    need = visit.needs.get(kind=NeedKind.DISCREPANCY)
    page = show(desk_client, visit)
    now, who = part(page, "now"), part(page, "who")
    assert '<a href="#differs">Birth date differs</a>' in now and f"/needs/{need.pk}/" not in page
    assert who.count("differs-list") == page.count("differs-list") == 1
    assert page.count(f'href="/visits/{visit.pk}/discrepancies/"') == 1


@pytest.mark.parametrize("is_on_record", [True, False])
@pytest.mark.parametrize(
    ("born", "before", "on_it"),
    [
        ("2018-03-11", "7 years", "8 years"),
        ("2024-03-11", "23 months", "2 years"),
        ("2026-03-10", "0 days", "1 day"),
    ],
)
def test_the_age_is_one_on_board_and_page_before_and_on_the_birthday(
    as_: Callable[[Staff], Client], dana: Staff, brook: Clinic, front: Location,
    tuesday: time_machine.Traveller, born: str, before: str, on_it: str, is_on_record: bool,
) -> None:  # fmt: skip
    """A visit that stays open past midnight: the board counted by one day, the page by another."""
    leo = make.patient(brook, "Leo Ruiz", born if is_on_record else None)
    tuesday.move_to(make.at("23:50"))
    visit = make.visit(front, make.at("23:45"), name="Leo Ruiz", born=born)
    Visit.objects.filter(pk=visit.pk).update(patient=leo, match="confirmed")
    client = as_(dana)
    for now, age in ((make.at("23:50"), before), (make.at("0:10", make.TUESDAY + dt.timedelta(1)), on_it)):
        tuesday.move_to(now)
        caches["rows"].clear()
        head = words(part(show(client, visit), "head"))
        row = words(client.get("/").content.decode().partition(f'<tr id="v{visit.pk}"')[2])
        found = re.search(r"Leo Ruiz ((\d+ \w+) )?", row), re.match(r"Leo Ruiz ((\d+ \w+) )?", head)
        assert [(one and one[2]) or "" for one in found] == [age, age]


def test_undoing_a_step_stands_with_the_step_and_an_answer_with_what_it_answered(
    desk_client: Client, visit: Visit, dana: Staff
) -> None:
    page = show(desk_client, visit)
    assert "Undo" not in part(page, "head")
    visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at("9:35"), reading="read")
    page = show(desk_client, visit)
    assert "Undo move" in part(page, "head") and page.count("Undo move") == 1
    assert "Undo" not in words(part(page, "now"))
    concern = {"how": "done"}
    page = desk_client.post(f"/visits/{visit.pk}/second-concern/", concern, follow=True).content.decode()
    assert "Undo answer" in part(page, "now") and "Undo answer" not in part(page, "head")


@pytest.mark.parametrize(("language", "marked"), [("es", True), ("", False)])
def test_their_own_words_have_the_language_of_the_sign_in(
    desk_client: Client, front: Location, language: str, marked: bool
) -> None:
    """A screen reader read “abuela” in English."""
    said = {"reason": "tos desde el lunes", "also": "un lunar", "relationship": "abuela"}
    page = show(desk_client, make.visit(front, language=language, **said))
    for text in said.values():
        around = re.findall(rf"<(?:p|q|dd) ([^>]*)>{text}<", page.replace("<b>", ""))
        assert len(around) == 2, "in the head, and whole below"
        assert all('dir="auto"' in one for one in around), text
        assert [f'lang="{language}"' in one for one in around] == [marked] * 2, text


@pytest.mark.parametrize("page", ["", "preferences/"])
def test_preferences_in_their_words_have_the_language_of_the_sign_in(
    desk_client: Client, brook: Clinic, front: Location, page: str
) -> None:
    make.patient(brook, "Leo Ruiz", "2018-03-14", access_needs="a quiet place")
    said = {"access_needs": "silla de ruedas", "best_time": "por la tarde", "approach": "leave"}
    visit = make.visit(front, language="es", **said)
    shown = desk_client.get(f"/visits/{visit.pk}/{page}").content.decode()
    listed = re.findall(r'<span class="prefers-words"><b dir="auto"([^>]*)>([^<]*)<', shown)
    marked = {words: tag.strip() for tag, words in listed}
    assert marked["silla de ruedas"] == marked["por la tarde"] == 'lang="es"'
    assert {tag for words, tag in marked.items() if words not in said.values()} == {""}
    assert "a quiet place" in marked


def test_at_most_one_button_of_a_part_is_filled(
    desk_client: Client, as_: Callable[[Staff], Client], noor: Staff, front: Location
) -> None:
    visit = make.visit(front, worried=True, also="a mole", reason="a rash", name="Nobody Known")
    for client in (desk_client, as_(noor)):
        page = show(client, visit)
        filled = {name: len(re.findall(r"\bbtn-primary\b", part(page, name))) for name in ["head", *PARTS]}
        assert filled == {"head": 1, "now": 1, "who": 1, "papers": 0, "timeline": 0}


def test_why_they_may_agree_is_said_once(desk_client: Client, brook: Clinic, front: Location) -> None:
    """The relationship stood under each line."""
    make.guardian(make.patient(brook))
    visit = make.visit(front, relationship="his uncle")
    consent = show(desk_client, visit).partition('id="consent"')[2].partition("</dl>")[0]
    assert words(consent).count("his uncle") == 1


def test_a_visit_costs_few_queries_however_much_it_shows(
    desk_client: Client,
    brook: Clinic,
    front: Location,
    noor: Staff,
    django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    brook.need_settings = {"own": [f"Ask {number}" for number in range(30)]}
    brook.save()
    make.guardian(make.patient(brook))
    visit = make.visit(front, born="2019-02-31", also="a mole", worried=True, relationship="uncle")
    needs.answer_need(need=visit.needs.get(label="Ask 3"), outcome="done", by=noor, at=make.at("9:50"))
    show(desk_client, visit)
    with django_assert_max_num_queries(48):
        show(desk_client, visit)


def test_a_name_with_dozens_of_marks_on_a_letter_does_not_cover_the_page(
    desk_client: Client, front: Location
) -> None:
    visit = make.visit(front, name="Za" + "\u0351" * 60 + "lgo Kiss")
    assert visit.sign_in.child_given_name == "Za" + "\u0351" * 60 + "lgo", "it is stored as it was typed"
    page = show(desk_client, visit)
    assert "Za" + "\u0351" * 5 + "lgo" in page
    assert "\u0351" * 6 not in re.sub('value="[^"]*"', "", page)
