"""The page that each person begins on, by their role."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

from checkin.models import Staff
from checkin.rules.roles import StaffAct


class FirstPage(NamedTuple):
    """An address, and the label of a button that leads there."""

    address: str
    label: str


_BOARD = FirstPage("/", "Go to the board")
_TRAIL = FirstPage("/audit/", "Go to the audit log")
_SETTINGS = FirstPage("/settings/", "Go to the settings")
_OF_NOBODY = FirstPage("/", "Go to the first page")
"""From there each is led to their own, or to the login."""


def find_first_page(person: Staff) -> FirstPage:
    """Return the page that this person begins on: the board, the audit log or the settings."""
    if person.may_act(StaffAct.READ_CHARTS):
        return _BOARD
    return _TRAIL if person.may_act(StaffAct.READ_TRAIL) else _SETTINGS


def find_first_page_of_anybody(user: object) -> FirstPage:
    """Return the first page of whoever asks, also if they are not logged in."""
    return find_first_page(user) if isinstance(user, Staff) else _OF_NOBODY


def find_first_page_without_query(request: HttpRequest) -> FirstPage:
    """Return the first page of whoever asks, if it was looked up already who that is: for pages on errors."""
    return find_first_page_of_anybody(find_known_staff(request))


def find_known_staff(request: HttpRequest) -> Staff | None:
    """Return who asks if that was looked up already; asks the database nothing."""
    person = getattr(request, "_cached_user", None)  # kept there by Django's get_user
    return person if isinstance(person, Staff) else None
