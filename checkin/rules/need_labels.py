"""What a need is called, from its kind and its subject, in the reader's language."""

from __future__ import annotations

from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from checkin.rules.discrepancy_causes import FIELD_WORDS
from checkin.rules.need_types import FLU_NEED_KEY, NEED_TRAITS, NEEDS_NAMED_BY_OTHERS, NeedKind
from checkin.rules.vaccines import is_plain_influenza_name

_NOTE_SEPARATOR, _FIELD_SEPARATOR = ":", ","
"""Separators in a need's subject: between a note's kind and its number, and between fields."""


class LabeledNeed(Protocol):
    """A need from a row, or as a rule found it."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def subject(self) -> str: ...


_LABELS_WITH_SUBJECT: dict[str, Promise] = {
    NeedKind.INTERPRETER: _("interpreter · {subject}"),
    NeedKind.ACCESS: _("access · {subject}"),
}
_LABELS_OF_WRONG_NOTES: dict[str, Promise] = {
    "school": _("school note {number}: another name"),
    "work": _("work note {number}: another name"),
}
_ONE_FIELD_DIFFERS, _FIELDS_DIFFER = _("{field} differs"), _("{fields} and {last} differ")
_SEASONS_VACCINE_LABEL = _("flu vaccine")


def note_subject(kind: str, number: int | None) -> str:
    return f"{kind}{_NOTE_SEPARATOR}{number}"


def fields_subject(fields: list[str]) -> str:
    return _FIELD_SEPARATOR.join(fields)


def need_chip_text(need: LabeledNeed) -> str:
    """Return the text that the board stores: the name from the record or clinic, or our need's subject."""
    if need.kind in NEEDS_NAMED_BY_OTHERS:
        return "" if need.key == FLU_NEED_KEY else need.label
    return need.subject


def need_label_words(need: LabeledNeed) -> str:
    """Return the label of a need. A row from before subjects existed keeps its own text."""
    is_old = need.label and need.kind not in NEEDS_NAMED_BY_OTHERS
    return need.label if is_old else label_words(need.kind, need_chip_text(need))


def label_words(kind: str, text: str) -> str:
    """Return the label for the text from `need_chip_text`."""
    if _is_flu_vaccine(kind, text):
        return str(_SEASONS_VACCINE_LABEL)
    if kind in NEEDS_NAMED_BY_OTHERS:
        return text
    if text and kind == NeedKind.DISCREPANCY:
        return _fields_label(text.split(_FIELD_SEPARATOR))
    if text and kind == NeedKind.WRONG_NOTE:
        note, _sign, number = text.partition(_NOTE_SEPARATOR)
        return str(_LABELS_OF_WRONG_NOTES[note]).format(number=number)
    if text and kind in _LABELS_WITH_SUBJECT:
        return str(_LABELS_WITH_SUBJECT[kind]).format(subject=text)
    return str(NEED_TRAITS[NeedKind(kind)].label)


def _is_flu_vaccine(kind: str, text: str) -> bool:
    """Return whether this is our own need of a flu vaccine, or one on record that says no more than that.

    Otherwise one board had “Flu vaccine” for one child and “Influenza vaccine” for the next.
    """
    if not text:
        return kind in NEEDS_NAMED_BY_OTHERS
    return kind == NeedKind.VACCINE and is_plain_influenza_name(text)


def _fields_label(fields: list[str]) -> str:
    """Return a label that says what differs, not what to do: "check phone" was read as an instruction."""
    *first, last = (str(FIELD_WORDS.get(one, one)) for one in fields)
    if not first:
        return str(_ONE_FIELD_DIFFERS).format(field=last)
    return str(_FIELDS_DIFFER).format(fields=", ".join(first), last=last)


def need_heading(kind: str, text: str) -> str:
    """Return the label for the start of a line: our own words capitalized.

    A name from the record keeps its case: a "dT booster" is not a DT booster.
    """
    return capitalize_label(kind, text, label_words(kind, text))


def capitalize_label(kind: str, text: str, words: str) -> str:
    """Return the need's words as they are written at the start of a line."""
    is_name = kind in NEEDS_NAMED_BY_OTHERS and not _is_flu_vaccine(kind, text)
    return words if is_name else words[:1].upper() + words[1:]
