"""Labels of desk forms, for forms that are shown again after a login.

Labels and choices come from the Django form if there is one; those only in a template are listed here.
`tests/desk/test_unsent_form_wording.py` reads every desk form and fails for one without labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils import timezone

from checkin.actions.discrepancy_questions import patient_record_words
from checkin.models import Clinic
from checkin.queries.patients import PATIENT_SEARCH_LABEL
from checkin.rules.clocks import DueTimePick, due_pick_words
from checkin.rules.confidential_visits import ConfidentialKind
from checkin.rules.need_answers import COMMON_NEED_REASONS, NEED_ANSWERS
from checkin.rules.need_types import NeedOutcome
from checkin.rules.patient_merges import MERGE_COLUMNS
from checkin.rules.promises import AttemptResult
from checkin.rules.sealed_readings import OPEN_SECONDS
from checkin.rules.second_concerns import ConcernAnswer
from checkin.rules.visit_steps import VISIT_STEP_VERBS
from checkin.web.desk.care_alert_forms import CareAlertForm, alert_colleague_labels
from checkin.web.desk.consent_forms import ConsentForm, ProxyForm
from checkin.web.desk.excuse_note_forms import ExcuseNoteForm, NoteReissueForm, NoteVoidForm
from checkin.web.desk.forms import PatientForm, SignInForm
from checkin.web.desk.preference_forms import PreferencesForm
from checkin.web.desk.promise_forms import PromiseForm, promise_owner_choices
from checkin.web.desk.sealed_reading_forms import SealedReasonForm
from checkin.web.form_wording import ButtonLabel, ChoiceWording, FormWording, front_desk_labels
from checkin.web.locations import strip_location_path
from checkin.web.unsent_form_settings import SETTINGS_FORM_WORDINGS


def find_form_wording(action: str) -> FormWording:
    """Return the labels of the form that is sent to this URL."""
    try:
        name = resolve(strip_location_path(urlsplit(action).path)).view_name
    except Resolver404:
        return FormWording()
    found = FORM_WORDINGS.get(name.removeprefix("desk:")) if name.startswith("desk:") else None
    return found or SETTINGS_FORM_WORDINGS.get(name, FormWording())


def _staff_labels(clinic: Clinic) -> dict[str, str]:
    return {str(one.pk): f"{one.name} ({one.get_role_display()})" for one in clinic.staff.order_by("name")}


def _owner_labels(clinic: Clinic) -> dict[str, str]:
    return {value: words for _, options in promise_owner_choices(clinic) for value, words in options}


def _due_time_labels(clinic: Clinic) -> dict[str, str]:
    """Return the label of each due time, past ones too: one was chosen, and the form then says so."""
    now = PromiseForm(clinic=clinic, at=timezone.now()).dues
    return {pick.value: due_pick_words(pick, clinic.region) for pick in DueTimePick} | dict(now)


def _confirmed_choice_label(clinic: Clinic, action: str, said: Mapping[str, str]) -> ButtonLabel | None:
    """Return the label for a choice confirmed with `sure`: what it writes, and on which record.

    None for a confidential visit: whose it is, only its own page says.
    """
    kind, found = said.get("kind"), resolve(strip_location_path(urlsplit(action).path)).kwargs
    if not said.get("sure") or kind not in ("use_new", "called"):
        return None
    rows = clinic.discrepancies.filter(visit__confidential=False).select_related("visit__patient")
    row = rows.filter(pk=found["discrepancy_id"]).exclude(visit__patient=None).first()
    if row is None or row.visit.patient is None:
        return None
    does = "Call them as typed" if kind == "called" else f"Change the {row.get_field_display().lower()}"
    patient = row.visit.patient
    return ButtonLabel(f"{does} on {patient_record_words(patient)} all the same", (patient.pk,))


def _need_answer_label(clinic: Clinic, action: str, said: Mapping[str, str]) -> ButtonLabel | None:
    """Return the answer in the words of its need's button; None if the need offers no such answer."""
    found = resolve(strip_location_path(urlsplit(action).path)).kwargs
    need = clinic.needs.filter(pk=found["need_id"]).first()
    offered = NEED_ANSWERS[need.kind].choices_at(is_leaving=True) if need else ()
    found_words = (str(one.words) for one in offered if one.outcome == said.get("outcome"))
    return next((ButtonLabel(words) for words in found_words), None)


