"""The whole audit log, newest first. Reading it is an event of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models.audit import AuditEvent
from checkin.queries import audit_events
from checkin.queries.audit_events import AuditFilter, AuditPlace
from checkin.rules.roles import StaffAct
from checkin.web.access import StaffRequest, staff_required
from checkin.web.audit.event_filters import AuditFilterForm

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def audit_trail_read(
    request: StaffRequest, action: str, wanted: AuditFilter, subject: Any = None, **facts: Any
) -> AuditEvent:
    """Record that this person read the log, and by which filter."""
    detail = {name: str(value) for name, value in asdict(wanted).items() if value}
    with write_in_turn():
        return audit.write_audit_event(
            action=action,
            subject=subject,
            at=timezone.now(),
            by=request.user,
            patient_id=wanted.patient_id,
            clinic_id=request.clinic.pk,
            filter=detail,
            **facts,
        )


@require_safe
@staff_required(StaffAct.READ_TRAIL)
def show_events(request: StaffRequest) -> HttpResponse:
    form = AuditFilterForm(request.GET, clinic=request.clinic)
    wanted = form.read_filter()
    audit_trail_read(request, "audit_log.read", wanted)
    context = events_context(request, form, wanted)
    return render(request, "audit/events.html", context, status=400 if form.errors else 200)


def events_context(
    request: StaffRequest, form: AuditFilterForm, wanted: AuditFilter, **of_page: int
) -> dict[str, Any]:
    """Return a page of events, its filter, and the addresses of the older ones and of the export.

    `of_page` is what the page's own path says instead of its filter, for the export. An empty query of the
    export is everything; None is for a page that offers no export.
    """
    page = audit_events.read_audit_page(request.clinic, wanted, _read_audit_place(request))
    kept = {name: value for name, value in request.GET.items() if value and name in form.fields}
    older = {"before": _write_audit_place(page.older)} if page.older else {}
    return {
        "form": form,
        "page": page,
        "is_first": "before" not in request.GET,
        "newest": urlencode(kept),
        "older": urlencode(kept | older) if older else "",
        "export": urlencode(kept | of_page),
    }


def _read_audit_place(request: StaffRequest) -> AuditPlace | None:
    """Return where the page begins, from the address. Raises Http404 if it says something else."""
    said = request.GET.get("before", "")
    if not said:
        return None
    moment, _, pk = said.partition("-")
    if not (said.isascii() and moment.isdigit() and pk.isdigit() and len(moment) < 18 and len(pk) < 19):
        raise Http404
    return AuditPlace(_EPOCH + int(moment) * _MICROSECOND, int(pk))


def _write_audit_place(place: AuditPlace) -> str:
    """Return the end of a page as an address has it: microseconds since 1970, and an id."""
    return f"{(place.at - _EPOCH) // _MICROSECOND}-{place.pk}"
