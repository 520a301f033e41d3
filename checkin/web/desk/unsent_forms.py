"""Forms that could not be taken, as they were typed, and this login's token for pages that are open."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from checkin.web import unsent_forms
from checkin.web.access import StaffRequest, staff_required
from checkin.web.unsent_form_fields import unsent_form_context


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def serve_unsent_forms(request: StaffRequest) -> HttpResponse:
    """What this person typed before they had to log in again. A POST only lets go of one."""
    if request.method == "POST":
        return redirect("desk:typed")
    forms, of_another = unsent_forms.load_unsent_forms(request)
    if not forms and not of_another:
        return redirect("desk:board")
    as_typed = [unsent_form_context(one, request.clinic) for one in forms]
    return render(request, "unsent_forms.html", {"forms": as_typed, "of_another": of_another})


@require_safe
@staff_required()
def show_login_token(request: StaffRequest) -> HttpResponse:
    """The token of this login, and whose it is: a page of another login must not go on with it."""
    return JsonResponse({"token": get_token(request), "by": unsent_forms.typist_marker(request.user)})
