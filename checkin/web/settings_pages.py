"""The pages of the clinic's settings, and who may open each."""

from __future__ import annotations

from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from checkin.models import Staff
from checkin.rules.roles import Role, StaffAct
from checkin.web.access import StaffRequest, may_perform_act, staff_required


class SettingsPage(NamedTuple):
    """A page in the settings' menu: the name of its URL, its label, and the act that it requires."""

    route: str
    label: str
    act: StaffAct


SETTINGS_PAGES: list[SettingsPage] = [
    SettingsPage("settings:staff", "Staff", StaffAct.MANAGE_STAFF),
    SettingsPage("settings:tablets", "Tablets", StaffAct.MANAGE_DEVICES),
    SettingsPage("settings:security", "Security", StaffAct.SECURE_CLINIC),
    SettingsPage("settings:backups", "Backups", StaffAct.MANAGE_BACKUPS),
]

_PURPOSES = {
    Role.ADMINISTRATOR: "An administrator looks after the clinic’s settings.",
    Role.AUDITOR: "An auditor reads the audit log.",
}
"""What a login is for that opens neither the board nor a page of the settings."""


def list_settings_pages(person: Staff) -> list[SettingsPage]:
    """Return the pages that this person may open, in the menu's order."""
    return [page for page in SETTINGS_PAGES if person.may_act(page.act)]


@require_safe
@staff_required()
def show_settings(request: StaffRequest) -> HttpResponse:
    """Go to the first page that this person may open.

    If there is none, say what the login is for. Raises Http404 for whoever works at the board.
    """
    pages = list_settings_pages(request.user)
    if pages:
        return redirect(pages[0].route)
    if may_perform_act(request, StaffAct.READ_CHARTS):
        raise Http404
    return render(request, "settings/purpose.html", {"purpose": _PURPOSES[Role(request.user.role)]})
