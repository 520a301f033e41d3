"""Feedback after a visit, on a tablet or the family's own phone. The code in the URL is the only key.

A code that was answered or has expired gets the same thank-you page as an unknown one, except for the
clinic's name: with several clinics on the server, an unknown code shows none. Feedback sent with any such
code is not stored; the page says so, and shows the text again so that the family can tell staff.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from checkin.actions import visit_feedback
from checkin.actions.visit_feedback import FeedbackInvitation
from checkin.models import Device, Visit
from checkin.rules import visit_feedback as visit_feedback_rules
from checkin.rules.visit_feedback import FamilyFeedback
from checkin.web import throttle
from checkin.web.kiosk.access import choose_kiosk_language, find_kiosk_device
from checkin.web.kiosk.views import SeeOtherRedirect


@login_not_required
@csrf_exempt  # no session gives this page any rights: only whoever has the code may answer
@require_http_methods(["GET", "HEAD", "POST"])
def serve_visit_feedback(request: HttpRequest, code: str) -> HttpResponse:
    """Ask one question about one visit, answered once."""
    device, at = find_kiosk_device(request), timezone.now()
    invitation = visit_feedback.read_feedback_code(code)
    if invitation is None and device is None and (seconds := throttle.count_wrong_guess(request)):
        return _refuse_feedback_guesses(request, seconds)
    visit = visit_feedback.find_feedback_visit(invitation=invitation, at=at)
    if request.method != "POST":
        return (
            _ask_visit_feedback(request, visit, device)
            if visit
            else _thank_for_feedback(request, device, invitation)
        )
    said = visit_feedback_rules.read_feedback(request.POST)
    if visit and said.face is None:
        return _ask_visit_feedback(request, visit, device, said=said, status=400)
    if visit:
        visit_feedback.save_feedback(visit=visit, said=said, at=at, device=device)
    if said and not visit_feedback.is_feedback_repeated(invitation=invitation, said=said):
        return _thank_for_feedback(request, device, invitation, unkept=said)
    return SeeOtherRedirect(f"{request.path}?language={_feedback_language(request, device)}")


def _ask_visit_feedback(
    request: HttpRequest,
    visit: Visit,
    device: Device | None,
    *,
    said: FamilyFeedback | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the five faces. Names the clinic, but nothing about who was there."""
    language = _feedback_language(request, device, visit)
    context = {
        "clinic": visit.location.clinic,
        "device": device,
        "language": language,
        "faces": visit_feedback_rules.FEEDBACK_FACES.items(),
        "said": said or FamilyFeedback(),
        "gentle": said is not None,
        "has_number": visit_feedback.has_callable_phone(visit),
    }
    with translation.override(language):
        return render(request, "kiosk/visit_feedback.html", context, status=status)


def _thank_for_feedback(
    request: HttpRequest,
    device: Device | None,
    invitation: FeedbackInvitation | None,
    *,
    unkept: FamilyFeedback | None = None,
) -> HttpResponse:
    """Thank the family, and say if `unkept` feedback was not stored."""
    language = _feedback_language(request, device)
    clinic = device.clinic if device else visit_feedback.clinic_of_invitation(invitation=invitation)
    context = {"clinic": clinic, "device": device, "language": language, "unkept": unkept}
    with translation.override(language):
        return render(request, "kiosk/visit_feedback_thanks.html", context)


def _refuse_feedback_guesses(request: HttpRequest, seconds: int) -> HttpResponse:
    """Refuse, because this browser or address has sent too many unknown codes."""
    with translation.override(_feedback_language(request, None)):
        response = render(
            request, "kiosk/visit_feedback_wait.html", {"minutes": -(-seconds // 60)}, status=429
        )
    response.headers["Retry-After"] = str(seconds)
    return response


def _feedback_language(request: HttpRequest, device: Device | None, visit: Visit | None = None) -> str:
    """Return the language chosen on this page, else the one at sign-in, else the device's."""
    chosen = request.POST.get("language") or request.GET.get("language", "")
    clinic = visit.location.clinic if visit else device.clinic if device else None
    wanted = (
        chosen or (visit.sign_in.language if visit else "") or translation.get_language_from_request(request)
    )
    return choose_kiosk_language(request, clinic, wanted if not device or chosen or visit else "")
