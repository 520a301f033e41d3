"""The tablet in the waiting room. It only listens: it looks nobody up and answers everybody alike."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkin.actions import visits
from checkin.models import Channel, Device
from checkin.rules import tokens
from checkin.rules.claims import is_worried, key_of, truth
from checkin.web.kiosk import words
from checkin.web.kiosk.access import device_of, device_with, language_of, languages_of, remember
from checkin.web.kiosk.forms import claim_in

SITTING = "sign_in"
"""Cookie: the key of the sign-in just made without the script, for its last screen."""


class SeeOther(HttpResponseRedirect):
    status_code = 303


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    device = device_of(request)
    if device is None:
        return page(request, None, "kiosk/not_enrolled.html", status=403)
    language = language_of(request, device.clinic)
    with translation.override(language):
        context = {
            "key": uuid.uuid4(),
            "languages": languages_of(device.clinic),
            "first_language": languages_of(device.clinic)[0][0],
            "suggestions": words.suggestions(device.clinic),
            "birth_parts": words.birth_parts(device.clinic),
            "birth_example": words.birth_example(device.clinic),
            "animals": tokens.ANIMALS,
            "words": words.token_words(language),
        }
    return page(request, device, "kiosk/home.html", context)


@login_not_required
@csrf_exempt  # the device's cookie is SameSite=Strict, and the tablet's page may be older than any CSRF token
@require_POST
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Keep what was typed. The answer is the same whoever it was about."""
    try:
        # Read before the database is asked: where it is away, the page offers this to be sent again.
        claim = request.claim = claim_in(request)  # type: ignore[attr-defined]
    except UnreadablePostError:
        # The line broke in the middle of a claim; the tablet still has all of it and sends it again.
        return HttpResponse(status=503, headers={"Retry-After": "1"})
    device = device_of(request)
    if device is None:
        return stranger(request)
    receipt = visits.sign_in(
        location=device.location, claim=claim, at=timezone.now(), channel=Channel.KIOSK, device=device
    )
    if not wants_json(request):
        return to_done(request, device, receipt, claim)
    body = {"token": receipt.token.words(), "received_at": receipt.received_at.isoformat()}
    return JsonResponse(body, status=201 if receipt.first else 200)


@login_not_required
@require_safe
def done(request: HttpRequest, slug: str) -> HttpResponse:
    """The name that this slug says, whether or not anybody has it."""
    device = device_of(request)
    token = tokens.from_slug(slug)
    said = token.words(language_of(request, device.clinic if device else None)) if token else ""
    context = {"token": token, "token_words": said, "coming": "coming" in request.GET}
    context["is_self"] = "self" in request.GET
    key = request.COOKIES.get(SITTING, "")
    return page(request, device, "kiosk/done.html", context | {"key": key_of(key) if key else ""})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Make this browser the tablet whose key was given."""
    if request.method != "POST":
        return page(request, None, "kiosk/enrol.html")
    token = request.POST.get("token", "")
    device = device_with(token)
    if device is None:
        return page(request, None, "kiosk/enrol.html", {"refused": True}, status=403)
    response = SeeOther(reverse("kiosk:home"))
    remember(request, response, token)
    return response


def page(
    request: HttpRequest,
    device: Device | None,
    template: str,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A tablet's page, in the language chosen on it."""
    clinic = device.clinic if device else None
    language = language_of(request, clinic)
    with translation.override(language):
        return render(
            request,
            template,
            {"clinic": clinic, "language": language, "tap": uuid.uuid4(), **(context or {})},
            status=status,
        )


def stranger(request: HttpRequest) -> HttpResponse:
    """Somebody who is no enrolled tablet: nothing was kept."""
    if wants_json(request):
        response: HttpResponse = JsonResponse({"detail": "This device is not enrolled."}, status=401)
    else:
        response = page(request, None, "kiosk/not_enrolled.html", status=401)
    response.headers["WWW-Authenticate"] = "Device"
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether a program is talking: it sent JSON (or no form at all), or asks for it by name."""
    forms = ("application/x-www-form-urlencoded", "multipart/form-data")
    return request.content_type not in forms or "json" in request.headers.get("Accept", "")


def to_done(
    request: HttpRequest, device: Device, receipt: visits.Receipt, claim: dict[str, Any]
) -> HttpResponse:
    """Without the script: the last screen, which can still say that somebody is worried."""
    address = reverse("kiosk:done", args=[receipt.token.slug])
    language = language_of(request, device.clinic, str(claim.get("language", "")))
    # Whoever said so and then went on is still told that a person comes, not to take a seat.
    coming = "&coming=1" if is_worried(claim.get("worried")) or receipt.visit.raised_at else ""
    alone = "&self=1" if truth(claim.get("is_patient")) or receipt.visit.sign_in.is_patient else ""
    response = SeeOther(f"{address}?language={language}{coming}{alone}")
    key = key_of(claim.get("key")) if claim.get("key") else ""
    response.set_cookie(SITTING, str(key), max_age=300, path="/kiosk/", httponly=True, samesite="Strict")
    return response
