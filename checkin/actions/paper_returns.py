"""Undoing a decision gives back exactly what it did with each paper; what was used since is left."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model

from checkin.actions import corrections, needs
from checkin.actions.paper_ledger import columns, is_as_left
from checkin.actions.paper_moves import Move
from checkin.models import (
    ChartChange,
    ConsentRecord,
    Discrepancy,
    MatchDecision,
    Need,
    NeedAnswer,
    PaperMove,
    Patient,
    StandingProxy,
)
from checkin.models.made_records import end_of, is_past, stands_for
from checkin.models.own_records import own_record
from checkin.models.row_json import from_json
from checkin.models.visit_papers import VisitPaper
from checkin.rules.need_facts import Outcome
from checkin.rules.paper_fates import ON_RECORD, Done, Paper

HEADS = {
    Paper.CONSENT: ("ConsentRecord",),
    Paper.PROXY: ("StandingProxy",),
    Paper.VACCINE: ("Need",),
    Paper.CHART: ("ChartChange",),
    Paper.CORRECTION: ("Discrepancy",),
    Paper.NEED: ("NeedAnswer", "Need"),
}
"""The row by which a paper is told; the moves after it are what else was written for it.

Wishes, promises, escort and appointment are not here: they follow the visit each time anew.
"""

OF_ANOTHER = "its record is another visit’s too by now"


class Group(NamedTuple):
    """One paper's moves, the one that tells it first."""

    moves: list[PaperMove]

    @property
    def head(self) -> PaperMove:
        return self.moves[0]


def groups(decision: MatchDecision) -> list[Group]:
    """What a decision did, paper by paper."""
    found: list[Group] = []
    for move in decision.paper_moves.order_by("pk"):
        heads = HEADS.get(Paper(move.paper), ())
        if move.subject in heads:
            found.append(Group([move]))
        elif found and Paper(move.paper) in (*HEADS, Paper.DUE_ITEM, Paper.GUARDIAN):
            found[-1].moves.append(move)
    return found


def to_give_back(decision: MatchDecision) -> list[Group]:
    """The papers that say still what the decision made them say, as far as it did anything with them."""
    return [
        one
        for one in groups(decision)
        if all(map(is_untouched, one.moves)) and goes_along(one.head, decision)
    ]


def goes_along(head: PaperMove, decision: MatchDecision) -> bool:
    """Whether it goes with the visit: not what is of a record that is another visit's too by now.

    What was said at the visit goes by what a person says of it.
    """
    row = subject_of(head)
    if isinstance(row, ChartChange):
        of_record = head.patient_id is not None and head.before.get("patient_id") == head.patient_id
    else:
        of_record = isinstance(row, (ConsentRecord, StandingProxy)) and row.visit_id is None
    return not of_record or own_record(decision.visit, decision.visit.patient) is not None


def rewrites(decision: MatchDecision) -> list[PaperMove]:
    """The moves whose undo writes a record's own columns again, what its child is called among them.

    Somebody sees that before it is done, also where nothing else is written at the visit.
    """
    given_back = [move for one in to_give_back(decision) for move in one.moves]
    merged = decision.paper_moves.filter(paper=Paper.RECORD, subject="Patient")
    return [one for one in (*given_back, *filter(is_untouched, merged)) if is_rewrite(one)]


def is_rewrite(move: PaperMove) -> bool:
    of_record = move.subject == "Patient" or move.paper == Paper.CORRECTION
    return move.done == Done.CHANGED and of_record


def was_there(one: VisitPaper, undoes: MatchDecision) -> bool:
    """Whether that decision found it where it is now and did nothing with it: nor does its undo.

    It was answered at a visit of nobody yet, or an earlier decision had said whose it is.
    """
    row, subject = one.row, type(one.row).__name__
    if one.paper not in HEADS or undoes.paper_moves.filter(subject=subject, subject_id=row.pk).exists():
        return False
    written = written_when(row)
    if written is not None and written >= undoes.at:
        return False
    earlier = PaperMove.objects.filter(
        decision__visit=undoes.visit_id, decision__lt=undoes.pk, subject=subject, subject_id=row.pk
    )
    last = earlier.order_by("pk").last()
    return one.paper == Paper.NEED or (last is not None and last.done == Done.KEPT)


