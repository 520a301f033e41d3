"""The tablet in the waiting room. It looks nobody up and answers everybody alike."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkin.actions import devices, visits
from checkin.models import Device, SignInChannel
from checkin.rules import tokens as token_rules
from checkin.rules.excuse_notes import NOTE_TILE_WORDS
from checkin.rules.preferences import WISHES
from checkin.rules.sign_in_claims import is_typed_worried, is_typed_yes, read_submission_key
from checkin.web.device_keys import find_device_by_token, remember_device_token
from checkin.web.kiosk import wording
from checkin.web.kiosk.access import (
    choose_kiosk_language,
    find_kiosk_device,
    list_kiosk_languages,
)
from checkin.web.kiosk.answer_times import answer_in_steps
from checkin.web.kiosk.request_body import read_claim_from_body

_LAST_SIGN_IN_COOKIE = "sign_in"
"""Cookie with the key of the sign-in just made without JavaScript, for its last screen."""
_DONE_LASTS = 60
_COMING_LASTS = 120
"""Seconds that the last screen stays without JavaScript, which cannot tell whether somebody is there."""
_FIELDS_ABOUT_CHILD = (
    *("reason", "also", "notes_wanted", "access_needs"),
    *(one.name for one in WISHES if one.is_about_child),
)
"""What “Another child?” clears besides the child's name and birth date."""


class SeeOtherRedirect(HttpResponseRedirect):
    status_code = 303


@login_not_required
@require_safe
def show_kiosk_home(request: HttpRequest) -> HttpResponse:
    device = find_kiosk_device(request)
    if device is None:
        return _say_not_enrolled(_render_kiosk_page(request, None, "kiosk/not_enrolled.html", status=403))
    if request.method == "HEAD":
        # A tablet asks at each start of a sign-in whether it is still enrolled: render nothing for that.
        return HttpResponse()
    language = choose_kiosk_language(request, device.clinic)
    with translation.override(language):
        context = {
            "key": uuid.uuid4(),
            "first_language": list_kiosk_languages(device.clinic)[0][0],
            "suggestions": wording.kiosk_relationship_choices(device.clinic),
            "birth_parts": wording.birth_date_boxes(device.clinic),
            "birth_example": wording.kiosk_birth_example(device.clinic),
            "vocabulary": wording.token_vocabulary(language),
            "usual_interpreter_language": wording.usual_interpreter_language(device.clinic, language),
            "note_tiles": NOTE_TILE_WORDS.items(),
            "about_child": " ".join(_FIELDS_ABOUT_CHILD),
            "wishes": " ".join(one.name for one in WISHES),
        }
    return _render_kiosk_page(request, device, "kiosk/home.html", context)


@login_not_required
@csrf_exempt  # the device cookie is SameSite=Strict, and the page may be older than any CSRF token
@require_POST
def submit_kiosk_sign_in(request: HttpRequest) -> HttpResponse:
    """Save what was typed. The answer is the same whoever it was about."""
    try:
        # Read before querying the database: if that is down, the error page offers to send it again.
        claim = request.claim = read_claim_from_body(request)  # type: ignore[attr-defined]  # read where saving fails
    except UnreadablePostError:
        # The connection broke during the claim. The tablet still has all of it and sends it again.
        return HttpResponse(status=503, headers={"Retry-After": "1"})
    device = find_kiosk_device(request)
    if device is None:
        return _refuse_unknown_device(request)
    return _record_sign_in(request, device, claim)


@answer_in_steps
def _record_sign_in(request: HttpRequest, device: Device, claim: dict[str, object]) -> HttpResponse:
    receipt = visits.record_sign_in(
        location=device.location, claim=claim, at=timezone.now(), channel=SignInChannel.KIOSK, device=device
    )
    if not _wants_json_answer(request):
        return _redirect_to_done(request, device, receipt, claim)
    body = {"token": receipt.token.words(), "received_at": receipt.received_at.isoformat()}
    return JsonResponse(body, status=201 if receipt.first else 200)


