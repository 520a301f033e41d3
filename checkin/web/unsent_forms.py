"""Keep a form of staff that was refused because the session was over or its token was old.

It is kept in a row of the database, only for the person who typed it. Nothing is sent by itself: after
logging in again, in any browser, they find the form as typed, and send it with one key.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypedDict
from urllib.parse import urlsplit

from django.core import signing
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from checkin.actions import unsent_forms
from checkin.actions.write_queue import write_in_turn
from checkin.models import DeskSession, Staff, UnsentForm
from checkin.queries.unsent_forms import find_same_form, is_form_waiting, list_waiting_forms
from checkin.rules.desk_locks import DeskState
from checkin.web import throttle
from checkin.web.locations import strip_location_path
from checkin.web.refusals import TYPED_ID, is_nothing_done
from checkin.web.unsent_form_access import is_kept_unsent

TYPED_BY = "typed_by"
"""Hidden field of every form on staff pages: who the page was made for."""
_TYPIST_MARKER = re.compile(r"([0-9]{1,18})\.([0-9]{1,12})\.[0-9a-f]{24}")
TYPIST_MARKER_SECONDS = 24 * 3600
LAST_STAFF_COOKIE = "last_staff"
"""Signed cookie with whoever was last logged in on this browser. Alone it gives no access."""
LAST_STAFF_COOKIE_SECONDS = 24 * 3600
MOST_KEPT_PER_HOUR = 20
"""Different forms kept for one person without an open login: a copied page and cookie cannot fill the table.

Counted for each of their logins whose desk is locked, and together for all browsers without one. So whoever
is at one locked desk takes nothing from what is typed at another.
"""
MOST_CHARACTERS = 200_000
_KEPT_SESSION_KEY = "kept_forms"
"""Session key: ids of the forms that this login kept while its desk was open, oldest first."""
FIELDS_NOT_KEPT = {"csrfmiddlewaretoken", TYPED_BY, TYPED_ID}

InnerHandler = Callable[[HttpRequest], HttpResponse]


class TypedForm(TypedDict):
    """One form as typed: by whom, where it goes, and every field in order."""

    id: str
    by: int
    action: str
    fields: list[list[str]]


def typist_marker(person: Staff) -> str:
    """Return the text by which a form names the person its page was made for."""
    return _seal_typist(person, int(timezone.now().timestamp()))


def _seal_typist(person: Staff, at: int) -> str:
    # A new password or a deactivated account invalidates earlier markers.
    value = f"{person.pk}.{at}"
    seal = salted_hmac("checkin.typed", value + person.get_session_auth_hash(), algorithm="sha256")
    return f"{value}.{seal.hexdigest()[:24]}"


def _typist_of_marker(text: str) -> int | None:
    """Return the id of the person a marker names; None if it is invalid or expired."""
    if not (found := _TYPIST_MARKER.fullmatch(text)):
        return None
    number, at = int(found[1]), int(found[2])
    if timezone.now().timestamp() - at > TYPIST_MARKER_SECONDS:
        return None
    person = Staff.active(number)
    return number if person and constant_time_compare(text, _seal_typist(person, at)) else None


def _typist_of_request(request: HttpRequest) -> int | None:
    """Return who typed this request, by its form's marker; None if it came from elsewhere."""
    origin = request.headers.get("Origin", "")
    if origin and urlsplit(origin).netloc != request.get_host():
        return None
    said = request.POST.get(TYPED_BY, "")
    return _typist_of_marker(said) if is_staff_browser(request) else None


def is_staff_browser(request: HttpRequest) -> bool:
    """Return whether staff were logged in on this browser; nobody else may fill the table."""
    last = read_last_staff(request)
    if last is None:
        return request.session.exists(request.session.session_key or "")
    return Staff.active(last) is not None


