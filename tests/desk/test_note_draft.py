"""/visits/<id>/notes/<kind>/: the whole note, before it is issued."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from checkin.actions import excuse_notes
from checkin.models import Clinic, ExcuseNote, Location, Staff, Visit
from checkin.models.excuse_notes import first_note_draft
from tests import make
from tests.desk.note_pages import FORM, address, issued, said
from tests.drawn_forms import draw, forms_on

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def visit(front: Location, brook: Clinic) -> Visit:
    make.patient(brook, "Leo Ruiz")
    return make.visit(front)


def test_the_draft_is_shown_in_full(desk_client: Client, visit: Visit) -> None:
    page = said(desk_client.get(address(visit)))
    for words in (
        "School note",
        "Leo Ruiz",
        "Tuesday, March 10, 2026, ",
        "9:40 AM",
        "Wednesday, March 11, 2026",
    ):
        assert words in page
    assert 'data-key="i"' in page
    assert ExcuseNote.objects.count() == 0


def test_opening_the_page_twice_saves_nothing(desk_client: Client, visit: Visit) -> None:
    desk_client.get(address(visit))
    desk_client.get(address(visit))
    assert ExcuseNote.objects.count() == 0


def test_edits_to_the_draft_are_saved(desk_client: Client, visit: Visit) -> None:
    answer = desk_client.post(address(visit), FORM | {"do": "keep"}, follow=True)
    assert "The draft is saved." in said(answer)
    note = ExcuseNote.objects.get()
    assert (note.status, note.excused_to, note.language) == ("draft", dt.date(2026, 3, 11), "es")
    assert note.seen_to == dt.time(10, 25)
    assert "Nota para la escuela" in said(answer)


@pytest.mark.parametrize("do", ["keep", "issue"])
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"excused_to": "2026-03-09"}, "The last excused day is before the first one."),
        ({"return_on": "2026-03-09"}, "The day of return is before the visit."),
        ({"seen_to": "09:00"}, "This is earlier than the time they came."),
        ({"excused_from": "next week"}, "Write the day as 2026-03-10."),
        ({"excused_to": ""}, "Choose a day."),
        ({"limits": "x" * 301}, "This is longer than 300 characters."),
    ],
)
def test_an_invalid_field_is_explained_and_input_is_kept(
    desk_client: Client, visit: Visit, do: str, changes: dict[str, str], sentence: str
) -> None:
    sent = FORM | changes | {"do": do}
    page = said(desk_client.post(address(visit), sent))
    assert sentence in page
    for name in ("limits", "excused_from", "excused_to", "return_on"):
        assert f'value="{sent[name]}"' in page or not sent[name]
    assert ExcuseNote.objects.count() == 0


def test_an_unmatched_visit_lets_staff_type_the_name(desk_client: Client, front: Location) -> None:
    visit = make.visit(front, name="Mia Vos", born="")
    page = said(desk_client.get(address(visit)))
    assert "not matched to a record yet" in page and 'value="Mia Vos"' in page and "readonly" not in page
    desk_client.post(address(visit), FORM | {"person_name": "Mia Voss", "do": "issue"})
    assert ExcuseNote.objects.get().person_name == "Mia Voss"


def test_a_visit_without_a_name_asks_for_it(desk_client: Client, front: Location) -> None:
    visit = make.visit(front, name="", born="")
    assert "Nobody typed a name" in said(desk_client.get(address(visit)))
    page = said(desk_client.post(address(visit), {"do": "issue"}))
    assert "Type the name of the person this note is for." in page
    page = said(desk_client.post(address(visit), FORM | {"person_name": "", "do": "issue"}))
    assert "Type the name of the person this note is for." in page and FORM["limits"] in page
    assert ExcuseNote.objects.count() == 0


def test_a_name_that_cannot_be_printed_is_flagged_before_issuing(
    desk_client: Client, front: Location
) -> None:
    page = said(desk_client.get(address(make.visit(front, name="Leo \U0001fbff"))))
    assert "no font" in page


def test_the_recorded_name_cannot_be_changed(desk_client: Client, visit: Visit) -> None:
    assert "readonly" in said(desk_client.get(address(visit)))
    page = said(desk_client.post(address(visit), FORM | {"person_name": "Max Power", "do": "issue"}))
    assert "the note is for Leo Ruiz now" in page
    assert FORM["limits"] in page
    assert ExcuseNote.objects.count() == 0


@pytest.mark.parametrize("do", ["keep", "issue"])
def test_the_name_as_the_school_writes_it_is_added_to_the_recorded_name(
    desk_client: Client, brook: Clinic, front: Location, do: str
) -> None:
    make.patient(brook, "محمد الحسن")
    visit = make.visit(front, name="محمد الحسن")
    sent = FORM | {"person_name": "محمد الحسن", "name_spelling": "  Mohamed   Alhasan ", "do": do}
    page = said(desk_client.post(address(visit), sent, follow=True))
    note = ExcuseNote.objects.get()
    assert (note.person_name, note.name_spelling) == ("محمد الحسن", "Mohamed Alhasan")
    assert page.index("<strong><bdi>Mohamed Alhasan</bdi></strong>") < page.index("<bdi>محمد الحسن</bdi>")


def test_a_work_note_asks_how_the_employer_writes_the_name(desk_client: Client, visit: Visit) -> None:
    assert "Name as the school writes it" in said(desk_client.get(address(visit)))
    page = said(desk_client.get(address(visit, "work")))
    assert "Name as the employer writes it" in page and "the school writes" not in page


def test_the_draft_says_who_issues_it_in_which_role_and_no_day_yet(desk_client: Client, visit: Visit) -> None:
    page = said(desk_client.get(address(visit)))
    assert '<span lang="en">by <bdi>Dana</bdi>, front desk</span>' in page


def test_the_draft_of_an_issued_note_shows_the_visit_and_names_the_note(
    desk_client: Client, visit: Visit, noor: Staff
) -> None:
    number = issued(visit, noor).number
    answer = desk_client.get(address(visit), follow=True)
    assert answer.redirect_chain == [(f"/visits/{visit.pk}/", 302)]
    link = f'<a href="/notes/{number}/">School note {number}</a>'
    assert f"{link} is already issued. Noor issued it at 9:52 AM." in said(answer)


@pytest.mark.parametrize(
    "sent",
    [
        FORM | {"do": "keep"},
        FORM | {"do": "issue", "limits": "No swimming."},
        FORM | {"do": "issue", "seen_from": ""},
        FORM | {"do": "keep", "seen_from": ""},
    ],
    ids=["keep", "issue with a change", "issue with a mistake", "keep with a mistake"],
)
def test_an_older_page_of_an_issued_note_changes_nothing_and_says_so(
    desk_client: Client, visit: Visit, dana: Staff, sent: dict[str, str]
) -> None:
    note = issued(visit, dana)
    answer = desk_client.post(address(visit), sent, follow=True)
    assert answer.redirect_chain == [(f"/notes/{note.number}/", 302)]
    assert "is already issued, and what you just changed is not on it. Dana issued it at 9:52 AM." in said(
        answer
    )
    assert ExcuseNote.objects.get().edits() == note.edits()


@pytest.mark.parametrize("do", ["keep", "issue"])
def test_an_older_page_of_a_draft_drops_nothing_that_was_kept_since(
    tab: Client, visit: Visit, noor: Staff, do: str
) -> None:
    page = address(visit)
    older = draw(tab, page, page)
    kept = replace(first_note_draft(visit, "school"), limits="No sports until March 20.")
    excuse_notes.edit_note_draft(visit=visit, kind="school", edits=kept, by=noor, at=make.at("9:45"))
    answer = tab.post(older.action, older.with_(do=do, excused_to="2026-03-11", return_on="2026-03-12"))
    assert "Somebody changed this draft since the page was opened. It was not " in said(answer)
    assert ExcuseNote.objects.get().edits() == kept
    again = next(one for one in forms_on(answer.content.decode(), page) if one.path == page)
    assert (again.fields["limits"], again.fields["excused_to"]) == ([kept.limits], ["2026-03-11"])
    assert tab.post(again.action, again.with_(do=do)).status_code == 302
    now = ExcuseNote.objects.get()
    assert (now.limits, now.excused_to, now.number) == (
        kept.limits,
        dt.date(2026, 3, 11),
        1 if do == "issue" else None,
    )


def test_an_older_page_that_says_what_was_kept_since_is_taken(tab: Client, visit: Visit, noor: Staff) -> None:
    page = address(visit)
    older = draw(tab, page, page)
    kept = replace(first_note_draft(visit, "school"), limits="No swimming.")
    excuse_notes.edit_note_draft(visit=visit, kind="school", edits=kept, by=noor, at=make.at("9:45"))
    assert tab.post(older.action, older.with_(do="issue", limits="No swimming.")).status_code == 302
    assert ExcuseNote.objects.get().number == 1


def test_an_unknown_kind_of_note_is_404(desk_client: Client, visit: Visit) -> None:
    assert desk_client.get(address(visit, "gym")).status_code == 404


def test_a_visit_of_another_clinic_is_404(as_: Callable[[Staff], Client], sol: Staff, visit: Visit) -> None:
    assert as_(sol).get(address(visit)).status_code == 404
    assert as_(sol).post(address(visit), {"do": "issue"}).status_code == 404


def test_an_auditor_is_403(as_: Callable[[Staff], Client], otto: Staff, visit: Visit) -> None:
    assert as_(otto).get(address(visit)).status_code == 403
    assert as_(otto).post(address(visit), {"do": "issue"}).status_code == 403
    assert ExcuseNote.objects.count() == 0


def test_an_anonymous_visitor_is_sent_to_log_in(visit: Visit) -> None:
    assert Client().get(address(visit)).headers["Location"].startswith("/account/login/")


def test_other_methods_are_refused(desk_client: Client, visit: Visit) -> None:
    assert desk_client.put(address(visit)).status_code == 405
