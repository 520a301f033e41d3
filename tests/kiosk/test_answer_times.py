"""The time of the tablet's answer says nothing about the child."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connection
from django.test import Client

from checkin.actions import visits
from checkin.models import Clinic, Location, Visit
from checkin.web.kiosk import answer_times
from tests import make

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from tests.kiosk.conftest import Tell


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds of each wait, which does not happen."""
    found: list[float] = []
    monkeypatch.setattr(answer_times.time, "sleep", found.append)
    return found


def test_the_answer_waits_whether_or_not_the_child_is_known(
    tell: Tell, tablet: Client, brook: Clinic, front: Location, waits: list[float], settings: SettingsWrapper
) -> None:
    settings.SIGN_IN_STEP_MS = 60_000
    make.appointment(make.patient(brook, "Leo Ruiz"), front)
    for number, name in enumerate(("Leo Ruiz", "Nobody Known", ""), 1):
        began = time.monotonic()
        assert tell(make.claim(name) if name else {}).status_code == 201
        taken = time.monotonic() - began
        assert len(waits) == number and 60 - taken <= waits[-1] < 60
    assert Visit.objects.count() == 3


def test_it_also_waits_when_saving_fails(
    tell: Tell,
    tablet: Client,
    front: Location,
    waits: list[float],
    settings: SettingsWrapper,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(**_: object) -> None:
        raise OperationalError("the disk is full")

    settings.SIGN_IN_STEP_MS = 60_000
    monkeypatch.setattr(visits, "record_sign_in", fail)
    assert tell(make.claim("Leo Ruiz")).status_code == 503
    assert len(waits) == 1 and waits[0] > 0


def test_a_device_that_is_not_enrolled_is_refused_at_once(
    client: Client, front: Location, waits: list[float], settings: SettingsWrapper
) -> None:
    settings.SIGN_IN_STEP_MS = 60_000
    # Or a stranger's requests would keep all threads of the server waiting.
    assert client.post("/kiosk/sign-ins/", {"child_given_name": "Leo"}).status_code == 401
    assert waits == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_locked_while_it_waits(
    tell: Tell,
    tablet: Client,
    front: Location,
    settings: SettingsWrapper,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[bool, int]] = []
    settings.SIGN_IN_STEP_MS = 60_000
    monkeypatch.setattr(
        answer_times.time,
        "sleep",
        lambda _: seen.append((connection.in_atomic_block, Visit.objects.count())),
    )
    assert tell(make.claim("Leo Ruiz")).status_code == 201
    # The visit is committed already, so no transaction and no turn to write is held.
    assert seen == [(False, 1)]


@pytest.mark.parametrize(
    ("taken", "step", "held"),
    [(0.03, 0.1, 0.07), (0.12, 0.1, 0.08), (0.0, 0.1, 0.0), (0.1, 0.1, 0.0), (0.03, 0.0, 0.0)],
)
def test_it_waits_until_the_next_step(taken: float, step: float, held: float) -> None:
    assert answer_times.seconds_to_hold(taken, step) == pytest.approx(held)
