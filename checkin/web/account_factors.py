"""Use, add and remove one's own passkeys, authenticator app and recovery codes: allauth's pages, audited."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth, flows
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from checkin.actions import login_events, own_sessions, second_factors
from checkin.actions.write_queue import write_in_turn
from checkin.queries.second_factors import list_factor_kinds, list_login_kinds
from checkin.web.account_audit import audit_throttled_login
from checkin.web.login_throttles import count_login_attempt, passkey_limit

TOTP = Authenticator.Type.TOTP.value
WEBAUTHN = Authenticator.Type.WEBAUTHN.value
RECOVERY_CODES = Authenticator.Type.RECOVERY_CODES.value
_TOO_MANY = {"too_many_login_attempts", "rate_limited"}
"""Codes of allauth's refusals of a code or passkey that it did not look at."""


class _AuditedChange:
    """Writes the change and its line of the audit trail in one transaction."""

    request: Any
    kind: str
    change: str

    def form_valid(self, form: Any) -> HttpResponse:
        with write_in_turn():
            answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            second_factors.record_factor_change(
                person=self.request.user, kind=self.kind, change=self.change, at=timezone.now()
            )
        if self.change == "added":
            # They have just used it, so this login has passed a second factor.
            record_authentication(self.request, self.request.user, method="mfa", type=self.kind)
        if self.change == "removed" and not list_factor_kinds(self.request.user):
            self._forget_factor()
        return answer

    def _forget_factor(self) -> None:
        """Let no login go on as if it had passed a factor that is not there anymore."""
        here = self.request.session
        own_sessions.end_sessions(
            person=self.request.user, by=self.request.user, at=timezone.now(), but_key=here.session_key
        )
        here[AUTHENTICATION_METHODS_SESSION_KEY] = [
            record
            for record in get_authentication_records(self.request, self.request.user)
            if record.get("method") != "mfa"
        ]


class AddAppView(_AuditedChange, ActivateTOTPView):
    kind, change = TOTP, "added"


class RemoveAppView(_AuditedChange, DeactivateTOTPView):
    kind, change = TOTP, "removed"
    success_url = reverse_lazy("own_login")


class AddPasskeyView(_AuditedChange, AddWebAuthnView):
    kind, change = WEBAUTHN, "added"


class RemovePasskeyView(_AuditedChange, RemoveWebAuthnView):
    kind, change = WEBAUTHN, "removed"
    success_url = reverse_lazy("own_login")


class ReplaceCodesView(_AuditedChange, GenerateRecoveryCodesView):
    kind, change = RECOVERY_CODES, "replaced"


class ShowCodesView(ViewRecoveryCodesView):
    """Shows the codes once its line of the audit trail is written."""

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**facts)
        _record_codes_read(self.request.user, "read")
        return context


class DownloadCodesView(DownloadRecoveryCodesView):
    """The same, as a file."""

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**facts)
        _record_codes_read(self.request.user, "downloaded")
        return context


def _record_codes_read(person: Any, change: str) -> None:
    second_factors.record_factor_change(person=person, kind=RECOVERY_CODES, change=change, at=timezone.now())


class _AuditedWrongFactor:
    """Writes each wrong code and passkey to the trail, and that one was refused unread after too many."""

    request: Any

    def form_invalid(self, form: Any) -> HttpResponse:
        person, kind = form.user, "code" if "code" in form.fields else "passkey"
        if any(problem.code in _TOO_MANY for found in form.errors.as_data().values() for problem in found):
            audit_throttled_login(self.request, person.get_username(), "too_many_codes")
        elif kind == "code" or _count_wrong_passkey(self.request, person.get_username()):
            login_events.record_failed_factor(person=person, kind=kind, at=timezone.now())
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        return answer


class ConfirmByCodeView(_AuditedWrongFactor, ReauthenticateView):
    pass


class ConfirmByPasskeyView(_AuditedWrongFactor, ReauthenticateWebAuthnView):
    pass


class SecondStepView(_AuditedWrongFactor, AuthenticateView):
    """Asks for what this person has: a passkey first, and a code only if they have one to type."""

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**facts)
        kinds = list_login_kinds(self.stage.login.user)
        has = {"has_passkey": WEBAUTHN, "has_app": TOTP, "has_codes": RECOVERY_CODES}
        return context | {name: kind in kinds for name, kind in has.items()}


class PasskeyLoginView(LoginWebAuthnView):
    """Logs in by a passkey alone, and goes on to the page that was asked for.

    One that opens a login is always taken, whatever else came from the same network.
    """

    def form_invalid(self, form: Any) -> HttpResponse:
        if not _count_wrong_passkey(self.request):
            refused: HttpResponse = ratelimit.respond_429(self.request)
            return refused
        person = _find_named_person(form.data.get("credential", ""))
        login_events.record_failed_factor(person=person, kind="passkey", at=timezone.now())
        return HttpResponseRedirect(f"{reverse('account_login')}?passkey=unknown")

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        wanted = get_next_redirect_url(self.request) or reverse("desk:board")
        login = Login(user=authenticator.user, redirect_url=wanted)
        answer: HttpResponse = flows.perform_passwordless_login(self.request, authenticator, login)
        return answer


def _count_wrong_passkey(request: Any, username: str = "") -> bool:
    """Count a passkey that opened nothing; return False, and tell the trail once, if there are too many."""
    limit = passkey_limit(request)
    with write_in_turn():
        is_taken = count_login_attempt(request, limit, way="passkey") is not None
    if not is_taken:
        audit_throttled_login(request, username, limit.refusal)
    return is_taken


def _find_named_person(credential: str) -> Any:
    """Return whose passkey this says to be; None if it names nobody. Whoever sent it may name anybody."""
    try:
        return auth.extract_user_from_response(json.loads(credential))
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
