"""Find the tablet that sent a request, and the language to answer in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from checkin.models import Clinic, Device
from checkin.web.device_keys import find_device


def find_kiosk_device(request: HttpRequest) -> Device | None:
    """Return the enrolled tablet that sent this request; None for anybody else."""
    return find_device(request, Device.Kind.KIOSK)


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
