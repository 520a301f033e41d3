"""Attempts to keep a promise, and decisions about it: an attempt, an end or an undo."""

from __future__ import annotations

from typing import Self

from django.db import models

from checkin.models.base import ImmutableModel, ImmutableQuerySet
from checkin.models.history import Decision, DecisionQuerySet
from checkin.models.promises import Promise
from checkin.rules.promises import AttemptResult, PromiseStatus


class PromiseAttemptQuerySet(ImmutableQuerySet["PromiseAttempt"]):
    def standing(self) -> Self:
        """Return the attempts that count: those that were not undone."""
        return self.filter(decision__undone_by=None)


class PromiseAttempt(ImmutableModel):
    """One attempt to reach the person to whom it was promised."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=12, choices=AttemptResult.choices)
    note = models.CharField(max_length=500, blank=True)

    objects = PromiseAttemptQuerySet.as_manager()  # type: ignore[misc]  # as of any model

    class Meta:
        indexes = [models.Index(fields=["promise", "at"], name="attempt_by_promise")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result__in=AttemptResult.values), name="attempt_has_a_result"
            ),
        ]

    def __str__(self) -> str:
        return self.result


class PromiseDecisionQuerySet(DecisionQuerySet["PromiseDecision"]):
    def ends_and_their_undos(self) -> Self:
        """Return decisions that end a promise, and their undos.

        Leaves out replacements that were undone: the undo of the promise that they replaced tells that.
        """
        is_open, is_undo = models.Q(status=PromiseStatus.OPEN), models.Q(undoes__isnull=False)
        ends = ~is_open | is_undo & ~models.Q(undoes__status=PromiseStatus.OPEN)
        return self.filter(ends).exclude(status=PromiseStatus.UNDONE)


class PromiseDecision(Decision):
    """The status of a promise after an attempt, an end or an undo. The newest is also kept on the promise."""

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="decisions")
    status = models.CharField(max_length=12, choices=PromiseStatus.choices)
    outcome = models.CharField(max_length=500, blank=True)
    next_step = models.CharField(max_length=500, blank=True)
    attempt = models.OneToOneField(
        PromiseAttempt,
        on_delete=models.PROTECT,
        null=True,
        related_name="decision",
        help_text="the try that was written with it",
    )

    objects = PromiseDecisionQuerySet.as_manager()  # type: ignore[misc]  # as of any model

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=PromiseStatus.values), name="promise_decision_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(undoes=None) | models.Q(status="open", attempt=None),
                name="promise_undo_opens_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.status}"

    @property
    def ends_promise(self) -> bool:
        return self.status != PromiseStatus.OPEN

    @property
    def label(self) -> str:
        """The name of what was done, as its button says it. An undo has the label of what it undid."""
        if self.undoes is not None:
            return self.undoes.label
        if self.ends_promise or self.attempt is None:
            return PromiseStatus(self.status).words
        return AttemptResult(self.attempt.result).event_words
