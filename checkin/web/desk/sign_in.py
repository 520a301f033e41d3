"""The desk's own sign-in: for whoever comes to the desk rather than to the tablet."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from checkin.actions import matches, visits
from checkin.models import Channel, Patient
from checkin.queries import people as directory
from checkin.rules.claims import LIMITS
from checkin.rules.roles import Act
from checkin.web.access import StaffRequest, get_location, staff_required
from checkin.web.desk.forms import SignInForm
from checkin.web.desk.reach import patient_named, seen

ONE_OF_EACH = (*LIMITS, "key", "interpreter", "is_patient")
MOST_SUGGESTED = 6


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(Act.SIGN_IN)
def sign_in(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        return signed_in(request)
    patient = patient_named(request, request.GET.get("patient"))
    if patient is not None:
        seen(request, patient, patient_id=patient.pk)
    today = request.clinic.local_date(timezone.now())
    chosen = directory.with_escorts([patient], on=today)[0] if patient else None
    return render(
        request,
        "desk/sign_in.html",
        {
            "form": SignInForm(clinic=request.clinic, patient=patient),
            "chosen": chosen,
            "keys_of_page": "desk/_keys_sign_in.html",
        },
    )


def signed_in(request: StaffRequest) -> HttpResponse:
    """Keep what was typed; then, where a person chose the child, link it. The same key twice is one visit."""
    patient = patient_named(request, request.POST.get("patient"))
    claim = {name: request.POST.get(name) for name in ONE_OF_EACH}
    receipt = visits.sign_in(
        location=get_location(request),
        claim=claim | {"notes_wanted": request.POST.getlist("notes_wanted")},
        at=timezone.now(),
        channel=Channel.DESK,
        by=request.user,
    )
    if patient is not None and receipt.visit.patient_id != patient.pk:
        return link_chosen(request, receipt, patient)
    messages.success(request, f"{receipt.visit.token} is on the board.")
    return redirect("desk:board")


def link_chosen(request: StaffRequest, receipt: visits.Receipt, patient: Patient) -> HttpResponse:
    try:
        matches.link(visit=receipt.visit, patient=patient, by=request.user, at=timezone.now())
    except visits.Refused as refusal:
        messages.warning(request, f"{receipt.visit.token} is on the board. {refusal.sentence}")
        return redirect("desk:match_one", receipt.visit.pk)
    messages.success(request, f"{receipt.visit.token} is on the board.")
    return redirect("desk:board")


@require_POST
@staff_required(Act.SIGN_IN)
def people(request: StaffRequest) -> HttpResponse:
    """Type-ahead. Posted, because a name in an address would stand in every log."""
    on = request.clinic.local_date(timezone.now())
    found = directory.search(request.clinic, request.POST.get("q", ""), on=on, limit=MOST_SUGGESTED)
    return render(request, "desk/_people.html", {"people": found})
