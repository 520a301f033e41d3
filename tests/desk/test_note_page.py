"""/notes/<number>/ to read, hand over and print from the browser; /notes/<number>/pdf."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from checkin.models import AuditEvent, Clinic, ExcuseNote, Location, Staff, Visit
from checkin.papers import pdf_engine
from checkin.rules.roles import Role, StaffAct, role_refusal
from tests import make
from tests.desk.note_pages import issued, said
from tests.papers.sheets import opened, text_of

pytestmark = pytest.mark.usefixtures("tuesday")

CANARIES = {
    "reason": "CANARYREASON fever",
    "also": "CANARYALSO rash",
    "relationship": "CANARYRELATION aunt",
    "escort_name": "CANARYESCORT Delgado",
    "escort_phone": "555-010-9876",
    "access_needs": "CANARYACCESS",
    "interpreter_language": "CANARYLANGUAGE",
}


@pytest.fixture
def visit(front: Location, brook: Clinic) -> Visit:
    leo = make.patient(brook, "Leo Ruiz", phone="555-010-4321", address="CANARYHOME 5", postcode="CANARYZIP")
    leo.identifiers.create(clinic=brook, system="urn:mrn", value="CANARYRECORD7")
    make.guardian(leo, "CANARYGUARDIAN Ruiz")
    return make.visit(front, **CANARIES)


@pytest.fixture
def note(visit: Visit, noor: Staff) -> ExcuseNote:
    return issued(visit, noor)


def test_the_note_is_shown_with_its_number_and_code(desk_client: Client, note: ExcuseNote) -> None:
    page = said(desk_client.get("/notes/1/"))
    assert "School note 1" in page and "Leo Ruiz" in page and note.code[:4] in page
    assert "testserver/verify/" in page


def test_the_pdf_opens_and_is_tagged(desk_client: Client, note: ExcuseNote) -> None:
    answer = desk_client.get("/notes/1/pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="note-1.pdf"'
    assert answer.headers["Cache-Control"] == "no-store, private"
    found = opened(answer.content)
    assert bool(found.Root.MarkInfo.Marked) and str(found.Root.Lang) == "en" and len(found.pages) == 1


@pytest.mark.parametrize("kind", ["school", "work"])
def test_the_pdf_contains_nothing_clinical_and_no_other_person(
    desk_client: Client, visit: Visit, noor: Staff, kind: str
) -> None:
    one = issued(visit, noor, kind)
    made = desk_client.get(f"/notes/{one.number}/pdf").content
    text = text_of(made)
    assert ("Leo Ruiz" in text) == (kind == "school")
    assert ("CANARYESCORT" in text) == (kind == "work")
    for canary in {*CANARIES.values()} - {CANARIES["escort_name"]}:
        assert canary not in text
    for forbidden in (
        "CANARYHOME",
        "CANARYZIP",
        "CANARYRECORD7",
        "CANARYGUARDIAN",
        "2018",
        "March 14",
        "4321",
    ):
        assert forbidden not in text
    # The PDF's invisible metadata must not contain it either.
    found = opened(made)
    hidden = f"{found.docinfo} {found.Root.Metadata.read_bytes()!r}"
    for name in ("CANARY", "Leo", "Ruiz"):
        assert name not in hidden


def test_a_void_note_is_shown_as_void_and_has_no_pdf(desk_client: Client, note: ExcuseNote) -> None:
    desk_client.post("/notes/1/void", {"reason": "wrong day"})
    page = said(desk_client.get("/notes/1/"))
    assert "Dana voided it" in page and "wrong day" in page and "data-print" not in page
    answer = desk_client.get("/notes/1/pdf", follow=True)
    assert "not printed anymore" in said(answer)


def test_without_pango_the_page_prints_from_the_browser(
    desk_client: Client, note: ExcuseNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise pdf_engine.PdfUnavailable("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(pdf_engine, "load_pdf_engine", absent)
    answer = desk_client.get("/notes/1/pdf")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    page = said(answer)
    assert "straight from the browser" in page and "data-print" in page and "Leo Ruiz" in page
    answer = desk_client.get("/notes/today.pdf")
    assert "straight from the browser" in said(answer) and "Leo Ruiz" in said(answer)


def test_viewing_and_printing_are_audited(desk_client: Client, note: ExcuseNote, dana: Staff) -> None:
    desk_client.get("/notes/1/")
    desk_client.get("/notes/1/pdf")
    events = AuditEvent.objects.filter(subject="ExcuseNote", subject_id=note.pk, staff=dana).order_by("pk")
    assert [event.action for event in events] == ["seen", "excuse_note.printed"]


def test_an_auditor_can_neither_read_a_note_nor_change_it(
    as_: Callable[[Staff], Client], otto: Staff, note: ExcuseNote
) -> None:
    for path in ("/notes/1/", "/notes/1/pdf"):
        answer = as_(otto).get(path)
        assert (answer.status_code, "Leo Ruiz" in said(answer)) == (403, False), path
        assert role_refusal(Role.AUDITOR, StaffAct.READ_CHARTS) in said(answer), path
    assert not AuditEvent.objects.filter(subject="ExcuseNote", staff=otto).exists()
    for path in ("/notes/1/void", "/notes/1/reissue"):
        assert as_(otto).post(path, {"reason": "x"}).status_code == 403


def test_a_note_of_another_clinic_is_404(
    as_: Callable[[Staff], Client], sol: Staff, note: ExcuseNote
) -> None:
    for path in ("/notes/1/", "/notes/1/pdf", "/notes/1/void", "/notes/1/reissue"):
        assert as_(sol).get(path).status_code == 404


def test_an_unknown_note_number_is_404(desk_client: Client, note: ExcuseNote) -> None:
    assert desk_client.get("/notes/2/").status_code == 404


def test_an_anonymous_visitor_is_sent_to_log_in(note: ExcuseNote) -> None:
    for path in ("/notes/1/", "/notes/1/pdf", "/notes/today.pdf"):
        assert Client().get(path).headers["Location"].startswith("/account/login/")


def test_other_methods_are_refused(desk_client: Client, note: ExcuseNote) -> None:
    for path in ("/notes/1/", "/notes/1/pdf", "/notes/today.pdf"):
        assert desk_client.post(path).status_code == 405


def test_todays_notes_are_one_pdf_without_void_notes(
    desk_client: Client, note: ExcuseNote, front: Location, noor: Staff
) -> None:
    for name in ("Mia Voss", "Max Chen"):
        issued(make.visit(front, name=name), noor)
    desk_client.post("/notes/2/void", {"reason": "wrong name"})
    answer = desk_client.get("/notes/today.pdf")
    text = text_of(answer.content)
    assert len(opened(answer.content).pages) == 2
    assert "Leo Ruiz" in text and "Max Chen" in text and "Mia Voss" not in text
    assert answer.headers["Content-Disposition"] == 'inline; filename="notes-2026-03-10.pdf"'
    assert AuditEvent.objects.get(action="excuse_note.batch_printed").detail == {"numbers": [1, 3]}


def test_a_day_without_notes_says_so(desk_client: Client, front: Location) -> None:
    assert "No note has been issued today." in said(desk_client.get("/notes/today.pdf", follow=True))


def test_the_batch_leaves_out_other_clinics_and_other_days(
    desk_client: Client, note: ExcuseNote, hilltop: Location, sol: Staff, tuesday: time_machine.Traveller
) -> None:
    issued(make.visit(hilltop, name="Zed Stone"), sol)
    assert len(opened(desk_client.get("/notes/today.pdf").content).pages) == 1
    tuesday.shift(24 * 3600)
    assert desk_client.get("/notes/today.pdf").status_code == 302
