"""Sentences about the columns that an undo changed on records: each once, with its value after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from checkin.models import Escort, Guardian, PaperMove, Patient
from checkin.models import entry_wording as entry_wording_models
from checkin.models.hidden_addresses import hide_column_value
from checkin.rules.entry_fates import RECORD_ROW_TYPES, EntryKind, EntryOutcome
from checkin.rules.local_formats import date_words
from checkin.rules.patient_merges import CARE_COLUMNS
from checkin.rules.phones import format_phone
from checkin.rules.short_lines import shorten_to_one_line
from checkin.rules.understanding import is_same_column_value

_UNDONE_NAME_COLUMNS = ("given_name", "family_name")
_UNDONE_NAME_AND_BIRTH_COLUMNS = {*_UNDONE_NAME_COLUMNS, "birth_date"}
_HEAD_MODELS = {EntryKind.CHART: "ChartChange", EntryKind.CORRECTION: "Discrepancy"}
_DONE_BY_PUTTING_THERE = (EntryOutcome.MOVED, EntryOutcome.MADE, EntryOutcome.KEPT)


@dataclass(slots=True)
class _UndoneRowColumns:
    """The columns of one row: the value in each before all moves, and after them."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    """Columns whose value is new on this record: a person said whose it is."""

    def take(self, move: PaperMove, *, is_new: bool) -> None:
        self.before = {**move.before, **self.before}
        self.after |= move.after
        self.new = self.new | move.after.keys() if is_new else self.new - move.after.keys()

    @property
    def changed(self) -> dict[str, Any]:
        was = self.before
        return {
            name: value
            for name, value in self.after.items()
            if not is_same_column_value(name, was.get(name), value)
        }


def _iter_column_moves(moves: Iterable[PaperMove]) -> Iterator[tuple[PaperMove | None, PaperMove]]:
    """Yield each move that changed columns, after the move of the entry that it was written for, or None."""
    head: PaperMove | None = None
    for one in moves:
        if _HEAD_MODELS.get(EntryKind(one.paper)) == one.subject:
            head = one
        elif one.subject in RECORD_ROW_TYPES and one.done == EntryOutcome.CHANGED and one.after:
            if one.paper == EntryKind.RECORD and one.subject == "Patient":
                yield None, one
            elif one.paper in _HEAD_MODELS:
                yield (head if head is not None and head.paper == one.paper else None), one


def moves_told_by_columns(moves: Iterable[PaperMove]) -> set[PaperMove]:
    """Return the moves of entries that `undone_column_lines` already covers."""
    return {
        head for head, move in _iter_column_moves(moves) if head is not None and move.before != move.after
    }


def undone_column_lines(moves: Iterable[PaperMove]) -> list[str]:
    """Return sentences about what every record says after these moves; empty if nothing changed."""
    rows: dict[tuple[str, int], _UndoneRowColumns] = {}
    for head, move in _iter_column_moves(moves):
        is_new = (
            head is not None and head.done in _DONE_BY_PUTTING_THERE and head.patient_id == move.subject_id
        )
        key = (move.subject, move.subject_id)
        rows.setdefault(key, _UndoneRowColumns()).take(move, is_new=is_new and move.paper == EntryKind.CHART)
    found: list[str] = []
    for (subject, pk), written in rows.items():
        row: Any = apps.get_model("checkin", subject)._default_manager.filter(pk=pk).first()
        if row is not None and written.changed:
            found += (
                _undone_record_lines(row, written)
                if isinstance(row, Patient)
                else [_undone_adult_sentence(row, written.changed)]
            )
    return found


def _undone_record_lines(row: Patient, written: _UndoneRowColumns) -> list[str]:
    """Return sentences about a child's record; empty for a merged record, which has no page."""
    if row.merged_into_id is not None:
        return []
    record, found, changed = entry_wording_models.record_reference(row), [], written.changed
    if _UNDONE_NAME_AND_BIRTH_COLUMNS & changed.keys():
        name = " ".join(
            filter(None, (str(changed.get(one, getattr(row, one))) for one in _UNDONE_NAME_COLUMNS))
        )
        text = changed["birth_date"] if "birth_date" in changed else row.birth_date and str(row.birth_date)
        born = dt.date.fromisoformat(text) if text else None
        called = entry_wording_models.name_with_birth_date(name, born, row.clinic.region)
        found.append(f"{record} is called {called} again.")
    rest = {name: value for name, value in changed.items() if name not in _UNDONE_NAME_AND_BIRTH_COLUMNS}
    for says, is_new in (("says again", False), ("says now", True)):
        these = {name: value for name, value in rest.items() if (name in written.new) == is_new}
        if these:
            found.append(f"{record} {says}: {_undone_values_words(these, row)}.")
    return found


def _undone_values_words(values: Mapping[str, Any], row: Patient) -> str:
    """Return these values as a record shows them: "Language English, no interpreter, phone …"."""
    care = entry_wording_models.chart_values_words(
        {name: values[name] for name in CARE_COLUMNS if name in values}
    )
    others = [
        record_column_words(name, value, row) for name, value in values.items() if name not in CARE_COLUMNS
    ]
    return entry_wording_models.capitalize_first_letter(", ".join(filter(None, [care, *others])))


def record_column_words(name: str, value: Any, row: Patient | Escort | Guardian) -> str:
    """Return one column of the row in words: "phone (312) 555-0123", "language Polish"."""
    if name in CARE_COLUMNS:
        words = entry_wording_models.chart_values_words({name: value})
        return words[:1].lower() + words[1:]
    if name == "is_deceased":
        return "deceased" if value else "not deceased"
    if name.endswith(("_on", "_date")) and value:
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
        value = date_words(day, row.clinic.region)
    value = hide_column_value(row, name, str(value or ""))
    if name == "phone" and value:
        value = format_phone(value, row.clinic.region)
    label = {"preferred_name": "“called”"}.get(name, name.replace("_", " "))
    return f"{label} {shorten_to_one_line(value) or 'not known'}"


def _undone_adult_sentence(row: Any, changed: Mapping[str, Any]) -> str:
    record = entry_wording_models.record_reference(row.patient)
    record = record[:1].lower() + record[1:] if record.startswith("The ") else record
    who = shorten_to_one_line(row.name or row.relationship) or "Who brought them"
    has = ", ".join(
        record_column_words(name, value, row) for name, value in changed.items() if name != "may_consent"
    )
    return f"{who} on {record} has {has} again."
