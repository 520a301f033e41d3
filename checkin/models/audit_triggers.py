"""Triggers that let rows of the audit trail be added and never changed, and move the end of the chain on.

On SQLite, a migration that changes a column of these tables loses them: it must install them again
at its end. `manage.py verify_audit` says when one is missing.
"""

from __future__ import annotations

from typing import Any

APPEND_ONLY = ("checkin_auditevent", "checkin_auditeventpatient")
_MOVE_ON = "UPDATE checkin_auditchain SET number = NEW.number, hash = NEW.hash WHERE id = NEW.chain"


def trigger_statements(vendor: str) -> dict[str, str]:
    """Return the statement that makes each trigger, by its name."""
    return _postgresql_triggers() if vendor == "postgresql" else _sqlite_triggers()


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


def install_audit_triggers(apps: Any, schema_editor: Any) -> None:
    """Make the triggers that are missing; for a migration."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        for statement in _POSTGRESQL_FUNCTIONS:
            schema_editor.execute(statement, params=None)
    there = list_audit_triggers(schema_editor.connection)
    for name, statement in trigger_statements(vendor).items():
        if name not in there:
            schema_editor.execute(statement, params=None)


def list_audit_triggers(connection: Any) -> set[str]:
    """Return the names of the triggers that are on the trail's tables and not disabled."""
    tables = ", ".join(f"'{table}'" for table in APPEND_ONLY)
    if connection.vendor == "postgresql":
        sql = (
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "  # noqa: S608
            f"WHERE relname IN ({tables}) AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
        )
    else:
        sql = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({tables})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall()}
