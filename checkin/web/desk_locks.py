"""Refuse everything but the unlock page while a desk is locked, and log out when a full login is due.

A script gets 423 without data; a person gets the page that asks for their PIN, at the same address.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.backends.base import SessionBase
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from checkin.actions import desk_locks
from checkin.models import DeskSession, Staff
from checkin.queries.second_factors import list_factor_kinds
from checkin.rules.desk_locks import DESK_SESSION_KEY, FULL_LOGIN_AFTER, DeskState, activity_kept_every
from checkin.web import unsent_forms
from checkin.web.confidential_visits import forget_opened_visits
from checkin.web.redirects import read_next_path

_BACKGROUND_PAGES = {
    "desk:board_rows",
    "desk:board_owed",
    "desk:board_expected",
    "desk:board_here",
    "desk:token",
    "notices",
}
"""What open pages ask for by themselves: it is no sign that somebody is there."""
_BACKGROUND_HEADER = "Background"
"""A script's request with this header is no sign of it either."""
PAGES_OF_THE_LOCK = {
    "lock_desk",
    "unlock_desk",
    "ask_for_passkey",
    "keep_desk_open",
    "desk_call",
    "switch_user",
}
"""These answer while the desk is locked."""

_session_of_request: ContextVar[SessionBase | None] = ContextVar("session_of_request", default=None)
"""Django looks a person up without the request; with its session their login's times come along."""

InnerHandler = Callable[[HttpRequest], HttpResponse]


def begin_desk_session(request: Any, at: dt.datetime) -> DeskSession:
    """Write down that the request's person has just logged in, and remember it in their session."""
    begun = desk_locks.begin_desk_session(person=request.user, at=at)
    request.session[DESK_SESSION_KEY] = begun.pk
    return begun


def load_desk_session(staff_id: int) -> DeskSession | None:
    """Return the times of this request's login, with its person and clinic, in one query; None if unknown."""
    session = _session_of_request.get()
    known = session.get(DESK_SESSION_KEY) if session is not None else None
    if known is None:
        return None
    return DeskSession.load_with_person(known, staff_id=staff_id)


class DeskLockMiddleware:
    """Stands before every page that needs a login."""

    def __init__(self, get_response: InnerHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kept = _session_of_request.set(request.session)
        try:
            return self.get_response(request)
        finally:
            _session_of_request.reset(kept)

    def process_view(self, request: Any, view: object, *_: object) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        at = timezone.now()
        if request.user.desk is None and DESK_SESSION_KEY in request.session:
            # Its times were deleted because they were old. Written down again, it would be a new login.
            return _log_out_ended(request)
        desk = request.desk = request.user.desk or begin_desk_session(request, at)
        state = desk.state(lock_after=request.user.clinic.lock_after, at=at)
        if state is DeskState.ENDED:
            return end_login(request, desk, at)
        if state is DeskState.LOCKED:
            return self._answer_locked(request, desk, at)
        kept_every = activity_kept_every(request.user.clinic.lock_after)
        if at - desk.active_at >= kept_every and not _is_background_request(request):
            desk_locks.keep_activity(desk=desk, at=at)
        return None

    def _answer_locked(self, request: Any, desk: DeskSession, at: dt.datetime) -> HttpResponse | None:
        # However it was locked, it is unlocked by a request that comes by here first.
        forget_opened_visits(request)
        if desk.locked_at is None:
            # It stays locked without this line: its times say so.
            with contextlib.suppress(OperationalError, InterfaceError):
                desk_locks.lock_desk(desk=desk, person=request.user, at=at, how="idle")
        if _is_page_of_the_lock(request):
            return None
        return show_locked(request)


def read_login_state(person: Staff, at: dt.datetime) -> DeskState:
    """Return the state of this person's login, for answers that come before the middleware's.

    A login whose times are not known counts as locked: the next page writes them down.
    """
    if person.desk is None:
        return DeskState.LOCKED
    return person.desk.state(lock_after=person.clinic.lock_after, at=at)


def end_login(request: Any, desk: DeskSession, at: dt.datetime) -> HttpResponse | None:
    """Log out. Return None if the next one in line is to keep what was typed and ask for the login."""
    why = "age" if at - desk.logged_in_at >= FULL_LOGIN_AFTER else "idle"
    with contextlib.suppress(OperationalError, InterfaceError):
        desk_locks.end_desk_session(desk=desk, person=request.user, at=at, why=why)
    return _log_out_ended(request)


def _log_out_ended(request: Any) -> HttpResponse | None:
    logout(request)
    return ask_for_login(request) if _is_page_of_the_lock(request) else None


def ask_for_login(request: Any) -> HttpResponse:
    """Redirect to the login, and from there back to where the locked page was."""
    return redirect_to_login(read_next_path(request) or reverse("desk:board"))


def _is_background_request(request: Any) -> bool:
    """Return whether an open page asks by itself, with nobody pressing anything."""
    name = request.resolver_match.view_name
    return _BACKGROUND_HEADER in request.headers or name in _BACKGROUND_PAGES | PAGES_OF_THE_LOCK


def _is_page_of_the_lock(request: Any) -> bool:
    return request.resolver_match.view_name in PAGES_OF_THE_LOCK


def show_locked(request: Any, said: str = "") -> HttpResponse:
    """Answer 423: nothing for a script, the page that unlocks for a person."""
    if unsent_forms.is_script_request(request) or "text/html" not in request.headers.get("Accept", ""):
        return HttpResponse(said, status=423, content_type="text/plain; charset=utf-8")
    onward, of_lock = _read_next(request), _is_page_of_the_lock(request)
    waits = onward == reverse("desk:typed") and unsent_forms.is_form_kept_for(request.user.pk)
    context = {
        "said": said,
        "next": onward,
        "lock": _lock_facts(request.user),
        # A page that locks itself holds what was typed on it.
        "is_kept": waits or request.resolver_match.view_name == "lock_desk",
        "is_lost": request.method == "POST" and not of_lock and not onward,
    }
    return render(request, "account/desk_locked.html", context, status=423)


def _read_next(request: Any) -> str:
    """Return where to go on after the unlocking: this address, or what was typed and is kept."""
    if _is_page_of_the_lock(request):
        return str(request.POST.get("next", ""))
    if request.method in ("GET", "HEAD"):
        return str(request.get_full_path())
    return reverse("desk:typed") if unsent_forms.keep_form(request) else ""


def _lock_facts(person: Staff) -> dict[str, object]:
    """Return what the page needs to lock by itself and to ask for the right thing."""
    return {
        "minutes": person.clinic.lock_after_minutes,
        "has_pin": bool(person.pin),
        "has_passkey": Authenticator.Type.WEBAUTHN in list_factor_kinds(person),
        "name": person.name,
    }
