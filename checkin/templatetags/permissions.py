"""What this person's role may do, `request.user|may:"MERGE"`, or who does, `request.user|why_not:"MERGE"`."""

from __future__ import annotations

from django import template
from django.utils import timezone

from checkin.actions import consent
from checkin.models import Staff, StandingProxy
from checkin.rules.roles import Act, is_allowed, refusal

register = template.Library()


@register.filter
def may(person: Staff, act: str) -> bool:
    return is_allowed(person.role, Act[act])


@register.filter
def why_not(person: Staff, act: str) -> str:
    """Return who does it instead, or "" for somebody who may."""
    return "" if may(person, act) else refusal(person.role, Act[act])


@register.filter
def may_revoke(person: Staff, proxy: StandingProxy) -> bool:
    return is_allowed(person.role, consent.act_of_revoking(proxy, by=person, at=timezone.now()))
