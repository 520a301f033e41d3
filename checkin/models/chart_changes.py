"""What a person wrote on a chart while a family was here: known as written at that visit."""

from __future__ import annotations

from django.db import models


class ChartChange(models.Model):
    """Columns of a patient or an escort that a person wrote: before and after, as JSON holds them.

    A visit that turns out to be another child's finds by it what to put back, or to take along. "Use the
    new" keeps its own columns (`DiscrepancyDecision`).
    """

    class Status(models.TextChoices):
        STANDS = "stands"
        WAITS = "waits"  # taken off its chart: the visit's child is not known now
        TAKEN_OFF = "taken_off"

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="chart_changes")
    visit = models.ForeignKey("Visit", on_delete=models.PROTECT, null=True, related_name="chart_changes")
    patient = models.ForeignKey(
        "Patient",
        on_delete=models.PROTECT,
        null=True,
        related_name="chart_changes",
        help_text="on whose chart it stands",
    )
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.STANDS)
    subject = models.CharField(max_length=20, help_text="the row's model: Patient or Escort")
    subject_id = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(subject__in=["Patient", "Escort"]), name="chart_change_subject_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="stands")
                | models.Q(patient__isnull=False, subject_id__isnull=False),
                name="chart_change_stands_somewhere",
            ),
        ]
        indexes = [models.Index(fields=["visit", "status"], name="chart_change_by_visit")]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}: {sorted(self.after)}"
