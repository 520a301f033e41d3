"""Keep a desk form that was refused because the session was over or its token was old.

It is kept in the browser's session on the server, only for the person who typed it. Nothing is sent by
itself: after logging in again they find the form as typed, and send it with one key.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any, TypedDict
from urllib.parse import urlsplit

from django.core import signing
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from checkin.actions.write_queue import write_in_turn
from checkin.models import Staff
from checkin.rules.roles import StaffAct
from checkin.web import throttle

UNSENT_FORMS_SESSION_KEY = "typed"
TYPED_BY = "typed_by"
"""Hidden field of every form on staff pages: who the page was made for."""
_TYPED_ID = "typed_id"
"""Hidden field of a form shown again: which stored form it is."""
_TYPIST_MARKER = re.compile(r"([0-9]{1,18})\.([0-9]{1,12})\.[0-9a-f]{24}")
TYPIST_MARKER_SECONDS = 24 * 3600
LAST_STAFF_COOKIE = "last_staff"
"""Signed cookie with whoever was last logged in on this browser. Alone it gives no access."""
LAST_STAFF_COOKIE_SECONDS = 24 * 3600
MOST_TYPIST_SESSIONS = 20
"""Sessions created per hour for what one person typed, so a copied page and cookie cannot create more."""
UNSENT_FORM_SECONDS = 30 * 60
MOST_UNSENT_FORMS = 5
MOST_CHARACTERS = 200_000
FIELDS_NOT_KEPT = {"csrfmiddlewaretoken", TYPED_BY, _TYPED_ID}

InnerHandler = Callable[[HttpRequest], HttpResponse]


class UnsentForm(TypedDict):
    """One form as typed: by whom, where it goes, and every field in order."""

    id: str
    by: int
    at: float
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
    """Return whether staff were logged in on this browser; nobody else may fill the session table."""
    try:
        last = int(
            request.get_signed_cookie(LAST_STAFF_COOKIE, default="", max_age=LAST_STAFF_COOKIE_SECONDS) or ""
        )
    except (signing.BadSignature, ValueError):
        return request.session.exists(request.session.session_key or "")
    return Staff.active(last) is not None


def read_unsent_form(request: HttpRequest) -> UnsentForm | None:
    """Return the form in this request; None if it is no desk form or has a password."""
    match = request.resolver_match
    try:
        by = _typist_of_request(request) if match and match.app_name == "desk" else None
        fields = [field for field in _list_posted_fields(request) if field[0] not in FIELDS_NOT_KEPT]
    except UnreadablePostError:
        return None
    too_much = sum(len(name) + len(text) for name, text in fields) > MOST_CHARACTERS
    if by is None or too_much or _has_password(fields):
        return None
    at = timezone.now().timestamp()
    return UnsentForm(id=uuid.uuid4().hex, by=by, at=at, action=request.get_full_path(), fields=fields)


def _list_posted_fields(request: HttpRequest) -> list[list[str]]:
    """Return every field as posted, (name, text), in order. Raises UnreadablePostError."""
    return [[name, text] for name, texts in request.POST.lists() for text in texts if isinstance(text, str)]


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


def keep_unsent_form(request: HttpRequest, typed: UnsentForm) -> None:
    """Keep the form in the browser's session, creating one if needed, up to a limit."""
    if not request.session.exists(request.session.session_key or ""):
        with write_in_turn():
            made, _ = throttle.increment_throttle(
                throttle.throttle_key("typed", str(typed["by"])), timezone.now()
            )
        if made > MOST_TYPIST_SESSIONS:
            return
    request.session[UNSENT_FORMS_SESSION_KEY] = [*request.session.get(UNSENT_FORMS_SESSION_KEY, []), typed][
        -MOST_UNSENT_FORMS:
    ]


def keep_form(request: HttpRequest) -> bool:
    """Keep what this request would send, for its author; return whether there was anything to keep."""
    typed = read_unsent_form(request) if request.method == "POST" else None
    if typed:
        keep_unsent_form(request, typed)
    return typed is not None


def load_unsent_forms(request: Any) -> tuple[list[UnsentForm], bool]:
    """Return this person's forms, and whether another's was there. Drops old ones and others'."""
    found: list[UnsentForm] = request.session.get(UNSENT_FORMS_SESSION_KEY, [])
    fresh = _list_fresh_forms(request)
    mine = [typed for typed in fresh if typed["by"] == request.user.pk]
    if mine != found:
        request.session[UNSENT_FORMS_SESSION_KEY] = mine
    return mine, len(mine) < len(fresh)


def _list_fresh_forms(request: Any) -> list[UnsentForm]:
    """Return the forms kept in this browser that are not too old to be offered again, whoever typed them."""
    since = timezone.now().timestamp() - UNSENT_FORM_SECONDS
    return [typed for typed in request.session.get(UNSENT_FORMS_SESSION_KEY, []) if typed["at"] > since]


def _forget_unsent_form(request: HttpRequest, typed_id: str) -> None:
    found = request.session.get(UNSENT_FORMS_SESSION_KEY, [])
    left = [typed for typed in found if typed["id"] != typed_id]
    if left != found:
        request.session[UNSENT_FORMS_SESSION_KEY] = left


def may_read_unsent_forms(person: Staff) -> bool:
    """Return whether this person's role may see desk forms: a button names a patient, whoever sent the id."""
    return person.may_act(StaffAct.READ_CHARTS)


def is_unsent_form_kept(request: HttpRequest) -> bool:
    """Return whether something that was typed in this browser waits for its author to log in."""
    return bool(_list_fresh_forms(request))


def is_form_kept_for(request: HttpRequest, person: Staff) -> bool:
    """Return whether something that this person typed in this browser waits for them."""
    return any(typed["by"] == person.pk for typed in _list_fresh_forms(request))


def is_script_request(request: HttpRequest) -> bool:
    """Return whether one of our scripts asks: it keeps what was typed, so it needs no page."""
    return request.headers.get("HX-Request") == "true"


class UnsentFormMiddleware:
    """Keeps what was typed before asking for a login, and discards it once sent again."""

    def __init__(self, get_response: InnerHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _remember_staff_browser(request, self.get_response(request))

    def process_view(self, request: Any, view: object, *_: object) -> HttpResponse | None:
        match = request.resolver_match
        if match.app_name != "desk" or not getattr(view, "login_required", True):
            return None
        if request.user.is_authenticated:
            if request.method == "POST" and _TYPED_ID in request.POST:
                _forget_unsent_form(request, request.POST[_TYPED_ID])
            return None
        # A script handles the redirect itself and then sends what was typed as a form.
        wanted = request.method == "POST" and not is_script_request(request)
        typed = read_unsent_form(request) if wanted else None
        if typed is None:
            return None
        keep_unsent_form(request, typed)
        return redirect(f"{reverse('account_login')}?next={reverse('desk:typed')}")


def _remember_staff_browser(request: Any, response: HttpResponse) -> HttpResponse:
    """Remember in the browser who was logged in, so that their typing is theirs after the session ends."""
    match = request.resolver_match
    if match is None or match.app_name != "desk" or not request.user.is_authenticated:
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
