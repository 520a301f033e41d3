"""Days closed at a front desk."""

from __future__ import annotations

from django.db import models

from checkin.models.base import ImmutableModel


class ClosedDay(ImmutableModel):
    """One day closed at one location. It closes only when every open promise has an owner."""

    location = models.ForeignKey("Location", on_delete=models.PROTECT, related_name="closed_days")
    date = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    open_promises = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "date"], name="day_closed_once")]

    def __str__(self) -> str:
        return f"{self.location} {self.date}"
