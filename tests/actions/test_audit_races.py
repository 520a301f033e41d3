"""Two people at once: whoever writes to the trail locks no row of what it names."""

from __future__ import annotations

import threading

import pytest

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models import AuditEvent, Clinic, Patient, Staff
from checkin.queries.audit_verification import verify_chains
from checkin.rules.audit import FIRST_HASH
from tests import make
from tests.racing import at_once


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_opening_a_page_does_not_wait_for_who_changes_its_patient(brook: Clinic, dana: Staff) -> None:
    """It held the end of the chain and waited for the patient, while a merge held the patient and waited for
    the chain: PostgreSQL ended one of them.
    """
    leo = make.patient(brook)
    is_held, is_read = threading.Event(), threading.Event()

    def change() -> bool:
        with write_in_turn():
            Patient.objects.select_for_update().get(pk=leo.pk)
            is_held.set()
            came = is_read.wait(5)
            audit.write_audit_event(action="patient.merged", subject=leo, at=make.at(), by=dana)
        return came

    def read() -> bool:
        is_held.wait(5)
        with write_in_turn():
            audit.write_audit_event(action="seen", subject=leo, by=dana, at=make.at(), patient_id=leo.pk)
        is_read.set()
        return True

    assert at_once(change, read) == [True, True]
    assert AuditEvent.objects.filter(patient=leo).count() == 1


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_eight_writers_of_one_chain_leave_no_fork_and_no_gap(brook: Clinic, dana: Staff) -> None:
    """Who reads the last row without locking the chain puts two rows behind one."""
    writers, each = 8, 25

    def write() -> None:
        for step in range(each):
            with write_in_turn():
                audit.write_audit_event(action="seen", subject=dana, at=make.at(), by=dana, step=step)

    assert at_once(*[write] * writers) == [None] * writers
    rows = (
        AuditEvent.objects.filter(chain=brook.pk)
        .order_by("number")
        .values_list("number", "previous_hash", "hash")
    )
    numbers, previous, hashes = zip(*rows, strict=True)
    assert numbers == tuple(range(1, writers * each + 1))
    assert previous == (FIRST_HASH, *hashes[:-1])
    assert [(one.rows, one.wrong) for one in verify_chains([])] == [(writers * each, None)]