def read_last_staff(request: HttpRequest) -> int | None:
    """Return the id of whoever was last logged in on this browser; None if it has no note of it."""
    try:
        said = request.get_signed_cookie(LAST_STAFF_COOKIE, default="", max_age=LAST_STAFF_COOKIE_SECONDS)
        return int(said or "")
    except (signing.BadSignature, ValueError):
        return None


def read_unsent_form(request: HttpRequest) -> TypedForm | None:
    """Return the form in this request; None if it is not kept unsent or has a password."""
    match = request.resolver_match
    try:
        by = _typist_of_request(request) if is_kept_unsent(match) else None
        fields = list_kept_fields(request)
    except UnreadablePostError:
        return None
    too_much = sum(len(name) + len(text) for name, text in fields) > MOST_CHARACTERS
    if by is None or too_much or _has_password(fields):
        return None
    return TypedForm(id=uuid.uuid4().hex, by=by, action=request.get_full_path(), fields=fields)


def _list_posted_fields(request: HttpRequest) -> list[list[str]]:
    """Return every field as posted, (name, text), in order. Raises UnreadablePostError."""
    return [[name, text] for name, texts in request.POST.lists() for text in texts if isinstance(text, str)]


def list_kept_fields(request: HttpRequest) -> list[list[str]]:
    """Return the same without what a page adds for itself. Raises UnreadablePostError."""
    return [field for field in _list_posted_fields(request) if field[0] not in FIELDS_NOT_KEPT]


def _has_password(fields: list[list[str]]) -> bool:
    return any("password" in name.lower() for name, _ in fields)


class PostedForm(TypedDict):
    """A form exactly as posted: where it goes, and every field in order."""

    action: str
    fields: list[list[str]]


def read_form_to_send_again(request: HttpRequest) -> PostedForm | None:
    """Return the staff form in this request as posted; None for a script's, or with a password.

    Uses no database. Its token, its key and who typed it stay as posted, so whatever is checked or done only
    once is so when it is sent again, too. No desk form has a file.
    """
    try:
        # With no database the request may have failed before its view was looked up and its body was read.
        match = request.resolver_match or resolve(request.path_info)
        fields = _list_posted_fields(request)
    except (Resolver404, UnreadablePostError, MultiPartParserError, BadRequest, SuspiciousOperation):
        return None
    if match.app_name != "desk" or is_script_request(request):
        return None
    if _has_password(fields) or TYPED_BY not in dict(fields):
        return None
    return PostedForm(action=request.get_full_path(), fields=fields)


def keep_typed_form(request: Any, typed: TypedForm) -> bool:
    """Keep the form for its author, up to a limit; return whether it is kept."""
    at = timezone.now()
    # PostgreSQL keeps no NUL in JSON.
    fields = [[name.replace("\0", ""), text.replace("\0", "")] for name, text in typed["fields"]]
    desk = request.user.desk if request.user.is_authenticated and request.user.pk == typed["by"] else None
    is_open = desk is not None and _is_open(request.user, desk, at)
    is_known = find_same_form(typed["by"], at=at, action=typed["action"], fields=fields) is not None
    if not is_open and not is_known and not _may_keep_one_more(typed["by"], desk, at):
        return False
    kept = unsent_forms.keep_unsent_form(
        form_id=typed["id"], staff_id=typed["by"], at=at, action=typed["action"], fields=fields
    )
    if is_open:
        _discard_beyond_limits(request, kept)
    return True


def _is_open(person: Staff, desk: DeskSession, at: dt.datetime) -> bool:
    return desk.state(lock_after=person.clinic.lock_after, at=at) is DeskState.OPEN


def _discard_beyond_limits(request: Any, kept: UnsentForm) -> None:
    """Discard the oldest forms that this login kept, if this one makes them too many or too large."""
    before = [one for one in request.session.get(_KEPT_SESSION_KEY, []) if one != kept.pk.hex]
    request.session[_KEPT_SESSION_KEY] = unsent_forms.discard_oldest_forms(
        form_ids=[*before, kept.pk.hex], staff_id=kept.staff_id
    )


