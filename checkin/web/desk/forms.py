"""The desk's forms: fields and layout."""

from __future__ import annotations

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout, Submit
from django import forms
from django.utils import timezone

from checkin.models import Clinic, Patient
from checkin.rules import regions, sign_in_claims
from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.excuse_notes import NoteKind
from checkin.rules.languages import is_no_language_answer, name_recorded_language
from checkin.rules.local_formats import date_examples
from checkin.rules.patient_merges import MERGE_COLUMNS
from checkin.rules.preferences import WaitingApproach
from checkin.web.form_snapshots import FormSnapshotField
from checkin.web.page_versions import DRAWN_BESIDE, patient_page_version
from checkin.web.relationship_suggestions import suggest_relationships

_APPROACH_CHOICES = (("", "Not said"), *WaitingApproach.choices)


def free_text_field(label: str, *, hint: str = "", **attributes: str) -> forms.CharField:
    """Return a box that takes anything: the desk, too, refuses nothing that a family says."""
    widget = forms.TextInput(
        attrs={"autocomplete": "off", "dir": "auto", "spellcheck": "false", **attributes}
    )
    return forms.CharField(label=label, required=False, help_text=hint, widget=widget)


def _patient_name_field(label: str) -> forms.CharField:
    """Return a name box that lists matching patients below it."""
    return free_text_field(
        label,
        role="combobox",
        **{
            "aria-autocomplete": "list",
            "aria-expanded": "false",
            "aria-controls": "people",
            "autocapitalize": "words",
        },
    )


class SignInForm(forms.Form):
    """Lays out the fields of a sign-in at the desk. Nothing is refused here, and the action cleans texts."""

    key = forms.CharField(widget=forms.HiddenInput)
    patient = forms.CharField(required=False, widget=forms.HiddenInput)
    drawn_beside = forms.CharField(required=False, widget=forms.HiddenInput)
    child_given_name = _patient_name_field("Given name")
    child_family_name = _patient_name_field("Family name")
    child_birth_date = free_text_field("Birth date")
    is_patient = forms.BooleanField(label="The patient has come alone", required=False)
    escort_name = free_text_field("Name", autocapitalize="words")
    relationship = free_text_field("Relationship, in their words", list="relationships")
    escort_phone = free_text_field("Phone", inputmode="tel")
    reason = free_text_field("Reason for coming")
    also = free_text_field("Anything else while they are here")
    notes_wanted = forms.MultipleChoiceField(
        label="Notes wanted", required=False, choices=NoteKind.choices, widget=forms.CheckboxSelectMultiple
    )
    approach = forms.ChoiceField(
        label="Preference", required=False, choices=_APPROACH_CHOICES, widget=forms.RadioSelect
    )
    language = free_text_field("Language spoken")
    interpreter = forms.BooleanField(label="Interpreter, please", required=False)
    access_needs = free_text_field("Access needs")
    confidential = forms.BooleanField(
        label="Keep this visit confidential",
        required=False,
        help_text="It opens only with a reason. No note or promise is written from it.",
    )

    def __init__(self, *, clinic: Clinic, patient: Patient | None = None) -> None:
        super().__init__(initial={"key": str(uuid.uuid4()), "approach": "", **self.known(patient)})
        self.clinic = clinic
        self.fields["child_birth_date"].widget.attrs["placeholder"] = regions.date_order_example(
            clinic.region
        )

    @staticmethod
    def known(patient: Patient | None) -> dict[str, object]:
        if patient is None:
            return {}
        return {
            "patient": patient.pk,
            DRAWN_BESIDE: patient_page_version(patient).text,
            "child_given_name": patient.given_name,
            "child_family_name": patient.family_name,
            "child_birth_date": patient.clinic.date_digits(patient.birth_date) if patient.birth_date else "",
        }

    @property
    def relationships(self) -> list[str]:
        return suggest_relationships(self.clinic)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_id = "sign-in"
        helper.attrs = {"autocomplete": "off"}
        helper.form_class = "sign-in"
        helper.layout = Layout(
            "key",
            "patient",
            DRAWN_BESIDE,
            Div(_child_fieldset(), _escort_fieldset(), css_class="two"),
            _visit_fieldset(),
        )
        return helper


