"""The pages of the clinic's settings, and who may open each."""

from __future__ import annotations

from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from checkin.models import Staff
from checkin.rules.roles import StaffAct, may_role_act
from checkin.web.access import StaffRequest, staff_required


class SettingsPage(NamedTuple):
    """A page in the settings' menu: the name of its URL, its label, and the act that it requires."""

    route: str
    label: str
    act: StaffAct


SETTINGS_PAGES: list[SettingsPage] = []


def list_settings_pages(person: Staff) -> list[SettingsPage]:
    """Return the pages that this person may open, in the menu's order."""
    return [page for page in SETTINGS_PAGES if may_role_act(person.role, page.act)]


@require_safe
@staff_required()
def show_settings(request: StaffRequest) -> HttpResponse:
    """Go to the first page that this person may open. Raises Http404 if there is none."""
    pages = list_settings_pages(request.user)
    if not pages:
        raise Http404
    return redirect(pages[0].route)
