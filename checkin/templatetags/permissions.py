"""Ask in a template whether a role may do something, `request.user|may:"MERGE"`, or `|why_not:"MERGE"`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import timezone

from checkin.actions import consent
from checkin.models import Promise, Staff, StandingProxy
from checkin.rules.roles import StaffAct

register = template.Library()


@register.filter
def may(person: Staff, act: str) -> bool:
    return person.may_act(StaffAct[act])


@register.filter
def why_not(person: Staff, act: str) -> str:
    """Return why this person may not do it, and who may; "" for somebody who may."""
    return "" if may(person, act) else person.explain_refusal(StaffAct[act])


@register.simple_tag(takes_context=True)
def about(context: Mapping[str, Any], promise: Promise) -> str:
    """Return what the promise is about, without feedback that this person may not read."""
    request = context.get("request")
    return promise.about_for(request.user if request else None)


@register.filter
def may_revoke(person: Staff, proxy: StandingProxy) -> bool:
    return person.may_act(consent.act_of_revoking_proxy(proxy, by=person, at=timezone.now()))
