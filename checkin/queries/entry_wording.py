"""Sentences about what a match decision did to each entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps

from checkin.models import (
    DiscrepancyDecision,
    MatchDecision,
    PaperMove,
    Patient,
)
from checkin.models import (
    entry_wording as entry_wording_models,
)
from checkin.models.hidden_addresses import hide_column_value
from checkin.queries import undone_columns
from checkin.rules.child_labels import (
    CHILD_BEFORE,
    CHILD_OF_VISIT,
    ChildLabel,
    label_two_briefly,
    label_two_children,
)
from checkin.rules.entry_fates import TOLD_ROW_TYPES, EntryKind, EntryOutcome
from checkin.rules.need_types import NeedOutcome
from checkin.rules.need_words import need_outcome_words
from checkin.rules.short_lines import shorten_to_one_line
from checkin.rules.understanding import find_overwritten_values

ChildrenById = Mapping[int, ChildLabel]

_MADE_AT_SIGN_IN_WORDS, _WRITTEN_BY_MERGE_WORDS = (
    "The record made at sign-in",
    "What merging that record wrote",
)
ON_SIGN_IN_RECORD = "the record made at sign-in"


def decision_entry_lines(made: MatchDecision) -> list[str]:
    """Return one sentence per entry about what this decision did to it, in the order of its moves."""
    done = list(made.paper_moves.select_related("was_patient", "patient").order_by("pk"))
    moves = [
        one
        for one in done
        if one.subject in TOLD_ROW_TYPES.get(EntryKind(one.paper), ()) and not _is_quiet_move(one)
    ]
    rows, both = read_moved_rows(moves), tell_decision_children(made)
    if made.undoes_id is None:
        return [
            _entry_move_sentence(one, rows.get((one.subject, one.subject_id)), made, both) for one in moves
        ]
    by_columns = undone_columns.moves_told_by_columns(done)
    told = [one for one in moves if not _is_told_by_columns(one, made, rows, by_columns)]
    return undone_columns.undone_column_lines(done) + [
        _entry_move_sentence(one, rows.get((one.subject, one.subject_id)), made, both) for one in told
    ]


def _is_told_by_columns(
    one: PaperMove, made: MatchDecision, rows: Mapping[tuple[str, int], Any], by_columns: set[PaperMove]
) -> bool:
    """Return whether the lines about record columns already cover what an undo did for this entry.

    Such an entry needs no line of its own, even if it changed nothing on any record. An entry that waits at
    the visit, or was only on the record made at sign-in, is on no chart, so those lines do not cover it.
    """
    is_given_back = one.done == EntryOutcome.CHANGED and not one.after
    if one.subject == "Patient":
        return one.paper == EntryKind.RECORD and one.done == EntryOutcome.CHANGED
    if one.paper == EntryKind.CHART:
        waits = one.patient_id is None and one.done in (EntryOutcome.CHANGED, EntryOutcome.MOVED)
        if waits or (is_given_back and _is_undone_on_sign_in_record(one, made)):
            return False
        return is_given_back or one in by_columns
    if one.paper != EntryKind.CORRECTION:
        return False
    used = find_use_new_decision(rows.get((one.subject, one.subject_id))) if is_given_back else None
    return one in by_columns or (used is not None and used.subject == "Patient")


def tell_decision_children(made: MatchDecision, *, is_named_above: bool = False) -> ChildrenById:
    """Return labels for both children of a decision, by id, that tell them apart in a sentence.

    `is_named_above`: the page already names both in full, so short labels are enough.
    """
    was, now = made.previous_patient, made.patient
    if was is None or now is None or was == now:
        return {}
    roles = (entry_wording_models.CHILD_UNTIL_NOW if made.undoes_id else CHILD_BEFORE, CHILD_OF_VISIT)
    tell = label_two_briefly if is_named_above else label_two_children
    old, new = tell(
        entry_wording_models.describe_patient(was), entry_wording_models.describe_patient(now), roles=roles
    )
    return {was.pk: old, now.pk: new}


def _is_quiet_move(one: PaperMove) -> bool:
    """Return whether a move needs no line: an adult known from other visits, or a plain chart row."""
    if one.paper == EntryKind.RECORD:
        return False
    goes_on = one.paper == EntryKind.ESCORT and one.done in (EntryOutcome.KEPT, EntryOutcome.MADE)
    return goes_on or (one.subject == "Patient" and not one.why)


def read_moved_rows(moves: Iterable[PaperMove]) -> dict[tuple[str, int], Any]:
    """Return the rows of these moves by model name and id. One query per model."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in moves:
        wanted[one.subject].add(one.subject_id)
    found: dict[tuple[str, int], Any] = {}
    for subject, ids in wanted.items():
        model: Any = apps.get_model("checkin", subject)
        found |= {(subject, row.pk): row for row in model._default_manager.filter(pk__in=ids)}
    return found


