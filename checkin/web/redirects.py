"""Back to the page that asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

_LONGEST_NEXT_PATH = 500
"""Characters of an address of ours, with room to spare; a much longer one could not be sent as a header."""


def redirect_back(request: HttpRequest, otherwise: str) -> HttpResponseRedirect:
    """Redirect to the page named by the form's `next`, where it is a path of ours, or else to `otherwise`.

    Not `django.shortcuts.redirect`, which takes a word for a view's name and fails after the deed is done.
    """
    return HttpResponseRedirect(_read_next_path(request) or otherwise)


def _read_next_path(request: HttpRequest) -> str:
    """The form's `next`, or "" where it is no path of ours."""
    wanted = request.POST.get("next", "")
    is_ours = (
        wanted.startswith("/")
        and len(wanted) <= _LONGEST_NEXT_PATH
        and url_has_allowed_host_and_scheme(wanted, None, require_https=request.is_secure())
    )
    return wanted if is_ours else ""
