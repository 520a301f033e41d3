"""A child who cannot wait: one tap at any step makes one row, listed first until it is settled."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
import pytest_django
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from checkin.actions import urgent_signs, visits
from checkin.actions.refusals import Refused
from checkin.actions.visit_locks import lock_visits
from checkin.actions.write_queue import write_in_turn
from checkin.models import (
    AuditEvent,
    Clinic,
    Discrepancy,
    Location,
    Presence,
    SignIn,
    SignInChannel,
    SignInReplay,
    Staff,
    Visit,
    WorryStep,
)
from checkin.queries import board as board_queries
from checkin.rules.urgent_signs import UrgentSource, UrgentStepKind
from tests import make


def tell(where: Location, said: dict[str, Any] | dict[Any, Any], when: dt.datetime | None = None) -> Visit:
    moment = when or make.at("9:40")
    receipt = visits.record_sign_in(location=where, claim=said, at=moment, channel=SignInChannel.KIOSK)
    return Visit.objects.get(pk=receipt.visit.pk)


def later(seconds: float) -> dt.datetime:
    return make.at("9:40") + dt.timedelta(seconds=seconds)


def tapped(where: Location, when: dt.datetime | None = None, **fields: Any) -> Visit:
    return tell(where, make.claim(worried=True, typed_at="tap 1", **fields), when)


def kinds(visit: Visit) -> list[str]:
    return list(visit.worry_steps.order_by("pk").values_list("kind", flat=True))


def test_a_tap_with_everything_blank_makes_a_row_that_is_listed_first(brook: Clinic, front: Location) -> None:
    waits = make.visit(front, make.at("8:00"))
    visit = tell(front, {"worried": True})
    assert (visit.raised_at, visit.raised_by, visit.taken_by) == (make.at("9:40"), "family", None)
    assert [pk for pk, *_ in board_queries.list_open_visit_versions(brook, front.pk)] == [visit.pk, waits.pk]
    assert AuditEvent.objects.get(subject_id=visit.pk, action="visit.signed_in").detail["worried"] is True


def test_the_earlier_of_two_urgent_visits_is_listed_first(brook: Clinic, front: Location) -> None:
    first, second = tapped(front), tapped(front, make.at("9:41"), name="Mia Novak", born="2020-01-02")
    booked = make.appointment(make.patient(brook, "Bea Booked"), front, make.at("9:00"))
    third = make.visit(front, make.at("9:41"), name="Bea Booked")
    assert third.appointment_id == booked.pk
    assert [pk for pk, *_ in board_queries.list_open_visit_versions(brook, front.pk)] == [
        first.pk,
        second.pk,
        third.pk,
    ]


def test_a_tap_after_the_sign_in_marks_that_visit_urgent(front: Location) -> None:
    said = make.claim(typed_at="first")
    before = tell(front, said)
    visit = tell(front, said | {"worried": True, "typed_at": "second"}, later(9))
    assert (visit.pk, visit.raised_at) == (before.pk, later(9))
    assert (Visit.objects.count(), SignIn.objects.count(), Discrepancy.objects.count()) == (1, 1, 0)
    assert SignInReplay.objects.get().same


def test_a_tap_with_only_the_key_marks_the_visit_urgent_too(front: Location) -> None:
    said = make.claim()
    tell(front, said)
    visit = tell(front, {"key": said["key"], "worried": "1"}, later(9))
    assert visit.raised_at == later(9)
    assert (Visit.objects.count(), Discrepancy.objects.count()) == (1, 0)
    assert visit.sign_in.child_given_name == "Leo"


def test_the_same_tap_sent_again_changes_nothing_even_once_it_is_settled(
    front: Location, dana: Staff
) -> None:
    said = make.claim(worried=True, typed_at="tap 1")
    visit = tell(front, said)
    tell(front, said, later(2))
    urgent_signs.settle_urgent_visit(visit=visit, by=dana, at=later(20))
    visit = tell(front, said, later(25))
    assert visit.raised_at is None
    assert kinds(visit) == ["raised", "called", "settled"]


def test_a_second_tap_after_it_was_settled_marks_it_urgent_again(front: Location, dana: Staff) -> None:
    said = make.claim(worried=True, typed_at="tap 1")
    visit = tell(front, said)
    urgent_signs.settle_urgent_visit(visit=visit, by=dana, at=later(20))
    visit = tell(front, said | {"typed_at": "tap 2"}, later(60))
    assert (visit.raised_at, visit.taken_by) == (later(60), None)


def test_a_second_tap_during_the_call_starts_nothing_new(front: Location) -> None:
    said = make.claim(worried=True, typed_at="tap 1")
    tell(front, said)
    visit = tell(front, said | {"typed_at": "tap 2"}, later(9))
    assert (visit.raised_at, kinds(visit)) == (make.at("9:40"), ["raised", "called"])


def test_a_visit_that_has_ended_is_not_marked_urgent(front: Location, dana: Staff) -> None:
    said = make.claim()
    gone = tell(front, said)
    visits.move_visit(visit=gone, to="left", by=dana, at=later(20), reason="will come back")
    tell(front, {"key": said["key"], "worried": True}, later(60))
    assert Visit.objects.get(pk=gone.pk).raised_at is None


def test_a_sign_in_without_the_sign_never_clears_it(front: Location) -> None:
    said = make.claim(worried=True)
    tell(front, said)
    visit = tell(front, said | {"worried": False}, later(9))
    assert visit.raised_at == make.at("9:40")


def test_a_family_that_types_on_after_staff_cleared_the_row_gets_a_new_row(
    front: Location, dana: Staff
) -> None:
    whole = make.claim()
    cleared = tell(front, {"key": whole["key"], "worried": True})
    visits.move_visit(visit=cleared, to="entered_in_error", by=dana, at=later(20))
    for _ in range(2):
        visit = tell(front, whole, later(60))
    assert (visit.state, visit.sign_in.child_given_name) == ("arrived", "Leo")
    assert Visit.objects.open().count() == 1


def test_a_new_tap_for_a_visit_that_has_ended_makes_a_new_urgent_row(front: Location, dana: Staff) -> None:
    said = make.claim(typed_at="first")
    gone = tell(front, said)
    visits.move_visit(visit=gone, to="left", by=dana, at=later(20), reason="will come back")
    visit = tell(front, said | {"worried": True, "typed_at": "second"}, later(60))
    assert (visit.state, visit.raised_at) == ("arrived", later(60))


def test_taking_it_stops_the_calls_and_the_row_stays_first(
    brook: Clinic, front: Location, dana: Staff
) -> None:
    make.visit(front, make.at("8:00"))
    visit = tapped(front)
    urgent_signs.take_urgent_visit(visit=visit, by=dana, at=later(20))
    visit.refresh_from_db()
    assert (visit.raised_at, visit.taken_by) == (make.at("9:40"), dana)
    assert board_queries.list_open_visit_versions(brook, front.pk)[0][0] == visit.pk
    assert urgent_signs.call_for_urgent_visits(clinic=brook, at=later(9000)) == []
    assert AuditEvent.objects.filter(action="visit.worry_taken", staff=dana).count() == 1


def test_the_same_person_taking_it_twice_counts_once_and_another_is_refused(
    front: Location, dana: Staff, noor: Staff
) -> None:
    visit = tapped(front)
    first = urgent_signs.take_urgent_visit(visit=visit, by=dana, at=later(20))
    assert urgent_signs.take_urgent_visit(visit=visit, by=dana, at=later(21)).pk == first.pk
    with pytest.raises(Refused, match="Dana is going"):
        urgent_signs.take_urgent_visit(visit=visit, by=noor, at=later(22))


def test_undoing_the_taking_resumes_the_calls(
    brook: Clinic, front: Location, dana: Staff, noor: Staff
) -> None:
    visit = tapped(front)
    urgent_signs.take_urgent_visit(visit=visit, by=dana, at=later(20))
    urgent_signs.undo_urgent_step(visit=visit, by=noor, at=later(30))
    visit.refresh_from_db()
    assert (visit.taken_by, visit.raised_at) == (None, make.at("9:40"))
    assert urgent_signs.call_for_urgent_visits(clinic=brook, at=later(89)) == []
    assert [one.person for one in urgent_signs.call_for_urgent_visits(clinic=brook, at=later(90))] == [noor]


def test_settling_returns_the_visit_to_its_turn_and_can_be_undone(
    brook: Clinic, front: Location, dana: Staff
) -> None:
    waits = make.visit(front, make.at("8:00"))
    visit = tapped(front)
    urgent_signs.settle_urgent_visit(visit=visit, by=dana, at=later(20))
    assert [pk for pk, *_ in board_queries.list_open_visit_versions(brook, front.pk)] == [waits.pk, visit.pk]
    urgent_signs.undo_urgent_step(visit=visit, by=dana, at=later(30))
    assert [pk for pk, *_ in board_queries.list_open_visit_versions(brook, front.pk)] == [visit.pk, waits.pk]
    with pytest.raises(Refused, match="nothing to undo"):
        urgent_signs.undo_urgent_step(visit=visit, by=dana, at=later(31))


@pytest.mark.parametrize("to", ["roomed", "with_clinician", "left_without_being_seen", "entered_in_error"])
def test_a_step_settles_it_and_undoing_the_step_marks_it_urgent_again(
    front: Location, dana: Staff, to: str
) -> None:
    visit = tapped(front)
    visits.move_visit(visit=visit, to=to, by=dana, at=later(20))
    visit.refresh_from_db()
    assert (visit.raised_at, visit.called, kinds(visit)[-1]) == (None, None, "settled")
    visits.undo_visit_move(visit=visit, by=dana, at=later(30))
    visit.refresh_from_db()
    assert visit.raised_at == make.at("9:40")


def test_an_alarm_settled_by_a_step_is_undone_only_with_that_step(front: Location, dana: Staff) -> None:
    visit = tapped(front)
    visits.move_visit(visit=visit, to="roomed", by=dana, at=later(30), reading="read")
    with pytest.raises(Refused):
        urgent_signs.undo_urgent_step(visit=visit, by=dana, at=later(40))


def test_the_same_tap_sent_again_after_the_end_makes_no_second_row(front: Location, dana: Staff) -> None:
    said = make.claim(worried=True, typed_at="tap 1")
    gone = tell(front, said)
    visits.move_visit(visit=gone, to="left", by=dana, at=later(20), reason="will come back")
    assert tell(front, said, later(60)).pk == gone.pk


def test_the_next_person_is_called_after_a_minute_and_each_only_once(
    brook: Clinic, front: Location, dana: Staff, noor: Staff, max_: Staff
) -> None:
    visit = tapped(front)
    assert visit.called == dana
    assert urgent_signs.call_for_urgent_visits(clinic=brook, at=later(59)) == []
    assert [one.person for one in urgent_signs.call_for_urgent_visits(clinic=brook, at=later(61))] == [noor]
    assert urgent_signs.call_for_urgent_visits(clinic=brook, at=later(61)) == []
    visit.refresh_from_db()
    assert visit.called == noor
    assert [one.person for one in urgent_signs.call_for_urgent_visits(clinic=brook, at=later(500))] == [
        max_,
        None,
    ]
    visit.refresh_from_db()
    assert (visit.called, visit.raised_at) == (None, make.at("9:40"))
    called = AuditEvent.objects.filter(action="visit.worry_called", subject_id=visit.pk)
    assert [event.detail["person"] for event in called.order_by("pk")] == [noor.pk, max_.pk, None]


def test_checking_who_to_call_takes_two_queries_at_any_number_of_visits(
    brook: Clinic,
    front: Location,
    dana: Staff,
    django_assert_num_queries: pytest_django.DjangoAssertNumQueries,
) -> None:
    for n in range(6):
        tapped(front, name=f"Kid{n} Young")
    with django_assert_num_queries(2):
        assert urgent_signs.call_for_urgent_visits(clinic=brook, at=later(59)) == []
    assert len(urgent_signs.call_for_urgent_visits(clinic=brook, at=later(60))) == 6


def test_with_no_urgent_visit_the_check_takes_one_query(
    brook: Clinic, front: Location, django_assert_num_queries: pytest_django.DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert urgent_signs.call_for_urgent_visits(clinic=brook, at=later(60)) == []


def test_a_call_recorded_late_has_the_time_it_was_due(
    brook: Clinic, front: Location, dana: Staff, noor: Staff
) -> None:
    tapped(front)
    assert [one.at for one in urgent_signs.call_for_urgent_visits(clinic=brook, at=later(150))] == [
        later(60),
        later(120),
    ]


def test_the_staff_member_who_raised_it_is_called_if_the_family_taps_too(
    front: Location, dana: Staff, noor: Staff
) -> None:
    said = make.claim()
    visit = tell(front, said)
    with write_in_turn():
        lock_visits(visit)
        urgent_signs.raise_urgent_visit(visit, source=UrgentSource.STAFF, at=later(5), by=dana)
    assert visit.called_id == noor.pk
    assert tell(front, {"key": said["key"], "worried": True}, later(9)).called == dana


def test_a_settled_visit_cannot_be_settled_by_another_person(
    front: Location, dana: Staff, noor: Staff
) -> None:
    visit = tapped(front)
    first = urgent_signs.settle_urgent_visit(visit=visit, by=dana, at=later(20))
    assert urgent_signs.settle_urgent_visit(visit=visit, by=dana, at=later(21)).pk == first.pk
    with pytest.raises(Refused, match="Nobody is worried"):
        urgent_signs.settle_urgent_visit(visit=visit, by=noor, at=later(22))


def test_staff_on_shift_at_this_desk_are_called_and_no_others(
    brook: Clinic, front: Location, annexe: Location, dana: Staff, noor: Staff
) -> None:
    make.staff(brook, "ari", location=annexe)
    Presence.note(location_id=front.pk, staff_id=noor.pk, at=make.at("9:35"))
    assert tapped(front).called == noor
    Presence.note(location_id=front.pk, staff_id=dana.pk, at=make.at("9:35"))
    assert tapped(front, name="Mia Novak").called == dana
    assert tapped(annexe, name="Ola Nordmann").called.name == "Ari"


@pytest.mark.parametrize(("seen", "called"), [("9:30", "Noor"), ("9:29", "Dana")])
def test_staff_seen_at_a_board_within_ten_minutes_are_on_shift(
    front: Location, dana: Staff, noor: Staff, seen: str, called: str
) -> None:
    Presence.note(location_id=front.pk, staff_id=noor.pk, at=make.at("8:00"))
    Presence.note(location_id=front.pk, staff_id=noor.pk, at=make.at(seen))
    assert tapped(front).called.name == called


def test_staff_of_another_desk_seen_here_are_called_and_inactive_staff_are_not(
    brook: Clinic, front: Location, annexe: Location, dana: Staff
) -> None:
    Staff.objects.filter(pk=dana.pk).update(is_active=False)
    Presence.note(location_id=front.pk, staff_id=dana.pk, at=make.at("9:35"))
    ari = make.staff(brook, "ari", location=annexe)
    assert tapped(front).called is None
    Presence.note(location_id=front.pk, staff_id=ari.pk, at=make.at("9:35"))
    assert tapped(front, name="Mia Novak").called == ari


def test_staff_without_a_desk_are_called_to_every_desk(
    brook: Clinic, front: Location, annexe: Location
) -> None:
    ona = make.staff(brook, "ona", location=None)
    assert (tapped(front).called, tapped(annexe, name="Ola Nordmann").called) == (ona, ona)


def test_one_person_of_each_role_with_families_is_called_in_order(brook: Clinic, front: Location) -> None:
    roles = ("administrator", "manager", "auditor", "clinician", "front_desk")
    made = {role: make.staff(brook, role, role, location=front) for role in roles}
    visit = tapped(front)
    called = [
        visit.called,
        *(one.person for one in urgent_signs.call_for_urgent_visits(clinic=brook, at=later(600))),
    ]
    assert called == [made[role] for role in ("front_desk", "clinician", "manager")] + [None]


def test_staff_of_another_clinic_are_not_called(front: Location, hill: Clinic) -> None:
    make.staff(hill, "stranger")
    assert tapped(front).called is None


def test_each_undo_of_a_step_marks_it_urgent_again(front: Location, dana: Staff) -> None:
    visit = tapped(front)
    for n in range(2):
        visits.move_visit(visit=visit, to="roomed", by=dana, at=later(20 + n))
        visits.undo_visit_move(visit=visit, by=dana, at=later(30 + n))
        visit.refresh_from_db()
        assert visit.raised_at == make.at("9:40")


def test_each_step_records_which_alarm_it_answers(front: Location, dana: Staff, noor: Staff) -> None:
    said = make.claim(worried=True, typed_at="tap 1")
    visit = tell(front, said)
    urgent_signs.take_urgent_visit(visit=visit, by=dana, at=later(20))
    visit = tell(front, said | {"typed_at": "tap 2"}, later(60))
    assert urgent_signs.take_urgent_visit(visit=visit, by=noor, at=later(70)).alarm == 2


@pytest.mark.parametrize(
    "act", [urgent_signs.take_urgent_visit, urgent_signs.settle_urgent_visit, urgent_signs.undo_urgent_step]
)
def test_each_act_locks_the_board_before_it_reads_the_steps(
    front: Location, dana: Staff, act: Callable[..., WorryStep]
) -> None:
    visit = tapped(front)
    if act is urgent_signs.undo_urgent_step:
        urgent_signs.take_urgent_visit(visit=visit, by=dana, at=later(10))
    with CaptureQueriesContext(connection) as queries:
        act(visit=visit, by=dana, at=later(20))
    reads = [
        one["sql"] for one in queries if "checkin_boardversion" in one["sql"] or "_worrystep" in one["sql"]
    ]
    assert "checkin_boardversion" in reads[0]
    assert connection.vendor == "sqlite" or "FOR UPDATE" in reads[0]


def test_the_database_refuses_the_same_call_twice(front: Location, dana: Staff) -> None:
    visit = tapped(front)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorryStep.objects.create(
            visit=visit, kind=UrgentStepKind.CALLED, at=later(1), alarm=1, nth=0, person=dana
        )


def test_random_days_keep_urgent_visits_first(brook: Clinic, front: Location, dana: Staff) -> None:
    dice = random.Random(7)  # noqa: S311
    for day in range(12):
        here = []
        for n in range(dice.randint(1, 6)):
            when = make.at("8:00", dt.date(2026, 3, 10)) + dt.timedelta(minutes=dice.randint(0, 90))
            here.append(tell(front, make.claim(name=f"Kid{day} N{n}", worried=dice.random() < 0.4), when))
        for visit in here:
            act = dice.choice([urgent_signs.take_urgent_visit, urgent_signs.settle_urgent_visit, None])
            if act and visit.raised_at:
                act(visit=visit, by=dana, at=make.at("9:50"))
        raised = dict(brook.visits.open().values_list("pk", "raised_at"))
        order = [raised[pk] is not None for pk, *_ in board_queries.list_open_visit_versions(brook, front.pk)]
        assert order == sorted(order, reverse=True)
        for visit in brook.visits.open():
            if dice.random() < 0.7:
                visits.move_visit(visit=visit, to="roomed", by=dana, at=make.at("10:00"))
                visits.move_visit(visit=visit, to="left_without_being_seen", by=dana, at=make.at("10:01"))
