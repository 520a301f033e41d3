"""Triggers that are missing, changed or added are named: they could blind the audit trail."""

from __future__ import annotations

import pytest
from django.db import connection

from checkin.models.audit_triggers import APPEND_ONLY, TableTrigger, trigger_statements
from checkin.queries.audit_verification import find_wrong_triggers

EVENT, NAMED = APPEND_ONLY
pytestmark = pytest.mark.django_db


def send(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_the_triggers_that_the_program_made_are_right() -> None:
    """The negative control of all below."""
    assert find_wrong_triggers() == ([], [], [])


@pytest.mark.parametrize("place", range(5))
def test_a_missing_trigger_is_named(place: int) -> None:
    name = list(trigger_statements(connection.vendor))[place]
    table = NAMED if NAMED in name else EVENT
    send(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    assert find_wrong_triggers() == ([TableTrigger(table, name)], [], [])


def test_a_disabled_trigger_is_missing() -> None:
    if connection.vendor == "postgresql":
        connection.check_constraints()
        send(f"ALTER TABLE {EVENT} DISABLE TRIGGER USER")
    else:
        send("PRAGMA writable_schema = ON")
        send("DELETE FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", EVENT)
    assert {one.table for one in find_wrong_triggers().missing} == {EVENT}


BLIND = {
    "sqlite": "CREATE TRIGGER {name} BEFORE DELETE ON {table} WHEN 0 BEGIN SELECT 1; END",
    "postgresql": "CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW WHEN (OLD.id < 0) "
    "EXECUTE FUNCTION checkin_refuse_audit_change()",
}


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_a_trigger_that_does_nothing_is_named_whatever_its_name(table: str) -> None:
    name = f"{table}_no_delete"
    send(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    send(BLIND[connection.vendor].format(name=name, table=table))
    assert find_wrong_triggers() == ([], [TableTrigger(table, name)], [])


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize(
    "change",
    [
        "CREATE OR REPLACE FUNCTION {} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
        "ALTER FUNCTION {} SET search_path = elsewhere",
        "ALTER FUNCTION {} SECURITY DEFINER",
    ],
)
def test_a_function_that_was_changed_is_named(change: str) -> None:
    send(change.format("checkin_keep_audit_event()"))
    assert find_wrong_triggers() == ([], [TableTrigger(EVENT, f"{EVENT}_no_delete")], [])


@pytest.mark.only_on("postgresql")
def test_the_triggers_of_a_server_that_fires_none_are_missing() -> None:
    send("SET LOCAL session_replication_role = replica")
    assert len(find_wrong_triggers().missing) == len(trigger_statements("postgresql"))


HIDE = {
    "sqlite": "CREATE TRIGGER nothing_to_see AFTER {verb} ON {table} "
    "BEGIN DELETE FROM checkin_auditevent; END",
    "postgresql": "CREATE TRIGGER nothing_to_see AFTER {verb} ON {table} FOR EACH ROW "
    "EXECUTE FUNCTION checkin_move_audit_chain()",
}


@pytest.mark.parametrize(
    ("verb", "table"),
    [("INSERT", EVENT), ("INSERT", NAMED), ("UPDATE", "checkin_auditchain"), ("INSERT", "checkin_visit")],
)
def test_a_trigger_that_the_program_did_not_make_is_named(verb: str, table: str) -> None:
    """One on another table can delete rows of the trail too."""
    send(HIDE[connection.vendor].format(verb=verb, table=table))
    assert find_wrong_triggers() == ([], [], [TableTrigger(table, "nothing_to_see")])


@pytest.mark.only_on("postgresql")
def test_a_rule_that_drops_rows_is_named() -> None:
    send(f"CREATE RULE nothing_to_see AS ON INSERT TO {EVENT} WHERE NEW.patient_id = 1 DO INSTEAD NOTHING")
    assert find_wrong_triggers() == ([], [], [TableTrigger(EVENT, "nothing_to_see")])


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("schema", ["Brook Street", "clinic", 'a"b'])
def test_triggers_are_found_in_a_schema_of_any_name(schema: str) -> None:
    quoted = '"' + schema.replace('"', '""') + '"'
    send(f"ALTER SCHEMA public RENAME TO {quoted}")
    send(f"SET LOCAL search_path = {quoted}")
    assert find_wrong_triggers() == ([], [], [])
    send(f"DROP TRIGGER {EVENT}_no_delete ON {EVENT}")
    assert find_wrong_triggers() == ([TableTrigger(EVENT, f"{EVENT}_no_delete")], [], [])
