"""Slow down whoever guesses passwords, and nobody else.

A browser in which a person has logged in before is known for that person, and has a limit of its own. So
wrong guesses by a stranger, at the same address or anywhere else, keep nobody out at their usual machine.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple, TypedDict

from allauth.core.internal import ratelimit
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from checkin.rules.staff_accounts import username_key

KNOWN_DEVICE_COOKIE = "known_device"
_SALT = "checkin.known_device"
_KNOWN_FOR = dt.timedelta(days=180)
_MOST_PEOPLE = 30
"""Who used a shared desk's browser last."""


class LoginLimit(NamedTuple):
    """One limit: the code of its refusal, its rate as allauth writes rates, and its key."""

    refusal: str
    rate: str
    key: str


class _KnownDevice(TypedDict):
    """What the cookie holds: an id of the browser, and marks of the people known in it."""

    device: str
    people: list[str]


def list_login_limits(request: HttpRequest, username: str) -> list[LoginLimit]:
    """Return the limits that an attempt to log in with this username counts for, in order.

    At most 10 guesses in 15 minutes for one username, from all unknown browsers together.
    """
    mark = _mark_of(username)
    known = _read_known_device(request)
    if _is_logged_in_as(request, username):
        return [LoginLimit("too_many_here", "20/15m/key", f"session:{mark}")]
    if mark in known["people"]:
        return [LoginLimit("too_many_here", "20/15m/key", f"known:{known['device']}:{mark}")]
    return [
        LoginLimit("too_many_from_network", "10/m/ip", ""),
        LoginLimit("too_many_for_username", "10/15m/key", f"unknown:{mark}"),
    ]


def passkey_limit(request: HttpRequest) -> LoginLimit:
    """Return the limit that a passkey that opens nothing counts for.

    One that opens a login counts for none: nobody can guess it, so whatever strangers send holds nobody up.
    """
    known = _read_known_device(request)
    if known["people"]:
        return LoginLimit("too_many_passkeys", "20/15m/key", f"passkey:{known['device']}")
    return LoginLimit("too_many_passkeys", "10/m/ip", "")


THROTTLED = {"too_many_here", "too_many_from_network", "too_many_for_username"}
"""Codes of the refusals."""


def count_login_attempt(
    request: HttpRequest, limit: LoginLimit, *, way: str = "password"
) -> ratelimit.RateLimitUsage | None:
    """Count this attempt; return None if the limit is reached. `way`: password or passkey."""
    return ratelimit.consume(
        request,
        app="allauth.account",
        action=way,
        config={way: limit.rate},
        key=limit.key,
    )


def remember_device(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Let this browser be known for the person who has just logged in."""
    known = _read_known_device(request)
    mark = _mark_of(username)
    people = [*(one for one in known["people"] if one != mark), mark][-_MOST_PEOPLE:]
    response.set_cookie(
        KNOWN_DEVICE_COOKIE,
        signing.dumps({"device": known["device"], "people": people}, salt=_SALT),
        max_age=_KNOWN_FOR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _read_known_device(request: HttpRequest) -> _KnownDevice:
    """Return what this browser's cookie says; a new device with nobody if it has none, or a forged one."""
    try:
        known: _KnownDevice = signing.loads(
            request.COOKIES.get(KNOWN_DEVICE_COOKIE, ""), salt=_SALT, max_age=_KNOWN_FOR
        )
    except signing.BadSignature:
        known = _KnownDevice(device=uuid.uuid4().hex, people=[])
    return known


def _mark_of(username: str) -> str:
    """Return what stands for this username: the cookie of a shared machine names nobody."""
    return salted_hmac(_SALT, username_key(username), algorithm="sha256").hexdigest()[:24]


def _is_logged_in_as(request: HttpRequest, username: str) -> bool:
    person = request.user
    return person.is_authenticated and username_key(person.get_username()) == username_key(username)
