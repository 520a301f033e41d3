"""The demo clinic while it is created, and its times, all relative to now."""

from __future__ import annotations

import datetime as dt
import os
import zoneinfo
from dataclasses import dataclass, field

from django.conf import settings

from checkin.management.demo.staff import DemoAccount
from checkin.models import Clinic, Device, Location, Patient, Staff

_MINUTES_BEFORE_NOW, _MINUTES_AFTER_NOW = 130, 310
"""Minutes before and after now that must fit into today; near midnight all times move closer to now."""

_SATURDAY = 5


def local_time_zone_name() -> str:
    """Return TIME_ZONE, or else this machine's zone, so that the board shows local time."""
    if settings.TIME_ZONE != "UTC":
        return settings.TIME_ZONE
    _, _, name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
    return name if name in zoneinfo.available_timezones() else "UTC"


@dataclass
class DemoMorning:
    at: dt.datetime
    clinic: Clinic
    desks: tuple[Location, Location]
    accounts: list[DemoAccount] = field(default_factory=list)
    staff: dict[str, Staff] = field(default_factory=dict)
    tablets: dict[int, Device] = field(default_factory=dict)
    patients: dict[str, Patient] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        return self.clinic.local_date(self.at)

    def desk(self, annexe: bool) -> Location:
        return self.desks[annexe]

    def before(self, minutes: float) -> dt.datetime:
        """Return that many minutes before now, or fewer if that would be yesterday."""
        start, _ = self.clinic.day(self.today)
        room = (self.at - start) / dt.timedelta(minutes=_MINUTES_BEFORE_NOW)
        return self.at - dt.timedelta(minutes=minutes) * min(1.0, room)

    def after(self, minutes: float) -> dt.datetime:
        """Return that many minutes after now, or fewer if that would be tomorrow."""
        _, end = self.clinic.day(self.today)
        room = (end - self.at) / dt.timedelta(minutes=_MINUTES_AFTER_NOW)
        return self.at + dt.timedelta(minutes=minutes) * min(1.0, room)

    def on(self, days: int, clock: str) -> dt.datetime:
        """Return that time, `days` days from today. Past days are moved to working days."""
        date = self.today + dt.timedelta(days=days)
        if days < 0 and date.weekday() >= _SATURDAY:
            date -= dt.timedelta(days=date.weekday() - _SATURDAY + 1)
        return dt.datetime.combine(date, dt.time.fromisoformat(clock), tzinfo=self.clinic.zone)
