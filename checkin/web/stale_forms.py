"""Show a form from an outdated page again, for the child as it is now.

For a form that shows a record (preferences, a patient's columns), only this person's changes are carried
over, next to the current values; every other field shows the record. A form that states what somebody did or
said (consent, proxy, promise, note) is shown as it was sent, because nobody said the default values for
another child. Details of another child's adult are emptied and asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BooleanField, MultipleChoiceField
from django.forms.utils import pretty_name

from checkin.models import Clinic
from checkin.web import form_snapshots
from checkin.web.form_snapshots import DRAWN_WITH, flatten_choices
from checkin.web.form_wording import FormWording
from checkin.web.unsent_form_fields import hidden_form_box, text_form_box
from checkin.web.unsent_form_wording import find_form_wording

_NOTHING_ENTERED = "nothing"
_PLEASE_CHOOSE_OPTION = ("", "Please choose", True)


@dataclass(frozen=True, kw_only=True)
class StatementFields:
    """A form that states what somebody did or said, and which fields its page fills in."""

    adult: str = ""
    """The field with an adult's name."""
    theirs: tuple[str, ...] = ()
    """Fields about that adult: number, best time."""
    of_record: tuple[str, ...] = ()
    """Fields that the page fills from the child's record, and nobody said."""
    is_same_child: bool = False
    is_same: Callable[[str], bool] = bool
    """Returns whether a name means the same adult for the child as it is now."""


def build_stale_form(
    form: BaseForm,
    typed: Mapping[str, Any],
    sent: Any,
    drawn: Mapping[str, list[str]],
    clinic: Clinic,
    *,
    statement: StatementFields | None = None,
) -> dict[str, Any] | None:
    """Return the form to show, changed fields first; None if nothing was changed on its page."""
    changed = form_snapshots.find_changed_boxes(form, drawn, sent)
    if not changed:
        return None
    now, words = form_snapshots.initial_box_texts(form), find_form_wording(typed["action"])
    if statement is None:
        first, rest = _boxes_beside_record(form, words, sent, changed, now)
        held = form_snapshots.form_snapshot_text(form)
    else:
        first, rest, held = _boxes_as_sent(form, words, sent, drawn, statement)
    along = [
        hidden_form_box(name, text)
        for name, text in typed["fields"]
        if name not in now and name != DRAWN_WITH
    ]
    for nth, one in enumerate([*along, *first, *rest]):
        one["id"] = f"{typed['id'][:8]}-{nth}"
    send = words.button(dict(typed["fields"]), clinic, typed["action"])
    return {
        "id": typed["id"],
        "action": typed["action"],
        "fields": [*along, hidden_form_box(DRAWN_WITH, held), *first],
        "blank_now": [one["label"] for one in first if one.get("now") == _NOTHING_ENTERED],
        "is_as_sent": statement is not None,
        "rest": rest,
        "send": send.words,
        "named": send.named,
    }


FormBoxes = list[dict[str, object]]


def _boxes_beside_record(
    form: BaseForm,
    words: FormWording,
    sent: Any,
    changed: Mapping[str, list[str]],
    now: Mapping[str, list[str]],
) -> tuple[FormBoxes, FormBoxes]:
    """Return changed fields with the current record, and the other fields from the record."""
    first = [
        _build_form_box(words, form, name, texts) | {"now": _describe_box_value(form, name, now[name])}
        for name, texts in changed.items()
    ]
    rest = [
        _build_form_box(words, form, name, now[name])
        | _describe_sent_value(form, name, sent.getlist(name), now[name])
        for name in now
        if name not in changed and name not in words.buttons
    ]
    return first, rest


def _describe_sent_value(
    form: BaseForm, name: str, sent: Sequence[str], shown: Sequence[str]
) -> dict[str, str]:
    """Return what the page had in this field, if it shows something else now."""
    return (
        {}
        if form_snapshots.is_same_box_text(sent, shown)
        else {"sent": _describe_box_value(form, name, list(sent))}
    )


