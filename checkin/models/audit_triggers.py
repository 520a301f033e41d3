"""Triggers that let rows of the audit trail be added and never changed, and move the end of the chain on.

On SQLite, a migration that changes a column of these tables loses them: it must install them again
at its end. `manage.py verify_audit` says when one is missing, is another one, or was added.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

APPEND_ONLY = ("checkin_auditevent", "checkin_auditeventpatient")
_TABLE_AND_NAME = re.compile(r"CREATE TRIGGER (?P<name>\w+) .*? ON (?P<table>\w+) ")
_FUNCTION = re.compile(r".* FUNCTION (?P<name>\w+)\(\) .* AS \$\$(?P<body>.*)\$\$")
_MOVE_ON = "UPDATE checkin_auditchain SET number = NEW.number, hash = NEW.hash WHERE id = NEW.chain"


_REMOVAL = ("checkin_auditevent_no_delete", "checkin_auditeventpatient_no_delete")


def _may_go(no: object) -> tuple[str, str]:
    """Return, for each table, whether a removal that is under way includes the row: `AuditChain.removing`."""
    may_go = "COALESCE({0}.number <= (SELECT removing FROM checkin_auditchain WHERE id = {0}.chain), {1})"
    of_event = f"(SELECT {may_go.format('e', no)} FROM {APPEND_ONLY[0]} e WHERE e.id = OLD.event_id)"  # noqa: S608
    return may_go.format("OLD", no), of_event


def trigger_statements(vendor: str) -> dict[str, str]:
    """Return the statement that makes each trigger, by its name."""
    made = _first_statements(vendor)
    return made | (_postgresql_removal() if vendor == "postgresql" else _sqlite_removal())


def _first_statements(vendor: str) -> dict[str, str]:
    """Return the triggers as they were before rows could be removed behind a checkpoint."""
    return _postgresql_triggers() if vendor == "postgresql" else _sqlite_triggers()


def _sqlite_removal() -> dict[str, str]:
    refused = "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    return {
        f"{table}_no_delete": f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"WHEN NOT COALESCE({may_go}, 0) {refused}"
        for table, may_go in zip(APPEND_ONLY, _may_go(0), strict=True)
    }


def _postgresql_removal() -> dict[str, str]:
    return {
        f"{table}_no_delete": f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION {function}()"
        for table, function in zip(APPEND_ONLY, _KEEP_FUNCTIONS, strict=True)
    }


def _sqlite_triggers() -> dict[str, str]:
    refused = "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    made = {
        f"{table}_no_{verb.lower()}": f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"{refused}"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    }
    name = "checkin_auditevent_moves_chain"
    return made | {name: f"CREATE TRIGGER {name} AFTER INSERT ON checkin_auditevent BEGIN {_MOVE_ON}; END"}


def _postgresql_triggers() -> dict[str, str]:
    made = {}
    for table in APPEND_ONLY:
        for verb, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            name = f"{table}_no_{verb.lower()}"
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} "
                "EXECUTE FUNCTION checkin_refuse_audit_change()"
            )
    name = "checkin_auditevent_moves_chain"
    return made | {
        name: f"CREATE TRIGGER {name} AFTER INSERT ON checkin_auditevent FOR EACH ROW "
        "EXECUTE FUNCTION checkin_move_audit_chain()"
    }


_POSTGRESQL_FUNCTIONS = (
    "CREATE OR REPLACE FUNCTION checkin_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
    "CREATE OR REPLACE FUNCTION checkin_move_audit_chain() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN {_MOVE_ON}; RETURN NULL; END $$",
)

_KEEP_FUNCTIONS = ("checkin_keep_audit_event", "checkin_keep_audit_patient")
_POSTGRESQL_REMOVAL_FUNCTIONS = tuple(
    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN IF NOT COALESCE({may_go}, false) THEN RAISE EXCEPTION 'the audit trail is append-only'; "
    "END IF; RETURN OLD; END $$"
    for name, may_go in zip(_KEEP_FUNCTIONS, _may_go("false"), strict=True)
)


def install_removal_triggers(apps: Any, schema_editor: Any) -> None:
    """Let a removal delete rows behind its checkpoint; for the migration that adds the chain's column."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        for statement in _POSTGRESQL_REMOVAL_FUNCTIONS:
            schema_editor.execute(statement, params=None)
    statements = trigger_statements(vendor)
    for table, name in zip(APPEND_ONLY, _REMOVAL, strict=True):
        of_table = f" ON {table}" if vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{of_table}", params=None)
        schema_editor.execute(statements[name], params=None)


