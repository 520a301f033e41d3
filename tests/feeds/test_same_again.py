"""Several rows of one file may describe one thing: the last counts, and reimporting writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checkin.models import Appointment, DueItem, Guardian, Immunization, Location, Patient
from tests.feeds.test_fhir_files import booking, bundle, identifier, patient, related

pytestmark = pytest.mark.django_db
PATIENTS = "patient_id,given_name,family_name,phone\n7,Leo,Ruiz,555-201-3344\n"
IN_TURN = {
    "patients.csv": "patient_id,given_name,family_name,phone,city\n"
    "7,Leo,Ruiz,555-201-3344,Springfield\n7,Leo,Ruiz,555-201-5566,\n7,Leo,Ruiz,555-201-7788,\n",
    "guardians.csv": "patient_id,guardian_id,name,relationship,phone,may_consent\n"
    "7,G1,Ana Ruiz,Mother,555-201-3344,yes\n7,G1,Ana Ruiz,Mother,555-201-5566,no\n",
    "bookings.csv": "patient_id,start,status,minutes\n"
    "7,2026-12-01 9:00,booked,15\n7,2026-12-01 9:00,arrived,20\n7,2026-12-01 9:00,fulfilled,\n",
    "moved.csv": "patient_id,appointment_id,start,location\n"
    "7,A1,2026-12-02 9:00,Front desk\n7,A1,2026-12-02 10:00,Annexe\n",
    "shots.csv": "patient_id,immunization_id,vaccine,cvx,given_on\n"
    "7,I1,MMR,03,2020-01-02\n7,I1,M M R,03,2020-01-03\n7,I1,MMR,03,2020-01-04\n",
    "due.csv": "patient_id,due_item_id,name,due_on,status\n"
    "7,D1,MMR,2026-11-01,due\n7,D1,MMR,2026-12-01,withdrawn\n",
}


def writes(load: Callable[..., Any], name: str, content: Any) -> tuple[tuple[int, ...], int]:
    """Return the import counts and how many of the clinic's rows it wrote."""
    with CaptureQueriesContext(connection) as queries:
        counts = load(name, content)
    told = [query["sql"] for query in queries.captured_queries]
    return counts, sum(sql.startswith(("INSERT", "UPDATE", "DELETE")) for sql in told)


@pytest.mark.parametrize("name", IN_TURN)
def test_several_rows_about_one_thing_change_nothing_on_reimport(
    load: Callable[..., Any], annexe: Location, name: str
) -> None:
    load("first.csv", PATIENTS)
    load(name, IN_TURN[name])
    kinds = (Patient, Guardian, Appointment, Immunization, DueItem)
    before = [list(kind.objects.order_by("pk").values()) for kind in kinds]
    rows = IN_TURN[name].count("\n") - 1
    assert writes(load, name, IN_TURN[name]) == ((0, 0, rows, 0), 0)
    assert [list(kind.objects.order_by("pk").values()) for kind in kinds] == before


def test_last_row_counts(load: Callable[..., Any], annexe: Location) -> None:
    load.files({"first.csv": PATIENTS} | IN_TURN)
    leo = Patient.objects.get()
    assert (leo.phone, leo.city, leo.phone_key) == ("555-201-7788", "Springfield", "552017788")
    assert (Guardian.objects.get().phone, Guardian.objects.get().may_consent) == ("555-201-5566", False)
    assert Appointment.objects.get(value="").status == "fulfilled"
    assert Appointment.objects.get(value="").minutes == 20
    assert Appointment.objects.get(value="A1").location.name == "Annexe"
    assert DueItem.objects.get().status == "withdrawn"


def test_final_change_is_written_and_counted(load: Callable[..., Any], front: Location) -> None:
    load("first.csv", PATIENTS)
    load("b.csv", "patient_id,appointment_id,start\n7,A1,2026-12-02 9:00\n")
    new = "patient_id,appointment_id,start,minutes\n7,A1,2026-12-02 10:00,20\n7,A1,2026-12-02 9:00,\n"
    assert load("b.csv", new) == (0, 2, 0, 0)
    assert Appointment.objects.get().minutes == 20
    assert writes(load, "b.csv", new) == ((0, 0, 2, 0), 0)


