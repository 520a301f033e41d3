"""Two records are one child: everything on the one goes to the other, each row written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from checkin.actions import audit
from checkin.actions.boards import Refused, hold_boards
from checkin.actions.merge_papers import move_papers
from checkin.actions.merge_visits import move_escorts, move_visit, refresh_family
from checkin.actions.paper_ledger import Ledger, columns
from checkin.actions.permissions import require
from checkin.actions.relinking import fresh_patient, hold
from checkin.actions.writing import write
from checkin.models import ChartChange, MatchDecision, Patient, PatientMerge, Staff, Visit, merge_doubts
from checkin.models.own_records import merged_here
from checkin.rules import merges
from checkin.rules.paper_fates import Done, Paper
from checkin.rules.roles import Act
from checkin.rules.understanding import says_the_same

GONE = "That record was merged into another or entered in error, so nothing was changed. Please search again."
ELSEWHERE = "That record belongs to another clinic."
ITSELF = "That is the same record. Choose the other one."
ASK = "If they are one child, say how you know."
HOW = "Please say in a few words how you know, for example: the mother showed both cards."
NO_SUCH_COLUMN = "Choose which of the two to keep, from those on the page."


class MayBeTwo(Refused):
    """Something says that they may be two children: merged once somebody says how they know."""


@dataclass(frozen=True, slots=True)
class Merged:
    """One merge, with the decisions on its visits by their ids; no merge where it stood already."""

    merge: PatientMerge | None = None
    decisions: dict[int, MatchDecision] = field(default_factory=dict)

    def of(self, visit: Visit) -> MatchDecision:
        """The decision on this visit, which is brought up to date."""
        hold(visit)
        return self.decisions[visit.pk]

    @property
    def last(self) -> MatchDecision | None:
        """One of its decisions: taking back any of them takes back the merge."""
        return self.decisions[max(self.decisions)] if self.decisions else None


def merge(
    *,
    merged: Patient,
    into: Patient,
    by: Staff,
    at: dt.datetime,
    take: Iterable[str] = (),
    leave: Iterable[str] = (),
    why: str = "",
    sure: bool = False,
) -> Merged:
    """Merge one record into another of the same clinic. The same again is the same merge.

    `take` names the columns in which the merged record is right, `leave` those in which it is not: they stay
    as they are, also where they say nothing. `why` says how somebody knows that both
    are one child: needed where something says that they may be two, unless `sure`. Raises MayBeTwo, or
    Refused with a sentence.
    """
    require(Act.MERGE, by)
    if merged.clinic_id != into.clinic_id or by.clinic_id != into.clinic_id:
        raise Refused(ELSEWHERE)
    with write():
        hold_boards(into.clinic_id)
        fresh = {pk: fresh_patient(pk) for pk in sorted({merged.pk, into.pk})}
        one, other = fresh[merged.pk], fresh[into.pk]
        if one.status == Patient.Status.MERGED and one.merged_into_id == other.pk:
            return Merged(standing(one))
        if one.pk == other.pk:
            raise Refused(ITSELF)
        if not one.is_on_file or not other.is_on_file:
            raise Refused(GONE)
        doubts = [] if sure or merges.says_how(why) else merge_doubts.doubts(one, other)
        if doubts:
            raise MayBeTwo(HOW if why.strip() else " ".join([*doubts, ASK]))
        return fold(merged=one, into=other, by=by, at=at, take=take, leave=leave, why=why)


def standing(merged: Patient) -> PatientMerge | None:
    """The merge by which this record was merged away; none for those of before merges were written down."""
    return merged.standing_merge()


def fold(
    *,
    merged: Patient,
    into: Patient,
    by: Staff,
    at: dt.datetime,
    take: Iterable[str] = (),
    leave: Iterable[str] = (),
    why: str = "",
) -> Merged:
    """Merge, inside a transaction in which the boards and both records are held."""
    visits = list(merged.visits.select_related("location").order_by("pk"))
    hold(*visits)
    made = PatientMerge.objects.create(
        clinic_id=into.clinic_id, merged=merged, into=into, at=at, by=by, why=" ".join(why.split())[:500]
    )
    ledger = Ledger()
    move_papers(ledger, merged=merged, into=into)
    same = move_escorts(ledger, merged=merged, into=into)
    decisions: dict[int, MatchDecision] = {}
    # A blank is filled unasked only: what a person said is not this child's is not written there.
    fills = {*written_by_staff(merged, into)} - {*leave}
    taken = take_columns(ledger, merged, into, {*take} | fills, at=at)
    keep_not_taken(ledger, merged, into)
    for visit in visits:
        escort = same.get(visit.escort_id or 0, visit.escort_id)
        decisions[visit.pk] = move_visit(ledger, visit, made, escort=escort, by=by, at=at)
    away = {"status": Patient.Status.MERGED, "merged_into": into, "updated_at": at}
    ledger.change(merged, Paper.RECORD, Done.MOVED, was=merged.pk, now=into.pk, **away)
    refresh_family(into, by=by, at=at)
    moves = ledger.write(merge=made)
    audit.record(
        action="patient.merged",
        subject=merged,
        at=at,
        by=by,
        patient_id=into.pk,
        merge=made.pk,
        moved=sum(move.done == Done.MOVED for move in moves),
        columns=taken,
    )
    return Merged(made, decisions)


def take_columns(
    ledger: Ledger, merged: Patient, into: Patient, wanted: set[str], *, at: dt.datetime
) -> list[str]:
    """Write on the record that stays what a person says the other one has right."""
    if not wanted <= merges.COLUMNS.keys():
        raise Refused(NO_SUCH_COLUMN)
    to: dict[str, Any] = {
        name: getattr(merged, name) for name in sorted(wanted) if getattr(merged, name) != getattr(into, name)
    }
    if not to:
        return []
    if "is_deceased" in to:
        to["deceased_on"] = merged.deceased_on
    ledger.change(into, Paper.CORRECTION, Done.CHANGED, was=into.pk, now=into.pk, **to)
    Patient.objects.filter(pk=into.pk).update(updated_at=at)
    return sorted(to)


def keep_not_taken(ledger: Ledger, merged: Patient, into: Patient) -> None:
    """Write down what the merged record says of language and needs and the other one does not, as of now.

    Either record may say something else by the time that this is told. Call once columns are taken.
    """
    said = {name: getattr(merged, name) for name in merges.CARE}
    left = [
        name
        for name, value in said.items()
        if not merges.is_blank(value) and not says_the_same(name, value, getattr(into, name))
    ]
    if left:
        stays = columns(merged, left)
        whose = {"was": merged.pk, "now": merged.pk}
        ledger.note(merged, Paper.CHART, Done.KEPT, **whose, before=stays, after=stays)


def written_by_staff(merged: Patient, into: Patient) -> list[str]:
    """What staff wrote of language, interpreter and access, where the other record says nothing."""
    changes = ChartChange.objects.filter(
        patient__in=merged_here(merged.pk), subject="Patient", status=ChartChange.Status.STANDS
    )
    written = {name for change in changes for name in change.after}
    silent = (name for name in merges.CARE if merges.is_blank(getattr(into, name)))
    return [name for name in silent if name in written and not merges.is_blank(getattr(merged, name))]
