"""Whatever somebody does to the audit trail in the database, `verify_audit` names the first wrong row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_django
from django.db import DatabaseError, connection, transaction

from checkin.actions import audit
from checkin.actions.audit_anchors import AnchorWriter
from checkin.actions.write_queue import write_in_turn
from checkin.models import AuditChain, AuditEvent, AuditEventPatient, Clinic, Staff
from checkin.models.audit_triggers import APPEND_ONLY
from checkin.queries import audit_verification
from checkin.queries.audit_verification import (
    count_rows_outside_chains,
    find_wrong_triggers,
    verify_chains,
)
from checkin.rules.audit import SEALED_COLUMNS, seal_row
from checkin.rules.audit_anchors import AuditAnchor, parse_anchors
from tests import make
from tests.emptied_tables import lift_audit_triggers

EVENT, NAMED = APPEND_ONLY
COLUMNS = [field.column for field in AuditEvent._meta.concrete_fields if field.column != "id"]


def write_lines(dana: Staff, *actions: str) -> list[AuditEvent]:
    with write_in_turn():
        return [
            audit.write_audit_event(action=action, subject=dana, at=make.at(), by=dana, step=place)
            for place, action in enumerate(actions, 1)
        ]


@pytest.fixture
def lines(dana: Staff, brook: Clinic) -> list[AuditEvent]:
    found = write_lines(dana, "one", "two", "three", "four")
    ids = [make.patient(brook, name).pk for name in ("Leo Ruiz", "Mia Stone")]
    with write_in_turn():
        named = audit.write_audit_event(
            action="list.seen", subject=None, at=make.at(), by=dana, patient_ids=ids
        )
    return [*found, named]


@pytest.fixture
def anchor(lines: list[AuditEvent]) -> AuditAnchor:
    return AuditAnchor("2026-11-24T16:00:00+00:00", lines[-1].chain, 5, lines[-1].hash)


def verified(*anchors: AuditAnchor) -> tuple[int, str]:
    """Return the number of the first wrong row and why; 0 and "" if all are right."""
    (found,) = verify_chains(anchors)
    return (found.wrong.number, found.wrong.why) if found.wrong else (0, "")


def send(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def with_triggers_lifted(sql: str, *values: object) -> None:
    with lift_audit_triggers([EVENT]):
        send(sql, *values)


def change(line: AuditEvent, column: str, value: object) -> None:
    with_triggers_lifted(f"UPDATE {EVENT} SET {column} = %s WHERE id = %s", value, line.pk)  # noqa: S608


def remove(*lines: AuditEvent) -> None:
    for line in lines:
        with_triggers_lifted(f"DELETE FROM {NAMED} WHERE event_id = %s", line.pk)  # noqa: S608
        with_triggers_lifted(f"DELETE FROM {EVENT} WHERE id = %s", line.pk)  # noqa: S608


def set_head(line: AuditEvent) -> None:
    sql = "UPDATE checkin_auditchain SET number = %s, hash = %s WHERE id = %s"
    send(sql, line.number, line.hash, line.chain)


def repeat(line: AuditEvent, number: int) -> None:
    rest = ", ".join(COLUMNS)
    picked = ", ".join("%s" if column == "number" else column for column in COLUMNS)
    sql = f"INSERT INTO {EVENT} ({rest}) SELECT {picked} FROM {EVENT} WHERE id = %s"  # noqa: S608
    send(sql, number, line.pk)


def swap_two(lines: list[AuditEvent]) -> None:
    change(lines[1], "number", 99)
    change(lines[2], "number", 2)
    change(lines[1], "number", 3)


def replace_one(lines: list[AuditEvent]) -> None:
    line = lines[2]
    remove(line)
    line.pk, line.action = None, "nothing"
    line._state.adding = True
    line.save()
    set_head(lines[-1])


def seal_all_with_another_key(lines: list[AuditEvent]) -> None:
    last = ""
    for line in lines[:4]:
        values = {column: getattr(line, column) for column in SEALED_COLUMNS}
        sealed = seal_row("not the clinic's key", last, values)
        change(line, "previous_hash", last)
        change(line, "hash", sealed)
        last = sealed


def cut_the_end(lines: list[AuditEvent]) -> None:
    remove(*lines[3:])
    set_head(lines[2])


def go_on_from_an_old_copy(lines: list[AuditEvent]) -> None:
    """Restore an old backup and let the clinic go on working: every row is sealed with the right key."""
    cut_the_end(lines)
    assert lines[0].staff
    write_lines(lines[0].staff, "of another day", "of another day", "of another day")


Tampering = Callable[[list[AuditEvent]], object]
WAYS: dict[str, tuple[Tampering, int]] = {
    "a value is changed": (lambda rows: change(rows[1], "action", "nothing"), 2),
    "the detail is changed": (lambda rows: change(rows[1], "detail", '{"step": 9}'), 2),
    "the time is changed": (lambda rows: change(rows[0], "at", "2026-11-24 03:00:00+00:00"), 1),
    "the person is taken out": (lambda rows: change(rows[3], "staff_id", None), 4),
    "its hash is changed": (lambda rows: change(rows[2], "hash", "0" * 64), 3),
    "a row is deleted": (lambda rows: remove(rows[2]), 3),
    "the first row is deleted": (lambda rows: remove(rows[0]), 1),
    "a row is replaced": (replace_one, 3),
    "two rows are swapped": (swap_two, 2),
    "a row is written again": (lambda rows: repeat(rows[1], 6), 6),
    "all are sealed with another key": (seal_all_with_another_key, 1),
    "a patient is taken from a list": (
        lambda rows: with_triggers_lifted(f"DELETE FROM {NAMED} WHERE id = (SELECT min(id) FROM {NAMED})"),  # noqa: S608
        5,
    ),
    "the last row is deleted": (lambda rows: remove(rows[4]), 5),
    "all rows are deleted": (lambda rows: remove(*rows), 1),
}
SEEN_BY_ANCHOR_ALONE: dict[str, tuple[Tampering, int]] = {
    "the end is cut": (cut_the_end, 4),
    "an old copy is used": (go_on_from_an_old_copy, 5),
}


def test_an_untouched_trail_is_right(lines: list[AuditEvent], anchor: AuditAnchor) -> None:
    """The negative control of all below."""
    assert verified(anchor) == (0, "")
    assert find_wrong_triggers() == ([], [], [])
    assert count_rows_outside_chains() == 0


@pytest.mark.parametrize("way", WAYS)
def test_the_first_wrong_row_is_named(way: str, lines: list[AuditEvent], anchor: AuditAnchor) -> None:
    tamper, number = WAYS[way]
    tamper(lines)
    assert verified()[0] == number
    assert verified(anchor)[0] == number


@pytest.mark.parametrize("way", SEEN_BY_ANCHOR_ALONE)
def test_what_the_chain_cannot_show_the_anchor_does(
    way: str, lines: list[AuditEvent], anchor: AuditAnchor
) -> None:
    tamper, number = SEEN_BY_ANCHOR_ALONE[way]
    tamper(lines)
    assert verified() == (0, "")
    number_found, why = verified(anchor)
    assert (number_found, anchor.at in why) == (number, True)


@pytest.mark.parametrize("is_later_first", [False, True])
def test_a_later_anchor_takes_no_earlier_one_back(
    is_later_first: bool, lines: list[AuditEvent], anchor: AuditAnchor
) -> None:
    """The last rows are cut off, and a chain as long again gets an anchor of its own."""
    go_on_from_an_old_copy(lines)
    row = AuditEvent.objects.get(number=anchor.number)
    later = AuditAnchor("2026-11-24T16:05:00+00:00", row.chain, anchor.number, row.hash)
    number, why = verified(*((later, anchor) if is_later_first else (anchor, later)))
    assert (number, anchor.at in why) == (anchor.number, True)


def test_after_a_restore_the_anchors_of_a_new_file_are_right(
    lines: list[AuditEvent], anchor: AuditAnchor, tmp_path: Path
) -> None:
    """The old file is moved away, as docs/running.md says."""
    go_on_from_an_old_copy(lines)
    writer = AnchorWriter(tmp_path / "anchors.log")
    writer.write_when_due(at=make.at())
    later = list(parse_anchors(writer.path.read_text().splitlines()))
    assert verified(*later) == (0, "") and len(later) == 1
    assert verified(anchor, *later)[0] == anchor.number


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE", "REPLACE"]
)
def test_the_database_refuses_changes(table: str, verb: str, lines: list[AuditEvent]) -> None:
    if verb == "REPLACE":
        columns = "event_id, patient_id" if table == NAMED else ", ".join(["id", *COLUMNS])
        ignored = "ON CONFLICT (id) DO UPDATE SET id = excluded.id"
        verb = {
            "sqlite": f"INSERT OR REPLACE INTO {{}} ({columns}) SELECT {columns} FROM {table}",  # noqa: S608
            "postgresql": f"INSERT INTO {{}} SELECT * FROM {table} {ignored}",  # noqa: S608
        }[connection.vendor]
    refused = (
        "syntax error" if verb.startswith("TRUNCATE") and connection.vendor == "sqlite" else "append-only"
    )
    connection.check_constraints()  # PostgreSQL truncates no table with checks that wait for the commit
    with pytest.raises(DatabaseError, match=refused), transaction.atomic():
        send(verb.format(table))
    assert verified() == (0, "")


def test_an_older_key_verifies_what_it_sealed(
    dana: Staff, lines: list[AuditEvent], settings: pytest_django.Settings
) -> None:
    settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = "the new key " * 4, [settings.AUDIT_KEY]
    write_lines(dana, "with the new key")
    assert verified() == (0, "")
    settings.AUDIT_KEY_FALLBACKS = []
    assert verified()[0] == 1


def test_a_row_without_a_number_is_counted(lines: list[AuditEvent]) -> None:
    change(lines[4], "number", None)
    assert count_rows_outside_chains() == 1


def test_a_named_patient_of_no_event_is_counted(lines: list[AuditEvent]) -> None:
    if connection.vendor == "sqlite":
        assert AuditEventPatient.objects.count() == 2
        return  # a foreign key of SQLite refuses it here
    with_triggers_lifted(f"DELETE FROM {EVENT} WHERE id = %s", lines[4].pk)  # noqa: S608
    assert count_rows_outside_chains() == 2
    with_triggers_lifted(f"DELETE FROM {NAMED}")  # noqa: S608


def test_rows_written_during_the_walk_are_no_missing_end(lines: list[AuditEvent]) -> None:
    """On a running server the end that was read before the walk is older than the last row walked."""
    head = AuditChain.objects.get(pk=lines[0].chain)
    head.number, head.hash = lines[2].number, lines[2].hash
    assert audit_verification._Walk(head.pk, head, []).verify().wrong is None
