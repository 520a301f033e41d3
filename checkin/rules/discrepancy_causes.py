"""Reasons why the desk is shown a discrepancy: the code that a row stores, and the sentence for the page."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DiscrepancyCause(TextChoices):
    """Reasons to raise a discrepancy. Rows store the code; the sentence is looked up for display."""

    NAME_DIFFERS = "name_differs", _("the name typed is not the name on record")
    NOT_A_BIRTH_DATE = "not_a_date", _("the birth date as typed is not a date")
    BIRTH_DATE_NOT_IN_CALENDAR = "not_in_calendar", _("the birth date as typed is not in the calendar")
    BIRTH_DATE_IN_OTHER_ORDER = (
        "other_order",
        _("the birth date as typed is not in this clinic's order of day and month"),
    )
    BIRTH_DATE_IN_TWO_WAYS = (
        "two_ways",
        _("the birth date as typed can be read in two ways; with all four digits of the year it cannot"),
    )
    BIRTH_DATE_IN_FUTURE = "in_future", _("the birth date as typed is in the future")
    BIRTH_DATE_TOO_LONG_AGO = "too_long_ago", _("the birth date as typed is more than 125 years ago")
    OTHER_BIRTH_DATE = "other_birth_date", _("another birth date is on record")
    NO_BIRTH_DATE = "no_birth_date", _("no birth date is on record yet")
    OTHER_ESCORT_PHONE = "other_escort_phone", _("another phone is on record for this escort")
    NO_ESCORT_PHONE = "no_escort_phone", _("no phone is on record for this escort")
    OTHER_GUARDIAN_PHONE = "other_guardian_phone", _("another phone is on record for this guardian")
    NO_GUARDIAN_PHONE = "no_guardian_phone", _("no phone is on record for this guardian")
    OTHER_GUARDIAN = "other_guardian", _("this guardian is not among those on record")
    NO_GUARDIAN = "no_guardian", _("no guardian is on record yet")
    OTHER_ADDRESS = "other_address", _("another address is on record")
    NO_ADDRESS = "no_address", _("no address is on record yet")
    ALREADY_SIGNED_IN = "already_signed_in", _("this child is already signed in")
    SIGNED_IN_OTHERWISE = "signed_in_otherwise", _("the same sign-in came again saying something else")


FIELD_WORDS: dict[str, Promise] = {
    "name": _("name"),
    "birth_date": _("birth date"),
    "phone": _("phone"),
    "guardian": _("guardian"),
    "address": _("address"),
    "sign_in": _("sign-in"),
}
"""What each field is called in the middle of a line."""
