from __future__ import annotations

import datetime as dt
import re
import shutil
import stat
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import Client, override_settings

from checkin.management.demo.families import DEMO_FAMILIES
from checkin.models import (
    Appointment,
    Clinic,
    Guardian,
    MatchDecision,
    MatchState,
    Patient,
    Role,
    SignIn,
    Staff,
    Visit,
)
from checkin.rules import waiting_order
from checkin.rules.visit_steps import VisitState
from tests import make
from tests.commands.test_demo import ROOT, rows
from tests.once import made_once

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Made(NamedTuple):
    """The command's output, and the `var/` that it wrote into."""

    shown: str
    var: Path


@pytest.fixture(scope="module")
def _one_demo(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:
    """Create the demo once for all tests here; each test rolls back its changes."""
    folder, out = tmp_path_factory.mktemp("made") / "var", StringIO()
    with (
        made_once(django_db_blocker),
        override_settings(VAR=folder, TIME_ZONE="America/Chicago", PASSWORD_HASHERS=QUICK),
    ):
        with time_machine.travel(make.at("9:40"), tick=False):
            call_command("demo", stdout=out)
        yield Made(out.getvalue(), folder)


@pytest.fixture
def clinic(_one_demo: Made, db: None) -> Clinic:
    return Clinic.objects.get()


@pytest.fixture
def var(_one_demo: Made, tmp_path: Path, settings: object) -> Path:
    """Return a copy of that `var/` for a test that may write into it."""
    settings.VAR = shutil.copytree(_one_demo.var, tmp_path / "var")
    return settings.VAR


@pytest.fixture
def shown(_one_demo: Made, clinic: Clinic, var: Path, tuesday: object) -> str:
    return _one_demo.shown


def passwords(text: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\w+) +([a-z]+-[a-z]+-[a-z]+) ", text, re.MULTILINE))


def today(clinic: Clinic) -> list[Visit]:
    return list(Visit.objects.for_board().filter(local_date=clinic.local_date(make.at("9:40"))))


def visit_of(name: str) -> Visit:
    """Return the latest visit of the child typed with this name."""
    given, _, family = name.partition(" ")
    found = Visit.objects.filter(sign_in__child_given_name=given, sign_in__child_family_name=family)
    return found.exclude(state=VisitState.ENTERED_IN_ERROR).order_by("-arrived_at")[0]


def test_demo_has_every_visit_state(clinic: Clinic) -> None:
    assert {visit.state for visit in today(clinic)} == set(VisitState.values)


def test_demo_has_every_match_state_but_new(clinic: Clinic) -> None:
    assert {visit.match for visit in today(clinic)} == {*MatchState.values} - {MatchState.NEW}


def test_each_board_has_visits_and_the_first_has_many(clinic: Clinic) -> None:
    open_visits = Counter(str(visit.location) for visit in Visit.objects.open().select_related("location"))
    assert open_visits["Brook Street"] >= 10
    assert open_visits["Riverside annexe"] >= 3


def test_demo_has_a_late_a_due_a_later_and_a_kept_promise(clinic: Clinic) -> None:
    at = make.at("9:40")
    made = list(clinic.promises.order_by("due_at"))
    assert [one.status for one in made] == ["reached", "open", "open", "open"]
    assert [str(one.standing(at)) for one in made[1:]] == ["overdue", "due", "later"]
    assert [one.escalations.count() for one in made] == [0, 1, 0, 0]
    assert made[0].kept
    assert all(one.reach_at and one.patient for one in made)


def test_demo_has_staff_of_every_role_at_a_desk(clinic: Clinic) -> None:
    roles = Counter(clinic.staff.values_list("role", flat=True))
    assert set(roles) == set(Role.values)
    assert (roles[Role.FRONT_DESK], roles[Role.CLINICIAN]) == (2, 2)
    assert not clinic.staff.filter(location=None).exists()


def test_relationship_is_kept_as_typed(clinic: Clinic) -> None:
    said = {*SignIn.objects.values_list("relationship", flat=True)}
    assert {
        "I'm his mom's partner",
        "his auntie, mum is on shift",
        "babysitter (Tues + Thurs)",
        "we're his two moms",
        "foster mum since June",
        "tía",
        "جدته",
        "stepmom, Wednesdays are mine 🙂",
    } <= said


def test_boy_who_came_with_a_partner_has_earlier_escorts(clinic: Clinic) -> None:
    marcus = visit_of("Marcus Bell").patient
    assert {*marcus.escorts.values_list("relationship", flat=True)} == {
        "grandmother",
        "aunt",
        "sitter",
        "I'm his mom's partner",
    }
    assert visit_of("Marcus Bell").sign_in.notes_wanted == ["school"]
    assert visit_of("Marcus Bell").state == VisitState.READY
    assert not marcus.guardians.filter(name="Andre Lewis").exists()


def test_demo_has_second_concerns_and_different_approaches(clinic: Clinic) -> None:
    this_morning = SignIn.objects.filter(visit__in=today(clinic))
    assert this_morning.exclude(also="").count() >= 3
    assert {"greet", "leave"} <= {*this_morning.values_list("approach", flat=True)}
    assert this_morning.filter(help=True).count() == 1
    assert this_morning.filter(is_patient=True).get().child_given_name == "Maya"
    assert this_morning.filter(interpreter=True).count() >= 3


def test_twin_is_never_linked_automatically(clinic: Clinic) -> None:
    for twin in ("Anna Lindqvist", "Hanna Lindqvist"):
        decisions = visit_of(twin).match_decisions
        assert not decisions.filter(kind=MatchDecision.Kind.AUTO).exists()
    assert visit_of("Anna Lindqvist").match == MatchState.PROBABLE
    assert visit_of("Anna Lindqvist").patient is None


def test_nickname_match_waits_for_the_desk_or_was_confirmed_by_it(clinic: Clinic) -> None:
    assert visit_of("Katie Brennan").match == MatchState.PROBABLE
    billy = visit_of("Billy Carter")
    assert (billy.match, billy.match_decisions.get().by.username) == (MatchState.CONFIRMED, "felix")


def test_child_without_a_record_has_a_provisional_one(clinic: Clinic) -> None:
    noah = visit_of("Noah Ferreira")
    assert (noah.match, noah.patient.status) == (MatchState.UNKNOWN, Patient.Status.PROVISIONAL)


def test_demo_has_a_birth_date_and_a_phone_that_differ_from_the_record(clinic: Clinic) -> None:
    assert visit_of("Ayaan Warsame").discrepancies.get().field == "birth_date"
    assert visit_of("Theo Baptiste").discrepancies.get().field == "phone"


def test_demo_has_appointments_in_every_state(clinic: Clinic) -> None:
    at = make.at("9:40")
    start, end = clinic.day(clinic.local_date(at))
    expected = Appointment.objects.expected().between(start, end)
    called = Counter(
        waiting_order.expectation_of_appointment(
            starts_at=one.starts_at, at=at, late_after_minutes=10, missed_after_minutes=45
        )
        for one in expected
    )
    assert min(called[word] for word in waiting_order.AppointmentExpectation) >= 2
    assert Appointment.objects.filter(status="cancelled").between(start, end).exists()
    assert Appointment.objects.filter(starts_at__gte=end).count() >= 3
    kept = Visit.objects.exclude(appointment=None)
    assert kept.filter(arrived_at__lt=F("appointment__starts_at") - dt.timedelta(minutes=20)).exists()
    assert kept.filter(arrived_at__gt=F("appointment__starts_at") + dt.timedelta(minutes=5)).exists()


def test_demo_has_about_45_children_with_names_in_many_scripts_and_fake_phones(clinic: Clinic) -> None:
    names = "".join(patient.name for patient in Patient.objects.all())
    for script in ("محمد", "李", "Дмитро", "Nguyễn", "김", "ณ", "ሊያ", "आरव", "Ελένη", "נועם", "O'Neil"):
        assert script in names
    assert sum(len(family.children) for family in DEMO_FAMILIES) == 45
    numbers = [
        *Guardian.objects.values_list("phone", flat=True),
        *Patient.objects.values_list("phone", flat=True),
    ]
    numbers += filter(None, SignIn.objects.values_list("escort_phone", flat=True))
    assert [number for number in numbers if number and not re.fullmatch(r"\(312\) 555-01\d\d", number)] == []


def test_everything_happened_in_order_and_in_the_past(clinic: Clinic) -> None:
    for visit in Visit.objects.all():
        times = [move.at for move in visit.moves.order_by("pk")]
        assert times == sorted(times)
        assert times[0] == visit.arrived_at
        assert times[-1] <= make.at("9:40")


def test_everyone_can_log_in_with_their_printed_password(shown: str) -> None:
    printed = passwords(shown)
    assert set(printed) == {*Staff.objects.values_list("username", flat=True)}
    for username, password in printed.items():
        assert authenticate(None, username=username, password=password) == Staff.objects.get(
            username=username
        )
        assert Client().login(username=username, password=password)


def test_printed_passwords_pass_the_password_validators(shown: str) -> None:
    for username, password in passwords(shown).items():
        assert len(password) >= 15
        validate_password(password, Staff.objects.get(username=username))


def test_passwords_differ_and_are_not_in_the_code(shown: str) -> None:
    made = passwords(shown).values()
    assert len({*made}) == len(made) == 7
    code = "".join(path.read_text() for path in (ROOT / "checkin").rglob("*.py"))
    assert [password for password in made if password in code] == []


def test_accounts_file_is_readable_only_by_its_owner(shown: str, var: Path) -> None:
    kept = var / "demo_accounts.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text() in shown


def test_no_password_is_stored_in_plain_text(shown: str) -> None:
    for person in Staff.objects.all():
        assert passwords(shown)[person.username] not in person.password


def test_second_run_changes_nothing_and_says_so(
    shown: str, var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, accounts = rows(), (var / "demo_accounts.txt").read_text()
    call_command("demo")
    assert "is here already" in capsys.readouterr().out
    assert (rows(), (var / "demo_accounts.txt").read_text()) == (before, accounts)


def test_second_clinic_next_to_the_demo_is_refused_too(shown: str) -> None:
    Clinic.objects.create(name="Hazel House")
    with pytest.raises(CommandError, match="This database holds Hazel House"):
        call_command("demo")
