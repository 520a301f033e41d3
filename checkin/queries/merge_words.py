"""What each row that a merge or its undo moved is called, in words that a person reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps

from checkin.models import PaperMove, Promise, paper_words
from checkin.models.visit_places import with_place
from checkin.rules import clocks


def names_of(moves: Iterable[PaperMove]) -> dict[int, str]:
    """What each row is called; one query for each kind of row, one more where it is of another one."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for move in moves:
        wanted[move.subject].add(move.subject_id)
    found: dict[tuple[str, int], str] = {}
    for subject, ids in wanted.items():
        rows = apps.get_model("checkin", subject)._default_manager.in_bulk(ids)
        if subject == "Visit":
            found |= {(subject, pk): words for pk, words in with_place(rows.values()).items()}
            continue
        words = WORDS.get(subject, str)
        found |= {(subject, pk): words(row) for pk, row in rows.items()}
    return {move.pk: found.get((move.subject, move.subject_id), "") for move in moves}


def promise(row: Promise) -> str:
    return f"{row.to_whom}: {row.about_for(None)[:60]}"


def appointment(row: Any) -> str:
    local = row.starts_at.astimezone(row.clinic.zone)
    return f"{clocks.date_words(local.date())} {local:%-H:%M}"


def escort(row: Any) -> str:
    return row.name or row.relationship or "Who brought them"


def chart_change(row: Any) -> str:
    return paper_words.wish(row.after) if row.subject == "Escort" else paper_words.chart(row.after)


WORDS: Mapping[str, Callable[[Any], str]] = {
    "Appointment": appointment,
    "ChartChange": chart_change,
    "ConsentRecord": paper_words.consent,
    "Discrepancy": paper_words.difference,
    "Escort": escort,
    "ExcuseNote": paper_words.note,
    "NeedAnswer": lambda row: str(row.need),
    "Promise": promise,
}
"""Kinds of rows whose own text is of codes, or says too little."""
