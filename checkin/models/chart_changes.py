"""Changes that a person made to a chart, recorded with the visit at which they were made."""

from __future__ import annotations

from typing import Self

from django.db import models

from checkin.models.visits import Visit


class ChartChangeQuerySet(models.QuerySet["ChartChange"]):
    def preferences_of(self, visit: Visit) -> Self:
        """Return the preferences stored at this visit for the adult who brought the child, latest last.

        They may be on a record or wait for one. Merges and their undos may have put some on one record and
        some on another, but all are about this one adult.
        """
        rows = self.filter(visit=visit, subject="Escort").exclude(status=ChartChange.Status.TAKEN_OFF)
        return rows.order_by("at", "pk")

    def standing_on_charts(self) -> Self:
        """Return the changes of patients' columns that stand on a chart."""
        return self.filter(subject="Patient", status=ChartChange.Status.STANDS)


class ChartChange(models.Model):
    """Columns of a patient or an escort that a person wrote: before and after, as JSON.

    If a visit turns out to be another child's, this tells what to restore or to move. "Use the new"
    stores its own columns (`DiscrepancyDecision`).
    """

    class Status(models.TextChoices):
        STANDS = "stands"
        WAITS = "waits"  # taken off its chart: the visit's child is unknown for now
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
