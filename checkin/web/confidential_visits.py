"""The wall before a confidential visit: its pages open with a reason, for a short time, in one login.

The reason is asked and kept by what is sealed (`desk/sealed_readings`); here is what it opens.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils import timezone

from checkin.models import Visit
from checkin.rules.sealed_readings import OPEN_SECONDS

_READ_FOR = dt.timedelta(seconds=OPEN_SECONDS)
_ACT_FOR = dt.timedelta(minutes=15)
"""How long what was begun on its pages can be sent: nothing typed is lost because the page has closed."""

_OPENED_SESSION_KEY = "opened_visits"
"""Session key: when this login opened each confidential visit, in seconds, by the visit's id."""


class ConfidentialVisitClosed(Exception):
    """A view asked for a confidential visit that this person has not opened with a reason."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit.pk)
        self.visit = visit


class SealedAnswer(NamedTuple):
    """The opened visit whose page or form is being answered, and for how many seconds that may be shown.

    `desk/base.html` empties every page of it after these seconds.
    """

    visit: Visit
    seconds: int


def note_opened_visit(request: Any, visit: Visit) -> None:
    """Remember in this login that the visit was opened now. Forgets visits that have closed again."""
    now = timezone.now().timestamp()
    opened = request.session.get(_OPENED_SESSION_KEY, {})
    kept = {pk: at for pk, at in opened.items() if 0 <= now - at < _ACT_FOR.total_seconds()}
    request.session[_OPENED_SESSION_KEY] = kept | {str(visit.pk): now}


def forget_opened_visits(request: Any) -> None:
    """Close every visit that this login has opened, because its desk is locked."""
    request.session.pop(_OPENED_SESSION_KEY, None)


def may_read_visit(request: Any, visit: Visit) -> bool:
    """Return whether the visit is not confidential, or this login has opened it and it is not yet closed."""
    if not visit.confidential:
        return True
    is_form = request.method == "POST"
    left = _seconds_left(request, visit, _ACT_FOR if is_form else _READ_FOR)
    if left:
        request.sealed_answer = SealedAnswer(visit, seconds_to_show(request, visit))
    return left > 0


def may_show_visit(request: Any, visit: Visit) -> bool:
    """Return whether an answer may show something of this visit now, whatever was sent."""
    return not visit.confidential or seconds_to_show(request, visit) > 0


def may_tell_outcome(request: Any, visit: Visit) -> bool:
    """Return whether this page may say what came of an act at this visit: its own page, if confidential."""
    sealed: SealedAnswer | None = getattr(request, "sealed_answer", None)
    return not visit.confidential or bool(sealed and sealed.visit.pk == visit.pk and sealed.seconds)


def seconds_to_show(request: Any, visit: Visit) -> int:
    """Return for how many seconds more this login may see the confidential visit; 0 if it is closed."""
    return _seconds_left(request, visit, _READ_FOR)


def _seconds_left(request: Any, visit: Visit, span: dt.timedelta) -> int:
    """Return how much of this span is left since the visit was opened.

    A time that is still to come is of a clock that went back, and opens nothing.
    """
    opened = request.session.get(_OPENED_SESSION_KEY, {}).get(str(visit.pk))
    age = -1 if opened is None else timezone.now().timestamp() - opened
    return max(math.ceil(span.total_seconds() - age), 0) if age >= 0 else 0


def require_open_visit(request: Any, visit: Visit) -> None:
    """Raise ConfidentialVisitClosed if nothing of this visit may be shown."""
    if not may_read_visit(request, visit):
        raise ConfidentialVisitClosed(visit)


def keep_out_of_caches(response: HttpResponse, visit: Visit) -> HttpResponse:
    """Let no browser keep the page of an opened visit."""
    if visit.confidential:
        response["Cache-Control"] = "no-store, private"
    return response
