"""What the buttons about one account or one device say: on their page, and if their form was kept unsent."""

from __future__ import annotations

from checkin.models import Device, Staff
from checkin.queries.staff import AccountState, StaffRow


def link_button_words(row: StaffRow) -> str:
    if row.person.is_active:
        return "Reset password"
    return "Reactivate account" if row.state == AccountState.INACTIVE else "Make a new link"


def deactivation_button_words(person: Staff) -> str:
    return "Deactivate account" if person.is_active else "Withdraw invitation"


def revocation_button_words(device: Device) -> str:
    return "Revoke display" if device.kind == Device.Kind.DISPLAY else "Revoke tablet"
