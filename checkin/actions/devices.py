"""Enroll and revoke tablets."""

from __future__ import annotations

import datetime as dt
import secrets

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models import Device, Location, Staff
from checkin.models.devices import hash_device_token


def enrol_device(
    *,
    location: Location,
    name: str,
    at: dt.datetime,
    by: Staff | None = None,
    kind: str = Device.Kind.KIOSK,
) -> tuple[Device, str]:
    """Create a device; return it with its token, which is shown once and stored only as a hash."""
    token = secrets.token_urlsafe(32)
    with write_in_turn():
        device = Device.objects.create(
            clinic_id=location.clinic_id,
            location=location,
            name=name,
            kind=kind,
            token_hash=hash_device_token(token),
            enrolled_at=at,
        )
        audit.write_audit_event(action="device.enrolled", subject=device, at=at, by=by)
    return device, token


def revoke_device(*, device: Device, by: Staff | None, at: dt.datetime) -> Device:
    """Revoke a device. Safe to repeat."""
    with write_in_turn():
        if Device.objects.enrolled().filter(pk=device.pk).update(revoked_at=at):
            audit.write_audit_event(action="device.revoked", subject=device, at=at, by=by)
    device.refresh_from_db()
    return device
