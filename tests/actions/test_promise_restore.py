"""After a restore, every promise is complete, has its owner, and is not escalated twice."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import TransactionTestCase

from checkin.actions import escalations, handovers, promise_attempts
from checkin.models import Clinic, Promise, PromiseAttempt, PromiseEscalation, PromiseHandover, Role, Staff
from checkin.rules.promises import AttemptResult, PromiseStatus
from tests import make
from tests.emptied_tables import empty_written_tables
from tests.promising import promise

pytestmark = pytest.mark.django_db(transaction=True)

TRAIL = ["checkin.AuditChain", "checkin.AuditEvent", "checkin.AuditEventPatient"]
"""It restores with a backup only: it takes no rows but from its own chain."""
FACTS = (Promise, PromiseAttempt, PromiseEscalation, PromiseHandover)


def everything() -> dict[str, list[dict]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in FACTS}


def lived_through() -> Clinic:
    """Return a clinic whose promises were made, tried, handed over, kept and escalated."""
    clinic = make.clinic()
    front = make.location(clinic)
    dana = make.staff(clinic, "dana", location=front)
    mira = make.staff(clinic, "mira", Role.MANAGER, location=front)
    many = [promise(front, owner=owner, by=dana, due="9:30") for owner in (dana, mira, Role.MANAGER) * 4]
    for nth, one in enumerate(many):
        at = make.at("9:10") + dt.timedelta(minutes=nth)
        if nth % 4 == 0:
            promise_attempts.keep_promise(promise=one, by=mira, at=at)
        elif nth % 4 == 1:
            promise_attempts.attempt_promise(promise=one, result=AttemptResult.NO_ANSWER, by=dana, at=at)
        elif nth % 4 == 2:
            handovers.hand_over_promise(promise=one, to=mira, by=dana, at=at)
    escalations.escalate_due_promises(clinic=clinic, at=make.at("10:00"))
    return clinic


def wipe() -> None:
    """Empty the database, as a lost disk would; the actions would refuse to."""
    empty_written_tables(TransactionTestCase())


def test_a_restore_brings_every_promise_back_unchanged(tmp_path: Path) -> None:
    clinic = lived_through()
    before, kept = everything(), tmp_path / "kept.json"
    call_command("dumpdata", "checkin", output=str(kept), exclude=TRAIL, verbosity=0)
    wipe()
    assert not Promise.objects.exists()
    call_command("loaddata", str(kept), verbosity=0)
    assert everything() == before
    clinic = Clinic.objects.get(pk=clinic.pk)
    for one in Promise.objects.all():
        assert one.owner_id or one.owner_role or one.status != PromiseStatus.OPEN
    assert escalations.escalate_due_promises(clinic=clinic, at=make.at("10:00")) == []


def test_promises_can_be_kept_after_a_restore(tmp_path: Path) -> None:
    lived_through()
    kept = tmp_path / "kept.json"
    call_command("dumpdata", "checkin", output=str(kept), exclude=TRAIL, verbosity=0)
    wipe()
    call_command("loaddata", str(kept), verbosity=0)
    mira = Staff.objects.get(username="mira")
    for one in Promise.objects.open():
        promise_attempts.keep_promise(promise=one, by=mira, at=make.at("10:05"))
    assert not Promise.objects.open().exists()
    assert Promise.objects.count() == 12
