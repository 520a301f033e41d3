"""Forms for who agreed, and for who may agree for whom."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms

from checkin.rules.consent_adults import (
    CareKind,
    ConsentAdult,
    ConsentBasis,
    ConsentChannel,
    is_same_guardian,
)
from checkin.rules.consent_forms import (
    ConsentGiver,
    ConsentGiverKind,
    basis_channel_contradiction,
    choose_consent_basis,
    keep_own_contact,
    other_care_of_item,
)
from checkin.web.desk.consent_people import consent_person_label
from checkin.web.form_snapshots import FormSnapshotField

_CONSENT_ANSWERS = (("yes", "Agreed"), ("no", "Said no"))
SOMEBODY_ELSE = ("", "Somebody else")
_CHOOSE_ONE = ("", "Choose")
_BASIS_FOLLOWS = ("", "Follows from who and how")
_TYPED_ADULT_FIELDS = ("who", "relationship", "phone")
_KNOWN_BY_NAME = (ConsentGiverKind.GUARDIAN, ConsentGiverKind.PROXY)


@dataclass(frozen=True, kw_only=True)
class ConsentFormFacts:
    """What the form knows about its visit."""

    today: dt.date
    people: tuple[ConsentGiver, ...] = ()
    known: tuple[ConsentAdult, ...] = ()
    """Everybody whose relationship or phone the page may show."""
    due: tuple[tuple[CareKind, str], ...] = ()
    child: str = ""
    region: str = ""
    is_clinician: bool = False


def _consent_text_field(label: str, longest: int, **kwargs: Any) -> forms.CharField:
    field = forms.CharField(label=label, max_length=longest, **kwargs)
    field.error_messages["max_length"] = f"At most {longest} letters fit here. Please shorten it."
    field.widget.attrs |= {"autocomplete": "off", "dir": "auto"}
    field.widget.attrs.pop("maxlength", None)
    return field


def _consent_date_field(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Please write the day as 2026-06-30.", "required": "Please give the day."},
    )


def _consent_form_helper(*rows: object) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(FormSnapshotField(), *rows)
    return helper


class ConsentForm(forms.Form):
    """One answer of one person: a known adult with their own details, or somebody else as typed."""

    care = forms.ChoiceField(
        label="For",
        choices=[_CHOOSE_ONE, *CareKind.choices],
        error_messages={"required": "Please choose which care it was about."},
    )
    to_what = _consent_text_field("What exactly", 300, required=False, help_text="Blank: all of that care")
    agreed = forms.ChoiceField(
        label="Answer",
        choices=_CONSENT_ANSWERS,
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose: agreed, or said no."},
    )
    person = forms.ChoiceField(
        label="Who said it",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Who can be chosen here has changed. Please choose again."},
    )
    who = _consent_text_field("Name", 200, required=False)
    relationship = _consent_text_field("Relationship, in their words", 500, required=False)
    phone = _consent_text_field("Phone", 60, required=False)
    how = forms.ChoiceField(
        label="How",
        choices=[_CHOOSE_ONE, *ConsentChannel.choices],
        error_messages={"required": "Please choose how they said it."},
    )
    basis = forms.ChoiceField(
        label="Based on", choices=[_BASIS_FOLLOWS, *ConsentBasis.choices], required=False
    )
    witness = _consent_text_field("Witness", 200, required=False, help_text="A second person who heard it")
    limits = _consent_text_field("Only if", 500, required=False)
    until = _consent_date_field("Holds until", help_text="Blank: today only")

    def __init__(
        self, data: Any = None, *, ask: ConsentFormFacts, initial: dict[str, object] | None = None
    ) -> None:
        super().__init__(data, auto_id="consent_%s", initial=initial)
        self.ask = ask
        self.left_out = ""
        fields: Any = self.fields
        fields["person"].choices = [
            *((one.value, consent_person_label(one, ask.region)) for one in ask.people),
            SOMEBODY_ELSE,
        ]
        if not ask.is_clinician:
            fields["basis"].choices = [
                _BASIS_FOLLOWS,
                *(one for one in ConsentBasis.choices if one[0] != ConsentBasis.CLINICIAN),
            ]
        for name in _TYPED_ADULT_FIELDS:
            # With a placeholder, the style sheet can tell an empty box.
            fields[name].widget.attrs["placeholder"] = " "
        fields["how"].widget.attrs["data-here"] = json.dumps([one.value for one in ask.people if one.is_here])
        fields["care"].widget.attrs["data-due"] = json.dumps([[str(care), what] for care, what in ask.due])

    def clean_until(self) -> dt.date | None:
        until: dt.date | None = self.cleaned_data["until"]
        if until and until < self.ask.today:
            raise forms.ValidationError("That day is over. Leave it blank for today only.")
        return until

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        if "person" not in said or "who" not in said:
            return said
        chosen = next((one for one in self.ask.people if one.value == said["person"]), None)
        if chosen:
            self.take(chosen, said)
        elif not said["who"]:
            self.add_error("who", "Please write down who said it.")
        else:
            own = keep_own_contact(_typed_adult_of(said), self.ask.known, self.ask.child)
            said["relationship"], said["phone"], self.left_out = own
        self.check_basis(said, chosen.part if chosen else _typed_adult_part(said, self.ask.people))
        self.check_item(said)
        return said

    def take(self, chosen: ConsentGiver, said: dict[str, object]) -> None:
        """Use the chosen person's details; ask about anything typed for somebody else, never mix."""
        for name, own in (
            ("who", chosen.adult.name),
            ("relationship", chosen.adult.relationship),
            ("phone", chosen.adult.phone),
        ):
            if said.get(name) and said[name] != own:
                sentence = f"You chose {chosen.adult.name}. Empty this box, or choose “{SOMEBODY_ELSE[1]}”."
                self.add_error(name, sentence)
            said[name] = own

    def check_basis(self, said: dict[str, Any], part: ConsentGiverKind | None) -> None:
        """Derive the basis from who and how; a chosen one must not contradict them."""
        how = said.get("how", "")
        basis = said["basis"] = said.get("basis") or choose_consent_basis(part, how)
        if sentence := basis_channel_contradiction(basis, how):
            self.add_error("how", sentence)
        is_decision = basis == ConsentBasis.CLINICIAN
        if said.get("person") and is_decision is not (part == ConsentGiverKind.CLINICIAN):
            self.add_error("basis", "A clinician’s decision is written down as said by that clinician.")

    def check_item(self, said: dict[str, Any]) -> None:
        """Clear an item of another kind of care: it was there before the care was changed."""
        care, item = said.get("care", ""), said.get("to_what", "")
        other = other_care_of_item(item, care, self.ask.due)
        if other:
            sentence = f"“{item}” is of “{CareKind(other).label}”, so it was taken out. What exactly was it?"
            self.add_error("to_what", f"{sentence} Blank: all of that care.")
            data: Any = self.data
            self.data = data = data.copy()
            data["to_what"] = ""

    def said(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name != "person"}
        return said | {"agreed": self.cleaned_data["agreed"] == "yes"}

    @property
    def helper(self) -> FormHelper:
        return _consent_form_helper(
            Div("care", "to_what", css_class="two"),
            Div("agreed", css_class="in-line"),
            Div(
                "person", Div(*_TYPED_ADULT_FIELDS, css_class="two consent-else"), css_class="consent-person"
            ),
            Div("how", "until", "basis", "witness", css_class="two"),
            "limits",
        )


