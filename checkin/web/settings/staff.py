"""Staff accounts: list them, invite a person, change, reset and deactivate."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkin.actions import second_factors, staff, staff_invitations
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.actions.staff import StaffChangedMeanwhile
from checkin.actions.staff_invitations import IssuedLink
from checkin.models import Staff
from checkin.papers.qr_codes import qr_code_svg
from checkin.queries import mailing as mailing_queries
from checkin.queries import second_factors as second_factor_queries
from checkin.queries import staff as staff_queries
from checkin.rules.roles import StaffAct
from checkin.rules.staff_accounts import ONLY_ADMINISTRATORS, list_roles_looked_after, may_look_after
from checkin.web.access import StaffRequest, staff_required
from checkin.web.locations import strip_location_path
from checkin.web.refusals import say_refusal
from checkin.web.settings.act_buttons import deactivation_button_words, link_button_words
from checkin.web.settings.staff_forms import ChangeForm, InviteForm

_SQUARE_LABEL = "QR code of the link"


@contextlib.contextmanager
def _forbid_not_allowed() -> Iterator[None]:
    """Answer with the page on roles what an action does not allow, before it is shown as a refusal."""
    try:
        yield
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from None


@require_safe
@staff_required(StaffAct.MANAGE_STAFF)
def show_staff(request: StaffRequest) -> HttpResponse:
    context = {
        "rows": staff_queries.list_staff(request.clinic, timezone.now()),
        "roles": list_roles_looked_after(request.user.role),
        "mail_troubles": mailing_queries.list_mail_troubles(request.clinic),
    }
    return render(request, "settings/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.MANAGE_STAFF)
def invite_person(request: StaffRequest) -> HttpResponse:
    form = InviteForm(
        request.POST if request.method == "POST" else None, clinic=request.clinic, by=request.user
    )
    if request.method == "POST" and form.is_valid():
        try:
            with _forbid_not_allowed():
                link = staff_invitations.invite_staff(
                    clinic=request.clinic,
                    username=form.cleaned_data["username"],
                    facts=form.facts,
                    key=form.cleaned_data["key"],
                    by=request.user,
                    at=timezone.now(),
                )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return _show_person_link(request, link)
    status = 400 if form.is_bound else 200
    return render(request, "settings/staff_new.html", {"form": form}, status=status)


def _get_person(request: StaffRequest, person_id: int) -> Staff:
    """Return this clinic's person. Raises Http404, or PermissionDenied for somebody with more rights."""
    person = get_object_or_404(request.clinic.staff.select_related("location", "clinic"), pk=person_id)
    if not may_look_after(request.user.role, of=person.role):
        raise PermissionDenied(ONLY_ADMINISTRATORS)
    return person


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.MANAGE_STAFF)
def edit_person(request: StaffRequest, person_id: int) -> HttpResponse:
    person = _get_person(request, person_id)
    if request.method != "POST":
        return _show_person(request, person, ChangeForm(person=person, by=request.user))
    form = ChangeForm(request.POST, person=person, by=request.user)
    if not form.is_valid():
        return _show_person(request, person, form, status=400)
    try:
        with _forbid_not_allowed():
            kept = staff.change_staff(
                person=person,
                to=form.facts,
                shown=form.cleaned_data["mark"],
                by=request.user,
                at=timezone.now(),
            )
    except Refused as refusal:
        return _show_refused(request, person, form, refusal)
    messages.success(request, f"The account of {kept.name} is saved.")
    return redirect("settings:staff")


def _show_refused(request: StaffRequest, person: Staff, form: ChangeForm, refusal: Refused) -> HttpResponse:
    """Show the form as typed with what was wrong; 409 if somebody else changed the account meanwhile."""
    form.add_error(None, refusal.sentence)
    if isinstance(refusal, StaffChangedMeanwhile):
        return _show_person(request, person, form.show_again(refusal.facts), status=409)
    return _show_person(request, person, form, status=400)


def _show_person(request: StaffRequest, person: Staff, form: ChangeForm, status: int = 200) -> HttpResponse:
    row = staff_queries.read_staff_row(person, timezone.now())
    context = {
        "form": form,
        "row": row,
        "link_button": link_button_words(row),
        "deactivation_button": deactivation_button_words(person),
        "is_own": person.pk == request.user.pk,
        "key": uuid.uuid4().hex,
        "has_factors": bool(second_factor_queries.list_factor_kinds(person)),
    }
    return render(request, "settings/staff_one.html", context, status=status)


@require_POST
@staff_required(StaffAct.MANAGE_STAFF)
def submit_new_link(request: StaffRequest, person_id: int) -> HttpResponse:
    person = _get_person(request, person_id)
    try:
        with _forbid_not_allowed():
            link = staff_invitations.issue_staff_link(
                person=person, key=request.POST.get("key", "")[:80], by=request.user, at=timezone.now()
            )
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
        return redirect("settings:staff_one", person_id)
    return _show_person_link(request, link)


def _show_person_link(request: StaffRequest, link: IssuedLink) -> HttpResponse:
    """Show the link, this once, and send it if it is new and there is a way."""
    path = strip_location_path(reverse("account_invitation", args=[link.code]))
    address = staff_invitations.invitation_address(clinic=request.clinic, path=path)
    is_sent = (
        None
        if link.is_repeated
        else staff_invitations.mail_link(link=link, address=address, at=timezone.now())
    )
    context = {
        "link": link,
        "address": address,
        "square": qr_code_svg(address, _SQUARE_LABEL),
        "is_sent": is_sent,
        "is_local": mailing_queries.is_local_address(address.removesuffix(path)),
    }
    return render(request, "settings/staff_link.html", context)


@require_POST
@staff_required(StaffAct.MANAGE_STAFF)
def submit_deactivation(request: StaffRequest, person_id: int) -> HttpResponse:
    person = _get_person(request, person_id)
    try:
        with _forbid_not_allowed():
            staff.deactivate_staff(person=person, by=request.user, at=timezone.now())
    except Refused as refusal:
        say_refusal(request, refusal.sentence)
        return redirect("settings:staff_one", person_id)
    messages.success(request, f"{person.name} cannot log in anymore. Open promises went to the managers.")
    return redirect("settings:staff")


@require_POST
@staff_required(StaffAct.MANAGE_STAFF)
def submit_factor_reset(request: StaffRequest, person_id: int) -> HttpResponse:
    person = _get_person(request, person_id)
    with _forbid_not_allowed():
        second_factors.reset_second_factor(person=person, by=request.user, at=timezone.now())
    messages.success(request, f"{person.name} has no second factor now and is logged out everywhere.")
    return redirect("settings:staff_one", person_id)
