"""What a merge moved goes back to its record, and what was written at its visits since goes along."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Exists, F, Model, OuterRef

from checkin.actions import given_moves, own_records, unmerge_twins
from checkin.actions.boards import hold, show
from checkin.actions.given import DUE
from checkin.actions.merge_papers import SUBJECTS
from checkin.actions.merge_visits import free
from checkin.actions.paper_ledger import Ledger, columns, hold_subject
from checkin.actions.unmerge_columns import leave, put, put_columns_back, take_out_further
from checkin.models import (
    Appointment,
    ChartChange,
    ConsentRecord,
    DueItem,
    Guardian,
    Immunization,
    MatchDecision,
    Need,
    PaperMove,
    Patient,
    PatientMerge,
    Promise,
    StandingProxy,
    Visit,
)
from checkin.models.own_records import MADE, first_move, is_alone
from checkin.models.row_json import from_json
from checkin.rules.need_facts import Outcome
from checkin.rules.paper_fates import Done, Paper

GONE = "It is not there any more."
ELSEWHERE = "It was put on another record since."
GIVEN_UP = "This visit stays, and had taken the appointment of the other child, who is expected again."
WITH_VISIT: dict[type[Model], Paper] = {
    ConsentRecord: Paper.CONSENT,
    StandingProxy: Paper.PROXY,
    Immunization: Paper.VACCINE,
    Promise: Paper.PROMISE,
}
"""What is known to be written at a visit, and goes with it."""

OWN = ("position", "system", "value")
"""Columns that a merge writes beside the patient, to fit the row in on the other record."""


def give_back_all(
    ledger: Ledger, merge: PatientMerge, *, merged: Patient, way: list[int], visits: set[int]
) -> None:
    """Everything but visits and escorts. `way`: the records on which it may stand now, the one kept last."""
    promises: list[int] = []
    elsewhere = set() if is_own(merge, visits) else taken_out(merge)
    own = list(merge.paper_moves.filter(subject__in=SUBJECTS).order_by("pk"))
    for move in reversed([one for one in own if one.done == Done.CHANGED]):
        # The last first: an import since may have written over what the merge wrote, for the same record.
        changed = hold_subject(move)
        # Of a guardian who is home already it was taken off then.
        is_home = isinstance(changed, Guardian) and changed.patient_id not in way
        if changed is not None and not is_home:
            put_columns_back(ledger, changed, move, only=None)
    brought_up = unmerge_twins.brought_up(merge, merged, way).order_by("pk")
    for move in [*own, *brought_up, *own_records.came_along(merge, merged, way)]:
        if move.done != Done.MOVED:
            continue
        row = hold_subject(move)
        why = reason_to_stay(row, way)
        if not why and (move.subject, move.subject_id) in elsewhere and not at_one_of(row, visits):
            why = ELSEWHERE
        if why:
            leave(ledger, move, why)
            continue
        back = {name: value for name, value in from_json(row, move.before).items() if name in OWN}
        back = {name: value for name, value in back.items() if as_left(row, move, name)}
        if isinstance(row, Appointment):
            give_up(ledger, row, visits)
        if isinstance(row, Promise) and row.visit_id in visits and row.made_for_id in way:
            # A decision in between that was taken back had made it the other child's.
            back["made_for"] = merged
        take_out_further(ledger, row)
        was = row.patient_id
        ledger.change(row, Paper(move.paper), Done.MOVED, was=was, now=merged.pk, patient=merged, **back)
        if isinstance(row, Promise):
            promises.append(row.pk)
    unmerge_twins.bring_up(ledger, Patient.objects.get(pk=way[-1]))
    with_visits(ledger, merge, merged=merged, way=way, visits=visits)
    successors(ledger, promises, merged=merged, kept=way[-1])


def give_up(ledger: Ledger, row: Appointment, visits: set[int]) -> None:
    """A visit that stays has this appointment no more: its child is expected again, and it is a walk-in."""
    staying = list(Visit.objects.filter(appointment=row).exclude(pk__in=visits).order_by("pk"))
    hold(*staying)
    for visit in staying:
        before = columns(visit, ["appointment_id"])
        free(visit)
        show(visit, appointment=None, turn_at=visit.turn_at)
        after = {"appointment_id": None}
        whose = visit.patient_id
        gone = ledger.note(
            visit, Paper.APPOINTMENT, Done.REMOVED, was=whose, now=whose, before=before, after=after
        )
        gone.why = GIVEN_UP
    if staying:
        row.refresh_from_db()


def is_own(merge: PatientMerge, visits: set[int]) -> bool:
    """Whether it merged the record that one of these visits' sign-in made: what is on that goes with it."""
    settled = {"match_decisions__merge": merge, "match_decisions__previous_match__in": MADE}
    going = Visit.objects.filter(pk__in=visits, **settled).distinct()
    return any(is_alone(merge, visit) for visit in going)


