"""Staff logging in: by allauth, with accounts that only an administrator makes."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from checkin.models import Staff


class StaffBackend(AuthenticationBackend):
    """Reads the clinic along with the person: every page needs it."""

    def get_user(self, user_id: Any) -> Staff | None:
        person = Staff.objects.select_related("clinic").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None


class StaffAdapter(DefaultAccountAdapter):
    """Nobody signs up from outside."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
