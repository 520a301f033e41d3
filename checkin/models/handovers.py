"""Promises handed from one owner to another."""

from __future__ import annotations

from django.db import models

from checkin.models.base import ImmutableModel


class PromiseHandover(ImmutableModel):
    """A promise handed from one owner to another."""

    promise = models.ForeignKey("Promise", on_delete=models.PROTECT, related_name="handovers")
    at = models.DateTimeField()
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    from_owner = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    from_role = models.CharField(max_length=20, blank=True)
    to_owner = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    to_role = models.CharField(max_length=20, blank=True)
    why = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.promise_id} to {self.to_owner or self.to_role}"
