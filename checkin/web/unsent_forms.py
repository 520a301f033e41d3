"""What was typed into a desk form that could not be taken: the session was over, or the form's token was old.

It is kept on the server, in the browser's session, for the person who typed it and for nobody else.
Nothing is sent by itself: whoever logs in again finds the form as it was typed, and sends it with one key.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any, TypedDict
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from checkin.actions.write_queue import write_in_turn
from checkin.models import Staff
from checkin.web import throttle
from checkin.web.unsent_form_fields import unsent_form_context

UNSENT_FORMS_SESSION_KEY = "typed"
TYPED_BY = "typed_by"
"""Hidden field of every form of a page for staff: who the page was made for."""
_TYPED_ID = "typed_id"
"""Hidden field of a form shown again: which of those kept it is."""
_TYPIST_MARKER = re.compile(r"([0-9]{1,18})\.([0-9]{1,12})\.[0-9a-f]{24}")
TYPIST_MARKER_SECONDS = 24 * 3600
LAST_STAFF_COOKIE = "last_staff"
"""Who was last logged in on this browser, signed; sent to nobody but us. Alone it keeps nothing."""
LAST_STAFF_COOKIE_SECONDS = 24 * 3600
MOST_TYPIST_SESSIONS = 20
"""Sessions that are made within an hour for what one person typed: a copied page and cookie make no more."""
UNSENT_FORM_SECONDS = 30 * 60
MOST_UNSENT_FORMS = 5
MOST_CHARACTERS = 200_000
FIELDS_NOT_KEPT = {"csrfmiddlewaretoken", TYPED_BY, _TYPED_ID}

InnerHandler = Callable[[HttpRequest], HttpResponse]


class _UnsentForm(TypedDict):
    """One form as it was typed: whose, where it goes and every field in its order."""

    id: str
    by: int
    at: float
    action: str
    fields: list[list[str]]


def typist_marker(person: Staff) -> str:
    """Return the text by which a form names the person that its page was made for."""
    return _seal_typist(person, int(timezone.now().timestamp()))


def _seal_typist(person: Staff, at: int) -> str:
    # With a new password or without an account, what was marked before says nothing any more.
    value = f"{person.pk}.{at}"
    seal = salted_hmac("checkin.typed", value + person.get_session_auth_hash(), algorithm="sha256")
    return f"{value}.{seal.hexdigest()[:24]}"


def _typist_of_marker(text: str) -> int | None:
    """Return the person that a marker names, or None where nobody made it, or too long ago."""
    if not (found := _TYPIST_MARKER.fullmatch(text)):
        return None
    number, at = int(found[1]), int(found[2])
    if timezone.now().timestamp() - at > TYPIST_MARKER_SECONDS:
        return None
    person = Staff.active(number)
    return number if person and constant_time_compare(text, _seal_typist(person, at)) else None


def _typist_of_request(request: HttpRequest) -> int | None:
    """Return who typed what is in this request, by the mark of its form; None from elsewhere."""
    origin = request.headers.get("Origin", "")
    if origin and urlsplit(origin).netloc != request.get_host():
        return None
    said = request.POST.get(TYPED_BY, "")
    return _typist_of_marker(said) if _is_staff_browser(request) else None


def _is_staff_browser(request: HttpRequest) -> bool:
    """Whether somebody of ours was logged in on this browser; any other fills no table."""
    try:
        last = int(
            request.get_signed_cookie(LAST_STAFF_COOKIE, default="", max_age=LAST_STAFF_COOKIE_SECONDS) or ""
        )
    except (signing.BadSignature, ValueError):
        return request.session.exists(request.session.session_key or "")
    return Staff.active(last) is not None


def _read_unsent_form(request: HttpRequest) -> _UnsentForm | None:
    """Return the form that this request sends, or None where it is no desk form or holds a password."""
    match = request.resolver_match
    try:
        by = _typist_of_request(request) if match and match.app_name == "desk" else None
        fields = [
            [name, text] for name, texts in request.POST.lists() for text in texts if isinstance(text, str)
        ]
    except UnreadablePostError:
        return None
    fields = [field for field in fields if field[0] not in FIELDS_NOT_KEPT]
    too_much = sum(len(name) + len(text) for name, text in fields) > MOST_CHARACTERS
    if by is None or too_much or any("password" in name for name, _ in fields):
        return None
    at = timezone.now().timestamp()
    return _UnsentForm(id=uuid.uuid4().hex, by=by, at=at, action=request.get_full_path(), fields=fields)


def _keep_unsent_form(request: HttpRequest, typed: _UnsentForm) -> None:
    """Keep it in the browser's session. Where there is none yet, one is made, but not without end."""
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


def load_unsent_forms(request: Any) -> tuple[list[_UnsentForm], bool]:
    """Return what this person typed, and whether another's was there; what is old or another's is dropped."""
    found: list[_UnsentForm] = request.session.get(UNSENT_FORMS_SESSION_KEY, [])
    since = timezone.now().timestamp() - UNSENT_FORM_SECONDS
    fresh = [typed for typed in found if typed["at"] > since]
    mine = [typed for typed in fresh if typed["by"] == request.user.pk]
    if mine != found:
        request.session[UNSENT_FORMS_SESSION_KEY] = mine
    return mine, len(mine) < len(fresh)


def _forget_unsent_form(request: HttpRequest, typed_id: str) -> None:
    found = request.session.get(UNSENT_FORMS_SESSION_KEY, [])
    left = [typed for typed in found if typed["id"] != typed_id]
    if left != found:
        request.session[UNSENT_FORMS_SESSION_KEY] = left


def is_script_request(request: HttpRequest) -> bool:
    """Whether a script of ours asks: it keeps what was typed in its page, and gets no page instead."""
    return request.headers.get("HX-Request") == "true"


class UnsentFormMiddleware:
    """Before a login is asked for, keep what was typed; once it is sent again, let go of it."""

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
        # A script goes by the redirect itself, and sends what was typed as a form then.
        wanted = request.method == "POST" and not is_script_request(request)
        typed = _read_unsent_form(request) if wanted else None
        if typed is None:
            return None
        _keep_unsent_form(request, typed)
        return redirect(f"{reverse('account_login')}?next={reverse('desk:typed')}")


def _remember_staff_browser(request: Any, response: HttpResponse) -> HttpResponse:
    """Note in the browser who was logged in, so that what they type is theirs after the session is over."""
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


def refuse_stale_token(request: Any, reason: str = "") -> HttpResponse:
    """Answer a form whose token is of an earlier login: nothing was done, and nothing typed is lost."""
    if is_script_request(request):
        return HttpResponse(status=403, headers={"Token": "stale"})
    typed = _read_unsent_form(request) if request.method == "POST" else None
    if typed and not request.user.is_authenticated:
        _keep_unsent_form(request, typed)
        return redirect(f"{reverse('account_login')}?next={reverse('desk:typed')}")
    mine = typed is not None and typed["by"] == request.user.pk
    context = {
        "forms": [unsent_form_context(typed, request.user.clinic)] if typed and mine else [],
        "of_another": typed is not None and not mine,
    }
    return render(request, "unsent_forms.html", context, status=403)
