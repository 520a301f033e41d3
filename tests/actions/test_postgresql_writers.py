"""A dump of PostgreSQL, made while others write, holds all that was confirmed before it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checkin.actions import postgresql_dumps
from checkin.actions.postgresql_dumps import connect_to_postgresql
from tests.backed_up import WRITERS, faults_of_rows, words_of

pytestmark = [pytest.mark.only_on("postgresql"), pytest.mark.django_db(transaction=True)]
MOST_COPIES = 2000


class Writers:
    """Three threads that write rows and their number in one transaction, and the last row told to each."""

    def __init__(self) -> None:
        self.confirmed = [-1] * WRITERS
        self.is_over = threading.Event()

    def write(self, writer: int) -> None:
        with connect_to_postgresql() as line, line.cursor() as cursor:
            for number in range(10**9):
                if self.is_over.is_set():
                    return
                told = (str(writer), number, words_of(str(writer), number))
                cursor.execute("INSERT INTO told VALUES (%s, %s, %s)", told)
                cursor.execute("UPDATE total SET rows = rows + 1")
                line.commit()
                self.confirmed[writer] = number
                self.is_over.wait(0.01)  # or the last rounds have a hundred times the rows of the first

    @contextlib.contextmanager
    def written(self) -> Iterator[None]:
        """Write beside the block, in tables that are dropped after it."""
        threads = [threading.Thread(target=self.write, args=[writer]) for writer in range(WRITERS)]
        with connect_to_postgresql() as line:
            line.autocommit = True
            with line.cursor() as cursor:
                cursor.execute("CREATE TABLE told (writer text, number integer, words text)")
                cursor.execute("CREATE TABLE total (rows integer)")
                cursor.execute("INSERT INTO total VALUES (0)")
                try:
                    for thread in threads:
                        thread.start()
                    until = time.monotonic() + 60
                    while min(self.confirmed) < 5 and time.monotonic() < until:
                        time.sleep(0.05)
                    yield
                finally:
                    self.is_over.set()
                    for thread in threads:
                        thread.join()
                    cursor.execute("DROP TABLE told, total")


def read_rows(cursor: Any) -> list[tuple[str, int, str]]:
    cursor.execute("SELECT writer, number, words FROM told")
    return list(cursor.fetchall())


def read_total(cursor: Any) -> int:
    cursor.execute("SELECT rows FROM total")
    return int(cursor.fetchone()[0])


def dump_and_restore(writers: Writers, dump: Path) -> list[str]:
    """Return the faults of one dump, restored into a database of its own."""
    confirmed = list(writers.confirmed)
    counted, version = postgresql_dumps.dump_postgresql(dump)
    program = postgresql_dumps._find_program("pg_restore", int(version))
    with connect_to_postgresql() as line:
        line.autocommit = True
        with (
            line.cursor() as cursor,
            postgresql_dumps._scratch_database(cursor, line.info.dbname) as name,
        ):
            assert postgresql_dumps._restore_rows(program, dump, name) == counted
            with connect_to_postgresql(name) as restored, restored.cursor() as reader:
                return faults_of_rows(read_rows(reader), read_total(reader), confirmed)


def rounds(tmp_path: Path, count: int) -> list[list[str]]:
    writers = Writers()
    with writers.written():
        return [dump_and_restore(writers, tmp_path / f"{number}.dump") for number in range(count)]


def test_two_dumps_under_three_writers_have_every_confirmed_row(tmp_path: Path) -> None:
    assert rounds(tmp_path, 2) == [[], []]


@pytest.mark.long
def test_25_dumps_under_three_writers_have_every_confirmed_row(tmp_path: Path) -> None:
    assert rounds(tmp_path, 25) == [[]] * 25


def test_tables_that_are_copied_one_after_another_do_not_agree() -> None:
    """Control: without one snapshot for all, the same check finds half of a commit."""
    writers, bad = Writers(), 0
    with writers.written(), connect_to_postgresql() as line:
        line.autocommit = True
        with line.cursor() as cursor:
            for _ in range(MOST_COPIES):
                confirmed = list(writers.confirmed)
                rows = read_rows(cursor)
                bad += bool(faults_of_rows(rows, read_total(cursor), confirmed))
                if bad:
                    break
    assert bad > 0
