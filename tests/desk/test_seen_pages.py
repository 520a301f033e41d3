"""Each page that shows what a family said or a phone is recorded in the audit log when it is opened."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from checkin.actions import excuse_notes
from checkin.models import AuditEvent, Clinic, Location, Staff, Visit
from checkin.papers import excuse_notes as excuse_note_paper
from tests import make
from tests.drawn_forms import Form, forms_on
from tests.promising import promise


@pytest.fixture
def visit(brook: Clinic, front: Location, dana: Staff) -> Visit:
    leo = make.patient(brook, "Leo Ruiz")
    make.guardian(leo)
    return make.visit(front, patient=leo, reason="a fever", escort_phone=make.ESCORT_PHONE)


def list_seen() -> list[tuple[str, int, int | None]]:
    found = AuditEvent.objects.filter(action="seen").order_by("pk")
    return list(found.values_list("subject", "subject_id", "patient_id"))


@pytest.mark.parametrize("page", ["reason", "leaving"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_panel_about_a_visit_is_audited(
    desk_client: Client, visit: Visit, page: str, headers: dict[str, str]
) -> None:
    name = {"reason": "desk:reason", "leaving": "desk:leave"}[page]
    assert desk_client.get(reverse(name, args=[visit.pk]), headers=headers).status_code == 200
    assert list_seen() == [("Visit", visit.pk, visit.patient_id)]


@pytest.mark.parametrize("way", ["visit", "patient", "replaces", "again"])
def test_form_of_a_new_promise_is_audited(
    desk_client: Client, visit: Visit, front: Location, way: str
) -> None:
    about = {"visit": visit, "patient": visit.patient}.get(way) or promise(front, patient=visit.patient)
    assert desk_client.get(f"{reverse('desk:promise_new')}?{way}={about.pk}").status_code == 200
    assert list_seen() == [(type(about).__name__, about.pk, visit.patient_id)]


def test_form_of_a_promise_about_nobody_is_nothing_to_audit(desk_client: Client) -> None:
    assert desk_client.get(reverse("desk:promise_new")).status_code == 200
    assert list_seen() == []


@pytest.mark.parametrize("kind", ["school", "work"])
@pytest.mark.parametrize(
    ("page", "is_sent"),
    [
        ("note", False),
        ("note_void", False),
        ("note_void", True),
        ("note_reissue", False),
        ("note_reissue", True),
    ],
)
def test_each_page_of_a_note_is_audited(
    desk_client: Client, visit: Visit, noor: Staff, kind: str, page: str, is_sent: bool
) -> None:
    note = excuse_notes.issue_note(visit=visit, kind=kind, by=noor, at=timezone.now()).note
    address = reverse(f"desk:{page}", args=[note.number])
    # A form without a reason is incomplete, so the page is shown again.
    answer = desk_client.post(address, {}) if is_sent else desk_client.get(address)
    assert answer.status_code == 200
    assert list_seen() == [("ExcuseNote", note.pk, visit.patient_id if kind == "school" else None)]


def draw_draft(client: Client, visit: Visit) -> Form:
    address = reverse("desk:note_draft", args=[visit.pk, "school"])
    page = client.get(address).content.decode()
    [form] = [one for one in forms_on(page, address) if one.path == address]
    return form


def test_a_draft_is_audited_once_and_not_with_each_preview(desk_client: Client, visit: Visit) -> None:
    form = draw_draft(desk_client, visit)
    for _ in range(3):
        assert desk_client.post(form.action, form.with_(do="preview")).status_code == 200
    assert list_seen() == [("Visit", visit.pk, visit.patient_id)]


@pytest.mark.parametrize("changes", [{"excused_from": "next week"}, {"seen_from": ""}])
def test_a_preview_that_is_not_valid_leaves_the_sheet_and_is_not_audited(
    desk_client: Client, visit: Visit, changes: dict[str, str]
) -> None:
    form = draw_draft(desk_client, visit)
    answer = desk_client.post(form.action, form.with_(do="preview", **changes))
    assert (answer.status_code, answer.content) == (204, b"")
    assert list_seen() == [("Visit", visit.pk, visit.patient_id)]


def test_a_preview_of_a_note_issued_meanwhile_leaves_the_sheet_and_is_not_audited(
    desk_client: Client, visit: Visit, noor: Staff
) -> None:
    form = draw_draft(desk_client, visit)
    excuse_notes.issue_note(visit=visit, kind="school", by=noor, at=timezone.now())
    answer = desk_client.post(form.action, form.with_(do="preview"))
    assert (answer.status_code, answer.content) == (204, b"")
    assert list_seen() == [("Visit", visit.pk, visit.patient_id)]
    assert "already issued" not in desk_client.get("/").content.decode()


def test_a_note_shown_because_it_has_no_pdf_is_audited(
    desk_client: Client, visit: Visit, noor: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> bytes:
        raise excuse_note_paper.NotePdfUnavailable

    note = excuse_notes.issue_note(visit=visit, kind="school", by=noor, at=timezone.now()).note
    monkeypatch.setattr(excuse_note_paper, "make_notes_pdf", fail)
    assert desk_client.get(reverse("desk:note_pdf", args=[note.number])).status_code == 200
    assert list_seen() == [("ExcuseNote", note.pk, visit.patient_id)]
