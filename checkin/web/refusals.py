"""Tell a person why an act was refused, so that a kept form that was sent with it stays kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from checkin.queries.unsent_forms import list_waiting_forms

TYPED_ID = "typed_id"
"""Hidden field of a form shown again: which stored form it is."""


def say_refusal(request: HttpRequest, sentence: str) -> None:
    """Say on the next page why nothing was done, and where a form that was kept before still waits."""
    note_nothing_done(request)
    messages.warning(request, sentence)
    if _is_form_kept(request):
        address = reverse("desk:typed")
        messages.info(request, format_html('<a href="{}">What you typed is still kept.</a>', address))


def _is_form_kept(request: HttpRequest) -> bool:
    """Return whether the form that was sent is one that still waits for this person."""
    sent, person = request.POST.get(TYPED_ID, ""), request.user.pk
    if not sent or person is None:
        return False
    waiting = list_waiting_forms(person, at=timezone.now())
    return sent.replace("-", "") in {one.pk.hex for one in waiting}


def note_nothing_done(request: HttpRequest) -> None:
    """Note that this request did nothing, where its answer, a way on or a page, does not say so."""
    request.is_nothing_done = True  # type: ignore[attr-defined]


def is_nothing_done(request: HttpRequest) -> bool:
    """Return whether the view noted that it did nothing."""
    return getattr(request, "is_nothing_done", False)