def _typed_adult_of(said: dict[str, Any]) -> ConsentAdult:
    """Return the typed adult with what was typed about them."""
    return ConsentAdult(said.get("who") or "", said.get("phone") or "", said.get("relationship") or "")


def _typed_adult_part(said: dict[str, object], people: Iterable[ConsentGiver]) -> ConsentGiverKind | None:
    """Return what kind of person was typed, if they have the name of one who could be chosen."""
    adult = _typed_adult_of(said)
    parts = (one.part for one in people if one.part in _KNOWN_BY_NAME and is_same_guardian(adult, one.adult))
    return next(parts, None)


class ProxyForm(forms.Form):
    """A guardian's written permission for somebody to agree for the child."""

    name = _consent_text_field(
        "Who may agree", 200, error_messages={"required": "Please write down the name of who may agree."}
    )
    relationship = _consent_text_field("Relationship, in their words", 500, required=False)
    granted_by = _consent_text_field(
        "The guardian who says so", 200, error_messages={"required": "Please write down which guardian."}
    )
    cares = forms.MultipleChoiceField(
        label="For",
        choices=CareKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all of them",
    )
    limits = _consent_text_field("Limits", 500, required=False)
    written_on = _consent_date_field("Written on", required=True)
    expires_on = _consent_date_field("Last day", help_text="Blank: until it is revoked")

    def __init__(self, data: Any = None, *, today: dt.date, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="proxy_%s", initial=initial)
        self.today = today
        self.initial.setdefault("written_on", today)

    def clean_written_on(self) -> dt.date:
        written: dt.date = self.cleaned_data["written_on"]
        if written > self.today:
            raise forms.ValidationError("That day is still to come.")
        return written

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        written, last = said.get("written_on"), said.get("expires_on")
        if written and last and last < written:
            self.add_error("expires_on", "That is before the day it was written.")
        return said

    @property
    def helper(self) -> FormHelper:
        return _consent_form_helper(
            Div("name", "relationship", "granted_by", "limits", css_class="two"),
            "cares",
            Div("written_on", "expires_on", css_class="two"),
        )
