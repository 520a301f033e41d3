"""A person's own e-mail address, for notices of overdue promises."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from checkin.actions import mailing
from checkin.actions.refusals import Refused
from checkin.rules import sign_in_claims
from checkin.web.access import StaffRequest, staff_required


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def edit_own_email(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "account/email.html", {"address": request.user.email})
    address = sign_in_claims.clean_typed_text(request.POST.get("address"))
    try:
        kept = mailing.set_staff_email(
            person=request.user, address=address, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        facts = {"address": address, "told": str(refusal)}
        return render(request, "account/email.html", facts, status=400)
    said = (
        f"E-mail about overdue promises goes to {kept.email}."
        if kept.email
        else "You get no e-mail about overdue promises now."
    )
    messages.success(request, said)
    return redirect("own_email")
