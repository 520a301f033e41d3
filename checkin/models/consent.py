"""Consents and written proxies. They record what was said and never block anything."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from checkin.models.base import KeyField
from checkin.models.confidential_marks import is_shared_condition
from checkin.rules import name_keys
from checkin.rules.consent_adults import CareKind, ConsentBasis, ConsentChannel

if TYPE_CHECKING:
    from checkin.models.visits import Visit


class ConsentQuerySet(models.QuerySet["ConsentRecord"]):
    def in_force(self, *, start: dt.datetime, end: dt.datetime, on: dt.date) -> Self:
        """Return answers given on that day (from `start` to before `end`), or earlier ones still valid."""
        holds = models.Q(at__gte=start) | models.Q(until__gte=on)
        return self.filter(holds, at__lt=end, withdrawn_at=None)

    def bearing_on(self, visit: Visit) -> Self:
        """Return the answers about the visit's child or, while it is unknown, those waiting at the visit."""
        waits = models.Q(visit=visit, before_match=True, patient=None)
        theirs = models.Q(patient=visit.patient_id) if visit.patient_id else waits
        return self.filter(theirs, is_shared_condition(opened=visit.pk))


class ConsentRecord(models.Model):
    """One person's answer: yes or no, how it was given, who heard it. Withdrawing it keeps the row.

    Until the visit's child is known, it belongs to the visit only; see `rules.entry_fates`.
    """

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="consent_records")
    patient = models.ForeignKey(
        "Patient", on_delete=models.PROTECT, null=True, related_name="consent_records"
    )
    visit = models.ForeignKey("Visit", on_delete=models.PROTECT, null=True, related_name="consent_records")
    before_match = models.BooleanField(default=False, help_text="said before its child was settled")
    care = models.CharField(max_length=20, choices=CareKind.choices)
    to_what = models.CharField(max_length=300, blank=True, help_text="in plain words: flu vaccine")
    asked_of = models.TextField(
        blank=True, help_text="items due when it was said, one a line, where a yes says how many"
    )
    agreed = models.BooleanField()
    basis = models.CharField(max_length=20, choices=ConsentBasis.choices)
    how = models.CharField(max_length=12, choices=ConsentChannel.choices)
    who = models.CharField(max_length=200)
    relationship = models.CharField(max_length=500, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    heard_by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    witness = models.CharField(max_length=200, blank=True)
    until = models.DateField(null=True, blank=True)
    limits = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(care__in=CareKind.values), name="consent_care_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(how__in=ConsentChannel.values), name="consent_how_is_known"
            ),
            models.CheckConstraint(condition=~models.Q(who=""), name="consent_says_who"),
            models.CheckConstraint(
                condition=models.Q(patient__isnull=False) | models.Q(before_match=True, visit__isnull=False),
                name="consent_says_for_whom",
            ),
        ]
        indexes = [models.Index(fields=["patient", "at"], name="consent_by_patient")]

    def __str__(self) -> str:
        return f"{self.who}: {self.to_what or self.care}"


class ProxyQuerySet(models.QuerySet["StandingProxy"]):
    def in_force(self, on: dt.date) -> Self:
        unexpired = models.Q(expires_on=None) | models.Q(expires_on__gte=on)
        return self.filter(unexpired, revoked_at=None, written_on__lte=on)

    def with_force(self, on: dt.date) -> Self:
        """Return each proxy with `holds`: 1 if it is in force on that day, else 0."""
        unexpired = models.Q(expires_on=None) | models.Q(expires_on__gte=on)
        now = models.When(unexpired, revoked_at=None, written_on__lte=on, then=models.Value(1))
        return self.annotate(holds=models.Case(now, default=models.Value(0)))

    def waiting(self) -> Self:
        """Return proxies without a patient: they go to the child that their visit will be linked to."""
        return self.filter(patient=None, revoked_at=None)


class StandingProxy(models.Model):
    """A guardian's written permission for another adult to consent, with its limits and expiry."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="standing_proxies")
    patient = models.ForeignKey(
        "Patient", on_delete=models.PROTECT, null=True, related_name="standing_proxies"
    )
    visit = models.ForeignKey(
        "Visit",
        on_delete=models.PROTECT,
        null=True,
        related_name="standing_proxies",
        help_text="at which it was put on file; without a patient it waits there",
    )
    name = models.CharField(max_length=200, help_text="the adult who may consent")
    name_key = KeyField(max_length=200, blank=True, editable=False)
    relationship = models.CharField(max_length=500, blank=True)
    granted_by = models.CharField(max_length=200)
    cares = models.JSONField(default=list, help_text="kinds of care covered; empty means all")
    limits = models.CharField(max_length=500, blank=True)
    written_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(null=True, help_text="none: put on file before this was kept")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="+")

    objects = ProxyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="proxy_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(patient__isnull=False) | models.Q(visit__isnull=False),
                name="proxy_says_for_whom",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on=None) | models.Q(expires_on__gte=models.F("written_on")),
                name="proxy_expires_after_writing",
            ),
        ]
        indexes = [models.Index(fields=["patient", "name_key"], name="proxy_by_patient")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: Any) -> None:
        self.name_key = name_keys.normalize_text(self.name)[:200]
        super().save(*args, **kwargs)
