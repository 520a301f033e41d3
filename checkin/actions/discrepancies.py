"""A person decides between what was typed and what is recorded; nothing else writes one over the other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from checkin.actions import audit, discrepancy_questions, needs, open_visits
from checkin.actions.boards import Refused, hold_boards, show
from checkin.actions.discrepancy_questions import IDENTIFYING, AskFirst
from checkin.actions.discrepancy_records import (
    NOTHING_WRITTEN,
    Written,
    add_guardian,
    patients_written,
    put_back,
    whose,
    write_columns,
)
from checkin.actions.open_visits import asked_or_open, claim_of, put
from checkin.actions.permissions import require
from checkin.actions.writing import write
from checkin.models import Discrepancy, DiscrepancyDecision, Staff, Visit
from checkin.models.lookup import Dossier
from checkin.rules import discrepancies
from checkin.rules.roles import Act
from checkin.rules.visits import OPEN

Kind, Status, Field = DiscrepancyDecision.Kind, Discrepancy.Status, Discrepancy.Field

AFTER = {Kind.USE_NEW: Status.SETTLED, Kind.KEEP_OLD: Status.SETTLED, Kind.ASK: Status.ASKING}
NOT_ONE = "Say use the new, keep the old, or ask."
ONLY_SEEN = "There is nothing to choose here. Say that you have seen it."
UNMATCHED = "This visit is not matched to a child yet, so there is no record to write. Match it first."
NO_LONGER = "This is no longer so: the visit was matched otherwise, or the record says the same now."
NOTHING = "There is nothing to undo here."


def decide(
    *,
    discrepancy: Discrepancy,
    kind: str,
    by: Staff,
    at: dt.datetime,
    seen: int | None = None,
    called: bool = False,
    sure: str = "",
) -> DiscrepancyDecision:
    """Use the new (which writes the record), keep the old, or ask. The same hand twice is one decision.

    `seen`: the id of the newest decision on the page that was decided from, 0 for none. `called`: the name
    typed is what the child is called, so it is kept as that. `sure`: the mark of the question that the page
    has asked. Raises Refused where nothing was changed, AskFirst where that has to be asked first.
    """
    require(Act.SETTLE_DISCREPANCY, by)
    if kind not in AFTER:
        raise Refused(NOT_ONE)
    try:
        with write():
            made = decide_held(discrepancy, kind, by=by, at=at, seen=seen, called=called, sure=sure)
    except AskFirst:
        with write():
            discrepancy_questions.note_asked(discrepancy, by=by, at=at)
        raise
    if isinstance(made, str):
        # Only now: what was learnt of the record stays, though nothing was written.
        raise Refused(made)
    return made


def decide_held(
    discrepancy: Discrepancy,
    kind: str,
    *,
    by: Staff,
    at: dt.datetime,
    seen: int | None,
    called: bool,
    sure: str,
) -> DiscrepancyDecision | str:
    """Decide inside a transaction; return why nothing was written where the record was changed meanwhile."""
    held, touched = take(discrepancy)
    decided = decisions(held)
    last = standing(held, decided)
    if last and (last.kind, last.by_id) == (kind, by.pk) and held.status == AFTER[Kind(kind)]:
        return last
    refuse_if_decided(held, latest(held, decided), seen)
    if held.status == Status.SETTLED and last:
        raise Refused(already(held, last))
    if changed := look_again(held, by=by, at=at) if kind == Kind.USE_NEW else "":
        refresh(held.visit, by=by, at=at)
        return changed
    wanted = wanted_change(held, kind, called=called)
    asked = wanted and discrepancy_questions.ask_unless(sure, held, wanted, decided)
    return settle(held, kind, wanted, touched=touched, by=by, at=at, asked=asked is not None)


def settle(
    held: Discrepancy,
    kind: str,
    wanted: discrepancies.Change | None,
    *,
    touched: list[Visit],
    by: Staff,
    at: dt.datetime,
    asked: bool,
) -> DiscrepancyDecision:
    """Write the decision and all that follows from it. Call inside a transaction, with everything held."""
    written = use_new(held, wanted, at=at) if wanted else NOTHING_WRITTEN
    status = AFTER[Kind(kind)]
    settled_at, settled_by = (at, by) if status == Status.SETTLED else (None, None)
    put(held, status=status, settled_at=settled_at, settled_by=settled_by)
    made = DiscrepancyDecision.objects.create(discrepancy=held, kind=kind, at=at, by=by, **written._asdict())
    follow(held, touched, made, by=by, at=at, asked=asked)
    return made


def wanted_change(held: Discrepancy, kind: str, *, called: bool) -> discrepancies.Change | None:
    """What the choice would write, None where it writes no record. Raises Refused where it cannot be used."""
    if held.field == Field.SIGN_IN and kind != Kind.KEEP_OLD:
        raise Refused(ONLY_SEEN)
    if kind != Kind.USE_NEW:
        return None
    visit, day_first = held.visit, held.visit.location.clinic.day_first
    wanted = discrepancies.change(
        held.field, claim_of(visit), today=visit.local_date, day_first=day_first, called=called
    )
    if wanted.problem:
        raise Refused(wanted.problem)
    if visit.patient is None:
        raise Refused(UNMATCHED)
    return wanted


def use_new(held: Discrepancy, wanted: discrepancies.Change, *, at: dt.datetime) -> Written:
    """Write what was typed into the record's column, and say what stood there."""
    visit = held.visit
    if visit.patient is None:
        raise Refused(UNMATCHED)
    if wanted.subject == "Guardian":
        return add_guardian(wanted, visit.patient)
    row = whose(wanted, visit.patient, visit=visit, claim=claim_of(visit), recorded=held.recorded)
    return write_columns(row, wanted.columns, at=at)


