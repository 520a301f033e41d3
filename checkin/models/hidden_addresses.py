"""Put “Hidden” over a patient's address and phone in what a page is about to show; nothing is saved."""

from __future__ import annotations

import copy
from typing import Any

from django.db.models import Q

from checkin.models.discrepancies import Discrepancy
from checkin.models.guardians import Guardian
from checkin.models.people import Escort, Patient
from checkin.models.visits import Visit
from checkin.rules.confidential_visits import ADDRESS_COLUMNS, HIDDEN_MARK, hidden_sign_in_fields


def is_address_hidden(patient: Patient | None) -> bool:
    return patient is not None and patient.address_hidden


def is_own_contact_hidden(of: Visit | Escort) -> bool:
    """Return whether the patient came alone, so that the number and e-mail are theirs, and are hidden."""
    if isinstance(of, Escort):
        return of.is_patient and is_address_hidden(of.patient)
    return is_address_hidden(of.patient) and of.sign_in.is_patient


def hide_own_email(email: str, of: Visit | Escort, *, mark: str = HIDDEN_MARK) -> str:
    """Return the e-mail, or the mark if it is hidden. It reads no row for somebody without an e-mail."""
    return mark if email and is_own_contact_hidden(of) else email


def _hidden_typed_fields(visit: Visit) -> tuple[str, ...]:
    """Return the fields of the visit's sign-in over which a page shows the mark."""
    if not is_address_hidden(visit.patient):
        return ()
    return hidden_sign_in_fields(is_patient=visit.sign_in.is_patient)


def hide_typed_address(visit: Visit) -> Visit:
    """Return the visit; if the address is hidden, a copy with the mark over what was typed of it.

    Only for pages. Compare what was typed on the visit itself: the mark differs from every number.
    """
    if not is_address_hidden(visit.patient):
        return visit
    shown, said = copy.copy(visit), copy.copy(visit.sign_in)
    for name in _hidden_typed_fields(visit):
        setattr(said, name, hide_typed_value(visit, name, getattr(said, name)))
    shown.sign_in = said
    return shown


def hide_typed_value(visit: Visit, name: str, value: Any) -> Any:
    """Return what was typed into this field of the visit's sign-in, or the mark if it is hidden."""
    return HIDDEN_MARK if value and name in _hidden_typed_fields(visit) else value


def is_of_hidden_address(row: Discrepancy) -> bool:
    """Return whether the difference is about an address, or a patient's own number, that is hidden.

    An earlier child of the visit counts too once the difference is no longer open: it may be theirs.
    """
    if row.field not in (Discrepancy.Field.ADDRESS, Discrepancy.Field.PHONE):
        return False
    is_of_child = row.field == Discrepancy.Field.ADDRESS
    if is_address_hidden(row.visit.patient):
        return is_of_child or row.visit.sign_in.is_patient
    is_over = row.status not in (Discrepancy.Status.OPEN, Discrepancy.Status.ASKING)
    return is_over and (is_of_child or row.visit.sign_in.is_patient) and _was_of_hidden_child(row.visit)


def _was_of_hidden_child(visit: Visit) -> bool:
    """Return whether a child whose address is hidden, also since a merge, was ever matched to the visit."""
    hidden = Patient.objects.filter(Q(address_hidden=True) | Q(merged_into__address_hidden=True))
    return visit.match_decisions.filter(Q(patient__in=hidden) | Q(previous_patient__in=hidden)).exists()


def hide_column_value(row: Patient | Escort | Guardian, name: str, value: str) -> str:
    """Return the value of this column, which may be an earlier one, or the mark if it is hidden."""
    if isinstance(row, Patient):
        is_hidden = name in ADDRESS_COLUMNS and is_address_hidden(row)
    else:
        is_hidden = name == "phone" and isinstance(row, Escort) and is_own_contact_hidden(row)
    return HIDDEN_MARK if value and is_hidden else value


def hide_discrepancy_address(row: Discrepancy) -> Discrepancy:
    """Return the row, with the mark on both sides if it is about a hidden address. Only for pages."""
    if is_of_hidden_address(row):
        row.typed, row.recorded = row.typed and HIDDEN_MARK, row.recorded and HIDDEN_MARK
    return row
