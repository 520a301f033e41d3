"""Logins, failed ones and refused pages are in the trail, without what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import caches
from django.test import Client

from checkin.models import AuditEvent, Role, Staff
from tests import make


@pytest.fixture(autouse=True)
def _nobody_has_tried(db: None) -> None:
    caches["default"].clear()


def log_in(client: Client, username: str, password: str) -> None:
    client.post("/account/login/", {"login": username, "password": password})


def events(action: str) -> list[tuple[object, ...]]:
    found = AuditEvent.objects.filter(action=action).order_by("number")
    return list(found.values_list("chain", "staff", "subject_id", "outcome"))


def test_who_logs_in_and_out_is_told(client: Client, dana: Staff) -> None:
    dana.set_password("a long horse staple")
    dana.save()
    log_in(client, "dana", "a long horse staple")
    client.post("/account/logout/")
    mine = (dana.clinic_id, dana.pk, dana.pk, "done")
    assert (events("login.done"), events("login.ended")) == ([mine], [mine])
    line = AuditEvent.objects.get(action="login.done")
    assert (line.role, line.address, bool(line.request_id)) == ("front_desk", "127.0.0.1", True)


def test_a_failed_login_is_told_without_what_was_typed(client: Client, dana: Staff) -> None:
    log_in(client, "DANA", "wrong horse staple")
    log_in(client, "My Secret Password", "x")
    assert events("login.failed") == [
        (0, None, None, "failed"), (dana.clinic_id, None, dana.pk, "failed"),
    ] or events("login.failed") == [
        (dana.clinic_id, None, dana.pk, "failed"), (0, None, None, "failed"),
    ]  # fmt: skip
    told = str(list(AuditEvent.objects.values()))
    assert [word for word in ("Secret", "wrong horse", "DANA") if word in told] == []


def test_a_refused_page_is_told(as_: Callable[[Staff], Client], dana: Staff, brook: object) -> None:
    otto = make.staff(dana.clinic, "otto", Role.AUDITOR, location=dana.location)
    answer = as_(otto).get("/sign-in/")
    assert answer.status_code == 403
    line = AuditEvent.objects.get(action="page.refused")
    assert (line.staff, line.role, line.outcome) == (otto, "auditor", "refused")
    assert (line.detail["page"], line.detail["method"]) == ("desk:sign_in", "GET")
