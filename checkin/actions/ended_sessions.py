"""Delete sessions that have ended: they hold what staff searched for, which is names."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session

from checkin.actions.write_queue import write_in_turn


def delete_ended_sessions(*, at: dt.datetime) -> int:
    """Delete the sessions that ended before `at`; return how many. Asks once if there are none."""
    ended = Session.objects.filter(expire_date__lt=at)
    if not ended.exists():
        return 0
    with write_in_turn():
        return ended.delete()[0]