def taken_out(merge: PatientMerge) -> set[tuple[str, int]]:
    """The rows that something took from where this merge put them, and that was not taken back since.

    The undo of an earlier merge did, or a corrected match: where they are now is not this merge's doing, even
    if a later merge brought them to the same record again.
    """
    ids = list(merge.paper_moves.filter(done=Done.MOVED).values_list("subject", "subject_id"))
    later = PaperMove.objects.filter(
        pk__gt=first_move(merge), done=Done.MOVED, subject_id__in={pk for _, pk in ids}
    ).exclude(merge=merge)
    on_top: dict[tuple[str, int], set[int | None]] = defaultdict(set)
    gone: set[tuple[str, int]] = set()
    for move in later.select_related("merge", "decision").order_by("pk"):
        row = move.subject, move.subject_id
        if move.merge is not None and move.merge.pk < merge.pk:
            # An import wrote the row since, for a record that an earlier merge had put there.
            continue
        if move.was_patient_id == move.patient_id or is_given_back(move):
            # A visit took this appointment, or the like: it is on the same record.
            continue
        if move.merge is not None and move.merge.undoes_id is None:
            on_top[row].add(move.merge_id)
        elif move.merge is not None and move.merge.undoes_id in on_top[row]:
            on_top[row].discard(move.merge.undoes_id)
        else:
            gone.add(row)
    return gone & set(ids)


def is_given_back(move: PaperMove) -> bool:
    """Whether a decision on a visit moved it, and the undo of that brought it back; or this is that undo."""
    one = move.decision
    if one is None:
        return False
    undo = one if one.undoes_id else MatchDecision.objects.filter(undoes=one).first()
    if undo is None:
        return False
    same = {"subject": move.subject, "subject_id": move.subject_id}
    left = undo.paper_moves.filter(**same, done__in=[Done.KEPT, Done.ENDED])
    went = PaperMove.objects.filter(**same, decision=undo.undoes_id, done=Done.MOVED)
    return went.exists() and not left.exists()


def at_one_of(row: Any, visits: set[int]) -> bool:
    """Whether it was written at one of these visits, with which it goes."""
    return type(row) in WITH_VISIT and row.visit_id in visits


def as_left(row: Any, move: PaperMove, name: str) -> bool:
    """Whether it says what this merge wrote there, or what was written later to fit it in further on."""
    later = PaperMove.objects.filter(subject=move.subject, subject_id=move.subject_id, pk__gt=move.pk)
    said = getattr(row, name)
    return said == move.after.get(name) or any(name in one.after and one.after[name] == said for one in later)


def reason_to_stay(row: Any, way: list[int]) -> str:
    if row is None:
        return GONE
    if row.patient_id not in way:
        return ELSEWHERE
    return ""


def said_to_stay(merge: PatientMerge, model: type[Model], way: list[int]) -> list[int]:
    """The rows of which somebody had said before the merge that they are the other record's child's."""
    kept = PaperMove.objects.filter(
        subject=model.__name__, done=Done.KEPT, decision__isnull=False, patient__in=way,
        pk__lt=first_move(merge),
    )  # fmt: skip
    return list(kept.values_list("subject_id", flat=True))


