"""Undoing a move."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.test import Client

from checkin.actions import visits
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Clinic, Location, Patient, Role, Staff, Visit
from checkin.rules.roles import StaffAct, may_role_act
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as ClientResponse


LIVE = {"HX-Request": "true"}


@pytest.fixture
def visit(front: Location, dana: Staff, tuesday: time_machine.Traveller) -> Visit:
    made = make.visit(front)
    visits.move_visit(visit=made, to="left", by=dana, at=make.at(), reason="will come back")
    return made


def press(client: Client, visit: Visit, **headers: Any) -> ClientResponse:
    return client.post(f"/visits/{visit.pk}/undo/", headers=headers or LIVE)


def test_undo_restores_the_state_and_the_row(desk_client: Client, visit: Visit) -> None:
    answer = press(desk_client, visit)
    visit.refresh_from_db()
    assert (answer.status_code, visit.state) == (200, "arrived")
    page = answer.content.decode()
    assert f'data-said="{visit.token}: Arrived."' in page
    assert "Leo Ruiz" in page


def test_without_script_it_redirects_to_the_board(desk_client: Client, visit: Visit) -> None:
    answer = desk_client.post(f"/visits/{visit.pk}/undo/", follow=True)
    assert f"{visit.token}: Arrived." in answer.content.decode()


def test_a_second_undo_is_refused(desk_client: Client, visit: Visit) -> None:
    press(desk_client, visit)
    answer = press(desk_client, visit)
    assert answer.status_code == 409
    assert "nothing to undo" in answer.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_each_role_that_can_move_can_undo_the_move_of_another(
    as_: Callable[[Staff], Client], brook: Clinic, front: Location, dana: Staff, visit: Visit, role: str
) -> None:
    """A wrong move cannot wait for the person who made it; the needs that it closed are open again too."""
    somebody = make.staff(brook, "sam", role, location=front)
    answer = press(as_(somebody), visit)
    visit.refresh_from_db()
    if not may_role_act(role, StaffAct.MOVE):
        assert (answer.status_code, visit.state) == (403, "left")
        return
    assert (answer.status_code, visit.state) == (200, "arrived")
    assert f"{visit.token}: Arrived. The move of Dana to “Left” is undone." in answer.content.decode()
    undo = visit.moves.latest("pk")
    assert (undo.by, undo.undoes.by) == (somebody, dana)
    assert set(visit.needs.values_list("status", flat=True)) == {"open"}
    line = AuditEvent.objects.get(action="visit.move_undone")
    assert (line.staff, line.detail["made_by"]) == (somebody, dana.pk)
    assert "old_token" not in line.detail, "it kept its own"


def test_the_timeline_shows_who_moved_and_who_undid(
    as_: Callable[[Staff], Client], noor: Staff, visit: Visit
) -> None:
    press(as_(noor), visit)
    page = as_(noor).get(f"/visits/{visit.pk}/").content.decode()
    told = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Left (undone) by Dana" in told
    assert "Undone: Left by Noor" in told


def test_an_undo_says_when_the_visit_has_a_new_name(
    desk_client: Client, front: Location, visit: Visit
) -> None:
    taken = make.visit(front)
    Visit.objects.filter(pk=taken.pk).update(colour=visit.colour, thing=visit.thing)
    answer = desk_client.post(f"/visits/{visit.pk}/undo/", headers=LIVE).content.decode()
    named = Visit.objects.get(pk=visit.pk)
    assert named.token != visit.token
    told = AuditEvent.objects.get(action="visit.move_undone").detail
    assert (told["old_token"], told["new_token"]) == (visit.token, named.token)
    assert f"{named.token}: Arrived. Another family is {visit.token} now" in answer


def test_a_late_undo_is_refused(visit: Visit, dana: Staff, noor: Staff) -> None:
    visits.undo_visit_move(visit=visit, by=dana, at=make.at("9:50"), seen="left")
    visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at("9:51"))
    visits.move_visit(visit=visit, to="ready", by=dana, at=make.at("9:52"))
    visits.undo_visit_move(visit=visit, by=dana, at=make.at("9:53"), seen="ready")
    with pytest.raises(Refused) as refusal:
        visits.undo_visit_move(visit=visit, by=noor, at=make.at("9:54"), seen="ready")
    said = f"Dana moved {visit.token} to “In a room” at 9:53 AM, so nothing was undone."
    assert refusal.value.sentence.startswith(said)
    visit.refresh_from_db()
    assert visit.state == "roomed"


def test_a_page_that_shows_an_old_state_undoes_nothing(
    as_: Callable[[Staff], Client], desk_client: Client, noor: Staff, visit: Visit
) -> None:
    behind = desk_client.get(f"/visits/{visit.pk}/").content.decode()
    drawn = re.search(rf'name="drawn_for" value="(v{visit.pk}[^"]+)"', behind)[1]
    press(as_(noor), visit)
    desk_client.post(f"/visits/{visit.pk}/undo/", {"drawn_for": drawn})
    visit.refresh_from_db()
    assert (visit.state, visit.moves.count()) == ("arrived", 3)


def test_undo_refuses_get(desk_client: Client, visit: Visit) -> None:
    assert desk_client.get(f"/visits/{visit.pk}/undo/").status_code == 405


def test_an_anonymous_visitor_is_sent_to_log_in(client: Client, visit: Visit) -> None:
    assert press(client, visit).url.startswith("/account/login/")


def test_a_visit_of_another_clinic_is_404(as_: Callable[[Staff], Client], sol: Staff, visit: Visit) -> None:
    assert press(as_(sol), visit).status_code == 404


def test_an_auditor_is_403(as_: Callable[[Staff], Client], otto: Staff, visit: Visit) -> None:
    assert press(as_(otto), visit).status_code == 403
    visit.refresh_from_db()
    assert visit.state == "left"


class TestEnteredInError:
    """The appointment goes back to its patient; after an undo, the visit has what it had."""

    @pytest.fixture
    def leo(self, brook: Clinic) -> Patient:
        return make.patient(brook)

    @pytest.fixture
    def booked(self, leo: Patient, front: Location, annexe: Location) -> Visit:
        """Return a visit whose appointment is neither the nearest nor at this desk; two others are."""
        own = make.appointment(leo, annexe, make.at("11:30"))
        near = make.appointment(leo, front, make.at("9:45"), status="cancelled")
        made = make.visit(front)
        near.status = "booked"
        near.save()
        make.appointment(leo, front, make.at("10:00"))
        assert made.appointment == own
        return made

    def error(self, visit: Visit, by: Staff, clock: str = "9:50") -> None:
        visits.move_visit(visit=visit, to="entered_in_error", by=by, at=make.at(clock))
        visit.refresh_from_db()
        assert visit.appointment is None

    def back(self, visit: Visit, by: Staff, at: dt.datetime | None = None) -> None:
        visits.undo_visit_move(visit=visit, by=by, at=at or make.at("9:55"))
        visit.refresh_from_db()

    def statuses(self, leo: Patient) -> list[Any]:
        return list(leo.appointments.order_by("starts_at").values_list("status", flat=True))

    def test_undo_restores_the_appointment_and_the_turn(
        self, booked: Visit, leo: Patient, dana: Staff, tuesday: time_machine.Traveller
    ) -> None:
        own, turn = booked.appointment, booked.turn_at
        self.error(booked, dana)
        assert self.statuses(leo) == ["booked", "booked", "booked"]
        self.back(booked, dana)
        assert (booked.appointment, booked.turn_at) == (own, turn)
        assert self.statuses(leo) == ["booked", "booked", "arrived"]

    def test_undo_keeps_a_turn_earlier_than_the_appointment(
        self, booked: Visit, dana: Staff, tuesday: time_machine.Traveller
    ) -> None:
        """A walk-in identified later keeps a turn earlier than the appointment's time."""
        booked.turn_at = make.at("10:00")
        booked.save()
        self.error(booked, dana)
        self.back(booked, dana)
        assert booked.turn_at == make.at("10:00")

    def test_undo_leaves_an_appointment_taken_by_another_visit(
        self, booked: Visit, leo: Patient, dana: Staff, annexe: Location, tuesday: time_machine.Traveller
    ) -> None:
        own = booked.appointment
        self.error(booked, dana)
        leo.appointments.filter(pk=own.pk).update(status="arrived")
        self.back(booked, dana)
        assert booked.appointment.starts_at == make.at("9:45")

    def test_undo_of_a_walk_in_takes_no_appointment(
        self, front: Location, leo: Patient, dana: Staff, tuesday: time_machine.Traveller
    ) -> None:
        visit = make.visit(front)
        turn = visit.turn_at
        self.error(visit, dana)
        self.back(visit, dana)
        assert (visit.appointment, visit.turn_at) == (None, turn)

    def test_undo_on_the_next_day_takes_no_appointment_of_that_day(
        self, booked: Visit, leo: Patient, front: Location, dana: Staff
    ) -> None:
        own, next_day = booked.appointment, dt.date(2026, 3, 11)
        make.appointment(leo, front, make.at("9:00", next_day))
        self.error(booked, dana)
        leo.appointments.filter(starts_at__lt=make.at("23:00")).exclude(pk=own.pk).update(status="cancelled")
        self.back(booked, dana, at=make.at("8:50", next_day))
        assert booked.appointment == own
        self.error(booked, dana)
        leo.appointments.filter(pk=own.pk).update(status="cancelled")
        self.back(booked, dana, at=make.at("8:55", next_day))
        assert booked.appointment is None

    def test_undo_after_a_relink_takes_the_new_childs_appointment(
        self, booked: Visit, brook: Clinic, front: Location, dana: Staff, tuesday: time_machine.Traveller
    ) -> None:
        mia = make.patient(brook, "Mia Ruiz", "2016-01-02")
        theirs = make.appointment(mia, front, make.at("12:15"))
        self.error(booked, dana)
        booked.patient = mia
        booked.save()
        self.back(booked, dana)
        assert (booked.appointment, booked.turn_at) == (theirs, min(theirs.starts_at, booked.turn_at))
