"""Booked appointments."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def between(self, start: dt.datetime, end: dt.datetime) -> Self:
        """Return appointments that start from `start` to before `end`."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def expected(self) -> Self:
        """Return booked appointments that nobody has signed in for. A child who has died is not expected."""
        booked = self.filter(status=Appointment.Status.BOOKED, visit__isnull=True)
        return booked.filter(patient__is_deceased=False)


class Appointment(models.Model):
    class Status(models.TextChoices):
        BOOKED = "booked", _("Booked")
        ARRIVED = "arrived", _("Arrived")
        FULFILLED = "fulfilled", _("Fulfilled")
        CANCELLED = "cancelled", _("Cancelled")
        NOSHOW = "noshow", _("Missed")

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="appointments")
    location = models.ForeignKey("Location", on_delete=models.PROTECT, related_name="appointments")
    patient = models.ForeignKey("Patient", on_delete=models.PROTECT, related_name="appointments")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=15)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.BOOKED)
    with_whom = models.CharField(max_length=200, blank=True)
    system = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "system", "value"],
                condition=~models.Q(value=""),
                name="appointment_once_per_clinic",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["booked", "arrived", "fulfilled", "cancelled", "noshow"]),
                name="appointment_status_is_known",
            ),
        ]
        indexes = [models.Index(fields=["location", "starts_at"], name="appointment_by_time")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
