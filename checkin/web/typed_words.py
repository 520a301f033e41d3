"""The words by which a desk form is known, for one that is shown again after a login.

Labels and choices come from the Django form where there is one; what only a template says stands here.
`tests/desk/test_typed_words.py` reads every desk form and fails for a field or a button without words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.forms.utils import pretty_name
from django.urls import Resolver404, resolve
from django.utils import timezone

from checkin.actions.discrepancy_questions import record_words
from checkin.models import Clinic
from checkin.rules.clocks import Pick
from checkin.rules.merges import COLUMNS
from checkin.rules.need_facts import Outcome
from checkin.rules.promises import Result
from checkin.rules.second_concerns import How
from checkin.rules.visits import VERBS
from checkin.web.desk.consent_forms import ConsentForm, ProxyForm
from checkin.web.desk.forms import PatientForm, SignInForm
from checkin.web.desk.needs import REASONS
from checkin.web.desk.note_forms import NoteForm, ReissueForm, VoidForm
from checkin.web.desk.preference_forms import PreferencesForm
from checkin.web.desk.promise_forms import PromiseForm, owner_choices
from checkin.web.locations import without

Choices = Mapping[str, Any] | Callable[[Clinic], Mapping[str, Any]]
HIDDEN = {"key", "drawn_for", "drawn_beside", "drawn_with", "next", "from", "seen", "back", "panel"}
HIDDEN |= {"patient", "into", "visit", "papers", "page", "sure", "ticked_for"}
"""Fields that nobody sees on any page."""
LONGEST_NUMBER = 19


@dataclass(frozen=True, kw_only=True)
class FormWords:
    """One form: the button that sends it, and what its fields are called."""

    send: str = "Send it"
    form: Any = None
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Choices] = field(default_factory=dict)
    ticks: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    buttons: Mapping[str, Choices] = field(default_factory=dict)
    """Fields that a button sends. `{}` stands for the words of the one before it."""
    patients: Mapping[str, str] = field(default_factory=dict)
    """Fields that hold a patient's number, and the button's words with that patient's name."""
    asked: Callable[[Clinic, str, Mapping[str, str]], str] | None = None
    """What the button says to this address where the page had asked something first; "" where it had not."""

    def label(self, name: str) -> str | None:
        """What the field is called on its page; None where nobody sees it, or it is not known."""
        if name in self.labels:
            return self.labels[name]
        known = self.form.base_fields.get(name) if self.form else None
        if known is None or known.widget.is_hidden or name in HIDDEN:
            return None
        return str(known.label or pretty_name(name))

    def choices_of(self, name: str, clinic: Clinic) -> dict[str, str]:
        """The words of each value that may be chosen, or nothing where any text may be written."""
        if name in self.choices:
            return words_of(self.choices[name], clinic)
        return (
            words_of(dict(getattr(self.form.base_fields[name], "choices", ())), clinic)
            if self.has(name)
            else {}
        )

    def button(self, said: Mapping[str, str], clinic: Clinic, action: str) -> str:
        """What the button said that was pressed."""
        if self.asked and (asked := self.asked(clinic, action, said)):
            return asked
        words = self.send
        for name, choices in self.buttons.items():
            words = words_of(choices, clinic).get(said.get(name, ""), words).replace("{}", words)
        for name, sentence in self.patients.items():
            number = said.get(name, "")
            is_one = number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER
            if is_one and (patient := clinic.patients.filter(pk=int(number)).first()):
                words = sentence.replace("{}", patient.name)
        return words

    def has(self, name: str) -> bool:
        return self.form is not None and name in self.form.base_fields

    def knows(self, name: str) -> bool:
        # Whose a paper is was chosen on a page that listed them all, and is checked against that list.
        return (
            name in HIDDEN
            or name.startswith("whose-")
            or name in self.buttons
            or self.has(name)
            or name in self.labels
        )


def words_of(choices: Choices, clinic: Clinic) -> dict[str, str]:
    found = choices(clinic) if callable(choices) else choices
    return {str(value): str(words) for value, words in found.items()}


def words_for(action: str) -> FormWords:
    """The words of the form that goes to this address of ours."""
    try:
        return FORMS.get(resolve(without(urlsplit(action).path)).url_name or "", FormWords())
    except Resolver404:
        return FormWords()


def people(clinic: Clinic) -> dict[str, str]:
    return {str(one.pk): f"{one.name} ({one.get_role_display()})" for one in clinic.staff.order_by("name")}


def owners(clinic: Clinic) -> dict[str, str]:
    return {value: words for _, options in owner_choices(clinic) for value, words in options}


def dues(clinic: Clinic) -> dict[str, Any]:
    """Also the picks whose time has passed: they were chosen, and the form says then what is wrong."""
    now = PromiseForm(clinic=clinic, at=timezone.now()).dues()
    return {pick.value: pick.label for pick in Pick} | dict(now)


def locations(clinic: Clinic) -> dict[str, str]:
    return {str(one.pk): one.name for one in clinic.locations.order_by("pk")}


def all_the_same(clinic: Clinic, action: str, said: Mapping[str, str]) -> str:
    """Of a choice that was asked about and is sent with `sure`: what it writes, and on which record."""
    kind, found = said.get("kind"), resolve(without(urlsplit(action).path)).kwargs
    if not said.get("sure") or kind not in ("use_new", "called"):
        return ""
    rows = clinic.discrepancies.select_related("visit__patient")
    row = rows.filter(pk=found["discrepancy_id"]).exclude(visit__patient=None).first()
    if row is None or row.visit.patient is None:
        return ""
    does = "Call them as typed" if kind == "called" else f"Change the {row.get_field_display().lower()}"
    return f"{does} on {record_words(row.visit.patient)} all the same"


