"""A second concern in one visit: asked, answered, and the family told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import needs, second_concerns, visits
from checkin.actions.refusals import Refused
from checkin.models import (
    AuditEvent,
    Clinic,
    ImmutableRowError,
    Location,
    Need,
    NeedAnswer,
    Staff,
    ToldFamily,
)
from checkin.queries import second_concerns as second_concern_queries
from checkin.rules.need_types import NeedKind
from tests import make


@pytest.fixture
def need(brook: Clinic, front: Location) -> Need:
    make.patient(brook)
    visit = make.visit(front, also="a spot on his arm")
    return visit.needs.get(kind=NeedKind.SECOND_CONCERN)


def answer(
    need: Need, how: str = "done", by: Staff | None = None, clock: str = "10:00", **said: Any
) -> NeedAnswer:
    return second_concerns.answer_second_concern(need=need, how=how, by=by, at=make.at(clock), **said)


def test_it_starts_with_the_clinician_role_and_can_be_assigned_to_a_person(
    need: Need, noor: Staff, dana: Staff
) -> None:
    assert second_concern_queries.find_second_concern(need.visit).whose == "Clinician"
    for _ in range(2):
        second_concerns.assign_second_concern(need=need, owner=noor, by=dana, at=make.at("9:50"))
    assert second_concern_queries.find_second_concern(need.visit).whose == "Noor"
    assert AuditEvent.objects.filter(action="need.taken").count() == 1


@pytest.mark.parametrize("who", ["otto", "sol", "gone"])
def test_only_active_care_staff_of_this_clinic_can_be_assigned(
    need: Need, who: str, dana: Staff, brook: Clinic, request: pytest.FixtureRequest
) -> None:
    owner = make.staff(brook, "gone", is_active=False) if who == "gone" else request.getfixturevalue(who)
    with pytest.raises(Refused, match="does not work with families here"):
        second_concerns.assign_second_concern(need=need, owner=owner, by=dana, at=make.at("9:50"))


def test_an_answered_concern_cannot_be_assigned(need: Need, noor: Staff, dana: Staff) -> None:
    answer(need, "done", noor)
    with pytest.raises(Refused, match="Noor already answered this: done today. Undo that first."):
        second_concerns.assign_second_concern(need=need, owner=dana, by=dana, at=make.at("10:01"))
    need.refresh_from_db()
    assert need.owner is None


@pytest.mark.parametrize(
    ("how", "said", "status", "reason"),
    [
        ("done", {"words": "looked  at it."}, "done", "done today: looked at it"),
        ("booked", {"on": dt.date(2026, 3, 12)}, "deferred", "booked for Thursday, Mar 12, 2026"),
        (
            "not_possible",
            {"words": "it needs an hour"},
            "not_offered",
            "not possible because it needs an hour",
        ),
    ],
)
def test_each_answer_is_saved_with_its_words_and_leaves_the_board(
    need: Need, noor: Staff, how: str, said: dict[str, str] | dict[str, dt.date], status: str, reason: str
) -> None:
    answer(need, how, noor, **said)
    need.refresh_from_db()
    need.visit.refresh_from_db()
    assert (need.status, need.told_reason, need.answered_by) == (status, reason, noor)
    assert "second_concern" not in [kind for kind, _ in need.visit.chips]
    concern = second_concern_queries.find_second_concern(need.visit)
    assert concern.asked == "a spot on his arm"
    assert concern.told is None and concern.may_be_told


def test_an_incomplete_or_past_booking_is_refused(need: Need, noor: Staff) -> None:
    with pytest.raises(Refused, match="Choose the day it is booked for"):
        answer(need, "booked", noor)
    with pytest.raises(Refused, match="That day has passed"):
        answer(need, "booked", noor, on=dt.date(2026, 3, 9))
    need.refresh_from_db()
    assert need.is_open


def test_a_booking_day_is_past_by_the_clinics_clock(need: Need, noor: Staff) -> None:
    late = answer(need, "booked", noor, clock="23:30", on=make.TUESDAY)
    assert late.told_reason == "booked for Tuesday, Mar 10, 2026"


def test_long_words_are_cut(need: Need, noor: Staff) -> None:
    assert answer(need, "done", noor, words="a" * 9000).told_reason == "done today: " + "a" * 400


def test_an_answer_and_telling_the_family_are_saved_together_or_not_at_all(
    need: Need, noor: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**facts: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(second_concerns, "record_family_told", fails)
    with pytest.raises(RuntimeError):
        answer(need, "done", noor, told=True)
    need.refresh_from_db()
    assert need.is_open
    assert not NeedAnswer.objects.exists()


def test_answering_and_telling_the_family_can_be_one_act(need: Need, noor: Staff) -> None:
    made = answer(need, "done", noor, told=True)
    assert (made.told.by, made.told.at) == (noor, make.at("10:00"))
    assert second_concern_queries.find_second_concern(need.visit).told == made.told


def test_the_same_answer_and_telling_the_family_twice_count_once(
    need: Need, noor: Staff, dana: Staff
) -> None:
    first = answer(need, "done", noor)
    assert answer(need, "done", noor, told=True, clock="10:01") == first
    again = second_concerns.record_family_told(need=need, by=dana, at=make.at("10:05"))
    assert again.by == noor
    assert NeedAnswer.objects.filter(need=need).count() == 1
    assert ToldFamily.objects.count() == 1


def test_a_different_answer_is_refused_naming_the_first(need: Need, noor: Staff, dana: Staff) -> None:
    answer(need, "booked", noor, words="next week")
    for who, how, words in ((noor, "booked", "next month"), (dana, "done", "")):
        with pytest.raises(Refused, match="Noor already answered"):
            answer(need, how, who, words=words)
    need.refresh_from_db()
    assert need.told_reason == "booked for next week"


def test_the_family_cannot_be_told_before_there_is_an_answer(need: Need, dana: Staff) -> None:
    with pytest.raises(Refused, match="no answer to tell yet"):
        second_concerns.record_family_told(need=need, by=dana, at=make.at("10:00"))


def test_after_an_undone_answer_the_family_must_be_told_again(need: Need, noor: Staff) -> None:
    answer(need, "done", noor, told=True)
    needs.undo_need_answer(need=need, by=noor, at=make.at("10:02"))
    need.refresh_from_db()
    assert second_concern_queries.find_second_concern(need.visit).told is None
    with pytest.raises(Refused):
        second_concerns.record_family_told(need=need, by=noor, at=make.at("10:03"))
    answer(need, "not_possible", noor, words="too late today", clock="10:04")
    concern = second_concern_queries.find_second_concern(need.visit)
    assert concern.told is None and concern.may_be_told
    assert ToldFamily.objects.count() == 1, "that they were told the first is kept"


def test_a_concern_left_open_cannot_be_told(need: Need, dana: Staff) -> None:
    visits.move_visit(visit=need.visit, to="left", by=dana, at=make.at("10:00"), reason="they had to run")
    assert not second_concern_queries.find_second_concern(need.visit).may_be_told
    with pytest.raises(Refused):
        second_concerns.record_family_told(need=need, by=dana, at=make.at("10:01"))


def test_an_answer_can_be_told_after_the_family_left(need: Need, noor: Staff, dana: Staff) -> None:
    answer(need, "booked", noor, words="next week")
    visits.move_visit(visit=need.visit, to="left", by=dana, at=make.at("10:10"), reason="the rest can wait")
    assert second_concerns.record_family_told(need=need, by=dana, at=make.at("15:00")).by == dana


def test_the_record_that_the_family_was_told_is_immutable(need: Need, noor: Staff) -> None:
    told = answer(need, "done", noor, told=True).told
    with pytest.raises(ImmutableRowError):
        told.save()


def test_a_visit_without_a_second_concern_has_none(front: Location) -> None:
    assert second_concern_queries.find_second_concern(make.visit(front)) is None


def test_a_visit_entered_in_error_has_no_second_concern(need: Need, dana: Staff) -> None:
    visits.move_visit(visit=need.visit, to="entered_in_error", by=dana, at=make.at("10:00"))
    assert second_concern_queries.find_second_concern(need.visit) is None