def undo(
    *,
    discrepancy: Discrepancy,
    by: Staff,
    at: dt.datetime,
    seen: int | None = None,
    though_merged: bool = False,
) -> DiscrepancyDecision:
    """Take back the last decision; the record's columns are again what they were.

    Anybody at the desk may: a wrong record cannot wait for the one who made the mistake. `though_merged`:
    of a record that was merged into another too, as the undo of a merge does.
    """
    require(Act.SETTLE_DISCREPANCY, by)
    with write():
        held, touched = take(discrepancy)
        decided = decisions(held)
        newest = latest(held, decided)
        if newest and newest.undoes_id and newest.undoes_id == seen and newest.by_id == by.pk:
            return newest
        refuse_if_decided(held, newest, seen)
        last = standing(held, decided)
        if last is None:
            raise Refused(NOTHING)
        if last.kind == Kind.USE_NEW:
            put_back(last, at=at, though_merged=though_merged)
        made = DiscrepancyDecision.objects.create(discrepancy=held, kind=Kind.UNDO, at=at, by=by, undoes=last)
        reopen(held, at=at, by=by)
        follow(held, touched, made, by=by, at=at)
        return made


def take(discrepancy: Discrepancy) -> tuple[Discrepancy, list[Visit]]:
    """The discrepancy as it is now, held with its visit, and the other visits that the record bears on.

    Those are all that are open, and those that ended with this field unsettled.
    """
    visit = Visit.objects.get(pk=discrepancy.visit_id)
    if discrepancy.field in IDENTIFYING:
        # A sign-in that has looked before must look again: the child may be another to it now.
        hold_boards(visit.clinic_id)
    of = {visit.patient_id, *patients_written(discrepancy)}
    ended = Visit.objects.filter(
        patient_id=visit.patient_id or 0,
        discrepancies__field=discrepancy.field,
        discrepancies__status__in=[Status.OPEN, Status.ASKING, Status.WITHDRAWN],
    ).exclude(state__in=OPEN)
    family = {one.pk: one for one in open_visits.hold_open(of, visit, *ended.distinct())}
    held = Discrepancy.objects.select_for_update().get(pk=discrepancy.pk)
    held.visit = family.pop(visit.pk)
    return held, list(family.values())


def decisions(held: Discrepancy) -> list[DiscrepancyDecision]:
    """Every decision on a difference of this visit, the oldest first."""
    found = DiscrepancyDecision.objects.filter(discrepancy__visit=held.visit_id)
    return list(found.select_related("by").order_by("pk"))


