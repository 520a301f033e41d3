"""What was decided about a discrepancy, and the refusal where somebody else was quicker."""

from __future__ import annotations

from collections.abc import Sequence

from checkin.actions.refusals import Refused
from checkin.models import Discrepancy, DiscrepancyDecision

_NO_LONGER_DIFFERS = "This is no longer so: the visit was matched otherwise, or the record says the same now."


def list_visit_decisions(held: Discrepancy) -> list[DiscrepancyDecision]:
    """Every decision on a difference of this visit, the oldest first."""
    found = DiscrepancyDecision.objects.filter(discrepancy__visit=held.visit_id)
    return list(found.select_related("by").order_by("pk"))


def find_latest_discrepancy_decision(
    held: Discrepancy, decided: Sequence[DiscrepancyDecision]
) -> DiscrepancyDecision | None:
    return next((one for one in reversed(decided) if one.discrepancy_id == held.pk), None)


def find_standing_discrepancy_decision(
    held: Discrepancy, decided: Sequence[DiscrepancyDecision]
) -> DiscrepancyDecision | None:
    """The last decision that is neither an undo nor undone."""
    undone = {one.undoes_id for one in decided}
    stands = [one for one in decided if one.undoes_id is None and one.pk not in undone]
    return find_latest_discrepancy_decision(held, stands)


def refuse_if_discrepancy_decided(
    held: Discrepancy, newest: DiscrepancyDecision | None, seen: int | None
) -> None:
    """Two people at once: the second is told who did what, and changes nothing."""
    if seen is not None and newest is not None and newest.pk != seen:
        raise Refused(already_decided_words(held, newest))
    if held.status == Discrepancy.Status.WITHDRAWN:
        raise Refused(_NO_LONGER_DIFFERS)


def already_decided_words(held: Discrepancy, newest: DiscrepancyDecision) -> str:
    clock = f"{newest.at.astimezone(held.visit.location.clinic.zone):%-H:%M}"
    kinds = DiscrepancyDecision.Kind
    did = {
        kinds.USE_NEW: f"{newest.by} used the new",
        kinds.KEEP_OLD: f"{newest.by} kept the old",
        kinds.ASK: f"{newest.by} is asking the family",
        kinds.UNDO: f"{newest.by} undid the last decision",
    }
    return f"{did[kinds(newest.kind)]} at {clock}. Nothing more was changed."