def _entry_move_sentence(one: PaperMove, row: Any, made: MatchDecision, both: ChildrenById) -> str:
    """Return a sentence about what was done: "Ana Ruiz agreed to flu vaccine: now on Mia Ruiz’s record."."""
    result = _entry_move_result(one, row, made, both)
    return f"{moved_entry_words(one, row)}: {result}{_replaced_chart_words(one, row, made)}."


def _replaced_chart_words(one: PaperMove, row: Any, made: MatchDecision) -> str:
    """Return words for the chart's values that the entry replaced; "" if it replaced none."""
    put_on = one.done in (EntryOutcome.MOVED, EntryOutcome.MADE) or (
        one.done == EntryOutcome.KEPT and one.after
    )
    if one.subject != "ChartChange" or one.paper != EntryKind.CHART or row is None or one.why:
        return ""
    if made.undoes_id is not None or one.patient_id is None or not put_on:
        return ""
    gave_way = find_overwritten_values(one.after.get("before", row.before), one.after.get("after", row.after))
    return f", in place of: {entry_wording_models.chart_values_words(gave_way)}" if gave_way else ""


def find_use_new_decision(row: Any) -> DiscrepancyDecision | None:
    """Return the discrepancy's last decision if that is “use the new”, undone or not; None otherwise."""
    last = row.decisions.filter(undoes=None).order_by("pk").last() if row is not None else None
    return last if last is not None and last.kind == DiscrepancyDecision.Kind.USE_NEW else None


def moved_entry_words(one: PaperMove, row: Any) -> str:
    """Return what the entry is, in words; its kind if its row is gone."""
    if one.paper == EntryKind.ESCORT:
        said = one.before.get("name") or getattr(row, "name", "") or one.before.get("relationship")
        return said or "Who brought them"
    if row is None:
        return str(EntryKind(one.paper).label)
    if one.subject == "Patient" and one.paper == EntryKind.RECORD:
        return _WRITTEN_BY_MERGE_WORDS if one.done == EntryOutcome.CHANGED else _MADE_AT_SIGN_IN_WORDS
    if one.subject == "Patient":
        return str(EntryKind(one.paper).label)
    if one.paper == EntryKind.NEED:
        return _answered_need_words(row.need if one.subject == "NeedAnswer" else row, one)
    was_over = one.after.get("withdrawn_at") or one.after.get("revoked_at")
    is_over = one.done == EntryOutcome.MOVED and bool(was_over)
    return entry_wording_models.mark_ended_entry(_MOVED_ENTRY_WORDS[one.subject](row), is_over=is_over)


def _answered_need_words(row: Any, one: PaperMove) -> str:
    """Return the need, with its answer if that still counts: a declined vaccine was not given."""
    stands = one.done == EntryOutcome.KEPT and row.status not in (NeedOutcome.OPEN, NeedOutcome.LAPSED)
    said = need_outcome_words(row.kind, row.status, row.reason_code).lower() if stands else ""
    return f"{shorten_to_one_line(row.label_words)}{f' ({said})' if said else ''}"


def _moved_need_words(row: Any) -> str:
    return (
        entry_wording_models.immunization_entry_words(row)
        if row.kind in ("vaccine", "check_up")
        else shorten_to_one_line(row.label_words)
    )


def _moved_chart_change_words(row: Any) -> str:
    return (
        entry_wording_models.preference_entry_words(row)
        if row.subject == "Escort"
        else entry_wording_models.chart_values_words(row.after)
    )


def _moved_appointment_words(row: Any) -> str:
    return f"Appointment at {row.clinic.time_words(row.starts_at)}"


_MOVED_ENTRY_WORDS: Mapping[str, Callable[[Any], str]] = {
    "Guardian": entry_wording_models.guardian_entry_words,
    "ConsentRecord": entry_wording_models.consent_entry_words,
    "StandingProxy": entry_wording_models.proxy_entry_words,
    "Need": _moved_need_words,
    "ChartChange": _moved_chart_change_words,
    "Discrepancy": entry_wording_models.discrepancy_entry_words,
    "SignIn": entry_wording_models.preference_entry_words,
    "Promise": entry_wording_models.promise_entry_words,
    "ExcuseNote": entry_wording_models.note_entry_words,
    "Appointment": _moved_appointment_words,
}


