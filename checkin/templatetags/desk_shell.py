"""What every desk page has around it: `{% desk_shell as shell %}` gives the header its few facts."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.http import Http404

from checkin.models import Location
from checkin.queries import board
from checkin.rules.roles import Act
from checkin.web.access import location_id, location_said, may
from checkin.web.locations import stay_at

register = template.Library()


class Shell(NamedTuple):
    """The header's facts. A page that has read the front desks already hands them on as `desks`."""

    desks: list[Location]
    here: Location | None
    to_match: int
    may_act: bool


@register.simple_tag(takes_context=True)
def desk_shell(context: dict[str, Any]) -> Shell:
    request = context["request"]
    clinic = request.user.clinic
    desks = context.get("desks") or board.desks(clinic)
    named = context.get("here")
    chosen = named.pk if isinstance(named, Location) else location_id_of(request)
    here = next((desk for desk in desks if desk.pk == chosen), None)
    if here is None and location_said(request):
        raise Http404
    if here is not None and len(desks) > 1:
        stay_at(request, here.pk)
    return Shell(
        desks=desks,
        here=here,
        to_match=context["to_match"] if "to_match" in context else board.to_match(clinic),
        may_act=may(request, Act.SIGN_IN),
    )


def location_id_of(request: Any) -> int:
    request.clinic = request.user.clinic
    return location_id(request)
