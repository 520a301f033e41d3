"""What a person wrote on a chart while a family was here: known as written at that visit."""

from __future__ import annotations

from typing import Self

from django.db import models

from checkin.models.visits import Visit


class ChartChangeQuerySet(models.QuerySet["ChartChange"]):
    def preferences_of(self, visit: Visit) -> Self:
        """What was remembered at this visit of whoever brought the child, on a record or waiting.

        The last word last. All of it is of the one adult who is here, whichever row it stands on: merges and
        their undos may have put some on the row of either record.
        """
        rows = self.filter(visit=visit, subject="Escort").exclude(status=ChartChange.Status.TAKEN_OFF)
        return rows.order_by("at", "pk")


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

    objects = ChartChangeQuerySet.as_manager()

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
