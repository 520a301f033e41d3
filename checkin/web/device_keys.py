"""Find the tablet or waiting-room display that sent a request, by the key that it keeps in a cookie."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from checkin.actions import devices
from checkin.models import Device

_DEVICE_COOKIE = "device"
_TLS_DEVICE_COOKIE = "__Secure-device"
"""Browsers set it over TLS only. Not `__Host-`, which would send the device's key to the desk's pages too."""
_DEVICE_COOKIE_SECONDS = 365 * 24 * 3600
_COOKIE_PATHS = {Device.Kind.KIOSK.value: "/kiosk/", Device.Kind.DISPLAY.value: "/display/"}
"""A browser sends each kind's key to that kind's pages only."""


def find_device(request: HttpRequest, kind: str) -> Device | None:
    """Return the enrolled device that sent this request, by header or cookie; None for anybody else."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "device":
        token = request.COOKIES.get(_TLS_DEVICE_COOKIE) or request.COOKIES.get(_DEVICE_COOKIE, "")
    device = find_device_by_token(token, kind)
    if device is not None:
        devices.note_device_heard(device, at=timezone.now())
    return device


def find_device_by_token(token: str, kind: str) -> Device | None:
    """Return the device of this kind with this token, with its clinic and location."""
    device = Device.objects.holding(token.strip()[:200])
    if device is None or device.kind != kind:
        return None
    device.location.clinic = device.clinic
    return device


def remember_device_token(request: HttpRequest, response: HttpResponse, token: str, kind: str) -> None:
    """Store the device's token in a cookie that scripts cannot read."""
    response.set_cookie(
        _TLS_DEVICE_COOKIE if request.is_secure() else _DEVICE_COOKIE,
        token.strip(),
        max_age=_DEVICE_COOKIE_SECONDS,
        path=_COOKIE_PATHS[kind],
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
