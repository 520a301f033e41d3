"""Read a family's second concern, and what they were told about it."""

from __future__ import annotations

from typing import NamedTuple

from checkin.models import Need, NeedAnswer, Staff, ToldFamily, Visit
from checkin.rules.need_types import NeedKind
from checkin.rules.roles import StaffAct, list_roles_allowed
from checkin.rules.second_concerns import TELLABLE_OUTCOMES


class SecondConcern(NamedTuple):
    """A visit's second concern: their words, its owner, its answer, and when they were told."""

    need: Need
    asked: str
    answer: NeedAnswer | None
    told: ToldFamily | None

    @property
    def whose(self) -> str:
        return str(self.need.owner or self.need.get_owner_role_display())

    @property
    def may_be_told(self) -> bool:
        return self.told is None and self.need.status in TELLABLE_OUTCOMES


def find_second_concern(visit: Visit) -> SecondConcern | None:
    """Return the visit's second concern, or None. Two queries, or one if nothing was asked."""
    needs = visit.needs.standing().filter(kind=NeedKind.SECOND_CONCERN)
    need = needs.select_related("owner", "answered_by").first()
    if need is None:
        return None
    answers = need.answers.select_related("by", "told__by").order_by("pk")
    last = None if need.is_open else answers.last()
    return SecondConcern(need, visit.sign_in.also, last, getattr(last, "told", None))


def list_second_concern_owners(visit: Visit) -> list[Staff]:
    """Return the clinic's staff who work with families, by name."""
    people = visit.clinic.staff.filter(is_active=True, role__in=list_roles_allowed(StaffAct.ANSWER_NEED))
    return list(people.order_by("name", "pk"))
