"""The form of a care alert."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.db.models import QuerySet

from checkin.actions.care_alerts import AlertWords
from checkin.models import Clinic, Staff
from checkin.rules.care_alerts import MOST_ALERT_WORDS, AlertKind
from checkin.rules.roles import StaffAct, list_roles_allowed
from checkin.rules.sign_in_claims import clean_typed_text
from checkin.web.desk.forms import free_text_field

_TELLS_MANAGERS = "The managers"


def _list_alert_colleagues(clinic: Clinic) -> QuerySet[Staff]:
    readers = clinic.staff.filter(is_active=True, role__in=list_roles_allowed(StaffAct.READ_CHARTS))
    return readers.order_by("name")


def alert_colleague_labels(clinic: Clinic) -> dict[str, str]:
    """Return the label of each choice of whom to tell, for the form that is shown again."""
    named = {str(one.pk): str(one) for one in _list_alert_colleagues(clinic)}
    return {"": _TELLS_MANAGERS} | named


class CareAlertForm(forms.Form):
    """A warning as somebody writes it. It only cleans, and never shows an earlier wording.

    The boxes have no `maxlength`: a browser cuts what is pasted without a word, and the action refuses it.
    """

    kind = forms.ChoiceField(label="What it is", choices=AlertKind.choices, widget=forms.RadioSelect)
    person_name = free_text_field("Name of the person")
    relationship = free_text_field("Relationship to the child")
    words = forms.CharField(
        label="What staff should know and do",
        required=False,
        max_length=MOST_ALERT_WORDS,
        help_text="Facts you saw or were told, and by whom. For a court’s order: where it is kept.",
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    colleague: forms.ModelChoiceField[Staff] = forms.ModelChoiceField(
        label="Whom to tell when this person comes",
        required=False,
        queryset=None,
        empty_label=_TELLS_MANAGERS,
    )

    def __init__(self, data: Any = None, *, clinic: Clinic) -> None:
        super().__init__(data, initial={"kind": AlertKind.NOT_WITH})
        people: Any = self.fields["colleague"]
        people.queryset = _list_alert_colleagues(clinic)

    @property
    def said(self) -> AlertWords:
        said = self.cleaned_data
        texts = {name: clean_typed_text(said[name]) for name in ("person_name", "relationship", "words")}
        return AlertWords(kind=said["kind"], colleague=said["colleague"], **texts)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "paper"
        fields = ("kind", "person_name", "relationship", "words", "colleague")
        helper.layout = Layout(*fields, Submit("save", "Save care alert", css_class="btn-primary"))
        return helper
