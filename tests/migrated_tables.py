"""Makes the tables by what the migrations sent to the database the last time, while they are the same.

Running all migrations takes fourteen seconds of a processor, most of it to work out what each model was like
at each of them. What they send in the end is a second's work.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connection

Statement = tuple[str, list | None, bool]
"""SQL, its values, and whether it is sent once for each of them."""
NOT_SENT_AGAIN = ("SELECT", "BEGIN", "SAVEPOINT", "RELEASE")


def create_test_tables(kept: Path | None) -> None:
    """Create the test database, from the folder of what was kept where that is still right."""
    script = kept / f"{connection.vendor}-{compute_key(list_sources())}.json" if kept else None
    if script and script.exists():
        name = connection.creation._create_test_db(verbosity=0, autoclobber=True)
        connection.close()
        connection.settings_dict["NAME"] = name
        send_again(json.loads(script.read_text()))
        return
    with record_statements() as statements:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    if script:
        keep_script(script, statements)


def list_sources() -> list[Path]:
    """Every file that decides what tables there are."""
    migrations = [path for app in apps.get_app_configs() for path in Path(app.path).glob("migrations/*.py")]
    base = Path(settings.BASE_DIR)
    triggers = base / "checkin" / "models" / "audit_triggers.py"
    return sorted([*migrations, triggers, base / "clinic" / "settings.py", Path(__file__)])


def compute_key(sources: Iterable[Path]) -> str:
    """Differs as soon as one of the files, Django or the database does."""
    found = hashlib.sha256(django.__version__.encode())
    found.update(str(read_database_version()).encode())
    for path in sources:
        found.update(f"{path.name}\0".encode() + path.read_bytes())
    return found.hexdigest()[:32]


def read_database_version() -> object:
    if connection.vendor == "sqlite":
        return connection.Database.sqlite_version
    with connection.temporary_connection():
        return connection.pg_version


@contextlib.contextmanager
def record_statements() -> Iterator[list[Statement]]:
    """What is sent to the database from here on, but for what only reads."""
    statements: list[Statement] = []

    def note(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if not str(sql).startswith(NOT_SENT_AGAIN):
            statements.append((str(sql), params, many))
        return result

    with connection.execute_wrapper(note):
        yield statements


def send_again(statements: Iterable[Statement]) -> None:
    with connection.cursor() as cursor:
        for sql, params, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, params)


def keep_script(script: Path, statements: list[Statement]) -> None:
    """In place of those of other migrations; whole, or not at all."""
    with contextlib.suppress(OSError):
        part = script.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(statements, default=str))
        for old in script.parent.glob(f"{connection.vendor}-*.json"):
            old.unlink()
        part.replace(script)
