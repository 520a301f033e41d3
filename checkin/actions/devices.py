"""Enroll and revoke tablets."""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets

from django.db import DatabaseError

from checkin.actions import audit
from checkin.actions.permissions import require_permission
from checkin.actions.refusals import Refused
from checkin.actions.write_queue import take_turn_if_free, write_in_turn
from checkin.models import Device, Location, Staff
from checkin.models.devices import hash_device_token
from checkin.rules.roles import StaffAct
from checkin.rules.short_lines import fold_to_one_line

LINK_LASTS = dt.timedelta(minutes=15)
_HEARD_EVERY = dt.timedelta(minutes=5)


class DeviceNameTaken(Refused):
    """A device of this name is at that front desk already: replacing its key stops it."""

    def __init__(self, device: Device) -> None:
        super().__init__(f"{device.name} is enrolled at {device.location.name} already.")
        self.device = device


def enrol_device(
    *,
    location: Location,
    name: str,
    at: dt.datetime,
    by: Staff | None = None,
    kind: str = Device.Kind.KIOSK,
    replace: bool = False,
) -> tuple[Device, str]:
    """Enroll a device; return it with its token, which is shown once and stored only as a hash.

    Raises DeviceNameTaken, unless `replace` says that the key of the one with that name is replaced.
    """
    token = _make_code()
    key: dict[str, object] = {"token_hash": hash_device_token(token), "link_hash": "", "link_until": None}
    return _save_device(location, name, kind, key, replace=replace, by=by, at=at), token


def enrol_device_by_link(
    *,
    location: Location,
    name: str,
    at: dt.datetime,
    by: Staff | None,
    kind: str = Device.Kind.KIOSK,
    replace: bool = False,
) -> tuple[Device, str]:
    """Enroll a tablet or display; return it with the code of its link, valid once and for `LINK_LASTS`.

    Raises DeviceNameTaken as `enrol_device` does.
    """
    code = _make_code()
    key = _link_columns(code, at=at)
    return _save_device(location, name, kind, key, replace=replace, by=by, at=at), code


def replace_device_key(*, device: Device, by: Staff | None, at: dt.datetime) -> str:
    """End the device's key; return the code of a new set-up link. Raises Refused if it was revoked."""
    require_permission(StaffAct.MANAGE_DEVICES, by)
    code = _make_code()
    with write_in_turn():
        _replace_key(device, _link_columns(code, at=at), by=by, at=at)
    return code


def take_device_key(*, code: str, at: dt.datetime) -> tuple[Device, str] | None:
    """Return the device that this link sets up, with its new token; None if the link is used or too old."""
    token = _make_code()
    with write_in_turn():
        device = Device.objects.offered_by(code, at=at).select_related("location", "clinic").first()
        taken = {"link_hash": "", "link_until": None, "token_hash": hash_device_token(token), "heard_at": at}
        if device is None or not Device.objects.offered_by(code, at=at).update(**taken, enrolled_at=at):
            return None
        audit.write_audit_event(action="device.set_up", subject=device, at=at, device=device)
    return device, token


def revoke_device(*, device: Device, by: Staff | None, at: dt.datetime) -> Device:
    """Revoke a device. Safe to repeat."""
    require_permission(StaffAct.MANAGE_DEVICES, by)
    with write_in_turn():
        ended = {"revoked_at": at, "link_hash": "", "link_until": None}
        if Device.objects.enrolled().filter(pk=device.pk).update(**ended):
            audit.write_audit_event(action="device.revoked", subject=device, at=at, by=by)
    device.refresh_from_db()
    return device


def note_device_heard(device: Device, *, at: dt.datetime) -> None:
    """Note that a device asked for something, at most every five minutes.

    A family must not wait or fail for this note: it is left out while others write or storage fails.
    """
    if device.heard_at is not None and at - device.heard_at < _HEARD_EVERY:
        return
    with contextlib.suppress(TimeoutError, DatabaseError), take_turn_if_free():
        Device.objects.filter(pk=device.pk).update(heard_at=at)
        device.heard_at = at


def _find_device_of_name(location: Location, name: str) -> Device | None:
    """Return the enrolled device of that name at this front desk, in any case, spacing and spelling."""
    there = location.devices.enrolled().select_related("location").order_by("-pk")
    return next((one for one in there if fold_to_one_line(one.name) == fold_to_one_line(name)), None)


def _save_device(
    location: Location,
    name: str,
    kind: str,
    key: dict[str, object],
    *,
    replace: bool,
    by: Staff | None,
    at: dt.datetime,
) -> Device:
    require_permission(StaffAct.MANAGE_DEVICES, by)
    with write_in_turn():
        # On PostgreSQL, two people who enroll the same name take turns here.
        Location.objects.select_for_update().get(pk=location.pk)
        known = _find_device_of_name(location, name)
        if known is not None and not replace:
            raise DeviceNameTaken(known)
        if known is not None:
            return _replace_key(known, key, by=by, at=at)
        device = Device.objects.create(
            clinic_id=location.clinic_id, location=location, name=name, kind=kind, enrolled_at=at, **key
        )
        audit.write_audit_event(action="device.enrolled", subject=device, at=at, by=by)
    return device


def _replace_key(device: Device, key: dict[str, object], *, by: Staff | None, at: dt.datetime) -> Device:
    found = Device.objects.enrolled().filter(pk=device.pk)
    if not found.update(**key, enrolled_at=at, heard_at=None):
        raise Refused(f"{device.name} was revoked, so it has no key to replace. Enroll it again.")
    audit.write_audit_event(action="device.key_replaced", subject=device, at=at, by=by)
    device.refresh_from_db()
    return device


def _link_columns(code: str, *, at: dt.datetime) -> dict[str, object]:
    """Return the columns of a device that waits for its link to be opened. Its token is known to nobody."""
    return {
        "token_hash": hash_device_token(_make_code()),
        "link_hash": hash_device_token(code),
        "link_until": at + LINK_LASTS,
    }


def _make_code() -> str:
    return secrets.token_urlsafe(32)
