"""A provisional record turns out to be somebody on file, and back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from checkin.actions import audit, promises
from checkin.actions.relinking import Kind, fresh_patient, hold, latest, relink
from checkin.models import (
    Appointment,
    ConsentRecord,
    DueItem,
    Guardian,
    Immunization,
    Match,
    MatchDecision,
    Patient,
    PatientIdentifier,
    Staff,
    StandingProxy,
    Visit,
)

PAPERS = (
    Appointment,
    Guardian,
    PatientIdentifier,
    StandingProxy,
    ConsentRecord,
    DueItem,
    Immunization,
)
"""What a provisional record may hold beside its visits."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The decisions of one merge, by visit id; none where the record had no visit."""

    decisions: dict[int, MatchDecision] = field(default_factory=dict)

    def of(self, visit: Visit) -> MatchDecision:
        """The decision on this visit, which is brought up to date."""
        hold(visit)
        return self.decisions[visit.pk]

    @property
    def last(self) -> MatchDecision | None:
        """The one to undo: taking back any of them takes back the merge."""
        return self.decisions[max(self.decisions)] if self.decisions else None


def fold(*, provisional: Patient, into: Patient, by: Staff, at: dt.datetime) -> Merged:
    """Merge, inside a transaction."""
    visits = list(provisional.visits.select_related("location").order_by("pk"))
    hold(*visits)
    for papers in PAPERS:
        papers._default_manager.filter(patient=provisional).update(patient=into)
    decisions = {
        visit.pk: relink(visit, into, kind=Kind.MERGE, match=Match.CONFIRMED, by=by, at=at)
        for visit in visits
    }
    promises.follow_merge(provisional=provisional, into=into)
    provisional.status, provisional.merged_into, provisional.updated_at = Patient.Status.MERGED, into, at
    provisional.save(update_fields=["status", "merged_into", "updated_at"])
    audit.record(action="patient.merged", subject=provisional, at=at, by=by, patient_id=into.pk)
    return Merged(decisions)


def unfold(last: MatchDecision, *, by: Staff, at: dt.datetime) -> MatchDecision:
    """Take back a merge: the provisional record stands again, with every visit that the merge moved.

    A visit on which somebody has decided otherwise since stays where they put it.
    """
    provisional = fresh_patient(last.previous_patient_id)
    into = provisional.merged_into
    if provisional.status == Patient.Status.MERGED:
        provisional.status, provisional.merged_into = Patient.Status.PROVISIONAL, None
        provisional.updated_at = at
        provisional.save(update_fields=["status", "merged_into", "updated_at"])
    together = MatchDecision.objects.filter(
        kind=Kind.MERGE, previous_patient=provisional, at=last.at, undone_by=None
    ).select_related("visit")
    moved = [one for one in together.order_by("pk") if latest(one.visit) == one]
    hold(*(one.visit for one in moved))
    undone = {
        one.pk: relink(
            one.visit, provisional, kind=Kind.UNDO, match=one.previous_match, by=by, at=at, undoes=one
        )
        for one in moved
    }
    if into is not None:
        promises.follow_unmerge(provisional=provisional, into=into)
    return undone[last.pk]
