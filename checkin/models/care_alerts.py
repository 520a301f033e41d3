"""Staff-only warnings on a patient. Nothing of them may appear outside their own page."""

from __future__ import annotations

from typing import Self

from django.db import models

from checkin.models.base import ImmutableModel
from checkin.models.staff import Staff
from checkin.rules.care_alerts import (
    LONGEST_PERSON_TEXT,
    MOST_ALERT_WORDS,
    AlertKind,
    AlertStatus,
    NamedAdult,
)
from checkin.rules.roles import Role, StaffAct, list_roles_allowed


class CareAlertQuerySet(models.QuerySet["CareAlert"]):
    def active(self) -> Self:
        return self.filter(current__status=AlertStatus.ACTIVE)

    def naming_somebody(self) -> Self:
        """Return those, of either kind, that name a person by name or relationship."""
        nobody = models.Q(current__person_name="", current__relationship="")
        return self.active().exclude(nobody)

    def for_colleague(self, person: Staff) -> Self:
        """Return those of which this person is told: named in them, or a manager if nobody else can look."""
        mine = models.Q(current__colleague=person)
        if person.role == Role.MANAGER:
            readers = list_roles_allowed(StaffAct.READ_CHARTS)
            mine |= models.Q(current__colleague=None) | models.Q(current__colleague__is_active=False)
            mine |= ~models.Q(current__colleague__role__in=readers)
        return self.filter(mine, clinic_id=person.clinic_id)


class CareAlert(models.Model):
    """A warning on a patient. What it says is in its versions; a merge moves it to the other record."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="care_alerts")
    patient = models.ForeignKey("Patient", on_delete=models.PROTECT, related_name="care_alerts")
    current = models.OneToOneField(
        "CareAlertVersion", on_delete=models.PROTECT, null=True, related_name="current_of"
    )

    objects = CareAlertQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Alert {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.current is not None and self.current.status == AlertStatus.ACTIVE


class CareAlertVersion(ImmutableModel):
    """What a warning says from one moment on."""

    alert = models.ForeignKey(CareAlert, on_delete=models.PROTECT, related_name="versions")
    at = models.DateTimeField()
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=AlertStatus.choices)
    kind = models.CharField(max_length=10, choices=AlertKind.choices)
    person_name = models.CharField(max_length=LONGEST_PERSON_TEXT, blank=True)
    relationship = models.CharField(max_length=LONGEST_PERSON_TEXT, blank=True)
    words = models.TextField(max_length=MOST_ALERT_WORDS, blank=True)
    colleague = models.ForeignKey(
        "Staff", on_delete=models.PROTECT, null=True, related_name="+", help_text="none: the managers"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=AlertStatus.values), name="care_alert_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=AlertKind.values), name="care_alert_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(person_name="", relationship="", words=""),
                name="care_alert_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.pk}"

    @property
    def named(self) -> NamedAdult:
        return NamedAdult(self.person_name, self.relationship)


class CareAlertAnswer(ImmutableModel):
    """Somebody looked at the visit to which a warning called them."""

    version = models.ForeignKey(CareAlertVersion, on_delete=models.PROTECT, related_name="answers")
    visit = models.ForeignKey("Visit", on_delete=models.PROTECT, related_name="care_alert_answers")
    at = models.DateTimeField()
    by = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "visit"], name="care_alert_answered_once_a_visit")
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"
