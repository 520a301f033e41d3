"""Lock and unlock a shared desk, switch to another person, and set one's own PIN."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkin.actions import desk_locks, own_sessions
from checkin.actions.refusals import Refused
from checkin.models import DeskSession
from checkin.queries.urgent_signs import has_unanswered_call
from checkin.rules.desk_locks import FULL_LOGIN_AFTER_IDLE, DeskState, read_typed_pin
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, get_current_location, staff_required
from checkin.web.confidential_visits import forget_opened_visits
from checkin.web.desk_locks import ask_for_login, show_locked
from checkin.web.desk_passkeys import begin_passkey_unlock, is_passkey_right
from checkin.web.own_password import read_password_problem
from checkin.web.redirects import redirect_back
from checkin.web.unsent_forms import is_script_request


class DeskRequest(StaffRequest):
    """A request of a login whose times are written down."""

    desk: DeskSession


@require_POST
@staff_required()
def lock_desk(request: DeskRequest) -> HttpResponse:
    """Lock this desk now: its page was left alone, or somebody pressed the button."""
    how = "idle" if request.POST.get("how") == "idle" else "pressed"
    desk_locks.lock_desk(desk=request.desk, person=request.user, at=timezone.now(), how=how)
    forget_opened_visits(request)
    return show_locked(request)


@require_POST
@staff_required()
def unlock_desk(request: DeskRequest) -> HttpResponse:
    """Unlock with a PIN, a password or a passkey. Log out after five wrong ones, or if the login ended."""
    tried = _try_to_unlock(request, timezone.now())
    if tried.is_open:
        if own_sessions.renew_session_key(person=request.user, session=request.session):
            return HttpResponse(status=204) if is_script_request(request) else _go_on(request)
        # The session is gone. If the same was sent twice, the first has renewed it: its cookie has to stay.
        return ask_for_login(request)
    if tried.tries_left:
        return show_locked(request, said=_wrong_words(request, tried.tries_left))
    logout(request)
    return ask_for_login(request)


def _try_to_unlock(request: DeskRequest, at: dt.datetime) -> desk_locks.Unlock:
    desk, person = request.desk, request.user
    if answer := request.POST.get("passkey", ""):
        return desk_locks.unlock_desk_if(
            desk=desk, person=person, is_right=lambda: is_passkey_right(request, answer), at=at, way="passkey"
        )
    secret = request.POST.get("unlock_with", "")
    return desk_locks.unlock_desk(desk=desk, person=person, secret=secret, at=at)


@require_POST
@staff_required()
def ask_for_passkey(request: DeskRequest) -> HttpResponse:
    """Return what the browser asks a passkey of this person, to unlock the desk."""
    return JsonResponse(begin_passkey_unlock(request))


def _go_on(request: DeskRequest) -> HttpResponse:
    return redirect_back(request, reverse("desk:board"))


def _wrong_words(request: DeskRequest, left: int) -> str:
    if "passkey" in request.POST:
        return f"This passkey does not open the desk. Use your PIN or password. You have {_tries(left)} left."
    what = "PIN or password" if request.user.pin else "password"
    return f"This is not your {what}. You have {_tries(left)} left; then you log in again. Nothing is lost."


def _tries(left: int) -> str:
    return "one try" if left == 1 else f"{left} tries"


@require_POST
@staff_required()
def keep_desk_open(request: DeskRequest) -> HttpResponse:
    """Write down that somebody used the desk `idle` seconds ago, as its page has seen."""
    now = timezone.now()
    if request.desk.state(lock_after=request.user.clinic.lock_after, at=now) is not DeskState.OPEN:
        return show_locked(request)
    idle = request.POST.get("idle", "")
    seconds = int(idle) if idle.isascii() and idle.isdigit() and len(idle) < 6 else None
    if seconds is not None and seconds < FULL_LOGIN_AFTER_IDLE.total_seconds():
        used_at = now - dt.timedelta(seconds=seconds)
        desk_locks.keep_activity(desk=request.desk, at=used_at)
    return HttpResponse(status=204)


@require_safe
@staff_required(StaffAct.ANSWER_CALL)
def show_desk_call(request: DeskRequest) -> HttpResponse:
    """Say whether a child who cannot wait is waiting for an answer here, and nothing else about anybody."""
    return JsonResponse({"urgent": has_unanswered_call(get_current_location(request))})


@require_POST
@staff_required()
def switch_user(request: DeskRequest) -> HttpResponse:
    """Log out, so that the next person can log in here."""
    now = timezone.now()
    desk_locks.end_desk_session(desk=request.desk, person=request.user, at=now, why="switch")
    logout(request)
    return redirect("account_login")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def edit_own_pin(request: DeskRequest) -> HttpResponse:
    """Set or remove one's own PIN. It takes the password: nobody may set one at a desk left open."""
    if request.method != "POST":
        return render(request, "account/pin.html")
    if told := _read_pin_problem(request):
        return render(request, "account/pin.html", {"told": told}, status=400)
    pin = "" if "remove" in request.POST else read_typed_pin(request.POST.get("pin", ""))
    try:
        if not pin and "remove" not in request.POST:
            raise Refused("No PIN was typed. Type six digits.")
        desk_locks.set_pin(person=request.user, pin=pin, by=request.user, at=timezone.now())
    except Refused as refusal:
        return render(request, "account/pin.html", {"told": str(refusal)}, status=400)
    said = (
        "Your PIN is set. It unlocks a desk." if pin else "Your PIN is removed. Your password unlocks a desk."
    )
    messages.success(request, said)
    return redirect("own_pin")


def _read_pin_problem(request: DeskRequest) -> str:
    """Return why the password or the second PIN is not right; "" if both are."""
    kept = "Your PIN is as it was."
    if told := read_password_problem(request, of="pin", kept=kept, again="Please type all again."):
        return told
    pin, again = (read_typed_pin(request.POST.get(name, "")) for name in ("pin", "pin_again"))
    if "remove" not in request.POST and pin != again:
        return "The two PINs differ. Your PIN is as it was. Please type both again."
    return ""
