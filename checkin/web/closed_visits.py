"""Answer what is sent to a confidential visit that is closed: nothing of it is shown, nothing typed is lost.

A form of an opened visit is taken for longer than the visit is shown. So whatever its view answers is looked
at here: a way on is kept, and a page in place of it leads to the closed visit.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django_htmx.http import HttpResponseClientRedirect

from checkin.models import Visit
from checkin.web import unsent_forms
from checkin.web.confidential_visits import ConfidentialVisitClosed, SealedAnswer, may_show_visit
from checkin.web.held_messages import hold_messages, tell_of_held_messages
from checkin.web.locations import reverse_with_id, strip_location_path
from checkin.web.refusals import note_nothing_done
from checkin.web.unsent_form_fields import unsent_form_context

_STALE_PAGE_HEADER = "Page"
"""Header that tells our scripts to send what was typed as a form; the body says why."""

_SHOW_NO_VISIT = {HTTPStatus.NO_CONTENT, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
"""Answers with no body, or with a page that is the same whatever it is about."""
_READ_IT = "{} is closed again. Open it with a reason to see what came of it."
_READ_IT_THERE = "{} is confidential. What came of it is on the visit's page."
_FRAGMENT_STAYS = "This page is of an opened visit, and closes by itself. Open it as a page."


class ClosedVisitMiddleware:
    """Stands around every answer that could show an opened visit after it has closed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        response = self.get_response(request)
        sealed: SealedAnswer | None = getattr(request, "sealed_answer", None)
        if sealed is None or getattr(request, "is_visit_closed", False):
            return response
        if request.method != "POST":
            return _keep_fragment_back(request, response)
        return _close_answer(request, response, sealed.visit)

    def process_exception(self, request: Any, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, ConfidentialVisitClosed):
            return None
        return lead_to_closed_visit(request, problem.visit, f"{problem.visit.token} is closed.")


def _keep_fragment_back(request: Any, response: HttpResponse) -> HttpResponse:
    """Refuse a script the part of an opened visit's page: put into another page, it would not close there.

    Our scripts then open the whole page, which closes by itself.
    """
    if not unsent_forms.is_script_request(request) or response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        return response
    return HttpResponse(_FRAGMENT_STAYS, status=HTTPStatus.CONFLICT, content_type="text/plain")


def _close_answer(request: Any, response: HttpResponse, visit: Visit) -> HttpResponse:
    """Return the answer to a form of an opened visit, with nothing of the visit if it has closed since."""
    is_open, is_script = may_show_visit(request, visit), unsent_forms.is_script_request(request)
    if response.status_code in _SHOW_NO_VISIT or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return response
    leads = HTTPStatus.MULTIPLE_CHOICES <= response.status_code < HTTPStatus.BAD_REQUEST
    address = reverse_with_id("desk:visit", visit.pk)
    is_held = (leads or is_script) and hold_messages(request, visit)
    if leads:
        if is_held and not (is_open and strip_location_path(response["Location"]).startswith(address)):
            told = (_READ_IT_THERE if is_open else _READ_IT).format(visit.token)
            tell_of_held_messages(request, visit, told)
        return response
    if is_open and (is_script or b"data-sealed=" in response.content):
        return response
    if is_script and response.status_code < HTTPStatus.BAD_REQUEST:
        tell_of_held_messages(request, visit, _READ_IT.format(visit.token))
        return HttpResponseClientRedirect(address)
    return lead_to_closed_visit(request, visit, f"{visit.token} is closed again.")


def lead_to_closed_visit(request: Any, visit: Visit, what: str) -> HttpResponse:
    """Lead to the visit's page, which then shows the neutral mark. Nothing that was sent is done.

    `what`: a sentence for whoever sent a form, with nothing in it but the visit's token.
    """
    request.is_visit_closed = True
    note_nothing_done(request)
    address = reverse_with_id("desk:visit", visit.pk)
    if request.method != "POST":
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    what = f"{what} Nothing was written."
    if unsent_forms.is_script_request(request):
        return refuse_script(what)
    messages.warning(request, f"{what} Open it with a reason.")
    _keep_typed_words(request)
    return redirect(address)


def refuse_script(what: str) -> HttpResponse:
    """Answer our scripts that nothing was written: they then send what was typed as a form."""
    headers = {_STALE_PAGE_HEADER: "behind"}
    return HttpResponse(what, status=HTTPStatus.CONFLICT, content_type="text/plain", headers=headers)


def _keep_typed_words(request: Any) -> None:
    """Keep what was typed for its author, and say so. A bare button has nothing to keep."""
    typed = unsent_forms.read_unsent_form(request)
    fields = unsent_forms.list_kept_fields(request)
    shown: Any = typed or {"id": uuid.uuid4().hex, "action": request.get_full_path(), "fields": fields}
    if all(one["kind"] == "hidden" for one in unsent_form_context(shown, request.user.clinic)["fields"]):
        return
    is_kept = False
    with contextlib.suppress(OperationalError, InterfaceError):
        is_kept = typed is not None and unsent_forms.keep_typed_form(request, typed)
    if not is_kept:
        messages.warning(request, "What was typed could not be kept. Please type it again.")
        return
    messages.info(
        request,
        format_html(
            '<a href="{}">What was typed is kept for 30 minutes.</a> It opens together with the visit.',
            reverse("desk:typed"),
        ),
    )
