"""What every desk page shows of emergency access: one's own banner, and notices about others."""

from __future__ import annotations

from django import template
from django.utils import timezone

from checkin.models import EmergencyAccess, Staff
from checkin.queries.emergency_access import list_unread_notices
from checkin.rules import emergency_access as emergency_access_rules

register = template.Library()


@register.filter
def unread_notices(person: Staff) -> list[EmergencyAccess]:
    return list_unread_notices(person, at=timezone.now())


@register.filter
def minutes_left(access: EmergencyAccess) -> int:
    """Return for how many minutes it is still open."""
    return emergency_access_rules.minutes_left(access.ends_at, timezone.now())


@register.filter
def started_words(access: EmergencyAccess) -> str:
    """Return when it began, as seen from now: "9:12 AM", "yesterday 9:12 AM"."""
    return access.clinic.day_and_time_words(access.started_at, at=timezone.now())
