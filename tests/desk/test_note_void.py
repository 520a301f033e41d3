"""Void and reissue a note at the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from checkin.actions import visits
from checkin.models import Clinic, ExcuseNote, Location, Staff, Visit
from tests import make
from tests.desk.note_pages import FORM, issued, said

pytestmark = pytest.mark.usefixtures("tuesday")


@pytest.fixture
def note(front: Location, brook: Clinic, noor: Staff) -> ExcuseNote:
    make.patient(brook, "Leo Ruiz")
    return issued(make.visit(front), noor)


def test_voiding_with_a_reason_voids_the_note(desk_client: Client, note: ExcuseNote) -> None:
    answer = desk_client.post("/notes/1/void", {"reason": "wrong day"}, follow=True)
    note.refresh_from_db()
    assert (note.status, note.void_reason) == ("void", "wrong day")
    assert "School note 1 is void." in said(answer)


def test_voiding_says_that_the_visit_needs_a_note_again(desk_client: Client, note: ExcuseNote) -> None:
    answer = desk_client.post("/notes/1/void", {"reason": "wrong day"}, follow=True)
    assert "Until they have another, the visit says that they need one." in said(answer)
    assert "school note 1 was voided, and no other was issued" in said(
        desk_client.get(f"/visits/{note.visit_id}/leave/?to=left")
    )


def test_voiding_after_they_left_says_to_let_them_know(
    desk_client: Client, note: ExcuseNote, dana: Staff
) -> None:
    visits.move_visit(visit=note.visit, to="left", by=dana, at=make.at("9:55"), reason="will come back")
    answer = desk_client.post("/notes/1/void", {"reason": "wrong day"}, follow=True)
    assert "They have left with it: please let them know." in said(answer)


@pytest.mark.parametrize("reason", ["", "   "])
def test_voiding_without_a_reason_is_refused_at_the_field(
    desk_client: Client, note: ExcuseNote, reason: str
) -> None:
    page = said(desk_client.post("/notes/1/void", {"reason": reason}))
    note.refresh_from_db()
    assert note.status == "issued"
    assert "Please write in a few words why this note no longer counts." in page


def test_voiding_twice_is_once_and_a_second_person_is_told(
    desk_client: Client, as_: Callable[[Staff], Client], max_: Staff, note: ExcuseNote
) -> None:
    desk_client.post("/notes/1/void", {"reason": "wrong day"})
    assert desk_client.post("/notes/1/void", {"reason": "wrong day"}).status_code == 302
    answer = as_(max_).post("/notes/1/void", {"reason": "other"}, follow=True)
    assert "Dana voided this note at 9:40 AM" in said(answer)


def test_the_reissue_form_is_prefilled_from_the_note(desk_client: Client, note: ExcuseNote) -> None:
    page = said(desk_client.get("/notes/1/reissue"))
    assert 'value="2026-03-11"' in page and 'value="Leo Ruiz"' in page


def test_reissuing_for_another_child_drops_how_the_school_writes_the_first_ones_name(
    desk_client: Client, brook: Clinic, note: ExcuseNote
) -> None:
    ExcuseNote.objects.filter(pk=note.pk).update(name_spelling="Leo Ruis")
    mia = make.patient(brook, "Mia Voss")
    Visit.objects.filter(pk=note.visit_id).update(patient=mia, match="confirmed")
    page = said(desk_client.get("/notes/1/reissue"))
    assert 'value="Mia Voss"' in page and "Leo Ruis" not in page
    desk_client.post("/notes/1/reissue", FORM | {"person_name": "Mia Voss", "reason": "wrong child"})
    new = ExcuseNote.objects.get(number=2)
    assert (new.person_name, new.name_spelling) == ("Mia Voss", "")


def test_reissuing_makes_a_new_note_and_opens_it(desk_client: Client, note: ExcuseNote) -> None:
    answer = desk_client.post("/notes/1/reissue", FORM | {"reason": "one more day"}, follow=True)
    new = ExcuseNote.objects.get(number=2)
    assert (new.replaces, new.return_on, new.issuer) == (note, dt.date(2026, 3, 12), "Dana")
    assert answer.redirect_chain == [("/notes/2/", 302)]
    assert "in place of note 1" in said(answer)
    assert "Note 2" in said(desk_client.get("/notes/1/"))


def test_an_invalid_reissue_keeps_the_input(desk_client: Client, note: ExcuseNote) -> None:
    page = said(desk_client.post("/notes/1/reissue", FORM | {"reason": ""}))
    assert "why the first note no longer counts" in page and FORM["limits"] in page
    page = said(
        desk_client.post("/notes/1/reissue", FORM | {"excused_to": "2026-03-01", "reason": "because"})
    )
    assert "before the first one" in page and "because" in page
    assert ExcuseNote.objects.count() == 1


def test_reissuing_twice_makes_one_new_note(desk_client: Client, note: ExcuseNote) -> None:
    for _ in range(2):
        desk_client.post("/notes/1/reissue", FORM | {"reason": "x"})
    assert list(ExcuseNote.objects.order_by("number").values_list("number", "status")) == [
        (1, "void"),
        (2, "issued"),
    ]


def test_reissuing_again_with_other_words_says_that_they_are_not_on_the_note(
    desk_client: Client, note: ExcuseNote
) -> None:
    desk_client.post("/notes/1/reissue", FORM | {"reason": "x"})
    answer = desk_client.post("/notes/1/reissue", FORM | {"reason": "x", "limits": "None."}, follow=True)
    assert answer.redirect_chain == [("/notes/2/", 302)]
    assert "School note 2 is already issued, and what you just changed is not on it." in said(answer)
    assert ExcuseNote.objects.get(number=2).limits == FORM["limits"]


@pytest.mark.parametrize("limits", [FORM["limits"], "None."])
def test_reissuing_again_after_the_new_note_became_void_says_so(
    desk_client: Client, note: ExcuseNote, limits: str
) -> None:
    desk_client.post("/notes/1/reissue", FORM | {"reason": "x"})
    desk_client.post("/notes/2/void", {"reason": "wrong day"})
    desk_client.get("/notes/2/")  # shows what was said about it
    answer = desk_client.post("/notes/1/reissue", FORM | {"reason": "x", "limits": limits}, follow=True)
    assert "School note 2 was issued in its place and is void, too. Nothing was issued now." in said(answer)
    assert "issued it at" not in said(answer)
    assert set(ExcuseNote.objects.values_list("status", flat=True)) == {"void"}


def test_a_void_note_offers_no_reissue(desk_client: Client, note: ExcuseNote) -> None:
    desk_client.post("/notes/1/reissue", FORM | {"reason": "x"})
    answer = desk_client.get("/notes/1/reissue", follow=True)
    assert answer.redirect_chain == [("/notes/1/", 302)]
    assert "replaces it" in said(answer)


def test_a_void_note_cannot_be_reissued(desk_client: Client, note: ExcuseNote) -> None:
    desk_client.post("/notes/1/void", {"reason": "wrong day"})
    answer = desk_client.post("/notes/1/reissue", FORM | {"reason": "x"}, follow=True)
    assert "voided this note" in said(answer)
    assert ExcuseNote.objects.count() == 1


def test_other_methods_are_refused(desk_client: Client, note: ExcuseNote) -> None:
    for path in ("/notes/1/void", "/notes/1/reissue"):
        assert desk_client.delete(path).status_code == 405
