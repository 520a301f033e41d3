"""What a person can log in with, and where they are logged in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from checkin.models import Staff
from checkin.rules.browser_names import describe_browser
from checkin.rules.staff_accounts import is_exactly_same_login, pick_exact_username


class OwnFactors(NamedTuple):
    """A person's factors. `codes_left`: unused recovery codes; None if they have none at all."""

    passkeys: list[Authenticator]
    app: Authenticator | None
    codes_left: int | None

    @property
    def is_any(self) -> bool:
        return bool(self.passkeys or self.app)


class OwnSession(NamedTuple):
    """One login of a person that goes on."""

    number: int
    browser: str
    address: str
    since: dt.datetime
    is_this: bool


def read_own_factors(person: Staff) -> OwnFactors:
    theirs = list(Authenticator.objects.filter(user=person).order_by("pk"))
    codes = next((one for one in theirs if one.type == Authenticator.Type.RECOVERY_CODES), None)
    return OwnFactors(
        passkeys=[one for one in theirs if one.type == Authenticator.Type.WEBAUTHN],
        app=next((one for one in theirs if one.type == Authenticator.Type.TOTP), None),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
    )


def list_factor_kinds(person: Staff) -> set[str]:
    """Return the kinds of second factor that this person has: totp, webauthn."""
    return list_login_kinds(person) - {Authenticator.Type.RECOVERY_CODES.value}


def list_login_kinds(person: Staff) -> set[str]:
    """Return with what this person can take the second step: totp, webauthn, recovery_codes.

    It reads no secret, so a passkey still logs in where the server's key to the others is wrong.
    """
    return set(Authenticator.objects.filter(user=person).values_list("type", flat=True))


def find_staff_of_provider(said: Mapping[str, Any], *, match: str) -> Staff | None:
    """Return the one active person whom the clinic's provider names, or None.

    `said`: its claims (OpenID Connect Core 5.1). `match`: email or username. An address that the provider
    does not call verified, or that two people have, is nobody's, and so is a name that two accounts have.
    """
    active = Staff.objects.filter(is_active=True).select_related("clinic")
    if match == "username":
        usernames = list(Staff.objects.values_list("username", flat=True))
        username = pick_exact_username(usernames, str(said.get("preferred_username") or ""))
        return active.filter(username=username).first() if username else None
    name = str(said.get("email") or "") if said.get("email_verified") is True else ""
    people = list(active.filter(email__iexact=name)[:2]) if name else []
    # In PostgreSQL's capitals "ı" is "i" and "ſ" is "s".
    is_one = len(people) == 1 and is_exactly_same_login(people[0].email, name)
    return people[0] if is_one else None


def list_own_sessions(person: Staff, *, this_key: str, at: dt.datetime) -> list[OwnSession]:
    """Return the logins of this person that have not ended, the newest first. `this_key`: of this browser."""
    rows = UserSession.objects.filter(user=person).order_by("-created_at")
    alive = set(
        Session.objects.filter(
            expire_date__gt=at, session_key__in=[row.session_key for row in rows]
        ).values_list("session_key", flat=True)
    )
    return [
        OwnSession(
            number=row.pk,
            browser=describe_browser(row.user_agent),
            address=row.ip,
            since=row.created_at,
            is_this=row.session_key == this_key,
        )
        for row in rows
        if row.session_key in alive
    ]