def _boxes_as_sent(
    form: BaseForm, words: FormWording, sent: Any, drawn: Mapping[str, list[str]], statement: StatementFields
) -> tuple[FormBoxes, FormBoxes, str]:
    """Return all fields as sent, filled ones first, and the snapshot to compare with next time.

    What was typed still counts as typed if the page is outdated once more.
    """
    first: FormBoxes = []
    rest: FormBoxes = []
    held: dict[str, list[str]] = {}
    changed, asked = (
        form_snapshots.find_changed_boxes(form, drawn, sent),
        _find_boxes_to_ask(form, sent, drawn, statement),
    )
    for name, now in form_snapshots.initial_box_texts(form).items():
        texts = [] if name in asked else sent.getlist(name)
        is_fixed = bool(form.fields[name].widget.attrs.get("readonly"))  # nobody can change it
        if is_fixed or (name in statement.of_record and name not in changed):
            texts = now
        held[name] = drawn.get(name, []) if name in changed else texts
        if name in words.buttons:
            continue
        one = _build_form_box(words, form, name, texts)
        if not is_fixed and (found := _describe_sent_value(form, name, sent.getlist(name), texts)):
            one |= {**found, "is_emptied": name in asked}
        if name in asked and (form.fields[name].required or name == statement.adult):
            one["is_asked"] = True
        is_blank = one["kind"] != "choice" and not any(text.strip() for text in texts)
        (rest if is_blank and name not in asked else first).append(one)
    return first, rest, form_snapshots.dump_form_snapshot(held)


def _find_boxes_to_ask(
    form: BaseForm, sent: Any, drawn: Mapping[str, list[str]], statement: StatementFields
) -> set[str]:
    """Return fields whose answers no longer exist for the child as it is now."""
    now = form_snapshots.initial_box_texts(form)
    gone = {name for name in now if _has_unoffered_choice(form, name, sent.getlist(name))}

    def filled_in(name: str) -> list[str]:
        """Return what the page filled in and nobody changed; [] for a person's own words."""
        texts = sent.getlist(name)
        return (
            form_snapshots.normalize_box_texts(texts)
            if form_snapshots.is_same_box_text(texts, drawn.get(name, []))
            else []
        )

    names = filled_in(statement.adult)
    is_of_now = statement.is_same_child and form_snapshots.is_same_box_text(
        names, now.get(statement.adult, [])
    )
    if names and not is_of_now and not statement.is_same(names[0]):
        gone.add(statement.adult)
    if not names or gone & {statement.adult}:
        gone |= {
            name
            for name in statement.theirs
            if filled_in(name) and not form_snapshots.is_same_box_text(sent.getlist(name), now.get(name, []))
        }
    return gone


def _has_unoffered_choice(form: BaseForm, name: str, texts: Sequence[str]) -> bool:
    """Return whether the chosen value is no longer offered."""
    offered = {value for value, _ in _form_field_choices(form, name)}
    return bool(offered) and any(text not in offered for text in texts)


def _build_form_box(words: FormWording, form: BaseForm, name: str, texts: list[str]) -> dict[str, object]:
    """Return one field as shown, including a blank one or a removed tick."""
    field, label = form.fields[name], words.label(name) or pretty_name(name)
    options = _form_field_choices(form, name)
    if isinstance(field, MultipleChoiceField):
        several = [(value, text, value in texts) for value, text in options]
        return {"kind": "several", "name": name, "label": label, "options": several}
    if options:
        wanted = texts[-1] if texts else None
        chosen = [(value, text, value == wanted) for value, text in options]
        is_one = any(is_chosen for _, _, is_chosen in chosen)
        return {
            "kind": "choice",
            "name": name,
            "label": label,
            "options": chosen if is_one else [_PLEASE_CHOOSE_OPTION, *chosen],
            "is_asked": not is_one,
        }
    if isinstance(field, BooleanField):
        return {"kind": "tick", "name": name, "label": label, "text": "on", "is_off": not any(texts)}
    return text_form_box(words, field, name, texts[-1] if texts else "", label)


def _form_field_choices(form: BaseForm, name: str) -> list[tuple[str, str]]:
    field: Any = form.fields[name]
    return list(flatten_choices(getattr(field.widget, "choices", ())))


def _describe_box_value(form: BaseForm, name: str, texts: list[str]) -> str:
    """Return in words the field's value for the child as it is now."""
    if isinstance(form.fields[name], BooleanField):
        return "ticked" if any(texts) else "not ticked"
    words = dict(_form_field_choices(form, name))
    return ", ".join(words.get(text, text) for text in texts if words.get(text, text)) or _NOTHING_ENTERED
