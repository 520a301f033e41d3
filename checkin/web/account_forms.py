"""The login and password forms, with labels in our words and no second label inside the boxes."""

from __future__ import annotations

from typing import Any

from allauth.account.fields import PasswordField
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.forms import ReauthenticateForm as ReauthenticateByPasswordForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms

from checkin.rules.passwords import normalize_password
from checkin.web.desk_passkeys import LONGEST_PASSKEY_ANSWER
from checkin.web.password_validator import refuse_long_password


class _OwnLoginForm:
    """A form with no second label inside its boxes, whose passwords are not too long."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, PasswordField):
                field.validators.append(refuse_long_password)


class StaffLoginForm(_OwnLoginForm, LoginForm):
    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self.fields["login"].widget.attrs["autofocus"] = True


class StaffPasswordForm(_OwnLoginForm, ChangePasswordForm):
    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        labels = {
            "oldpassword": "Current password",
            "password1": "New password",
            "password2": "New password again",
        }
        for name, label in labels.items():
            field = self.fields[name]
            field.label = label
            field.help_text = ""  # the page's own sentence says it

    def clean_password2(self) -> str:
        return normalize_password(self.cleaned_data["password2"])


class _OneCodeForm(_OwnLoginForm):
    """A code: digits."""

    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}


class LoginCodeForm(_OneCodeForm, AuthenticateForm):
    pass


class ConfirmCodeForm(_OneCodeForm, ReauthenticateForm):
    pass


class AppCodeForm(_OneCodeForm, ActivateTOTPForm):
    pass


class ConfirmPasswordForm(_OwnLoginForm, ReauthenticateByPasswordForm):
    pass


class _PasskeyAnswerField(forms.JSONField):
    """What the browser sends of a passkey. Whatever else is sent is wrong, and no error of ours."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value) if len(value or "") <= LONGEST_PASSKEY_ANSWER else {}
        except RecursionError:
            return {}

    def bound_data(self, data: Any, initial: Any) -> str:
        """Show no answer again: it is for one time, and junk is not even read."""
        return ""


class _AnyPasskeyAnswer:
    """Says of an answer without its parts that it is wrong. allauth lets the error of its reader through."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise get_adapter().validation_error("incorrect_code") from None


class PasskeyForm(_AnyPasskeyAnswer, AuthenticateWebAuthnForm):
    credential = _PasskeyAnswerField()


class PasskeyLoginForm(_AnyPasskeyAnswer, LoginWebAuthnForm):
    credential = _PasskeyAnswerField()


class ConfirmPasskeyForm(_AnyPasskeyAnswer, ReauthenticateWebAuthnForm):
    credential = _PasskeyAnswerField()


class StaffPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self.fields["name"].label = "What to call it"
        alone = self.fields["passwordless"]
        alone.initial = True
        alone.label = "Log in with it alone, without a password"
        alone.help_text = "It then asks for your fingerprint, your face or a PIN."