def _may_keep_one_more(by: int, desk: DeskSession | None, at: dt.datetime) -> bool:
    """Count one more form for this person from no open desk; return whether it is within the limit."""
    key = throttle.throttle_key("typed", str(by), str(desk.pk if desk is not None else ""))
    with write_in_turn():
        kept, _ = throttle.increment_throttle(key, at)
    return kept <= MOST_KEPT_PER_HOUR


def keep_form(request: HttpRequest) -> bool:
    """Keep what this request would send, for its author; return whether it is kept."""
    typed = read_unsent_form(request) if request.method == "POST" else None
    return typed is not None and keep_typed_form(request, typed)


def load_unsent_forms(request: Any) -> tuple[list[TypedForm], bool]:
    """Return this person's forms, and whether another person's wait who was logged in here before."""
    found = list_waiting_forms(request.user.pk, at=timezone.now())
    mine = [TypedForm(id=one.pk.hex, by=one.staff_id, action=one.action, fields=one.fields) for one in found]
    last = read_last_staff(request)
    return mine, last != request.user.pk and is_form_kept_for(last)


def is_form_kept_for(staff_id: int | None) -> bool:
    """Return whether something that this person typed waits for them."""
    return staff_id is not None and is_form_waiting(staff_id, at=timezone.now())


def is_script_request(request: HttpRequest) -> bool:
    """Return whether one of our scripts asks: it keeps what was typed, so it needs no page."""
    return request.headers.get("HX-Request") == "true"


class UnsentFormMiddleware:
    """Keeps what was typed before asking for a login, and discards it once sent again."""

    def __init__(self, get_response: InnerHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        _discard_sent_form(request, response)
        return _remember_staff_browser(request, response)

    def process_view(self, request: Any, view: object, *_: object) -> HttpResponse | None:
        match = request.resolver_match
        is_open = request.user.is_authenticated or not getattr(view, "login_required", True)
        if not is_kept_unsent(match) or is_open:
            return None
        # A script handles the redirect itself and then sends what was typed as a form.
        wanted = request.method == "POST" and not is_script_request(request)
        if not wanted or not keep_form(request):
            return None
        return redirect(f"{reverse('account_login')}?next={reverse('desk:typed')}")


def _discard_sent_form(request: Any, response: HttpResponse) -> None:
    """Discard the kept form that this request has sent again, once its answer says that it was done.

    If that fails it waits on: an answer to something done must not become a failure.
    """
    match = request.resolver_match
    if not is_kept_unsent(match) or not _is_done(request, response):
        return
    if request.method == "POST" and request.user.is_authenticated and TYPED_ID in request.POST:
        with contextlib.suppress(OperationalError, InterfaceError):
            unsent_forms.discard_unsent_form(form_id=request.POST[TYPED_ID], staff_id=request.user.pk)


def _is_done(request: Any, response: HttpResponse) -> bool:
    """Return whether the view did what was sent: no refusal, and no way to a login, a factor or a reason."""
    if response.status_code >= HTTPStatus.BAD_REQUEST or is_nothing_done(request):
        return False
    onward = strip_location_path(urlsplit(response.headers.get("Location", "")).path)
    return not onward.startswith(strip_location_path(reverse("own_login")))


def _remember_staff_browser(request: Any, response: HttpResponse) -> HttpResponse:
    """Remember in the browser who was logged in, so that their typing is theirs after the session ends."""
    match = request.resolver_match
    if not is_kept_unsent(match) or not request.user.is_authenticated:
        return response
    try:
        known = request.get_signed_cookie(
            LAST_STAFF_COOKIE, default="", max_age=LAST_STAFF_COOKIE_SECONDS // 2
        )
    except signing.BadSignature:
        known = ""
    if known != str(request.user.pk):
        response.set_signed_cookie(
            LAST_STAFF_COOKIE,
            str(request.user.pk),
            secure=request.is_secure(),
            httponly=True,
            samesite="Strict",
        )
    return response
