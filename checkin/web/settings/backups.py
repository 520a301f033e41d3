"""The page of backups: how old the last one is, the list, and a button that makes one now."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import backup_runs
from checkin.queries import backups as backup_queries
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, staff_required


@require_safe
@staff_required(StaffAct.MANAGE_BACKUPS)
def show_backups(request: StaffRequest) -> HttpResponse:
    state = backup_queries.find_backup_state(now())
    has_own_key = not settings.BACKUP_RECIPIENTS
    return render(request, "settings/backups.html", {"state": state, "has_own_key": has_own_key})


@require_POST
@staff_required(StaffAct.MANAGE_BACKUPS)
def make_backup(request: StaffRequest) -> HttpResponse:
    backup_runs.start_backup(by=request.user, at=now())
    messages.info(request, "A backup is being made. It is listed here once it has been verified.")
    return redirect("settings:backups")
