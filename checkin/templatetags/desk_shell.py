"""The facts for every desk page's header: `{% desk_shell as shell %}`."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.http import Http404
from django.utils import timezone

from checkin.models import Location
from checkin.queries import board as board_queries
from checkin.rules.roles import StaffAct
from checkin.rules.shortcut_keys import ShortcutKey, list_shortcut_keys
from checkin.web.access import current_location_id, may_perform_act, named_location_id
from checkin.web.locations import set_request_location

register = template.Library()


class _DeskShell(NamedTuple):
    """The header's facts. A page that has read them already passes the front desks as `desks`, and `work`."""

    desks: list[Location]
    here: Location | None
    work: board_queries.OpenWork
    may_read: bool
    """Whether the menu leads to the board and to patients' pages."""
    may_act: bool
    shortcut_keys: list[ShortcutKey]


@register.simple_tag(takes_context=True)
def desk_shell(context: dict[str, Any]) -> _DeskShell:
    request = context["request"]
    if not may_perform_act(request, StaffAct.READ_CHARTS):
        return _DeskShell([], None, board_queries.OpenWork(0, 0, 0), False, False, list_shortcut_keys())
    clinic = request.user.clinic
    desks = context.get("desks") or board_queries.list_front_desks(clinic)
    named = context.get("here")
    chosen = named.pk if isinstance(named, Location) else _shell_location_id(request)
    here = next((desk for desk in desks if desk.pk == chosen), None)
    if here is None and named_location_id(request):
        raise Http404
    if here is not None and len(desks) > 1:
        set_request_location(request, here.pk)
    return _DeskShell(
        desks=desks,
        here=here,
        work=context.get("work")
        or board_queries.count_open_work(clinic, here.pk if here else 0, at=timezone.now()),
        may_read=True,
        may_act=may_perform_act(request, StaffAct.SIGN_IN),
        shortcut_keys=list_shortcut_keys(),
    )


def _shell_location_id(request: Any) -> int:
    request.clinic = request.user.clinic
    return current_location_id(request)
