"""Sentences about what an undo of a match decision will do, before somebody presses it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.apps import apps

from checkin.models import (
    DiscrepancyDecision,
    MatchDecision,
    PaperMove,
    Patient,
    PatientMerge,
)
from checkin.models import (
    entry_wording as entry_wording_models,
)
from checkin.models.row_json import column_value_as_json
from checkin.models.sign_in_record_merges import find_merge_into_visit_record
from checkin.models.sign_in_records import (
    final_record_id,
    find_record_after_undo,
    is_record_skipped_by_undo,
    record_id_after_move,
)
from checkin.queries.entry_wording import (
    ON_SIGN_IN_RECORD,
    ChildrenById,
    find_use_new_decision,
    is_only_on_sign_in_record,
    moved_entry_words,
    read_moved_rows,
    tell_decision_child,
    tell_decision_children,
)
from checkin.queries.undone_columns import record_column_words
from checkin.rules.child_labels import child_detail_words
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.short_lines import shorten_to_one_line

_UNDO_NAME_COLUMNS = ("given_name", "family_name")
_USED_NEW_REASON = "changed with “Use the new” at this visit"
_BY_MERGE_REASON = "as the merge of the record made at sign-in wrote it"


class ReturnedEntry(NamedTuple):
    """One entry: its moves, the main one first, and whether an undo restores it."""

    moves: list[PaperMove]
    is_given_back: bool


def undo_preview_lines(undoes: MatchDecision, papers: Iterable[ReturnedEntry]) -> list[str]:
    """Return sentences about what each record will say after an undo of this decision, names first."""
    now = find_record_after_undo(undoes)[0]
    told = [_without_skipped_columns(one, undoes, now) for one in papers]
    both = tell_decision_children(undoes, is_named_above=True)
    rows = read_moved_rows(one.moves[0] for one in told)
    again, found = _ValuesAfterUndo(), []
    for one in told:
        head = one.moves[0]
        row = rows.get((head.subject, head.subject_id))
        if (
            one.is_given_back
            and head.paper == EntryKind.CORRECTION
            and again.take(find_use_new_decision(row), one.moves, undoes)
        ):
            continue
        said = (
            _chart_after_undo_lines(one.moves, undoes)
            if one.is_given_back and head.paper == EntryKind.CHART
            else []
        )
        found += said or [_entry_after_undo_sentence(one, row, undoes, both, now)]
    for move in _list_columns_of_merge(undoes):
        again.put("Patient", move.subject_id, move.before, _BY_MERGE_REASON)
    return [*again.lines(), *found]


def merge_undo_preview_lines(merge: PatientMerge) -> list[str]:
    """Return sentences about what an undo of this merge will restore on the record that stays."""
    again = _ValuesAfterUndo()
    taken = merge.paper_moves.filter(subject="Patient", done=EntryOutcome.CHANGED).order_by("-pk")
    for move in filter(_has_values_of_move, taken):
        again.put("Patient", final_record_id(move.subject_id), move.before, "as before the merge")
    return again.lines()


def _without_skipped_columns(one: ReturnedEntry, undoes: MatchDecision, now: Patient | None) -> ReturnedEntry:
    """Return the entry without columns of a record that the visit does not go back to: they stay as is."""
    of_records = [move for move in one.moves[1:] if move.subject == "Patient"]
    past = [
        move
        for move in of_records
        if is_record_skipped_by_undo(move.subject_id, undoes, now.pk if now else None)
    ]
    return one._replace(moves=[move for move in one.moves if move not in past])


def _entry_after_undo_sentence(
    one: ReturnedEntry, row: Any, undoes: MatchDecision, both: ChildrenById, now: Patient | None
) -> str:
    head = one.moves[0]
    where = head.was_patient if one.is_given_back else head.patient
    if (
        one.is_given_back
        and now is not None
        and is_record_skipped_by_undo(head.was_patient_id, undoes, now.pk)
    ):
        where = now
    at = f"on {tell_decision_child(where, both).record}" if where else f"waits at {undoes.visit.token}"
    if one.is_given_back and is_only_on_sign_in_record(head, undoes):
        at = f"only on {ON_SIGN_IN_RECORD}"
    does = "as it was before" if one.is_given_back else "used or changed since, so it is left as it is now"
    return f"{moved_entry_words(head, row)}: {does}, {at}."


def _list_columns_of_merge(undoes: MatchDecision) -> list[PaperMove]:
    """Return moves of this decision that removed what a merge had written to the record that stayed.

    Empty if the visit has no record of its own, as then only the visit comes back. Leaves out records that
    will still be merged: they have no page.
    """
    if find_merge_into_visit_record(undoes.visit, undoes.visit.patient) is None:
        return []
    taken = undoes.paper_moves.filter(paper=EntryKind.RECORD, subject="Patient", done=EntryOutcome.CHANGED)
    on_file = (one for one in taken.order_by("-pk") if _is_unmerged_after_undo(one.subject_id, undoes))
    return [one for one in on_file if _has_values_of_move(one)]


def _find_record_written_on(move: PaperMove, undoes: MatchDecision) -> Patient | None:
    """Return the record that the undo writes this move's columns to; None if it will still be merged.

    The record made at sign-in has columns of its own, which nobody sees while it is merged.
    """
    pk = record_id_after_move(move.subject_id, move)
    return Patient.objects.filter(pk=pk).first() if _is_unmerged_after_undo(pk, undoes) else None


def _is_unmerged_after_undo(patient_id: int, undoes: MatchDecision) -> bool:
    """Return whether this record is separate, not merged, once the decision is undone."""
    moved = undoes.paper_moves.filter(
        paper=EntryKind.RECORD, subject="Patient", subject_id=patient_id, done=EntryOutcome.MOVED
    ).first()
    if moved is not None and "merged_into_id" in moved.before:
        return moved.before["merged_into_id"] is None
    return Patient.objects.filter(pk=patient_id, merged_into=None).exists()


def _has_values_of_move(move: PaperMove) -> bool:
    row: Any = Patient.objects.filter(pk=move.subject_id).first()
    return row is not None and all(
        _column_text(row, name) == _value_text(value) for name, value in move.after.items()
    )


def _column_text(row: Any, name: str) -> str:
    return _value_text(getattr(row, name))


def _value_text(value: Any) -> str:
    return str("" if value is None else column_value_as_json(value))


class _ValuesAfterUndo:
    """The values that each row will have after the undo, combined over all entries that affect it."""

    def __init__(self) -> None:
        self.of: dict[tuple[str, int], tuple[dict[str, Any], list[str]]] = {}
        self.on: dict[tuple[str, int], Patient | None] = {}

    def put(self, subject: str, pk: int, columns: Mapping[str, Any], why: str) -> None:
        kept, reasons = self.of.setdefault((subject, pk), ({}, []))
        kept.update(columns)
        if why not in reasons:
            reasons.append(why)

    def take(self, used: DiscrepancyDecision | None, moves: list[PaperMove], undoes: MatchDecision) -> bool:
        """Add what this “use the new” wrote; return False if the entry needs an ordinary line instead."""
        if used is None or used.subject_id is None:
            return False
        if used.subject == "Patient":
            for move in reversed(moves):
                row = _find_record_written_on(move, undoes) if move.subject == "Patient" else None
                if row is not None and move.done == EntryOutcome.CHANGED:
                    self.put("Patient", row.pk, move.before, _USED_NEW_REASON)
            return True
        self.put(used.subject, used.subject_id, used.after, _USED_NEW_REASON)
        self.on[(used.subject, used.subject_id)] = moves[0].was_patient
        return True

    def lines(self) -> list[str]:
        found = []
        for (subject, pk), (columns, reasons) in self.of.items():
            row: Any = apps.get_model("checkin", subject)._default_manager.filter(pk=pk).first()
            why = "; ".join(reasons)
            if subject == "Patient" and row is not None:
                found += _record_after_undo_lines(row, columns, why)
            elif subject != "Patient":
                found.append(_adult_after_undo_sentence(row, columns, self.on.get((subject, pk)), why))
        return found


def _record_after_undo_lines(row: Patient, columns: Mapping[str, Any], why: str) -> list[str]:
    """Return sentences about what a child's record will say again, and what it says now."""
    record, now, found = (
        entry_wording_models.record_reference(row),
        entry_wording_models.describe_patient(row)._replace(number=""),
        [],
    )
    if {"birth_date", *_UNDO_NAME_COLUMNS} & columns.keys():
        name = " ".join(
            filter(None, (str(columns.get(one, getattr(row, one))) for one in _UNDO_NAME_COLUMNS))
        )
        text = columns.get("birth_date", _value_text(row.birth_date))
        born = dt.date.fromisoformat(text) if text else None
        again = entry_wording_models.name_with_birth_date(name, born, row.clinic.region)
        until = [now.name] if name != row.name else []
        until += [child_detail_words(now)] if "birth_date" in columns else []
        found.append(f"{record} will be called {again} again (now {', '.join(until)}; {why}).")
    for one, value in columns.items():
        if one not in ("birth_date", *_UNDO_NAME_COLUMNS):
            said, stands = (record_column_words(one, each, row) for each in (value, getattr(row, one)))
            found.append(f"{record} will say {said} again (now {stands}; {why}).")
    return found


