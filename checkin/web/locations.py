"""The front desk is part of the URL: `/at/3/…` is the same page at front desk 3, and so are its links.

Two tabs of one browser can show two front desks. The session only remembers the last one chosen, for pages
opened without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, reverse, set_script_prefix

from checkin.actions import audit

_LOCATION_PATH = re.compile(r"/at/([0-9]{1,18})(/.*)", re.DOTALL)
_PATHS_WITHOUT_LOCATION = ("/at/", "/kiosk/", "/display/", "/verify/", "/static/")
NextHandler = Callable[[HttpRequest], HttpResponse]


class LocationPathMiddleware:
    """Remove the front desk from the path, and add it to every URL made for the answer."""

    def __init__(self, get_response: NextHandler) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        before = get_script_prefix()
        request.at_location = None
        found = _LOCATION_PATH.fullmatch(request.path_info)
        try:
            if found and not found[2].startswith(_PATHS_WITHOUT_LOCATION):
                request.path_info = request.META["PATH_INFO"] = found[2]
                set_request_location(request, int(found[1]))
            return self.get_response(request)
        finally:
            set_script_prefix(before)


def set_request_location(request: Any, location_id: int) -> None:
    """Put this request at that front desk: its own path, and all URLs made for its answer."""
    root = strip_location_path(get_script_prefix())
    request.at_location = location_id
    audit.note_location(location_id)
    request.path = f"{root}at/{location_id}{request.path_info}"
    set_script_prefix(f"{root}at/{location_id}/")


def strip_location_path(path: str) -> str:
    """Return the path without a front desk, for `resolve` and for paper that leaves the clinic."""
    found = _LOCATION_PATH.fullmatch(path)
    return found[2] if found else path


def reverse_with_id(name: str, pk: int) -> str:
    """Return a URL with one id in it. Boards need several per row, and `reverse` is too slow."""
    return _reverse_id_pattern(name, get_script_prefix()).replace("/0/", f"/{pk}/")


@cache
def _reverse_id_pattern(name: str, prefix: str) -> str:
    return reverse(name, args=[0])