def redo_instruction(undone: MatchDecision | None) -> str:
    """Return how to get back to what was undone; "" if that had no child. An undo itself has no Undo."""
    if undone is None or undone.patient is None:
        return ""
    token, kind = undone.visit.token, MatchDecision.Kind
    if undone.kind == kind.NEW_PATIENT:
        return f"To come back to this, choose New patient for {token}."
    child = tell_decision_child(undone.patient, tell_decision_children(undone))
    return f"To come back to this, link {token} to {child} again."


def tell_decision_child(patient: Patient | None, both: ChildrenById) -> ChildLabel:
    if patient is None:
        return ChildLabel("them")
    return both.get(patient.pk) or ChildLabel(
        shorten_to_one_line(patient.name, entry_wording_models.LONGEST_NAME_IN_SENTENCE)
    )


def _entry_move_result(one: PaperMove, row: Any, made: MatchDecision, both: ChildrenById) -> str:
    """Return the second half of the sentence: what was done with the entry."""
    was, now = tell_decision_child(one.was_patient, both), tell_decision_child(one.patient, both)
    there, here = was.record if one.was_patient else "", now.record if one.patient else ""
    if one.why:
        return f"{one.why}, so it was left{f' on {here}' if here else ''}"
    if one.paper == EntryKind.ESCORT and one.done == EntryOutcome.CHANGED:
        joins = made.undoes_id is not None
        said = "what the other record said of them"
        number = (one.after if joins else one.before).get("phone", "")
        number = hide_column_value(row, "phone", number) if row is not None else number
        if number and one.after.keys() <= {"phone", "phone_key"}:
            said = f"their number {number}"
        return f"{said} is {'again' if joins else 'no longer'} on {there}"
    if one.paper == EntryKind.ESCORT:
        return (
            f"now under who brings {now}"
            if one.done == EntryOutcome.MOVED
            else f"no longer under who brings {was}"
        )
    if one.paper == EntryKind.APPOINTMENT:
        return f"free again for {now}" if one.done == EntryOutcome.REMOVED else "taken"
    if one.paper == EntryKind.NEED:
        return "stays answered" if one.done == EntryOutcome.KEPT else "the answer no longer counts"
    if one.paper == EntryKind.NOTE:
        return f"stays a note of {made.visit.token}"
    if made.undoes_id is not None and one.done == EntryOutcome.CHANGED and not one.after:
        if _is_undone_on_sign_in_record(one, made):
            return f"as it was before, only on {ON_SIGN_IN_RECORD}"
        if one.paper == EntryKind.CHART and not here:
            return f"waits at {made.visit.token} until its child is found"
        return f"as it was before{f', on {here}' if here else ''}"
    if one.done == EntryOutcome.MOVED:
        return f"now on {here}" if here else f"waits at {made.visit.token} until its child is found"
    if one.done == EntryOutcome.KEPT and one.paper == EntryKind.CHART and one.after:
        return f"now on {here}"
    if one.done == EntryOutcome.KEPT:
        return f"stays on {here}" if here else "stays"
    if one.done == EntryOutcome.MADE:
        return f"put on {here} too"
    if one.paper in (EntryKind.CORRECTION, EntryKind.RECORD) and one.done == EntryOutcome.CHANGED:
        return f"what stood there before is back on {there}"
    if one.paper == EntryKind.VACCINE:
        return f"was not given, and is off {there}"
    if one.paper == EntryKind.CHART:
        return f"off {ON_SIGN_IN_RECORD}" if is_only_on_sign_in_record(one, made) else f"off {there}"
    return "no longer counts"


def is_only_on_sign_in_record(head: PaperMove, made: MatchDecision) -> bool:
    """Return whether this language or these needs were only on the record made at sign-in, on no chart.

    A merge, or a person who said “Neither”, had left it off the chart that the record was merged into.
    """
    stood, was = head.before.get("patient_id"), head.was_patient_id
    if head.subject != "ChartChange" or head.paper != EntryKind.CHART or was is None or stood in (None, was):
        return False
    wrote = made.paper_moves.filter(paper=EntryKind.CHART, subject="Patient", subject_id=was)
    return not wrote.exists()


def _is_undone_on_sign_in_record(one: PaperMove, made: MatchDecision) -> bool:
    """Return the same as `is_only_on_sign_in_record`, for an entry that an undo restored."""
    undone: MatchDecision | None = made.undoes
    if undone is None:
        return False
    heads = undone.paper_moves.filter(subject="ChartChange", subject_id=one.subject_id)
    return any(is_only_on_sign_in_record(head, undone) for head in heads)
