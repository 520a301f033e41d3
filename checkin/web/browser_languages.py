"""Public pages in the language of the visitor's browser. Staff pages are in English."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import translation

PublicView = Callable[..., HttpResponse]


def use_browser_language(view: PublicView) -> PublicView:
    @wraps(view)
    def told(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            return view(request, *args, **kwargs)

    return told
