"""The list of a clinic's staff, for whoever looks after their accounts."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from checkin.models import Clinic, Staff, StaffInvitation


class AccountState(StrEnum):
    """What an account can do now."""

    ACTIVE = "active"
    RESET = "reset"
    INVITED = "invited"
    EXPIRED = "expired"
    INACTIVE = "inactive"


class StaffRow(NamedTuple):
    """A person, the state of their account, and until when their unused link is or was valid."""

    person: Staff
    state: AccountState
    until: dt.datetime | None


def list_staff(clinic: Clinic, at: dt.datetime) -> list[StaffRow]:
    """Return all accounts of this clinic by name, first those that can log in. Two queries."""
    people = clinic.staff.select_related("location").order_by("-is_active", "name", "pk")
    links = {link.person_id: link for link in StaffInvitation.objects.unused().filter(clinic=clinic)}
    return [_staff_row(person, links.get(person.pk), at) for person in people]


def read_staff_row(person: Staff, at: dt.datetime) -> StaffRow:
    return _staff_row(person, person.invitations.unused().first(), at)


def _staff_row(person: Staff, link: StaffInvitation | None, at: dt.datetime) -> StaffRow:
    if link is None:
        return StaffRow(person, AccountState.ACTIVE if person.is_active else AccountState.INACTIVE, None)
    is_over = link.until <= at
    waiting = AccountState.RESET if person.is_active else AccountState.INVITED
    return StaffRow(person, AccountState.EXPIRED if is_over else waiting, link.until)
