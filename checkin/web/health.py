"""Health checks, and the error pages.

Django's own views for 403 and 404 read the request's body again, for a token that those pages do not need; a
body that cannot be read then becomes a 500. These do not read it.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterator

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from checkin.actions.storage_faults import (
    drop_faulty_connection,
    last_escalation_run,
    storage_fault_cause,
)
from checkin.actions.write_queue import prove_database_writable
from checkin.models.audit_fallback import count_fallback_lines
from checkin.queries import backups as backup_queries
from checkin.queries.bounded_calls import BoundedCall
from checkin.rules.backups import is_backup_late
from checkin.rules.roles import StaffAct
from checkin.web.first_pages import find_first_page_without_query, find_known_staff
from checkin.web.middleware import (
    RETRY_AFTER_SECONDS,
    answer_storage_failure,
    first_error_line,
    request_id_of,
)

_ESCALATIONS_LATE_AFTER = dt.timedelta(minutes=5)
_LONGEST_FALLBACK_SECONDS = 3.0
_fallback_look = BoundedCall("audit-fallback-look")
log = structlog.get_logger(__name__)


@require_safe
@login_not_required
def show_health(request: HttpRequest) -> HttpResponse:
    """Answer that the process is up."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
def show_readiness(request: HttpRequest) -> HttpResponse:
    """Check that the database can be read and written; otherwise 503 and why.

    Also says if escalations have stopped, the last backup is old, or the audit trail lacks a sign-in. That
    alone is no 503: a load balancer would take the server away from families who can sign in.
    """
    try:
        _write_proof.give()
        at = timezone.now()
        late = [*_describe_late_escalations(at), *_describe_late_backup(at), *_describe_trail_gaps()]
    except (DatabaseError, InterfaceError, OSError) as problem:
        cause = storage_fault_cause(problem) or "broken"
        drop_faulty_connection(cause)
        log.error("not_ready", why=cause, problem=first_error_line(problem))
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return HttpResponse(f"database {cause}", content_type="text/plain", status=503, headers=headers)
    return HttpResponse("\n".join(["ready", *late]), content_type="text/plain")


class _WriteProof:
    """Proves that a row can be written, at most every two seconds: anybody may request this page."""

    LASTS_SECONDS = 2.0

    def __init__(self) -> None:
        self.until = 0.0

    def give(self) -> None:
        if time.monotonic() >= self.until:
            prove_database_writable()
            self.until = time.monotonic() + self.LASTS_SECONDS


_write_proof = _WriteProof()


def _describe_late_escalations(at: dt.datetime) -> list[str]:
    """Return a line for monitoring if escalations have not run lately."""
    last = last_escalation_run()
    if last is not None and at - last < _ESCALATIONS_LATE_AFTER:
        return []
    since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "yet"
    log.error("escalations_late", since=since)
    return [f"overdue promises have not been escalated {since}"]


def _describe_late_backup(at: dt.datetime) -> list[str]:
    """Return a line for monitoring if the last good backup is older than 36 hours."""
    if not backup_queries.is_backup_expected(at):
        return []
    newest = backup_queries.newest_backup_time(at)
    if newest is None:
        return ["no backup has been made yet"]
    if not is_backup_late(newest, at):
        return []
    return [f"the last good backup is of {newest:%Y-%m-%d %H:%M} UTC"]


def _describe_trail_gaps() -> list[str]:
    """Return a line for monitoring if a file has what the audit trail could not take."""
    try:
        lines = _fallback_look.run(
            lambda: count_fallback_lines(settings.AUDIT_FALLBACK), seconds=_LONGEST_FALLBACK_SECONDS
        )
    except OSError as problem:
        log.error("audit_fallback_unreadable", problem=type(problem).__name__)
        return ["the file of what the audit trail could not take cannot be read"]
    if not lines:
        return []
    return [f"the audit trail could not take what {lines} lines of its fallback file tell"]


@login_not_required
def show_server_error(request: HttpRequest) -> HttpResponse:
    """Show the page for an unexpected error, or for storage that failed outside a view."""
    problem = sys.exc_info()[1]
    cause = storage_fault_cause(problem)
    if cause:
        return answer_storage_failure(request, cause, problem)
    return _render_error_page(request, 500, request_id=request_id_of(request))


@login_not_required
def show_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show the page for a request that cannot be read. Reading its body again would fail again."""
    if isinstance(exception, SessionInterrupted):
        # Django also raises this if the session could not be saved because storage failed.
        failed = next(filter(storage_fault_cause, _exception_chain(exception)), None)
        if failed:
            return answer_storage_failure(request, storage_fault_cause(failed), failed)
    return _render_error_page(request, 400, request_id=request_id_of(request))


@login_not_required
def show_not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show why this is not allowed; our scripts get the sentence alone."""
    why = str(exception) if isinstance(exception, PermissionDenied) else ""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(why, content_type="text/plain; charset=utf-8", status=403)
    is_sent = request.method not in ("GET", "HEAD")
    may_open = _may_open_in_emergency(request)
    return _render_error_page(request, 403, why=why, is_sent=is_sent, may_open_in_emergency=may_open)


def _may_open_in_emergency(request: HttpRequest) -> bool:
    """Return whether this person may open charts in an emergency, and has not done so. Looks nobody up."""
    person = find_known_staff(request)
    return bool(person and person.may_act(StaffAct.OPEN_IN_EMERGENCY) and person.emergency is None)


@login_not_required
def show_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _render_error_page(request, 404)


def _render_error_page(request: HttpRequest, status: int, **facts: object) -> HttpResponse:
    """Render without the request, which would look up who asks."""
    facts["first_page"] = find_first_page_without_query(request)
    return render(None, f"{status}.html", facts, status=status)


def _exception_chain(problem: BaseException | None) -> Iterator[BaseException]:
    """Yield the exception, then its causes."""
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__
