"""The after-visit word, on a tablet or on the family's own phone. The code in the address is the only key.

A code that was answered or is over gets the same thank-you as one that was never ours, but for the clinic's
name: where the server has several clinics, a code that is none of ours gets none. What is sent to such a code
is not kept; the thank-you says so, whichever it is, and shows the words again so that they can be told.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from checkin.actions import after_words
from checkin.actions.after_words import Invitation
from checkin.models import Device, Visit
from checkin.rules import after_words as rules
from checkin.rules.after_words import Said
from checkin.web import throttle
from checkin.web.kiosk.access import device_of, language_of
from checkin.web.kiosk.views import SeeOther


@login_not_required
@csrf_exempt  # no session lends this page any right: whoever holds the code may answer, and nobody else
@require_http_methods(["GET", "HEAD", "POST"])
def after(request: HttpRequest, code: str) -> HttpResponse:
    """One question about one visit, answered once."""
    device, at = device_of(request), timezone.now()
    invitation = after_words.read(code)
    if invitation is None and device is None and (seconds := throttle.pause(request)):
        return wait(request, seconds)
    visit = after_words.asked(invitation=invitation, at=at)
    if request.method != "POST":
        return question(request, visit, device) if visit else thanks(request, device, invitation)
    said = rules.said(request.POST)
    if visit and said.face is None:
        return question(request, visit, device, said=said, status=400)
    if visit:
        after_words.say(visit=visit, said=said, at=at, device=device)
    if said and not after_words.is_kept(invitation=invitation, said=said):
        return thanks(request, device, invitation, unkept=said)
    return SeeOther(f"{request.path}?language={spoken(request, device)}")


def question(
    request: HttpRequest, visit: Visit, device: Device | None, *, said: Said | None = None, status: int = 200
) -> HttpResponse:
    """The five faces. It says whose clinic this is, and nothing of who was there."""
    language = spoken(request, device, visit)
    context = {
        "clinic": visit.location.clinic,
        "device": device,
        "language": language,
        "faces": rules.FACES.items(),
        "said": said or Said(),
        "gentle": said is not None,
        "has_number": after_words.gave_number(visit),
    }
    with translation.override(language):
        return render(request, "kiosk/after.html", context, status=status)


def thanks(
    request: HttpRequest,
    device: Device | None,
    invitation: Invitation | None,
    *,
    unkept: Said | None = None,
) -> HttpResponse:
    """Thank them; and say of `unkept` words that they were not kept."""
    language = spoken(request, device)
    clinic = device.clinic if device else after_words.clinic_of(invitation=invitation)
    context = {"clinic": clinic, "device": device, "language": language, "unkept": unkept}
    with translation.override(language):
        return render(request, "kiosk/after_thanks.html", context)


def wait(request: HttpRequest, seconds: int) -> HttpResponse:
    """Too many codes that are none came from here."""
    with translation.override(spoken(request, None)):
        response = render(request, "kiosk/after_wait.html", {"minutes": -(-seconds // 60)}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def spoken(request: HttpRequest, device: Device | None, visit: Visit | None = None) -> str:
    """As chosen on this page; or else as at sign-in, where the visit is known; or else the device's own."""
    chosen = request.POST.get("language") or request.GET.get("language", "")
    clinic = visit.location.clinic if visit else device.clinic if device else None
    wanted = (
        chosen or (visit.sign_in.language if visit else "") or translation.get_language_from_request(request)
    )
    return language_of(request, clinic, wanted if not device or chosen or visit else "")
