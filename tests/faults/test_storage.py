"""Storage that cannot write is a 503 with Retry-After, and the log says why."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.http import HttpResponse
from django.test import Client

from checkin.actions import storage_faults, write_queue
from checkin.models import Location, Staff, Visit
from tests import make

if TYPE_CHECKING:
    from tests.conftest import Kiosk
    from tests.kiosk.conftest import Tell


ADDRESS = "/kiosk/sign-ins/"


def why(caplog: Any) -> set[str]:
    return {record.msg["why"] for record in caplog.records if "why" in (record.msg or "")}


def test_a_read_only_database_is_503_for_a_tablet_and_logged(
    read_only: Callable[..., None], tell: Tell, caplog: pytest.LogCaptureFixture
) -> None:
    read_only(True)
    answer = tell(make.claim())
    assert (answer.status_code, answer["Retry-After"], answer.json()) == (503, "3", {"retry_after": 3})
    assert why(caplog) == {"read_only"}
    read_only(False)
    assert tell(make.claim()).status_code == 201


def test_a_read_only_database_is_503_for_staff_on_every_page(
    read_only: Callable[..., None],
    as_: Callable[[Staff], Client],
    dana: Staff,
    front: Location,
    caplog: pytest.LogCaptureFixture,
) -> None:
    visit = make.visit(front)
    desk = as_(dana)
    desk.raise_request_exception = False
    read_only(True)
    seen = {
        desk.get("/").status_code,
        desk.post(f"/visits/{visit.pk}/move/", {"to": "roomed"}).status_code,
        desk.get(f"/visits/{visit.pk}/").status_code,
        desk.get(f"/match/{visit.pk}/").status_code,
        desk.post("/patients/", {"q": "leo"}).status_code,
    }
    assert seen <= {200, 503} and 503 in seen
    assert why(caplog) == {"read_only"}
    read_only(False)
    assert desk.post(f"/visits/{visit.pk}/move/", {"to": "roomed"}).status_code == 302


def test_the_503_page_after_a_post_does_not_reload_itself(
    read_only: Callable[..., None], as_: Callable[[Staff], Client], dana: Staff, front: Location
) -> None:
    visit, desk = make.visit(front), as_(dana)
    read_only(True)
    sent = desk.post(f"/visits/{visit.pk}/move/", {"to": "roomed"}).content.decode()
    read = desk.get(f"/visits/{visit.pk}/").content.decode()
    assert "http-equiv" not in sent and "send it again in a moment" in sent
    assert 'http-equiv="refresh" content="3"' in read
    assert "Tell whoever looks after this program" in read


def test_without_script_the_503_page_can_resend_the_whole_form(
    read_only: Callable[..., None], tablet: Client
) -> None:
    said = {"child_given_name": "Zoë", "relationship": '"aunt" & more', "language": "es"}
    read_only(True)
    answer = tablet.post(ADDRESS, said)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")
    assert "Enviar de nuevo" in page and "Something went wrong" not in page
    assert 'content="60;url=/kiosk/"' in page
    fields = dict(part.split('" value="', 1) for part in page.split('type="hidden" name="')[1:])
    again = {name: rest.split('"', 1)[0] for name, rest in fields.items()}
    assert again["child_given_name"] == "Zoë" and again["relationship"] == "&quot;aunt&quot; &amp; more"
    read_only(False)
    for _ in range(2):
        assert tablet.post(ADDRESS, said | {"key": again["key"]}).status_code == 303
    assert Visit.objects.count() == 1


def test_the_503_page_of_a_tablet_reloads_itself(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("checkin.web.kiosk.views.find_kiosk_device", away)
    answer = Client().get("/kiosk/?language=es", headers=kiosk.headers)
    page = answer.content.decode()
    assert (answer.status_code, 'http-equiv="refresh" content="3"' in page) == (503, True)
    assert "Un momento, por favor" in page and "Enviar de nuevo" not in page
    # “Or go to the front desk” follows a sentence that says what happens otherwise.
    said = page.index("Esta página lo sigue intentando por sí sola.")
    assert said < page.index("O pase a la recepción.")


@pytest.mark.only_on("sqlite")
def test_a_full_sqlite_disk_is_logged_as_full(
    transactional_db: None, tell: Tell, front: Location, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages}")
        try:
            answers: list[int] = []
            while 503 not in answers and len(answers) < 60:
                answers.append(tell(make.claim(reason="x" * 2000)).status_code)
        finally:
            cursor.execute("PRAGMA max_page_count=4294967294")
    assert set(answers) == {201, 503} or answers == [503]
    assert why(caplog) == {"full"}
    assert tell(make.claim()).status_code == 201


@pytest.mark.only_on("sqlite")
def test_a_write_queue_the_disk_refuses_is_503(
    transactional_db: None,
    tell: Tell,
    front: Location,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refused(*_args: Any, **_options: Any) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(write_queue.Path, "open", refused)
    assert tell(make.claim()).status_code == 503
    assert why(caplog) == {"read_only"}


def log_in(client: Client, password: str = make.PASSWORD) -> HttpResponse:
    return client.post("/account/login/", {"login": "dana", "password": password})


def is_kind_503(answer: HttpResponse) -> bool:
    page = answer.content.decode()
    return (answer.status_code, answer["Retry-After"]) == (503, "3") and "One moment, please" in page


def test_a_login_on_a_read_only_database_is_503_and_not_counted(
    read_only: Callable[..., None], dana: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    read_only(True)
    for nth in range(12):
        assert is_kind_503(log_in(Client(), "wrong" if nth % 2 else make.PASSWORD))
    assert why(caplog) == {"read_only"}
    read_only(False)
    assert log_in(Client()).url == "/"


@pytest.mark.only_on("sqlite")
def test_a_login_on_a_full_disk_is_503_and_not_counted(
    transactional_db: None, dana: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0]}")
        try:
            with pytest.raises(OperationalError, match="full"):  # noqa: PT012  # the one that finds it full
                while True:
                    cursor.execute(
                        "INSERT INTO cache SELECT hex(randomblob(9)), hex(randomblob(99)), '2099-01-01'"
                    )
            answers = [log_in(Client(REMOTE_ADDR=f"10.0.0.{nth}")) for nth in range(12)]
        finally:
            cursor.execute("PRAGMA max_page_count=4294967294")
    assert all(is_kind_503(one) for one in answers)
    assert why(caplog) == {"full"}
    assert log_in(Client()).url == "/"


@pytest.mark.only_on("sqlite")
def test_a_login_while_another_process_writes_is_503_and_not_counted(
    transactional_db: None, dana: Staff, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(write_queue, "PATIENCE_SECONDS", 0.01)
    taken, over = threading.Event(), threading.Event()

    def hold() -> None:
        with write_queue.take_sqlite_turn(5):
            taken.set()
            over.wait(30)

    other = threading.Thread(target=hold)
    other.start()
    taken.wait(5)
    try:
        answers = [log_in(Client()) for _ in range(12)]
    finally:
        over.set()
        other.join()
    assert all(is_kind_503(one) for one in answers)
    assert why(caplog) == {"locked"}
    assert log_in(Client()).url == "/"


@pytest.mark.parametrize("unreachable", [":10/900.0/key:", '"checkin_staff"."username"'])
def test_a_database_fault_during_a_login_counts_no_attempt(
    transactional_db: None, dana: Staff, unreachable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either the second of the two counters is not written, or the staff row is not read."""
    execute = CursorWrapper._execute

    def refuse(cursor: Any, sql: Any, parameters: Any, *more: Any) -> Any:
        writes = sql.startswith(("INSERT", "UPDATE"))
        if unreachable in (str(parameters) if writes else sql):
            raise OperationalError("server closed the connection")
        return execute(cursor, sql, parameters, *more)

    with monkeypatch.context() as fault:
        fault.setattr(CursorWrapper, "_execute", refuse)
        answers = [log_in(Client()) for _ in range(12)]
    assert all(is_kind_503(one) for one in answers)
    assert log_in(Client()).url == "/"


