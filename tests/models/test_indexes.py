"""Searches stay fast because every look-up uses its index, on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_django
from django.db import connection

from checkin.models import Clinic, Escort, Guardian, Patient, PatientIdentifier, Visit
from checkin.models.people import make_patient_keys
from checkin.models.visit_conditions import OPEN_VISIT_STATES_SQL
from checkin.queries import patients as patient_queries
from checkin.rules.identity_blocks import build_candidate_blocks
from checkin.rules.identity_facts import IdentityClaim
from tests import make
from tests.once import made_once

ROWS = 12_000


def syllables(n: int) -> str:
    return f"{'bdfgklmnprstvz'[n % 14]}{'aeiou'[n // 14 % 5]}{'lmnrst'[n // 70 % 6]}{'aeiou'[n // 420 % 5]}"


@pytest.fixture(scope="module")
def _one_crowd(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[Clinic]:
    with made_once(django_db_blocker):
        yield crowd()


@pytest.fixture
def crowded(_one_crowd: Clinic, db: None) -> Clinic:
    return _one_crowd


def crowd() -> Clinic:
    """A clinic with enough patients that reading all of them would be the slower plan."""
    clinic, patients = make.clinic("Crowded Clinic"), []
    for n in range(ROWS):
        given, family = f"{syllables(n * 7)}an", f"{syllables(n)}{syllables(n // 20)}sen"
        keys = make_patient_keys(
            given_name=given, family_name=family, preferred_name="", phone=f"555{n:07}", region="US"
        )
        born = dt.date(2010, 1, 1) + dt.timedelta(days=n % 5_000)
        patients.append(Patient(clinic=clinic, given_name=given, family_name=family, birth_date=born, **keys))
    first, *_ = Patient.objects.bulk_create(patients)
    of_first = {"clinic": clinic, "patient": first}
    number = f"(p.id - {first.pk})"
    four_digits = f"CASE WHEN {number} < 10000 THEN SUBSTR(CAST(10000 + {number} AS TEXT), 2)"
    value = f"'BS-' || {four_digits} ELSE CAST({number} AS TEXT) END"
    one_for_each(PatientIdentifier.objects.create(**of_first, system="s", value="BS-0000"), value=value)
    phone = f"CAST(5560000000 + {number} AS TEXT)"
    for model in (Escort, Guardian):
        adult = model(**of_first, name="Adult 0", phone_key="5560000000")
        model.objects.bulk_create([adult])
        one_for_each(adult, name=f"'Adult ' || CAST({number} AS TEXT)", phone_key=phone)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return clinic


def one_for_each(of_first: PatientIdentifier | Escort | Guardian, **columns: str) -> None:
    """Copy the first patient's row for every other patient in SQL; making 12,000 objects takes seconds."""
    table = of_first._meta.db_table
    copied = [one.column for one in of_first._meta.concrete_fields if not one.primary_key]
    given = ", ".join(({"patient_id": "p.id"} | columns).get(name, f"made.{name}") for name in copied)
    others = "p.clinic_id = made.clinic_id AND p.id <> made.patient_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(copied)}) SELECT {given} "  # noqa: S608
            f"FROM {table} AS made, checkin_patient AS p WHERE made.id = %s AND {others}",
            [of_first.pk],
        )


def plan(queryset: Any) -> str:
    return queryset.explain()


def plan_of(sql: str, params: list) -> str:
    how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {sql}", params)
        return "\n".join(str(row) for row in cursor.fetchall())


def scans(explained: str) -> bool:
    """Whether the plan reads the patients from end to end."""
    return any(
        words in explained
        for words in (
            "SCAN checkin_patient",
            "SCAN U0",
            "SCAN checkin_escort",
            "SCAN checkin_guardian",
            "Seq Scan on checkin_",
            "(clinic_id=?)",
        )
    )


