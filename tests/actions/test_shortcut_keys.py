"""Switch a person's own shortcut keys."""

from __future__ import annotations

import pytest

from checkin.actions.shortcut_keys import set_shortcut_keys
from checkin.models import AuditEvent, Staff
from tests import make

pytestmark = pytest.mark.django_db


def test_they_are_on_at_first_and_kept_with_the_account(dana: Staff, noor: Staff) -> None:
    assert dana.has_shortcut_keys
    for is_on in (False, False, True):
        assert set_shortcut_keys(person=dana, is_on=is_on, by=dana, at=make.at()).has_shortcut_keys is is_on
        assert Staff.objects.get(pk=dana.pk).has_shortcut_keys is is_on
    assert Staff.objects.get(pk=noor.pk).has_shortcut_keys


def test_each_change_is_in_the_audit_log_once(dana: Staff) -> None:
    for is_on in (False, False, True):
        set_shortcut_keys(person=dana, is_on=is_on, by=dana, at=make.at())
    told = AuditEvent.objects.filter(action="staff.shortcut_keys_set").order_by("pk")
    assert [(one.subject_id, one.staff, one.detail["is_on"]) for one in told] == [
        (dana.pk, dana, False),
        (dana.pk, dana, True),
    ]
