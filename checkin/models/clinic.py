"""The clinic and its front desks."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction

from checkin.models.phone_keys import rebuild_phone_keys
from checkin.rules import local_formats, regions
from checkin.rules.desk_locks import DEFAULT_LOCK_AFTER_MINUTES
from checkin.rules.identity_facts import ClinicIdentityFacts
from checkin.rules.second_factors import SecondFactorFor

if TYPE_CHECKING:
    from checkin.models.visits import VisitQuerySet


_NEAR_MIDNIGHT = dt.timedelta(hours=3)
"""Appointments and arrivals this close to the moment count, even on the day before or after."""


def default_languages() -> list[str]:
    return ["en", "es"]


class Clinic(models.Model):
    """The practice: owns its patients, staff and settings."""

    name = models.CharField(max_length=120, unique=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=300, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    languages = models.JSONField(
        default=default_languages, help_text="of the kiosk; the first is its default"
    )
    region = models.CharField(
        max_length=2,
        default="US",
        help_text="ISO 3166 code; decides the order of day and month, the clock and how phones are read",
    )
    own_phones = models.JSONField(
        default=list, blank=True, help_text="the clinic's other numbers, which identify no family"
    )
    stand_in_birth_dates = models.JSONField(
        default=list, blank=True, help_text='written for an unknown birth date: "MM-DD" or "YYYY-MM-DD"'
    )
    relationship_suggestions = models.JSONField(default=list, blank=True)
    mail_from = models.CharField(
        max_length=200, blank=True, help_text='e-mail comes from it: "desk@brook.example" or "Brook <desk@…>"'
    )
    site = models.CharField(
        max_length=200, blank=True, help_text="where staff open it, for links: https://checkin.example.org"
    )
    wait_mark_minutes = models.PositiveSmallIntegerField(default=15)
    walk_in_minutes = models.PositiveSmallIntegerField(default=45)
    late_after_minutes = models.PositiveSmallIntegerField(default=10)
    missed_after_minutes = models.PositiveSmallIntegerField(default=45)
    lock_after_minutes = models.PositiveSmallIntegerField(
        default=DEFAULT_LOCK_AFTER_MINUTES,
        db_default=DEFAULT_LOCK_AFTER_MINUTES,
        help_text="without a press, until a desk locks",
    )
    emergency_started_at = models.DateTimeField(
        null=True, blank=True, help_text="last time; lets pages ask for notices only after one"
    )

    promise_settings = models.JSONField(
        default=dict, blank=True, help_text="steps of escalation; {}: defaults"
    )
    need_settings = models.JSONField(
        default=dict, blank=True, help_text="settings of rules.needs; {}: defaults"
    )
    consent_table = models.JSONField(default=dict, blank=True, help_text="care, basis, step; {}: defaults")
    second_factor_for = models.CharField(
        max_length=10,
        choices=SecondFactorFor.choices,
        default=SecondFactorFor.MANAGERS,
        db_default=SecondFactorFor.MANAGERS.value,
        help_text="who must log in with a second factor",
    )
    own_networks = models.JSONField(
        default=list, blank=True, help_text='the clinic\'s own networks: ["203.0.113.0/24"]'
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="clinic_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(late_after_minutes__lte=models.F("missed_after_minutes")),
                name="clinic_late_before_missed",
            ),
            models.CheckConstraint(
                condition=models.Q(second_factor_for__in=SecondFactorFor.values),
                name="clinic_second_factor_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(lock_after_minutes__gte=1), name="clinic_desks_lock_after_a_while"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: Any) -> None:
        """Save the clinic. A new region rebuilds all phone keys, or a search by phone would miss numbers."""
        region = type(self).objects.filter(pk=self.pk).values_list("region", flat=True).first()
        # Both or neither: after a failure the region would not be new anymore, and the old keys would stay.
        with transaction.atomic():
            super().save(*args, **kwargs)
            if region is not None and region != self.region:
                rebuild_phone_keys(clinic_id=self.pk, region=self.region)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def lock_after(self) -> dt.timedelta:
        """Time without a press until a desk locks."""
        return dt.timedelta(minutes=self.lock_after_minutes)

    @property
    def day_first(self) -> bool:
        """True if dates here have the day before the month."""
        return regions.is_day_first_region(self.region)

    @property
    def identity_facts(self) -> ClinicIdentityFacts:
        """The facts about this clinic that the identity rules need."""
        phones = (self.phone, *map(str, self.own_phones))
        return ClinicIdentityFacts(self.region, phones, tuple(map(str, self.stand_in_birth_dates)))

    def local_date(self, at: dt.datetime) -> dt.date:
        """Return the clinic's own calendar day at `at`."""
        return at.astimezone(self.zone).date()

    def time_words(self, at: dt.datetime) -> str:
        """Return a moment's time as people here write it: "9:40 AM"."""
        return local_formats.time_words(at.astimezone(self.zone), self.region)

    def date_digits(self, day: dt.date) -> str:
        """Return a date as staff type it into a box: "3/14/2018"."""
        return local_formats.date_digits(day, self.region)

    def date_words(self, day: dt.date) -> str:
        """Return a date, or a moment's date, as people here write it: "Nov 25, 2026"."""
        return local_formats.date_words(self._own_day(day), self.region)

    def day_words(self, day: dt.date) -> str:
        """Return a date, or a moment's date, without its year: "Nov 25"."""
        return local_formats.day_words(self._own_day(day), self.region)

    def moment_words(self, at: dt.datetime) -> str:
        """Return a moment without its year: "Nov 25, 9:40 AM"."""
        return local_formats.moment_words(at.astimezone(self.zone), self.region)

    def full_moment_words(self, at: dt.datetime) -> str:
        """Return a moment: "Nov 25, 2026, 9:40 AM"."""
        return local_formats.full_moment_words(at.astimezone(self.zone), self.region)

    def day_and_time_words(self, then: dt.datetime, *, at: dt.datetime) -> str:
        """Return `then` as seen from `at`: "5:30 PM", "tomorrow 9:00 AM", "Thu, Mar 12, 9:00 AM"."""
        return local_formats.day_and_time_words(then, at=at, zone=self.zone, region=self.region)

    def _own_day(self, day: dt.date) -> dt.date:
        return self.local_date(day) if isinstance(day, dt.datetime) else day

    def day(self, date: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """Return the first moment of that local day and of the next day."""
        start = dt.datetime.combine(date, dt.time(), tzinfo=self.zone)
        end = dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), tzinfo=self.zone)
        return start, end

    def day_around(self, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """Return the start and end of the local day of `at`, extended by a few hours around `at`.

        A family that comes at 23:58 for 0:10, or at 0:02 for 23:50, has come for that appointment.
        """
        start, end = self.day(self.local_date(at))
        moment = at.astimezone(dt.UTC)
        return min(start, moment - _NEAR_MIDNIGHT), max(end, moment + _NEAR_MIDNIGHT)


class Location(models.Model):
    """One front desk and its waiting room."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="locations")
    name = models.CharField(max_length=120)
    where_to_wait = models.CharField(
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text="shown on the tablet's last screen, in the clinic's first language",
    )

    visits: VisitQuerySet

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "name"], name="location_name_once_per_clinic"),
            models.CheckConstraint(condition=~models.Q(name=""), name="location_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        BoardVersion.objects.get_or_create(location=self)


class BoardVersion(models.Model):
    """The version of a location's board.

    There is one row per location. Updating it makes writers of one board wait for each other, so versions
    become visible in order.
    """

    location = models.OneToOneField(
        Location, on_delete=models.CASCADE, primary_key=True, related_name="board"
    )
    version = models.PositiveBigIntegerField(default=1)

    @classmethod
    def bump(cls, location_id: int) -> int:
        """Increment and return the board's version, in the caller's transaction."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE checkin_boardversion SET version = version + 1 "
                "WHERE location_id = %s RETURNING version",
                [location_id],
            )
            version: int = cursor.fetchone()[0]
        return version