_REASON_LABELS = {"quick": "Why", "reason": "Own words"}
_QUICK_REASON_LABELS = {words: words[:1].upper() + words[1:] for words in sorted(COMMON_NEED_REASONS)}
_STEP_BUTTONS: dict[str, ChoiceWording] = {
    "to": {state.value: verb for state, verb in VISIT_STEP_VERBS.items()},
    "reading": {"read": "Read. {}", "anyway": "{} anyway, unread"},
}
_URGENT_BUTTONS = {"urgent": {"1": "Mark urgent: go ahead with care", "0": "No longer urgent"}}
_OPEN, _SAVE = f"Open for {OPEN_SECONDS} seconds", "Save care alert"
_ALERT_WORDING = FormWording(
    send=_SAVE,
    form=CareAlertForm,
    choices={"colleague": alert_colleague_labels},
    buttons={"save": {_SAVE: _SAVE}},
)
_SEARCH_WORDING = FormWording(send="Search", labels={"q": "Search for somebody else"})
_UNDO_WORDING = FormWording(send="Undo")
_STEP_WORDING = FormWording(
    labels=_REASON_LABELS, choices={"quick": _QUICK_REASON_LABELS}, buttons=_STEP_BUTTONS
)
_RECORD_SIDE_LABELS = {"one": "The record on the left", "other": "The record on the right"}

