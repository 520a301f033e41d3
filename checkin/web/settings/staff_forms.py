"""The forms of staff accounts. They clean what was typed; the actions say what is wrong with it."""

from __future__ import annotations

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms

from checkin.actions.staff import staff_facts
from checkin.models import Clinic, Role, Staff
from checkin.models.mailing import is_mail_configured, mail_sender_address
from checkin.rules.sign_in_claims import clean_typed_text
from checkin.rules.staff_accounts import NEEDS_NAME, StaffFacts, is_blank_name, list_roles_looked_after
from checkin.web.form_wording import front_desk_labels

_NAME_ATTRIBUTES = {"autocomplete": "off", "dir": "auto", "spellcheck": "false", "maxlength": "120"}
_PLAIN_ATTRIBUTES = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "dir": "ltr"}
_NEEDS_USERNAME = "Write a username."
_MAIL_IS_SENT = "If they have one. The link and overdue promises are sent to it."
_NO_MAIL_IS_SENT = "If they have one. Nothing is sent to it until the clinic’s e-mail is set up."
_NO_LOCATION = {"": "Any front desk"}


def location_labels(clinic: Clinic) -> dict[str, str]:
    """Return the label of each choice of where somebody works."""
    return _NO_LOCATION | front_desk_labels(clinic)


class StaffForm(forms.Form):
    """Name, role, front desk and address of a person."""

    name = forms.CharField(
        label="Name",
        error_messages={"required": NEEDS_NAME},
        widget=forms.TextInput(attrs=_NAME_ATTRIBUTES),
    )
    role = forms.ChoiceField(
        label="Role", widget=forms.RadioSelect, error_messages={"required": "Choose a role."}
    )
    location = forms.ChoiceField(label="Works at", required=False)
    email = forms.CharField(
        label="E-mail address",
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN_ATTRIBUTES, "inputmode": "email", "maxlength": "254"}),
    )

    def __init__(self, *args: Any, clinic: Clinic, by: Staff, **more: Any) -> None:
        super().__init__(*args, **more)
        is_sent = is_mail_configured() and mail_sender_address(clinic)
        self.fields["email"].help_text = _MAIL_IS_SENT if is_sent else _NO_MAIL_IS_SENT
        roles: Any = self.fields["role"]
        roles.choices = [(role.value, role.label) for role in list_roles_looked_after(by.role)]
        places: Any = self.fields["location"]
        places.choices = [*location_labels(clinic).items()]

    def clean_name(self) -> str:
        name = clean_typed_text(self.cleaned_data["name"])
        if is_blank_name(name):
            raise forms.ValidationError(NEEDS_NAME)
        return name

    @property
    def facts(self) -> StaffFacts:
        """The facts as typed; call it on a valid form."""
        said = self.cleaned_data
        place = int(said["location"]) if said["location"] else None
        return StaffFacts(said["name"], said["role"], place, clean_typed_text(said["email"]))


class InviteForm(StaffForm):
    """A new account."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    username = forms.CharField(
        label="Username",
        help_text="What they log in with, such as dana. It stays the same.",
        error_messages={"required": _NEEDS_USERNAME},
        widget=forms.TextInput(attrs={**_PLAIN_ATTRIBUTES, "maxlength": "60"}),
    )

    def __init__(self, typed: Any = None, *, clinic: Clinic, by: Staff) -> None:
        usual = {"key": uuid.uuid4().hex, "location": str(by.location_id or ""), "role": Role.FRONT_DESK}
        super().__init__(typed, clinic=clinic, by=by, initial=usual)
        self.fields["name"].widget.attrs["autofocus"] = True
        self.helper = _build_helper("Make the link", "key", Div("name", "username", css_class="two"))

    def clean_username(self) -> str:
        username = clean_typed_text(self.cleaned_data["username"])
        if is_blank_name(username):
            raise forms.ValidationError(_NEEDS_USERNAME)
        return username


class ChangeForm(StaffForm):
    """An account as it is. `mark` says which facts the page showed."""

    mark = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, typed: Any = None, *, person: Staff, by: Staff) -> None:
        now = staff_facts(person)
        known = {**now._asdict(), "location": str(now.location_id or ""), "mark": now.mark}
        super().__init__(typed, clinic=by.clinic, by=by, initial=known)
        if person.pk == by.pk:
            self.fields["role"].disabled = True
            self.fields["role"].help_text = "Nobody changes their own role."
        self.helper = _build_helper("Save changes", "mark", "name")

    def show_again(self, facts: StaffFacts) -> ChangeForm:
        """Return the form with what was typed, for a page that has said how the account is now."""
        self.data = {**{name: self.data.get(name) for name in self.data}, "mark": facts.mark}
        return self


def _build_helper(send: str, *first: Any) -> FormHelper:
    helper = FormHelper()
    helper.attrs = {"autocomplete": "off", "class": "staff-form"}
    helper.layout = Layout(
        Div(
            *first,
            Div("role", css_class="in-line"),
            Div("location", "email", css_class="two"),
            css_class="paper",
        ),
        Div(Submit("send", send, css_class="btn-main"), css_class="send"),
    )
    return helper
