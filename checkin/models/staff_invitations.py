"""Links by which a person chooses the password of their login."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models

from checkin.models.devices import hash_device_token

INVITATION_LASTS = dt.timedelta(hours=24)


def hash_invitation_code(code: str) -> str:
    """Return the stored hash of a link's code: 256 random bits need no slow hash."""
    return hash_device_token(code)


class StaffInvitationQuerySet(models.QuerySet["StaffInvitation"]):
    def unused(self) -> Self:
        """Return the links that were neither used nor replaced, expired or not."""
        return self.filter(used_at__isnull=True, ended_at__isnull=True)

    def usable(self, at: dt.datetime) -> Self:
        return self.unused().filter(until__gt=at)

    def holding(self, code: str) -> StaffInvitation | None:
        """Return the link with this code, whatever became of it, with its person; None if none."""
        found = self.select_related("person__clinic", "person__location")
        return found.filter(code_hash=hash_invitation_code(code)).first() if code else None


class StaffInvitation(models.Model):
    """One link, used once. Only whoever holds it knows its code; we store the code's hash."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="staff_invitations")
    person = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="invitations")
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="replaced, or the person deactivated")

    objects = StaffInvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(used_at__isnull=True, ended_at__isnull=True),
                name="invitation_is_one_per_person",
            ),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True) | models.Q(ended_at__isnull=True),
                name="invitation_is_used_or_ended",
            ),
        ]
