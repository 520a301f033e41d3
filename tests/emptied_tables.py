"""After a test that commits, only the tables that hold rows are emptied.

Django's own flush empties all tables and then makes every permission again: twenty times as many statements.
"""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = {model._meta.db_table for model in (ContentType, Permission)}
"""Filled by migrations, and by nothing that the tests press."""


def empty_written_tables(_case: TransactionTestCase) -> None:
    written = list_tables_with_rows()
    with transaction.atomic(), connection.cursor() as cursor:
        # Foreign keys are checked at the commit, so the order is free.
        for table in written:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608


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