def _adult_after_undo_sentence(row: Any, columns: Mapping[str, Any], on: Patient | None, why: str) -> str:
    """Return a sentence about what an adult's row will say again, or about a guardian who is back."""
    patient = row.patient if row is not None else on
    record = entry_wording_models.record_reference(patient) if patient is not None else "the record"
    record = record[:1].lower() + record[1:] if record.startswith("The ") else record
    if row is None:
        who = shorten_to_one_line(str(columns.get("name", ""))) or "A guardian"
        return f"{who} will be on {record} again, as a guardian ({why})."
    who = shorten_to_one_line(row.name or row.relationship) or "Who brought them"
    said = ", ".join(
        record_column_words(name, value, row) for name, value in columns.items() if name != "may_consent"
    )
    stands = ", ".join(
        record_column_words(name, getattr(row, name), row) for name in columns if name != "may_consent"
    )
    return f"{who} on {record} will have {said} again (now {stands}; {why})."


def _chart_after_undo_lines(moves: list[PaperMove], undoes: MatchDecision) -> list[str]:
    """Return sentences about the language, interpreter and access needs that each chart will say again."""
    found = []
    for one in moves:
        if one.subject == "Patient" and one.done == EntryOutcome.CHANGED and one.before:
            row = _find_record_written_on(one, undoes)
            if row is not None:
                until = entry_wording_models.chart_values_words(
                    {name: getattr(row, name) for name in one.before}
                )
                again = entry_wording_models.chart_values_words(one.before)
                found.append(
                    f"{entry_wording_models.record_reference(row)} will say again: {again} (now: {until})."
                )
    return found
