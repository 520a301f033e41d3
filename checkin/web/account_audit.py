"""What happens to logins goes to the audit trail: who came, who left, who failed, whose password is new."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from checkin.actions import login_events


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

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        login_events.record_password_change(person=user, at=timezone.now())


class RefusalAuditMiddleware:
    """Writes each page and act that a person's role does not allow to the trail."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_exception(self, request: Any, problem: Exception) -> None:
        if isinstance(problem, PermissionDenied) and request.user.is_authenticated:
            found = request.resolver_match
            login_events.record_refusal(
                by=request.user,
                page=found.view_name if found else "",
                method=str(request.method),
                at=timezone.now(),
            )
