"""Switch one's own shortcut keys on or off, from the person's menu."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from checkin.actions import shortcut_keys
from checkin.web.access import StaffRequest, staff_required
from checkin.web.redirects import redirect_back

_SAID = {
    True: "Shortcut keys are on, wherever you log in.",
    False: "Shortcut keys are off, wherever you log in. Switch them on in the menu under your name.",
}


@require_POST
@staff_required()
def submit_shortcut_keys(request: StaffRequest) -> HttpResponse:
    """Answer an open page with what was done, or redirect to the page that sent this."""
    is_on = request.POST.get("shortcut_keys") != "off"
    shortcut_keys.set_shortcut_keys(person=request.user, is_on=is_on, by=request.user, at=timezone.now())
    if request.htmx:
        return HttpResponse(_SAID[is_on], content_type="text/plain; charset=utf-8")
    messages.success(request, _SAID[is_on])
    return redirect_back(request, reverse("desk:board"))
