"""The display in the waiting room. So far it only says that it is set up."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from checkin.models import Device
from checkin.web.device_keys import find_device


@login_not_required
@require_safe
def show_display(request: HttpRequest) -> HttpResponse:
    """Say whether this display is set up. It asks again every minute, so that it is heard."""
    device = find_device(request, Device.Kind.DISPLAY)
    return render(request, "display/home.html", {"device": device}, status=200 if device else 403)
