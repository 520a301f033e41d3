"""The draft of an excuse note at the desk: shown in full, saved, and issued."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from checkin.actions import excuse_notes
from checkin.actions.refusals import Refused
from checkin.models import ExcuseNote, Visit
from checkin.models import excuse_notes as excuse_note_models
from checkin.papers import excuse_notes as excuse_note_paper
from checkin.rules.confidential_visits import NO_NOTE_HERE
from checkin.rules.excuse_notes import NoteEdits, NoteKind, NoteStatus
from checkin.rules.roles import StaffAct
from checkin.rules.visit_steps import VisitState
from checkin.web.access import StaffRequest, get_visit_or_404, staff_required
from checkin.web.confidential_visits import may_show_visit
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.desk.excuse_note_forms import (
    ExcuseNoteForm,
    carry_over_note_changes,
    note_form_facts,
)
from checkin.web.form_snapshots import DRAWN_WITH
from checkin.web.refusals import note_nothing_done, say_refusal


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.WRITE_NOTE)
def serve_note_draft(request: StaffRequest, visit_id: int, kind: str) -> HttpResponse:
    """Show the whole note before it is issued. A POST saves it, or with `do` only shows it or issues it."""
    visit = get_visit_or_404(request, visit_id)
    if kind not in NoteKind.values:
        raise Http404
    note = excuse_notes.find_standing_note(visit, kind)
    is_issued = note is not None and note.status == NoteStatus.ISSUED
    if not request.POST and (is_issued or visit.confidential):
        return _return_to_visit(request, visit, note if is_issued else None)
    edits = excuse_notes.normalize_note_edits(
        visit, kind, note.edits() if note else excuse_note_models.first_note_draft(visit, kind)
    )
    issuing = request.POST.get("do") == "issue"
    at_one_key = issuing and "excused_from" not in request.POST
    said = asdict(edits) if at_one_key else request.POST or None
    form = ExcuseNoteForm(said, issuing=issuing, **note_form_facts(visit, kind, edits))
    if request.POST.get("do") == "preview":
        return _preview_note(request, visit, kind, form, is_issued=is_issued)
    if note and is_issued and not (issuing and form.has_same_edits(note)):
        return refuse_changes_of_issued_note(request, note)
    if not form.is_valid():
        return _render_note_draft(request, visit, kind, form, edits)
    if issuing:
        return _issue_note_draft(request, visit, kind, form, None if at_one_key else form.edits)
    return _keep_note_draft(request, visit, kind, form)


def _preview_note(
    request: StaffRequest, visit: Visit, kind: str, form: ExcuseNoteForm, *, is_issued: bool
) -> HttpResponse:
    """Show the note as typed so far, or nothing new if it cannot be. Opening the page was audited already."""
    if is_issued or not form.is_valid() or not may_show_visit(request, visit):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return _draw_note_draft(request, visit, kind, form, form.edits)


def _return_to_visit(request: StaffRequest, visit: Visit, note: ExcuseNote | None) -> HttpResponse:
    """Show the visit, and say that its note is issued: Back after issuing comes to the draft's address.

    Without an issued note, say why the visit, which is confidential, has none.
    """
    if note is None:
        return say_no_note_from_here(request, visit)
    words = '<a href="{}">{}</a> is already issued. {}'
    address = reverse("desk:note", args=[note.number])
    messages.info(request, format_html(words, address, note, excuse_notes.describe_note_issue(note)))
    return redirect("desk:visit", visit.pk)


def say_no_note_from_here(request: StaffRequest, visit: Visit) -> HttpResponse:
    """Show the visit, which is confidential and opened, and say why it has no note."""
    messages.info(request, NO_NOTE_HERE)
    return redirect("desk:visit", visit.pk)


def refuse_changes_of_issued_note(request: StaffRequest, note: ExcuseNote) -> HttpResponse:
    """Show the issued note and say that it does not have what an older page just sent."""
    issue = excuse_notes.describe_note_issue(note)
    say_refusal(
        request,
        f"{note} is already issued, and what you just changed is not on it. {issue} Reissue it to change it.",
    )
    return redirect("desk:note", note.number)


def _issue_note_draft(
    request: StaffRequest, visit: Visit, kind: str, form: ExcuseNoteForm, edits: NoteEdits | None
) -> HttpResponse:
    try:
        done = excuse_notes.issue_note(
            visit=visit, kind=kind, edits=edits, seen=form.drawn_edits, by=request.user, at=timezone.now()
        )
    except excuse_notes.NoteDraftChanged as changed:
        return _render_changed_draft(request, visit, kind, form, changed, done="issued")
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
        now = excuse_notes.normalize_note_edits(
            visit, kind, edits or excuse_note_models.first_note_draft(visit, kind)
        )
        drawn = request.POST.get(DRAWN_WITH)
        again = ExcuseNoteForm(
            asdict(now) | {DRAWN_WITH: drawn} if drawn else None, **note_form_facts(visit, kind, now)
        )
        return _render_note_draft(request, visit, kind, again, now)
    if done.notice:
        messages.warning(request, f"{done.notice} This is that note; nothing was issued twice.")
    else:
        messages.success(request, f"{done.note} is issued. Hand it over, or print it.")
    return redirect("desk:note", done.note.number)


def _keep_note_draft(request: StaffRequest, visit: Visit, kind: str, form: ExcuseNoteForm) -> HttpResponse:
    try:
        excuse_notes.edit_note_draft(
            visit=visit,
            kind=kind,
            edits=form.edits,
            seen=form.drawn_edits,
            by=request.user,
            at=timezone.now(),
        )
    except excuse_notes.NoteDraftChanged as changed:
        return _render_changed_draft(request, visit, kind, form, changed, done="saved")
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
        return _render_note_draft(request, visit, kind, form, form.edits)
    messages.success(request, "The draft is saved.")
    return redirect("desk:note_draft", visit.pk, kind)


def _render_changed_draft(
    request: StaffRequest,
    visit: Visit,
    kind: str,
    form: ExcuseNoteForm,
    changed: excuse_notes.NoteDraftChanged,
    *,
    done: str,
) -> HttpResponse:
    """Show the draft as somebody else saved it, with what this person changed on an older page."""
    say_refusal(request, f"{changed.sentence} It was not {done}. What you changed is filled in: look again.")
    again = carry_over_note_changes(form, visit, kind, changed.kept)
    return _render_note_draft(request, visit, kind, again, changed.kept)


def _render_note_draft(
    request: StaffRequest, visit: Visit, kind: str, form: ExcuseNoteForm, edits: NoteEdits
) -> HttpResponse:
    audit_page_view(request, visit, patient_id=visit.patient_id)
    return _draw_note_draft(request, visit, kind, form, edits)


def _draw_note_draft(
    request: StaffRequest, visit: Visit, kind: str, form: ExcuseNoteForm, edits: NoteEdits
) -> HttpResponse:
    shown = form.edits if form.is_bound and form.is_valid() else edits
    note = ExcuseNote.unsaved(visit, kind, excuse_notes.normalize_note_edits(visit, kind, shown))
    note.issuer, note.issuer_role = request.user.name, request.user.role
    values = note.values()
    context = {
        "visit": visit,
        "note": note,
        "form": form,
        "sheet": excuse_note_paper.note_sheet_html(values, site=note_site_address(request)),
        "warning": excuse_note_paper.undrawable_note_words(values),
        "refusal": excuse_notes.NO_NOTE_FOR_STATE.get(VisitState(visit.state), ""),
    }
    note_nothing_done(request)
    return render(request, "desk/note_draft.html", context)


def note_site_address(request: StaffRequest) -> str:
    """Return this site's public address, the start of every URL on paper."""
    return f"{request.scheme}://{request.get_host()}"
