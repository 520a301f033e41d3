"""Who opened what is kept sealed, when, and why."""

from __future__ import annotations

from django.db import models

from checkin.models.base import ImmutableModel
from checkin.rules.sealed_readings import LONGEST_REASON, SealedReason


class SealedReading(ImmutableModel):
    """One opening. It is of a patient's record, of a visit, or both."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="sealed_readings")
    patient = models.ForeignKey(
        "Patient", on_delete=models.PROTECT, null=True, related_name="sealed_readings"
    )
    visit = models.ForeignKey("Visit", on_delete=models.PROTECT, null=True, related_name="sealed_readings")
    at = models.DateTimeField()
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=SealedReason.choices)
    typed = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(patient__isnull=False) | models.Q(visit__isnull=False),
                name="sealed_reading_says_of_what",
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=SealedReason.values), name="sealed_reading_reason_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Reading {self.pk}"
