"""An import that moves or cancels an appointment leaves the visit that took it its turn."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import visits
from checkin.actions.record_import_appointments import AppointmentBatch
from checkin.models import Appointment, Clinic, Location, Patient, Staff, Visit
from checkin.rules.record_rows import FHIR_ID, AppointmentItem, BadRow
from tests import make
from tests.actions.open_visit_rows import WHO, assert_in_step, booking, expect_leo, load
from tests.differing import TYPED

pytestmark = pytest.mark.django_db


@pytest.fixture
def leo(brook: Clinic, front: Location) -> Patient:
    return expect_leo(brook, front)


@pytest.fixture
def here(front: Location, leo: Patient) -> Visit:
    return make.visit(front, **TYPED)


@pytest.mark.parametrize(("moved_to", "turn"), [("11:15", "9:45"), ("9:30", "9:40")])
def test_an_appointment_moved_within_the_day_never_costs_the_child_its_turn(
    brook: Clinic, here: Visit, moved_to: str, turn: str
) -> None:
    assert here.turn_at == make.at("9:45")
    load(brook, booking(starts_at=make.at(moved_to)))
    here.refresh_from_db()
    assert (here.turn_at, here.appointment.starts_at) == (make.at(turn), make.at(moved_to))


NEXT_WEEK = make.at("10:00", make.TUESDAY + dt.timedelta(days=8))


@pytest.mark.parametrize("said", [{}, {"status": "booked"}, {"status": "arrived"}, {"status": "fulfilled"}])
def test_an_appointment_moved_to_another_day_is_released_for_that_day(
    brook: Clinic, front: Location, here: Visit, dana: Staff, said: dict[str, str]
) -> None:
    row = booking(starts_at=NEXT_WEEK, **said)
    load(brook, row)
    here.refresh_from_db()
    assert (here.turn_at, here.appointment) == (make.at("9:45"), None)
    assert "keeps its turn" in row.note
    visits.move_visit(
        visit=here, to="left_without_being_seen", by=dana, at=make.at("9:55"), reason="went home"
    )
    booked = Appointment.objects.get()
    assert (booked.status, booked.starts_at) == ("booked", NEXT_WEEK)
    load(brook, booking(starts_at=NEXT_WEEK, status="booked"))
    assert make.visit(front, NEXT_WEEK).appointment == booked


def test_an_appointment_moved_after_the_child_left_is_booked_for_its_new_day(
    brook: Clinic, here: Visit, dana: Staff
) -> None:
    visits.move_visit(
        visit=here, to="left_without_being_seen", by=dana, at=make.at("9:55"), reason="went home"
    )
    load(brook, booking(starts_at=NEXT_WEEK, status="booked"))
    assert list(Appointment.objects.expected().values_list("starts_at", flat=True)) == [NEXT_WEEK]


def test_an_appointment_moved_and_moved_back_in_one_import_changes_nothing(
    brook: Clinic, here: Visit
) -> None:
    load(brook, booking(starts_at=NEXT_WEEK), booking(starts_at=make.at("9:45")))
    here.refresh_from_db()
    assert (here.appointment.status, here.turn_at) == ("arrived", make.at("9:45"))


def test_an_appointment_cancelled_while_the_child_is_here_keeps_the_visit_open(
    brook: Clinic, here: Visit
) -> None:
    row = booking(starts_at=make.at("9:45"), status="cancelled")
    load(brook, row)
    here.refresh_from_db()
    assert (here.appointment.status, here.turn_at) == ("arrived", make.at("9:45"))
    assert "the visit goes on" in row.note


def test_an_appointment_moved_to_another_day_and_cancelled_stays_cancelled(
    brook: Clinic, here: Visit
) -> None:
    load(brook, booking(starts_at=NEXT_WEEK, status="cancelled"))
    here.refresh_from_db()
    assert (here.appointment, Appointment.objects.get().status) == (None, "cancelled")


@pytest.mark.parametrize(("starts", "turn"), [("9:45", "9:45"), ("10:00", "10:00"), ("15:00", "10:25")])
def test_a_walk_in_takes_an_appointment_imported_while_they_are_here(
    brook: Clinic, front: Location, leo: Patient, dana: Staff, starts: str, turn: str
) -> None:
    """It was taken at the next step: till then the child stood there as expected, and then as missed."""
    Appointment.objects.all().delete()
    visit = make.visit(front)
    assert (visit.appointment, visit.turn_at) == (None, make.at("10:25"))
    load(brook, booking(starts_at=make.at(starts)))
    visit.refresh_from_db()
    assert (visit.appointment.starts_at, visit.appointment.status) == (make.at(starts), "arrived")
    assert visit.turn_at == make.at(turn), "nobody loses the turn that they have"
    assert_in_step(brook)
    visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at("10:20"), reading="anyway")
    visit.refresh_from_db()
    assert visit.turn_at == make.at(turn)


def test_appointments_of_another_day_or_a_departed_child_are_not_taken(
    brook: Clinic, front: Location, leo: Patient, dana: Staff
) -> None:
    Appointment.objects.all().delete()
    visit = make.visit(front)
    load(brook, booking(starts_at=NEXT_WEEK))
    visit.refresh_from_db()
    assert visit.appointment is None
    visits.move_visit(
        visit=visit, to="left_without_being_seen", by=dana, at=make.at("9:55"), reason="went home"
    )
    values = {"starts_at": make.at("10:30")}
    load(brook, AppointmentItem(patient_keys=list(WHO), key=("", "a9"), values=values))
    visit.refresh_from_db()
    assert visit.appointment is None


def booked(
    patient: Patient, front: Location, key: tuple[str, str] = ("", ""), clock: str = "10:00", **fields: Any
) -> Appointment:
    values = {"starts_at": make.at(clock), "system": key[0], "value": key[1]}
    return Appointment.objects.create(
        clinic=patient.clinic, patient=patient, location=front, **values | fields
    )


def said(
    patient: Patient,
    key: tuple[str, str] = ("", ""),
    clock: str = "10:00",
    *,
    is_shared: bool = False,
    location: str = "",
    origin: tuple[str, str] = ("", ""),
    **values: Any,
) -> AppointmentItem:
    values |= {"starts_at": make.at(clock)} if clock else {}
    return AppointmentItem(
        patient_pk=patient.pk, key=key, values=values,
        is_shared=is_shared, location=location, origin=origin,
    )  # fmt: skip


def take(brook: Clinic, *items: Any, chosen: Location | None = None) -> list[Any]:
    """What each came to."""
    batch = AppointmentBatch(brook, list(brook.locations.order_by("pk")), chosen)
    batch.look_up(items)
    for one in items:
        batch.take(one)
    batch.changes.settle()
    batch.write(by=None, at=make.at("9:50"))
    return [one.outcome.value for one in items]


@pytest.fixture
def mia(brook: Clinic) -> Patient:
    return make.patient(brook, "Mia Ruiz")


def test_without_a_number_patient_and_start_say_which_it_is(
    brook: Clinic, front: Location, mia: Patient
) -> None:
    assert take(brook, said(mia)) == ["made"]
    assert take(brook, said(mia)) == ["unchanged"]
    assert take(brook, said(mia, with_whom="Dr. Lee")) == ["changed"]
    assert take(brook, said(mia, clock="11:00")) == ["made"]
    assert take(brook, said(make.patient(brook, "Ben Ruiz"))) == ["made"]


def test_a_number_that_is_said_later_is_written_on_it_and_finds_it_at_another_time(
    brook: Clinic, front: Location, mia: Patient
) -> None:
    take(brook, said(mia))
    assert take(brook, said(mia, (FHIR_ID, "1"))) == ["changed"]
    assert take(brook, said(mia, (FHIR_ID, "1"), clock="11:00")) == ["changed"]
    one = Appointment.objects.get()
    assert (one.system, one.value, one.starts_at) == (FHIR_ID, "1", make.at("11:00"))


def test_what_was_never_booked_here_is_not_canceled_here(
    brook: Clinic, front: Location, mia: Patient
) -> None:
    assert take(brook, said(mia, ("", "a9"), clock="", status="cancelled")) == ["unchanged"]
    assert not Appointment.objects.exists()


def test_of_two_at_one_time_a_canceled_one_is_not_the_booked_one(
    brook: Clinic, front: Location, mia: Patient
) -> None:
    off, on = (booked(mia, front, status=one) for one in ("cancelled", "booked"))
    assert take(brook, said(mia, status="booked", with_whom="Dr. Lee")) == ["changed"]
    on.refresh_from_db(), off.refresh_from_db()
    assert (on.with_whom, off.with_whom) == ("Dr. Lee", "")
    assert take(brook, said(mia, status="cancelled", with_whom="Dr. Poe")) == ["changed"]
    off.refresh_from_db()
    assert off.with_whom == "Dr. Poe"


def test_one_file_with_two_ids_at_one_time_has_two_appointments(
    brook: Clinic, front: Location, mia: Patient
) -> None:
    one, other = said(mia, origin=("a.json", "1")), said(mia, origin=("a.json", "2"))
    assert take(brook, one, other) == ["made", "made"]
    assert take(brook, said(mia, origin=("a.json", "1")), said(mia, origin=("a.json", "1"))) == [
        "unchanged",
        "unchanged",
    ]


def test_several_under_one_number_are_told_apart_by_their_start(
    brook: Clinic, front: Location, mia: Patient
) -> None:
    key = ("", "a7")
    items = [said(mia, key, clock, is_shared=True) for clock in ("10:00", "11:00")]
    assert take(brook, *items) == ["made", "made"]
    assert take(brook, *items) == ["unchanged", "unchanged"]
    with pytest.raises(BadRow, match="say when it starts"):
        take(brook, said(mia, key, clock="", is_shared=True))


def test_an_appointment_of_another_child_is_not_made_this_ones(
    brook: Clinic, front: Location, leo: Patient, mia: Patient
) -> None:
    with pytest.raises(BadRow):
        take(brook, said(mia, ("", "a1")))
    make.visit(front)
    with pytest.raises(BadRow, match="Somebody has already signed in for this appointment"):
        take(brook, said(mia, ("", "a1")))


def test_the_location_is_the_one_that_is_named_in_whatever_letters(
    brook: Clinic, front: Location, annexe: Location, mia: Patient
) -> None:
    take(brook, said(mia, location="ANNEXE"), chosen=front)
    assert Appointment.objects.get().location == annexe
    take(brook, said(mia, location="Front desk"))
    assert Appointment.objects.get().location == front


@pytest.mark.parametrize("chosen", [True, False])
def test_a_location_that_is_not_there_is_the_chosen_one_or_refused(
    brook: Clinic, front: Location, annexe: Location, mia: Patient, chosen: bool
) -> None:
    item = said(mia, location="Hill")
    if chosen:
        take(brook, item, chosen=annexe)
        assert Appointment.objects.get().location == annexe
    else:
        with pytest.raises(BadRow, match="There is no location “Hill”: there are Front desk, Annexe"):
            take(brook, item)


def test_at_the_only_location_of_a_clinic_any_name_means_it(
    brook: Clinic, front: Location, mia: Patient
) -> None:
    take(brook, said(mia, location="Hill"))
    assert Appointment.objects.get().location == front


def test_boards_and_children_whose_appointments_are_others_are_known(
    brook: Clinic, front: Location, annexe: Location, mia: Patient
) -> None:
    booked(mia, front, ("", "a8"))
    batch = AppointmentBatch(brook, [front, annexe], None)
    items = [said(mia, ("", "a8"), location="Annexe")]
    batch.look_up(items)
    assert (batch.boards, batch.touched) == (set(), set())
    batch.take(items[0])
    assert (batch.boards, batch.touched) == ({front.pk, annexe.pk}, {mia.pk})


@pytest.mark.parametrize(
    ("days", "status", "left"),
    [
        (1, "", "booked"),
        (1, "arrived", "booked"),
        (1, "noshow", "noshow"),
        (-1, "fulfilled", "fulfilled"),
        (-1, "", "booked"),
    ],
)
def test_moved_to_another_day_it_says_there_what_can_be_true_there(
    brook: Clinic, here: Visit, leo: Patient, days: int, status: str, left: str
) -> None:
    moved = booking(starts_at=make.at("10:00", make.TUESDAY + dt.timedelta(days=days)))
    moved.values |= {"status": status} if status else {}
    load(brook, moved)
    here.refresh_from_db()
    one = Appointment.objects.get()
    assert (here.appointment, here.turn_at, one.status) == (None, make.at("9:45"), left)
    assert "of another day now" in moved.note


@pytest.mark.parametrize(("status", "is_told"), [("cancelled", True), ("noshow", True), ("booked", False)])
def test_what_is_called_off_while_the_child_is_here_is_told(
    brook: Clinic, here: Visit, status: str, is_told: bool
) -> None:
    item = booking(starts_at=make.at("9:45"), status=status)
    load(brook, item)
    assert bool(item.note) == is_told
    assert Appointment.objects.get().status == "arrived"
