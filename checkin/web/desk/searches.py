"""What the desk searched for, kept in the session: a name in an address would stand in every log.

A search is posted, remembered under a number, and shown by a page that one can go back to and reload.
"""

from __future__ import annotations

from checkin.web.access import StaffRequest

KEY = "searches"
MOST_KEPT = 10
LONGEST = 200


def remember(request: StaffRequest, text: str) -> int:
    """The number under which this search is found again, until ten others have come."""
    kept: dict[str, str] = request.session.get(KEY, {})
    number = max(map(int, kept), default=0) + 1
    latest = [*kept.items(), (str(number), text.strip()[:LONGEST])][-MOST_KEPT:]
    request.session[KEY] = dict(latest)
    return number


def recall(request: StaffRequest) -> str:
    """What was searched for under the number in the address; "" where that is not known any more."""
    return request.session.get(KEY, {}).get(request.GET.get("s", ""), "")
