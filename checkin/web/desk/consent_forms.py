"""What staff write down of who agreed, and of who may agree for whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms

from checkin.rules.consent import Basis, Care, How

YES_NO = (("yes", "Agreed"), ("no", "Said no"))


def line(label: str, longest: int, **kwargs: Any) -> forms.CharField:
    field = forms.CharField(label=label, max_length=longest, **kwargs)
    field.error_messages["max_length"] = f"At most {longest} letters fit here. Please shorten it."
    field.widget.attrs |= {"autocomplete": "off", "dir": "auto"}
    field.widget.attrs.pop("maxlength", None)
    return field


def day(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Please write the day as 2026-06-30.", "required": "Please give the day."},
    )


def layout(*rows: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*rows)
    return helper


class ConsentForm(forms.Form):
    """One answer of one person."""

    care = forms.ChoiceField(label="For", choices=Care.choices)
    to_what = line("What exactly", 300, required=False, help_text="Blank: all of that care")
    agreed = forms.ChoiceField(
        label="Answer",
        choices=YES_NO,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose: agreed, or said no."},
    )
    who = line("Who said it", 200, error_messages={"required": "Please write down who said it."})
    relationship = line("Relationship, in their words", 500, required=False)
    phone = line("Phone", 60, required=False)
    how = forms.ChoiceField(label="How", choices=How.choices)
    basis = forms.ChoiceField(label="On whose word", choices=Basis.choices)
    witness = line("Witness", 200, required=False, help_text="A second person who heard it")
    limits = line("Only if", 500, required=False)
    until = day("Holds until", help_text="Blank: today only")

    def __init__(
        self,
        data: Any = None,
        *,
        today: dt.date,
        is_clinician: bool = False,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, auto_id="consent_%s", initial=initial)
        self.today = today
        if not is_clinician:
            basis: Any = self.fields["basis"]
            basis.choices = [one for one in Basis.choices if one[0] != Basis.CLINICIAN]

    def clean_until(self) -> dt.date | None:
        until = self.cleaned_data["until"]
        if until and until < self.today:
            raise forms.ValidationError("That day is over. Leave it blank for today only.")
        return until

    def said(self) -> dict[str, Any]:
        return self.cleaned_data | {"agreed": self.cleaned_data["agreed"] == "yes"}

    @property
    def helper(self) -> FormHelper:
        return layout(
            Div("care", "to_what", css_class="two"),
            Field("agreed", css_class="in-line"),
            Div("who", "relationship", "phone", "how", css_class="two"),
            Div("basis", "until", "witness", "limits", css_class="two"),
        )


class ProxyForm(forms.Form):
    """A guardian's written word that somebody may agree for the child."""

    name = line(
        "Who may agree", 200, error_messages={"required": "Please write down the name of who may agree."}
    )
    relationship = line("Relationship, in their words", 500, required=False)
    granted_by = line(
        "The guardian who says so", 200, error_messages={"required": "Please write down which guardian."}
    )
    cares = forms.MultipleChoiceField(
        label="For",
        choices=Care.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all of them",
    )
    limits = line("Limits", 500, required=False)
    written_on = day("Written on", required=True)
    expires_on = day("Last day", help_text="Blank: until it is revoked")

    def __init__(self, data: Any = None, *, today: dt.date, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="proxy_%s", initial=initial)
        self.today = today
        self.initial.setdefault("written_on", today)

    def clean_written_on(self) -> dt.date:
        written = self.cleaned_data["written_on"]
        if written > self.today:
            raise forms.ValidationError("That day is still to come.")
        return written

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        written, last = said.get("written_on"), said.get("expires_on")
        if written and last and last < written:
            self.add_error("expires_on", "That is before the day it was written.")
        return said

    @property
    def helper(self) -> FormHelper:
        return layout(
            Div("name", "relationship", "granted_by", "limits", css_class="two"),
            "cares",
            Div("written_on", "expires_on", css_class="two"),
        )
