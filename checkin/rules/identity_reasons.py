"""Reasons to take a record for the child of a sign-in: the code that a decision stores, and its sentence."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class IdentityReason(TextChoices):
    """What supports a record, in display order."""

    NAMES_SWAPPED = "names_swapped", _("The given name and the family name are swapped.")
    PREFERRED_NAME = "preferred_name", _("The preferred name on record was typed.")
    SAME_NAME = "same_name", _("The same name.")
    SAME_GIVEN_NAME = "same_given_name", _("The same given name.")
    SAME_FAMILY_NAME = "same_family_name", _("The same family name.")
    NEAR_GIVEN_NAME = "near_given_name", _("A similar given name.")
    NEAR_FAMILY_NAME = "near_family_name", _("A similar family name.")
    SAME_BIRTH_DATE = "same_birth_date", _("The same birth date.")
    BIRTH_DATE_SLIP = "birth_date_slip", _("A birth date with one typing error.")
    EXPECTED_TODAY = "expected_today", _("Expected today.")
    PHONE_ON_RECORD = "phone_on_record", _("The phone is on record.")
    SAME_POSTCODE = "same_postcode", _("The same postal code.")
    CHILD_BUT_FOR_MERGE = "child_but_for_merge", _("Without the merge, it would be this child’s.")
    """For a visit that goes back to a record when a merge is undone: no person decided about it."""
