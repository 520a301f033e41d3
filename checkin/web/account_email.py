"""A person's own e-mail address, for notices of overdue promises."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from checkin.actions import mailing
from checkin.actions.refusals import Refused
from checkin.models.mailing import is_address_a_login
from checkin.rules import sign_in_claims
from checkin.web.access import StaffRequest, staff_required
from checkin.web.own_password import read_password_problem


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def edit_own_email(request: StaffRequest) -> HttpResponse:
    """Show and set one's own address. It takes the password: a desk may be left open."""
    if request.method != "POST":
        return _show(request, request.user.email)
    address = sign_in_claims.clean_typed_text(request.POST.get("address"))
    if told := _read_problem(request):
        return _show(request, address, told)
    try:
        kept = mailing.set_staff_email(
            person=request.user, address=address, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _show(request, address, str(refusal))
    said = (
        f"E-mail about overdue promises goes to {kept.email}."
        if kept.email
        else "You get no e-mail about overdue promises now."
    )
    messages.success(request, said)
    return redirect("own_email")


def _show(request: StaffRequest, address: str, told: str = "") -> HttpResponse:
    facts = {"address": address, "told": told, "is_login": is_address_a_login()}
    return render(request, "account/email.html", facts, status=400 if told else 200)


def _read_problem(request: StaffRequest) -> str:
    """Return why the password is not right; "" if it is, or if no password would do."""
    if is_address_a_login():
        return ""  # the action refuses, and says whom to ask
    kept = "Your address is as it was."
    return read_password_problem(request, of="email", kept=kept, again="Please type the password again.")
