"""What is sealed: a page that asks for a reason, and the same page opened, which closes after 20 seconds.

Care alerts use it; confidential visits can, by adding a section to `_sealed_sections`.
"""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from checkin.actions import sealed_readings
from checkin.actions.refusals import Refused
from checkin.models import Patient, Visit
from checkin.queries import care_alerts as care_alert_queries
from checkin.rules.roles import StaffAct
from checkin.rules.sealed_readings import (
    LONGEST_REASON,
    OPEN_SECONDS,
    SEALED_MARK,
    ReadingReason,
    SealedReason,
)
from checkin.rules.sign_in_claims import clean_typed_text
from checkin.web.access import (
    StaffRequest,
    get_patient_after_merges,
    get_visit_or_404,
    may_perform_act,
    staff_required,
)
from checkin.web.desk.audit_views import audit_page_view


class SealedReasonForm(forms.Form):
    """Why somebody opens what is sealed. It only cleans."""

    reason = forms.ChoiceField(
        label="Why do you open it?", choices=SealedReason.choices, widget=forms.RadioSelect, required=False
    )
    typed = forms.CharField(
        label="In a few words, for another reason",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )

    @property
    def said(self) -> ReadingReason:
        return ReadingReason(self.cleaned_data["reason"], clean_typed_text(self.cleaned_data["typed"]))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "paper"
        helper.layout = Layout("reason", "typed", Submit("open", "Open", css_class="btn-primary"))
        return helper


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.READ_CHARTS)
def serve_sealed_of_patient(request: StaffRequest, patient_id: int) -> HttpResponse:
    patient = get_patient_after_merges(request, patient_id)
    return _serve_sealed(request, patient=patient, back=reverse("desk:patient", args=[patient.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.READ_CHARTS)
def serve_sealed_of_visit(request: StaffRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_or_404(request, visit_id)
    back = reverse("desk:visit", args=[visit.pk])
    return _serve_sealed(request, patient=visit.patient, visit=visit, back=back)


def _serve_sealed(
    request: StaffRequest, *, patient: Patient | None, visit: Visit | None = None, back: str
) -> HttpResponse:
    """Ask for the reason; show what is sealed only in the answer to a reason that was recorded."""
    form = SealedReasonForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "back": back, "mark": SEALED_MARK}
    if request.method != "POST":
        subject = visit or patient
        if subject is not None:
            audit_page_view(request, subject, patient_id=patient.pk if patient else None)
        return _answer_sealed(request, "desk/sealed.html", context)
    told = sealed_readings.REASON_MISSING
    if form.is_valid():
        sections = _sealed_sections(request, patient, visit)
        try:
            sealed_readings.open_sealed(
                patient=patient,
                visit=visit,
                reason=form.said,
                items=sum(map(len, sections.values())),
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            told = refusal.sentence
        else:
            opened = {**context, **sections, "seconds": OPEN_SECONDS, "patient": patient}
            opened["may_keep"] = may_perform_act(request, StaffAct.KEEP_CARE_ALERTS)
            return _answer_sealed(request, "desk/sealed_opened.html", opened)
    return _answer_sealed(request, "desk/sealed.html", {**context, "told": told}, status=409)


def _sealed_sections(
    request: StaffRequest, patient: Patient | None, visit: Visit | None
) -> dict[str, list[Any]]:
    """Return what is sealed here, by the name under which the page shows it."""
    return {"alerts": care_alert_queries.list_alerts(patient) if patient else []}


def _answer_sealed(
    request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    answer = render(request, template, context, status=status)
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def sealed_mark(patient_id: int | None, address: str) -> dict[str, object]:
    """Return the context of `desk/_sealed_mark.html`. The same mark stands for all that is sealed."""
    return {"sealed": address if care_alert_queries.has_active_alert(patient_id) else ""}
