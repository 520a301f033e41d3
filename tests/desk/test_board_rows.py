"""The board's live rows: nothing when nothing changed, otherwise only the changed rows."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from lucide import IconDoesNotExist, _render_icon

from checkin.actions import excuse_notes, reasons, visits
from checkin.models import BoardVersion, Clinic, Location, Staff, Visit
from checkin.rules import shown_preferences
from checkin.rules.need_types import NEED_TRAITS, NeedKind
from checkin.rules.page_versions import child_fingerprint
from checkin.rules.preferences import WISHES, WISHES_BY_NAME, Wish
from checkin.templatetags import desk_icons
from checkin.web.desk.need_chips import build_visit_chips
from tests import make
from tests.leaks import without_tokens
from tests.promising import promise
from tests.trail_queries import LINE

SESSION_AND_PERSON = 2


def poll(client: Client, where: Location, since: int) -> Any:
    """Return the answer to one poll, and its queries beyond session and staff member."""
    client.get("/healthz")  # renews the desk's session, because the clock was moved after the login
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(
            "/board/rows/",
            {"location": where.pk, "v": since},
            headers={"HX-Request": "true", "Accept-Encoding": "gzip"},
        )
    return answer, len(seen) - SESSION_AND_PERSON


def body(answer: Any) -> Any:
    packed = answer.get("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.content) if packed else answer.content).decode()


def version(where: Location) -> int:
    return BoardVersion.objects.get(location=where).version


def row(client: Client, visit: Visit) -> str:
    page = client.get("/board/rows/", {"location": visit.location_id, "v": visit.board_version - 1})
    return page.content.decode()


def test_an_unchanged_board_is_204_and_one_query(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(front)
    answer, queries = poll(desk_client, front, version(front))
    assert (answer.status_code, answer.content, queries) == (204, b"", 1)


def test_a_row_draws_its_token_also_one_that_is_no_longer_given(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(front)
    past = make.visit(front)
    Visit.objects.filter(pk=past.pk).update(colour="teal", thing="turtle", token_number=2)
    page = desk_client.get(f"/at/{front.pk}/").content
    text = gzip.decompress(page).decode() if page[:2] == b"\x1f\x8b" else page.decode()
    assert text.count('<symbol id="a-castle"') == text.count('<use href="#a-castle"/>') == 1
    assert "Teal Turtle 2" in text
    assert re.search(r'<svg class="a token-teal"[^>]*><g class="token-body"><path', text)
    # Only its rows refer to the symbols.
    assert '<symbol id="a-' not in desk_client.get("/patients/").content.decode()


@pytest.mark.parametrize("others", [0, 39, pytest.param(299, marks=pytest.mark.long)])
def test_one_new_visit_is_one_row_three_queries_its_line_and_two_kilobytes(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller, others: int
) -> None:
    for n in range(others):
        make.visit(front, name=f"Child{n} Family{n}")
    since = version(front)
    new = make.visit(front)
    answer, queries = poll(desk_client, front, since)
    assert queries <= 3 + LINE
    assert len(answer.content) <= 2048
    assert body(answer).count("<tr") == 1
    assert f'id="v{new.pk}"' in body(answer)
    assert f'data-version="{version(front)}"' in body(answer)


def test_a_visit_at_another_desk_is_no_change_here(
    desk_client: Client, front: Location, annexe: Location, tuesday: time_machine.Traveller
) -> None:
    since = version(front)
    make.visit(annexe)
    assert poll(desk_client, front, since)[0].status_code == 204


def test_a_visit_that_left_is_marked_gone_without_its_name(
    desk_client: Client, front: Location, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front)
    since = version(front)
    visits.move_visit(visit=visit, to="left", by=dana, at=make.at(), reason="will come back")
    page = body(poll(desk_client, front, since)[0])
    assert f'<tr id="v{visit.pk}"' in page
    assert "data-gone" in page
    assert "Leo" not in without_tokens(page)


def test_a_board_newer_than_the_database_reloads(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    answer, _ = poll(desk_client, front, version(front) + 5)
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_a_board_too_many_changes_behind_reloads(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checkin.queries.board.MOST_BOARD_CHANGES", 2)
    for _ in range(3):
        make.visit(front)
    answer, _ = poll(desk_client, front, 1)
    assert answer["HX-Refresh"] == "true"


@pytest.mark.parametrize("wanted", ["", "x", "-1", "٣", "9" * 30, "0"])
def test_an_invalid_front_desk_is_404(desk_client: Client, front: Location, wanted: str) -> None:
    assert desk_client.get("/board/rows/", {"location": wanted, "v": "1"}).status_code == 404


def test_another_clinics_front_desk_is_404(
    desk_client: Client, front: Location, hilltop: Location, tuesday: time_machine.Traveller
) -> None:
    make.visit(hilltop)
    assert poll(desk_client, hilltop, 1)[0].status_code == 404
    expected = desk_client.get("/board/expected/", {"location": hilltop.pk})
    assert "Leo" not in without_tokens(expected.content.decode())


def test_changed_rows_and_promises_due_carry_the_numbers_of_the_menu(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    since = version(front)
    make.visit(front)
    promise(front, due="10:00")
    work = {"match": 1, "discrepancies": 0, "promises": 1}
    assert json.loads(poll(desk_client, front, since)[0]["Open-Work"]) == work
    owed = desk_client.get("/board/owed/", {"location": front.pk})
    assert json.loads(owed["Open-Work"]) == work


# The content of a row


def test_a_linked_child_shows_the_recorded_name_and_age(
    desk_client: Client, brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.patient(brook, "Léo Ruiz", preferred_name="Lolo")
    shown = row(desk_client, make.visit(front, name="leo ruiz"))
    assert "Léo Ruiz" in shown
    assert "7 years · called Lolo" in shown
    assert "as typed" not in shown


def test_an_unmatched_child_shows_the_typed_name(
    desk_client: Client, brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    shown = row(desk_client, make.visit(front, name="leo ruiz"))
    assert "leo ruiz" in shown
    assert "7 years · as typed" in shown


@pytest.mark.parametrize("said", ["aunt 👵🏽", "عمّته", "she <i>said</i> & left", "a" * 500])
def test_the_relationship_is_shown_in_full(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller, said: str
) -> None:
    shown = row(desk_client, make.visit(front, relationship=said))
    assert f'<em class="line" dir="auto">{escape(said)}</em>' in shown


def test_a_patient_who_signs_in_alone_is_shown_as_came_alone(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    shown = row(desk_client, make.visit(front, escort_name="", relationship="", is_patient="yes"))
    assert "came alone" in shown


def test_an_empty_sign_in_is_shown_as_wanting_help(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    shown = row(desk_client, make.visit(front, name="", born="", escort_name="", relationship=""))
    assert "Someone" in shown
    assert "would like help" in shown


def test_a_row_shows_its_visits_own_time_and_next_step(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front, make.at("9:31"))
    shown = row(desk_client, visit)
    assert f'data-since="{int(make.at("9:31").timestamp())}"' in shown
    assert "since 9:31 AM" in shown
    named = child_fingerprint(visit.patient.name, visit.patient.birth_date)
    drawn = f"v{visit.pk}.p{visit.patient_id}.n{named}.sarrived.l{front.pk}"
    assert f'formaction="/visits/{visit.pk}/move/?drawn_for={drawn}" name="to" value="roomed"' in shown


def test_time_in_a_room_counts_from_the_move_to_the_room(
    desk_client: Client, front: Location, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front, make.at("9:31"))
    visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at("9:39"))
    shown = row(desk_client, visit)
    assert f'data-since="{int(make.at("9:39").timestamp())}"' in shown
    assert "In a room" in shown


def test_the_chips_show_needs_and_never_the_reason_for_the_visit(
    brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(
        front,
        name="Ann Other",
        reason="rash",
        also="knee",
        notes_wanted="school, work",
        interpreter="yes",
        interpreter_language="Arabic",
        access_needs="wheelchair",
        help="yes",
        born="2031-02-31",
        escort_phone=make.ESCORT_PHONE,
    )
    said = [chip.words for chip in build_visit_chips(visit)]
    assert said == [
        "Read me",
        "Help wanted",
        "Match",
        "Birth date differs",
        "Arabic interpreter",
        "wheelchair",
        "School note",
        "Work note",
        "Second concern",
    ]


def words(visit: Visit) -> list[Any]:
    return [chip.words for chip in build_visit_chips(visit)]


def test_a_recorded_interpreter_need_is_on_the_board_unasked(
    brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.patient(brook, "Leo Ruiz", interpreter_needed=True, language="es")
    assert "Spanish interpreter" in words(make.visit(front))


def test_a_school_child_in_flu_season_gets_chips_unasked(
    desk_client: Client, brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.patient(brook, "Leo Ruiz")
    visit = make.visit(front, escort_phone=make.ESCORT_PHONE)
    assert words(visit) == ["Phone first", "Flu vaccine", "School note"]
    shown = row(desk_client, visit)
    assert f'<a class="chip" href="/visits/{visit.pk}/notes/school/">' in shown
    assert 'data-note="school"' in shown


def test_with_a_guardian_on_a_saturday_there_is_no_note_and_no_phone_chip(
    brook: Clinic, front: Location
) -> None:
    make.guardian(make.patient(brook, "Leo Ruiz"), "Rosa Delgado")
    saturday = make.at("9:40", make.TUESDAY + dt.timedelta(days=4))
    assert words(make.visit(front, saturday, relationship="his mother")) == ["Flu vaccine"]


def test_an_answered_need_has_no_chip(
    desk_client: Client, brook: Clinic, front: Location, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    make.patient(brook, "Leo Ruiz")
    visit = make.visit(front, escort_phone=make.ESCORT_PHONE)
    excuse_notes.issue_note(visit=visit, kind="school", by=dana, at=make.at("9:41"))
    visit.refresh_from_db()
    assert words(visit) == ["Phone first", "Flu vaccine"]
    shown = row(desk_client, visit)
    assert "School note" not in shown
    assert "data-note" not in shown


def test_an_unknown_kind_of_need_breaks_no_row(
    brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front)
    visit.chips = [["of tomorrow", "x"], ["school_note", ""]]
    assert words(visit) == ["School note"]


def test_a_visit_without_needs_has_no_chips(
    brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    brook.need_settings = {"off": ["vaccine", "school_note", "phone_guardian"]}
    brook.save()
    front.refresh_from_db()
    make.patient(brook, "Leo Ruiz")
    assert build_visit_chips(make.visit(front, language="en", escort_phone=make.ESCORT_PHONE)) == []


def test_the_language_is_the_last_chip(
    brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    visit = make.visit(front, language="es", escort_phone=make.ESCORT_PHONE)
    assert words(visit) == ["Match", "School note", "Speaks Spanish"]


def test_a_reason_that_somebody_read_leaves_a_tick_and_one_not_read_does_not(
    desk_client: Client, front: Location, dana: Staff, tuesday: time_machine.Traveller
) -> None:
    visit, tick = make.visit(front, reason="cough"), "Reason read"
    shown = row(desk_client, visit)
    assert "Read me" in shown and 'class="chip unread"' in shown and tick not in shown
    visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at("9:50"), reading="anyway")
    visit.refresh_from_db()
    shown = row(desk_client, visit)
    assert "Read me" in shown and tick not in shown, "nobody has read it"
    reasons.read_visit_reason(visit=visit, by=dana, at=make.at("9:51"))
    visit.refresh_from_db()
    shown = row(desk_client, visit)
    assert "Read me" not in shown and tick in shown
    assert tick not in row(desk_client, make.visit(front, name="Mia Novak"))


@pytest.mark.parametrize(
    ("said", "tag"), [("es", ' lang="es"'), ("zh-Hans", ' lang="zh-Hans"'), ("en", ""), ("", ""), ('x">', "")]
)
def test_typed_words_name_their_language(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller, said: str, tag: str
) -> None:
    """A screen reader reads “abuela” in Spanish."""
    shown = row(desk_client, make.visit(front, language=said, relationship="abuela"))
    assert f'<em class="line" dir="auto"{tag}>abuela</em>' in shown


@pytest.mark.parametrize(
    ("today", "recorded", "chips"),
    [
        ("silla de ruedas", "", {"silla de ruedas": "es"}),
        ("silla de ruedas", "Silla de ruedas", {"silla de ruedas": "es"}),
        ("silla de ruedas", "a quiet place", {"silla de ruedas": "es", "a quiet place": ""}),
        ("ruedas", "la silla de ruedas", {"la silla de ruedas": ""}),
    ],
)
def test_what_helps_names_its_language_only_where_it_was_typed_today(
    desk_client: Client, brook: Clinic, front: Location, tuesday: time_machine.Traveller,
    today: str, recorded: str, chips: dict[str, str],
) -> None:  # fmt: skip
    make.patient(brook, "Leo Ruiz", "2018-03-14", access_needs=recorded)
    shown = row(desk_client, make.visit(front, language="es", access_needs=today))
    found = dict.fromkeys(chips, "")
    for tag, words in re.findall(r'</svg><span(?: lang="([^"]*)")?>([^<]*)</span>', shown):
        if words in chips:
            found[words] = tag
    assert found == chips
    assert all(f">{one}</span>" in shown for one in chips)


def test_the_childs_name_is_a_link_beside_the_rows_own(
    desk_client: Client, brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    make.appointment(make.patient(brook), front, with_whom="Dr.  Amadi ")
    visit = make.visit(front)
    shown, pk = row(desk_client, visit), visit.pk
    assert f'<a class="child" href="/visits/{pk}/" tabindex="-1">' in shown
    assert 'data-clinician="Dr. Amadi"' in shown
    assert "<kbd>" not in shown, "a key is no part of a button's name"


def likes(shown: str) -> str:
    """Return the cell of the row that shows their wishes."""
    found = re.search(r'<td class="likes">(.*?)</td>', shown)
    assert found
    return found[1]


def test_the_row_shows_how_they_like_to_be_approached(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    assert likes(row(desk_client, make.visit(front, approach="greet"))) == (
        '<span title="Come and greet them (said today)">'
        '<svg class="i" aria-hidden="true"><use href="#i-hand-heart"/></svg>Greet me</span>'
    )
    assert "Leave me be" in likes(row(desk_client, make.visit(front, approach="leave")))
    assert likes(row(desk_client, make.visit(front, best_way="text", best_time="after 5"))) == ""


def test_the_row_shows_every_wish_marked_for_the_board(
    desk_client: Client, front: Location, tuesday: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown_preferences, "WISHES", [replace(one, is_on_board=True) for one in WISHES])
    drawn = {*desk_icons.ICONS, *(icon for one in WISHES for icon in one.icons)}
    monkeypatch.setattr(desk_icons, "ICONS", drawn)
    shown = likes(row(desk_client, make.visit(front, approach="leave", best_way="pigeon", best_time="<5")))
    said = [re.sub(r"<[^>]*>", "", one) for one in shown.split("</svg>")[1:]]
    assert said == ["Leave me be", "best way to reach them: pigeon", "best time to reach them: &lt;5"]
    assert 'title="best time to reach them: &lt;5 (said today)"' in shown
    # “Hide names” hides what they typed.
    assert shown.count('<span class="private" ') == 2


@pytest.mark.parametrize("wish", WISHES, ids=WISHES_BY_NAME)
def test_every_wish_on_the_board_has_its_icons(wish: Wish) -> None:
    assert not wish.is_on_board or set(wish.icons) <= set(desk_icons.ICONS)


@pytest.mark.parametrize("kind", NEED_TRAITS)
def test_every_kind_of_need_has_an_icon(kind: NeedKind) -> None:
    icon = NEED_TRAITS[kind].icon
    try:
        drawn = _render_icon(icon, None)
    except IconDoesNotExist:
        pytest.fail(f"{icon!r} of {kind} in checkin/rules/need_types.py is no icon of lucide.dev")
    assert "<svg" in drawn and icon in desk_icons.ICONS