def sqlite_problem(path: Path, *statements: str) -> DatabaseError:
    """Return what Django raises when SQLite refuses one of these statements."""
    with pytest.raises(DatabaseError) as raised, connection.wrap_database_errors:  # noqa: PT012  # any of them
        line = sqlite3.connect(path, timeout=0)
        try:
            for statement in statements:
                line.execute(statement)
        finally:
            line.close()
    return raised.value


@pytest.mark.only_on("sqlite")
def test_sqlite_errors_are_classified_by_cause(tmp_path: Path) -> None:
    good, bad, torn = tmp_path / "good", tmp_path / "bad", tmp_path / "torn"
    with sqlite3.connect(good) as line:
        line.execute("CREATE TABLE t (x)")
        line.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,)] * 50)
    line.close()
    bad.write_text("this is no database " * 100)
    torn.write_bytes(good.read_bytes()[:4096] + b"\xff" * 40_000)
    found = {
        "no database": storage_faults.storage_fault_cause(sqlite_problem(bad, "SELECT * FROM t")),
        "torn": storage_faults.storage_fault_cause(sqlite_problem(torn, "SELECT * FROM t")),
        "read-only": storage_faults.storage_fault_cause(
            sqlite_problem(good, "PRAGMA query_only=ON", "DELETE FROM t")
        ),
        "no folder": storage_faults.storage_fault_cause(sqlite_problem(tmp_path / "none" / "x", "SELECT 1")),
        "no such table": storage_faults.storage_fault_cause(sqlite_problem(good, "SELECT * FROM u")),
        "nonsense": storage_faults.storage_fault_cause(sqlite_problem(good, "SELEKT")),
    }
    holder = sqlite3.connect(good)
    holder.execute("BEGIN EXCLUSIVE")
    found["locked"] = storage_faults.storage_fault_cause(sqlite_problem(good, "DELETE FROM t"))
    holder.close()
    assert found == {
        "no database": "damaged",
        "torn": "damaged",
        "read-only": "read_only",
        "no folder": "away",
        "no such table": "",
        "nonsense": "",
        "locked": "locked",
    }


