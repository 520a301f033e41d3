"""One login at a desk: since when, last used when, and whether it is locked."""

from __future__ import annotations

import datetime as dt

from django.db import models

from checkin.rules.desk_locks import DeskState, read_desk_state


class DeskSession(models.Model):
    """A login's times. The browser's session names its row; only the row says whether the desk is locked.

    A row and not the session: a session is saved whole, so a request still under way would unlock it again.
    """

    staff = models.ForeignKey("Staff", on_delete=models.PROTECT, related_name="desk_sessions")
    logged_in_at = models.DateTimeField()
    active_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    unlock_tries = models.PositiveSmallIntegerField(default=0, db_default=0)

    @classmethod
    def load_with_person(cls, pk: int, *, staff_id: int) -> DeskSession | None:
        """Return this login if it is that person's, with them and their clinic, in one query."""
        desk = cls.objects.select_related("staff__clinic").filter(pk=pk, staff_id=staff_id).first()
        if desk:
            desk.staff.desk = desk
        return desk

    def state(self, *, lock_after: dt.timedelta, at: dt.datetime) -> DeskState:
        """Return whether the desk is open, locked, or needs a full login."""
        if self.ended_at is not None:
            return DeskState.ENDED
        return read_desk_state(
            logged_in_at=self.logged_in_at,
            active_at=self.active_at,
            locked_at=self.locked_at,
            lock_after=lock_after,
            at=at,
        )
