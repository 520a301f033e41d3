"""Excuse notes at the desk: look at the draft, issue it, hand it over, make it void, issue it anew."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from checkin.actions import audit
from checkin.actions import excuse_notes as actions
from checkin.actions.visits import Refused
from checkin.models import ExcuseNote, Visit
from checkin.models import excuse_notes as facts
from checkin.papers import excuse_note as paper
from checkin.rules.excuse_notes import Edits, Kind, Status
from checkin.rules.roles import Act
from checkin.rules.visits import State
from checkin.web.access import StaffRequest, get_visit_or_404, may, staff_required
from checkin.web.desk.note_forms import NoteForm, ReissueForm, VoidForm

NOT_MATCHED = (
    "This child is not matched to a record yet, so the note carries the name as it was typed. "
    "Please check the spelling."
)
ON_RECORD = "As on record."
AS_TYPED = "As they typed it. Please check the spelling."
NO_NAME = "Nobody typed a name. Ask for it and type it here."

page_or_post = require_http_methods(["GET", "HEAD", "POST"])


@page_or_post
@staff_required(Act.WRITE_NOTE)
def draft(request: StaffRequest, visit_id: int, kind: str) -> HttpResponse:
    """The whole note before it is issued. A POST keeps it, or with `do=issue` issues it as shown."""
    visit = get_visit_or_404(request, visit_id)
    if kind not in Kind.values:
        raise Http404
    note = actions.standing(visit, kind)
    if note is not None and note.status == Status.ISSUED and not request.POST:
        return redirect("desk:note", note.number)
    edits = actions.proper(visit, kind, note.edits() if note else facts.first_draft(visit, kind))
    issuing = request.POST.get("do") == "issue"
    at_one_key = issuing and "excused_from" not in request.POST
    said = asdict(edits) if at_one_key else request.POST or None
    form = NoteForm(said, issuing=issuing, **asked(visit, kind, edits))
    if not form.is_valid():
        return show_draft(request, visit, kind, form, edits)
    if issuing:
        return issue(request, visit, kind, None if at_one_key else form.edits)
    return keep(request, visit, kind, form)


def issue(request: StaffRequest, visit: Visit, kind: str, edits: Edits | None) -> HttpResponse:
    try:
        done = actions.issue(visit=visit, kind=kind, edits=edits, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
        now = actions.proper(visit, kind, edits or facts.first_draft(visit, kind))
        return show_draft(request, visit, kind, NoteForm(**asked(visit, kind, now)), now)
    if done.notice:
        messages.warning(request, f"{done.notice} This is that note; nothing was issued twice.")
    else:
        messages.success(request, f"{done.note} is issued. Hand it over, or print it.")
    return redirect("desk:note", done.note.number)


def keep(request: StaffRequest, visit: Visit, kind: str, form: NoteForm) -> HttpResponse:
    try:
        actions.edit(visit=visit, kind=kind, edits=form.edits, by=request.user, at=timezone.now())
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
        return show_draft(request, visit, kind, form, form.edits)
    messages.success(request, "The draft is kept.")
    return redirect("desk:note_draft", visit.pk, kind)


def asked(visit: Visit, kind: str, edits: Edits) -> dict[str, Any]:
    """What the form needs to know of this visit: whose name stands there, and whether it may be changed."""
    fixed = facts.subject(visit, kind) if facts.name_is_fixed(visit, kind) else ""
    hint = ON_RECORD if fixed else AS_TYPED if kind == Kind.WORK else NOT_MATCHED
    return {
        "seen_on": visit.clinic.local_date(visit.arrived_at),
        "edits": edits,
        "fixed_name": fixed,
        "name_hint": hint if edits.person_name else NO_NAME,
    }


def show_draft(request: StaffRequest, visit: Visit, kind: str, form: NoteForm, edits: Edits) -> HttpResponse:
    audit.seen(subject=visit, by=request.user, at=timezone.now(), patient_id=visit.patient_id)
    shown = form.edits if form.is_bound and form.is_valid() else edits
    note = ExcuseNote.unsaved(visit, kind, actions.proper(visit, kind, shown))
    note.issuer = request.user.name
    values = note.values()
    context = {
        "visit": visit,
        "note": note,
        "form": form,
        "sheet": paper.html(values, site=site_of(request)),
        "warning": paper.cannot_draw(values),
        "refusal": actions.NEVER_SEEN.get(State(visit.state), ""),
        "keys_of_page": "desk/note_keys.html",
    }
    return render(request, "desk/note_draft.html", context)


@require_safe
@staff_required()
def note(request: StaffRequest, number: int) -> HttpResponse:
    """An issued note: to read, to hand over, to print straight from the browser."""
    found = get_note_or_404(request, number)
    audit.seen(subject=found, by=request.user, at=timezone.now(), patient_id=patient_of(found))
    return show_note(request, found, VoidForm())


def show_note(request: StaffRequest, found: ExcuseNote, form: VoidForm, trouble: str = "") -> HttpResponse:
    context = {
        "note": found,
        "visit": found.visit,
        "form": form,
        "sheet": paper.html(found.values(), site=site_of(request)),
        "warning": paper.cannot_draw(found.values()),
        "trouble": trouble,
        "may_act": may(request, Act.WRITE_NOTE),
        "keys_of_page": "desk/note_keys.html",
    }
    return render(request, "desk/note.html", context)


@require_GET
@staff_required(Act.WRITE_NOTE)
def pdf(request: StaffRequest, number: int) -> HttpResponse:
    """The note as PDF, or where this machine makes none, the page that prints from the browser."""
    found = get_note_or_404(request, number)
    if found.status == Status.VOID:
        messages.warning(request, f"{found} is void, so it is not printed any more.")
        return redirect("desk:note", number)
    try:
        made = paper.pdf([found.values()], site=site_of(request))
    except paper.NoPress:
        return show_note(request, found, VoidForm(), paper.pdf_trouble())
    audit.record(
        action="excuse_note.printed",
        subject=found,
        by=request.user,
        at=timezone.now(),
        patient_id=patient_of(found),
    )
    return as_pdf(made, f"note-{number}.pdf")


@require_GET
@staff_required(Act.WRITE_NOTE)
def today(request: StaffRequest) -> HttpResponse:
    """Every note that the clinic issued today, void ones left out, as one PDF or as one page to print."""
    at = timezone.now()
    day = request.clinic.day(request.clinic.local_date(at))
    found = list(request.clinic.excuse_notes.issued_between(*day).select_related("clinic"))
    if not found:
        messages.info(request, "No note has been issued today.")
        return redirect("desk:board")
    audit.record(
        action="excuse_note.batch_printed",
        subject=request.clinic,
        clinic_id=request.clinic.pk,
        by=request.user,
        at=at,
        numbers=[one.number for one in found],
    )
    values = [one.values() for one in found]
    try:
        made = paper.pdf(values, site=site_of(request))
    except paper.NoPress:
        sheets = [paper.html(one, site=site_of(request)) for one in values]
        return render(request, "desk/note_batch.html", {"sheets": sheets, "trouble": paper.pdf_trouble()})
    return as_pdf(made, f"notes-{request.clinic.local_date(at):%Y-%m-%d}.pdf")


@page_or_post
@staff_required(Act.WRITE_NOTE)
def void(request: StaffRequest, number: int) -> HttpResponse:
    found = get_note_or_404(request, number)
    form = VoidForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return show_note(request, found, form)
    reason = form.cleaned_data["reason"]
    try:
        actions.void(note=found, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, f"{found} is void. Whoever checks its code is told so.{after_void(found)}")
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
    return redirect("desk:note", number)


def after_void(note: ExcuseNote) -> str:
    """What is left to do for the family who hold it."""
    if note.visit.needs.open().filter(kind=f"{note.kind}_note").exists():
        return " Until they have another, the visit says that they need one."
    return " They have left with it: please let them know." if note.visit.state == State.LEFT else ""


@page_or_post
@staff_required(Act.WRITE_NOTE)
def reissue(request: StaffRequest, number: int) -> HttpResponse:
    """The same note with changes, under a new number; the old one becomes void in the same moment."""
    found = get_note_or_404(request, number)
    edits = actions.proper(found.visit, found.kind, found.edits())
    posted = request.POST if request.method == "POST" else None
    form = ReissueForm(posted, issuing=True, **asked(found.visit, found.kind, edits))
    if not form.is_valid():
        context = {"note": found, "visit": found.visit, "form": form}
        return render(request, "desk/note_reissue.html", context)
    reason = form.cleaned_data["reason"]
    try:
        done = actions.reissue(
            note=found, edits=form.edits, reason=reason, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("desk:note", number)
    messages.success(request, done.notice or f"{done.note} is issued in place of note {number}.")
    return redirect("desk:note", done.note.number)


def get_note_or_404(request: StaffRequest, number: int) -> ExcuseNote:
    """This clinic's note of that number, with all that its pages show."""
    notes = request.clinic.excuse_notes.numbered().select_related(
        "visit__sign_in", "visit__patient", "issued_by", "voided_by", "replaces", "replaced_by"
    )
    found = get_object_or_404(notes, number=number)
    found.clinic = found.visit.clinic = request.clinic
    return found


def patient_of(found: ExcuseNote) -> int | None:
    return found.visit.patient_id if found.kind == Kind.SCHOOL else None


def site_of(request: StaffRequest) -> str:
    """Where this program is reached from outside: the front of every address on paper."""
    return f"{request.scheme}://{request.get_host()}"


def as_pdf(made: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)
