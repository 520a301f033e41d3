"""What the desk searched for, kept in the session: a name in an address would stand in every log.

A search is posted, remembered under a number, and shown by a page that one can go back to and reload.
"""

from __future__ import annotations

from checkin.web.access import StaffRequest

_SEARCHES_SESSION_KEY = "searches"
_MOST_SEARCHES_KEPT = 10
_LONGEST_KEPT_SEARCH = 200


def remember_search(request: StaffRequest, text: str) -> int:
    """The number under which this search is found again, until ten others have come."""
    kept: dict[str, str] = request.session.get(_SEARCHES_SESSION_KEY, {})
    number = max(map(int, kept), default=0) + 1
    latest = [*kept.items(), (str(number), text.strip()[:_LONGEST_KEPT_SEARCH])][-_MOST_SEARCHES_KEPT:]
    request.session[_SEARCHES_SESSION_KEY] = dict(latest)
    return number


def recall_search(request: StaffRequest) -> str:
    """What was searched for under the number in the address; "" where that is not known any more."""
    kept: dict[str, str] = request.session.get(_SEARCHES_SESSION_KEY, {})
    return kept.get(request.GET.get("s", ""), "")
