"""An adult who goes home with the record of their child says no number that was said for another child.

Two records were one: “use the new” at a visit of the one child, or the merge of a third record, wrote on the
row of an adult of the other. What stays is said by the visit, or the record, that stays.
"""

from __future__ import annotations

import datetime as dt

from checkin.actions import corrections, open_visits
from checkin.actions.escort_phones import gone_since
from checkin.actions.paper_ledger import Ledger, hold_subject
from checkin.actions.unmerge_columns import put_back_again
from checkin.models import Discrepancy, DiscrepancyDecision, PaperMove, PatientMerge, Staff, Visit
from checkin.models.own_records import first_move, merged_here, own_merge
from checkin.rules.paper_fates import ADULTS, Done


def take_off(
    ledger: Ledger,
    merge: PatientMerge,
    *,
    to: int | None,
    visits: set[int],
    by: Staff | None,
    at: dt.datetime,
) -> list[Visit]:
    """Each adult whom this ledger moved to that record says again what they said when they were merged.

    `visits`: those that go there too. Returns the visits that stay and had said otherwise, for `ask_again`.
    """
    moved = [one for one in ledger.moves if one.done == Done.MOVED and one.subject in ADULTS]
    of: dict[int, Visit] = {}
    for subject, pk in [(one.subject, one.subject_id) for one in moved if one.patient_id == to]:
        for row in said_elsewhere(subject, pk, merge, to=to, visits=visits):
            corrections.take_back(row, ledger=ledger, was=to, by=by, at=at)
            of[row.visit_id] = row.visit
        gone = gone_since(pk, visits, since=first_move(merge)) if subject == "Escort" else []
        for move in sorted([*filled_since(subject, pk, merge, to=to), *gone], key=lambda one: -(one.pk or 0)):
            put_back_again(ledger, hold_subject(move), move)
    return [of[pk] for pk in sorted(of)]


def take_off_with(visit: Visit, ledger: Ledger, *, to: int | None, by: Staff | None, at: dt.datetime) -> None:
    """The same where adults of the visit's own record went with it, out of the record of another child.

    The other open visits of that child are brought in step with the match.
    """
    merge = own_merge(visit)
    if merge is not None:
        # Who is remembered on the own record's page stands there, also where that goes to another child's.
        for there in {to, merge.merged_id}:
            take_off(ledger, merge, to=there, visits={visit.pk}, by=by, at=at)


def said_elsewhere(
    subject: str, pk: int, merge: PatientMerge, *, to: int | None, visits: set[int]
) -> list[Discrepancy]:
    """Differences by which the row was written since the merge, at visits that stay; the last one first."""
    used = DiscrepancyDecision.objects.filter(
        subject=subject,
        subject_id=pk,
        kind=DiscrepancyDecision.Kind.USE_NEW,
        undone_by=None,
        at__gte=merge.at,
    )
    used = (
        used.exclude(discrepancy__visit__in=visits).exclude(discrepancy__visit__patient=to).exclude(before={})
    )
    return [one.discrepancy for one in used.select_related("discrepancy__visit").order_by("-pk")]


def filled_since(subject: str, pk: int, merge: PatientMerge, *, to: int | None) -> list[PaperMove]:
    """What the row took over, where it said nothing, from other records that were merged since and stay."""
    # Also from one whose merge was over with a decision on its visit, if that left it there.
    wrote = PaperMove.objects.filter(
        subject=subject, subject_id=pk, done=Done.CHANGED, pk__gt=first_move(merge),
        merge__isnull=False, merge__undoes=None, merge__undone_by=None,
    )  # fmt: skip
    going = {*merged_here(merge.merged_id), *merged_here(to or 0)}
    return list(wrote.exclude(merge__merged__in=going).order_by("-pk"))


def ask_again(visits: list[Visit], *, by: Staff, at: dt.datetime) -> None:
    """What these visits typed differs from their own child's record by now, or not. Call once all is home."""
    if visits:
        open_visits.bring_in_step(open_visits.hold_open([], *visits), by=by, at=at)
