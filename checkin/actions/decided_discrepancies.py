"""Find what was decided about a discrepancy, and refuse if somebody else was faster."""

from __future__ import annotations

from typing import NamedTuple

from checkin.actions.decisions import faster_decision_words, is_decided_since
from checkin.actions.refusals import Refused
from checkin.models import Discrepancy, DiscrepancyDecision, Staff, Visit

_NO_LONGER_DIFFERS = (
    "Nothing is left to decide: the visit was matched to another child, or the record says the same now."
)


class HeldDiscrepancy(NamedTuple):
    """A discrepancy locked with its visit, and the decisions about it."""

    row: Discrepancy
    touched: list[Visit]
    """The other visits that depend on the record; locked too."""
    decided: list[DiscrepancyDecision]
    """Every decision on a discrepancy of this visit, oldest first."""

    @property
    def newest(self) -> DiscrepancyDecision | None:
        """The last decision on this discrepancy, of any kind."""
        return next((one for one in reversed(self.decided) if one.discrepancy_id == self.row.pk), None)

    @property
    def standing(self) -> DiscrepancyDecision | None:
        """The last decision on this discrepancy that is neither an undo nor undone."""
        own = [one for one in self.decided if one.discrepancy_id == self.row.pk]
        return next((one for one in reversed(own) if one.is_standing), None)


def list_visit_decisions(held: Discrepancy) -> list[DiscrepancyDecision]:
    """Return every decision on a discrepancy of this visit, oldest first."""
    found = DiscrepancyDecision.objects.filter(discrepancy__visit=held.visit_id)
    return list(found.select_related("by", "undone_by").order_by("pk"))


def find_decision_sent_again(
    discrepancy: Discrepancy, *, kind: str, called: bool, seen: int, by: Staff
) -> DiscrepancyDecision | None:
    """Return the newest decision if the same press by the same person, from the same page, made it.

    Writes nothing: for a page that is outdated because this decision changed the record. `kind` may be UNDO.
    """
    newest, *earlier = [*discrepancy.decisions.order_by("-pk")[:2], None]
    shown = earlier[0].pk if earlier and earlier[0] else 0
    if newest is None or (newest.kind, newest.by_id, shown) != (kind, by.pk, seen):
        return None
    is_undo, is_called = kind == DiscrepancyDecision.Kind.UNDO, "preferred_name" in newest.after
    has_gone = discrepancy.status in (Discrepancy.Status.OPEN, Discrepancy.Status.WITHDRAWN)
    return newest if is_undo or (is_called == called and not has_gone) else None


def refuse_if_discrepancy_decided(
    held: Discrepancy, newest: DiscrepancyDecision | None, seen: int | None
) -> None:
    """Raise Refused, saying who did what, if somebody decided first, or if it no longer differs."""
    if newest is not None and is_decided_since(newest, seen):
        raise Refused(already_decided_words(held, newest))
    if held.status == Discrepancy.Status.WITHDRAWN:
        raise Refused(_NO_LONGER_DIFFERS)


def already_decided_words(held: Discrepancy, newest: DiscrepancyDecision) -> str:
    kinds = DiscrepancyDecision.Kind
    did = {
        kinds.USE_NEW: "used the new",
        kinds.KEEP_OLD: "kept the old",
        kinds.ASK: "is asking the family",
        kinds.UNDO: "undid the last decision",
    }
    return faster_decision_words(newest, did[kinds(newest.kind)], clinic=held.visit.location.clinic)
