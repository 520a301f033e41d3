"""When a promise appears, when it is overdue, what it lacks, and who is told when it is late."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import best_times, clocks
from checkin.rules import promises as promise_rules
from checkin.rules.promises import (
    ESCALATE_TO_MANAGER,
    ESCALATE_TO_OWNER,
    AttemptResult,
    EscalationStep,
    PromiseStatus,
    PromiseTerms,
    PromiseTiming,
)

CHICAGO = ZoneInfo("America/Chicago")
SPRING, AUTUMN = dt.date(2026, 3, 8), dt.date(2026, 11, 1)
HOUR = dt.timedelta(hours=1)


def at(clock: str, day: dt.date = dt.date(2026, 3, 10)) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=CHICAGO)


def standing(
    when: str, *, best: str = "17:00", due: str = "17:30", status: Any = PromiseStatus.OPEN
) -> PromiseTiming:
    best_from = at(best) if best else None
    return promise_rules.promise_timing(status=status, best_from=best_from, due_at=at(due), at=at(when))


@pytest.mark.parametrize(
    ("when", "stands"),
    [
        ("09:05", PromiseTiming.LATER),
        ("15:59", PromiseTiming.LATER),
        ("16:00", PromiseTiming.DUE),
        ("17:29", PromiseTiming.DUE),
        ("17:30", PromiseTiming.OVERDUE),
        ("23:00", PromiseTiming.OVERDUE),
    ],
)
def test_promise_appears_an_hour_before_its_best_time_and_is_overdue_when_due(
    when: str, stands: PromiseTiming
) -> None:
    assert standing(when) == stands


def test_promise_without_a_best_time_appears_an_hour_before_it_is_due() -> None:
    assert standing("16:29", best="") == PromiseTiming.LATER
    assert standing("16:30", best="") == PromiseTiming.DUE


@pytest.mark.parametrize("status", [one for one in PromiseStatus if one != PromiseStatus.OPEN])
def test_ended_promise_is_never_overdue(status: Any) -> None:
    assert standing("23:00", status=status) == PromiseTiming.ENDED


def test_best_time_alone_is_due_half_an_hour_later() -> None:
    assert PromiseTerms(best_from=at("17:00")).cleaned().due_at == at("17:30")


def test_given_due_time_is_not_changed() -> None:
    assert PromiseTerms(best_from=at("17:00"), due_at=at("19:00")).cleaned().due_at == at("19:00")


@pytest.mark.parametrize(
    ("lacks", "sentence"),
    [
        ({"to_whom": ""}, promise_rules.NO_PROMISEE_NAMED),
        ({"way": ""}, promise_rules.NO_CONTACT_WAY),
        ({"way": "pigeon"}, promise_rules.NO_CONTACT_WAY),
        ({"due_at": None}, promise_rules.NO_PROMISE_DUE_TIME),
        ({"best_from": at("18:00")}, promise_rules.DUE_TOO_SOON),
    ],
)
def test_missing_part_of_a_promise_gets_a_message(
    lacks: dict[str, str] | dict[str, None] | dict[str, dt.datetime], sentence: str
) -> None:
    whole = {"to_whom": "Ana", "way": "phone", "due_at": at("17:30")}
    assert promise_rules.find_promise_problems(PromiseTerms(**whole), has_owner=True) == {}
    assert list(
        promise_rules.find_promise_problems(PromiseTerms(**whole | lacks), has_owner=True).values()
    ) == [sentence]


def test_promise_needs_an_owner() -> None:
    found = promise_rules.find_promise_problems(
        PromiseTerms(to_whom="Ana", way="phone", due_at=at("17:30")), has_owner=False
    )
    assert found == {"owner": promise_rules.NO_PROMISE_OWNER}


@pytest.mark.parametrize(
    ("way", "typed", "mark"),
    [
        ("phone", "(312) 555-0170", ""),
        ("phone", "+1 312 555 0170 ext. 12", ""),
        ("text", "٠١٢٣٤٥٦٧", "check this number"),
        ("text", "٥٥٥٠١٠٤٤٤٥", ""),
        ("phone", "ask his mother", "not a phone number"),
        ("phone", "911", "not a phone number"),
        ("phone", "555-010-4445 (my sister)", ""),
        ("text", "mi hermana: 555 010 4445", ""),
        ("phone", "555-555-5555", "check this number"),
        ("phone", "123-456-7890 (my sister)", "check this number"),
        ("phone", "born 05/06/2019", "not a phone number"),
        ("phone", " ", "no number given"),
        ("phone", "", "no number given"),
        ("email", "ana@example.org", ""),
        ("email", "ana at example", "not an e-mail address"),
        ("letter", "", ""),
        ("in_person", "", ""),
    ],
)
def test_impossible_contact_is_marked(way: str, typed: Any, mark: str) -> None:
    assert promise_rules.contact_problem_words(way, typed) == mark


def test_clinics_own_number_is_marked_only_if_it_is_the_only_one() -> None:
    ours = {"region": "US", "ours": ("(312) 555-0170",)}
    assert promise_rules.contact_problem_words("phone", "312 555 0170", **ours) == "check this number"
    assert promise_rules.contact_problem_words("phone", "555-0170", **ours) == "check this number"
    assert promise_rules.contact_problem_words("phone", "312 555 0170 or 312 555 0199", **ours) == ""


@pytest.mark.parametrize(
    "kept",
    [
        {},
        None,
        [],
        {"steps": []},
        {"steps": "soon"},
        {"steps": [{"after_minutes": "15", "to": "manager"}]},
        {"steps": [{"after_minutes": 15, "to": "the moon"}]},
        {"steps": [{"after_minutes": -1, "to": "manager"}]},
        {"steps": [{"after_minutes": True, "to": "manager"}]},
        {"steps": [{"after_minutes": 5, "to": ["manager"]}]},
        {"steps": [{"after_minutes": 5, "to": "manager"}, None]},
        {"steps": [{"after_minutes": 5, "to": "auditor"}]},
    ],
)
def test_unreadable_settings_keep_the_default_escalation_steps(kept: Any) -> None:
    assert promise_rules.read_escalation_steps(kept) == (
        EscalationStep(0, ESCALATE_TO_OWNER),
        EscalationStep(15, ESCALATE_TO_MANAGER),
    )


def test_clinic_escalation_steps_are_sorted_by_time() -> None:
    kept = {"steps": [{"after_minutes": 60, "to": "clinician"}, {"after_minutes": 0, "to": "manager"}]}
    assert promise_rules.read_escalation_steps(kept) == (
        EscalationStep(0, ESCALATE_TO_MANAGER),
        EscalationStep(60, "clinician"),
    )


def test_a_step_to_an_administrator_goes_to_the_manager() -> None:
    kept = {"steps": [{"after_minutes": 0, "to": "owner"}, {"after_minutes": 60, "to": "administrator"}]}
    assert promise_rules.read_escalation_steps(kept) == (
        EscalationStep(0, ESCALATE_TO_OWNER),
        EscalationStep(60, ESCALATE_TO_MANAGER),
    )


def test_somebody_is_told_at_once_whatever_the_clinic_sets() -> None:
    kept = {"steps": [{"after_minutes": 30, "to": "manager"}]}
    assert promise_rules.read_escalation_steps(kept) == (
        EscalationStep(0, ESCALATE_TO_OWNER),
        EscalationStep(30, ESCALATE_TO_MANAGER),
    )


def test_escalation_steps_pass_one_after_another() -> None:
    def passed(when: str) -> list[Any]:
        return [
            nth
            for nth, _ in promise_rules.passed_escalation_steps(
                promise_rules.USUAL_ESCALATION_STEPS, due_at=at("17:30"), at=at(when)
            )
        ]

    assert [passed(when) for when in ("17:29", "17:30", "17:44", "17:45")] == [[], [0], [0], [0, 1]]


@pytest.mark.parametrize(
    ("status", "ended", "kept"),
    [
        (PromiseStatus.REACHED, "17:30", True),
        (PromiseStatus.REACHED, "17:31", False),
        (PromiseStatus.LEFT_WORD, "17:00", True),
        (PromiseStatus.WITHDRAWN, "17:00", None),
        (PromiseStatus.REPLACED, "18:00", None),
    ],
)
def test_promise_is_kept_only_if_fulfilled_in_time(
    status: PromiseStatus, ended: str, kept: bool | None
) -> None:
    assert (
        promise_rules.is_promise_kept_in_time(status=status, due_at=at("17:30"), ended_at=at(ended)) is kept
    )


# On Mar 8, 2026 the clock skips 2:00 to 3:00; on Nov 1 it repeats 1:00 to 2:00.


def test_today_at_five_is_five_on_the_clock_on_daylight_saving_days() -> None:
    for day in (SPRING, AUTUMN):
        found = clocks.due_time_of_pick("today", at=at("00:30", day), zone=CHICAGO)
        assert found.astimezone(CHICAGO).strftime("%Y-%m-%d %H:%M") == f"{day} 17:00"


def test_tomorrow_at_nine_is_nine_on_the_clock_across_a_time_change() -> None:
    for day in (SPRING, AUTUMN):
        found = clocks.due_time_of_pick("tomorrow", at=at("12:00", day - dt.timedelta(days=1)), zone=CHICAGO)
        assert found.astimezone(CHICAGO).strftime("%Y-%m-%d %H:%M") == f"{day} 09:00"


def test_within_the_hour_is_an_hour_of_elapsed_time() -> None:
    before = at("01:30", SPRING)
    found = clocks.due_time_of_pick("hour", at=before, zone=CHICAGO)
    assert found - before.astimezone(dt.UTC) == HOUR
    assert found.astimezone(CHICAGO).strftime("%H:%M") == "03:30"


def test_skipped_hour_is_read_as_the_next_hour() -> None:
    assert (
        clocks.local_time_in_utc(SPRING, dt.time(2, 30), CHICAGO).astimezone(CHICAGO).strftime("%H:%M")
        == "03:30"
    )


def test_repeated_hour_is_the_first_one_unless_it_has_passed() -> None:
    first = clocks.local_time_in_utc(AUTUMN, dt.time(1, 30), CHICAGO)
    second = clocks.local_time_in_utc(AUTUMN, dt.time(1, 30), CHICAGO, after=first)
    assert second - first == HOUR


def test_lead_hour_and_half_hour_are_elapsed_time() -> None:
    best = clocks.local_time_in_utc(SPRING, dt.time(3, 15), CHICAGO)
    assert best - promise_rules.promise_shown_from(best, best + HOUR) == HOUR
    assert (
        promise_rules.promise_shown_from(best.astimezone(CHICAGO), best).astimezone(CHICAGO).strftime("%H:%M")
        == "01:15"
    )
    late = dt.datetime.combine(AUTUMN, dt.time(0, 45), tzinfo=CHICAGO)
    assert (
        promise_rules.default_promise_due(late) - late.astimezone(dt.UTC) == promise_rules.DUE_AFTER_BEST_TIME
    )


DAYS = st.sampled_from([SPRING, AUTUMN]).flatmap(
    lambda day: st.sampled_from([day + dt.timedelta(days=n) for n in (-1, 0, 1)])
)


@given(DAYS, st.times().map(lambda one: one.replace(second=0, microsecond=0)))
def test_clock_time_survives_conversion_or_moves_an_hour_if_skipped(day: dt.date, clock: dt.time) -> None:
    there = clocks.local_time_in_utc(day, clock, CHICAGO).astimezone(CHICAGO)
    skipped = day == SPRING and clock.hour == 2
    expected = clock.replace(hour=3) if skipped else clock
    assert (there.date(), there.time()) == (day, expected)


@given(DAYS, st.times(), DAYS, st.times())
def test_promise_always_appears_before_it_is_overdue(
    day: dt.date, best: dt.time, later: dt.date, due: dt.time
) -> None:
    start, end = clocks.local_time_in_utc(day, best, CHICAGO), clocks.local_time_in_utc(later, due, CHICAGO)
    if start >= end:
        return
    shown = promise_rules.promise_shown_from(start.astimezone(CHICAGO), end.astimezone(CHICAGO))

    def stands(when: dt.datetime) -> PromiseTiming:
        return promise_rules.promise_timing(status="open", best_from=start, due_at=end, at=when)

    assert stands(shown - dt.timedelta(seconds=1)) == PromiseTiming.LATER
    assert stands(shown) == PromiseTiming.DUE
    assert stands(end) == PromiseTiming.OVERDUE


@pytest.mark.parametrize(
    ("words", "clock"),
    [
        ("after 17:00", "17:00"),
        ("after 5", "17:00"),
        ("after 5 pm", "17:00"),
        ("from 9", "09:00"),
        ("5pm", "17:00"),
        ("12 a.m.", "00:00"),
        ("9:30", "09:30"),
        ("at 8.15 in the evening", "20:15"),
        ("18h", "18:00"),
        ("any time after noon", "12:00"),
        ("after 25:00", None),
        ("before 10:00", None),
        ("until 12", None),
        ("after 2 weeks", None),
        ("in 3 days", None),
        ("mornings", None),
        ("whenever", None),
        ("555-010-0123", None),
        ("", None),
    ],
)
def test_best_time_is_read_from_the_familys_words(words: str, clock: str | None) -> None:
    start = best_times.read_call_window(words).start
    assert start == (dt.time.fromisoformat(clock) if clock else None)


@given(st.text(max_size=60))
def test_any_words_give_a_time_or_none(words: str) -> None:
    start = best_times.read_call_window(words).start
    assert start is None or isinstance(start, dt.time)


def test_duration_is_shown_in_everyday_words() -> None:
    assert [clocks.time_span_words(n * 60) for n in (-5, 0, 25, 185, 1500, 5000)] == [
        "0 min",
        "0 min",
        "25 min",
        "3 h 5 min",
        "1 day",
        "3 days",
    ]


@pytest.mark.parametrize(
    ("minutes", "is_read"), [(0, True), (7 * 24 * 60, True), (7 * 24 * 60 + 1, False), (-1, False)]
)
def test_escalation_step_must_come_within_a_week(minutes: int, is_read: bool) -> None:
    kept = {"steps": [{"after_minutes": 0, "to": "owner"}, {"after_minutes": minutes, "to": "clinician"}]}
    read = EscalationStep(minutes, "clinician") in promise_rules.read_escalation_steps(kept)
    assert read is is_read


def test_a_timeline_says_each_result_by_the_words_of_its_button() -> None:
    assert {one.words: one.event_words for one in AttemptResult} == {
        "Kept": "Kept",
        "Left a message": "Tried: left a message",
        "No answer": "Tried: no answer",
    }
