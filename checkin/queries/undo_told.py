"""What an undo of a decision about a match will do, in sentences, before it is pressed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.apps import apps

from checkin.models import DiscrepancyDecision, MatchDecision, PaperMove, Patient, PatientMerge, paper_words
from checkin.models.made_records import end_of, goes_back_to, is_past, stands_for
from checkin.models.own_records import own_record
from checkin.models.row_json import as_json
from checkin.queries.paper_told import (
    ON_OWN,
    Children,
    children,
    is_only_on_own,
    rows_of,
    told_of,
    used_new,
    what,
)
from checkin.queries.undone_columns import column
from checkin.rules.paper_fates import Done, Paper
from checkin.rules.telling_apart import details

NAMES = ("given_name", "family_name")
USED_NEW = "changed with “Use the new” at this visit"
BY_MERGE = "as the merge of the record made at sign-in wrote it"


class Returned(NamedTuple):
    """One paper: its moves, the one that tells it first, and whether an undo gives it back."""

    moves: list[PaperMove]
    is_given_back: bool


def will_be(undoes: MatchDecision, papers: Iterable[Returned]) -> list[str]:
    """What every record will say after an undo of this decision, what it says of a child's name first."""
    now = goes_back_to(undoes)[0]
    told = [without_past(one, undoes, now) for one in papers]
    both = children(undoes, is_named_above=True)
    rows = rows_of(one.moves[0] for one in told)
    again, found = Again(), []
    for one in told:
        head = one.moves[0]
        row = rows.get((head.subject, head.subject_id))
        if (
            one.is_given_back
            and head.paper == Paper.CORRECTION
            and again.take(used_new(row), one.moves, undoes)
        ):
            continue
        said = chart_lines(one.moves, undoes) if one.is_given_back and head.paper == Paper.CHART else []
        found += said or [of_paper(one, row, undoes, both, now)]
    for move in merged_columns(undoes):
        again.put("Patient", move.subject_id, move.before, BY_MERGE)
    return [*again.lines(), *found]


def of_merge(merge: PatientMerge) -> list[str]:
    """What an undo of this merge writes again on the record that stays: its button says so beforehand."""
    again = Again()
    taken = merge.paper_moves.filter(subject="Patient", done=Done.CHANGED).order_by("-pk")
    for move in filter(still_says, taken):
        again.put("Patient", end_of(move.subject_id), move.before, "as before the merge")
    return again.lines()


def without_past(one: Returned, undoes: MatchDecision, now: Patient | None) -> Returned:
    """Without the columns of a record to which the visit does not go back: an undo leaves these."""
    of_records = [move for move in one.moves[1:] if move.subject == "Patient"]
    past = [move for move in of_records if is_past(move.subject_id, undoes, now.pk if now else None)]
    return one._replace(moves=[move for move in one.moves if move not in past])


def of_paper(one: Returned, row: Any, undoes: MatchDecision, both: Children, now: Patient | None) -> str:
    head = one.moves[0]
    where = head.was_patient if one.is_given_back else head.patient
    if one.is_given_back and now is not None and is_past(head.was_patient_id, undoes, now.pk):
        where = now
    at = f"on {told_of(where, both).record}" if where else f"waits at {undoes.visit.token}"
    if one.is_given_back and is_only_on_own(head, undoes):
        at = f"only on {ON_OWN}"
    does = "as it was before" if one.is_given_back else "used or changed since, so it is left as it is now"
    return f"{what(head, row)}: {does}, {at}."


def merged_columns(undoes: MatchDecision) -> list[PaperMove]:
    """The columns that a merge had written, and that the decision took off the record that stayed.

    Without its own record the visit comes back alone; and nobody reads a record that is merged away since.
    """
    if own_record(undoes.visit, undoes.visit.patient) is None:
        return []
    taken = undoes.paper_moves.filter(paper=Paper.RECORD, subject="Patient", done=Done.CHANGED)
    on_file = (one for one in taken.order_by("-pk") if stands_after(one.subject_id, undoes))
    return [one for one in on_file if still_says(one)]


def written_on(move: PaperMove, undoes: MatchDecision) -> Patient | None:
    """The record on which the undo writes this move's columns again, where that stands by itself then.

    The one that a sign-in made has columns of its own. Merged into a child's record, it is not that one.
    """
    pk = stands_for(move.subject_id, move)
    return Patient.objects.filter(pk=pk).first() if stands_after(pk, undoes) else None