def written_when(row: Any) -> dt.datetime | None:
    """When a person last wrote it; none: not known, before it was kept."""
    if isinstance(row, Need):
        return row.answered_at
    if isinstance(row, StandingProxy):
        return row.recorded_at
    if isinstance(row, Discrepancy):
        last = corrections.standing(row)
        return last.at if last else None
    found: dt.datetime = row.at
    return found


def subject_of(move: PaperMove) -> Any:
    model, pk = apps.get_model("checkin", move.subject), move.subject_id
    pk = stands_for(pk, move) if model is Patient else pk
    return model._default_manager.select_for_update().filter(pk=pk).first()


def is_untouched(move: PaperMove) -> bool:
    """Whether nobody has used the row since."""
    row = subject_of(move)
    if move.done == Done.REMOVED:
        return row is None and not is_there_again(move)
    if row is None:
        return False
    if isinstance(row, NeedAnswer):
        return not lines_since(row).exclude(outcome__in=[Outcome.OPEN, Outcome.LAPSED]).exists()
    return is_as_left(row, move)


def is_there_again(move: PaperMove) -> bool:
    """Whether the row that was taken off has been written anew meanwhile."""
    model: Any = apps.get_model("checkin", move.subject)
    value = move.before.get("value")
    clinic = {"clinic_id": move.before.get("clinic_id"), "system": move.before.get("system")}
    return bool(value) and model._default_manager.filter(value=value, **clinic).exists()


def lines_since(answer: NeedAnswer) -> Any:
    return NeedAnswer.objects.filter(need_id=answer.need_id, pk__gt=answer.pk)


def give_back(move: Move, undoes: MatchDecision, *, asked: list[VisitPaper]) -> None:
    """Put each back as it was before, the last thing first; what was used since is left, and that is said.

    `asked` are the papers of the visit that go by the rule, or by what was said, instead.
    """
    done = to_give_back(undoes)
    going = {(type(one.row).__name__, one.row.pk) for one in asked}
    for group in groups(undoes):
        head = group.head
        if group not in done and (head.subject, head.subject_id) not in going:
            leave(move, head)
    for group in reversed(done):
        if group.head.done != Done.KEPT or len(group.moves) > 1:
            say(move, group.head)
        for one in reversed(group.moves):
            restore(one, move)


def leave(move: Move, head: PaperMove) -> None:
    """Write down that it was used or changed since, and so stays where it is."""
    row = subject_of(head)
    if row is not None:
        now = head.patient_id
        left = move.ledger.note(row, Paper(head.paper), Done.KEPT, was=now, now=now)
        of_another = move.undoes is not None and not goes_along(head, move.undoes)
        left.why = OF_ANOTHER if of_another else why_left(row)


def why_left(row: Any) -> str:
    """What has happened to it since, and by whom where the row says that."""
    if isinstance(row, ConsentRecord) and row.withdrawn_at:
        return f"withdrawn since by {row.withdrawn_by or 'nobody we know'}"
    if isinstance(row, StandingProxy) and row.revoked_at:
        return f"revoked since by {row.revoked_by or 'nobody we know'}"
    if isinstance(row, Need) and row.answered_by:
        return f"changed since by {row.answered_by}"
    return "used or changed since"


def say(move: Move, head: PaperMove) -> None:
    """Write down for the paper that it is back where it was."""
    row, now = subject_of(head), head.was_patient_id
    now = end_of(now) if now is not None else None
    if move.undoes is not None and is_past(now, move.undoes, move.now_id):
        now = move.now_id
    if row is not None:
        move.ledger.note(row, Paper(head.paper), Done.CHANGED, was=head.patient_id, now=now)


