"""Forms that could not be accepted, as typed, and this login's token for open pages."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from checkin.web import unsent_forms
from checkin.web.access import StaffRequest, staff_required
from checkin.web.desk.audit_views import audit_patients_listed
from checkin.web.unsent_form_access import may_read_unsent_form
from checkin.web.unsent_form_visits import describe_unsent_forms


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required()
def serve_unsent_forms(request: StaffRequest) -> HttpResponse:
    """Show what this person typed before they had to log in again. A POST only discards one."""
    if request.method == "POST":
        return redirect("desk:typed")
    mine, of_another = unsent_forms.load_unsent_forms(request)
    forms = [one for one in mine if may_read_unsent_form(request.user, one["action"])]
    if not forms and not of_another:
        return redirect("desk:board")
    described = describe_unsent_forms(request, forms)
    named = [pk for one in described["forms"] for pk in one["named"]]
    audit_patients_listed(request, "unsent_form.seen", patients=named, visits=described["visits"])
    context = {**described, "of_another": of_another, "is_kept": of_another}
    return render(request, "unsent_forms.html", context)


@require_safe
@staff_required()
def show_login_token(request: StaffRequest) -> HttpResponse:
    """Return this login's CSRF token, and whose it is: another login's page must not use it."""
    return JsonResponse({"token": get_token(request), "by": unsent_forms.typist_marker(request.user)})
