"""Is it up, can it keep a sign-in, and the pages for what went wrong.

Django's own views for 403 and 404 read the request's body once more, for a token that no such page
needs: a body that cannot be read is then a 500. These look at nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from checkin.actions.storage import cause_of
from checkin.web.middleware import away


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """The process answers and its database does too; 503 otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM checkin_clinic LIMIT 1")
    except DatabaseError:
        return HttpResponse(
            "database away", content_type="text/plain", status=503, headers={"Retry-After": "3"}
        )
    return HttpResponse("ready", content_type="text/plain")


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw. Storage that failed on the way here, outside a view, is told apart."""
    problem = sys.exc_info()[1]
    cause = cause_of(problem)
    return away(request, cause, problem) if cause else render(None, "500.html", status=500)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read. Its body is not looked at again: that is what failed."""
    if isinstance(exception, SessionInterrupted):
        # Django says so too where the session could not be kept because storage failed.
        failed = next(filter(cause_of, chain(exception)), None)
        if failed:
            return away(request, cause_of(failed), failed)
    return render(None, "400.html", status=400)


@login_not_required
def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(None, "403.html", status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(None, "404.html", status=404)


def chain(problem: BaseException | None) -> Iterator[BaseException]:
    """What was raised, and what it was raised in answer to."""
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__
