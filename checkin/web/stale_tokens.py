"""Answer a form whose CSRF token is from an earlier login: nothing was done, and what was typed is kept.

Django asks for this answer before the desk's lock, the second factor and the page's role are checked. So
they are checked here: the form that is shown again names patients.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from checkin.rules.desk_locks import DeskState
from checkin.web import desk_locks, unsent_forms
from checkin.web.closed_visits import lead_to_closed_visit
from checkin.web.desk.audit_views import audit_patients_listed
from checkin.web.second_factors import is_second_factor_owed
from checkin.web.unsent_form_access import may_read_unsent_form
from checkin.web.unsent_form_visits import describe_unsent_forms


def refuse_stale_token(request: Any, reason: str = "") -> HttpResponse:
    """Return 403 with the form as typed; on a locked desk or without a login, keep it for its author."""
    if unsent_forms.is_script_request(request):
        return HttpResponse(status=403, headers={"Token": "stale"})
    typed = unsent_forms.read_unsent_form(request) if request.method == "POST" else None
    if answer := _answer_unless_desk_open(request, is_typed=typed is not None):
        return answer
    if typed and not request.user.is_authenticated:
        kept = unsent_forms.keep_typed_form(request, typed)
        return redirect_to_login(reverse("desk:typed" if kept else "desk:board"))
    mine = typed is not None and typed["by"] == request.user.pk
    if typed and mine and is_second_factor_owed(request):
        unsent_forms.keep_typed_form(request, typed)
        return redirect("desk:typed")  # where the second factor is asked for first
    return _show_typed_form(request, typed, mine=mine)


def _show_typed_form(request: Any, typed: unsent_forms.TypedForm | None, *, mine: bool) -> HttpResponse:
    """Show the form to its author as typed, unless its visit is closed; keep it for anybody else."""
    is_shown = typed is not None and mine and may_read_unsent_form(request.user, typed["action"])
    described = describe_unsent_forms(request, [typed] if is_shown else [])
    for one in described["forms"]:
        if closed := one.get("closed"):
            return lead_to_closed_visit(request, closed, f"{closed.token} is closed.")
    named = [pk for one in described["forms"] for pk in one["named"]]
    audit_patients_listed(request, "unsent_form.seen", patients=named, visits=described["visits"])
    context = {
        **described,
        "of_another": typed is not None and not mine,
        "is_kept": typed is not None and not mine and unsent_forms.keep_typed_form(request, typed),
    }
    return render(request, "unsent_forms.html", context, status=403)


def _answer_unless_desk_open(request: Any, *, is_typed: bool) -> HttpResponse | None:
    """Return what a locked desk answers; None if it is open or nobody is logged in, or not anymore.

    Pages that need no login stay open, as they do for the lock itself.
    """
    view = request.resolver_match.func
    if not request.user.is_authenticated or not getattr(view, "login_required", True):
        return None
    at = timezone.now()
    state = desk_locks.read_login_state(request.user, at)
    if state is DeskState.ENDED:
        return desk_locks.end_login(request, request.user.desk, at)
    # A login whose times are not known is refused like before if there is nothing of its own to show.
    is_locked = state is DeskState.LOCKED and (request.user.desk is not None or is_typed)
    return desk_locks.show_locked(request) if is_locked else None
