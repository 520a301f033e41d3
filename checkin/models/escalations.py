"""Records of people being told that a promise is overdue."""

from __future__ import annotations

from django.db import models

from checkin.models.base import ImmutableModel


class PromiseEscalation(ImmutableModel):
    """One person or role told that a promise is overdue, by an escalation step or at a handover."""

    promise = models.ForeignKey("Promise", on_delete=models.PROTECT, related_name="escalations")
    step = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(help_text="the due time that was missed")
    at = models.DateTimeField()
    to_role = models.CharField(max_length=20, blank=True)
    to = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    handover = models.OneToOneField(
        "PromiseHandover",
        on_delete=models.PROTECT,
        null=True,
        related_name="told",
        help_text="by which its new owner was told; null: a step",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["promise", "step", "due_at"],
                condition=models.Q(handover=None),
                name="escalation_once_per_step",
            ),
            models.UniqueConstraint(
                fields=["promise", "due_at", "to"],
                condition=models.Q(handover__isnull=False),
                name="handover_told_each_owner_once",
            ),
            models.UniqueConstraint(
                fields=["promise", "due_at", "to_role"],
                condition=models.Q(handover__isnull=False, to=None),
                name="handover_told_each_role_once",
            ),
            models.CheckConstraint(
                condition=models.Q(to__isnull=False) | ~models.Q(to_role=""), name="escalation_told_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} step {self.step}"
