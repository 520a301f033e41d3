"""Each test finds the tables as the migrations left them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client

from tests import make, migrated_tables
from tests.emptied_tables import list_tables_with_rows


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["before", "after"])
def test_what_a_test_commits_no_other_sees_whichever_runs_first(turn: str, client: Client) -> None:
    assert list_tables_with_rows() == []
    assert Permission.objects.exists()
    brook = make.clinic()
    front = make.location(brook)
    make.patient(brook)
    visit = make.visit(front)
    client.force_login(make.staff(brook, "dana", location=front))
    assert visit.patient is not None
    assert {"checkin_visit", "checkin_signin", "django_session"} <= set(list_tables_with_rows())


def test_a_changed_migration_is_run(tmp_path: Path, db: None) -> None:
    sources = [tmp_path / "0001_initial.py", tmp_path / "0002_more.py"]
    for path in sources:
        path.write_text("operations = []\n")
    before = migrated_tables.compute_key(sources)
    assert migrated_tables.compute_key(sources) == before
    sources[1].write_text("operations = [1]\n")
    changed = migrated_tables.compute_key(sources)
    assert len({before, changed, migrated_tables.compute_key(sources[:1])}) == 3


def test_every_migration_decides() -> None:
    named = {path.name for path in migrated_tables.list_sources()}
    ours = {path.name for path in Path(migrated_tables.__file__).parents[1].glob("checkin/migrations/0*.py")}
    assert len(ours) > 20 and ours | {"settings.py"} <= named


def test_what_was_sent_is_sent_again(db: None) -> None:
    with migrated_tables.record_statements() as statements, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE made (number integer, name varchar(20))")
        cursor.execute("INSERT INTO made VALUES (%s, '100%%')", [1])
        cursor.executemany("INSERT INTO made VALUES (%s, %s)", [[2, "é"], [3, None]])
        cursor.execute("SELECT * FROM made")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE made")
        migrated_tables.send_again(json.loads(json.dumps(statements)))
        cursor.execute("SELECT number, name FROM made ORDER BY number")
        assert cursor.fetchall() == [(1, "100%"), (2, "é"), (3, None)]


def test_only_the_newest_of_a_database_is_kept(tmp_path: Path) -> None:
    for key in ("old", "new"):
        script = tmp_path / f"{connection.vendor}-{key}.json"
        migrated_tables.keep_script(script, [("CREATE TABLE made (number integer)", None, False)])
    (tmp_path / "another-old.json").touch()
    migrated_tables.keep_script(script, [])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["another-old.json", script.name]
    assert json.loads(script.read_text()) == []
