"""Tell a person why an act was refused, so that a kept form that was sent with it stays kept."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

TYPED_ID = "typed_id"
"""Hidden field of a form shown again: which stored form it is."""


def say_refusal(request: HttpRequest, sentence: str) -> None:
    """Say on the next page why nothing was done, and where a form that was kept before still waits."""
    note_nothing_done(request)
    messages.warning(request, sentence)
    if TYPED_ID in request.POST:
        address = reverse("desk:typed")
        messages.info(request, format_html('<a href="{}">What you typed is still kept.</a>', address))


def note_nothing_done(request: HttpRequest) -> None:
    """Note that this request did nothing, where its answer, a way on or a page, does not say so."""
    request.is_nothing_done = True  # type: ignore[attr-defined]


def is_nothing_done(request: HttpRequest) -> bool:
    """Return whether the view noted that it did nothing."""
    return getattr(request, "is_nothing_done", False)
