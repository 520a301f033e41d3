"""Which forms are kept unsent, and who may see one again: whoever may use the page that it goes to."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import Resolver404, ResolverMatch, resolve

from checkin.models import Staff
from checkin.rules.roles import StaffAct
from checkin.web.locations import strip_location_path

_SPACES = {"desk", "settings", "audit"}
_OTHER_PAGES = {"open_in_emergency"}
"""The rest of what staff type is about their own login, and has passwords and PINs."""


def is_kept_unsent(match: ResolverMatch | None) -> bool:
    """Return whether what is typed on this page is kept if it cannot be sent."""
    return match is not None and (match.app_name in _SPACES or match.view_name in _OTHER_PAGES)


def may_read_unsent_form(person: Staff, action: str) -> bool:
    """Return whether this person's role may see a form that goes to this address.

    A desk form may name a patient, whoever sent the id, so it takes the right to read charts.
    """
    try:
        match = resolve(strip_location_path(urlsplit(action).path))
    except Resolver404:
        return person.may_act(StaffAct.READ_CHARTS)
    act = getattr(match.func, "act", None)
    if match.app_name == "desk" or act is None:
        return person.may_act(StaffAct.READ_CHARTS)
    return person.may_act(act)
