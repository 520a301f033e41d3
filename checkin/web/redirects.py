"""Redirect back to the page that sent a form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

_LONGEST_NEXT_PATH = 500
"""Characters. Our URLs are much shorter, and one far longer could not be sent as a header."""


def redirect_back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Redirect to the form's `next` if it is a path of ours, else to `otherwise`.

    Not `django.shortcuts.redirect`, which takes a word for a view name and fails after the action is done.
    """
    return HttpResponseRedirect(read_next_path(request) or otherwise)


def read_next_path(request: HttpRequest) -> str:
    """Return the form's `next`, or "" if it is not a path of ours."""
    wanted = request.POST.get("next", "")
    is_ours = (
        wanted.startswith("/")
        and len(wanted) <= _LONGEST_NEXT_PATH
        and url_has_allowed_host_and_scheme(wanted, None, require_https=request.is_secure())
    )
    return wanted if is_ours else ""
