"""What columns of records an undo has changed: each of each record once, as it is read there now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from checkin.models import PaperMove, Patient, paper_words
from checkin.rules.clocks import date_words
from checkin.rules.merges import CARE
from checkin.rules.paper_fates import ON_RECORD, Done, Paper
from checkin.rules.understanding import says_the_same

NAMES = ("given_name", "family_name")
CALLED = {*NAMES, "birth_date"}
HEADS = {Paper.CHART: "ChartChange", Paper.CORRECTION: "Discrepancy"}
PUT_THERE = (Done.MOVED, Done.MADE, Done.KEPT)


@dataclass(slots=True)
class Row:
    """The columns of one row: what stood in each before all of it, and what stands there after."""

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    """Those that were never said there before: a person said whose they are."""

    def take(self, move: PaperMove, *, is_new: bool) -> None:
        self.before = {**move.before, **self.before}
        self.after |= move.after
        self.new = self.new | move.after.keys() if is_new else self.new - move.after.keys()

    @property
    def changed(self) -> dict[str, Any]:
        was = self.before
        return {
            name: value for name, value in self.after.items() if not says_the_same(name, was.get(name), value)
        }


def grouped(moves: Iterable[PaperMove]) -> Iterator[tuple[PaperMove | None, PaperMove]]:
    """Each change of a row's columns, with the paper for which it was written."""
    head: PaperMove | None = None
    for one in moves:
        if HEADS.get(Paper(one.paper)) == one.subject:
            head = one
        elif one.subject in ON_RECORD and one.done == Done.CHANGED and one.after:
            if one.paper == Paper.RECORD and one.subject == "Patient":
                yield None, one
            elif one.paper in HEADS:
                yield (head if head is not None and head.paper == one.paper else None), one


def told_for(moves: Iterable[PaperMove]) -> set[PaperMove]:
    """The papers of an undo of which some record's columns tell."""
    return {head for head, move in grouped(moves) if head is not None and move.before != move.after}


def lines(moves: Iterable[PaperMove]) -> list[str]:
    """What every record says again, or says now, after all of these moves; nothing where nothing changed."""
    rows: dict[tuple[str, int], Row] = {}
    for head, move in grouped(moves):
        is_new = head is not None and head.done in PUT_THERE and head.patient_id == move.subject_id
        key = (move.subject, move.subject_id)
        rows.setdefault(key, Row()).take(move, is_new=is_new and move.paper == Paper.CHART)
    found: list[str] = []
    for (subject, pk), written in rows.items():
        row: Any = apps.get_model("checkin", subject)._default_manager.filter(pk=pk).first()
        if row is not None and written.changed:
            found += of_record(row, written) if isinstance(row, Patient) else [of_adult(row, written.changed)]
    return found


def of_record(row: Patient, written: Row) -> list[str]:
    """What a child's record says; none of one that is merged away, which nobody reads."""
    if row.merged_into_id is not None:
        return []
    record, found, changed = paper_words.record(row), [], written.changed
    if CALLED & changed.keys():
        name = " ".join(filter(None, (str(changed.get(one, getattr(row, one))) for one in NAMES)))
        text = changed["birth_date"] if "birth_date" in changed else row.birth_date and str(row.birth_date)
        born = dt.date.fromisoformat(text) if text else None
        found.append(f"{record} is called {paper_words.named(name, born)} again.")
    rest = {name: value for name, value in changed.items() if name not in CALLED}
    for says, is_new in (("says again", False), ("says now", True)):
        these = {name: value for name, value in rest.items() if (name in written.new) == is_new}
        if these:
            found.append(f"{record} {says}: {said(these)}.")
    return found


def said(values: Mapping[str, Any]) -> str:
    """These columns as a record says them: "Language English, no interpreter, phone 555-010-0123"."""
    care = paper_words.chart({name: values[name] for name in CARE if name in values})
    others = [column(name, value) for name, value in values.items() if name not in CARE]
    return paper_words.capitalised(", ".join(filter(None, [care, *others])))


def column(name: str, value: Any) -> str:
    """One column in words: "phone 555-010-0123", "language Polish"."""
    if name in CARE:
        words = paper_words.chart({name: value})
        return words[:1].lower() + words[1:]
    if name == "is_deceased":
        return "deceased" if value else "not deceased"
    if name.endswith(("_on", "_date")) and value:
        value = date_words(value if isinstance(value, dt.date) else dt.date.fromisoformat(value))
    label = {"preferred_name": "“called”"}.get(name, name.replace("_", " "))
    return f"{label} {paper_words.short(str(value or '')) or 'not known'}"


def of_adult(row: Any, changed: Mapping[str, Any]) -> str:
    record = paper_words.record(row.patient)
    record = record[:1].lower() + record[1:] if record.startswith("The ") else record
    who = paper_words.short(row.name or row.relationship) or "Who brought them"
    has = ", ".join(column(name, value) for name, value in changed.items() if name != "may_consent")
    return f"{who} on {record} has {has} again."
