"""Delete sessions that have ended: they hold what staff searched for, which is names.

The times of logins that are long over go too. Who logged in when stays on the audit trail.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from checkin.actions.write_queue import write_in_turn
from checkin.models import DeskSession
from checkin.rules.desk_locks import LOGIN_TIMES_KEPT


def delete_ended_sessions(*, at: dt.datetime) -> int:
    """Delete the sessions that ended before `at`; return how many. Asks once if there are none."""
    return _delete_in_turn(Session.objects.filter(expire_date__lt=at))


def delete_old_login_times(*, at: dt.datetime) -> int:
    """Delete the times of logins that began too long ago to be used; return how many. Asks once if none did.

    One that was ended early stays until then: its row refuses the session of its browser.
    """
    return _delete_in_turn(DeskSession.objects.filter(logged_in_at__lt=at - LOGIN_TIMES_KEPT))


def _delete_in_turn(ended: QuerySet[Session] | QuerySet[DeskSession]) -> int:
    if not ended.exists():
        return 0
    with write_in_turn():
        return ended.delete()[0]
