"""Reasons to take a record for the child of a sign-in: the code that a decision stores, and its sentence."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class IdentityReason(TextChoices):
    """What supports a record, in display order."""

    NAMES_SWAPPED = "names_swapped", _("Given and family name are the other way round.")
    PREFERRED_NAME = "preferred_name", _("The preferred name on record was typed.")
    SAME_NAME = "same_name", _("The same name.")
    SAME_GIVEN_NAME = "same_given_name", _("The same given name.")
    SAME_FAMILY_NAME = "same_family_name", _("The same family name.")
    NEAR_GIVEN_NAME = "near_given_name", _("A given name much like it.")
    NEAR_FAMILY_NAME = "near_family_name", _("A family name much like it.")
    SAME_BIRTH_DATE = "same_birth_date", _("The same birth date.")
    BIRTH_DATE_SLIP = "birth_date_slip", _("A birth date that is one slip away.")
    EXPECTED_TODAY = "expected_today", _("Expected today.")
    PHONE_ON_RECORD = "phone_on_record", _("The phone is on record.")
    SAME_POSTCODE = "same_postcode", _("The same postcode.")
    CHILD_BUT_FOR_MERGE = "child_but_for_merge", _("It would be this child’s but for the merge.")
    """For a visit that goes back to a record when a merge is undone: no person decided about it."""