def install_audit_triggers(apps: Any, schema_editor: Any) -> None:
    """Make the triggers that are missing; for a migration.

    After 0047, which lets rows be removed, a migration calls `install_removal_triggers` too.
    """
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        for statement in _POSTGRESQL_FUNCTIONS:
            schema_editor.execute(statement, params=None)
    there = {name for table, name, _, _ in _fetch_triggers(schema_editor.connection) if table in APPEND_ONLY}
    for name, statement in _first_statements(vendor).items():
        if name not in there:
            schema_editor.execute(statement, params=None)


class TableTrigger(NamedTuple):
    """A trigger of a table, or a rule of PostgreSQL, which can do the same."""

    table: str
    name: str


def expected_triggers(vendor: str) -> dict[TableTrigger, str]:
    """Return what the program's own triggers are, in the words in which `read_triggers` gives them."""
    made = {}
    for statement in trigger_statements(vendor).values():
        found = _TABLE_AND_NAME.match(statement)
        assert found  # noqa: S101
        made[TableTrigger(found["table"], found["name"])] = statement + _expected_function(vendor, statement)
    return made


def _expected_function(vendor: str, statement: str) -> str:
    """Return what the trigger of this statement runs; on SQLite the statement says it."""
    if vendor != "postgresql":
        return ""
    functions = map(_FUNCTION.fullmatch, (*_POSTGRESQL_FUNCTIONS, *_POSTGRESQL_REMOVAL_FUNCTIONS))
    bodies = {found["name"]: found["body"] for found in functions if found}
    return f"\nplpgsql f {bodies[statement.removesuffix('()').rpartition(' ')[2]]}"


def read_triggers(connection: Any) -> dict[TableTrigger, str]:
    """Return every trigger of the program's tables that runs, with all that it does.

    Of all tables: one on any other can write to the trail too. The program itself has none there.
    """
    found = _fetch_triggers(connection)
    return {TableTrigger(table, name): definition for table, name, definition, runs in found if runs}


def _fetch_triggers(connection: Any) -> list[tuple[str, str, str, bool]]:
    """Return table, name and definition of every trigger that is not disabled, and whether it runs here."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS_OF_POSTGRESQL if connection.vendor == "postgresql" else _TRIGGERS_OF_SQLITE)
        return list(cursor.fetchall())


_TRIGGERS_OF_SQLITE = "SELECT tbl_name, name, sql, 1 FROM sqlite_master WHERE type = 'trigger'"
# A function with rights or settings of its own is another one. As a replica, only triggers of "always" fire.
_TRIGGERS_OF_POSTGRESQL = """
SELECT relname, tgname, pg_get_triggerdef(pg_trigger.oid, true) || E'\n'
    || concat_ws(' ', lanname, prosecdef, proconfig, prosrc),
    tgenabled = 'A' OR current_setting('session_replication_role') <> 'replica'
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    JOIN pg_language ON pg_language.oid = prolang JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE NOT tgisinternal AND nspname = ANY (current_schemas(false))
    AND tgenabled IN ('A', 'O')
UNION ALL
SELECT tablename, rulename, definition, true FROM pg_rules WHERE schemaname = ANY (current_schemas(false))
"""
