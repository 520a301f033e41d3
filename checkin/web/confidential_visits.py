"""The wall before a confidential visit: its pages open with a reason, for a short time, in one login.

The reason is asked and kept by what is sealed (`desk/sealed_readings`); here is what it opens.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from checkin.models import Visit
from checkin.rules.sealed_readings import OPEN_SECONDS
from checkin.web.locations import reverse_with_id

_READ_FOR = dt.timedelta(seconds=OPEN_SECONDS)
_ACT_FOR = dt.timedelta(minutes=15)
"""How long what was begun on its pages can be sent: nothing typed is lost because the page has closed."""

_OPENED_SESSION_KEY = "opened_visits"
"""Session key: when this login opened each confidential visit, in seconds, by the visit's id."""


class ConfidentialVisitClosed(Exception):
    """A view asked for a confidential visit that this person has not opened with a reason."""

    def __init__(self, visit_id: int) -> None:
        super().__init__(visit_id)
        self.visit_id = visit_id


def note_opened_visit(request: Any, visit: Visit) -> None:
    """Remember in this login that the visit was opened now. Forgets visits that have closed again."""
    now = timezone.now().timestamp()
    opened = request.session.get(_OPENED_SESSION_KEY, {})
    kept = {pk: at for pk, at in opened.items() if now - at < _ACT_FOR.total_seconds()}
    request.session[_OPENED_SESSION_KEY] = kept | {str(visit.pk): now}


def may_read_visit(request: Any, visit: Visit) -> bool:
    """Return whether the visit is not confidential, or this login has opened it and it is not yet closed."""
    if not visit.confidential:
        return True
    opened = request.session.get(_OPENED_SESSION_KEY, {}).get(str(visit.pk))
    span = _ACT_FOR if request.method == "POST" else _READ_FOR
    return opened is not None and timezone.now().timestamp() - opened < span.total_seconds()


def require_open_visit(request: Any, visit: Visit) -> None:
    """Raise ConfidentialVisitClosed if nothing of this visit may be shown."""
    if not may_read_visit(request, visit):
        raise ConfidentialVisitClosed(visit.pk)


def redirect_to_closed_visit(request: Any, closed: ConfidentialVisitClosed) -> HttpResponse:
    """Lead to the visit's page, which then shows the neutral mark. Nothing that was sent is done."""
    request.is_visit_closed = True
    address = reverse_with_id("desk:visit", closed.visit_id)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def keep_out_of_caches(response: HttpResponse, visit: Visit) -> HttpResponse:
    """Let no browser keep the page of an opened visit."""
    if visit.confidential:
        response["Cache-Control"] = "no-store, private"
    return response
