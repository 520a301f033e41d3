"""Staff login through allauth, with accounts that only an administrator creates."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import RateLimitUsage
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from checkin.actions.write_queue import write_in_turn
from checkin.models import Staff
from checkin.rules.passwords import password_spellings
from checkin.web import unsent_forms
from checkin.web.account_audit import AuditedAccountAdapter, audit_throttled_login
from checkin.web.desk_locks import begin_desk_session, load_desk_session
from checkin.web.login_throttles import count_login_attempt, list_login_limits, remember_device

_BEGUN_LOGIN_KEY = "begun_login"
"""Session key: who began to log in, and the hash of their password then."""


class StaffBackend(AuthenticationBackend):
    """Finds a person by their username in any case and way to write its letters.

    Loads the clinic and the times of the login with the person, because every page needs them.
    """

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        return self._check_password(Staff.objects.find_by_username(username), password)

    def _mitigate_timing_attack(self, password: str) -> None:
        """Take as long for an unknown username as for a wrong password, compared in each spelling."""
        for spelling in password_spellings(password):
            make_password(spelling)

    def get_user(self, user_id: Any) -> Staff | None:
        desk = load_desk_session(user_id)
        person = desk.staff if desk else Staff.objects.select_related("clinic").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None


class StaffAdapter(AuditedAccountAdapter):
    """Nobody can sign up, and only a wrong password counts as a failed login."""

    error_messages = AuditedAccountAdapter.error_messages | {
        "username_password_mismatch": "This username and password do not belong together. Type both again.",
        "too_many_from_network": "Too many wrong passwords from this network in the last minute. Wait a "
        "minute, then log in again. A browser in which you have logged in before need not wait.",
        "too_many_for_username": "Too many wrong passwords for this username. Log in with a passkey or in a "
        "browser in which you have logged in before, or wait up to 15 minutes.",
        "too_many_here": "Too many wrong passwords for this username in this browser. Wait up to 15 minutes, "
        "then log in again.",
        "too_many_login_attempts": "Too many wrong codes. Wait up to 15 minutes, then type a new one.",
        "rate_limited": "Too many wrong codes. Wait up to 15 minutes, then type a new one.",
        "incorrect_password": "This is not your current password. Please type it again.",
        "enter_current_password": "This is not your current password. Please type it again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse | None:
        """Remember for which password the login was begun: it may wait for a code for minutes."""
        answer: HttpResponse | None = super().pre_login(request, user, **facts)
        if answer is None:
            request.session[_BEGUN_LOGIN_KEY] = [user.pk, user.get_session_auth_hash()]
        return answer

    def login(self, request: HttpRequest, user: Any) -> None:
        """Log in, and begin counting the login's hours. Refuse if the account changed since it was begun.

        Raises ImmediateHttpResponse. A reset ends logins, and one that waited for its code outlived it.
        """
        begun = request.session.pop(_BEGUN_LOGIN_KEY, None)
        if not user.is_active or begun != [user.pk, user.get_session_auth_hash()]:
            clear_login(request)
            raise ImmediateHttpResponse(redirect(f"{reverse('account_login')}?changed=yes"))
        super().login(request, user)
        begin_desk_session(request, timezone.now())

    def get_login_redirect_url(self, request: Any) -> str:
        """Return where to go on if the login names nothing: first to what this person typed, if it waits."""
        waits = unsent_forms.is_form_kept_for(request.user.pk)
        return reverse("desk:typed") if waits else super().get_login_redirect_url(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this attempt (checkin/web/login_throttles.py). Raises ValidationError beyond a limit."""
        refused = ""
        counted = RateLimitUsage(usage=[])
        with write_in_turn():
            for limit in list_login_limits(request, str(credentials.get("username", ""))):
                usage = count_login_attempt(request, limit)
                if usage is None:
                    refused = limit.refusal  # what was counted stays counted
                    break
                counted.usage += usage.usage
        self._login_failed_rl_usage = counted
        if refused:
            audit_throttled_login(request, str(credentials.get("username", "")), refused)
            raise self.validation_error(refused)

    def authenticate(self, request: HttpRequest, **credentials: object) -> object:
        try:
            return super().authenticate(request, **credentials)
        except (DatabaseError, InterfaceError):
            with contextlib.suppress(DatabaseError, InterfaceError):
                self._rollback_login_failed_rl_usage()
            raise

    def post_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse:
        answer: HttpResponse = super().post_login(request, user, **facts)
        remember_device(request, answer, user.get_username())
        return answer

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        ways = {"account_reauthenticate": "Use your password", "mfa_reauthenticate": "Use a code"}
        ways["mfa_reauthenticate_webauthn"] = "Use your passkey"
        words = {reverse(name): said for name, said in ways.items()}
        found: list[dict[str, str]] = super().get_reauthentication_methods(user)
        return [one | {"description": words[one["url"]]} for one in found]

    def is_reauthentication_required(self, *, app: str, **facts: Any) -> bool:
        """A person who has just logged in is not asked for the same password again."""
        request = context.request
        records = get_authentication_records(request, request.user) if request else []
        since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        if any(record["at"] > since for record in records):
            return False
        return super().is_reauthentication_required(app=app, **facts)  # type: ignore[no-any-return]
