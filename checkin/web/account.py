"""Staff login through allauth, with accounts that only an administrator creates."""

from __future__ import annotations

import contextlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

from checkin.actions.write_queue import write_in_turn
from checkin.models import Staff


class StaffBackend(AuthenticationBackend):
    """Loads the clinic with the person, because every page needs it."""

    def get_user(self, user_id: Any) -> Staff | None:
        person = Staff.objects.select_related("clinic").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None


class StaffAdapter(DefaultAccountAdapter):
    """Nobody can sign up, and only a wrong password counts as a failed login."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "This username and password do not belong together. Type both again.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then log in again.",
        "enter_current_password": "This is not your current password. Please type it again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Count this attempt for both its address and its username, or for neither."""
        refused = None
        with write_in_turn():
            try:
                super().pre_authenticate(request, **credentials)
            except ValidationError as problem:
                refused = problem  # what was counted stays counted
        if refused:
            raise refused

    def authenticate(self, request: HttpRequest, **credentials: object) -> object:
        try:
            return super().authenticate(request, **credentials)
        except (DatabaseError, InterfaceError):
            with contextlib.suppress(DatabaseError, InterfaceError):
                self._rollback_login_failed_rl_usage()
            raise
