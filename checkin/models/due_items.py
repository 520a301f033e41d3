"""Items that are due by the record, and vaccines that were given."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

OWN_IMMUNIZATION_SYSTEM = "brought-by:need"
"""The identifier system of an immunization that was recorded by answering a need."""


class DueItemQuerySet(models.QuerySet["DueItem"]):
    def open(self, on: dt.date) -> Self:
        """Return items due on or before that day that are neither given nor withdrawn."""
        return self.filter(status=DueItem.Status.DUE, due_on__lte=on)


class DueItem(models.Model):
    """A vaccine or check-up that the record says is due (FHIR ImmunizationRecommendation)."""

    class Kind(models.TextChoices):
        VACCINE = "vaccine", _("Vaccine")
        CHECK_UP = "check_up", _("Check-up")

    class Status(models.TextChoices):
        DUE = "due", _("Due")
        GIVEN = "given", _("Given")
        WITHDRAWN = "withdrawn", _("No longer due")

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="due_items")
    patient = models.ForeignKey("Patient", on_delete=models.PROTECT, related_name="due_items")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=40, blank=True, help_text="CVX for a vaccine, where known")
    due_on = models.DateField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DUE)
    system = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)

    objects = DueItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "system", "value"],
                condition=~models.Q(value=""),
                name="due_item_once_per_clinic",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["vaccine", "check_up"]), name="due_item_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["due", "given", "withdrawn"]), name="due_item_status"
            ),
        ]
        indexes = [models.Index(fields=["patient", "status", "due_on"], name="due_item_by_patient")]

    def __str__(self) -> str:
        return self.name


class Immunization(models.Model):
    """A vaccine recorded as given (FHIR Immunization)."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="immunizations")
    patient = models.ForeignKey("Patient", on_delete=models.PROTECT, related_name="immunizations")
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=40, blank=True, help_text="CVX, where known")
    given_on = models.DateField()
    is_influenza = models.BooleanField(default=False)
    visit = models.ForeignKey("Visit", on_delete=models.PROTECT, null=True, related_name="immunizations")
    system = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "system", "value"],
                condition=~models.Q(value=""),
                name="immunization_once_per_clinic",
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "is_influenza", "given_on"], name="immunization_by_patient")
        ]

    def __str__(self) -> str:
        return self.name
