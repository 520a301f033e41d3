"""That a family was told the answer to what they asked for besides."""

from __future__ import annotations

from django.db import models

from checkin.models.base import ImmutableModel
from checkin.models.needs import NeedAnswer


class ToldFamily(ImmutableModel):
    """Somebody told the family this answer. An answer that is taken back was told all the same."""

    answer = models.OneToOneField(NeedAnswer, on_delete=models.PROTECT, related_name="told")
    at = models.DateTimeField()
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.answer_id} told"
