"""Marks that keep a visit, or a patient's address, confidential: who set each and when, and who ended it.

`Visit.confidential` and `Patient.address_hidden` repeat what stands, so that lists can be filtered by them.
"""

from __future__ import annotations

import copy

from django.db import models
from django.db.models import Exists, OuterRef

from checkin.models.base import SomeRow
from checkin.models.history import Decision, DecisionQuerySet
from checkin.models.people import Escort
from checkin.models.promises import Promise
from checkin.models.visits import Visit
from checkin.rules.confidential_visits import NEUTRAL_MARK, VISIT_KINDS, ConfidentialKind


class ConfidentialMark(Decision):
    """One mark, on a visit or on a patient. The row that undoes it is its end."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="confidential_marks")
    visit = models.ForeignKey("Visit", on_delete=models.PROTECT, null=True, related_name="confidential_marks")
    patient = models.ForeignKey(
        "Patient", on_delete=models.PROTECT, null=True, related_name="confidential_marks"
    )
    kind = models.CharField(max_length=8, choices=ConfidentialKind.choices)

    objects = DecisionQuerySet["ConfidentialMark"].as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visit__isnull=False, patient=None, kind__in=VISIT_KINDS)
                | models.Q(visit=None, patient__isnull=False, kind=ConfidentialKind.ADDRESS),
                name="confidential_mark_is_on_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


def leave_out_confidential(rows: models.QuerySet[SomeRow], visit: str = "visit") -> models.QuerySet[SomeRow]:
    """Return these rows without those of confidential visits. `visit`: the path to it; "" for visits.

    Rows that belong to no visit stay.
    """
    return rows.exclude(**{f"{visit}__confidential" if visit else "confidential": True})


def came_only_confidentially() -> models.Q:
    """Return the condition for an adult who came to confidential visits only: nobody else knows of them."""
    came = Visit.objects.filter(escort=OuterRef("pk"))
    return models.Q(Exists(came.confidential()) & ~Exists(came.shared()))


def leave_out_confidential_escorts(escorts: models.QuerySet[Escort]) -> models.QuerySet[Escort]:
    return escorts.exclude(came_only_confidentially())


def is_shared_condition(*, opened: int | None = None) -> models.Q:
    """Return the condition for rows said at no confidential visit, as their `visit` says.

    `opened`: the id of the visit that is being read.
    """
    shared = models.Q(visit=None) | models.Q(visit__confidential=False)
    if opened is not None:
        shared |= models.Q(visit=opened)
    return shared


_PROMISE_WORDS = ("about", "reach_at", "who_may_answer", "best_words", "outcome", "next_step")


def is_promise_closed(promise: Promise, *, opened: int | None = None) -> bool:
    """Return whether it was made at a confidential visit. `opened`: the id of the visit that is read."""
    visit = promise.visit
    return visit is not None and visit.confidential and visit.pk != opened


def close_promise(promise: Promise, *, opened: int | None = None) -> Promise:
    """Return the promise; one of a confidential visit as a copy that says only until when, and whose it is.

    It was made before the visit was marked. It stays on the lists, because nobody may forget it.
    """
    if not is_promise_closed(promise, opened=opened):
        return promise
    closed = copy.copy(promise)
    closed.to_whom, closed.patient, closed.voicemail_ok = NEUTRAL_MARK, None, None
    for name in _PROMISE_WORDS:
        setattr(closed, name, "")
    return closed
