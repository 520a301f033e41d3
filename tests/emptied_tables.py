"""After a test that commits, only the tables that hold rows are emptied.

Django's own flush empties all tables and then makes every permission again: twenty times as many statements.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase

from checkin.models.audit_triggers import APPEND_ONLY, trigger_statements

KEPT = {model._meta.db_table for model in (ContentType, Permission)}
"""Filled by migrations, and by nothing that the tests press."""


def empty_written_tables(_case: TransactionTestCase) -> None:
    written = list_tables_with_rows()
    with transaction.atomic(), lift_audit_triggers(written), connection.cursor() as cursor:
        # Foreign keys are checked at the commit, so the order is free.
        for table in written:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608


@contextlib.contextmanager
def lift_audit_triggers(written: list[str]) -> Iterator[None]:
    """Take the triggers away that keep the audit trail, if it has rows, and put them back."""
    if not {*APPEND_ONLY} & {*written}:
        yield
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            cursor.execute("SET LOCAL session_replication_role = origin")
            return
        for name in trigger_statements("sqlite"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        yield
        for statement in trigger_statements("sqlite").values():
            cursor.execute(statement)


def list_tables_with_rows() -> list[str]:
    """The tables of all models that hold a row, but for those that are never emptied."""
    tables = sorted(set(connection.introspection.django_table_names()) - KEPT)
    asked = [
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"  # noqa: S608
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]
