"""A report, in words, of what a merge of two records or its undo did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from checkin.models import Clinic, PaperMove, PatientMerge
from checkin.models.entry_wording import chart_values_words
from checkin.models.sign_in_record_merges import find_visit_since_merge
from checkin.queries.merge_row_names import MOST_MERGE_ROWS_NAMED, name_moved_rows
from checkin.queries.merge_sides import tell_merged_records_apart
from checkin.queries.merge_undo_phones import RestoredPhone, list_restored_phones
from checkin.rules import child_labels
from checkin.rules import patient_merges as patient_merge_rules
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from checkin.rules.understanding import find_overwritten_values


class MovedRowGroup(NamedTuple):
    """Rows of one kind that a merge treated the same way."""

    label: str
    names: list[str]
    more: int


class RowLeftInPlace(NamedTuple):
    label: str
    name: str
    why: str


class MergeWrittenColumns(NamedTuple):
    """Values that changed on one record; `whose` is the name of its child."""

    whose: str
    labels: list[str]
    gone: str
    """Language or access needs that the merge replaced."""


class MergeReport(NamedTuple):
    """A report of what a merge or its undo did, item by item."""

    merge: PatientMerge
    merged: child_labels.ChildLabel
    into: child_labels.ChildLabel
    is_undo: bool
    may_undo: bool
    moved: list[MovedRowGroup]
    left: list[RowLeftInPlace]
    columns: list[MergeWrittenColumns]
    tokens: list[str]
    not_taken: str
    numbers: list[RestoredPhone]


def read_merge_report(clinic: Clinic, merge_id: int | None) -> MergeReport | None:
    """Return one merge of this clinic in words; None if it has none with that id."""
    merges_ = clinic.patient_merges.select_related("merged", "into", "by", "undone_by", "undoes")
    merge = merges_.filter(pk=merge_id or 0).first()
    if merge is None:
        return None
    moves = list(merge.paper_moves.order_by("pk"))
    names = name_moved_rows(moves)
    moved: dict[str, list[str]] = defaultdict(list)
    for move in moves:
        if move.done == EntryOutcome.MOVED and move.paper not in (
            EntryKind.RECORD,
            EntryKind.WISH,
            EntryKind.CHART,
        ):
            moved[move.paper].append(names[move.pk])
    merged, into = tell_merged_records_apart(merge.merged, merge.into)
    return MergeReport(
        merge=merge,
        merged=merged,
        into=into,
        is_undo=merge.undoes_id is not None,
        may_undo=merge.is_standing and find_visit_since_merge(merge) is None,
        moved=[
            MovedRowGroup(
                str(EntryKind(paper).label),
                found[:MOST_MERGE_ROWS_NAMED],
                max(0, len(found) - MOST_MERGE_ROWS_NAMED),
            )
            for paper, found in moved.items()
        ],
        left=[
            RowLeftInPlace(str(EntryKind(move.paper).label), names[move.pk], move.why)
            for move in moves
            if move.done == EntryOutcome.KEPT and move.why
        ],
        columns=_list_merge_written_columns(moves, names),
        tokens=moved.get(EntryKind.VISIT, []),
        not_taken=next((chart_values_words(move.before) for move in moves if _is_chart_not_taken(move)), ""),
        numbers=list_restored_phones(moves, names) if merge.undoes_id else [],
    )


def _list_merge_written_columns(
    moves: Iterable[PaperMove], names: dict[int, str]
) -> list[MergeWrittenColumns]:
    """Return the written columns, one entry per record: an undo may restore more than one record."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    gone: dict[int, dict[str, Any]] = defaultdict(dict)
    whose: dict[int, str] = {}
    for move in filter(_is_column_change, moves):
        whose[move.subject_id] = names[move.pk]
        found[move.subject_id] |= {
            patient_merge_rules.MERGE_COLUMNS[one]: None
            for one in move.after
            if one in patient_merge_rules.MERGE_COLUMNS
        }
        stood = {
            name: value for name, value in move.before.items() if name in patient_merge_rules.CARE_COLUMNS
        }
        gone[move.subject_id] |= find_overwritten_values(stood, move.after)
    words = {pk: chart_values_words(stood) if stood else "" for pk, stood in gone.items()}
    return [MergeWrittenColumns(whose[pk], list(labels), words[pk]) for pk, labels in found.items() if labels]


def merge_report_lines(found: MergeReport) -> list[str]:
    """Return the report in sentences: one per kind of entry except visits, and one per row that was left."""
    more = [
        f"{group.label}: {', '.join(group.names)}" + (f" and {group.more} more" if group.more else "")
        for group in found.moved
        if group.label != str(EntryKind.VISIT.label)
    ]
    for one in found.columns:
        put_back = f"As it was before, on the record of {one.whose}, which stayed"
        instead = f", in place of: {one.gone}" if one.gone and not found.is_undo else ""
        more.append(f"{put_back if found.is_undo else 'Taken over'}: {', '.join(one.labels)}{instead}")
    if found.not_taken and not found.is_undo:
        more.append(f"Not taken over, and only on the record that was merged: {found.not_taken}")
    more += [f"{one.words} {found.into.name}" for one in found.numbers]
    return more + [f"Left where it is: {one.label} {one.name}. {one.why}" for one in found.left]


def _is_chart_not_taken(move: PaperMove) -> bool:
    return (move.subject, move.paper, move.done) == ("Patient", EntryKind.CHART, EntryOutcome.KEPT)


def _is_column_change(move: PaperMove) -> bool:
    return bool(move.subject == "Patient" and move.done == EntryOutcome.CHANGED)
