"""The trail in a file: an edit of its bytes is named, and rows from before it was a chain are sealed."""

from __future__ import annotations

import contextlib
import importlib
import sqlite3
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from checkin.actions import audit
from checkin.actions.write_queue import write_in_turn
from checkin.models import AuditChain, AuditEvent, Staff
from checkin.models.audit_triggers import APPEND_ONLY
from checkin.queries.audit_verification import verify_chains
from tests import make
from tests.emptied_tables import lift_audit_triggers


def write_lines(person: Staff, *actions: str) -> None:
    for action in actions:
        with write_in_turn():
            audit.write_audit_event(action=action, subject=person, at=make.at(), by=person, step=1)


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_bytes_changed_in_the_file_are_named_with_their_row(dana: Staff, tmp_path: Path) -> None:
    write_lines(dana, "canary.one", "canary.two", "canary.three", "canary.four")
    path = tmp_path / "trail.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
    whole = path.read_bytes()
    assert whole.count(b"canary.three") == 1
    path.write_bytes(whole.replace(b"canary.three", b"canary.thr3e"))
    with contextlib.closing(sqlite3.connect(path)) as copy:
        copy.backup(connection.connection)
    (found,) = verify_chains([])
    assert found.wrong is not None
    assert (found.wrong.number, found.rows) == (3, 2)
    assert found.wrong.why.startswith("it is not what was written")


@pytest.mark.parametrize("at_once", [2, 5000])
def test_rows_from_before_the_chain_are_sealed_in_their_order(
    dana: Staff, sol: Staff, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """As migration 0037 finds them: no number, no hash, two clinics among each other."""
    migration = importlib.import_module("checkin.migrations.0037_audit_trail")
    monkeypatch.setattr(migration, "AT_ONCE", at_once)
    for number in range(5):
        write_lines(dana, f"old.{number}")
        write_lines(sol, f"other.{number}")
    with lift_audit_triggers([*APPEND_ONLY]):
        AuditChain.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE checkin_auditevent SET number = NULL, chain = 0, previous_hash = '', hash = ''"
            )
        migration.seal_rows_on_file(apps, None)
    assert [(one.chain, one.rows, one.wrong) for one in verify_chains([])] == [
        (dana.clinic_id, 5, None),
        (sol.clinic_id, 5, None),
    ]
    mine = AuditEvent.objects.filter(chain=dana.clinic_id).order_by("number")
    assert list(mine.values_list("action", flat=True)) == [f"old.{number}" for number in range(5)]
    write_lines(dana, "new")
    assert [one.rows for one in verify_chains([])] == [6, 5]
