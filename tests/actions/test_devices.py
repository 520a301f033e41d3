"""A tablet is known by a token that is shown once, until it is revoked."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest
from django.db import OperationalError

from checkin.actions import devices
from checkin.actions.permissions import NotAllowed
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Device, Location, Staff
from tests import make


def test_an_enrolled_tablet_is_known_by_its_token_which_is_not_kept(front: Location, ada: Staff) -> None:
    tablet, token = devices.enrol_device(location=front, name="By the door", at=make.at("7:00"), by=ada)
    assert Device.objects.holding(token) == tablet
    assert (tablet.kind, tablet.location, tablet.clinic, tablet.enrolled_at) == (
        Device.Kind.KIOSK,
        front,
        front.clinic,
        make.at("7:00"),
    )
    assert len(token) == 43 and token not in str(Device.objects.values().get())
    line = AuditEvent.objects.get(action="device.enrolled")
    assert (line.subject_id, line.staff) == (tablet.pk, ada)


def test_a_name_again_is_asked_about_and_then_replaces_the_key(front: Location, annexe: Location) -> None:
    tablet, old = devices.enrol_device(location=front, name="By the door", at=make.at("7:00"))
    devices.enrol_device(location=annexe, name="By the door", at=make.at("7:00"))
    with pytest.raises(devices.DeviceNameTaken) as taken:
        devices.enrol_device(location=front, name="by the  DOOR", at=make.at("9:00"))
    assert taken.value.device == tablet and Device.objects.holding(old) == tablet
    same, new = devices.enrol_device(location=front, name="By the door", at=make.at("9:00"), replace=True)
    assert same == tablet and Device.objects.holding(new) == tablet
    assert Device.objects.holding(old) is None, "the old tablet stops"
    assert AuditEvent.objects.get(action="device.key_replaced").subject_id == tablet.pk


def test_a_name_with_an_accent_is_one_on_every_keyboard(front: Location) -> None:
    tablet, _ = devices.enrol_device(location=front, name="Caf\u00e9", at=make.at("7:00"))
    with pytest.raises(devices.DeviceNameTaken) as taken:
        devices.enrol_device(location=front, name="CAFE\u0301", at=make.at("9:00"))
    assert taken.value.device == tablet


def test_the_name_of_a_revoked_tablet_is_free(front: Location) -> None:
    lost, _ = devices.enrol_device(location=front, name="By the door", at=make.at("7:00"))
    devices.revoke_device(device=lost, by=None, at=make.at("8:00"))
    found, _ = devices.enrol_device(location=front, name="By the door", at=make.at("9:00"))
    assert found != lost


def test_a_link_sets_up_one_tablet_once(front: Location, ada: Staff) -> None:
    tablet, code = devices.enrol_device_by_link(location=front, name="Door", at=make.at("9:00"), by=ada)
    assert Device.objects.holding(code) is None, "the link's code is no key"
    taken = devices.take_device_key(code=code, at=make.at("9:14"))
    assert taken is not None and taken[0] == tablet
    assert Device.objects.holding(taken[1]) == tablet
    assert code not in str(Device.objects.values().get()) and taken[1] not in str(
        Device.objects.values().get()
    )
    assert devices.take_device_key(code=code, at=make.at("9:14")) is None
    assert Device.objects.holding(taken[1]) == tablet, "a used link changes nothing"
    assert AuditEvent.objects.filter(action="device.set_up", device=tablet).count() == 1


@pytest.mark.parametrize("code", ["", "wrong", "é" * 900])
def test_no_other_code_sets_up_a_tablet(front: Location, code: str) -> None:
    devices.enrol_device(location=front, name="Set up", at=make.at("9:00"))
    devices.enrol_device_by_link(location=front, name="Door", at=make.at("9:00"), by=None)
    assert devices.take_device_key(code=code, at=make.at("9:01")) is None


def test_a_link_ends_after_fifteen_minutes_and_with_the_tablet(front: Location) -> None:
    tablet, code = devices.enrol_device_by_link(location=front, name="Door", at=make.at("9:00"), by=None)
    assert devices.take_device_key(code=code, at=make.at("9:15")) is None
    newer = devices.replace_device_key(device=tablet, by=None, at=make.at("9:16"))
    assert devices.take_device_key(code=code, at=make.at("9:16")) is None, "the older link is no way in"
    devices.revoke_device(device=tablet, by=None, at=make.at("9:17"))
    assert devices.take_device_key(code=newer, at=make.at("9:17")) is None
    with pytest.raises(Refused, match="was revoked"):
        devices.replace_device_key(device=tablet, by=None, at=make.at("9:18"))


def test_only_who_looks_after_tablets_enrolls_replaces_and_revokes(front: Location, dana: Staff) -> None:
    tablet, token = devices.enrol_device(location=front, name="Door", at=make.at("7:00"))
    for act in (
        lambda: devices.enrol_device_by_link(location=front, name="New", at=make.at(), by=dana),
        lambda: devices.replace_device_key(device=tablet, at=make.at(), by=dana),
        lambda: devices.revoke_device(device=tablet, at=make.at(), by=dana),
    ):
        with pytest.raises(NotAllowed, match="Only the manager or an administrator"):
            act()
    assert Device.objects.holding(token) == tablet and Device.objects.count() == 1


def test_a_tablet_is_noted_as_heard_at_most_every_five_minutes(
    front: Location, django_assert_num_queries: Any
) -> None:
    _, token = devices.enrol_device(location=front, name="Door", at=make.at("7:00"))
    for clock, heard, queries in (("9:00", "9:00", 1), ("9:04", "9:00", 0), ("9:05", "9:05", 1)):
        device = Device.objects.holding(token)
        assert device is not None
        with django_assert_num_queries(queries):
            devices.note_device_heard(device, at=make.at(clock))
        assert Device.objects.get().heard_at == make.at(heard)


def test_a_note_that_cannot_be_written_stops_no_family(
    front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, _ = devices.enrol_device(location=front, name="Door", at=make.at("7:00"))
    for problem in (OperationalError("database is locked"), TimeoutError()):

        def fail(problem: Exception = problem) -> NoReturn:
            raise problem

        monkeypatch.setattr(devices, "take_turn_if_free", fail)
        devices.note_device_heard(device, at=make.at("9:00"))
    assert Device.objects.get().heard_at is None


def test_a_revoked_tablet_is_unknown_and_the_other_is_still_known(front: Location, ada: Staff) -> None:
    (lost, token), (_, other) = (
        devices.enrol_device(location=front, name=name, at=make.at("7:00")) for name in ("Lost", "Kept")
    )
    lost = devices.revoke_device(device=lost, by=ada, at=make.at("9:00"))
    assert lost.revoked_at == make.at("9:00")
    assert Device.objects.holding(token) is None and Device.objects.holding(other)


def test_revoking_again_changes_nothing(front: Location, ada: Staff) -> None:
    tablet, _ = devices.enrol_device(location=front, name="Lost", at=make.at("7:00"))
    for clock in ("9:00", "9:30"):
        tablet = devices.revoke_device(device=tablet, by=ada, at=make.at(clock))
    assert tablet.revoked_at == make.at("9:00")
    assert AuditEvent.objects.filter(action="device.revoked").count() == 1
