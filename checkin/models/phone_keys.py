"""Rebuild the look-up keys of recorded phones when a clinic's region changes."""

from __future__ import annotations

from typing import Any

from checkin.models.guardians import Guardian
from checkin.models.people import Escort, Patient
from checkin.rules.phones import phone_key

_PHONE_KEY_BATCH_SIZE = 1000


def rebuild_phone_keys(*, clinic_id: int, region: str) -> None:
    """Update the phone keys of everyone on a clinic's file to its region."""
    models: tuple[Any, ...] = (Patient, Escort, Guardian)
    for model in models:
        rows = model._default_manager.filter(clinic_id=clinic_id).exclude(phone="")
        changed = []
        for row in rows.only("pk", "phone", "phone_key").iterator(_PHONE_KEY_BATCH_SIZE):
            key = phone_key(row.phone, region)[:20]
            if key != row.phone_key:
                row.phone_key = key
                changed.append(row)
        model._default_manager.bulk_update(changed, ["phone_key"], batch_size=_PHONE_KEY_BATCH_SIZE)
