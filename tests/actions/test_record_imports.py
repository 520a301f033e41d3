from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
import pytest_django
from django.db import DataError

from checkin.actions import (
    match_decisions,
    record_import_guardians,
    record_import_patients,
    record_imports,
    visits,
)
from checkin.actions.record_import_patients import PatientBatch
from checkin.models import (
    Appointment,
    AuditEvent,
    BoardVersion,
    Clinic,
    Guardian,
    Location,
    Patient,
    PatientIdentifier,
    Staff,
    Visit,
    bulk_writes,
)
from checkin.rules.record_rows import AppointmentItem, GuardianItem, ImportOutcome, RecordItem
from tests import make
from tests.actions.imported_records import (
    CHANGED,
    MADE,
    REJECTED,
    UNCHANGED,
    WAITING,
    adult,
    child,
    load_into,
)

pytestmark = pytest.mark.django_db


def booking(number: str = "7", key: str = "a1", location: str = "", **values: Any) -> AppointmentItem:
    return AppointmentItem(
        patient_keys=[("", number)],
        key=("", key),
        location=location,
        values={"starts_at": make.at("9:45")} | values,
    )


@pytest.fixture
def load(brook: Clinic, front: Location) -> Callable[..., list[ImportOutcome | None]]:
    return partial(load_into, brook)


def versions() -> list[int]:
    return list(BoardVersion.objects.order_by("pk").values_list("version", flat=True))


