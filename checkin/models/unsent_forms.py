"""What a person typed at the desk and could not send, kept for them alone."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models

UNSENT_FORM_KEPT = dt.timedelta(minutes=30)


class UnsentFormQuerySet(models.QuerySet["UnsentForm"]):
    """Unsent forms, by whose and how old they are."""

    def waiting_for(self, staff_id: int, *, at: dt.datetime) -> UnsentFormQuerySet:
        """Return what this person may still send, oldest first."""
        return self.filter(staff_id=staff_id, at__gt=at - UNSENT_FORM_KEPT).order_by("at", "pk")

    def too_old(self, *, at: dt.datetime) -> UnsentFormQuerySet:
        return self.filter(at__lte=at - UNSENT_FORM_KEPT)


class UnsentForm(models.Model):
    """One desk form as typed: by whom, where it goes, and every field in order.

    A row and not the browser's session: whoever typed it may be logged out by then, and a session made for
    what they typed would take the place of a newer login.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="unsent_forms")
    at = models.DateTimeField()
    action = models.TextField()
    fields = models.JSONField()

    objects = UnsentFormQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["at"], name="unsent_form_at")]

    def __str__(self) -> str:
        return f"unsent form {self.pk}"
