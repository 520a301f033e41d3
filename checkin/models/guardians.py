"""Guardians: adults who may consent for a patient, for how long, and in which order to phone them."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models

from checkin.models.base import KeyField, include_key_columns
from checkin.models.patient_search import LastDigits
from checkin.rules import adult_identity, phones


class GuardianQuerySet(models.QuerySet["Guardian"]):
    def may_consent(self, on: dt.date) -> Self:
        """Return guardians who may consent on that day; the last day of their authority counts."""
        return self.filter(models.Q(ended_on=None) | models.Q(ended_on__gte=on), may_consent=True)

    def may_not_consent(self, on: dt.date) -> Self:
        """Return guardians who may not consent on that day, or no longer may."""
        return self.filter(models.Q(ended_on__lt=on) | models.Q(may_consent=False))

    def to_phone(self, on: dt.date) -> list[Guardian]:
        """Return each adult once, in phoning order. Those whose authority ended (`is_over`) come last."""
        found: list[Guardian] = list(self.select_related("clinic").order_by("position", "pk"))
        for one in found:
            one.is_over = one.ended_on is not None and one.ended_on < on
        found.sort(key=lambda one: one.is_over)
        region = found[0].clinic.region if found else ""
        # An adult with two rows of different authority is listed twice, so that both are shown.
        return adult_identity.list_each_adult_once(found, region, apart=_guardian_authority)


def _guardian_authority(one: Guardian) -> tuple[bool, bool]:
    return one.may_consent, one.is_over


class Guardian(models.Model):
    """A contact who may give consent, with a phone number."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="guardians")
    patient = models.ForeignKey("Patient", on_delete=models.CASCADE, related_name="guardians")
    name = models.CharField(max_length=200)
    relationship = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    phone_key = KeyField(max_length=20, blank=True, editable=False)
    may_consent = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=1, help_text="whom to phone first")
    ended_on = models.DateField(
        null=True, blank=True, help_text="last day of their authority (FHIR RelatedPerson.period.end)"
    )
    system = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=200, blank=True)

    is_over: bool
    objects = GuardianQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "system", "value", "patient"],
                condition=~models.Q(value=""),
                name="guardian_once_per_patient",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="guardian_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["phone_key"], name="guardian_by_phone"),
            models.Index(LastDigits("phone_key"), name="guardian_by_last_digits"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.phone_key = phones.phone_key(self.phone, self.clinic.region)[:20] if self.phone else ""
        super().save(*args, **include_key_columns(kwargs, "phone_key"))
