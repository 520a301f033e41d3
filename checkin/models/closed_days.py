"""Days closed at a front desk."""

from __future__ import annotations

from django.db import models

from checkin.models.base import ImmutableModel


class ClosedDay(ImmutableModel):
    """Somebody closed the day at one location, with every open promise owned."""

    location = models.ForeignKey("Location", on_delete=models.PROTECT, related_name="closed_days")
    date = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    open_promises = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "date"], name="day_closed_once")]

    def __str__(self) -> str:
        return f"{self.location} {self.date}"
