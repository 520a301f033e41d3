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

from checkin.actions.writing import write
from checkin.models import Staff
from checkin.web import throttle
from checkin.web.typed_fields import shown

SESSION_KEY = "typed"
TYPED_BY = "typed_by"
"""Hidden field of every form of a page for staff: who the page was made for."""
TYPED_ID = "typed_id"
"""Hidden field of a form shown again: which of those kept it is."""
MARKER = re.compile(r"([0-9]{1,18})\.([0-9]{1,12})\.[0-9a-f]{24}")
MARKER_SECONDS = 24 * 3600
COOKIE = "last_staff"
"""Who was last logged in on this browser, signed; sent to nobody but us. Alone it keeps nothing."""
COOKIE_SECONDS = 24 * 3600
MOST_SESSIONS = 20
"""Sessions that are made within an hour for what one person typed: a copied page and cookie make no more."""
SECONDS = 30 * 60
MOST_FORMS = 5
MOST_CHARACTERS = 200_000
NOT_KEPT = {"csrfmiddlewaretoken", TYPED_BY, TYPED_ID}

GetResponse = Callable[[HttpRequest], HttpResponse]


class Typed(TypedDict):
    """One form as it was typed: whose, where it goes and every field in its order."""

    id: str
    by: int
    at: float
    action: str
    fields: list[list[str]]


def marker(person: Staff) -> str:
    """Return the text by which a form names the person that its page was made for."""
    return sealed(person, int(timezone.now().timestamp()))


def sealed(person: Staff, at: int) -> str:
    # With a new password or without an account, what was marked before says nothing any more.
    value = f"{person.pk}.{at}"
    seal = salted_hmac("checkin.typed", value + person.get_session_auth_hash(), algorithm="sha256")
    return f"{value}.{seal.hexdigest()[:24]}"


def person_of(text: str) -> int | None:
    """Return the person that a marker names, or None where nobody made it, or too long ago."""
    if not (found := MARKER.fullmatch(text)):
        return None
    number, at = int(found[1]), int(found[2])
    if timezone.now().timestamp() - at > MARKER_SECONDS:
        return None
    person = Staff.active(number)
    return number if person and constant_time_compare(text, sealed(person, at)) else None


def who_typed(request: HttpRequest) -> int | None:
    """Return who typed what is in this request, by the mark of its form; None from elsewhere."""
    origin = request.headers.get("Origin", "")
    if origin and urlsplit(origin).netloc != request.get_host():
        return None
    said = request.POST.get(TYPED_BY, "")
    return person_of(said) if is_known(request) else None


def is_known(request: HttpRequest) -> bool:
    """Whether somebody of ours was logged in on this browser; any other fills no table."""
    try:
        last = int(request.get_signed_cookie(COOKIE, default="", max_age=COOKIE_SECONDS) or "")
    except (signing.BadSignature, ValueError):
        return request.session.exists(request.session.session_key or "")
    return Staff.active(last) is not None


def typed_in(request: HttpRequest) -> Typed | None:
    """Return the form that this request sends, or None where it is no desk form or holds a password."""
    match = request.resolver_match
    try:
        by = who_typed(request) if match and match.app_name == "desk" else None
        fields = [
            [name, text] for name, texts in request.POST.lists() for text in texts if isinstance(text, str)
        ]
    except UnreadablePostError:
        return None
    fields = [field for field in fields if field[0] not in NOT_KEPT]
    too_much = sum(len(name) + len(text) for name, text in fields) > MOST_CHARACTERS
    if by is None or too_much or any("password" in name for name, _ in fields):
        return None
    at = timezone.now().timestamp()
    return Typed(id=uuid.uuid4().hex, by=by, at=at, action=request.get_full_path(), fields=fields)


def keep(request: HttpRequest, typed: Typed) -> None:
    """Keep it in the browser's session. Where there is none yet, one is made, but not without end."""
    if not request.session.exists(request.session.session_key or ""):
        with write():
            made, _ = throttle.count(throttle.key("typed", str(typed["by"])), timezone.now())
        if made > MOST_SESSIONS:
            return
    request.session[SESSION_KEY] = [*request.session.get(SESSION_KEY, []), typed][-MOST_FORMS:]


def kept_for(request: Any) -> tuple[list[Typed], bool]:
    """Return what this person typed, and whether another's was there; what is old or another's is dropped."""
    found: list[Typed] = request.session.get(SESSION_KEY, [])
    since = timezone.now().timestamp() - SECONDS
    fresh = [typed for typed in found if typed["at"] > since]
    mine = [typed for typed in fresh if typed["by"] == request.user.pk]
    if mine != found:
        request.session[SESSION_KEY] = mine
    return mine, len(mine) < len(fresh)


def forget(request: HttpRequest, typed_id: str) -> None:
    found = request.session.get(SESSION_KEY, [])
    left = [typed for typed in found if typed["id"] != typed_id]
    if left != found:
        request.session[SESSION_KEY] = left


def is_by_script(request: HttpRequest) -> bool:
    """Whether a script of ours asks: it keeps what was typed in its page, and gets no page instead."""
    return request.headers.get("HX-Request") == "true"


class KeepTyped:
    """Before a login is asked for, keep what was typed; once it is sent again, let go of it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return remember_person(request, self.get_response(request))

    def process_view(self, request: Any, view: Any, *_: object) -> HttpResponse | None:
        match = request.resolver_match
        if match.app_name != "desk" or not getattr(view, "login_required", True):
            return None
        if request.user.is_authenticated:
            if request.method == "POST" and TYPED_ID in request.POST:
                forget(request, request.POST[TYPED_ID])
            return None
        # A script goes by the redirect itself, and sends what was typed as a form then.
        wanted = request.method == "POST" and not is_by_script(request)
        typed = typed_in(request) if wanted else None
        if typed is None:
            return None
        keep(request, typed)
        return redirect(f"{reverse('account_login')}?next={reverse('desk:typed')}")


def remember_person(request: Any, response: HttpResponse) -> HttpResponse:
    """Note in the browser who was logged in, so that what they type is theirs after the session is over."""
    match = request.resolver_match
    if match is None or match.app_name != "desk" or not request.user.is_authenticated:
        return response
    try:
        known = request.get_signed_cookie(COOKIE, default="", max_age=COOKIE_SECONDS // 2)
    except signing.BadSignature:
        known = ""
    if known != str(request.user.pk):
        response.set_signed_cookie(
            COOKIE, str(request.user.pk), secure=request.is_secure(), httponly=True, samesite="Strict"
        )
    return response


def token_is_stale(request: Any, reason: str = "") -> HttpResponse:
    """Answer a form whose token is of an earlier login: nothing was done, and nothing typed is lost."""
    if is_by_script(request):
        return HttpResponse(status=403, headers={"Token": "stale"})
    typed = typed_in(request) if request.method == "POST" else None
    if typed and not request.user.is_authenticated:
        keep(request, typed)
        return redirect(f"{reverse('account_login')}?next={reverse('desk:typed')}")
    mine = typed is not None and typed["by"] == request.user.pk
    context = {
        "forms": [shown(typed, request.user.clinic)] if typed and mine else [],
        "of_another": typed is not None and not mine,
    }
    return render(request, "typed.html", context, status=403)
