"""Which guardians may consent on a day, and whom to phone first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models

from checkin.rules import one_adult

if TYPE_CHECKING:
    from checkin.models.people import Guardian


class GuardianQuerySet(models.QuerySet["Guardian"]):
    def may_consent(self, on: dt.date) -> Self:
        """Whose word counts on that day: it does until the last day of their authority."""
        return self.filter(models.Q(ended_on=None) | models.Q(ended_on__gte=on), may_consent=True)

    def may_not_consent(self, on: dt.date) -> Self:
        return self.filter(models.Q(ended_on__lt=on) | models.Q(may_consent=False))

    def to_phone(self, on: dt.date) -> list[Guardian]:
        """Each once, whom to phone first first; those whose authority is over last, marked `is_over`."""
        found: list[Guardian] = list(self.select_related("clinic").order_by("position", "pk"))
        for one in found:
            one.is_over = one.ended_on is not None and one.ended_on < on
        found.sort(key=lambda one: one.is_over)
        region = found[0].clinic.region if found else ""
        # Who may agree and who may not, or may no longer, is said of both, also where it is one adult.
        return one_adult.each_once(found, region, apart=authority)


def authority(one: Guardian) -> tuple[bool, bool]:
    return one.may_consent, one.is_over