def stands_after(patient_id: int, undoes: MatchDecision) -> bool:
    """Whether this record is not merged into another once the decision is undone."""
    moved = undoes.paper_moves.filter(
        paper=Paper.RECORD, subject="Patient", subject_id=patient_id, done=Done.MOVED
    ).first()
    if moved is not None and "merged_into_id" in moved.before:
        return moved.before["merged_into_id"] is None
    return Patient.objects.filter(pk=patient_id, merged_into=None).exists()


def still_says(move: PaperMove) -> bool:
    row: Any = Patient.objects.filter(pk=move.subject_id).first()
    return row is not None and all(text(row, name) == text_of(value) for name, value in move.after.items())


def text(row: Any, name: str) -> str:
    return text_of(getattr(row, name))


def text_of(value: Any) -> str:
    return str("" if value is None else as_json(value))


class Again:
    """The columns that each row will say again, however many papers bear on it."""

    def __init__(self) -> None:
        self.of: dict[tuple[str, int], tuple[dict[str, Any], list[str]]] = {}
        self.on: dict[tuple[str, int], Patient | None] = {}

    def put(self, subject: str, pk: int, columns: Mapping[str, Any], why: str) -> None:
        kept, reasons = self.of.setdefault((subject, pk), ({}, []))
        kept.update(columns)
        if why not in reasons:
            reasons.append(why)

    def take(self, used: DiscrepancyDecision | None, moves: list[PaperMove], undoes: MatchDecision) -> bool:
        """Take up what this “use the new” wrote; False where the paper is told as any other."""
        if used is None or used.subject_id is None:
            return False
        if used.subject == "Patient":
            for move in reversed(moves):
                row = written_on(move, undoes) if move.subject == "Patient" else None
                if row is not None and move.done == Done.CHANGED:
                    self.put("Patient", row.pk, move.before, USED_NEW)
            return True
        self.put(used.subject, used.subject_id, used.after, USED_NEW)
        self.on[(used.subject, used.subject_id)] = moves[0].was_patient
        return True

    def lines(self) -> list[str]:
        found = []
        for (subject, pk), (columns, reasons) in self.of.items():
            row: Any = apps.get_model("checkin", subject)._default_manager.filter(pk=pk).first()
            why = "; ".join(reasons)
            if subject == "Patient" and row is not None:
                found += of_record(row, columns, why)
            elif subject != "Patient":
                found.append(of_adult(row, columns, self.on.get((subject, pk)), why))
        return found


def of_record(row: Patient, columns: Mapping[str, Any], why: str) -> list[str]:
    """What a child's record will say again, and what stands there until the press."""
    record, now, found = paper_words.record(row), paper_words.child(row)._replace(number=""), []
    if {"birth_date", *NAMES} & columns.keys():
        name = " ".join(filter(None, (str(columns.get(one, getattr(row, one))) for one in NAMES)))
        text = columns.get("birth_date", text_of(row.birth_date))
        again = paper_words.named(name, dt.date.fromisoformat(text) if text else None)
        until = [now.name] if name != row.name else []
        until += [details(now)] if "birth_date" in columns else []
        found.append(f"{record} will be called {again} again (now {', '.join(until)}; {why}).")
    for one, value in columns.items():
        if one not in ("birth_date", *NAMES):
            said, stands = column(one, value), column(one, getattr(row, one))
            found.append(f"{record} will say {said} again (now {stands}; {why}).")
    return found


def of_adult(row: Any, columns: Mapping[str, Any], on: Patient | None, why: str) -> str:
    """What stands again of an adult on a child's record: another phone, or one more guardian."""
    patient = row.patient if row is not None else on
    record = paper_words.record(patient) if patient is not None else "the record"
    record = record[:1].lower() + record[1:] if record.startswith("The ") else record
    if row is None:
        who = paper_words.short(str(columns.get("name", ""))) or "A guardian"
        return f"{who} will be on {record} again, as a guardian ({why})."
    who = paper_words.short(row.name or row.relationship) or "Who brought them"
    said = ", ".join(column(name, value) for name, value in columns.items() if name != "may_consent")
    stands = ", ".join(column(name, getattr(row, name)) for name in columns if name != "may_consent")
    return f"{who} on {record} will have {said} again (now {stands}; {why})."


def chart_lines(moves: list[PaperMove], undoes: MatchDecision) -> list[str]:
    """What each chart will say of language, interpreter and access needs."""
    found = []
    for one in moves:
        if one.subject == "Patient" and one.done == Done.CHANGED and one.before:
            row = written_on(one, undoes)
            if row is not None:
                until = paper_words.chart({name: getattr(row, name) for name in one.before})
                again = paper_words.chart(one.before)
                found.append(f"{paper_words.record(row)} will say again: {again} (now: {until}).")
    return found
