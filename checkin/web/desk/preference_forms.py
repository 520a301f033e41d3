"""The form for a family's preferences."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout, Submit
from django import forms

from checkin.models import Escort, Patient, Visit
from checkin.models.hidden_addresses import is_own_contact_hidden
from checkin.rules.languages import name_recorded_language
from checkin.rules.preferences import WISHES, Wish
from checkin.rules.sign_in_claims import clean_typed_text
from checkin.web.desk.forms import free_text_field
from checkin.web.form_snapshots import (
    DRAWN_WITH,
    FormSnapshotField,
    find_changed_boxes,
    parse_form_snapshot,
)
from checkin.web.present_escorts import PresentEscort

_MOST_RADIO_CHOICES = 4
"""Including the one for none. With more, the choices are a drop-down list."""
_ESCORT_LEGEND = (
    "<bdi>{{ form.adult.name|default:'Someone who gave no name' }}</bdi>"
    "{% if form.adult.relationship %} (<bdi>{{ form.adult.relationship }}</bdi>){% endif %}"
    " asked us to remember"
)


def _is_choice_in_view(wish: Wish) -> bool:
    return wish.choices is not None and 1 + len(wish.choices.offered) <= _MOST_RADIO_CHOICES


def _build_wish_field(wish: Wish) -> forms.Field:
    """Return a text box for a free-text preference, otherwise the choices."""
    if wish.choices is None:
        return free_text_field(str(wish.label), maxlength=str(wish.limit), placeholder=wish.example)
    return forms.ChoiceField(
        label=str(wish.label),
        required=False,
        choices=[("", str(wish.choices.none_label)), *wish.choices.offered.choices],
        widget=forms.RadioSelect if _is_choice_in_view(wish) else forms.Select,
    )


class PreferencesForm(forms.Form):
    """The fields of preferences. It only cleans. Without an escort, it asks for none of an adult's."""

    language = free_text_field("Language spoken", maxlength="40")
    interpreter_needed = forms.BooleanField(label="Interpreter, please", required=False)
    access_needs = free_text_field("What helps them", maxlength="500")

    def __init__(self, data: Any = None, *, visit: Visit) -> None:
        super().__init__(data, initial=self.known(visit))
        self.visit = visit
        if is_own_contact_hidden(visit):
            del self.fields["email"]

    @staticmethod
    def known(visit: Visit) -> dict[str, object]:
        """Return what is remembered and on record. What was said today is shown, but never filled in."""
        escort, patient = visit.escort or Escort(), visit.patient or Patient()
        return {
            **{one.name: getattr(escort, one.column) for one in WISHES},
            "language": name_recorded_language(patient.language),
            "interpreter_needed": patient.interpreter_needed,
            "access_needs": patient.access_needs,
        }

    def clean(self) -> dict[str, Any]:
        """Return what to save. Untouched fields keep what is on file now, whatever an older page showed."""
        said = super().clean() or {}
        drawn = parse_form_snapshot(self.data.get(DRAWN_WITH, ""))
        if drawn is None:
            return said
        changed = find_changed_boxes(self, drawn, self.data)
        return said | {name: self.initial[name] for name in said if name in drawn and name not in changed}

    @property
    def adult(self) -> PresentEscort:
        """Return the adult whose preferences these are."""
        return PresentEscort.of(self.visit)

    @property
    def wishes(self) -> dict[str, str]:
        said = {**self.initial, **self.cleaned_data}
        return {one.name: clean_typed_text(said[one.name])[: one.limit] for one in WISHES}

    @property
    def record(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "language": self.as_recorded(clean_typed_text(said["language"])[:40]),
            "interpreter_needed": said["interpreter_needed"],
            "access_needs": clean_typed_text(said["access_needs"])[:500],
        }

    def as_recorded(self, typed: str) -> str:
        """Return the recorded value if its displayed name was left unchanged ("es" is shown as "Spanish")."""
        recorded = (self.visit.patient or Patient()).language
        return recorded if typed == name_recorded_language(recorded) else typed

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "prefer"
        parts = [_child_preferences_fieldset()]
        if self.visit.escort is not None:
            asked = [one for one in WISHES if one.name in self.fields]
            parts.insert(0, _escort_preferences_fieldset(asked, alone=self.visit.escort.is_patient))
        keep = Submit("keep", "Save for next time", css_class="btn-main")
        helper.layout = Layout(FormSnapshotField(), *parts, Div(keep, css_class="send"))
        return helper


# Set on the class, because forms that are shown again after a login read the labels there.
PreferencesForm.base_fields = {
    one.name: _build_wish_field(one) for one in WISHES
} | PreferencesForm.base_fields


def _escort_preferences_fieldset(asked: list[Wish], *, alone: bool) -> Fieldset:
    return Fieldset(
        # crispy renders the legend as a template, which escapes the name. Never format the name into it.
        "They asked us to remember" if alone else _ESCORT_LEGEND,
        *(Field(one.name, wrapper_class="in-line") for one in asked if _is_choice_in_view(one)),
        Div(*(one.name for one in asked if not _is_choice_in_view(one)), css_class="two"),
        css_class="paper",
    )


def _child_preferences_fieldset() -> Fieldset:
    return Fieldset(
        "On the child’s record",
        Div("language", "access_needs", css_class="two"),
        "interpreter_needed",
        css_class="paper",
    )