def _child_fieldset() -> Fieldset:
    return Fieldset(
        "The child",
        Div("child_given_name", "child_family_name", css_class="two"),
        HTML('{% include "desk/_people_box.html" %}'),
        Div("child_birth_date", "is_patient", css_class="two on-line"),
        HTML('{% include "desk/_chosen.html" %}'),
        css_class="paper",
    )


def _escort_fieldset() -> Fieldset:
    return Fieldset(
        "Who brings them",
        Div("escort_name", "escort_phone", css_class="two"),
        "relationship",
        HTML('{% include "desk/_known_escorts.html" %}'),
        css_class="paper",
    )


def _visit_fieldset() -> Fieldset:
    return Fieldset(
        "Today",
        Div("reason", "also", css_class="two"),
        Div(
            Field("notes_wanted", wrapper_class="in-line"),
            Field("approach", wrapper_class="in-line"),
            Div("language", "interpreter"),
            "access_needs",
            css_class="four",
        ),
        "confidential",
        Div(
            Submit("send", "Sign in", css_class="btn-primary btn-main"),
            HTML('<p class="hint">Every box may stay empty. <kbd>Enter</kbd> signs in.</p>'),
            css_class="send",
        ),
        css_class="paper",
    )


_CONTACT_AND_CARE_BOXES = ("phone", "postcode", "language", "access_needs")


class PatientForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Complete a provisional record with what the family says at the desk."""

    birth_date = forms.CharField(label="Birth date", required=False)

    class Meta:
        model = Patient
        fields = (
            "given_name",
            "family_name",
            "preferred_name",
            "birth_date",
            "phone",
            "postcode",
            "language",
            "access_needs",
        )
        labels = {name: MERGE_COLUMNS[name] for name in ("preferred_name", "access_needs", "postcode")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.address_hidden:
            del self.fields["phone"], self.fields["postcode"]
        words, numbers = date_examples(self.instance.clinic.region)
        self.fields["birth_date"].help_text = f"Such as {numbers} or {words}."
        for name, box in self.fields.items():
            box.widget.attrs |= {"autocomplete": "off", "dir": "auto"}
            limit = getattr(box, "max_length", None)
            if limit:
                box.widget.attrs.pop("maxlength", None)
                box.error_messages["max_length"] = f"At most {limit} letters fit here. Please shorten it."
            self.initial.setdefault(name, "")
        self.initial["language"] = name_recorded_language(self.instance.language)

    def clean_birth_date(self) -> object:
        clinic = self.instance.clinic
        said = sign_in_claims.read_typed_birth_date(
            self.cleaned_data["birth_date"],
            today=clinic.local_date(timezone.now()),
            day_first=clinic.day_first,
        )
        if said.problem:
            raise forms.ValidationError(f"Please look at this again: {said.problem.label}.")
        return said.date

    def clean_language(self) -> str:
        """Return the recorded value if its displayed name was left unchanged ("es" is shown as "Spanish")."""
        typed: str = self.cleaned_data["language"]
        recorded: str = self.instance.language
        if typed == name_recorded_language(recorded):
            return recorded
        return "" if is_no_language_answer(typed) else typed

    def clean_access_needs(self) -> str:
        typed: str = self.cleaned_data["access_needs"]
        return "" if is_empty_answer(typed) else typed

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        if not said.get("given_name") and not said.get("family_name") and not self.errors:
            self.add_error("given_name", "Please give at least one name.")
        return said

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            FormSnapshotField(),
            Div("given_name", "family_name", "preferred_name", "birth_date", css_class="four"),
            Div(*(name for name in _CONTACT_AND_CARE_BOXES if name in self.fields), css_class="four"),
        )
        return helper