def test_importing_twice_changes_nothing_not_even_the_time_of_change(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    assert load(child(), adult(), booking()) == [MADE, MADE, MADE]
    seen = list(Patient.objects.values()), list(Guardian.objects.values()), list(Appointment.objects.values())
    before = versions()
    assert load(child(), adult(), booking(), at="11:00") == [UNCHANGED, UNCHANGED, UNCHANGED]
    assert seen == (
        list(Patient.objects.values()),
        list(Guardian.objects.values()),
        list(Appointment.objects.values()),
    )
    assert (versions(), AuditEvent.objects.count()) == (before, 1)


def test_rows_with_different_changes_are_each_updated(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    load(child("1"), child("2"), child("3", sex="male"))
    assert load(child("1", sex="male"), child("2", birth_date=dt.date(2019, 1, 1)), child("3")) == [
        CHANGED,
        CHANGED,
        UNCHANGED,
    ]
    found = dict(Patient.objects.values_list("identifiers__value", "sex"))
    assert found == {"1": "male", "2": "", "3": "male"}
    assert Patient.objects.get(identifiers__value="2").birth_date == dt.date(2019, 1, 1)


def test_rows_of_an_unknown_patient_wait(load: Callable[..., list[ImportOutcome | None]]) -> None:
    assert load(adult("8"), booking("8")) == [WAITING, WAITING]
    assert not AuditEvent.objects.exists()


def test_an_appointment_of_a_known_child_updates_every_board(
    load: Callable[..., list[ImportOutcome | None]], front: Location, annexe: Location
) -> None:
    """A sign-in at any of them may have been identified already, and takes the appointment."""
    load(child())
    before = versions()
    load(booking())
    assert versions() == [before[0] + 1, before[1] + 1]
    assert load(booking(location="annexe")) == [CHANGED]
    assert versions() == [before[0] + 2, before[1] + 2]
    assert Appointment.objects.get().location == annexe


def test_an_unknown_location_is_rejected_if_there_are_several_and_none_was_chosen(
    load: Callable[..., list[ImportOutcome | None]], front: Location, annexe: Location
) -> None:
    load(child())
    lost = booking(location="Attic")
    assert load(lost) == [REJECTED]
    assert (
        lost.reason == "There is no location “Attic”: there are Front desk, Annexe. Name one by --location."
    )
    assert load(booking(location="Attic"), location=annexe) == [MADE]
    assert Appointment.objects.get().location == annexe


def test_an_import_does_not_reset_an_appointment_that_has_arrived(
    load: Callable[..., list[ImportOutcome | None]], front: Location, brook: Clinic
) -> None:
    load(child(), booking(status="booked"))
    visit = make.visit(front, make.at("9:40"))
    assert visit.appointment == Appointment.objects.get()
    for status in ("booked", "noshow", "cancelled"):
        assert load(booking(status=status)) == [UNCHANGED]
    assert Appointment.objects.get().status == "arrived"
    assert load(booking(status="fulfilled")) == [CHANGED]
    load(child("8", given_name="Ivy"))
    moved = booking("8")
    assert load(moved) == [REJECTED]
    assert "already signed in" in moved.reason


def test_a_changed_patient_who_is_here_is_redrawn_on_the_board(
    load: Callable[..., list[ImportOutcome | None]], front: Location
) -> None:
    load(child())
    visit = make.visit(front)
    load(child(preferred_name="Lenny"))
    assert Visit.objects.get().board_version == versions()[0] > visit.board_version


def test_an_import_leaves_visits_and_decisions_unchanged(
    load: Callable[..., list[ImportOutcome | None]], front: Location, dana: Staff
) -> None:
    load(child())
    visit = make.visit(front, name="Leonardo Ruis", born="")
    match_decisions.link_visit_to_patient(
        visit=visit, patient=Patient.objects.get(identifiers__value="7"), by=dana, at=make.at("9:50")
    )
    visits.move_visit(visit=Visit.objects.get(), to="roomed", by=dana, at=make.at("9:51"))
    load(child(family_name="Other"))
    found = Visit.objects.get()
    assert (found.state, found.match, found.patient.family_name) == ("roomed", "confirmed", "Other")


def test_a_batch_makes_one_audit_event_with_counts_and_no_names(
    load: Callable[..., list[ImportOutcome | None]], brook: Clinic
) -> None:
    load(child("1"), child("2"), adult("1"), adult("9"))
    event = AuditEvent.objects.get()
    assert (event.action, event.subject, event.subject_id) == ("records.imported", "Clinic", brook.pk)
    assert event.detail == {"patients_made": 2, "guardians_made": 1, "guardians_waiting": 1}


def test_a_row_the_database_refuses_rejects_only_itself(
    load: Callable[..., list[ImportOutcome | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = record_import_patients.bulk_writes.insert_rows

    def refusing(model: Any, columns: Any, rows: Any) -> list[int]:
        if any("Poison" in row for row in rows):
            raise DataError
        return insert(model, columns, rows)

    monkeypatch.setattr(bulk_writes, "insert_rows", refusing)
    items = [child(str(at), given_name="Poison" if at == 5 else "Leo") for at in range(9)]
    contact = GuardianItem(of=items[5], values={"name": "Ana"})
    outcomes = load(*items, contact)
    assert [at for at, outcome in enumerate(outcomes) if outcome is not MADE] == [5, 9]
    assert Patient.objects.count() == PatientIdentifier.objects.count() == 8


def test_a_guardian_the_database_refuses_rejects_neither_patient_nor_others(
    load: Callable[..., list[ImportOutcome | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = record_import_guardians.GuardianBatch.write

    def refusing(guardians: record_import_guardians.GuardianBatch) -> None:
        if any(one.name == "Poison" for one in guardians.made):
            raise DataError
        write(guardians)

    monkeypatch.setattr(record_import_guardians.GuardianBatch, "write", refusing)
    outcomes = load(child("1"), child("2"), adult("1", name="Poison"), adult("2"), adult("1"))
    assert outcomes == [MADE, MADE, REJECTED, MADE, MADE]
    assert set(Guardian.objects.values_list("name", "patient__identifiers__value")) == {
        ("Ana Ruiz", "1"),
        ("Ana Ruiz", "2"),
    }


def test_a_thousand_patients_take_few_queries(
    load: Callable[..., list[ImportOutcome | None]],
    django_assert_max_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(16):
        load(*(child(str(at)) for at in range(1000)))
    with django_assert_max_num_queries(8):
        load(*(child(str(at)) for at in range(1000)))


def test_an_import_updates_the_needs_of_a_family_that_is_here(
    load: Callable[..., list[ImportOutcome | None]], brook: Clinic, front: Location
) -> None:
    load(child())
    visit = make.visit(front)
    assert not visit.needs.filter(kind="interpreter").exists()
    load(child(interpreter_needed=True), at="9:50")
    assert visit.needs.filter(kind="interpreter", status="open").exists()
    load(adult(phone="555-010-0123", may_consent=True), at="9:51")
    assert visit.needs.get(kind="phone_guardian", status="open").step_words == "555-010-0123"


class Forgetful:
    """A trial's memory that keeps nothing."""

    def before(self, items: Sequence[RecordItem], people: PatientBatch) -> list[RecordItem]:
        return []

    def remember(self, items: Sequence[RecordItem]) -> None:
        return None


def test_a_trial_says_what_would_become_of_each_row_and_writes_nothing(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    assert load(child(), adult(), trial=Forgetful()) == [MADE, MADE]
    assert not Patient.objects.exists() and not Guardian.objects.exists()


def test_a_row_beside_one_that_the_database_refuses_goes_to_no_record_made_meanwhile(
    load: Callable[..., list[ImportOutcome | None]], brook: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ids of the attempt that was rolled back may be another child's at the next one."""
    write, halve = record_import_guardians.GuardianBatch.write, record_imports._halve_import_batch

    def refusing(guardians: record_import_guardians.GuardianBatch) -> None:
        if any(one.name == "Poison" for one in guardians.made):
            raise DataError
        write(guardians)

    def sign_in_meanwhile(items: Sequence[RecordItem]) -> Any:
        if len(items) == 4:
            make.patient(brook, "Mia Novak")
        return halve(items)

    monkeypatch.setattr(record_import_guardians.GuardianBatch, "write", refusing)
    monkeypatch.setattr(record_imports, "_halve_import_batch", sign_in_meanwhile)
    rows = child("1"), child("2", given_name="Ivy"), adult("1", name="Poison"), adult("2", name="Eva Ruiz")
    assert load(*rows) == [MADE, MADE, REJECTED, MADE]
    assert Guardian.objects.get().patient.given_name == "Ivy"


def test_a_row_with_another_childs_number_beside_its_own_is_nobodys(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    load(child("7"), child("8", given_name="Ivy"))
    row = adult("7")
    row.others = [("", "8")]
    assert load(row) == [REJECTED]
    assert not Guardian.objects.exists()
    row = adult("7")
    row.others = [("", "7")]
    assert (load(row), row.reason) == ([MADE], "")


def test_a_bare_id_confirms_only_what_is_on_file_under_its_own_number(
    load: Callable[..., list[ImportOutcome | None]],
) -> None:
    """Resource ids of a source that nobody named may be any child's."""
    load(child("7"))

    def said(number: str) -> GuardianItem:
        return GuardianItem(key=("urn:adults", number), bare=("", "7"), values={"name": "Ana Ruiz"})

    assert load(said("5")) == [WAITING]
    assert load(
        GuardianItem(patient_keys=[("", "7")], key=("urn:adults", "5"), values={"name": "Ana Ruiz"})
    ) == [MADE]
    assert load(said("5"), said("6")) == [UNCHANGED, WAITING]
