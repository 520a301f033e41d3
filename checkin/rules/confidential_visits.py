"""Which visits and addresses are confidential, and what may be known of them without opening them.

A confidential visit stays on the board with its token, its step and how long it waits: nobody here is ever
invisible. What was said and done at it reaches nobody who did not open it with a reason.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ConfidentialKind(TextChoices):
    """Why staff keep it confidential. The tablet neither asks for it nor shows it."""

    ALONE = "alone", _("A teenager alone")
    ADDRESS = "address", _("A hidden address")
    OTHER = "other", _("Another reason")


VISIT_KINDS = (ConfidentialKind.ALONE, ConfidentialKind.OTHER)
"""Kinds that a visit can have. A hidden address belongs to the patient, for all of their visits."""

NEUTRAL_MARK = "Confidential"
"""All that lists, titles and the board say. It is the same for each kind."""

HIDDEN_MARK = "Hidden"
"""What stands in the place of a hidden value, where two records are compared."""

ADDRESS_COLUMNS = ("address", "city", "postcode", "phone")
"""The columns of a patient that a hidden address hides."""

HELD_MESSAGES_KEY = "messages_of_closed_visits"
"""The session's key of what was said about a visit that had closed by then, encoded, by the visit's id."""

_TYPED_ADDRESS_FIELDS = ("address",)
_TYPED_CONTACT_FIELDS = ("escort_phone", "email")
"""What a patient who came alone typed about themselves; of other adults it is about them."""

NO_NOTE_HERE = (
    "This visit is confidential, so no note is written about it. "
    "If the family wants a note, end the mark on the visit's page first."
)
"""Said before anything is typed, as are the two others that end so."""
NO_NOTE = f"Nothing was saved. {NO_NOTE_HERE}"
NO_PROMISE_HERE = (
    "This visit is confidential, so no promise is made from it. "
    "Make the promise on the patient's page, without what was said at this visit."
)
NO_PROMISE = f"Nothing was saved. {NO_PROMISE_HERE}"
NOTHING_REMEMBERED_HERE = (
    "This visit is confidential, so what was said at it is not kept for next time. "
    "If the family wants it kept or forgotten, end the mark on the visit's page first."
)
NOTHING_REMEMBERED = f"Nothing was changed. {NOTHING_REMEMBERED_HERE}"
NOTHING_ON_RECORD = (
    "This visit is confidential, so what was said at it is not written to the record. Nothing was changed. "
    "Keep the old, or change the record on the patient's page."
)
NOT_A_VISIT_KIND = "Choose why this visit is confidential."


def is_visit_kind(kind: str) -> bool:
    return kind in VISIT_KINDS


def kind_of_sign_in(*, is_patient: bool) -> ConfidentialKind:
    """Return the kind of mark for a visit that the desk signs in as confidential."""
    return ConfidentialKind.ALONE if is_patient else ConfidentialKind.OTHER


def hidden_sign_in_fields(*, is_patient: bool) -> tuple[str, ...]:
    """Return the fields of a sign-in that a hidden address hides."""
    return _TYPED_ADDRESS_FIELDS + _TYPED_CONTACT_FIELDS if is_patient else _TYPED_ADDRESS_FIELDS
