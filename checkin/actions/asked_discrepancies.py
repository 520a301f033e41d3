"""Keep asking the family about a discrepancy after their visit is linked again."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from checkin.actions.open_visits import status_asked_or_open
from checkin.models import Discrepancy, DiscrepancyDecision, Visit
from checkin.models.sign_in_record_merges import record_ids_with_merged

_AskedStatus = Discrepancy.Status


def find_asked_discrepancies(visit: Visit) -> list[Discrepancy]:
    """Return what the family is being asked now, then what they were asked while last on this record.

    Call while `visit.patient_id` is the record that the visit is being put on.
    """
    now = list(visit.discrepancies.filter(status=_AskedStatus.ASKING))
    asked = DiscrepancyDecision.objects.standing().filter(kind=DiscrepancyDecision.Kind.ASK)
    withdrawn = visit.discrepancies.filter(status=_AskedStatus.WITHDRAWN)
    rows = withdrawn.filter(Exists(asked.filter(discrepancy=OuterRef("pk")))).order_by("-pk")
    before = [one for one in rows if status_asked_or_open(one) == _AskedStatus.ASKING]
    here = record_ids_with_merged(visit.patient_id) if before and visit.patient_id else []
    return [*now, *(one for one in before if _patient_id_when_asked(one, visit) in here)]


def _patient_id_when_asked(one: Discrepancy, visit: Visit) -> int | None:
    """Return the id of the record that the visit was on when somebody chose to ask."""
    ask = one.decisions.standing().latest("pk")
    decided = visit.match_decisions.order_by("pk")
    if last := decided.filter(at__lte=ask.at).last():
        return last.patient_id
    first = decided.first()
    return first.previous_patient_id if first else visit.patient_id


def keep_asking_family(visit: Visit, asked: list[Discrepancy], *, is_one_child: bool) -> None:
    """Replace newly noticed discrepancies by those about which the family is asked already.

    `is_one_child`: both records are this child's, so a question continues even if the recorded side differs.
    """
    for one in asked:
        same = {"field": one.field, "typed": one.typed}
        if not is_one_child:
            same["recorded"] = one.recorded
        again = visit.discrepancies.filter(status=_AskedStatus.OPEN, **same).exclude(pk=one.pk).first()
        if again is None:
            continue
        again.delete()
        one.status, one.settled_at, one.settled_by = _AskedStatus.ASKING, None, None
        one.recorded, one.cause = again.recorded, again.cause
        one.save(update_fields=["status", "settled_at", "settled_by", "recorded", "cause"])
