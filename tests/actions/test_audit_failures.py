"""If the trail cannot be written, nothing is done, except a sign-in, and then a file tells of it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from django.db import IntegrityError, OperationalError
from django.test import Client

from checkin.actions import audit, visits
from checkin.actions.permissions import NotAllowed, require_permission
from checkin.models import AuditEvent, Location, Role, SignIn, Staff, Visit
from checkin.models.audit import TrailUnwritten
from checkin.rules.roles import StaffAct
from checkin.rules.visit_steps import VisitState
from tests import make

TRIES = 50
"""Of L-3."""
FAULTS = (OperationalError("no such table"), IntegrityError("append-only"), OSError("gone"), TypeError("key"))


@pytest.fixture
def fallback(settings: pytest_django.Settings, tmp_path: Path) -> Path:
    settings.AUDIT_FALLBACK = str(tmp_path / "fallback.log")
    return tmp_path / "fallback.log"


def break_trail(monkeypatch: pytest.MonkeyPatch, number: int = 0) -> None:
    def fail(events: object) -> None:
        raise FAULTS[number % len(FAULTS)]

    monkeypatch.setattr(audit, "append_to_chains", fail)


def sign_in(front: Location, number: int) -> visits.SignInReceipt:
    claim = {"key": f"key-{number:08}", "child_given_name": "Secret", "child_family_name": f"Name{number}"}
    return visits.record_sign_in(location=front, claim=claim, at=make.at("9:00"), channel="kiosk")


def test_fifty_of_fifty_sign_ins_stay_and_the_file_tells_of_each(
    front: Location,
    fallback: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    made = []
    for number in range(TRIES):
        break_trail(monkeypatch, number)
        made.append(sign_in(front, number).visit.pk)
    assert Visit.objects.filter(pk__in=made).count() == TRIES
    lines = [json.loads(line) for line in fallback.read_text().splitlines()]
    signed_in = [one["subject_id"] for one in lines if one["action"] == "visit.signed_in"]
    assert signed_in == made
    record_property("cases", len(signed_in))
    assert {one["chain"] for one in lines} == {front.clinic_id}
    assert all(len(one["seal"]) == 64 for one in lines)
    assert "Secret" not in fallback.read_text()
    assert stat.S_IMODE(fallback.stat().st_mode) == 0o600
    assert not AuditEvent.objects.exists()


def test_a_sign_in_that_not_even_the_file_can_tell_of_is_not_kept(
    front: Location, settings: pytest_django.Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AUDIT_FALLBACK = str(tmp_path / "no folder" / "fallback.log")
    break_trail(monkeypatch)
    with pytest.raises(TrailUnwritten) as failed:
        sign_in(front, 1)
    assert "no folder" in str(failed.value.__cause__)
    assert not SignIn.objects.exists()


def test_fifty_of_fifty_other_acts_fail_with_the_trail(
    front: Location,
    dana: Staff,
    fallback: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    waiting = [sign_in(front, number).visit for number in range(TRIES)]
    refused = 0
    for number, visit in enumerate(waiting):
        break_trail(monkeypatch, number)
        with pytest.raises(TrailUnwritten):
            visits.move_visit(
                visit=visit, to=VisitState.ROOMED, by=dana, at=make.at("9:05"), reading="anyway"
            )
        refused += Visit.objects.get(pk=visit.pk).state == "arrived"
    assert refused == TRIES
    assert not fallback.exists()
    record_property("cases", refused)


def test_a_trail_that_fails_silently_is_found(
    front: Location,
    dana: Staff,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """The control: if the failure is swallowed, each act is done without its line."""
    waiting = [sign_in(front, number).visit for number in range(TRIES)]
    told = AuditEvent.objects.count()
    monkeypatch.setattr(audit, "append_to_chains", lambda events: None)
    for visit in waiting:
        visits.move_visit(visit=visit, to=VisitState.ROOMED, by=dana, at=make.at("9:05"), reading="anyway")
    done = Visit.objects.filter(pk__in=[one.pk for one in waiting], state="roomed").count()
    assert (done, AuditEvent.objects.count()) == (TRIES, told)
    record_property("found", done)


def test_a_page_is_not_shown_if_the_trail_cannot_tell_of_it(
    as_: Callable[[Staff], Client], dana: Staff, front: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = sign_in(front, 1).visit
    client = as_(dana)
    client.raise_request_exception = False
    break_trail(monkeypatch, 1)
    answer: Any = client.get(f"/visits/{visit.pk}/")
    assert (answer.status_code, "Secret" in answer.content.decode()) == (503, False)


def test_the_trail_works_again_after_a_sign_in_in_the_file(
    front: Location, fallback: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        break_trail(broken)
        sign_in(front, 1)
    last = sign_in(front, 2).visit
    assert AuditEvent.objects.filter(action="visit.signed_in").get().subject_id == last.pk


def test_what_an_action_refuses_for_the_role_is_noted_for_the_trail(brook: Any, front: Location) -> None:
    otto = make.staff(brook, "otto", Role.AUDITOR, location=front)
    token = audit.origin.set(audit.Origin())
    try:
        with pytest.raises(NotAllowed):
            require_permission(StaffAct.MOVE, otto)
        source = audit.origin.get()
        assert source is not None
        assert source.was_not_allowed
    finally:
        audit.origin.reset(token)
