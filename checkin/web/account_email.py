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
from checkin.web import throttle
from checkin.web.access import StaffRequest, staff_required

_MOST_ADDRESS_TRIES = 10
"""Tries per hour on the page that sets one's address."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def edit_own_email(request: StaffRequest) -> HttpResponse:
    """Show and set one's own address. It takes the password: a desk may be left open."""
    if request.method != "POST":
        return _show(request, request.user.email)
    address = sign_in_claims.clean_typed_text(request.POST.get("address"))
    if told := _read_password_problem(request):
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


def _read_password_problem(request: StaffRequest) -> str:
    """Return why the password is not right; "" if it is, or if no password would do."""
    if is_address_a_login():
        return ""  # the action refuses, and says whom to ask
    key = throttle.throttle_key("email", str(request.user.pk))
    if throttle.increment_throttle(key, timezone.now())[0] > _MOST_ADDRESS_TRIES:
        return "Too many tries. Your address is as it was. Wait an hour, then try again."
    if not request.user.check_password(request.POST.get("password", "")):
        return "This is not your password. Your address is as it was. Please type the password again."
    return ""
