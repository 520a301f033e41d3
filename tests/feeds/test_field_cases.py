"""Files from the field whose correct value shows after the import: consent, the board, the match desk."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from checkin.models import Appointment, Clinic, Location, MatchState, Patient, Visit
from checkin.queries import board as board_queries
from tests import make
from tests.feeds.shared_files import of, shared

pytestmark = pytest.mark.django_db
SAID = re.compile(r"\d\. ([\w ]+), (\w+), (\w+), (said no|agreed), by (\w+)\.")
SIGNED_IN = re.compile(r"([A-Z]\w+ [A-Z]\w+) (\d{4}-\d\d-\d\d) tel ([()\d -]*\d)")


def test_c03_opposite_answers_of_imported_guardians_are_a_conflict(
    twice: Any, desk_client: Client, front: Location, tuesday: time_machine.Traveller
) -> None:
    assert twice("field/c01_patient.csv", "field/c01_guardians.csv") == [(1, 0, 0, 0), (2, 0, 0, 0)]
    visit = make.visit(front, name="Petra Lindholm", born="2019-02-02", relationship="babysitter")
    assert visit.patient == of("CON1")
    said = SAID.findall(shared("field/c03_conflicting_consent.txt").read_text())
    assert len(said) == 2
    for who, _, care, answer, how in said:
        agreed = "no" if answer == "said no" else "yes"
        form = {"care": care, "who": who, "agreed": agreed, "how": how, "basis": how}
        desk_client.post(f"/visits/{visit.pk}/consent/", form, follow=True)
    told = desk_client.get(f"/visits/{visit.pk}/consent/").content.decode()
    assert "Karin Lindholm said no by telephone today, Erik Lindholm agreed by telephone today" in told
    assert '<dt>Vaccine</dt><dd><b dir="auto">clinician decides</b>' in told


def test_d01_arrival_across_midnight_is_signed_in_for_that_appointment(
    load: Callable[..., Any], twice: Any
) -> None:
    clinic = make.clinic("Night Clinic", time_zone="America/New_York")
    desk = make.location(clinic, "Main desk")
    load.clinic = clinic
    counts = twice("field/d01_night_patients.csv", "field/d01_night_appointments.csv")
    assert counts == [(5, 0, 0, 0), (6, 0, 0, 0)]
    zone = ZoneInfo("America/New_York")
    for name, born, came, number in (
        ("Mid Night", "2018-01-05", dt.datetime(2026, 11, 25, 23, 58, tzinfo=zone), "A4"),
        ("Late Evening", "2018-01-04", dt.datetime(2026, 11, 26, 0, 2, tzinfo=zone), "A3"),
    ):
        visit = make.visit(desk, came, name=name, born=born)
        assert visit.appointment and visit.appointment.value == number


def test_f05_deceased_patient_is_marked_and_not_expected(twice: Any, brook: Clinic, front: Location) -> None:
    assert twice("field/f05_deceased.ndjson") == [(1, 0, 0, 0)]
    make.appointment(of("F05"), front)
    assert of("F05").is_deceased
    assert board_queries.list_expected_appointments(brook, front.pk, at=make.at()) == []


def test_f09_guardian_with_an_ended_period_may_not_consent_and_is_not_phoned_first(twice: Any) -> None:
    assert twice("field/f09_contact_ended.ndjson")[0][3] == 0
    karl, jane = of("F09").guardians.order_by("position")
    assert (karl.name, karl.may_consent) == ("Karl Rowe", True)
    assert (jane.name, jane.may_consent) == ("Jane Rowe", False)


def test_m02_placeholder_or_shared_phone_links_nobody(
    twice: Any, brook: Clinic, front: Location, tuesday: time_machine.Traveller
) -> None:
    Clinic.objects.filter(pk=brook.pk).update(phone="(312) 555-0100", own_phones=["555-880-1000"])
    assert twice("field/m02_filler_phones.csv") == [(9, 0, 0, 0)]
    (row,) = [one for one in shared("field/README.md").read_text().splitlines() if "m02_filler" in one]
    said = SIGNED_IN.findall(row)
    assert len(said) == 6
    stand_ins = [("Ahmed Barre", "2015-07-01", ""), ("Fatuma Abdi", "1900-01-01", "")]
    for name, born, phone in said + stand_ins:
        visit = make.visit(front, name=name, born=born, phone=phone)
        assert (visit.match, visit.patient) != (MatchState.CERTAIN, None)
        assert visit.patient is None, name
    assert Patient.objects.count() == 9


def test_t01_visit_gets_a_token_on_a_day_when_the_clock_goes_back(
    front: Location, capsys: pytest.CaptureFixture[str]
) -> None:
    """The script catches errors and prints their names, so the test checks its output lines."""
    # The script uses an older name of the action.
    text = (
        shared("field/t01_day_goes_back.txt").read_text().replace("visits.sign_in(", "visits.record_sign_in(")
    )
    told: list[str] = []
    for _ in range(2):
        call_command("shell", command=text, no_imports=True, verbosity=0)
        lines = capsys.readouterr().out.strip().splitlines()
        assert len(lines) == 4
        told += [line.partition(") ")[2] for line in lines]
    assert told == [visit.token for visit in Visit.objects.order_by("pk")]
    assert len(set(told)) == 8


def test_f12_appointment_that_ends_when_it_starts_is_accepted(twice: Any) -> None:
    assert twice("field/f12_midnight_appt.ndjson") == [(3, 0, 0, 0)]
    assert Appointment.objects.get(value="A12B").minutes == 15
