"""Records of an import that are like somebody on file: compare them, or say that they are two children."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from checkin.actions import look_alikes
from checkin.queries import look_alikes as reads
from checkin.rules.roles import Act
from checkin.web.access import StaffRequest, may, staff_required
from checkin.web.desk.reach import number

TWO = "{} and {} are two children, and nobody is asked about them again."


@require_safe
@staff_required()
def listed(request: StaffRequest) -> HttpResponse:
    found = reads.page(request.clinic, request.GET.get("page"))
    context = {
        "pairs": found,
        "may_merge": may(request, Act.MERGE),
        "keys_of_page": "desk/look_alikes_keys.html",
    }
    return render(request, "desk/look_alikes.html", context)


@require_POST
@staff_required(Act.MERGE)
def say_two(request: StaffRequest, look_alike_id: int) -> HttpResponse:
    pairs = request.clinic.look_alikes.select_related("record", "older")
    found = get_object_or_404(pairs, pk=look_alike_id)
    look_alikes.say_two(look_alike=found, by=request.user, at=timezone.now())
    messages.success(request, TWO.format(found.record, found.older))
    page = number(request.POST.get("page"))
    return redirect(reverse("desk:look_alikes") + (f"?page={page}" if page else ""))
