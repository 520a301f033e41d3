"""The form that asks why somebody opens what is sealed."""

from __future__ import annotations

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms

from checkin.rules.sealed_readings import LONGEST_REASON, OPEN_SECONDS, ReadingReason, SealedReason
from checkin.rules.sign_in_claims import clean_typed_text


class SealedReasonForm(forms.Form):
    """Why somebody opens what is sealed. It only cleans."""

    reason = forms.ChoiceField(
        label="Why do you open it?", choices=SealedReason.choices, widget=forms.RadioSelect, required=False
    )
    typed = forms.CharField(
        label="In a few words, for another reason",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )

    @property
    def said(self) -> ReadingReason:
        return ReadingReason(self.cleaned_data["reason"], clean_typed_text(self.cleaned_data["typed"]))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "paper"
        helper.layout = Layout(
            "reason", "typed", Submit("open", f"Open for {OPEN_SECONDS} seconds", css_class="btn-primary")
        )
        return helper
