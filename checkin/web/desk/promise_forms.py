"""The form of a promise: few fields, good defaults, and the due time by one key."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout, Submit
from django import forms

from checkin.models import Clinic, Role, Staff
from checkin.queries import promises as promise_queries
from checkin.rules import clocks, promise_due_times
from checkin.rules.best_times import CallWindow, read_call_window
from checkin.rules.clocks import DueTimePick
from checkin.rules.preferences import ContactWay
from checkin.rules.promise_due_times import AgreedDueTime
from checkin.rules.promises import (
    CONTACT_QUESTIONS,
    NO_CONTACT_WAY,
    PROMISE_KEEPER_ROLES,
    PROMISE_TEXT_LIMITS,
    PromiseTerms,
    contact_problem_words,
)
from checkin.web.form_snapshots import FormSnapshotField
from checkin.web.params import parse_number_param

_AT_ANOTHER_TIME = "at"
_VOICEMAIL_CHOICES = (("", "Not asked"), ("yes", "Voicemail is fine"), ("no", "No voicemail"))
_VOICEMAIL_ANSWERS = {"yes": True, "no": False}
_WRITE_A_TIME = "Write a time such as 9:30."
_CHOOSE_A_DATE = "Choose a date."
_TIME_NOT_OFFERED = "That time has passed, or is not one of these. Choose another."


def _promise_text_field(label: str, *, help_text: str = "", **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "dir": "auto", **attributes})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


def _due_choice_field(choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="By when",
        required=False,
        choices=choices,
        error_messages={"invalid_choice": _TIME_NOT_OFFERED},
        widget=forms.RadioSelect,
    )


def promise_owner_choices(clinic: Clinic) -> list[tuple[str, Any]]:
    """Return grouped choices for a select: roles as `role:manager`, people as `staff:7`."""
    roles = [
        (f"role:{role}", f"Any {Role(role).label.lower()}") for role in ("manager", *PROMISE_KEEPER_ROLES)
    ]
    people = [
        (f"staff:{one.pk}", f"{one.name} ({one.get_role_display()})")
        for one in promise_queries.list_promise_owners(clinic)
    ]
    return [("A role", list(dict(roles).items())), ("A person", people)]


def parse_promise_owner(clinic: Clinic, said: str) -> Staff | Role | None:
    """Return the role or person of this clinic for `role:manager` or `staff:7`; None for anything else."""
    kind, _, name = said.partition(":")
    if kind == "role" and name in PROMISE_KEEPER_ROLES:
        return Role(name)
    return clinic.staff.filter(pk=parse_number_param(name) or 0).first() if kind == "staff" else None


class PromiseForm(forms.Form):
    """Lays out the fields and reads the times. The action says, field by field, what a promise needs."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    to_whom = _promise_text_field("To whom", autocapitalize="words")
    way = forms.ChoiceField(
        label="How",
        choices=ContactWay.choices,
        required=False,
        error_messages={"invalid_choice": NO_CONTACT_WAY},
    )
    reach_at = _promise_text_field("Number or address, as they give it")
    about = _promise_text_field("About what, in their words")
    due = forms.ChoiceField(required=False)
    due_on = forms.DateField(
        label="Day",
        required=False,
        error_messages={"invalid": _CHOOSE_A_DATE},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    due_time = forms.TimeField(
        label="Time",
        required=False,
        error_messages={"invalid": _WRITE_A_TIME},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    best_words = _promise_text_field("Best time, in their words", help_text="Such as “after 5 pm”.")
    owner = forms.CharField(label="Who will keep it", required=False)
    voicemail_ok = forms.ChoiceField(
        label="Voicemail",
        choices=_VOICEMAIL_CHOICES,
        required=False,
        error_messages={"invalid_choice": "Choose one of these."},
    )
    who_may_answer = _promise_text_field("Who may answer")
    past_is_right = forms.BooleanField(label="Yes, it was due then", required=False)
    contact_is_right = forms.BooleanField(label="Yes, save it as it is", required=False)

    def __init__(
        self,
        typed: dict[str, str] | None = None,
        *,
        clinic: Clinic,
        at: dt.datetime,
        known: dict[str, object] | None = None,
    ) -> None:
        usual = {
            "key": str(uuid.uuid4()),
            "owner": "role:manager",
            "way": ContactWay.PHONE,
            "due": "",
            **(known or {}),
        }
        super().__init__(typed, initial=usual)
        self.clinic, self.at, self.asks, self.asks_about_contact = clinic, at, False, False
        self.days = clocks.read_open_days(clinic.promise_settings.get("open_days"))
        self.fields["owner"].widget = forms.Select(choices=promise_owner_choices(clinic))
        self.dues = self.list_due_choices()
        self.fields["due"] = _due_choice_field(self.dues)
        self.initial["due"] = usual["due"] or self.usual_due(str(usual.get("best_words", "")))
        if not self.is_bound:
            known_contact = (str(self.initial["way"]), str(self.initial.get("reach_at", "")))
            self.fields["reach_at"].help_text = self.ask_about_contact(*known_contact)
        first = "about" if usual.get("to_whom") else "to_whom"
        self.fields[first].widget.attrs["autofocus"] = True

    def list_due_choices(self) -> list[tuple[str, str]]:
        """Return the quick picks that are still ahead, and two other ways to give the time."""
        zone = self.clinic.zone
        moments = {pick: self.picked(pick) for pick in DueTimePick}
        ahead = [
            pick
            for pick, due in moments.items()
            if due > self.at and due.astimezone(zone).weekday() in self.days
        ]
        labels = {pick: clocks.due_pick_words(pick, self.clinic.region) for pick in ahead}
        words = self.clinic.day_and_time_words(moments[DueTimePick.TOMORROW], at=self.at)
        labels[DueTimePick.TOMORROW] = words[:1].upper() + words[1:]
        return [
            ("", "Half an hour after their best time"),
            *((pick.value, labels[pick]) for pick in ahead),
            (_AT_ANOTHER_TIME, "Another time"),
        ]

    def usual_due(self, best_words: str) -> str:
        """Return the choice that is made already: after their best time if it is known, or else soon."""
        picks = [value for value, _ in self.dues if value in DueTimePick.values]
        return "" if read_call_window(best_words) != CallWindow() or not picks else picks[0]

    def picked(self, pick: str) -> dt.datetime:
        return clocks.due_time_of_pick(pick, at=self.at, zone=self.clinic.zone, days=self.days)

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        if said.get("due") == _AT_ANOTHER_TIME and not said.get("due_time") and "due_time" not in self.errors:
            self.add_error("due_time", _WRITE_A_TIME)
        for name, limit in PROMISE_TEXT_LIMITS.items():
            if len(str(said.get(name, ""))) > limit:
                self.add_error(
                    name, f"We can keep {limit} letters of this. Please shorten it; nothing is cut yet."
                )
        if not self.errors and (problem := self.agreed().problem):
            self.add_error("due", problem)
        question = self.ask_about_contact(str(said.get("way", "")), str(said.get("reach_at", "")))
        self.asks_about_contact = bool(question)
        if question and not self.errors and not said.get("contact_is_right"):
            self.add_error("contact_is_right", question)
        return said

    def ask_about_contact(self, way: str, reach_at: str) -> str:
        """Return what to ask about a number or address that reaches nobody; "" for any other, or none."""
        facts = self.clinic.identity_facts
        odd = contact_problem_words(way, reach_at, region=facts.region, ours=facts.phones)
        return CONTACT_QUESTIONS.get(odd, "")

    def said(self) -> PromiseTerms:
        """Return what was promised, with its times as UTC datetimes. Call on a valid form."""
        facts, agreed = self.cleaned_data, self.agreed()
        names = ("to_whom", "about", "way", "reach_at", "who_may_answer", "best_words")
        return PromiseTerms(
            **{name: facts[name] for name in names},
            best_from=agreed.best_from,
            due_at=agreed.due_at,
            voicemail_ok=_VOICEMAIL_ANSWERS.get(facts["voicemail_ok"]),
        )

    def agreed(self) -> AgreedDueTime:
        """Return their best time and the due time, as datetimes."""
        facts, at, zone, days = self.cleaned_data, self.at, self.clinic.zone, self.days
        window = read_call_window(facts["best_words"])
        pick = facts["due"] or (_AT_ANOTHER_TIME if facts["due_time"] else "")
        if not pick:
            return promise_due_times.agree_on_best_time(window, at=at, zone=zone, days=days)
        if pick != _AT_ANOTHER_TIME:
            that_day = pick != DueTimePick.HOUR
            return promise_due_times.agree_on_picked_time(
                self.picked(pick), window, at=at, zone=zone, days=days, on_that_day=that_day
            )
        day = facts["due_on"] or at.astimezone(zone).date()
        due = clocks.local_time_in_utc(day, facts["due_time"], zone, after=at)
        return promise_due_times.agree_on_exact_time(due, window, at=at, zone=zone, days=days)

    def why_not_as_picked(self) -> str:
        """Return why it is due at another time than the quick pick, as a sentence; "" if it is not."""
        pick = self.cleaned_data["due"]
        if pick not in DueTimePick.values or self.agreed().due_at == self.picked(pick):
            return ""
        picked = self.clinic.day_and_time_words(self.picked(pick), at=self.at)
        return f" That is not {picked} as picked: their best time is “{self.cleaned_data['best_words']}”."

    def tell(self, problems: dict[str, str]) -> None:
        for field, sentence in problems.items():
            self.add_error(field, sentence)

    def ask_about_the_past(self, sentence: str) -> None:
        self.asks = True
        self.add_error("past_is_right", sentence)

    def attend(self) -> None:
        """Move autofocus to the first field with an error."""
        troubled = [name for name in self.fields if name in self.errors] if self.is_bound else []
        if not troubled:
            return
        for name, field in self.fields.items():
            field.widget.attrs.pop("autofocus", None)
            if name == troubled[0]:
                field.widget.attrs["autofocus"] = True

    @property
    def helper(self) -> FormHelper:
        self.attend()
        helper = FormHelper()
        helper.attrs = {"autocomplete": "off", "novalidate": ""}
        helper.form_class = "promise-form"
        asks = {"past_is_right": self.asks, "contact_is_right": self.asks_about_contact}
        asked = [Div(name, css_class="asks") for name, is_asked in asks.items() if is_asked]
        helper.layout = Layout(
            FormSnapshotField(),
            "key",
            Div(_recipient_fieldset(), _due_fieldset(), css_class="two"),
            *asked,
            _promise_submit_row(),
        )
        return helper


def _recipient_fieldset() -> Fieldset:
    return Fieldset(
        "What is promised",
        "to_whom",
        Div("way", "reach_at", css_class="narrow-wide"),
        "about",
        Div("voicemail_ok", "who_may_answer", css_class="narrow-wide"),
        css_class="paper",
    )


def _due_fieldset() -> Fieldset:
    return Fieldset(
        "By when, and who",
        "best_words",
        Field("due", wrapper_class="pills"),
        Div("due_on", "due_time", css_class="two other-time"),
        "owner",
        css_class="paper",
    )


def _promise_submit_row() -> Div:
    hint = '<p class="hint"><kbd>Enter</kbd> saves it, from any box.</p>'
    return Div(Submit("send", "Save promise", css_class="btn-primary btn-main"), HTML(hint), css_class="send")
