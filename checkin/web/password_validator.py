"""Refuse passwords that are easy to guess here, for Django's AUTH_PASSWORD_VALIDATORS."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from checkin.models import Staff
from checkin.rules.passwords import LONGEST_PASSWORD, TOO_LONG, find_password_problem

refuse_long_password = MaxLengthValidator(LONGEST_PASSWORD, TOO_LONG)
"""For the fields. No `maxlength`: a browser cuts what is pasted there, and says nothing."""


class GuessablePasswordValidator:
    """Refuses runs, repeats and the names of the clinic, its locations, the program and the person."""

    def validate(self, password: str, user: Any = None) -> None:
        clinic_names: list[str] = []
        own_names: list[str] = []
        if isinstance(user, Staff):
            own_names = [user.name, user.username, user.email.partition("@")[0]]
            if user.clinic_id:
                locations = user.clinic.locations.values_list("name", flat=True)
                clinic_names = [user.clinic.name, *locations]
        problem = find_password_problem(password, clinic_names=clinic_names, own_names=own_names)
        if problem:
            raise ValidationError(str(problem), code="password_guessable")

    def get_help_text(self) -> str:
        return "No rows of keys, repeats, or names of the clinic."
