"""A school or an employer asks whether a note is genuine: yes, void or unknown, and the note's own dates."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from checkin.models.excuse_notes import handed_out
from checkin.rules.excuse_notes import Status, typed_code
from checkin.web import throttle
from checkin.web.languages import in_their_language


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@in_their_language
def ask(request: HttpRequest) -> HttpResponse:
    """A box for the code, for whoever cannot scan it."""
    if request.method != "POST":
        return render(request, "verify/ask.html")
    typed = request.POST.get("code", "")
    code = typed_code(typed)
    if not code:
        return render(request, "verify/ask.html", {"typed": typed[:200], "incomplete": True})
    return redirect("verify:answer", code)


@require_safe
@login_not_required
@in_their_language
def answer(request: HttpRequest, code: str) -> HttpResponse:
    note = handed_out(typed_code(code))
    if note is None:
        seconds = throttle.pause(request)
        return wait(request, seconds) if seconds else render(request, "verify/unknown.html")
    return render(request, "verify/answer.html", {"note": note, "void": note.status == Status.VOID})


def wait(request: HttpRequest, seconds: int) -> HttpResponse:
    minutes = -(-seconds // 60)
    response = render(request, "verify/wait.html", {"minutes": minutes}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
