"""Names, for people, of the rows that a merge or its undo moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps

from checkin.models import Escort, PaperMove, Promise
from checkin.models import entry_wording as entry_wording_models
from checkin.models.confidential_marks import leave_out_confidential_escorts
from checkin.models.visit_labels import visit_labels_by_id
from checkin.rules.confidential_visits import NEUTRAL_MARK

MOST_MERGE_ROWS_NAMED = 5
"""The largest number of rows of one kind that are named; the others are only counted."""


def name_moved_rows(moves: Iterable[PaperMove]) -> dict[int, str]:
    """Return each row's name by move id. Runs a query per model, and more for rows that name other rows."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for move in moves:
        wanted[move.subject].add(move.subject_id)
    found: dict[tuple[str, int], str] = {}
    for subject, ids in wanted.items():
        rows = apps.get_model("checkin", subject)._default_manager.in_bulk(ids)
        if subject == "Visit":
            found |= {(subject, pk): words for pk, words in visit_labels_by_id(rows.values()).items()}
            continue
        words = _MOVED_ROW_NAMES.get(subject, str)
        known = _escorts_by_name(ids) if subject == "Escort" else ids
        found |= {
            (subject, pk): NEUTRAL_MARK if pk not in known or _is_of_confidential_visit(row) else words(row)
            for pk, row in rows.items()
        }
    return {move.pk: found.get((move.subject, move.subject_id), "") for move in moves}


def _escorts_by_name(ids: set[int]) -> set[int]:
    """Return those of these adults who came to more than confidential visits."""
    found = leave_out_confidential_escorts(Escort.objects.filter(pk__in=ids))
    return set(found.values_list("pk", flat=True))


def _is_of_confidential_visit(row: Any) -> bool:
    visit = getattr(getattr(row, "need", row), "visit", None)
    return visit is not None and visit.confidential


def _moved_promise_name(row: Promise) -> str:
    return f"{row.to_whom}: {row.about_for(None)[:60]}"


def _moved_appointment_name(row: Any) -> str:
    words: str = row.clinic.full_moment_words(row.starts_at)
    return words


def _moved_escort_name(row: Any) -> str:
    return row.name or row.relationship or "Who brought them"


def _moved_chart_change_name(row: Any) -> str:
    return (
        entry_wording_models.preference_entry_words(row)
        if row.subject == "Escort"
        else entry_wording_models.chart_values_words(row.after)
    )


_MOVED_ROW_NAMES: Mapping[str, Callable[[Any], str]] = {
    "Appointment": _moved_appointment_name,
    "ChartChange": _moved_chart_change_name,
    "ConsentRecord": entry_wording_models.consent_entry_words,
    "Discrepancy": entry_wording_models.discrepancy_entry_words,
    "Escort": _moved_escort_name,
    "ExcuseNote": entry_wording_models.note_entry_words,
    "NeedAnswer": lambda row: str(row.need),
    "Promise": _moved_promise_name,
}
"""Models whose `str()` shows codes or says too little, with the function that names a row."""
