"""Find the tablet that sent a request, and the language to answer in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from checkin.actions import devices
from checkin.models import Clinic, Device

_DEVICE_COOKIE = "device"
_TLS_DEVICE_COOKIE = "__Secure-device"
"""Browsers set it over TLS only. Not `__Host-`, which would send the tablet's key to the desk's pages too."""
_DEVICE_COOKIE_SECONDS = 365 * 24 * 3600


def find_kiosk_device(request: HttpRequest) -> Device | None:
    """Return the enrolled tablet that sent this request, by header or cookie; None for anybody else."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "device":
        token = request.COOKIES.get(_TLS_DEVICE_COOKIE) or request.COOKIES.get(_DEVICE_COOKIE, "")
    device = find_device_by_token(token)
    if device is not None:
        devices.note_device_heard(device, at=timezone.now())
    return device


def find_device_by_token(token: str) -> Device | None:
    """Return the kiosk with this token, with its clinic and location."""
    device = Device.objects.holding(token.strip()[:200])
    if device is None or device.kind != Device.Kind.KIOSK:
        return None
    device.location.clinic = device.clinic
    return device


def remember_device_token(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Store the tablet's token in a cookie that scripts cannot read."""
    response.set_cookie(
        _TLS_DEVICE_COOKIE if request.is_secure() else _DEVICE_COOKIE,
        token.strip(),
        max_age=_DEVICE_COOKIE_SECONDS,
        path="/kiosk/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )


def list_kiosk_languages(clinic: Clinic | None) -> list[tuple[str, str]]:
    """Return the languages that a clinic's tablets offer, as (code, own name), the default first."""
    known = dict(settings.LANGUAGES)
    offered = [code for code in (clinic.languages if clinic else []) if code in known]
    return [(code, str(known[code])) for code in offered or known]


def choose_kiosk_language(request: HttpRequest, clinic: Clinic | None, said: str = "") -> str:
    """Return the language chosen on the screen, or else the clinic's first."""
    offered = [code for code, _ in list_kiosk_languages(clinic)]
    wanted = said or request.GET.get("language", "")
    return wanted if wanted in offered else offered[0]
