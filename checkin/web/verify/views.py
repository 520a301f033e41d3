"""Tell a school or employer whether a note is genuine, void or unknown, and its dates."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from checkin.models.excuse_notes import find_note_by_code
from checkin.rules.excuse_notes import NoteStatus, read_note_code
from checkin.web import throttle
from checkin.web.browser_languages import use_browser_language


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@use_browser_language
def serve_note_check(request: HttpRequest) -> HttpResponse:
    """Show a box for the code, for people who cannot scan it."""
    if request.method != "POST":
        return render(request, "verify/ask.html")
    typed = request.POST.get("code", "")
    code = read_note_code(typed)
    if not code:
        return render(request, "verify/ask.html", {"typed": typed[:200], "incomplete": True})
    return redirect("verify:answer", code)


@require_safe
@login_not_required
@use_browser_language
def show_note_check(request: HttpRequest, code: str) -> HttpResponse:
    note = find_note_by_code(read_note_code(code))
    if note is None:
        seconds = throttle.count_wrong_guess(request)
        return _refuse_note_guesses(request, seconds) if seconds else render(request, "verify/unknown.html")
    return render(request, "verify/answer.html", {"note": note, "void": note.status == NoteStatus.VOID})


def _refuse_note_guesses(request: HttpRequest, seconds: int) -> HttpResponse:
    minutes = -(-seconds // 60)
    response = render(request, "verify/wait.html", {"minutes": minutes}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