def latest(held: Discrepancy, decided: Sequence[DiscrepancyDecision]) -> DiscrepancyDecision | None:
    return next((one for one in reversed(decided) if one.discrepancy_id == held.pk), None)


def standing(held: Discrepancy, decided: Sequence[DiscrepancyDecision]) -> DiscrepancyDecision | None:
    """The last decision that is neither an undo nor undone."""
    undone = {one.undoes_id for one in decided}
    stands = [one for one in decided if one.undoes_id is None and one.pk not in undone]
    return latest(held, stands)


def refuse_if_decided(held: Discrepancy, newest: DiscrepancyDecision | None, seen: int | None) -> None:
    """Two people at once: the second is told who did what, and changes nothing."""
    if seen is not None and newest is not None and newest.pk != seen:
        raise Refused(already(held, newest))
    if held.status == Status.WITHDRAWN:
        raise Refused(NO_LONGER)


def already(held: Discrepancy, newest: DiscrepancyDecision) -> str:
    clock = f"{newest.at.astimezone(held.visit.location.clinic.zone):%-H:%M}"
    did = {
        Kind.USE_NEW: f"{newest.by} used the new",
        Kind.KEEP_OLD: f"{newest.by} kept the old",
        Kind.ASK: f"{newest.by} is asking the family",
        Kind.UNDO: f"{newest.by} undid the last decision",
    }
    return f"{did[Kind(newest.kind)]} at {clock}. Nothing more was changed."


def differing_now(visit: Visit) -> dict[str, discrepancies.Noticed]:
    """What the visit's claim differs in from the record as it is at this moment, by field."""
    (fresh,) = open_visits.with_all(Visit.objects.filter(pk=visit.pk))
    known = open_visits.dossiers([fresh], now=visit.arrived_at).get(fresh.pk, Dossier())
    return {one.field: one for one in open_visits.differing(fresh, known)}


def look_again(held: Discrepancy, *, by: Staff, at: dt.datetime) -> str:
    """Whether the record still says what the page showed; if not, the discrepancy learns it. "" if so."""
    if held.field == Field.SIGN_IN or held.visit.patient is None:
        return ""
    now = differing_now(held.visit).get(held.field)
    if now is None:
        put(held, status=Status.WITHDRAWN, settled_at=at, settled_by=by)
        return "The record says the same by now, so nothing is left to settle."
    recorded = now.recorded[: discrepancies.LONGEST]
    if recorded == held.recorded:
        return ""
    put(held, recorded=recorded)
    return f"The record was changed meanwhile; it says “{recorded or 'nothing'}” now. Please look again."


def reopen(held: Discrepancy, *, at: dt.datetime, by: Staff) -> None:
    """Put it before the desk again, if it still is so and has not been noticed anew on this visit."""
    if held.field != Field.SIGN_IN:
        now = differing_now(held.visit).get(held.field)
        again = held.visit.discrepancies.open().filter(field=held.field).exclude(pk=held.pk)
        if now is None or again.exists():
            put(held, status=Status.WITHDRAWN, settled_at=at, settled_by=by)
            return
        held.recorded = now.recorded[: discrepancies.LONGEST]
    put(held, status=asked_or_open(held), recorded=held.recorded, settled_at=None, settled_by=None)


def follow(
    held: Discrepancy,
    touched: list[Visit],
    made: DiscrepancyDecision,
    *,
    by: Staff,
    at: dt.datetime,
    asked: bool = False,
) -> None:
    """Trail, needs and boards; where the record was written, every visit that it bears on."""
    refresh(held.visit, by=by, at=at)
    if (made.undoes or made).subject:
        open_visits.bring_in_step([held.visit, *touched], by=by, at=at)
    told: dict[str, Any] = {"asked_who": True} if asked else {}
    audit.record(
        action=f"discrepancy.{made.kind}",
        subject=held,
        at=at,
        by=by,
        patient_id=held.visit.patient_id,
        field=str(held.field),
        columns=sorted(made.after),
        **told,
    )


def refresh(visit: Visit, *, by: Staff, at: dt.datetime) -> None:
    """Needs and every board say what is open now."""
    show(visit, open_discrepancies=visit.discrepancies.open().count())
    needs.recompute(visit=visit, at=at, by=by)
