"""What every desk page has around it: `{% desk_shell as shell %}` gives the header its few facts."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template

from checkin.models import Location
from checkin.queries import board
from checkin.rules.roles import Act
from checkin.web.access import location_id, may

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
    chosen = context["here"].pk if "here" in context else location_id_of(request)
    return Shell(
        desks=desks,
        here=next((desk for desk in desks if desk.pk == chosen), None),
        to_match=context["to_match"] if "to_match" in context else board.to_match(clinic),
        may_act=may(request, Act.SIGN_IN),
    )


def location_id_of(request: Any) -> int:
    request.clinic = request.user.clinic
    return location_id(request)
