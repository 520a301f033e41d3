"""The form of a promise that is sent again is the same promise."""

from __future__ import annotations

import uuid

from checkin.models import Promise
from tests.promising import promise


def test_the_same_form_twice_is_one_promise(front, dana):
    key = uuid.uuid4()
    first, again = promise(front, by=dana, key=key), promise(front, by=dana, key=key)
    assert first == again
    assert Promise.objects.count() == 1


def test_the_same_key_in_another_clinic_is_another_promise(front, hilltop):
    key = uuid.uuid4()
    assert promise(front, key=key) != promise(hilltop, key=key)
