"""Both of the auditor's questions are answered by an index, with a million events on the log, too."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from checkin.models import Clinic, Staff
from checkin.models.audit_triggers import trigger_statements
from checkin.queries.audit_events import (
    AuditFilter,
    count_audit_kinds,
    filter_audit_events,
    read_audit_page,
    select_audit_page,
)
from checkin.rules.roles import Role
from tests import make
from tests.audit.test_events import As

EVENTS, PEOPLE, CHILDREN, LISTED_EVERY = 1_000_000, 20, 5_000, 50
MOST_ROWS_READ = 120_000
"""Of a million: those of one person, a twentieth, are read to count them."""


def plan(clinic: Clinic, wanted: AuditFilter) -> str:
    return select_audit_page(clinic, wanted, None, 51).explain()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by how many rows there are")
def test_each_question_uses_an_index_on_sqlite(brook: Clinic) -> None:
    assert "audit_by_time (clinic_id=?)" in plan(brook, AuditFilter())
    assert "audit_by_staff (clinic_id=? AND staff_id=?)" in plan(brook, AuditFilter(staff_id=1))
    of_patient = plan(brook, AuditFilter(patient_id=1))
    assert "USING INTEGER PRIMARY KEY (rowid=?)" in of_patient
    assert re.search(r"INDEX checkin_auditeventpatient_patient_id_\w+ \(patient_id=\?\)", of_patient)
    assert "SCAN checkin" not in of_patient


@pytest.mark.parametrize(
    ("index", "wanted"),
    [
        ("audit_by_staff", AuditFilter(staff_id=1)),
        ("checkin_auditeventpatient_patient_id", AuditFilter(patient_id=1)),
    ],
)
def test_a_question_without_its_index_is_found(brook: Clinic, index: str, wanted: AuditFilter) -> None:
    """The control: without the index, the plan no longer names it."""
    with connection.cursor() as cursor:
        tables = ("checkin_auditevent", "checkin_auditeventpatient")
        kept = [name for table in tables for name in connection.introspection.get_constraints(cursor, table)]
        (name,) = (one for one in kept if one.startswith(index) and "fk" not in one and "uniq" not in one)
        if connection.vendor == "postgresql":  # it wants an index only where there are rows
            write_events(brook, events=100_000, patients=100)
        assert name in plan(brook, wanted)
        cursor.execute(f'DROP INDEX "{name}"')
    # Another limit, so another text: SQLite would explain the one it has prepared already.
    assert name not in select_audit_page(brook, wanted, None, 52).explain()


@pytest.fixture
def million(brook: Clinic) -> tuple[list[Staff], list[int]]:
    """Write a million events by 20 people, about 5,000 children."""
    return write_events(brook, events=EVENTS, patients=CHILDREN)


def write_events(brook: Clinic, *, events: int, patients: int) -> tuple[list[Staff], list[int]]:
    """Write events in plain SQL, by 20 people and about these many children; each 50th names a second."""
    people = [make.staff(brook, f"person{n}", Role.FRONT_DESK) for n in range(PEOPLE)]
    children = [make.patient(brook, f"Child N{n}").pk for n in range(patients)]
    first_event = 10_000_000
    is_sqlite = connection.vendor == "sqlite"
    moment = (
        "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 1700000000 + n * 60, 'unixepoch')"
        if is_sqlite
        else "to_timestamp(1700000000 + n * 60)"
    )
    numbers = (
        f"WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {events - 1}) "  # noqa: S608
        if is_sqlite
        else f"WITH s AS (SELECT generate_series(0, {events - 1}) AS n) "
    )
    with connection.cursor() as cursor:
        if is_sqlite:
            cursor.execute("DROP TRIGGER checkin_auditevent_moves_chain")
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"{numbers} INSERT INTO checkin_auditevent (id, clinic_id, at, staff_id, role, address, "  # noqa: S608
            "request_id, action, subject, outcome, purpose, patient_id, detail, chain, number, "
            "previous_hash, hash) "
            f"SELECT {first_event} + n, %s, {moment}, %s + n %% {PEOPLE}, 'front_desk', '', '', "
            "CASE WHEN n %% 2 = 0 THEN 'seen' ELSE 'visit.moved' END, 'Patient', "
            "CASE WHEN n %% 1000 = 999 THEN 'refused' ELSE 'done' END, '', "
            f"%s + (n * 7) %% {patients}, '{{}}', %s, n + 1000000000, '', '' FROM s",
            [brook.pk, people[0].pk, children[0], brook.pk],
        )
        cursor.execute(
            "INSERT INTO checkin_auditeventpatient (event_id, patient_id) "  # noqa: S608
            f"SELECT id, %s + (id / {LISTED_EVERY}) %% {patients} FROM checkin_auditevent "
            f"WHERE id >= {first_event} AND id %% {LISTED_EVERY} = 0",
            [children[0]],
        )
        if is_sqlite:
            cursor.execute(trigger_statements("sqlite")["checkin_auditevent_moves_chain"])
        else:
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")
            cursor.execute("ANALYZE checkin_auditevent, checkin_auditeventpatient")
    return people, children


def truth(where: str) -> set[int]:
    """Return the ids by a plain walk over every row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM checkin_auditevent e WHERE {where}")  # noqa: S608
        return {pk for (pk,) in cursor.fetchall()}


