"""When a record changes while the child is here, every open visit and board row is updated."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.actions import (
    arrivals,
    discrepancies,
    match_decisions,
    needs,
    preferences,
    provisional_patients,
    visits,
)
from checkin.actions.entry_moves import EntryAnswers
from checkin.actions.write_queue import write_in_turn
from checkin.models import (
    Appointment,
    BoardVersion,
    Clinic,
    Discrepancy,
    Location,
    Patient,
    PatientIdentifier,
    SignInChannel,
    Staff,
    Visit,
)
from checkin.rules import sign_in_claims
from checkin.rules.record_rows import (
    DueItemItem,
    GuardianItem,
    ImmunizationItem,
    PatientItem,
    RecordItem,
)
from tests import make
from tests.actions.open_visit_rows import WHO, assert_in_step, booking, drawn, expect_leo, load
from tests.differing import TYPED, decide, the

pytestmark = pytest.mark.django_db

USE_NEW, KEEP_OLD, ASK = (
    discrepancies.DiscrepancyDecisionKind.USE_NEW,
    discrepancies.DiscrepancyDecisionKind.KEEP_OLD,
    discrepancies.DiscrepancyDecisionKind.ASK,
)


@pytest.fixture
def leo(brook: Clinic, front: Location) -> Patient:
    return expect_leo(brook, front)


@pytest.fixture
def here(front: Location, leo: Patient) -> Visit:
    return make.visit(front, **TYPED)


@pytest.fixture
def there(annexe: Location, here: Visit) -> Visit:
    """The same child signed in at the other front desk by the same adult."""
    return make.visit(annexe, make.at("9:41"), **TYPED)


def arrive(seen: Any) -> Any:
    """Create the visit of a sign-in that was identified before, in a transaction of its own."""
    with write_in_turn():
        return arrivals.create_arrival_visit(seen)


def person(**values: Any) -> PatientItem:
    known = {"given_name": "Leo", "family_name": "Ruiz", "birth_date": dt.date(2018, 3, 14)}
    return PatientItem(keys=list(WHO), values=known | values)


def adult(**values: Any) -> GuardianItem:
    return GuardianItem(patient_keys=list(WHO), values={"name": "Ana Ruiz"} | values)


def due(name: str = "MMR") -> DueItemItem:
    values = {"kind": "vaccine", "name": name, "due_on": dt.date(2026, 1, 1)}
    return DueItemItem(patient_keys=list(WHO), key=("", name), values=values)


def shot(name: str = "Influenza") -> ImmunizationItem:
    values = {"name": name, "given_on": dt.date(2026, 3, 1), "is_influenza": name == "Influenza"}
    return ImmunizationItem(patient_keys=list(WHO), key=("", name), values=values)


def open_fields(visit: Visit) -> set[str]:
    return set(visit.discrepancies.open().exclude(field="sign_in").values_list("field", flat=True))


def on_file() -> list[list[dict[str, Any]]]:
    return [list(apps.get_model("checkin", name).objects.order_by("pk").values()) for name in sorted(RECORDS)]


def relinked(here: Any, brook: Any, dana: Any, whose: str = "old") -> None:
    """Relink the visit; what was used at it for the first child stays there, or is reverted."""
    other = make.patient(brook, "Lea Ruiz", born="2018-03-15")
    said = EntryAnswers({f"discrepancy-{one.pk}": whose for one in here.discrepancies.all()})
    match_decisions.link_visit_to_patient(visit=here, patient=other, by=dana, at=make.at("9:50"), said=said)


def merged(
    front: Location, annexe: Location, brook: Clinic, dana: Staff, *, undo: bool = False
) -> Iterator[None]:
    """Merge a record made at a kiosk into a child who is here under another name; with `undo`, undo it."""
    made = make.visit(front, make.at("9:42"), name="Zed Novak", born="2019-01-01")
    make.guardian(made.patient, "Eva Ruiz", phone="555-010-0155")
    into = make.patient(brook, "Otto Lind", born="2015-05-05", address="1 Far Way")
    make.visit(annexe, make.at("9:43"), name="Otto Lind", born="2015-05-05", guardian_name="Eva Ruiz")
    yield
    decided = match_decisions.link_visit_to_patient(visit=made, patient=into, by=dana, at=make.at("9:50"))
    if undo:
        drawn(brook)
        match_decisions.undo_match_decision(visit=made, by=dana, at=make.at("9:51"), seen=decided.pk)


def said_again(front: Any, **said: Any) -> None:
    claim = make.claim(**TYPED) | said
    visits.record_sign_in(location=front, claim=claim, at=make.at("9:52"), channel=SignInChannel.KIOSK)


SPEAKS = {"language": "ar", "interpreter_needed": True, "access_needs": "Uses a wheelchair"}
WRITERS: dict[str, Any] = {
    "import a birth date": lambda c: load(c.brook, person(birth_date=dt.date(2018, 3, 24))),
    "import a name": lambda c: load(c.brook, person(family_name="Ruíz", preferred_name="Poldi")),
    "import language and access": lambda c: load(c.brook, person(**SPEAKS)),
    "import a death": lambda c: load(c.brook, person(is_deceased=True)),
    "import an address": lambda c: load(c.brook, person(address="14 Oak Rd")),
    "import a guardian": lambda c: load(c.brook, adult(name="Eva Ruiz", phone="555-010-0177")),
    "import an escort who is a guardian": lambda c: load(
        c.brook, adult(name="Rosa Delgado", phone="555-010-0199")
    ),
    "import another time": lambda c: load(c.brook, booking(starts_at=make.at("11:15"), with_whom="Dr. Lee")),
    "import what is due": lambda c: load(c.brook, due()),
    "import what was given": lambda c: load(c.brook, shot()),
    "use the new phone": lambda c: decide(the(c.here, "phone"), USE_NEW, c.dana),
    "use the new guardian": lambda c: decide(the(c.here, "guardian"), USE_NEW, c.dana),
    "use the new address": lambda c: decide(the(c.here, "address"), USE_NEW, c.dana),
    "put on record": lambda c: preferences.record_language_and_needs(
        patient=c.leo, by=c.dana, at=make.at("9:50"), **SPEAKS
    ),
    "remember a wish": lambda c: preferences.set_preferences(
        escort=c.here.escort, approach="leave", best_way="", best_time="", by=c.dana, at=make.at("9:50")
    ),
    "sign in again and remember": lambda c: said_again(c.front, approach="leave", remember="1"),
    "sign in again": lambda c: said_again(c.front),
    "it is another child": lambda c: relinked(c.here, c.brook, c.dana),
    "give a vaccine": lambda c: needs.answer_need(
        need=c.here.needs.get(kind="vaccine"), outcome="done", by=c.noor, at=make.at("9:50")
    ),
    "leave": lambda c: visits.move_visit(
        visit=c.here, to="left", by=c.dana, at=make.at("9:50"), reason="will come back"
    ),
}


class Cast:
    def __init__(self, **named: Any) -> None:
        self.__dict__.update(named)


@pytest.fixture
def cast(
    brook: Clinic,
    front: Location,
    annexe: Location,
    leo: Patient,
    here: Visit,
    there: Visit,
    dana: Staff,
    noor: Staff,
) -> Cast:
    return Cast(
        brook=brook, front=front, annexe=annexe, leo=leo, here=here, there=there, dana=dana, noor=noor
    )


@pytest.mark.parametrize("writer", WRITERS)
def test_every_write_to_a_record_updates_every_open_visit(cast: Cast, writer: str) -> None:
    drawn(cast.brook)
    before = on_file()
    WRITERS[writer](cast)
    assert on_file() != before, "it writes a record"
    assert_in_step(cast.brook)


@pytest.mark.parametrize("undo", [False, True])
def test_a_merge_and_its_undo_update_the_visits_of_both_records(
    brook: Clinic, front: Location, annexe: Location, dana: Staff, undo: bool
) -> None:
    steps = merged(front, annexe, brook, dana, undo=undo)
    next(steps)
    drawn(brook)
    next(steps, None)
    assert_in_step(brook)


@pytest.mark.parametrize("field", ["address", "guardian", "phone"])
def test_undoing_a_decision_updates_every_visit(cast: Cast, field: str) -> None:
    decide(the(cast.here, field), USE_NEW, cast.dana)
    drawn(cast.brook)
    discrepancies.undo_discrepancy_decision(
        discrepancy=the(cast.here, field), by=cast.dana, at=make.at("9:55")
    )
    assert_in_step(cast.brook)
    assert field in open_fields(cast.there)


def test_undoing_a_decision_after_a_relink_updates_the_first_childs_visits(cast: Cast) -> None:
    one = the(cast.here, "address")
    decide(one, USE_NEW, cast.dana)
    relinked(cast.here, cast.brook, cast.dana)
    drawn(cast.brook)
    discrepancies.undo_discrepancy_decision(discrepancy=one, by=cast.dana, at=make.at("9:55"))
    assert_in_step(cast.brook)
    assert "address" in open_fields(cast.there)


def test_a_relink_that_reverts_the_first_childs_record_updates_its_other_visits(cast: Cast) -> None:
    decide(the(cast.here, "address"), USE_NEW, cast.dana, clock="9:45")
    assert "address" not in open_fields(cast.there)
    drawn(cast.brook)
    relinked(cast.here, cast.brook, cast.dana, whose="nobody")
    cast.leo.refresh_from_db()
    assert cast.leo.address == "12 Elm St"
    assert_in_step(cast.brook)
    assert "address" in open_fields(cast.there)


def test_completing_a_record_updates_its_other_visits(
    brook: Clinic, front: Location, annexe: Location, dana: Staff
) -> None:
    made = make.visit(front, name="Zed Novak", born="2019-01-01")
    other = make.visit(annexe, make.at("9:41"), name="Zed Novak", born="2019-01-02")
    match_decisions.link_visit_to_patient(visit=other, patient=made.patient, by=dana, at=make.at("9:45"))
    drawn(brook)
    provisional_patients.complete_provisional_patient(
        provisional=made.patient,
        by=dana,
        at=make.at("9:50"),
        given_name="Zdenek",
        family_name="Novák",
        birth_date=dt.date(2019, 1, 2),
    )
    assert_in_step(brook)
    assert "birth_date" not in open_fields(other)
    assert open_fields(made) == {"name", "birth_date"}


def looked(location: Location, **said: Any) -> arrivals.SignInArrival:
    claim = sign_in_claims.read_sign_in_claim(make.claim(**said))
    return arrivals.identify_arrival(
        location, claim, at=make.at("9:49"), channel=SignInChannel.KIOSK, device=None, by=None
    )


def test_a_sign_in_identified_before_an_import_is_identified_again(
    brook: Clinic, annexe: Location, leo: Patient
) -> None:
    seen = looked(annexe)
    load(brook, person(birth_date=dt.date(2018, 3, 24)))
    assert (arrive(seen).match, seen.judgment.outcome) == ("probable", "certain")


def test_a_sign_in_identified_before_use_new_is_identified_again(
    front: Location, annexe: Location, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front, born="2018-08-24")
    match_decisions.link_visit_to_patient(visit=visit, patient=leo, by=dana, at=make.at("9:45"))
    seen = looked(annexe)
    decide(the(visit, "birth_date"), USE_NEW, dana)
    assert (arrive(seen).match, seen.judgment.outcome) == ("probable", "certain")


def test_an_imported_birth_date_makes_a_discrepancy_at_open_visits(
    brook: Clinic, here: Visit, there: Visit
) -> None:
    """The visit said “The same birth date” and had no discrepancy."""
    load(brook, person(birth_date=dt.date(2018, 3, 24)))
    for visit in (here, there):
        one = the(visit, "birth_date")
        assert (one.typed, one.recorded, one.status) == ("2018-03-14", "2018-03-24", "open")
        visit.refresh_from_db()
        assert visit.needs.open().filter(kind="discrepancy", subject__contains="birth_date").exists()
        assert visit.open_discrepancies == visit.discrepancies.open().count()
    load(brook, person(birth_date=dt.date(2018, 3, 14)), at="9:55")
    assert {the(visit, "birth_date").status for visit in (here, there)} == {"withdrawn"}
    load(brook, person(birth_date=dt.date(2018, 3, 24)), at="9:56")
    assert {the(visit, "birth_date").status for visit in (here, there)} == {"open"}


def test_an_asked_discrepancy_stays_asked_and_shows_the_current_record(
    brook: Clinic, here: Visit, dana: Staff
) -> None:
    decide(the(here, "address"), ASK, dana)
    load(brook, person(address="1 Newest Way"))
    assert (the(here, "address").status, the(here, "address").recorded) == ("asking", "1 Newest Way")
    load(brook, person(address="14 Oak Rd"), at="9:55")
    assert the(here, "address").status == "withdrawn"
    load(brook, person(address="1 Newest Way"), at="9:56")
    assert the(here, "address").status == "asking"


def test_a_kept_value_counts_until_the_record_changes(
    brook: Clinic, here: Visit, there: Visit, dana: Staff
) -> None:
    for visit in (here, there):
        decide(the(visit, "address"), KEEP_OLD, dana)
    load(brook, person(language="es"))
    assert [the(visit, "address").status for visit in (here, there)] == ["settled", "settled"]
    load(brook, person(address="1 Newest Way"), at="9:55")
    for visit in (here, there):
        kept, new = visit.discrepancies.filter(field="address").order_by("pk")
        assert (kept.status, new.status, new.recorded) == ("settled", "open", "1 Newest Way")


def test_an_open_visit_of_an_earlier_day_is_updated_too(brook: Clinic, front: Location, leo: Patient) -> None:
    stale = make.visit(front, make.at("16:00", make.TUESDAY - dt.timedelta(days=1)))
    load(brook, person(birth_date=dt.date(2018, 3, 24)))
    assert "birth_date" in open_fields(stale)


def test_a_visit_that_has_ended_is_not_updated(brook: Clinic, here: Visit, dana: Staff) -> None:
    visits.move_visit(
        visit=here, to="left_without_being_seen", by=dana, at=make.at("9:45"), reason="went home"
    )
    before = list(here.discrepancies.order_by("pk").values())
    load(brook, person(birth_date=dt.date(2018, 3, 24), address="14 Oak Rd"))
    assert list(here.discrepancies.order_by("pk").values()) == before


def test_importing_the_same_rows_again_changes_no_visit_and_no_board(
    brook: Clinic, here: Visit, there: Visit
) -> None:
    load(brook, person(address="1 Newest Way"), adult(), booking(starts_at=make.at("9:45")))
    before = list(Visit.objects.values()), list(BoardVersion.objects.values())
    load(brook, person(address="1 Newest Way"), adult(), booking(starts_at=make.at("9:45")), at="9:55")
    assert (list(Visit.objects.values()), list(BoardVersion.objects.values())) == before


def test_importing_another_familys_rows_changes_no_visit(brook: Clinic, here: Visit) -> None:
    def ada(family: str) -> PatientItem:
        return PatientItem(keys=[("", "8")], values={"given_name": "Ada", "family_name": family})

    load(brook, ada("Berg"))
    before = list(Visit.objects.values())
    load(brook, ada("Bergh"), at="9:55")
    assert list(Visit.objects.values()) == before


def many(count: int, **values: Any) -> list[RecordItem]:
    """Return patients that nobody confuses: no two were born within a month."""
    first = {"given_name": "Ida", "family_name": "Holm"}
    return [
        PatientItem(
            keys=[("", f"n{at}")],
            values=first | values | {"birth_date": dt.date(1950, 1, 1) + dt.timedelta(days=40 * (at % 600))},
        )
        for at in range(count)
    ]


@pytest.mark.parametrize("rows", [1000, pytest.param(5000, marks=pytest.mark.long)])
def test_the_cost_of_changed_rows_depends_on_the_open_visits(
    brook: Clinic, front: Location, rows: int
) -> None:
    def cost(count: int, clock: str, address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            load(brook, *many(count, address=address), at=clock)
        return len(queries)

    load(brook, *many(rows, address="1 Old Way"), at="9:00")
    for at in range(3):
        visit = make.visit(front, make.at(f"9:3{at}"), name="Lea Novak", born="", address="9 Far Way")
        patient = PatientIdentifier.objects.get(value=f"n{at}").patient
        match_decisions.link_visit_to_patient(
            visit=visit, patient=patient, by=make.staff(brook, f"s{at}"), at=make.at("9:40")
        )
    few, all_of_them = cost(10, "9:50", "2 New Way"), cost(rows, "9:55", "3 Newer Way")
    assert few <= 60
    # The rows themselves are written in batches of some hundreds.
    assert all_of_them <= few + 25, (few, all_of_them)
    assert {one.recorded for one in Discrepancy.objects.open().filter(field="address")} == {"3 Newer Way"}


RECORDS = {"Patient", "Guardian", "Escort", "Appointment", "DueItem", "Immunization"}
WRITES = {"create", "bulk_create", "update", "update_or_create", "get_or_create", "delete", "save"}
KNOWN = {
    "appointments": "sign in again",
    "chart_changes": "it is another child",
    "confidential_visits": "a mark, in test_confidential_visits",
    "discrepancy_records": "use the new",
    "entry_returns": "it is another child",
    "escort_returns": "the undo of a merge",
    "escort_phones": "a mark, in test_shared_phones",
    "escorts": "it is another child",
    "immunizations": "give a vaccine",
    "match_corrections": "it is another child",
    "match_decisions": "it is another child",
    "merge_undo": "the undo of a merge",
    "merge_undo_twins": "the undo of a merge",
    "merge_undo_charts": "the undo of a merge",
    "merge_undo_visits": "the undo of a merge",
    "merge_visits": "a merge",
    "patient_merges": "a merge",
    "preferences": "put on record",
    "provisional_patients": "it is another child",
    "record_corrections": "it is another child",
    "record_import_appointments": "import another time",
    "record_import_due_items": "import what is due",
    "record_import_guardians": "import a guardian",
    "record_import_immunizations": "import what was given",
    "record_import_patients": "import a name",
    "shared_visits": "a mark, in test_shared_visits",
    "sign_in_additions": "a family that goes on typing",
    "sign_in_columns": "a mark, in test_sign_in_columns",
    "sign_in_record_merges": "it is another child",
    "visit_links": "sign in again",
    "visits": "leave",
}
"""The actions that write a record, each with the writer or test above. A new one must update open visits."""


def writers() -> set[str]:
    return {
        path.stem
        for path in Path("checkin/actions").glob("*.py")
        if writes_a_record(ast.parse(path.read_text()))
    }


def writes_a_record(module: ast.Module) -> bool:
    called = [one.func for one in ast.walk(module) if isinstance(one, ast.Call)]
    methods = [one for one in called if isinstance(one, ast.Attribute)]
    imported = {
        name.name for one in ast.walk(module) if isinstance(one, ast.ImportFrom) for name in one.names
    }
    by_model = any(one.attr in WRITES and root(one) in RECORDS for one in methods)
    in_bulk = any(
        one.attr in ("insert_rows", "update_changed_columns") and root(one) == "bulk_writes"
        for one in methods
    )
    on_a_row = any(one.attr in ("save", "delete") for one in methods)
    return by_model or in_bulk or (on_a_row and not imported.isdisjoint(RECORDS))


def root(one: ast.expr) -> str:
    while isinstance(one, ast.Attribute | ast.Call):
        one = one.value if isinstance(one, ast.Attribute) else one.func
    return one.id if isinstance(one, ast.Name) else ""


NO_RECORD = {"care_alerts", "look_alikes"}
"""These save only rows of their own and a mark that no visit compares, and only read records."""


def test_every_action_that_writes_a_record_is_listed() -> None:
    assert writers() - NO_RECORD <= set(KNOWN), (
        "bring the open visits in step (actions/open_visits.py) and test it here"
    )


def test_a_discrepancy_found_later_still_comes_first_in_the_row(
    brook: Clinic, front: Location, leo: Patient
) -> None:
    visit = make.visit(front, access_needs="hearing aid", notes_wanted="school, work", also="her ear")
    load(brook, person(birth_date=dt.date(2018, 3, 24)))
    visit.refresh_from_db()
    assert next(kind for kind, _ in visit.chips) == "discrepancy"


class TestWhileASignInIsUnderWay:
    """A sign-in has read the record, an import changes it (not its identity), then the sign-in is written."""

    def test_the_phone_is_compared_with_the_imported_one(
        self, brook: Clinic, annexe: Location, leo: Patient
    ) -> None:
        seen = looked(annexe, guardian_name="Ana Ruiz", escort_name="Ana Ruiz", escort_phone="555-010-0123")
        load(brook, adult(phone="555-010-0177"))
        made = arrive(seen)
        differs = made.discrepancies.open().get(field="phone")
        assert (differs.typed, differs.recorded) == ("555-010-0123", "555-010-0177")
        assert made.open_discrepancies == 1
        assert_in_step(brook)

    def test_a_phone_that_now_matches_makes_no_discrepancy(
        self, brook: Clinic, annexe: Location, leo: Patient
    ) -> None:
        seen = looked(annexe, guardian_name="Ana Ruiz", escort_name="Ana Ruiz", escort_phone="555-010-0177")
        load(brook, adult(phone="555-010-0177"))
        made = arrive(seen)
        assert not made.discrepancies.open().filter(field="phone").exists()
        assert_in_step(brook)

    def test_an_imported_language_is_in_the_row(self, brook: Clinic, annexe: Location, leo: Patient) -> None:
        seen = looked(annexe)
        load(brook, person(**SPEAKS))
        made = arrive(seen)
        assert made.patient.language == "ar"
        assert made.needs.filter(kind="interpreter").exists()
        assert_in_step(brook)

    def test_an_appointment_imported_meanwhile_is_taken(
        self, brook: Clinic, annexe: Location, leo: Patient
    ) -> None:
        Appointment.objects.all().delete()
        seen = looked(annexe)
        load(brook, booking(starts_at=make.at("9:55")))
        made = arrive(seen)
        assert (made.appointment.starts_at, made.turn_at) == (make.at("9:55"), make.at("9:55"))

    def test_a_match_certain_by_a_phone_that_changed_is_asked_about(
        self, brook: Clinic, annexe: Location
    ) -> None:
        mia = make.patient(brook, "Mia Okafor", "2019-02-11", phone="206-555-0134")
        PatientIdentifier.objects.create(clinic=brook, patient=mia, value="8")
        make.appointment(mia, annexe, make.at("9:45"))
        seen = looked(annexe, name="Mia Okafor", born="", escort_phone="206-555-0134")
        was = str(seen.judgment.outcome)
        known = {"given_name": "Mia", "family_name": "Okafor", "birth_date": dt.date(2019, 2, 11)}
        load(brook, PatientItem(keys=[("", "8")], values=known | {"phone": "206-555-0199"}))
        assert (was, str(arrive(seen).match)) == ("certain", "probable")
