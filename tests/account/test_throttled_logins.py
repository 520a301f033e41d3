"""A login refused after too many tries is told apart from a wrong password in the trail."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client

from checkin.models import AuditEvent, Staff


@pytest.fixture(autouse=True)
def _nobody_has_tried(db: None) -> None:
    caches["default"].clear()
    caches["rows"].clear()


def test_a_throttled_login_is_told_apart_and_once(client: Client, dana: Staff) -> None:
    for _ in range(14):
        client.post("/account/login/", {"login": "dana", "password": "wrong horse staple"})
    assert AuditEvent.objects.filter(action="login.failed").count() == 10
    line = AuditEvent.objects.get(action="login.throttled")
    assert (line.outcome, line.staff) == ("refused", None)
    assert line.detail["limit"] in ("too_many_from_network", "too_many_for_username")
