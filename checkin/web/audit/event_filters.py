"""The filter of the audit log. It has ids only, so it may be in the address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout, Submit
from django import forms
from django.http import Http404, QueryDict
from django.utils import timezone

from checkin.models import Clinic
from checkin.queries.audit_events import AuditFilter
from checkin.rules.audit import AuditOutcome
from checkin.rules.audit_words import AuditKind
from checkin.rules.clocks import local_time_in_utc
from checkin.rules.local_formats import date_examples
from checkin.rules.written_dates import read_written_dates

_FROM_A_LINK = ("staff", "patient", "kind", "outcome", "place")
"""Fields that nobody types. A wrong value in one names nothing of this clinic: 404."""
_AUDIT_OUTCOME_LABELS = {
    AuditOutcome.DONE: "Done",
    AuditOutcome.REFUSED: "Refused",
    AuditOutcome.FAILED: "Failed",
}


class AuditFilterForm(forms.Form):
    staff = forms.TypedChoiceField(label="Person", required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label="Kind of act", required=False, choices=[("", "Any"), *AuditKind.choices])
    outcome = forms.ChoiceField(
        label="Outcome", required=False, choices=[("", "Any"), *_AUDIT_OUTCOME_LABELS.items()]
    )
    place = forms.ChoiceField(label="Front desk or tablet", required=False)
    start = forms.CharField(label="From", required=False, max_length=40)
    end = forms.CharField(label="To", required=False, max_length=40)
    patient = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, clinic: Clinic, without: tuple[str, ...] = ()) -> None:
        super().__init__(data)
        self.clinic = clinic
        people = clinic.staff.order_by("name", "pk").values_list("pk", "name")
        desks = [(f"desk-{pk}", name) for pk, name in clinic.locations.values_list("pk", "name")]
        tablets = [(f"tablet-{pk}", name) for pk, name in clinic.devices.values_list("pk", "name")]
        fields: Any = self.fields
        fields["staff"].choices = [("", "Anybody"), *people]
        fields["place"].choices = [("", "Anywhere"), ("Front desks", desks), ("Tablets", tablets)]
        for name in ("start", "end"):
            fields[name].widget.attrs |= {
                "placeholder": date_examples(clinic.region)[0],
                "autocomplete": "off",
            }
        for name in without:
            del self.fields[name]

    def clean_patient(self) -> int | None:
        said: int | None = self.cleaned_data["patient"]
        if said is not None and not self.clinic.patients.filter(pk=said).exists():
            raise forms.ValidationError("This clinic has no such patient.")
        return said

    def clean_start(self) -> dt.date | None:
        return self._read_date("start")

    def clean_end(self) -> dt.date | None:
        return self._read_date("end")

    def _read_date(self, name: str) -> dt.date | None:
        said, today = self.cleaned_data[name].strip(), self.clinic.local_date(timezone.now())
        if not said:
            return None
        found = read_written_dates(said, today=today, day_first=self.clinic.day_first)
        if not found:
            shown = " or ".join(date_examples(self.clinic.region))
            raise forms.ValidationError(f"This is not a date. Write it as {shown}.")
        return found[0]

    def read_filter(self) -> AuditFilter:
        """Return what is asked for, without a date that cannot be read. Raises Http404 for a wrong id."""
        if not self.is_valid() and self.errors.keys() & {*_FROM_A_LINK}:
            raise Http404
        said: dict[str, Any] = self.cleaned_data
        kind_of_place, _, number = (said.get("place") or "").partition("-")
        start, end = said.get("start"), said.get("end")
        return AuditFilter(
            staff_id=said.get("staff"),
            patient_id=said.get("patient"),
            kind=said.get("kind") or "",
            outcome=said.get("outcome") or "",
            location_id=int(number) if kind_of_place == "desk" else None,
            device_id=int(number) if kind_of_place == "tablet" else None,
            start=self._midnight(start) if start else None,
            end=self._midnight(end, days=1) if end else None,
        )

    def _midnight(self, day: dt.date, *, days: int = 0) -> dt.datetime | None:
        """Return the start of the day so many days later; None, for no limit, if there is no such moment."""
        try:
            return local_time_in_utc(day + dt.timedelta(days=days), dt.time(), self.clinic.zone)
        except OverflowError:  # the calendar ends with the year 9999, and in Asia begins within a day
            return None

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = "get"
        helper.attrs = {"role": "search", "aria-label": "Filter the audit log"}
        helper.form_class = "audit-filter"
        fields = [Field(name) for name in self.fields]
        helper.layout = Layout(
            Div(*fields, css_class="audit-fields"), Submit("", "Show events", css_class="btn btn-primary")
        )
        return helper
