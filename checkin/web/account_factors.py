"""Add and remove one's own passkeys, authenticator app and recovery codes: allauth's pages, audited."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, RemoveWebAuthnView
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from checkin.actions import own_sessions, second_factors
from checkin.actions.write_queue import write_in_turn
from checkin.queries.second_factors import list_factor_kinds, list_login_kinds

TOTP = Authenticator.Type.TOTP.value
WEBAUTHN = Authenticator.Type.WEBAUTHN.value
RECOVERY_CODES = Authenticator.Type.RECOVERY_CODES.value


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


class SecondStepView(AuthenticateView):
    """Asks for what this person has: a passkey first, and a code only if they have one to type."""

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**facts)
        kinds = list_login_kinds(self.stage.login.user)
        has = {"has_passkey": WEBAUTHN, "has_app": TOTP, "has_codes": RECOVERY_CODES}
        return context | {name: kind in kinds for name, kind in has.items()}


class PasskeyLoginView(LoginWebAuthnView):
    """Logs in by a passkey alone, and goes on to the page that was asked for."""

    def form_invalid(self, form: Any) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('account_login')}?passkey=unknown")

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        wanted = get_next_redirect_url(self.request) or reverse("desk:board")
        login = Login(user=authenticator.user, redirect_url=wanted)
        answer: HttpResponse = flows.perform_passwordless_login(self.request, authenticator, login)
        return answer
