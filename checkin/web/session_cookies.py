"""Leave the browser its session cookie in an answer to a key that is gone.

Unlocking a desk renews the key. What its pages asked a moment before, with the old key, may be answered after
that; Django's answer would take the new cookie away and log out whoever has just unlocked. Whoever logs out
or leaves the desk to somebody else meanwhile is not logged in afterwards, whatever their key.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

_LEAVES = {"account_logout", "switch_user"}


class KeptCookieSessionMiddleware(SessionMiddleware):
    """Django's sessions; only an answer that ends a login deletes its cookie."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        if request.session.is_empty() and not request.session.modified and not _is_leaving(request):
            response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        return response


def _is_leaving(request: HttpRequest) -> bool:
    match = request.resolver_match
    return request.method == "POST" and match is not None and match.view_name in _LEAVES
