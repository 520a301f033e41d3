"""Typed ≠ recorded, waiting for a person's decision."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class DiscrepancyQuerySet(models.QuerySet["Discrepancy"]):
    def open(self) -> Self:
        return self.filter(status=Discrepancy.Status.OPEN)


class Discrepancy(models.Model):
    """One field that was typed otherwise than it is recorded, or that cannot be right as typed."""

    class Field(models.TextChoices):
        NAME = "name", _("Name")
        BIRTH_DATE = "birth_date", _("Birth date")
        PHONE = "phone", _("Phone")
        SIGN_IN = "sign_in", _("Sign-in")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        SETTLED = "settled", _("Settled")
        WITHDRAWN = "withdrawn", _("No longer so")

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="discrepancies")
    visit = models.ForeignKey("Visit", on_delete=models.PROTECT, related_name="discrepancies")
    field = models.CharField(max_length=12, choices=Field.choices)
    typed = models.CharField(max_length=500, blank=True)
    recorded = models.CharField(max_length=500, blank=True)
    why = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    noticed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["visit", "status"], name="discrepancy_by_visit")]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "field"],
                condition=models.Q(status="open") & ~models.Q(field="sign_in"),
                name="discrepancy_open_once_per_field",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.typed} ≠ {self.recorded}"
