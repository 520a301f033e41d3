"""When a person last used the program, to a few minutes."""

from __future__ import annotations

import datetime as dt

from checkin.models import Staff

_SEEN_EVERY = dt.timedelta(minutes=5)


def note_staff_seen(*, person: Staff, at: dt.datetime) -> bool:
    """Store that they are at work, at most once in five minutes; return whether it was stored.

    What was loaded with the person decides, so most requests cost no query.
    """
    seen = person.seen_at
    if seen is not None and at - seen < _SEEN_EVERY:
        return False
    person.last_seen_at = at
    return bool(Staff.objects.filter(pk=person.pk).update(last_seen_at=at))
