"""Issued excuse notes at the desk: hand over, print, void, reissue."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from checkin.actions import excuse_notes
from checkin.actions.refusals import Refused
from checkin.models import ExcuseNote
from checkin.models.confidential_marks import leave_out_confidential
from checkin.papers import excuse_notes as excuse_note_paper
from checkin.rules.excuse_notes import NoteKind, NoteStatus
from checkin.rules.roles import StaffAct
from checkin.rules.visit_steps import VisitState
from checkin.web.access import StaffRequest, may_perform_act, staff_required
from checkin.web.confidential_visits import require_open_visit
from checkin.web.desk.audit_views import audit_page_view, audit_patients_listed
from checkin.web.desk.excuse_note_drafts import (
    note_site_address,
    refuse_changes_of_issued_note,
    say_no_note_from_here,
)
from checkin.web.desk.excuse_note_forms import (
    NoteReissueForm,
    NoteVoidForm,
    note_form_facts,
)
from checkin.web.refusals import note_nothing_done, say_refusal

_allow_page_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@staff_required(StaffAct.READ_CHARTS)
def show_excuse_note(request: StaffRequest, number: int) -> HttpResponse:
    """Show an issued note, to read, hand over, or print from the browser."""
    return _render_excuse_note(request, get_note_or_404(request, number), NoteVoidForm())


def _render_excuse_note(
    request: StaffRequest, found: ExcuseNote, form: NoteVoidForm, trouble: str = ""
) -> HttpResponse:
    audit_page_view(request, found, patient_id=_note_patient_id(found))
    context = {
        "note": found,
        "visit": found.visit,
        "form": form,
        "sheet": excuse_note_paper.note_sheet_html(found.values(), site=note_site_address(request)),
        "warning": excuse_note_paper.undrawable_note_words(found.values()),
        "trouble": trouble,
        "may_act": may_perform_act(request, StaffAct.WRITE_NOTE),
    }
    note_nothing_done(request)
    return render(request, "desk/note.html", context)


@require_GET
@staff_required(StaffAct.WRITE_NOTE)
def show_note_pdf(request: StaffRequest, number: int) -> HttpResponse:
    """Return the note as PDF; if this machine cannot make one, the page to print from the browser."""
    found = get_note_or_404(request, number)
    if found.status == NoteStatus.VOID:
        messages.warning(request, f"{found} is void, so it is not printed anymore.")
        return redirect("desk:note", number)
    try:
        made = excuse_note_paper.make_notes_pdf([found.values()], site=note_site_address(request))
    except excuse_note_paper.NotePdfUnavailable:
        return _render_excuse_note(request, found, NoteVoidForm(), excuse_note_paper.note_pdf_trouble())
    audit_page_view(request, found, patient_id=_note_patient_id(found), action="excuse_note.printed")
    return _pdf_response(made, f"note-{number}.pdf")


@require_GET
@staff_required(StaffAct.WRITE_NOTE)
def show_notes_of_today(request: StaffRequest) -> HttpResponse:
    """Return every note issued today, except void ones, as one PDF or one page to print."""
    at = timezone.now()
    day = request.clinic.day(request.clinic.local_date(at))
    issued = leave_out_confidential(request.clinic.excuse_notes.issued_between(*day))
    found = list(issued.select_related("clinic", "visit"))
    if not found:
        messages.info(request, "No note has been issued today.")
        return redirect("desk:board")
    audit_patients_listed(
        request,
        "excuse_note.batch_printed",
        patients=[_note_patient_id(one) for one in found],
        visits=[one.visit for one in found if one.visit.patient_id is None],
        numbers=[one.number for one in found],
    )
    return _print_note_batch(request, found, f"notes-{request.clinic.local_date(at):%Y-%m-%d}.pdf")


def _print_note_batch(request: StaffRequest, notes: list[ExcuseNote], name: str) -> HttpResponse:
    """Return the notes as one PDF with that name; if this machine cannot make one, a page to print."""
    values, site = [one.values() for one in notes], note_site_address(request)
    try:
        made = excuse_note_paper.make_notes_pdf(values, site=site)
    except excuse_note_paper.NotePdfUnavailable:
        sheets = [excuse_note_paper.note_sheet_html(one, site=site) for one in values]
        context = {"sheets": sheets, "trouble": excuse_note_paper.note_pdf_trouble()}
        return render(request, "desk/note_batch.html", context)
    return _pdf_response(made, name)


@_allow_page_or_post
@staff_required(StaffAct.WRITE_NOTE)
def serve_note_void(request: StaffRequest, number: int) -> HttpResponse:
    found = get_note_or_404(request, number)
    form = NoteVoidForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _render_excuse_note(request, found, form)
    reason = form.cleaned_data["reason"]
    try:
        excuse_notes.void_issued_note(note=found, reason=reason, by=request.user, at=timezone.now())
        messages.success(
            request, f"{found} is void. Whoever checks its code is told so.{_after_void_words(found)}"
        )
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
    return redirect("desk:note", number)


def _after_void_words(note: ExcuseNote) -> str:
    """Say what is left to do for the family who has the note."""
    if note.visit.needs.open().filter(kind=f"{note.kind}_note").exists():
        return " Until they have another, the visit says that they need one."
    return " They have left with it: please let them know." if note.visit.state == VisitState.LEFT else ""


@_allow_page_or_post
@staff_required(StaffAct.WRITE_NOTE)
def serve_note_reissue(request: StaffRequest, number: int) -> HttpResponse:
    """Reissue the note with changes under a new number, voiding the old one in the same step."""
    found = get_note_or_404(request, number)
    posted = request.POST if request.method == "POST" else None
    was_void = found.status == NoteStatus.VOID
    if posted is None and (was_void or found.visit.confidential):
        return _leave_reissue(request, found)
    edits = excuse_notes.normalize_note_edits(found.visit, found.kind, found.edits())
    form = NoteReissueForm(posted, issuing=True, **note_form_facts(found.visit, found.kind, edits))
    if not form.is_valid():
        return _render_note_reissue(request, found, form)
    reason = form.cleaned_data["reason"]
    try:
        done = excuse_notes.reissue_note(
            note=found, edits=form.edits, reason=reason, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
        return redirect("desk:note", number)
    if was_void and not form.has_same_edits(done.note):
        return refuse_changes_of_issued_note(request, done.note)
    messages.success(request, done.notice or f"{done.note} is issued in place of note {number}.")
    return redirect("desk:note", done.note.number)


def _render_note_reissue(request: StaffRequest, found: ExcuseNote, form: NoteReissueForm) -> HttpResponse:
    audit_page_view(request, found, patient_id=_note_patient_id(found))
    note_nothing_done(request)
    context = {"note": found, "visit": found.visit, "form": form}
    return render(request, "desk/note_reissue.html", context)


def _leave_reissue(request: StaffRequest, found: ExcuseNote) -> HttpResponse:
    """Lead away from the form of a note that is not reissued: its visit is confidential, or it is void."""
    if found.visit.confidential:
        return say_no_note_from_here(request, found.visit)
    return redirect("desk:note", found.number)


def get_note_or_404(request: StaffRequest, number: int) -> ExcuseNote:
    """Return this clinic's note of that number with everything its pages show, or 404."""
    notes = request.clinic.excuse_notes.numbered().select_related(
        "visit__sign_in", "visit__patient", "issued_by", "voided_by", "replaces", "replaced_by"
    )
    found = get_object_or_404(notes, number=number)
    found.clinic = found.visit.clinic = request.clinic
    require_open_visit(request, found.visit)
    return found


def _note_patient_id(found: ExcuseNote) -> int | None:
    return found.visit.patient_id if found.kind == NoteKind.SCHOOL else None


def _pdf_response(made: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
