"""The clinic's tablets and waiting-room screens."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Self

from django.db import models


def hash_device_token(token: str) -> str:
    """Return the stored hash of a device's token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class DeviceQuerySet(models.QuerySet["Device"]):
    def enrolled(self) -> Self:
        return self.filter(revoked_at__isnull=True)

    def holding(self, token: str) -> Device | None:
        """Return the enrolled device with this token, with its clinic and location loaded; None if none."""
        found = self.enrolled().select_related("location", "clinic")
        return found.filter(token_hash=hash_device_token(token)).first() if token else None

    def offered_by(self, code: str, *, at: dt.datetime) -> Self:
        """Return the enrolled device whose set-up link has this code, while the link is valid."""
        return self.enrolled().filter(link_hash=hash_device_token(code), link_until__gt=at)


class Device(models.Model):
    """An enrolled tablet. Only the tablet knows its token; we store its hash.

    Until a tablet has opened its set-up link, nobody knows a token, and `link_hash` is the link's code.
    """

    class Kind(models.TextChoices):
        KIOSK = "kiosk"
        DISPLAY = "display"

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="devices")
    location = models.ForeignKey("Location", on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.KIOSK)
    token_hash = models.CharField(max_length=64, unique=True)
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True, help_text="last request, to within 5 minutes")
    link_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    link_until = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(token_hash=""), name="device_has_a_token"),
            models.UniqueConstraint(
                fields=["link_hash"], condition=~models.Q(link_hash=""), name="one_device_per_link"
            ),
        ]

    def __str__(self) -> str:
        return self.name