def rows_read(ask: Callable[[], object], query: Any) -> int:
    """Return about how many rows the database reads: steps of SQLite's machine, or PostgreSQL's own count."""
    if connection.vendor == "sqlite":
        thousands = [0]

        def step() -> int:
            thousands[0] += 1
            return 0

        connection.connection.set_progress_handler(step, 1000)
        try:
            ask()
        finally:
            connection.connection.set_progress_handler(None, 1000)
        return thousands[0] * 1000 // 10
    text = query.explain(analyze=True)
    assert "Seq Scan on checkin_auditevent" not in text, text
    return sum(
        int(rows) * int(loops) for rows, loops in re.findall(r"actual .*?rows=(\d+) loops=(\d+)", text)
    )


@pytest.mark.long
def test_both_questions_over_a_million_events_are_quick_and_right(
    million: tuple[list[Staff], list[int]],
    brook: Clinic,
    otto: Staff,
    as_: As,
    record_property: Callable[[str, object], None],
) -> None:
    people, children = million
    child, person = children[17 * 7], people[3]
    listed = "SELECT 1 FROM checkin_auditeventpatient p WHERE p.event_id = e.id AND p.patient_id"
    cases = {
        "child": (AuditFilter(patient_id=child), f"e.patient_id = {child} OR EXISTS ({listed} = {child})"),
        "person": (AuditFilter(staff_id=person.pk), f"e.staff_id = {person.pk}"),
        "refused": (AuditFilter(outcome="refused"), "e.outcome = 'refused'"),
    }
    for name, (wanted, where) in cases.items():
        found = set(filter_audit_events(brook, wanted).values_list("pk", flat=True))
        assert found == truth(where)
        assert found
        page = select_audit_page(brook, wanted, None, 51)
        assert [one.pk for one in page] == sorted(found, reverse=True)[:51]
        read = rows_read(lambda wanted=wanted: read_audit_page(brook, wanted), page)
        print(f"{name}: {len(found)} events, about {read} rows read for a page")
        assert read < MOST_ROWS_READ
    assert sum(number for _, number in count_audit_kinds(brook, cases["person"][0])) == EVENTS // PEOPLE
    record_property("cases", len(cases))
    browser: Client = as_(otto)
    took = []
    for address in (f"/audit/patients/{child}/", f"/audit/people/{person.pk}/", "/audit/?outcome=refused"):
        began = time.perf_counter()
        assert browser.get(address).status_code == 200
        took.append(time.perf_counter() - began)
        print(f"{connection.vendor} {address}: {took[-1]:.2f} s over {EVENTS} events")
    record_property("seconds", f"{max(took):.2f}")