def with_visits(
    ledger: Ledger, merge: PatientMerge, *, merged: Patient, way: list[int], visits: set[int]
) -> None:
    """What was written since at a visit that goes back is that visit's child's."""
    for model, paper in WITH_VISIT.items():
        rows = model._default_manager.select_for_update().filter(visit__in=visits, patient__in=way)
        row: Any
        for row in rows.exclude(pk__in=said_to_stay(merge, model, way)).order_by("pk"):
            was, to = row.patient_id, {"patient": merged}
            if isinstance(row, Promise) and row.made_for_id in way:
                to["made_for"] = merged
            ledger.change(row, paper, Done.MOVED, was=was, now=merged.pk, **to)
    changes = ChartChange.objects.select_for_update().filter(
        visit__in=visits, patient__in=way, subject="Patient", status=ChartChange.Status.STANDS
    )
    for change in changes.exclude(pk__in=said_to_stay(merge, ChartChange, way)).order_by("-pk"):
        chart_back(ledger, change, merged=merged)


def chart_back(ledger: Ledger, change: ChartChange, *, merged: Patient) -> None:
    """Language, interpreter or access needs that were said at such a visit go to its child's chart."""
    row = Patient.objects.select_for_update().get(pk=change.patient_id or 0)
    was, said = row.pk, dict(change.after)
    found = columns(row, said)
    put(ledger, row, Paper.CHART, {name: change.before[name] for name in said if found[name] == said[name]})
    take_out_further(ledger, row, said)
    merged.refresh_from_db()
    now = from_json(merged, said)
    new = {name: value for name, value in now.items() if getattr(merged, name) != value}
    if new:
        ledger.change(merged, Paper.CHART, Done.CHANGED, was=merged.pk, now=merged.pk, **new)
    to = {"patient": merged, "subject_id": merged.pk}
    ledger.change(change, Paper.CHART, Done.MOVED, was=was, now=merged.pk, **to)


def successors(ledger: Ledger, promises: list[int], *, merged: Patient, kept: int) -> None:
    """A promise made in the place of one that goes back is the same promise, and goes with it."""
    while promises:
        after = list(
            Promise.objects.select_for_update().filter(replaces__in=promises, patient=kept).order_by("pk")
        )
        for row in after:
            to = {"patient": merged, "made_for": merged}
            ledger.change(row, Paper.PROMISE, Done.MOVED, was=kept, now=merged.pk, **to)
        promises = [row.pk for row in after]


def settle_due_items(ledger: Ledger, *, merged: Patient, way: list[int]) -> None:
    """An item that a visit of the other child marked as given was not given to this one: it is due."""
    done = Need.objects.filter(due_item=OuterRef("pk"), status=Outcome.DONE)
    given = DueItem.objects.select_for_update().filter(
        Exists(done), patient__in=[merged.pk, *way], status=DueItem.Status.GIVEN
    )
    for item in given.order_by("pk"):
        answered = Need.objects.filter(due_item=item, status=Outcome.DONE)
        child = merged.pk if item.patient_id == merged.pk else way[-1]
        if not answered.filter(visit__patient=child).exists():
            take_out_further(ledger, item, {"status": DueItem.Status.GIVEN})
            put(ledger, item, Paper.DUE_ITEM, {"status": DueItem.Status.DUE})
    both = {merged.pk, way[-1]}
    elsewhere = Need.objects.select_for_update(of=("self",)).filter(
        kind__in=DUE, status=Outcome.DONE, visit__patient__in=both, due_item__patient__in=both
    )
    for need in elsewhere.exclude(due_item__patient=F("visit__patient")).order_by("pk"):
        # Given while the two were one, it was the other's item that was found: this child has one of its own.
        child = need.visit.patient_id or 0
        given_moves.put_on(need, ledger=ledger, was=child, now=child)
