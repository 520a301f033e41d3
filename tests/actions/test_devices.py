"""A tablet is known by a token that is shown once, until it is revoked."""

from __future__ import annotations

from checkin.actions import devices
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


def test_two_tablets_of_one_name_have_a_token_each(front: Location) -> None:
    tokens = {devices.enrol_device(location=front, name="Tablet", at=make.at())[1] for _ in range(2)}
    assert len(tokens) == 2


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