WHY = {"quick": "Why", "reason": "Own words"}
QUICK = {words: words[:1].upper() + words[1:] for words in REASONS}
READING = {"read": "Read. {}", "anyway": "{} anyway, unread"}
STEP: dict[str, Choices] = {"to": {state.value: verb for state, verb in VERBS.items()}, "reading": READING}
OUTCOMES = {one.value: one.label for one in Outcome}
SEARCH = FormWords(send="Search", labels={"q": "Search for somebody else"})
UNDO = FormWords(send="Undo")

SIDES = {"one": "The record on the left", "other": "The record on the right"}

FORMS: dict[str, FormWords] = {
    "answer": FormWords(
        send="Answer it", labels=WHY, choices={"quick": QUICK}, buttons={"to": {}, "outcome": OUTCOMES}
    ),
    "close_day": FormWords(send="Close the day"),
    "consent": FormWords(send="Write it down", form=ConsentForm),
    "discrepancy_decide": FormWords(
        buttons={
            "kind": {
                "use_new": "Use the new",
                "keep_old": "Keep the old",
                "ask": "Ask the family",
                "called": "Called",
            }
        },
        asked=all_the_same,
    ),
    "discrepancy_undo": UNDO,
    "door": FormWords(labels=WHY, choices={"quick": QUICK}, buttons=STEP),
    "find": FormWords(send="Find", labels={"q": "Name, birth date, record number or phone"}),
    "handover": FormWords(
        send="Hand over all",
        labels={"to": "All of them to", "why": "What they should know"},
        choices={"to": owners},
    ),
    "location": FormWords(buttons={"location": locations}),
    "look_alike_two": FormWords(send="Not the same child"),
    "match_link": FormWords(send="Link", patients={"patient": "This is {}"}),
    "match_new": FormWords(send="New patient"),
    "match_search": SEARCH,
    "match_undo": UNDO,
    "merge_records": FormWords(
        send="Merge the two records",
        labels={"stays": "Which record stays?", "why": "How do you know that they are one child?"}
        | {f"col_{name}": label for name, label in COLUMNS.items()},
        choices=dict.fromkeys(["stays", *(f"col_{name}" for name in COLUMNS)], SIDES),
    ),
    "merge_undo": FormWords(send="Undo the merge"),
    "move": FormWords(labels=WHY, choices={"quick": QUICK}, buttons=STEP),
    "note_draft": FormWords(form=NoteForm, buttons={"do": {"issue": "Issue", "keep": "Keep the draft"}}),
    "note_reissue": FormWords(send="Reissue", form=ReissueForm),
    "note_void": FormWords(send="Make it void", form=VoidForm),
    "patient_complete": FormWords(send="Keep as a patient", form=PatientForm),
    "patient_merge": FormWords(send="Merge", patients={"into": "Merge into {}"}),
    "patient_search": SEARCH,
    "preferences": FormWords(
        form=PreferencesForm, buttons={"keep": {"Keep for next time": "Keep for next time"}}
    ),
    "preferences_forget": FormWords(send="They ask us to forget these"),
    "promise_hand_over": FormWords(
        send="Hand over",
        labels={"to": "To whom", "why": "Why, if it needs saying"},
        choices={"to": owners},
    ),
    "promise_keep": FormWords(send="Kept", labels={"outcome": "What came of it, if anything needs saying"}),
    "promise_new": FormWords(
        form=PromiseForm,
        labels={"due": "By when"},
        choices={"due": dues, "owner": owners},
        buttons={"send": {"Promise it": "Promise it"}},
    ),
    "promise_try": FormWords(
        send="Keep this try",
        labels={
            "result": "What came of it",
            "note": "Note",
            "next_step": "Word is left, and it can rest: what comes next",
        },
        choices={"result": {one.value: one.label for one in Result}},
    ),
    "promise_withdraw": FormWords(send="Withdrawn", labels={"words": "Who said so, and why"}),
    "proxy": FormWords(send="Put it on file", form=ProxyForm),
    "reason": FormWords(send="I have read it"),
    "revoke_proxy": FormWords(send="Revoke"),
    "second_concern": FormWords(
        send="Keep the answer",
        labels={
            "how": "What becomes of it",
            "on": "Day it is booked for",
            "words": "In words that you would tell them",
            "told": "I told the family",
        },
        choices={"how": {one.value: one.label.rstrip(" …") for one in How}},
        ticks=frozenset({"told"}),
        dates=frozenset({"on"}),
    ),
    "second_concern_take": FormWords(
        send="Give it to them", labels={"owner": "Who takes it"}, choices={"owner": people}
    ),
    "second_concern_told": FormWords(send="I told the family"),
    "sign_in": FormWords(form=SignInForm, buttons={"send": {"Sign in": "Sign in"}}),
    "undo": UNDO,
    "undo_answer": FormWords(send="Undo", buttons={"to": {}}),
    "urgent": FormWords(
        buttons={"urgent": {"1": "Mark urgent: go ahead with care", "0": "No longer urgent"}}
    ),
    "withdraw_consent": FormWords(send="Withdraw"),
    "word_answer": FormWords(
        send="Keep the answer",
        labels={"note": "What was done", "owner": "Who looks after it"},
        choices={"owner": people},
    ),
    "word_read": FormWords(send="I have read it"),
    "worry_settle": FormWords(send="Settled: takes its turn again"),
    "worry_take": FormWords(send="I am going"),
    "worry_undo": FormWords(send="Not going after all"),
}
