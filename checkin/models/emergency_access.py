"""Who opened charts in an emergency, why, and who has read that."""

from __future__ import annotations

import datetime as dt

from django.db import models

from checkin.models.base import ImmutableModel
from checkin.models.staff import Staff
from checkin.rules.emergency_access import LONGEST_REQUEST
from checkin.rules.roles import Role, StaffAct, may_role_act


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    def open_at(self, at: dt.datetime) -> EmergencyAccessQuerySet:
        """Return those that are neither over nor ended, and whose login is known still."""
        return self.filter(ended_at=None, started_at__lte=at, ends_at__gt=at, desk__isnull=False)

    def not_over(self, at: dt.datetime) -> EmergencyAccessQuerySet:
        """Return those to end: also of a start that is still to come, as after the clock was set back."""
        return self.filter(ended_at=None, ends_at__gt=at)

    def over_by_time(self, at: dt.datetime) -> EmergencyAccessQuerySet:
        """Return those whose hour is over, and whose end is not written down yet."""
        return self.filter(ended_at=None, ends_at__lte=at)


class EmergencyAccess(models.Model):
    """One person's login reads charts for an hour, for the reason they typed. More time is another row."""

    clinic = models.ForeignKey("Clinic", on_delete=models.PROTECT, related_name="emergency_accesses")
    staff = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="emergency_accesses")
    desk = models.ForeignKey(
        "DeskSession",
        on_delete=models.SET_NULL,
        null=True,
        related_name="emergency_accesses",
        help_text="the login that opened them; none once its times are deleted",
    )
    role = models.CharField(max_length=20, help_text="of the person at that time")
    reason = models.TextField(help_text="as typed; never in the audit trail")
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="emergency_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("started_at")), name="emergency_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__lte=models.F("ends_at")),
                name="emergency_is_never_extended",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="emergency_role_is_known"),
        ]
        indexes = [
            models.Index(fields=["staff", "ends_at"], name="emergency_by_person"),
            models.Index(fields=["clinic", "started_at"], name="emergency_by_clinic"),
        ]

    @classmethod
    def load_open(cls, person: Staff, at: dt.datetime) -> EmergencyAccess | None:
        """Return what is open for this person's login, in their clinic and role.

        Another login of theirs, such as one left open elsewhere, reads nothing by it. Asks nothing for most
        people.
        """
        if person.desk is None or may_role_act(person.role, StaffAct.READ_CHARTS):
            return None
        of_login = cls.objects.open_at(at).filter(desk=person.desk)
        mine = of_login.filter(staff=person, clinic=person.clinic_id, role=person.role)
        return mine.order_by("-started_at", "-pk").first()

    @property
    def stopped_at(self) -> dt.datetime:
        """When it ended, or will end by itself."""
        return self.ended_at or self.ends_at

    @property
    def let_in_until(self) -> dt.datetime:
        """Until when it let requests in; the whole hour if the clock was set back before it ended."""
        return self.stopped_at if self.stopped_at > self.started_at else self.ends_at

    @property
    def written_until(self) -> dt.datetime:
        """Until when its events may be in the trail: a request that it let in may write after its end."""
        # If the clock was set back meanwhile, it ended before it started.
        return max(self.started_at, self.stopped_at) + LONGEST_REQUEST

    def __str__(self) -> str:
        return f"emergency access {self.pk}"


class EmergencyAccessSeen(ImmutableModel):
    """One manager or auditor has read that charts were opened."""

    access = models.ForeignKey(EmergencyAccess, on_delete=models.PROTECT, related_name="seen")
    staff = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["access", "staff"], name="emergency_seen_once_by_each"),
        ]

    def __str__(self) -> str:
        return f"{self.access_id} seen by {self.staff_id}"
