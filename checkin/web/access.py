"""Check who may open a page, and look rows up in their own clinic only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django_htmx.middleware import HtmxDetails

from checkin.models import Clinic, Location, Patient, Staff, Visit
from checkin.models.sign_in_records import final_record_id
from checkin.rules.page_versions import PageVersion
from checkin.rules.roles import StaffAct
from checkin.web import confidential_visits, page_versions
from checkin.web.first_pages import find_first_page

LOCATION_SESSION_KEY = "location"
"""Session key: the front desk this person is looking at."""


class StaffRequest(HttpRequest):
    """A request by somebody who is logged in and allowed here."""

    user: Staff
    clinic: Clinic
    htmx: HtmxDetails
    at_location: int | None
    """Id of the front desk in the URL, if any."""
    page_mark: PageVersion | None
    """The child, adult, state and front desk that the page showed when it was drawn."""


StaffView = Callable[..., HttpResponse]


def staff_required(
    act: StaffAct | None = None, *, leads_others_home: bool = False
) -> Callable[[StaffView], StaffView]:
    """Admit staff who may do `act`, or all staff if None. Others get 403 and who may.

    `leads_others_home`: others are sent to their own first page instead. For the page after the login.
    """

    def decorate(view: StaffView) -> StaffView:
        @wraps(view)
        def guarded(request: Any, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                raise PermissionDenied
            if act is not None and not request.user.may_act(act):
                if leads_others_home:
                    return redirect(find_first_page(request.user).address)
                raise PermissionDenied(request.user.explain_refusal(act, is_read=_is_read_request(request)))
            request.clinic = request.user.clinic
            with page_versions.check_page_version(request, kwargs):
                return view(request, *args, **kwargs)

        guarded.act = act  # type: ignore[attr-defined]  # a function has room for more
        return guarded

    return decorate


def _is_read_request(request: Any) -> bool:
    """Return whether a page was only opened, with nothing sent."""
    return request.method in ("GET", "HEAD")


def may_perform_act(request: StaffRequest, act: StaffAct) -> bool:
    """Return whether to offer this on a page. The action checks again."""
    return request.user.may_act(act)


def act_refusal(request: StaffRequest, act: StaffAct) -> str:
    """Return why this person may not do it; "" if they may."""
    return "" if may_perform_act(request, act) else request.user.explain_refusal(act)


def current_location_id(request: StaffRequest) -> int:
    """Return the id of the page's front desk.

    From the URL or form; else the one last chosen in this browser, the person's own, or the clinic's first.
    Not checked: look the id up among the clinic's own locations. Raises Http404 if the clinic has none.
    """
    chosen = (
        named_location_id(request) or request.session.get(LOCATION_SESSION_KEY) or request.user.location_id
    )
    if chosen is None:
        first = request.clinic.locations.order_by("pk").first()
        if first is None:
            raise Http404
        chosen = request.session[LOCATION_SESSION_KEY] = first.pk
    return chosen


def named_location_id(request: Any) -> int | None:
    """Return the id of the front desk that the page itself names, unchecked; None if it names none."""
    mark = getattr(request, "page_mark", None)
    return request.at_location or (mark.location if mark else None)


def get_current_location(request: StaffRequest) -> Location:
    """Return the page's front desk. Raises Http404 if it is not this clinic's."""
    found = get_object_or_404(request.clinic.locations, pk=current_location_id(request))
    found.clinic = request.clinic
    return found


def get_visit_or_404(request: StaffRequest, visit_id: int, *, also_closed: bool = False) -> Visit:
    """Return this clinic's visit with everything its pages show. Another clinic's visit is a 404.

    `also_closed`: the view shows nothing of a confidential visit but its neutral mark. Others get
    ConfidentialVisitClosed for one that this person has not opened with a reason.
    """
    visits = request.clinic.visits.select_related(
        "sign_in", "patient", "escort", "appointment", "location", "sign_in__device", "sign_in__by"
    )
    visit = get_object_or_404(visits, pk=visit_id)
    visit.clinic = visit.location.clinic = request.clinic
    if not also_closed:
        confidential_visits.require_open_visit(request, visit)
    return visit


def get_patient_or_404(request: StaffRequest, patient_id: int) -> Patient:
    return get_object_or_404(request.clinic.patients, pk=patient_id)


def get_patient_after_merges(request: StaffRequest, patient_id: int) -> Patient:
    """Return this clinic's patient, or the record it was merged into since the page was opened."""
    found = get_patient_or_404(request, patient_id)
    if found.merged_into_id is None:
        return found
    return get_patient_or_404(request, final_record_id(found.pk))