class Driver(Exception):
    def __init__(self, pgcode: str) -> None:
        self.pgcode = pgcode


@pytest.mark.parametrize(
    ("pgcode", "cause"),
    [
        ("25006", "read_only"),
        ("53100", "full"),
        ("53200", "away"),
        ("53300", "away"),
        ("57P01", "away"),
        ("57P03", "away"),
        ("57014", "locked"),
        ("40001", "locked"),
        ("40P01", "locked"),
        ("55P03", "locked"),
        ("58030", "damaged"),
        ("58P01", "damaged"),
        ("XX001", "damaged"),
        ("08006", "away"),
        ("25P03", "away"),
        ("25P02", ""),
        ("42P01", ""),
        ("22P02", ""),
        ("23505", ""),
        ("XX000", ""),
    ],
)
def test_postgresql_errors_are_classified_by_cause(pgcode: str, cause: str) -> None:
    problem = DatabaseError("as it came")
    problem.__cause__ = Driver(pgcode)
    assert storage_faults.storage_fault_cause(problem) == cause


def test_a_programming_error_in_sql_stays_a_500(
    as_: Callable[[Staff], Client], dana: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = as_(dana)
    desk.raise_request_exception = False

    def wrong(*_args: Any, **_options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM checkin_visit")

    monkeypatch.setattr("checkin.web.desk.patients.render", wrong)
    assert desk.get("/patients/").status_code == 500


def test_the_log_line_contains_no_typed_values(
    read_only: Callable[..., None], tell: Tell, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    read_only(True)
    tell(make.claim("Marcus Canary"))
    lines = [str(record.msg) for record in caplog.records if "why" in (record.msg or "")]
    assert lines and "Canary" not in "".join(lines)
