"""The family is being asked about a difference, and goes on being asked once their visit is placed anew."""

from __future__ import annotations

from checkin.actions.open_visits import asked_or_open
from checkin.models import Discrepancy, DiscrepancyDecision, Visit
from checkin.models.own_records import merged_here

Status = Discrepancy.Status


def about(visit: Visit) -> list[Discrepancy]:
    """What they are being asked, and then what they were asked when the visit was on this record before.

    Call while the visit names the record on which it is put.
    """
    now = list(visit.discrepancies.filter(status=Status.ASKING))
    of_ask = {"decisions__kind": DiscrepancyDecision.Kind.ASK, "decisions__undone_by": None}
    rows = visit.discrepancies.filter(status=Status.WITHDRAWN, **of_ask).distinct().order_by("-pk")
    before = [one for one in rows if asked_or_open(one) == Status.ASKING]
    here = merged_here(visit.patient_id) if before and visit.patient_id else []
    return [*now, *(one for one in before if asked_of(one, visit) in here)]


def asked_of(one: Discrepancy, visit: Visit) -> int | None:
    """The record on which the visit was when somebody asked."""
    ask = one.decisions.filter(undoes=None, undone_by=None).latest("pk")
    decided = visit.match_decisions.order_by("pk")
    if last := decided.filter(at__lte=ask.at).last():
        return last.patient_id
    first = decided.first()
    return first.previous_patient_id if first else visit.patient_id


def go_on(visit: Visit, asked: list[Discrepancy], *, is_one_child: bool) -> None:
    """A difference about which the family was asked is noticed again: it is still being asked."""
    for one in asked:
        same = {"field": one.field, "typed": one.typed}
        if not is_one_child:
            same["recorded"] = one.recorded
        again = visit.discrepancies.filter(status=Status.OPEN, **same).exclude(pk=one.pk).first()
        if again is None:
            continue
        again.delete()
        one.status, one.settled_at, one.settled_by = Status.ASKING, None, None
        one.recorded, one.why = again.recorded, again.why
        one.save(update_fields=["status", "settled_at", "settled_by", "recorded", "why"])
