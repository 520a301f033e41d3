"""Of which child a need is: what was due to another child stays at the visit, and is that child's."""

from __future__ import annotations

from checkin.models import Need, Patient
from checkin.models.made_records import end_of
from checkin.models.paper_words import child
from checkin.rules.need_facts import Outcome
from checkin.rules.telling_apart import OF_VISIT, Told, tell_apart

OTHER = "the other child"


def other_child(need: Need) -> Patient | None:
    """Whose due item it is, where that is not the child of its visit.

    A record and the one that it was merged into are one child. What was given is the visit's child's
    (`actions.given_moves` keeps it so), whosever item it was given for.
    """
    item, visits = need.due_item, need.visit.patient_id
    if item is None or item.patient_id == visits or need.status == Outcome.DONE:
        return None
    merged = item.patient.merged_into_id is not None
    return None if merged and end_of(item.patient_id) == visits else item.patient


def both_children(other: Patient, need: Need) -> tuple[Told, Told]:
    """Both as a sentence names them: whose it is, and the child of the visit, or nobody."""
    now = need.visit.patient
    return tell_apart(child(other), child(now) if now else None, roles=(OTHER, OF_VISIT))
