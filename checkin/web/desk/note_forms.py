"""The form of an excuse note: what a person may change before it is issued."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms

from checkin.rules import excuse_notes as rules
from checkin.rules.excuse_notes import Edits
from checkin.web.drawn_with import DrawnWith

LANGUAGES = (("en", "English only"), ("es", "Spanish and English"))


def day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "Choose a day.", "invalid": "Write the day as 2026-03-10."},
        **options,
    )


def time(label: str, **options: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": "Say when they came.", "invalid": "Write the time as 9:40."},
        **options,
    )


def line(label: str, limit: int, *, hint: str = "", required: bool = False, ask: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=limit,
        help_text=hint,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"max_length": f"This is longer than {limit} characters.", "required": ask},
    )


class NoteForm(forms.Form):
    """The words and dates of a note. A blank name may be kept in a draft; it is asked for when issuing."""

    person_name = line("Name on the note", rules.NAME_LIMIT)
    seen_from = time("Came at")
    seen_to = time("Left at", required=False, help_text="May stay blank.")
    excused_from = day("Excused from")
    excused_to = day("Excused to")
    return_on = day("May return on", required=False)
    limits = line("Activity limits", rules.LIMITS_LIMIT, hint="Such as: no sports until March 20.")
    language = forms.ChoiceField(label="Language", choices=LANGUAGES)

    def __init__(
        self,
        data: Any = None,
        *,
        seen_on: dt.date,
        edits: Edits,
        fixed_name: str = "",
        name_hint: str = "",
        issuing: bool = False,
    ) -> None:
        super().__init__(data, initial=asdict(edits))
        self.seen_on, self.fixed_name, self.issuing = seen_on, fixed_name, issuing
        name = self.fields["person_name"]
        name.help_text = name_hint
        if fixed_name:
            self.initial["person_name"] = fixed_name
            name.widget.attrs["readonly"] = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for field, sentence in rules.problems(self.edits, seen_on=self.seen_on).items():
                if field != "person_name" or self.issuing:
                    self.add_error(field, sentence)
        return cleaned

    @property
    def edits(self) -> Edits:
        found = {name: self.cleaned_data[name] for name in rules.EDITABLE if name in self.cleaned_data}
        return Edits(**found)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(
            DrawnWith(),
            "person_name",
            Div("seen_from", "seen_to", css_class="two"),
            Div("excused_from", "excused_to", css_class="two"),
            "return_on",
            "limits",
            "language",
            *self.last_fields(),
        )
        return helper

    def last_fields(self) -> list[str]:
        return []


class ReissueForm(NoteForm):
    """The same, and why the note in somebody's hands no longer counts."""

    reason = line(
        "Why the first one no longer counts",
        rules.REASON_LIMIT,
        required=True,
        ask="Say in a few words why the first note no longer counts.",
    )

    def last_fields(self) -> list[str]:
        return ["reason"]


class VoidForm(forms.Form):
    reason = line(
        "Why this note no longer counts",
        rules.REASON_LIMIT,
        required=True,
        ask="Say in a few words why this note no longer counts.",
    )