@pytest.mark.parametrize(
    "typed", ["dalabalasen", "dalaan", "dalab ga", "galaan dal", "o neil", "dalabala galaan"]
)
def test_patient_type_ahead_uses_its_indexes(crowded: Clinic, typed: str) -> None:
    explained = plan(crowded.patients.named_like(typed)[:20])
    assert not scans(explained), explained


@pytest.mark.parametrize(
    "claim",
    [
        IdentityClaim("Galaan", "Dalabalasen", dt.date(2012, 5, 4)),
        IdentityClaim("Galaan", "", dt.date(2012, 5, 4)),
        IdentityClaim("Galaan", "Dalabalasen", None),
        IdentityClaim("Galaan", "Dalabalasen", dt.date(2012, 5, 4), phone="555-000-0042"),
    ],
    ids=["names and birth date", "no family name", "no birth date", "with a phone"],
)
def test_finding_candidates_uses_its_indexes(crowded: Clinic, claim: IdentityClaim) -> None:
    explained = plan_of(*Patient.objects.looking_up(build_candidate_blocks(claim), clinic_id=crowded.pk))
    assert not scans(explained), explained


@pytest.mark.parametrize(
    "typed", ["BS-0042", "3000042", "0042", "galaan dalaba", "Mar 14, 2018", "galaan 3/14/2018"]
)
def test_the_desks_search_uses_its_indexes(crowded: Clinic, typed: str) -> None:
    sought = patient_queries.parse_patient_search(typed, on=make.TUESDAY, day_first=False)
    explained = plan_of(
        *crowded.patients.union_of(
            patient_queries.build_patient_lookups(crowded, sought), 60, clinic_id=crowded.pk
        )
    )
    assert not scans(explained), explained


def test_the_scan_check_detects_a_full_scan(crowded: Clinic) -> None:
    assert scans(plan(crowded.patients.filter(given_name__icontains="07")))


# SQLite always compares bytes.
@pytest.mark.only_on("postgresql")
def test_key_columns_and_their_indexes_compare_bytes(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, collation_name FROM information_schema.columns "
            "WHERE table_name = 'checkin_patient' AND column_name LIKE '%%_key'"
        )
        collations = dict(cursor.fetchall())
    assert set(collations.values()) == {"C"}, collations


@pytest.mark.parametrize(
    ("recorded", "typed"),
    [
        ("José García", "garcia"),
        ("José García", "jose gar"),
        ("Sean O'Neil", "o neil"),
        ("Sean O'Neil", "ONEIL sean"),
        ("María García López", "lopez"),
        ("Анна Петрова", "petrova"),
        ("Ngọc Nguyễn", "nguyen ngoc"),
        ("Mary-Jane Smith", "mary jane"),
        ("Łukasz Żak", "lukasz zak"),
    ],
)
def test_a_search_finds_a_name_whatever_its_spelling(brook: Clinic, recorded: str, typed: str) -> None:
    found = make.patient(brook, recorded)
    make.patient(brook, "Somebody Else")
    assert list(brook.patients.named_like(typed)) == [found]


def test_a_search_finds_only_patients_of_its_own_clinic(brook: Clinic, hill: Clinic) -> None:
    make.patient(hill, "Leo Ruiz")
    assert not brook.patients.named_like("ruiz").exists()
    leo = build_candidate_blocks(IdentityClaim("Leo", "Ruiz", dt.date(2018, 3, 14)))
    assert not Patient.objects.could_be(leo, clinic_id=brook.pk)
    assert Patient.objects.could_be(leo, clinic_id=hill.pk)


@pytest.mark.parametrize("name", ["visit_token_held_once", "visit_open_by_turn"])
def test_partial_indexes_of_open_visits_list_the_states_as_the_queries_do(name: str) -> None:
    """SQLite compares the condition word for word, so in another order it would not use the index."""
    (one,) = [part for part in (*Visit._meta.indexes, *Visit._meta.constraints) if part.name == name]
    [(column, states)] = one.condition.children
    assert column == "state__in"
    assert ", ".join(f"'{state}'" for state in states) == OPEN_VISIT_STATES_SQL
