"""What is sealed: a page that asks for a reason, and the same page opened, which closes after 20 seconds.

Care alerts are shown there. A confidential visit opens as its own page, for as long, once the reason is kept.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from checkin.actions import sealed_readings
from checkin.actions.refusals import Refused
from checkin.models import Patient, Visit
from checkin.models.hidden_addresses import is_address_hidden
from checkin.queries import care_alerts as care_alert_queries
from checkin.rules.confidential_visits import ADDRESS_COLUMNS
from checkin.rules.patient_merges import MERGE_COLUMNS
from checkin.rules.roles import StaffAct
from checkin.rules.sealed_readings import OPEN_SECONDS, SEALED_MARK
from checkin.web import unsent_forms
from checkin.web.access import (
    StaffRequest,
    get_patient_after_merges,
    get_visit_or_404,
    may_perform_act,
    staff_required,
)
from checkin.web.confidential_visits import note_opened_visit
from checkin.web.desk.audit_views import audit_page_view
from checkin.web.desk.sealed_reading_forms import SealedReasonForm
from checkin.web.page_versions import DRAWN_FOR, closed_visit_version
from checkin.web.unsent_form_visits import has_form_about


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.READ_CHARTS)
def serve_sealed_of_patient(request: StaffRequest, patient_id: int) -> HttpResponse:
    patient = get_patient_after_merges(request, patient_id)
    return _serve_sealed(request, patient=patient, back=reverse("desk:patient", args=[patient.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.READ_CHARTS)
def serve_sealed_of_visit(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id, also_closed=True)
    back = reverse("desk:visit", args=[visit.pk])
    return _serve_sealed(request, patient=visit.patient, visit=visit, back=back)


def _serve_sealed(
    request: StaffRequest, *, patient: Patient | None, visit: Visit | None = None, back: str
) -> HttpResponse:
    """Ask for the reason; show what is sealed only in the answer to a reason that was recorded."""
    form = SealedReasonForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "back": back, "mark": SEALED_MARK, "patient": patient}
    # Whose a confidential visit is, is closed too.
    context |= {"seconds": OPEN_SECONDS, "named": None if visit and visit.confidential else patient}
    # Else the form would say that its page was about the child's record.
    asked = {**context, DRAWN_FOR: closed_visit_version(visit)} if visit else context
    subject: Any = visit or patient
    if request.method != "POST":
        audit_page_view(request, subject, patient_id=patient.pk if patient else None)
        return _answer_sealed(request, "desk/sealed.html", asked)
    told = sealed_readings.REASON_MISSING
    if form.is_valid():
        try:
            return _open_sealed(request, form, context, visit)
        except Refused as refusal:
            told = refusal.sentence
    audit_page_view(request, subject, patient_id=patient.pk if patient else None)
    return _answer_sealed(request, "desk/sealed.html", {**asked, "told": told}, status=409)


def _open_sealed(
    request: StaffRequest, form: SealedReasonForm, context: dict[str, Any], visit: Visit | None
) -> HttpResponse:
    """Record the reading and show what is sealed. Raises Refused, with nothing shown."""
    patient = context["patient"]
    facts = {"patient": patient, "visit": visit, "reason": form.said}
    facts |= {"by": request.user, "at": timezone.now()}
    if visit is not None and visit.confidential:
        sealed_readings.open_sealed(**facts, items=1)
        note_opened_visit(request, visit)
        _tell_of_waiting_form(request, visit)
        return redirect(context["back"])
    sections = _sealed_sections(patient)
    sealed_readings.open_sealed(**facts, items=sum(map(len, sections.values())))
    may_keep = may_perform_act(request, StaffAct.KEEP_CARE_ALERTS)
    opened = {**context, **sections, "may_keep": may_keep}
    return _answer_sealed(request, "desk/sealed_opened.html", opened)


def _tell_of_waiting_form(request: StaffRequest, visit: Visit) -> None:
    """Say that a form about the visit, which was not sent while it was open, opens now too."""
    typed, _ = unsent_forms.load_unsent_forms(request)
    if has_form_about(visit, typed):
        words = format_html(
            'What you typed here was not sent. <a href="{}">Open it</a> and send it.', reverse("desk:typed")
        )
        messages.info(request, words)


def _sealed_sections(patient: Patient | None) -> dict[str, list[Any]]:
    """Return what is sealed here, by the name under which the page shows it."""
    if patient is None:
        return {"alerts": [], "address": []}
    return {"alerts": care_alert_queries.list_alerts(patient), "address": _hidden_address_lines(patient)}


def _hidden_address_lines(patient: Patient) -> list[tuple[str, str]]:
    """Return the columns that a hidden address hides, with their labels; none if it is not hidden."""
    named = [(str(MERGE_COLUMNS[name]), str(getattr(patient, name))) for name in ADDRESS_COLUMNS]
    return [(label, words) for label, words in named if words] if patient.address_hidden else []


def _answer_sealed(
    request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    answer = render(request, template, context, status=status)
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def sealed_mark(patient: Patient | None, address: str) -> dict[str, object]:
    """Return the context of `desk/_sealed_mark.html`. The same mark stands for all that is sealed."""
    patient_id = patient.pk if patient else None
    is_sealed = is_address_hidden(patient) or care_alert_queries.has_active_alert(patient_id)
    return {"sealed": address if is_sealed else ""}


def sealed_mark_of_visit(visit: Visit) -> dict[str, object]:
    """Return the same for a visit's page. From a confidential one, which is open, it leads to the child's."""
    if visit.confidential and visit.patient_id:
        return sealed_mark(visit.patient, reverse("desk:sealed", args=[visit.patient_id]))
    return sealed_mark(visit.patient, reverse("desk:sealed_visit", args=[visit.pk]))
