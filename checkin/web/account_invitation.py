"""The page of an invitation link: choose a password, and be logged in."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from checkin.actions import staff_invitations
from checkin.models import Staff, StaffInvitation
from checkin.rules.passwords import LONGEST_PASSWORD, normalize_password
from checkin.web import throttle
from checkin.web.password_validator import refuse_long_password

_BOX = {"autocomplete": "new-password"}


class FirstPasswordForm(forms.Form):
    """A password, twice, because it is not seen while typed."""

    password1 = forms.CharField(
        label="New password",
        strip=False,
        validators=[refuse_long_password],
        widget=forms.PasswordInput(attrs=_BOX | {"autofocus": True}),
        error_messages={"required": "Choose a password."},
    )
    password2 = forms.CharField(
        label="New password again",
        strip=False,
        validators=[refuse_long_password],
        widget=forms.PasswordInput(attrs=_BOX),
        error_messages={"required": "Type the same password again."},
    )

    def __init__(self, typed: Any = None, *, person: Staff) -> None:
        super().__init__(typed)
        self.person = person

    def clean_password1(self) -> str:
        password = normalize_password(self.cleaned_data["password1"])
        validate_password(password, self.person)
        return password

    def clean_password2(self) -> str:
        password = normalize_password(self.cleaned_data["password2"])
        if normalize_password(self.data.get("password1", "")[: LONGEST_PASSWORD + 1]) != password:
            raise forms.ValidationError("These two are not the same. Type the password again.")
        return password


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def choose_password(request: HttpRequest, code: str) -> HttpResponse:
    invitation = staff_invitations.find_invitation(code=code, at=timezone.now())
    if invitation is None:
        return _answer_over(request, code)
    form = FirstPasswordForm(request.POST if request.method == "POST" else None, person=invitation.person)
    if not form.is_valid():
        return _show_form(request, form, invitation)
    return _accept(request, code, form.cleaned_data["password1"])


def _show_form(request: HttpRequest, form: FirstPasswordForm, invitation: StaffInvitation) -> HttpResponse:
    context = {"form": form, "person": invitation.person, "clinic": invitation.person.clinic}
    return render(request, "account/invitation.html", context, status=400 if form.is_bound else 200)


def _accept(request: HttpRequest, code: str, password: str) -> HttpResponse:
    person = staff_invitations.accept_invitation(code=code, password=password, at=timezone.now())
    if person is None:
        return _show_over(request)
    person.backend = "checkin.web.account.StaffBackend"  # Django's login reads it
    # They have just typed their password: the passkey that they may have to add does not ask for it again.
    record_authentication(request, person, method="password")
    answer: HttpResponse = perform_login(request, person)
    return answer


def _answer_over(request: HttpRequest, code: str) -> HttpResponse:
    """Answer a link that is unknown, used or over: one page, unless it was a second press or many guesses."""
    seconds = throttle.count_wrong_guess(request)
    if seconds:
        return _refuse_guesses(request, seconds)
    if request.method == "POST":
        return _accept(request, code, request.POST.get("password1", ""))
    return _show_over(request)


def _show_over(request: HttpRequest) -> HttpResponse:
    return render(request, "account/invitation_over.html", status=404)


def _refuse_guesses(request: HttpRequest, seconds: int) -> HttpResponse:
    response = render(request, "account/invitation_wait.html", {"minutes": -(-seconds // 60)}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