@login_not_required
@require_safe
def show_sign_in_done(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the token of this slug, whether or not anybody has it."""
    device = find_kiosk_device(request)
    token = token_rules.token_from_slug(slug)
    said = token.words(choose_kiosk_language(request, device.clinic if device else None)) if token else ""
    context: dict[str, object] = {"token": token, "token_words": said, "here": request.get_full_path()}
    context |= {"coming": "coming" in request.GET, "to_talk": "talk" in request.GET}
    context |= {
        "is_self": "self" in request.GET,
        "lasts": _COMING_LASTS if context["coming"] else _DONE_LASTS,
    }
    key = request.COOKIES.get(_LAST_SIGN_IN_COOKIE, "")
    return _render_kiosk_page(
        request, device, "kiosk/done.html", context | {"key": read_submission_key(key) if key else ""}
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def serve_tablet_enrollment(request: HttpRequest) -> HttpResponse:
    """Enroll this browser as the tablet or display whose key, or whose link's code, was given."""
    if request.method != "POST":
        return _render_kiosk_page(request, None, "kiosk/enrol.html")
    token = request.POST.get("token", "").strip()[:200]
    device = find_device_by_token(token, Device.Kind.KIOSK)
    if device is None and (taken := devices.take_device_key(code=token, at=timezone.now())):
        device, token = taken
    if device is None:
        return _render_kiosk_page(request, None, "kiosk/enrol.html", {"refused": True}, status=403)
    is_display = device.kind == Device.Kind.DISPLAY
    response = SeeOtherRedirect(reverse("display:home" if is_display else "kiosk:home"))
    remember_device_token(request, response, token, device.kind)
    return response


def _render_kiosk_page(
    request: HttpRequest,
    device: Device | None,
    template: str,
    context: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a tablet page in the language chosen on it."""
    clinic = device.clinic if device else None
    language = choose_kiosk_language(request, clinic)
    with translation.override(language):
        return render(
            request,
            template,
            {
                "clinic": clinic,
                "place": wording.where_to_wait(device.location) if device else "",
                "language": language,
                "languages": list_kiosk_languages(clinic),
                "tap": uuid.uuid4(),
                **(context or {}),
            },
            status=status,
        )


def _refuse_unknown_device(request: HttpRequest) -> HttpResponse:
    """Answer a device that is not enrolled: nothing was saved."""
    if _wants_json_answer(request):
        return _say_not_enrolled(JsonResponse({"detail": "This device is not enrolled."}, status=401))
    return _say_not_enrolled(_render_kiosk_page(request, None, "kiosk/not_enrolled.html", status=401))


def _say_not_enrolled(response: HttpResponse) -> HttpResponse:
    """Mark the answer as ours, so that an open tablet stops for it, and not for a proxy's refusal."""
    response.headers["WWW-Authenticate"] = "Device"
    return response


def _wants_json_answer(request: HttpRequest) -> bool:
    """Return whether the client is a program: it sent JSON or no form, or asks for JSON."""
    forms = ("application/x-www-form-urlencoded", "multipart/form-data")
    return request.content_type not in forms or "json" in request.headers.get("Accept", "")


def _redirect_to_done(
    request: HttpRequest, device: Device, receipt: visits.SignInReceipt, claim: dict[str, object]
) -> HttpResponse:
    """Redirect to the last screen, without JavaScript; it still lets the family say they are worried."""
    address = reverse("kiosk:done", args=[receipt.token.slug])
    language = choose_kiosk_language(request, device.clinic, str(claim.get("language", "")))
    # A family that said “I am worried” and went on is told that somebody is coming, not to take a seat.
    coming = "&coming=1" if is_typed_worried(claim.get("worried")) or receipt.visit.raised_at else ""
    alone = "&self=1" if is_typed_yes(claim.get("is_patient")) or receipt.visit.sign_in.is_patient else ""
    talk = "&talk=1" if is_typed_yes(claim.get("help")) or receipt.visit.sign_in.help else ""
    response = SeeOtherRedirect(f"{address}?language={language}{coming}{talk}{alone}")
    key = read_submission_key(claim.get("key")) if claim.get("key") else ""
    response.set_cookie(
        _LAST_SIGN_IN_COOKIE,
        str(key),
        max_age=300,
        path="/kiosk/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
    return response