FORM_WORDINGS: dict[str, FormWording] = {
    "answer": FormWording(
        send="Answer it",
        labels=_REASON_LABELS,
        choices={"quick": _QUICK_REASON_LABELS},
        buttons={"to": {}, "outcome": dict(NeedOutcome.choices)},
        asked=_need_answer_label,
    ),
    "close_day": FormWording(send="Close the day"),
    "consent": FormWording(send="Save their answer", form=ConsentForm),
    "discrepancy_decide": FormWording(
        buttons={
            "kind": {
                "use_new": "Use the new",
                "keep_old": "Keep the old",
                "ask": "Ask the family",
                "called": "Called",
            }
        },
        asked=_confirmed_choice_label,
    ),
    "discrepancy_undo": _UNDO_WORDING,
    "leave": _STEP_WORDING,
    "find": FormWording(send="Find", labels={"q": PATIENT_SEARCH_LABEL}),
    "handover": FormWording(
        send="Hand over all",
        labels={"to": "Hand over all to", "why": "What they should know"},
        choices={"to": _owner_labels},
    ),
    "hidden_address": FormWording(send="Stop hiding address", buttons={"hide": {"yes": "Hide address"}}),
    "location": FormWording(buttons={"location": front_desk_labels}),
    "look_alike_two": FormWording(send="Not the same child"),
    "match_link": FormWording(send="Link", patients={"patient": "This is {}"}),
    "match_new": FormWording(send="New patient"),
    "match_search": _SEARCH_WORDING,
    "match_undo": _UNDO_WORDING,
    "merge_records": FormWording(
        send="Merge the two records",
        labels={"stays": "Which record stays?", "why": "How do you know that they are one child?"}
        | {f"col_{name}": label for name, label in MERGE_COLUMNS.items()},
        choices=dict.fromkeys(["stays", *(f"col_{name}" for name in MERGE_COLUMNS)], _RECORD_SIDE_LABELS),
    ),
    "merge_undo": FormWording(send="Undo merge"),
    "move": _STEP_WORDING,
    "note_draft": FormWording(
        form=ExcuseNoteForm, buttons={"do": {"issue": "Issue note", "keep": "Save the draft"}}
    ),
    "note_reissue": FormWording(send="Reissue note", form=NoteReissueForm),
    "note_void": FormWording(send="Void note", form=NoteVoidForm),
    "patient_complete": FormWording(send="Keep as a patient", form=PatientForm),
    "patient_merge": FormWording(send="Merge", patients={"into": "Merge into {}"}),
    "patient_search": _SEARCH_WORDING,
    "looked": FormWording(send="I am looking"),
    "sealed": FormWording(send=_OPEN, form=SealedReasonForm, buttons={"open": {_OPEN: _OPEN}}),
    "sealed_end": FormWording(
        buttons={"how": {"end": "End this alert", "error": "Mark as entered in error"}}
    ),
    "sealed_end_undo": FormWording(send="Undo end"),
    "sealed_new": _ALERT_WORDING,
    "sealed_replace": _ALERT_WORDING,
    "sealed_visit": FormWording(send=_OPEN, form=SealedReasonForm, buttons={"open": {_OPEN: _OPEN}}),
    "preferences": FormWording(
        send="Save for next time",
        form=PreferencesForm,
        buttons={"keep": {"Save for next time": "Save for next time"}},
    ),
    "preferences_forget": FormWording(send="Forget these preferences"),
    "promise_hand_over": FormWording(
        send="Hand over promise",
        labels={"to": "To whom", "why": "Reason, if there is something to note"},
        choices={"to": _owner_labels},
    ),
    "promise_keep": FormWording(
        send="Mark as kept", labels={"outcome": "Outcome, if there is something to note"}
    ),
    "promise_new": FormWording(
        send="Save promise",
        form=PromiseForm,
        labels={"due": "By when"},
        choices={"due": _due_time_labels, "owner": _owner_labels},
        buttons={"send": {"Save promise": "Save promise"}},
    ),
    "promise_try": FormWording(
        send="Save try",
        labels={
            "result": "Outcome",
            "note": "Note",
            "next_step": "If the message is enough: the next step",
        },
        choices={"result": {one.value: one.words for one in AttemptResult}},
    ),
    "promise_undo": _UNDO_WORDING,
    "promise_withdraw": FormWording(send="Withdraw promise", labels={"words": "Who said so, and why"}),
    "proxy": FormWording(send="Save written proxy", form=ProxyForm),
    "reason": FormWording(send="I have read it"),
    "revoke_proxy": FormWording(send="Revoke"),
    "second_concern": FormWording(
        send="Save the answer",
        labels={
            "how": "What happens with it",
            "on": "Day it is booked for",
            "words": "In words for the family",
            "told": "I told the family",
        },
        choices={"how": {one.value: one.label.rstrip(" …") for one in ConcernAnswer}},
        ticks=frozenset({"told"}),
        dates=frozenset({"on"}),
    ),
    "second_concern_take": FormWording(
        send="Assign concern", labels={"owner": "Who looks after it"}, choices={"owner": _staff_labels}
    ),
    "second_concern_told": FormWording(send="I told the family"),
    "sign_in": FormWording(send="Sign in", form=SignInForm, buttons={"send": {"Sign in": "Sign in"}}),
    "undo": _UNDO_WORDING,
    "undo_answer": FormWording(send="Undo", buttons={"to": {}}),
    "urgent": FormWording(buttons=_URGENT_BUTTONS),
    "visit_confidential": FormWording(send="End the mark", buttons={"kind": dict(ConfidentialKind.choices)}),
    "withdraw_consent": FormWording(send="Withdraw"),
    "feedback_answer": FormWording(
        send="Save the answer",
        labels={"note": "What was done", "owner": "Who looks after it"},
        choices={"owner": _staff_labels},
    ),
    "feedback_read": FormWording(send="I have read it"),
    "urgent_settle": FormWording(send="Mark as settled"),
    "urgent_take": FormWording(send="I am going"),
    "urgent_undo": FormWording(send="I am not going"),
}
