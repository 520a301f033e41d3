"""What happens to logins goes to the audit trail: who came, who left, who failed, whose password is new."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from checkin.actions import audit, login_events
from checkin.rules.passwords import normalize_password
from checkin.rules.staff_accounts import username_key
from checkin.web.throttle import client_address


class AuditedAccountAdapter(DefaultAccountAdapter):
    """Writes each of these to the trail."""

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        login_events.record_login(by=user, at=timezone.now())

    def logout(self, request: Any) -> None:
        person = request.user
        super().logout(request)
        if person.is_authenticated:
            login_events.record_logout(by=person, at=timezone.now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        username = str(credentials.get("username") or "")
        login_events.record_failed_login(username=username, at=timezone.now())

    def clean_password(self, password: str, user: Any = None) -> str:
        cleaned: str = super().clean_password(normalize_password(password), user)
        return cleaned

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        login_events.record_password_change(person=user, at=timezone.now())


def audit_throttled_login(request: HttpRequest, username: str, limit: str) -> None:
    """Record a login refused after too many tries: the first in 15 minutes for a username and an address.

    Otherwise whoever is refused could fill the trail as fast as they can ask.
    """
    name = "" if limit == "too_many_from_network" else username_key(username)
    who = salted_hmac("checkin.throttled", f"{limit} {client_address(request)} {name}")
    if caches["rows"].add(f"throttled-{who.hexdigest()}", True, timeout=15 * 60):
        login_events.record_throttled_login(username=username, limit=limit, at=timezone.now())


class RefusalAuditMiddleware:
    """Writes each page and act that a person's role does not allow to the trail."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        answer = self.get_response(request)
        source = audit.origin.get()
        if source and source.was_not_allowed and request.user.is_authenticated:
            self._record_refusal(request, "act.refused")
        return answer

    def process_exception(self, request: Any, problem: Exception) -> None:
        if isinstance(problem, PermissionDenied) and request.user.is_authenticated:
            self._record_refusal(request, "page.refused")

    def _record_refusal(self, request: Any, action: str) -> None:
        """Record it, once for a request."""
        found, source = request.resolver_match, audit.origin.get()
        if source:
            source.was_not_allowed = False
        login_events.record_refusal(
            by=request.user,
            page=found.view_name if found else "",
            method=str(request.method),
            at=timezone.now(),
            action=action,
        )
