"""Middleware for every request."""

from __future__ import annotations

import contextlib
import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django_structlog.middlewares import RequestMiddleware

from checkin.actions import audit, staff_presence
from checkin.actions.storage_faults import (
    DAMAGED,
    FULL,
    READ_ONLY,
    TRAIL,
    drop_faulty_connection,
    storage_fault_cause,
)
from checkin.rules.direction_marks import remove_direction_marks_in_html
from checkin.rules.stacked_marks import limit_stacked_marks_in_html
from checkin.web.first_pages import find_first_page_without_query
from checkin.web.log_redaction import redact_path_codes
from checkin.web.throttle import client_address
from checkin.web.unsent_forms import is_script_request, read_form_to_send_again

GetResponse = Callable[[HttpRequest], HttpResponse]
RETRY_AFTER_SECONDS = 3
log = structlog.get_logger(__name__)


class RequestLogMiddleware(RequestMiddleware):
    """Logs one line per request, never the query string: a search has a child's name.

    Each answer has the id of its lines as X-Request-ID, and pages about an error show it.
    """

    def prepare(self, request: HttpRequest) -> None:
        super().prepare(request)
        request.request_id = structlog.contextvars.get_contextvars()["request_id"]  # type: ignore[attr-defined]  # for the answer

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response.headers["X-Request-ID"] = request_id_of(request)
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {redact_path_codes(request.path)}"

    def _log_level_for_status_code(self, status_code: int) -> int:
        # An unchanged board answers 204 every two seconds, for every desk.
        return logging.DEBUG if status_code == 204 else super()._log_level_for_status_code(status_code)


def request_id_of(request: HttpRequest) -> str:
    """Return the id by which the log knows this request; "" before it has one."""
    return str(getattr(request, "request_id", ""))


class StorageFailureMiddleware:
    """Answers with 503 and the cause, not 500, if storage is unreachable, locked, full or damaged."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if isinstance(problem, UnreadablePostError):
            return HttpResponse(status=400)  # the connection is lost, so nobody reads this answer
        cause = storage_fault_cause(problem)
        return answer_storage_failure(request, cause, problem) if cause else None


def answer_storage_failure(
    request: HttpRequest, cause: str, problem: BaseException | None = None
) -> HttpResponse:
    """Return 503 with Retry-After, for a person or a program. Logs the cause."""
    drop_faulty_connection(cause)
    log.error(
        "database_away", path=redact_path_codes(request.path), why=cause, problem=first_error_line(problem)
    )
    if "json" in f"{request.headers.get('Accept', '')}{request.content_type}":
        answer: HttpResponse = JsonResponse({"retry_after": RETRY_AFTER_SECONDS}, status=503)
    else:
        answer = _render_storage_failure(request, cause)
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _render_storage_failure(request: HttpRequest, cause: str) -> HttpResponse:
    """Render a page without using the database. Only a GET reloads by itself."""
    typed: dict[str, str] | None = getattr(request, "claim", None)
    context: dict[str, object] = {
        "seconds": RETRY_AFTER_SECONDS if request.method in ("GET", "HEAD") else 0,
        # The key stays the same, so that sending it again makes one visit.
        "typed": {"key": str(uuid.uuid4())} | typed if typed is not None else {},
        "needs_care": cause in (FULL, READ_ONLY, DAMAGED, TRAIL),
        "request_id": request_id_of(request),
    }
    if not request.path.startswith("/kiosk/"):
        context["form"] = read_form_to_send_again(request)
        return render(request, "storage_failure.html", context, status=503)
    chosen = (typed or request.GET).get("language") or translation.get_language_from_request(request)
    with translation.override(chosen if translation.check_for_language(chosen) else None):
        return render(request, "kiosk/storage_failure.html", context, status=503)


def first_error_line(problem: BaseException | None) -> str:
    """Return the database's first error line, without the values that it quotes below."""
    return (str(problem).strip().splitlines() or [""])[0][:200]


def note_audit_origin(get_response: GetResponse) -> GetResponse:
    """Let the audit trail know which request an event comes from, and from which address."""

    def middleware(request: HttpRequest) -> HttpResponse:
        named = str(structlog.contextvars.get_contextvars().get("request_id", ""))
        source = audit.Origin(
            # A client may name its request; the trail takes no free text from it.
            request_id=named if re.fullmatch(r"[0-9A-Za-z-]{1,64}", named) else "",
            address=client_address(request)[:45],
        )
        token = audit.origin.set(source)
        try:
            return get_response(request)
        finally:
            audit.origin.reset(token)

    return middleware


def forbid_caching(get_response: GetResponse) -> GetResponse:
    """Keep our pages out of every cache, shared or the browser's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if "Cache-Control" not in answer.headers:
            add_never_cache_headers(answer)
            answer.headers["Cache-Control"] = "no-store, private"
        return answer

    return middleware


def explain_wrong_method(get_response: GetResponse) -> GetResponse:
    """Say to whoever opens an address that only takes what a button sends that nothing was changed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        is_opened = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        is_on_tablet = request.path_info.startswith("/kiosk/")
        if answer.status_code == 405 and is_opened and not is_on_tablet and not is_script_request(request):
            answer.content = render_to_string(
                "405.html", {"first_page": find_first_page_without_query(request)}
            )
        return answer

    return middleware


def limit_marks_shown(get_response: GetResponse) -> GetResponse:
    """Show few of the marks on a letter, which cover the lines around, and no sign that turns words."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
            answer.content = remove_direction_marks_in_html(limit_stacked_marks_in_html(answer.content))
        return answer

    return middleware


def use_clinic_time(get_response: GetResponse) -> GetResponse:
    """Show times to staff in their clinic's time zone, wherever the server is."""

    def middleware(request: Any) -> HttpResponse:
        if request.user.is_authenticated:
            timezone.activate(request.user.clinic.zone)
        try:
            return get_response(request)
        finally:
            timezone.deactivate()

    return middleware


def note_staff_presence(get_response: GetResponse) -> GetResponse:
    """Note when a person last did something here. What a page asks by itself does not count."""

    def middleware(request: Any) -> HttpResponse:
        answer = get_response(request)
        is_by_itself = request.method == "GET" and is_script_request(request)
        if request.user.is_authenticated and not is_by_itself and answer.status_code < 500:
            # The page is done: a database that cannot be written now must not take it away.
            with contextlib.suppress(DatabaseError, InterfaceError):
                staff_presence.note_staff_seen(person=request.user, at=timezone.now())
        return answer

    return middleware
