"""The form of a promise: few boxes, good defaults, and by when in one key."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout, Submit
from django import forms

from checkin.models import Clinic, Role, Staff
from checkin.queries import promises as reads
from checkin.rules import clocks, due_times
from checkin.rules.best_times import read_window
from checkin.rules.clocks import Pick
from checkin.rules.due_times import Agreed
from checkin.rules.promises import KEEPERS, NO_WAY, Said, Way
from checkin.web.drawn_with import DrawnWith

AT = "at"
VOICEMAIL = (("", "Not asked"), ("yes", "Voicemail is fine"), ("no", "No voicemail"))
ASKED = {"yes": True, "no": False}
TIME = "Write a time such as 17:30."
DATE = "Choose a date."
NOT_OFFERED = "That time has passed, or is not one of these. Choose another."


def words(label: str, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "dir": "auto", **attributes})
    return forms.CharField(label=label, required=False, widget=widget)


def by_when(choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="By when",
        required=False,
        choices=choices,
        error_messages={"invalid_choice": NOT_OFFERED},
        widget=forms.RadioSelect,
    )


def owner_choices(clinic: Clinic) -> list[tuple[str, Any]]:
    roles = [(f"role:{role}", f"Any {Role(role).label.lower()}") for role in ("manager", *KEEPERS)]
    people = [
        (f"staff:{one.pk}", f"{one.name} ({one.get_role_display()})") for one in reads.colleagues(clinic)
    ]
    return [("A role", list(dict(roles).items())), ("A person", people)]


def owner_named(clinic: Clinic, said: str) -> Staff | Role | None:
    """`role:manager` or `staff:7` as the role or person of this clinic; None for anything else."""
    kind, _, name = said.partition(":")
    if kind == "role" and name in KEEPERS:
        return Role(name)
    if kind != "staff" or not (name.isascii() and name.isdigit() and len(name) < 19):
        return None
    return clinic.staff.filter(pk=int(name)).first()


class PromiseForm(forms.Form):
    """It lays out and reads the times; what a promise needs is said by the action, field by field."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    to_whom = words("To whom", autocapitalize="words")
    way = forms.ChoiceField(
        label="How", choices=Way.choices, required=False, error_messages={"invalid_choice": NO_WAY}
    )
    reach_at = words("Number or address, as they give it")
    about = words("About what, in their words")
    due = forms.ChoiceField(required=False)
    due_on = forms.DateField(
        label="Day",
        required=False,
        error_messages={"invalid": DATE},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    due_time = forms.TimeField(
        label="Time",
        required=False,
        error_messages={"invalid": TIME},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    best_words = words("Best time, in their words", placeholder="after 17:00")
    owner = forms.CharField(label="Who will keep it", required=False)
    voicemail_ok = forms.ChoiceField(
        label="Voicemail",
        choices=VOICEMAIL,
        required=False,
        error_messages={"invalid_choice": "Choose one of these."},
    )
    who_may_answer = words("Who may answer")
    past_is_right = forms.BooleanField(label="Yes, it was due then", required=False)

    def __init__(
        self,
        typed: dict[str, str] | None = None,
        *,
        clinic: Clinic,
        at: dt.datetime,
        known: dict[str, Any] | None = None,
    ) -> None:
        usual = {
            "key": str(uuid.uuid4()),
            "owner": "role:manager",
            "way": Way.PHONE,
            "due": "",
            **(known or {}),
        }
        super().__init__(typed, initial=usual)
        self.clinic, self.at, self.asks = clinic, at, False
        self.days = clocks.open_days(clinic.promise_settings.get("open_days"))
        self.fields["owner"].widget = forms.Select(choices=owner_choices(clinic))
        self.fields["due"] = by_when(self.dues())
        first = "about" if usual.get("to_whom") else "to_whom"
        self.fields[first].widget.attrs["autofocus"] = True

    def dues(self) -> list[tuple[str, str]]:
        """The quick picks that still lie ahead, and the two ways to say it otherwise."""
        zone = self.clinic.zone
        moments = {pick: self.picked(pick) for pick in Pick}
        ahead = [
            pick
            for pick, due in moments.items()
            if due > self.at and due.astimezone(zone).weekday() in self.days
        ]
        labels = {pick: str(pick.label) for pick in ahead}
        words = clocks.day_and_time(moments[Pick.TOMORROW], at=self.at, zone=zone)
        labels[Pick.TOMORROW] = words[:1].upper() + words[1:]
        return [
            ("", "Half an hour after their best time"),
            *((pick.value, labels[pick]) for pick in ahead),
            (AT, "Another time"),
        ]

    def picked(self, pick: str) -> dt.datetime:
        return clocks.picked(pick, at=self.at, zone=self.clinic.zone, days=self.days)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("due") == AT and not said.get("due_time") and "due_time" not in self.errors:
            self.add_error("due_time", TIME)
        if not self.errors and (problem := self.agreed().problem):
            self.add_error("due", problem)
        return said

    def said(self) -> Said:
        """What was promised, with its times as moments. Call on a form that is valid."""
        facts, agreed = self.cleaned_data, self.agreed()
        names = ("to_whom", "about", "way", "reach_at", "who_may_answer", "best_words")
        return Said(
            **{name: facts[name] for name in names},
            best_from=agreed.best_from,
            due_at=agreed.due_at,
            voicemail_ok=ASKED.get(facts["voicemail_ok"]),
        )

    def agreed(self) -> Agreed:
        """Their best time and when it is due, as moments."""
        facts, at, zone, days = self.cleaned_data, self.at, self.clinic.zone, self.days
        window = read_window(facts["best_words"])
        pick = facts["due"] or (AT if facts["due_time"] else "")
        if not pick:
            return due_times.by_their_time(window, at=at, zone=zone, days=days)
        if pick != AT:
            that_day = pick != Pick.HOUR
            return due_times.by_a_pick(
                self.picked(pick), window, at=at, zone=zone, days=days, on_that_day=that_day
            )
        day = facts["due_on"] or at.astimezone(zone).date()
        due = clocks.moment(day, facts["due_time"], zone, after=at)
        return due_times.at_a_time(due, window, at=at, zone=zone, days=days)

    def why_not_as_picked(self) -> str:
        """Say that it is due at another time than was picked in one key, and why; "" where it is not."""
        pick = self.cleaned_data["due"]
        if pick not in Pick.values or self.agreed().due_at == self.picked(pick):
            return ""
        picked = clocks.day_and_time(self.picked(pick), at=self.at, zone=self.clinic.zone)
        return f" That is not {picked} as picked: their best time is “{self.cleaned_data['best_words']}”."

    def tell(self, problems: dict[str, str]) -> None:
        for field, sentence in problems.items():
            self.add_error(field, sentence)

    def ask_about_the_past(self, sentence: str) -> None:
        self.asks = True
        self.add_error("past_is_right", sentence)

    def attend(self) -> None:
        """Where something is missing the hand is put there, not back at the beginning."""
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
        asked = [Div("past_is_right", css_class="asks")] if self.asks else []
        helper.layout = Layout(DrawnWith(), "key", Div(whom(), when(), css_class="two"), *asked, sending())
        return helper


def whom() -> Fieldset:
    return Fieldset(
        "What is promised",
        "to_whom",
        Div("way", "reach_at", css_class="narrow-wide"),
        "about",
        Div("voicemail_ok", "who_may_answer", css_class="narrow-wide"),
        css_class="paper",
    )


def when() -> Fieldset:
    return Fieldset(
        "By when, and who",
        "best_words",
        Field("due", wrapper_class="pills"),
        Div("due_on", "due_time", css_class="two other-time"),
        "owner",
        css_class="paper",
    )


def sending() -> Div:
    hint = '<p class="hint"><kbd>Enter</kbd> keeps it, from any box.</p>'
    return Div(Submit("send", "Promise it", css_class="btn-primary btn-main"), HTML(hint), css_class="send")
