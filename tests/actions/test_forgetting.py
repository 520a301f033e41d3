"""A forgotten patient is in no table, no session and no list; everybody else's record is as it was."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from checkin.actions import forgetting
from checkin.actions.permissions import NotAllowed
from checkin.models import (
    AuditEvent,
    CareAlert,
    CareAlertVersion,
    Clinic,
    ImmutableRowError,
    Location,
    LookAlike,
    Move,
    Patient,
    Staff,
    UnsentForm,
    Visit,
    erasure,
)
from checkin.queries.audit_verification import verify_chains
from checkin.rules.forgetting import RetentionTerm
from checkin.web.desk import searches
from tests import make
from tests.emptied_tables import list_tables_with_rows

pytestmark = pytest.mark.usefixtures("forgotten_list")
CANARY = "Zyxwvut"
LONG_AGO = make.at().replace(year=2010)
TERM = RetentionTerm(dt.date(2016, 11, 24), None, make.TUESDAY)


@pytest.fixture
def leo(brook: Clinic, front: Location) -> Patient:
    found = make.patient(brook, f"Leo {CANARY}")
    make.guardian(found, f"Ana {CANARY}")
    make.appointment(found, front)
    visit = make.visit(front, name=f"Leo {CANARY}")
    Visit.objects.filter(pk=visit.pk).update(patient=found)
    return found


def forget(one: Patient, by: Staff) -> forgetting.Forgotten:
    return forgetting.forget_patient(
        clinic=by.clinic, patient_id=one.pk, reason="family", by=by, at=make.at()
    )


def age_record(one: Patient) -> Patient:
    Patient.objects.filter(pk=one.pk).update(created_at=LONG_AGO, updated_at=LONG_AGO)
    return one


def tables_that_say(word: str) -> list[str]:
    """The tables of which some row has this word in any column."""
    found = []
    with connection.cursor() as cursor:
        for table in list_tables_with_rows():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            if any(word.lower() in str(row).lower() for row in cursor.fetchall()):
                found.append(table)
    return found


def test_no_table_says_the_name_of_a_forgotten_child(leo: Patient, max_: Staff) -> None:
    assert "checkin_signin" in tables_that_say(CANARY)
    forget(leo, max_)
    assert tables_that_say(CANARY) == []
    connection.check_constraints()


def test_every_other_child_stays(leo: Patient, front: Location, max_: Staff) -> None:
    mia = make.patient(max_.clinic, "Mia Stone")
    visit = make.visit(front, make.at("10:00"), name="Mia Stone")
    Visit.objects.filter(pk=visit.pk).update(patient=mia)
    forget(leo, max_)
    assert list(Patient.objects.all()) == [mia] and list(Visit.objects.all()) == [visit]


def test_the_records_that_were_merged_go_together(leo: Patient, max_: Staff) -> None:
    twin = make.patient(max_.clinic, f"Leon {CANARY}")
    Patient.objects.filter(pk=twin.pk).update(status="merged", merged_into=leo)
    twin.refresh_from_db()
    assert forget(twin, max_).patients == sorted([leo.pk, twin.pk])
    assert not Patient.objects.exists()


def test_a_record_in_use_keeps_those_merged_into_it_through_others(leo: Patient, max_: Staff) -> None:
    older = make.patient(max_.clinic, f"Leon {CANARY}")
    oldest = make.patient(max_.clinic, f"Leonard {CANARY}")
    for one, into in ((oldest, older), (older, leo)):
        Patient.objects.filter(pk=one.pk).update(
            status="merged", merged_into=into, created_at=LONG_AGO, updated_at=LONG_AGO
        )
    assert forgetting.select_expired(max_.clinic, TERM) == []


def test_a_record_out_of_use_goes_with_those_merged_into_it(leo: Patient, max_: Staff) -> None:
    old = age_record(make.patient(max_.clinic, "Mia Stone"))
    older = age_record(make.patient(max_.clinic, "Mia Stoner"))
    Patient.objects.filter(pk=older.pk).update(status="merged", merged_into=old)
    assert forgetting.select_expired(max_.clinic, TERM) == [old.pk]


def test_a_care_alert_that_was_changed_lately_keeps_the_record(max_: Staff) -> None:
    old = age_record(make.patient(max_.clinic, "Mia Stone"))
    alert = CareAlert.objects.create(clinic=max_.clinic, patient=old)
    facts = {"by": max_, "status": "active", "kind": "not_with", "words": "Not with the neighbor."}
    CareAlertVersion.objects.create(alert=alert, at=LONG_AGO, **facts)
    assert forgetting.select_expired(max_.clinic, TERM) == [old.pk]
    CareAlertVersion.objects.create(alert=alert, at=make.at(), **facts)
    assert forgetting.select_expired(max_.clinic, TERM) == []


def test_retention_judges_again_before_it_erases(front: Location, max_: Staff) -> None:
    old = age_record(make.patient(max_.clinic, "Mia Stone"))
    assert forgetting.select_expired(max_.clinic, TERM) == [old.pk]
    Visit.objects.filter(pk=make.visit(front).pk).update(patient=old)
    with pytest.raises(forgetting.PatientInUse):
        forgetting.forget_patient(
            clinic=max_.clinic, patient_id=old.pk, reason="retention", by=max_, at=make.at(), term=TERM
        )
    assert Patient.objects.filter(pk=old.pk).exists()


def test_the_trail_keeps_the_number_and_stays_whole(leo: Patient, max_: Staff) -> None:
    done = forget(leo, max_)
    line = AuditEvent.objects.get(action="patient.forgotten")
    assert line.patient_id == leo.pk and line.detail["rows"] == done.counts
    assert all(found.wrong is None for found in verify_chains([]))


def test_unsent_forms_and_searches_are_deleted_whoever_they_name(leo: Patient, max_: Staff) -> None:
    keys = ("typed", searches._SEARCHES_SESSION_KEY, "_messages", "messages_of_closed_visits")
    assert keys == forgetting.SESSION_KEYS_WITH_NAMES
    store = SessionStore()
    store.update({key: [CANARY] for key in keys} | {"kept": 1})
    store.save()
    UnsentForm.objects.create(staff=max_, at=make.at("9:40"), action="/sign-in/", fields=[["reason", CANARY]])
    forget(leo, max_)
    assert dict(SessionStore(store.session_key).items()) == {"kept": 1}
    assert not UnsentForm.objects.exists()
    assert AuditEvent.objects.get(action="patient.forgotten").detail["unsent_forms"] == 1


def test_the_next_page_no_longer_names_the_child_in_a_notice(
    leo: Patient, max_: Staff, dana: Staff, as_: Callable[[Staff], Client]
) -> None:
    browser, twin = as_(dana), make.patient(max_.clinic, f"Leo {CANARY}")
    alike = LookAlike.objects.create(clinic=max_.clinic, record=twin, older=leo, noticed_at=make.at())
    browser.post(reverse("desk:look_alike_two", args=[alike.pk]))
    (row,) = [one for one in Session.objects.all() if CANARY in str(one.get_decoded())]
    for one in (leo, twin):
        forget(one, max_)
    row.refresh_from_db()
    assert CANARY not in str(row.get_decoded())
    page = browser.get("/")
    assert page.status_code == 200 and CANARY not in page.content.decode()


def test_history_still_refuses_to_be_deleted(leo: Patient) -> None:
    with pytest.raises(ImmutableRowError):
        Move.objects.all().delete()


def test_who_may_not_is_refused(leo: Patient, dana: Staff, sol: Staff, forgotten_list: Path) -> None:
    with pytest.raises(NotAllowed):
        forget(leo, dana)
    assert Patient.objects.filter(pk=leo.pk).exists() and not forgotten_list.exists()


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_no_free_page_of_the_file_says_the_name(leo: Patient, max_: Staff, tmp_path: Path) -> None:
    """SQLite leaves what is deleted where it was, unless it is told to overwrite it."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")
    assert CANARY.encode() in file_of_database(tmp_path / "before.sqlite3")
    forget(leo, max_)
    assert CANARY.encode() not in file_of_database(tmp_path / "after.sqlite3")


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_the_log_of_writes_does_not_keep_it_for_a_server_that_is_running(leo: Patient, max_: Staff) -> None:
    """The log goes with the last process that has the database open: a server has it open all day."""
    database = Path(connection.settings_dict["NAME"])
    with contextlib.closing(sqlite3.connect(database)) as server:
        server.execute("SELECT count(*) FROM checkin_patient").fetchall()
        Patient.objects.filter(pk=leo.pk).update(preferred_name=CANARY)
        forget(leo, max_)
        assert CANARY.encode() in database.with_name(f"{database.name}-wal").read_bytes()
        assert erasure.empty_write_log()
        for part in database.parent.glob(f"{database.name}*"):
            assert CANARY.encode() not in part.read_bytes()


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db(transaction=True)
def test_a_log_that_somebody_reads_is_told_and_waited_for_a_little(
    leo: Patient, max_: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "_LOG_WAIT_MS", 50)
    with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"])) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM checkin_patient").fetchall()
        forget(leo, max_)
        assert not erasure.empty_write_log()
    assert erasure.empty_write_log()
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20_000,)


def file_of_database(path: Path) -> bytes:
    """Return the database page by page, also those that are free."""
    with contextlib.closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
    return path.read_bytes()