def restore(one: PaperMove, move: Move) -> None:
    if one.done == Done.REMOVED:
        write_again(one, move)
        return
    row = subject_of(one)
    if row is None or is_of_record_past(row, move):
        return
    if isinstance(row, NeedAnswer):
        answer_again(row, move)
    elif one.subject == "DiscrepancyDecision":
        corrections.apply_again(row.discrepancy, by=move.by, at=move.at)
    elif one.done == Done.MADE:
        row.delete()
    elif one.before:
        if isinstance(row, Discrepancy):
            make_room(row, one, move)
        stood = columns(row, one.before)
        put_columns(row, one, move)
        if one.subject in ON_RECORD and one.paper in (Paper.CHART, Paper.CORRECTION):
            # The merge that wrote it may be undone by now: only this undo knows what stood before it.
            facts: dict[str, Any] = {"before": stood, "after": columns(row, one.before)}
            whose = row.pk if isinstance(row, Patient) else row.patient_id
            move.ledger.note(row, Paper(one.paper), Done.CHANGED, was=whose, now=whose, **facts)


def is_of_record_past(row: Any, move: Move) -> bool:
    """A record's own columns, and its guardians', where the visit comes back to another record."""
    if type(row).__name__ not in ON_RECORD or move.undoes is None:
        return False
    whose = row.pk if isinstance(row, Patient) else row.patient_id
    return is_past(whose, move.undoes, move.now_id)


def make_room(row: Discrepancy, one: PaperMove, move: Move) -> None:
    """One field of a visit has one open question: what was noticed of the child between is no longer so."""
    status = Discrepancy.Status
    if one.before.get("status") in (status.OPEN, status.ASKING):
        between = row.visit.discrepancies.open().filter(field=row.field).exclude(pk=row.pk)
        between.update(status=status.WITHDRAWN, settled_at=move.at, settled_by=move.by)


def put_columns(row: Model, one: PaperMove, move: Move) -> None:
    """Write what stood there before, with the search keys that follow it."""
    kept = as_it_stands_now(from_json(row, one.before), one, move)
    for name, value in kept.items():
        setattr(row, name, value)
    keys = ["phone_key"] if one.subject in ("Escort", "Guardian") else []
    row.save(update_fields=[*kept, *keys])


def write_again(one: PaperMove, move: Move) -> None:
    """The row that was taken off, as it was."""
    model: Any = apps.get_model("checkin", one.subject)
    # With its own id: decisions name the row by it.
    row = model(pk=one.subject_id)
    for name, value in as_it_stands_now(from_json(row, one.before), one, move).items():
        setattr(row, name, value)
    row.save(force_insert=True)


def as_it_stands_now(kept: dict[str, Any], one: PaperMove, move: Move) -> dict[str, Any]:
    """Each patient named in these columns is the one into whom that record was merged since the move.

    For the record where the visit had been taken by a merge that is over stands the one where it goes back.
    """
    is_chart = one.subject == "ChartChange" and one.paper == Paper.CHART
    names = ["patient_id", "made_for_id", *(["subject_id"] if is_chart else [])]
    found = {name: stands_for(kept[name], one) for name in names if kept.get(name) is not None}
    undoes, now = move.undoes, move.now_id
    if undoes is not None and now is not None:
        found = {name: now if is_past(pk, undoes, now) else pk for name, pk in found.items()}
    return kept | found


def answer_again(row: NeedAnswer, move: Move) -> None:
    """Take back that the need was opened again, and all that only followed from it."""
    need, first = row.need, row
    for line in [*lines_since(row).filter(undoes=None, undone_by=None).order_by("-pk"), row]:
        needs.settle(need, line.before, reason=need.reason, by=move.by, at=move.at, undoes=line)
    last = needs.standing(need)
    need.status = first.before
    need.reason = last.reason if last else ""
    need.answered_at, need.answered_by = (last.at, last.by) if last else (None, None)
    need.save(update_fields=["status", "reason", "answered_at", "answered_by"])