@pytest.mark.parametrize("order", [("completed", "entered-in-error"), ("entered-in-error", "completed")])
def test_vaccine_removed_and_added_in_one_file_is_left_alone(
    load: Callable[..., Any], order: tuple[str, str]
) -> None:
    load("first.csv", PATIENTS)
    head = "patient_id,immunization_id,vaccine,cvx,given_on,status\n"
    file = head + "".join(f"7,I1,MMR,03,2020-01-02,{status}\n" for status in order)
    load("shots.csv", file)
    ids = list(Immunization.objects.values_list("pk", flat=True))
    assert len(ids) == (order[1] == "completed")
    assert writes(load, "shots.csv", file) == ((0, 0, 2, 0), 0)
    assert list(Immunization.objects.values_list("pk", flat=True)) == ids


@pytest.mark.parametrize("start", ["2026-11-01 01:30", "2027-03-14 02:30", "2026-11-01T01:30:00-06:00"])
@pytest.mark.parametrize("number", ["A1", ""])
def test_appointment_in_a_repeated_or_skipped_hour_reimports_unchanged(
    load: Callable[..., Any], start: str, number: str
) -> None:
    load("first.csv", PATIENTS)
    rows = f"patient_id,appointment_id,start\n7,{number},{start}\n"
    assert load("a.csv", rows) == (1, 0, 0, 0)
    assert writes(load, "a.csv", rows) == ((0, 0, 1, 0), 0)


def versions(is_numbered: bool) -> list[dict[str, Any]]:
    """Return an old and a new version of each resource."""
    found = []
    for day, phone, status in (("02", "555-201-3344", "fulfilled"), ("01", "555-201-5566", "booked")):
        meta = {"meta": {"lastUpdated": f"2026-02-{day}T10:00:00Z"}}
        telecom = {"telecom": [{"system": "phone", "value": phone}]}
        own = {"identifier": [identifier("A1", "urn:a")]} if is_numbered else {}
        found += [
            patient(identifier=[identifier("7")], **telecom, **meta),
            related(**telecom, **meta),
            booking(status=status, **own, **meta),
        ]
    return found


@pytest.mark.parametrize("is_numbered", [True, False])
@pytest.mark.parametrize("is_newest_first", [True, False])
def test_later_updated_of_two_versions_counts(
    load: Callable[..., Any], is_numbered: bool, is_newest_first: bool
) -> None:
    found = versions(is_numbered)
    content = bundle(*(found if is_newest_first else [*found[3:], *found[:3]]))
    load("a.json", content)
    assert Patient.objects.get().phone == Guardian.objects.get().phone == "555-201-3344"
    assert Appointment.objects.get().status == "fulfilled"
    assert writes(load, "a.json", content) == ((0, 0, 3 if is_newest_first else 6, 0), 0)


@pytest.mark.parametrize("is_newest_first", [True, False])
def test_later_updated_of_two_copies_under_one_number_counts(
    load: Callable[..., Any], is_newest_first: bool
) -> None:
    """Each copy is a separate resource with its own id, from another server or file."""
    old, new = (
        patient(
            id=f"copy{day}",
            identifier=[identifier("7")],
            telecom=[{"system": "phone", "value": f"555-201-{day}"}],
            meta={"lastUpdated": f"2026-02-{day[:2]}T10:00:00Z"},
        )
        for day in ("0144", "0266")
    )
    load.source = "hospital"
    for is_one_file in (True, False):
        pair = [new, old] if is_newest_first else [old, new]
        files = (
            {"a.json": bundle(*pair)}
            if is_one_file
            else {f"{at}.json": bundle(one) for at, one in enumerate(pair)}
        )
        load.files(files)
        assert load.files(files)[:2] == (0, 0)
        assert Patient.objects.get().phone == "555-201-0266"


def test_new_number_of_a_patient_counts_as_a_change_on_its_own(load: Callable[..., Any]) -> None:
    def leo(phone: str, *numbers: str) -> dict[str, Any]:
        known = [identifier(number, f"urn:{number}") for number in numbers]
        return patient(identifier=known, telecom=[{"system": "phone", "value": phone}])

    load("a.json", bundle(leo("555-201-3344", "7")))
    both = bundle(leo("555-201-5566", "7", "8"), leo("555-201-3344", "7"))
    assert load("a.json", both) == (0, 1, 1, 0)
    assert writes(load, "a.json", both) == ((0, 0, 2, 0), 0)
