"""Is it up, and can it keep a sign-in?"""

from __future__ import annotations

import sys

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

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
    """What nobody foresaw. A database that went away on the way here is told apart."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return away(request)
    return render(request, "500.html", status=500)
