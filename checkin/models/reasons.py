"""Records that staff read the reason that a family typed, or roomed the child without reading it."""

from __future__ import annotations

from django.db import models

from checkin.models.base import ImmutableModel
from checkin.models.visits import Visit


class ReasonReading(ImmutableModel):
    """One person who read the typed reason, or chose to room the child anyway."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="reason_readings")
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    was_read = models.BooleanField(help_text="no: roomed all the same")

    def __str__(self) -> str:
        return f"{self.visit_id} {'read' if self.was_read else 'roomed unread'}"
