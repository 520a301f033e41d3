"""The desk's searches, kept in the session: a name in a URL would end up in every log.

A search is posted, stored under a number, and shown on a page that can be reloaded.
"""

from __future__ import annotations

from checkin.web.access import StaffRequest

_SEARCHES_SESSION_KEY = "searches"
_MOST_SEARCHES_KEPT = 10
_LONGEST_KEPT_SEARCH = 200


def remember_search(request: StaffRequest, text: str) -> int:
    """Store this search; return its number, valid until ten newer ones replace it."""
    kept: dict[str, str] = request.session.get(_SEARCHES_SESSION_KEY, {})
    number = max(map(int, kept), default=0) + 1
    latest = [*kept.items(), (str(number), text.strip()[:_LONGEST_KEPT_SEARCH])][-_MOST_SEARCHES_KEPT:]
    request.session[_SEARCHES_SESSION_KEY] = dict(latest)
    return number


def recall_search(request: StaffRequest) -> str:
    """Return the search under the number in the URL; "" if it is no longer stored."""
    kept: dict[str, str] = request.session.get(_SEARCHES_SESSION_KEY, {})
    return kept.get(request.GET.get("s", ""), "")
