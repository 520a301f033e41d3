"""What every request passes through."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django_structlog.middlewares import RequestMiddleware

GetResponse = Callable[[HttpRequest], HttpResponse]
RETRY_AFTER_SECONDS = 3
log = structlog.get_logger(__name__)


class RequestLog(RequestMiddleware):
    """One line per request. Never the query string: a search holds a child's name."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    def _log_level_for_status_code(self, status_code: int) -> int:
        # An unchanged board answers 204 every two seconds, for every desk.
        return logging.DEBUG if status_code == 204 else super()._log_level_for_status_code(status_code)


class KeptOr503:
    """A database that is away or locked is said to be so, with when to come back; never a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        return away(request) if isinstance(problem, OperationalError | InterfaceError) else None


def away(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After, for a person or for a program."""
    log.error("database_away", path=request.path)
    if "json" in f"{request.headers.get('Accept', '')}{request.content_type}":
        answer: HttpResponse = JsonResponse({"retry_after": RETRY_AFTER_SECONDS}, status=503)
    else:
        answer = render(request, "away.html", {"seconds": RETRY_AFTER_SECONDS}, status=503)
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def no_store(get_response: GetResponse) -> GetResponse:
    """No page of ours stays in a cache, a shared one or the browser's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if "Cache-Control" not in answer.headers:
            add_never_cache_headers(answer)
            answer.headers["Cache-Control"] = "no-store, private"
        return answer

    return middleware


def clinic_clock(get_response: GetResponse) -> GetResponse:
    """Staff see times by their clinic's clock, wherever the server stands."""

    def middleware(request: Any) -> HttpResponse:
        if request.user.is_authenticated:
            timezone.activate(request.user.clinic.zone)
        try:
            return get_response(request)
        finally:
            timezone.deactivate()

    return middleware
