"""After-visit feedback: what is kept, what a call is about, and when it is due."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import visit_feedback as visit_feedback_rules
from checkin.rules.promises import EscalationStep
from checkin.rules.visit_feedback import FamilyFeedback
from checkin.rules.visit_steps import VisitState
from tests import make


@pytest.mark.parametrize(
    ("here", "told"),
    [
        ({"manager", "administrator", "clinician"}, ["manager", "manager", "administrator"]),
        ({"administrator", "clinician"}, ["administrator", "administrator"]),
        ({"manager", "clinician"}, ["manager", "manager"]),
        ({"clinician"}, ["manager", "manager"]),
    ],
)
def test_escalation_about_feedback_skips_people_it_may_be_about(here: set[str], told: list[str]) -> None:
    steps = [EscalationStep(0, "owner"), EscalationStep(15, "clinician"), EscalationStep(15, "administrator")]
    found = visit_feedback_rules.feedback_escalation_steps(
        steps, may_read=("manager", "administrator"), here=here
    )
    assert [step.to for step in found] == told


def test_five_faces_start_with_the_best_and_two_are_low() -> None:
    assert list(visit_feedback_rules.FEEDBACK_FACES) == [5, 4, 3, 2, 1]
    assert [
        face for face in visit_feedback_rules.FEEDBACK_FACES if visit_feedback_rules.is_low_face(face)
    ] == [2, 1]
    assert not visit_feedback_rules.is_low_face(None)


@pytest.mark.parametrize(
    "said", [{"face": 3}, {"line": "thanks"}, {"may_call": True}, {"phone": "555-010-0101"}]
)
def test_whatever_was_said_is_an_answer_and_nothing_is_none(
    said: dict[str, int] | dict[str, str] | dict[str, bool],
) -> None:
    assert FamilyFeedback(**said)
    assert not FamilyFeedback()


def test_feedback_is_read_completely() -> None:
    raw = {"face": "2", "line": " we waited\x00 long ", "may_call": "yes", "phone": "555-010-0199"}
    assert visit_feedback_rules.read_feedback(raw) == FamilyFeedback(
        2, "we waited long", may_call=True, phone="555-010-0199"
    )


@pytest.mark.parametrize("face", ["", "0", "6", "٣", "2.0", "-1", "good", "1" * 5000, None])
def test_invalid_face_is_read_as_none(face: str | None) -> None:
    assert visit_feedback_rules.read_feedback({"face": face}).face is None


def test_long_texts_are_cut_to_the_row_limits() -> None:
    said = visit_feedback_rules.read_feedback({"line": "a" * 9000, "phone": "5" * 900})
    assert (len(said.line), len(said.phone)) == (500, 60)


@given(st.dictionaries(st.sampled_from(["face", "line", "may_call", "phone"]), st.text()))
def test_any_feedback_is_accepted(raw: dict[str, str]) -> None:
    said = visit_feedback_rules.read_feedback(raw)
    assert said.face in (None, *visit_feedback_rules.FEEDBACK_FACES)
    assert visit_feedback_rules.feedback_call_subject(said)


def test_call_subject_is_the_familys_own_text_or_else_the_face() -> None:
    assert (
        visit_feedback_rules.feedback_call_subject(FamilyFeedback(1, "nobody called us back"))
        == "nobody called us back"
    )
    assert (
        visit_feedback_rules.feedback_call_subject(FamilyFeedback(2))
        == "A low face on leaving, without words: 2 of 5"
    )
    assert (
        visit_feedback_rules.feedback_call_subject(FamilyFeedback(4))
        == "A face on leaving, without words: 4 of 5"
    )


@pytest.mark.parametrize(
    ("clock", "due"),
    [
        ("0:05", (10, "17:00")),
        ("9:40", (10, "17:00")),
        ("15:59", (10, "17:00")),
        ("16:00", (11, "10:00")),
        ("23:59", (11, "10:00")),
    ],
)
def test_call_is_due_by_the_end_of_the_day_or_the_next_morning(clock: str, due: tuple[int, str]) -> None:
    day, wall = due
    found = visit_feedback_rules.feedback_call_due(at=make.at(clock), zone=make.CHICAGO)
    assert found == make.at(wall, dt.date(2026, 3, day))


def test_call_is_due_by_local_time_even_when_the_clock_changes_overnight() -> None:
    saturday = dt.date(2026, 3, 7)
    every_day = visit_feedback_rules.USUAL_FEEDBACK_CALL_HOURS._replace(open_days=(0, 1, 2, 3, 4, 5, 6))
    found = visit_feedback_rules.feedback_call_due(
        at=make.at("18:00", saturday), zone=make.CHICAGO, wanted=every_day
    )
    assert found == make.at("10:00", dt.date(2026, 3, 8))


@pytest.mark.parametrize(
    ("open_days", "clock", "day", "due"),
    [
        ([0, 1, 2, 3, 4], "15:59", 6, ("17:00", 6)),
        ([0, 1, 2, 3, 4], "16:30", 6, ("10:00", 9)),
        ([0, 1, 2, 3, 4, 5], "16:30", 6, ("10:00", 7)),
        ([0, 1, 2, 3, 4], "9:00", 7, ("10:00", 9)),
        ([2], "16:00", 4, ("10:00", 11)),
    ],
    ids=["Friday", "late on Friday", "Saturdays too", "on a closed day", "one day a week"],
)
def test_call_is_due_on_a_day_the_clinic_is_open(
    open_days: list[int], clock: str, day: int, due: tuple[str, int]
) -> None:
    wanted = visit_feedback_rules.read_feedback_call_hours({"open_days": open_days})
    found = visit_feedback_rules.feedback_call_due(
        at=make.at(clock, dt.date(2026, 3, day)), zone=make.CHICAGO, wanted=wanted
    )
    assert found == make.at(due[0], dt.date(2026, 3, due[1]))


def test_call_is_due_later_on_the_first_open_day_in_local_time() -> None:
    dice = random.Random(4)  # noqa: S311
    for _ in range(3000):
        zone = ZoneInfo(dice.choice(["America/Chicago", "Europe/London", "Australia/Lord_Howe", "Asia/Gaza"]))
        open_days = tuple(sorted(dice.sample(range(7), dice.randint(1, 7))))
        wanted = visit_feedback_rules.read_feedback_call_hours({"open_days": list(open_days)})
        at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=dice.randrange(2 * 366 * 24 * 60))
        due, here = (
            visit_feedback_rules.feedback_call_due(at=at, zone=zone, wanted=wanted),
            at.astimezone(zone),
        )
        there = due.astimezone(zone)
        same_day = there.date() == here.date()
        assert due > at
        assert there.weekday() in open_days
        assert same_day is (here.weekday() in open_days and here.time() < wanted.same_day_until)
        assert there.time() == (wanted.due if same_day else wanted.next_due)
        between = range(1, (there.date() - here.date()).days)
        assert not [n for n in between if (here.date() + dt.timedelta(days=n)).weekday() in open_days]


def test_clinic_can_set_its_own_call_hours() -> None:
    own = visit_feedback_rules.read_feedback_call_hours(
        {"after_word": {"same_day_until": "12:00", "due": "13:30", "next_due": "8:30".zfill(5)}}
    )
    assert visit_feedback_rules.feedback_call_due(
        at=make.at("11:59"), zone=make.CHICAGO, wanted=own
    ) == make.at("13:30")
    late = visit_feedback_rules.feedback_call_due(at=make.at("12:00"), zone=make.CHICAGO, wanted=own)
    assert late == make.at("8:30", dt.date(2026, 3, 11))


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        {},
        {"after_word": 7},
        {"after_word": {"due": "soon"}},
        {"after_word": {"due": None}},
        {"after_word": {"same_day_until": "18:00"}},
        {"after_word": {"same_day_until": "17:00"}},
        {"after_word": {"due": "09:00"}},
    ],
)
def test_invalid_call_hours_are_the_defaults(kept: Any) -> None:
    assert (
        visit_feedback_rules.read_feedback_call_hours(kept) == visit_feedback_rules.USUAL_FEEDBACK_CALL_HOURS
    )


@pytest.mark.parametrize("kept", [None, [], 5, "0123456", [7, -1], ["0"], [True, False], {"0": 1}, [None]])
def test_invalid_open_days_are_monday_to_friday_and_keep_the_hours(kept: Any) -> None:
    found = visit_feedback_rules.read_feedback_call_hours({"open_days": kept, "after_word": {"due": "18:00"}})
    assert (found.open_days, found.due) == ((0, 1, 2, 3, 4), dt.time(18, 0))
    assert visit_feedback_rules.read_feedback_call_hours({"open_days": [5], "after_word": 7}).open_days == (
        5,
    )


def test_call_hour_is_local_time_whatever_offset_it_names() -> None:
    assert visit_feedback_rules.read_feedback_call_hours(
        {"after_word": {"due": "16:30+02:00"}}
    ).due == dt.time(16, 30)


def test_call_in_a_repeated_hour_is_never_due_before_the_feedback() -> None:
    own = visit_feedback_rules.FeedbackCallHours(
        same_day_until=dt.time(1, 20), due=dt.time(1, 30), open_days=(6,)
    )
    second = make.at("1:10", dt.date(2026, 11, 1)).replace(fold=1)
    found = visit_feedback_rules.feedback_call_due(at=second, zone=make.CHICAGO, wanted=own)
    assert found - second.astimezone(dt.UTC) == dt.timedelta(minutes=20)


@pytest.mark.parametrize("state", VisitState)
def test_visit_takes_feedback_for_a_day_unless_entered_in_error(state: VisitState) -> None:
    since = make.at("9:40")
    wanted = state != VisitState.ENTERED_IN_ERROR
    just = since + dt.timedelta(hours=23, minutes=59)
    assert visit_feedback_rules.may_ask_for_feedback(state=state, since=since, at=just) is wanted
    assert not visit_feedback_rules.may_ask_for_feedback(
        state=state, since=since, at=since + dt.timedelta(hours=24)
    )
