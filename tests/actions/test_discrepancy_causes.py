"""A discrepancy stores a cause code and a visit, not a sentence, so wording can change and be translated."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunPython
from django.test import Client
from django.utils import translation

from checkin.actions import discrepancies, match_decisions
from checkin.models import Clinic, Discrepancy, Location, MatchState, Patient, Staff, Visit
from checkin.models.audit_triggers import APPEND_ONLY
from checkin.rules.discrepancy_causes import DiscrepancyCause
from tests import make

SIGN_IN = Discrepancy.Field.SIGN_IN
filling = import_module("checkin.migrations.0020_fill_discrepancy_causes")


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    return make.patient(brook, "Leo Ruiz")


@pytest.fixture
def first(front: Location, leo: Patient) -> Visit:
    return make.visit(front, make.at("9:30"))


@pytest.fixture
def second(front: Location, first: Visit) -> Visit:
    return make.visit(front, make.at("9:35"))


def reword(monkeypatch: Any, cause: DiscrepancyCause, words: str) -> None:
    monkeypatch.setattr(cause, "_label_", words)


def open_sign_ins(visit: Visit) -> list[tuple[str, int | None]]:
    return list(visit.discrepancies.open().filter(field=SIGN_IN).values_list("cause", "other_visit"))


def test_a_second_sign_in_stores_the_first_visits_id(first: Visit, second: Visit) -> None:
    assert open_sign_ins(second) == [("already_signed_in", first.pk)]
    (row,) = second.discrepancies.open()
    assert (row.recorded, row.why) == ("", "")


def test_changing_the_wording_does_not_stop_a_discrepancy_from_closing(
    monkeypatch: pytest.MonkeyPatch, brook: Clinic, second: Visit, dana: Staff
) -> None:
    reword(monkeypatch, DiscrepancyCause.ALREADY_SIGNED_IN, "this patient is here already")
    (row,) = second.discrepancies.open()
    assert row.cause_words == "this patient is here already"
    mia = make.patient(brook, "Mia Berg")
    match_decisions.link_visit_to_patient(visit=second, patient=mia, by=dana, at=make.at("9:40"))
    row.refresh_from_db()
    assert row.status == Discrepancy.Status.WITHDRAWN
    assert open_sign_ins(second) == []


def test_a_sign_in_sent_twice_with_changes_stays_open_after_relinking(
    front: Location, brook: Clinic, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front)
    make.visit(front, make.at("9:42"), key=visit.sign_in.key, reason="a rash")
    mia = make.patient(brook, "Mia Berg")
    match_decisions.link_visit_to_patient(visit=visit, patient=mia, by=dana, at=make.at("9:45"))
    assert open_sign_ins(visit) == [("signed_in_otherwise", None)]


def test_acknowledging_one_other_visit_does_not_acknowledge_the_next(
    front: Location, brook: Clinic, first: Visit, second: Visit, dana: Staff
) -> None:
    seen = second.discrepancies.get(field=SIGN_IN)
    discrepancies.decide_discrepancy(discrepancy=seen, kind="keep_old", by=dana, at=make.at("9:40"))
    mia = make.patient(brook, "Mia Berg")
    match_decisions.link_visit_to_patient(visit=second, patient=mia, by=dana, at=make.at("9:41"))
    third = make.visit(front, make.at("9:42"))
    match_decisions.undo_match_decision(visit=second, by=dana, at=make.at("9:43"))
    assert open_sign_ins(second) == [("already_signed_in", third.pk)]


def test_the_cause_follows_a_change_of_the_record(front: Location, leo: Patient, dana: Staff) -> None:
    leo.birth_date = None
    leo.save()
    visit = make.visit(front)
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:41"))
    row = visit.discrepancies.get(field="birth_date")
    assert row.cause == DiscrepancyCause.NO_BIRTH_DATE
    assert row.cause_words == "no birth date is on record yet"


def test_the_page_shows_the_cause_in_spanish(first: Visit, second: Visit, desk_client: Client) -> None:
    (row,) = second.discrepancies.open()
    with translation.override("es"):
        assert row.cause_words == "este paciente ya está registrado hoy"
        shown = desk_client.get(f"/visits/{second.pk}/").content.decode()
    assert "este paciente ya está registrado hoy" in shown
    assert f'href="/visits/{first.pk}/"' in shown


def test_every_cause_has_a_spanish_label() -> None:
    with translation.override("es"):
        spanish = {cause: str(cause.label) for cause in DiscrepancyCause}
    assert [cause for cause in DiscrepancyCause if spanish[cause] == str(cause.label)] == []


def test_the_migration_fills_only_existing_cause_codes() -> None:
    assert set(filling.CAUSE_BY_SENTENCE.values()) <= set(DiscrepancyCause.values)


def add_old_row(visit: Visit, why: str, *, field: str = SIGN_IN, recorded: str = "") -> int:
    """Add a row as it was written before causes existed."""
    facts = {"field": field, "recorded": recorded, "why": why, "status": "settled"}
    return visit.discrepancies.create(clinic=visit.clinic, noticed_at=make.at("9:41"), **facts).pk


def row_columns(pk: int) -> tuple:
    return Discrepancy.objects.values_list("cause", "other_visit", "recorded", "why").get(pk=pk)


@pytest.mark.parametrize("at_once", [2, 1000])
def test_the_migration_fills_cause_and_visit_of_old_rows(
    monkeypatch: pytest.MonkeyPatch, front: Location, hilltop: Location, first: Visit, at_once: int
) -> None:
    monkeypatch.setattr(filling, "AT_ONCE", at_once)
    theirs, signed_in = make.visit(hilltop, name="Ola Berg"), "this child is already signed in"
    named = add_old_row(first, signed_in, recorded=f"visit {first.pk}")
    reworded = add_old_row(first, "the child is here twice", recorded=f"visit {first.pk}")
    otherwise = add_old_row(first, "the same sign-in came again saying something else")
    gone = add_old_row(first, signed_in, recorded="visit 987654321")
    foreign = add_old_row(first, signed_in, recorded=f"visit {theirs.pk}")
    no_id = add_old_row(first, "of no cause we know", recorded="visit 99999999999999999999")
    phone = add_old_row(first, "no phone is on record for this escort", field="phone", recorded="visit 1")
    unknown = add_old_row(first, "the moon was full", field="phone", recorded="555-010-0001")
    for _ in range(2):
        filling.fill_causes(apps, None)
        assert row_columns(named) == ("already_signed_in", first.pk, "", signed_in)
        assert row_columns(reworded)[:3] == ("already_signed_in", first.pk, "")
        assert row_columns(otherwise)[:3] == ("signed_in_otherwise", None, "")
        assert row_columns(gone)[:3] == ("already_signed_in", None, "visit 987654321")
        assert row_columns(foreign)[:3] == ("already_signed_in", None, f"visit {theirs.pk}")
        assert row_columns(no_id)[:3] == ("", None, "visit 99999999999999999999")
        assert row_columns(phone)[:3] == ("no_escort_phone", None, "visit 1")
        assert row_columns(unknown) == ("", None, "555-010-0001", "the moon was full")
    assert Discrepancy.objects.get(pk=unknown).cause_words == "the moon was full"


def allow_going_back(executor: MigrationExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrations that rewrite rows have no way back; only this test needs the older tables."""
    for migration in executor.loader.disk_migrations.values():
        for operation in migration.operations:
            if isinstance(operation, RunPython) and operation.reverse_code is None:
                monkeypatch.setattr(operation, "reverse_code", RunPython.noop)
    if connection.vendor == "sqlite":
        # These name a column that goes. On the way forward they are made again.
        with connection.cursor() as cursor:
            for table in APPEND_ONLY:
                cursor.execute(f"DROP TRIGGER {table}_no_delete")


def migrate_again() -> None:
    """Migrate forward. On PostgreSQL the triggers of the audit trail are still there; no clinic goes back."""
    if connection.vendor != "postgresql":
        call_command("migrate", verbosity=0)
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        call_command("migrate", verbosity=0)
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.django_db(transaction=True)
def test_the_previous_versions_tables_migrate(brook: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    leo, front = make.patient(brook, "Leo Ruiz"), make.location(brook, "Front desk")
    first, second = make.visit(front, make.at("9:30")), make.visit(front, make.at("9:35"))
    try:
        before = MigrationExecutor(connection)
        allow_going_back(before, monkeypatch)
        before.migrate([("checkin", "0018_consent_asked_of")])
        old = before.loader.project_state([("checkin", "0018_consent_asked_of")]).apps
        facts = {"why": "this child is already signed in", "recorded": f"visit {first.pk}"}
        old.get_model("checkin", "Discrepancy").objects.filter(visit_id=second.pk).update(**facts)
    finally:
        migrate_again()
    assert second.match == MatchState.CERTAIN and second.patient == leo
    assert open_sign_ins(second) == [("already_signed_in", first.pk)]
