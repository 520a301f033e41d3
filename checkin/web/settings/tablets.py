"""The clinic's tablets and displays: when each was last heard, enrolling one and revoking one."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from checkin.actions import devices
from checkin.actions.refusals import Refused
from checkin.models import Device
from checkin.papers.qr_codes import qr_code_svg
from checkin.queries.tablet_sites import find_network_address, find_tablet_site
from checkin.rules.clocks import time_span_words
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, staff_required
from checkin.web.locations import strip_location_path
from checkin.web.refusals import note_nothing_done
from checkin.web.settings.act_buttons import revocation_button_words
from checkin.web.settings.tablet_forms import TabletForm

_REVOKED_SHOWN = 20
_HEARD_NOW_SECONDS = 60
_PORT_OF_MAKE_START = 8000
"""Where `make start` serves unless it is told otherwise."""


class TabletRow(NamedTuple):
    """A line of the list. `heard`: when it last asked for something, in words; "" if it never did."""

    device: Device
    heard: str
    is_link_open: bool
    """It waits for its link to be opened, which is still possible."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.MANAGE_DEVICES)
def list_tablets(request: StaffRequest) -> HttpResponse:
    """Show the clinic's tablets and displays, or enroll one and show its link."""
    if request.method != "POST":
        return _render_list(request, TabletForm(clinic=request.clinic))
    form = TabletForm(request.POST, clinic=request.clinic)
    if not form.is_valid():
        return _render_list(request, form, status=422)
    try:
        device, code = devices.enrol_device_by_link(
            location=form.cleaned_data["location"],
            name=form.cleaned_data["name"],
            kind=form.cleaned_data["kind"],
            by=request.user,
            at=timezone.now(),
        )
    except devices.DeviceNameTaken as taken:
        return _ask_about_key(request, taken.device, told=taken.sentence, status=409)
    return _show_link(request, device, code)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.MANAGE_DEVICES)
def replace_tablet_key(request: StaffRequest, device_id: int) -> HttpResponse:
    """Ask whether to end this tablet's key, or end it and show the link to a new one."""
    device = _get_device_or_404(request, device_id)
    if request.method != "POST":
        return _ask_about_key(request, device)
    try:
        code = devices.replace_device_key(device=device, by=request.user, at=timezone.now())
    except Refused as refusal:
        note_nothing_done(request)
        messages.error(request, refusal.sentence)
        return redirect("settings:tablets")
    return _show_link(request, device, code)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(StaffAct.MANAGE_DEVICES)
def revoke_tablet(request: StaffRequest, device_id: int) -> HttpResponse:
    """Ask whether to revoke this tablet, or do it."""
    device = _get_device_or_404(request, device_id)
    if request.method != "POST":
        facts = {"device": device, "button": revocation_button_words(device)}
        return render(request, "settings/tablet_revoke.html", facts)
    devices.revoke_device(device=device, by=request.user, at=timezone.now())
    rest = "" if device.kind == Device.Kind.DISPLAY else ", and signs nobody in"
    messages.success(request, f"{device.name} is revoked. It shows that it is not set up{rest}.")
    return redirect("settings:tablets")


def _get_device_or_404(request: StaffRequest, device_id: int) -> Device:
    return get_object_or_404(request.clinic.devices.select_related("location"), pk=device_id)


def _render_list(request: StaffRequest, form: TabletForm, status: int = 200) -> HttpResponse:
    found = request.clinic.devices.select_related("location")
    now = timezone.now()
    facts = {
        "form": form,
        "rows": [_make_row(one, now) for one in found.enrolled().order_by("location__name", "name", "pk")],
        "revoked": found.filter(revoked_at__isnull=False).order_by("-revoked_at", "-pk")[:_REVOKED_SHOWN],
    }
    return render(request, "settings/tablets.html", facts, status=status)


def _make_row(device: Device, now: dt.datetime) -> TabletRow:
    heard = _describe_heard((now - device.heard_at).total_seconds()) if device.heard_at else ""
    return TabletRow(device, heard, is_link_open=device.link_until is not None and device.link_until > now)


def _describe_heard(seconds: float) -> str:
    return f"{time_span_words(seconds)} ago" if seconds >= _HEARD_NOW_SECONDS else "just now"


def _ask_about_key(
    request: StaffRequest, device: Device, *, told: str = "", status: int = 200
) -> HttpResponse:
    facts = {"device": device, "told": told}
    return render(request, "settings/tablet_key.html", facts, status=status)


def _show_link(request: StaffRequest, device: Device, code: str) -> HttpResponse:
    """Show the link that sets the device up, once: the code is only in this answer, stored as a hash."""
    site = find_tablet_site(
        request.clinic,
        listens_on=settings.SERVES_HOST,
        port=settings.SERVES_PORT,
        is_tls=settings.SESSION_COOKIE_SECURE,
        opened_at=f"{request.scheme}://{request.get_host()}",
    )
    # Browsers never send what is after #, so the code is in no log. A tablet's address names no front desk.
    link = f"{site.address}{strip_location_path(reverse('kiosk:enrol'))}#{code}"
    facts = {
        "device": device,
        "link": link,
        "square": qr_code_svg(link, "QR code with the link"),
        "is_reachable": site.is_reachable,
        "network_address": "" if site.is_reachable else find_network_address(),
        "port": "" if settings.SERVES_PORT in (0, _PORT_OF_MAKE_START) else settings.SERVES_PORT,
        "minutes": int(devices.LINK_LASTS.total_seconds() // 60),
        "until": timezone.now() + devices.LINK_LASTS,
    }
    return render(request, "settings/tablet_link.html", facts)
