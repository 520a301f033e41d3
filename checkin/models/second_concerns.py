"""Records that a family was told the answer to their second concern."""

from __future__ import annotations

from django.db import models

from checkin.models.base import ImmutableModel
from checkin.models.needs import NeedAnswer


class ToldFamily(ImmutableModel):
    """One answer that somebody told the family. The row stays if the answer is undone."""

    answer = models.OneToOneField(NeedAnswer, on_delete=models.PROTECT, related_name="told")
    at = models.DateTimeField()
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.answer_id} told"
