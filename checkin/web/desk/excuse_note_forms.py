"""The form of an excuse note: what a person may change before it is issued."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms

from checkin.models import ExcuseNote, Visit
from checkin.models import excuse_notes as excuse_note_models
from checkin.rules import excuse_notes as excuse_note_rules
from checkin.rules.excuse_notes import NoteEdits, NoteKind
from checkin.web.form_snapshots import (
    DRAWN_WITH,
    FormSnapshotField,
    form_snapshot_text,
    parse_form_snapshot,
)

_NOTE_LANGUAGE_CHOICES = (("en", "English only"), ("es", "Spanish and English"))


_NAME_NOT_MATCHED = (
    "This child is not matched to a record yet, so the note carries the name as it was typed. "
    "Please check the spelling."
)
_NAME_ON_RECORD = "As on record."
_NAME_AS_TYPED = "As they typed it. Please check the spelling."
_SPELLING_LABELS = {
    NoteKind.SCHOOL: "Name as the school writes it",
    NoteKind.WORK: "Name as the employer writes it",
}
_ASK_FOR_NOTE_NAME = "Nobody typed a name. Ask for it and type it here."


def _note_date_field(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "Choose a day.", "invalid": "Write the day as 2026-03-10."},
        **options,
    )


def _note_time_field(label: str, **options: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": "Please write when they came.", "invalid": "Write the time as 9:40."},
        **options,
    )


def _note_text_field(
    label: str, limit: int, *, hint: str = "", required: bool = False, ask: str = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=limit,
        help_text=hint,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={"max_length": f"This is longer than {limit} characters.", "required": ask},
    )


class ExcuseNoteForm(forms.Form):
    """The text and dates of a note. The name may be blank in a draft, but not when issuing."""

    person_name = _note_text_field("Name on the note", excuse_note_rules.NOTE_NAME_LIMIT)
    name_spelling = _note_text_field(
        "Name as the school or employer writes it",
        excuse_note_rules.NOTE_NAME_LIMIT,
        hint="May stay blank. It is printed above the name, such as in other letters.",
    )
    seen_from = _note_time_field("Came at")
    seen_to = _note_time_field("Left at", required=False, help_text="May stay blank.")
    excused_from = _note_date_field("Excused from")
    excused_to = _note_date_field("Excused to")
    return_on = _note_date_field("May return on", required=False)
    limits = _note_text_field(
        "Activity limits", excuse_note_rules.NOTE_LIMITS_LIMIT, hint="Such as: no sports until March 20."
    )
    language = forms.ChoiceField(label="Language", choices=_NOTE_LANGUAGE_CHOICES)

    def __init__(
        self,
        data: Any = None,
        *,
        seen_on: dt.date,
        edits: NoteEdits,
        fixed_name: str = "",
        name_hint: str = "",
        kind: str = NoteKind.SCHOOL,
        issuing: bool = False,
    ) -> None:
        super().__init__(data, initial=asdict(edits))
        self.seen_on, self.fixed_name, self.issuing = seen_on, fixed_name, issuing
        self.filled_in = edits
        name = self.fields["person_name"]
        name.help_text = name_hint
        self.fields["name_spelling"].label = _SPELLING_LABELS[NoteKind(kind)]
        if fixed_name:
            self.initial["person_name"] = fixed_name
            name.widget.attrs["readonly"] = True

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if not self.errors:
            for field, sentence in excuse_note_rules.find_note_problems(
                self.edits, seen_on=self.seen_on
            ).items():
                if field != "person_name" or self.issuing:
                    self.add_error(field, sentence)
        return cleaned

    @property
    def edits(self) -> NoteEdits:
        found = {
            name: self.cleaned_data[name]
            for name in excuse_note_rules.EDITABLE_NOTE_FIELDS
            if name in self.cleaned_data
        }
        return NoteEdits(**found)

    @property
    def drawn_edits(self) -> NoteEdits | None:
        """What the page showed before anybody typed; None if it does not say."""
        held = parse_form_snapshot(self.data.get(DRAWN_WITH, ""))
        first = {name: texts[0] for name, texts in (held or {}).items() if texts}
        drawn = ExcuseNoteForm(first, seen_on=self.seen_on, edits=self.filled_in)
        return drawn.edits if first and drawn.is_valid() else None

    def has_same_edits(self, note: ExcuseNote) -> bool:
        """Return whether the form is valid and says what the note says."""
        return self.is_valid() and self.edits == note.edits()

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(
            FormSnapshotField(),
            "person_name",
            "name_spelling",
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


class NoteReissueForm(ExcuseNoteForm):
    """The same, with why the issued note no longer counts."""

    reason = _note_text_field(
        "Why the first one no longer counts",
        excuse_note_rules.NOTE_VOID_REASON_LIMIT,
        required=True,
        ask="Please write in a few words why the first note no longer counts.",
    )

    def last_fields(self) -> list[str]:
        return ["reason"]


class NoteVoidForm(forms.Form):
    reason = _note_text_field(
        "Why this note no longer counts",
        excuse_note_rules.NOTE_VOID_REASON_LIMIT,
        required=True,
        ask="Please write in a few words why this note no longer counts.",
    )


def carry_over_note_changes(form: ExcuseNoteForm, visit: Visit, kind: str, kept: NoteEdits) -> ExcuseNoteForm:
    """Return a form of the draft as it is now, with what a person changed on an older page of it."""
    drawn, facts = form.drawn_edits or kept, note_form_facts(visit, kind, kept)
    changed = {name: said for name, said in asdict(form.edits).items() if said != getattr(drawn, name)}
    held = form_snapshot_text(ExcuseNoteForm(**facts))
    return ExcuseNoteForm(asdict(replace(kept, **changed)) | {DRAWN_WITH: held}, **facts)


def note_form_facts(visit: Visit, kind: str, edits: NoteEdits) -> dict[str, Any]:
    """Return what the form needs to know about the visit: whose name, and whether it may be changed."""
    fixed = (
        excuse_note_models.note_person_name(visit, kind)
        if excuse_note_models.is_note_name_fixed(visit, kind)
        else ""
    )
    hint = _NAME_ON_RECORD if fixed else _NAME_AS_TYPED if kind == NoteKind.WORK else _NAME_NOT_MATCHED
    return {
        "seen_on": visit.clinic.local_date(visit.arrived_at),
        "edits": edits,
        "kind": kind,
        "fixed_name": fixed,
        "name_hint": hint if edits.person_name else _ASK_FOR_NOTE_NAME,
    }
