"""Start and end times in what families say about when to call; anything else is left unread."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import promise_due_times
from checkin.rules.best_times import CallWindow, read_call_window
from checkin.rules.clocks import DueTimePick, due_time_of_pick, first_open_day
from tests.field import field_json

CHICAGO = ZoneInfo("America/Chicago")
WEEK = (0, 1, 2, 3, 4)
FRIDAY = dt.date(2026, 3, 13)


def shown(window: CallWindow) -> str:
    """ "15:00", "-18:00" if only an end is given, "15:00-17:00", or ""."""
    start, end = (f"{clock:%H:%M}" if clock else "" for clock in window)
    return f"{start}-{end}" if end else start


SAID = {
    "after 3:30": "15:30",
    "after 5:30": "17:30",
    "from 4:15": "16:15",
    "after 1.05": "13:05",
    "at 7:45": "19:45",
    "after 07:45": "07:45",
    "after 03:30": "15:30",
    "after 8": "08:00",
    "after 10 PM": "22:00",
    "a las 5:30 de la tarde": "17:30",
    "a las 8 de la noche": "20:00",
    "a las 7 de la mañana": "07:00",
    "después de las 5": "17:00",
    "después de las 16h": "16:00",
    "desde las 3:15": "15:15",
    "a partir de las 15": "15:00",
    "16h30": "16:30",
    "mediodía": "12:00",
    "al mediodía": "12:00",
    "any time after noon": "12:00",
    "half past 3": "15:30",
    "quarter to 4": "15:45",
    "a las 5 y media": "17:30",
    "a las 5 menos cuarto": "16:45",
    "after 7 in the morning": "07:00",
    "mornings after 7": "07:00",
    "evenings after 8": "20:00",
    "por la tarde después de las 3": "15:00",
    "not mornings, after 3": "15:00",
    "not before 10:00": "10:00",
    "please don’t call before 9": "09:00",
    "not until 5": "17:00",
    "no earlier than 2:30": "14:30",
    "nunca antes de las 9:00": "09:00",
    "no llame antes de las 8": "08:00",
    "3 or later": "15:00",
    "5 en adelante": "17:00",
    "call 2 times after 5": "17:00",
    "no later than 18:00": "-18:00",
    "not later than 5 pm": "-17:00",
    "never after 19:00": "-19:00",
    "do not ring after 7": "-19:00",
    "antes de las 10:00": "-10:00",
    "hasta las 15:00": "-15:00",
    "hasta el mediodía": "-12:00",
    "no después de las 17:00": "-17:00",
    "no más tarde de las 10": "-10:00",
    "a más tardar a las 6:30": "-18:30",
    "up to 6 pm": "-18:00",
    "until 3": "-15:00",
    "by 5": "-17:00",
    "before noon": "-12:00",
    "before 2:30": "-14:30",
    "5 pm at the latest": "-17:00",
    "4:30 or earlier": "-16:30",
    "between 3 and 5": "15:00-17:00",
    "entre las 3 y las 5": "15:00-17:00",
    "de 9 a 11": "09:00-11:00",
    "from 9 to 5": "09:00-17:00",
    "9:00–11:00": "09:00-11:00",
    "3-5 pm": "15:00-17:00",
    "9-11am": "09:00-11:00",
    "12-2": "12:00-14:00",
    "after 3 but before 5": "15:00-17:00",
    "desde las 10 hasta las 14": "10:00-14:00",
    "not until after 4": "16:00",
    "no llame hasta después de las 4": "16:00",
    "can't talk until 6": "18:00",
    "no puedo hasta las 4": "16:00",
    "no sooner than 2": "14:00",
    "between 3 & 5": "15:00-17:00",
    "3~5pm": "15:00-17:00",
    "3 through 5 pm": "15:00-17:00",
    "evenings 6-8": "18:00-20:00",
    "evenings, 8 to 9": "20:00-21:00",
    "por la noche de 8 a 9": "20:00-21:00",
    "mornings 8-10": "08:00-10:00",
    "Mon-Fri 3-5": "15:00-17:00",
    "lunes a viernes de 3 a 5": "15:00-17:00",
    "lunch break 12:30-1": "12:30-13:00",
    "2 kids at home, call after 4": "16:00",
    "at work, after 5:30 please": "17:30",
    "no calls after 8:30pm, kids asleep": "-20:30",
    "I am free after 4": "16:00",
    "after 5 works best for me": "17:00",
    "I'm home after 5": "17:00",
    "antes del mediodía": "-12:00",
    "no antes del mediodía": "12:00",
    "pasado el mediodía": "12:00",
    "por la mañana después de las 9": "09:00",
    "esta mañana después de las 9": "09:00",
    "lunes a viernes después de las 3": "15:00",
    "weekdays after 3": "15:00",
    "today after 3": "15:00",
    "tonight after 8": "20:00",
    "before 9": "-09:00",
    "until 9am": "-09:00",
    "until 8 pm": "-20:00",
    "9 to 12": "09:00-12:00",
    "any time but 12:00": "",
    "any time except noon": "",
    "any time except 12 to 1": "",
    "excepto a las 12:00": "",
    "not between 9:00 and 11:00": "",
    "no entre las 9 y las 11": "",
    "not at 12:00": "",
    "I work until 5": "",
    "trabajo hasta las 5": "",
    "never before 9 or after 7": "",
    "after 3 on Mondays, after 5 on Fridays": "",
    "between 5 and 3 pm": "",
    "after 25:00": "",
    "after five": "",
    "after 2 weeks": "",
    "in 3 days": "",
    "3-5 days": "",
    "mornings": "",
    "555-010-0123": "",
    "2018-03-14": "",
    "": "",
}


@pytest.mark.parametrize(("words", "times"), SAID.items())
def test_best_time_words_are_read_as_start_or_end(words: str, times: str) -> None:
    assert shown(read_call_window(words)) == times
    assert shown(read_call_window(words.upper())) == times


NOT_WHEN_TO_CALL = [
    "can't answer 9-5",
    "cannot talk between 8 and 4",
    "I work 9-5",
    "works 9-5",
    "she works until 5",
    "I work after 5",
    "at work from 8 to 4",
    "I sleep from 8 to 2",
    "asleep after 8 pm",
    "busy 2-4",
    "busy until 3",
    "I'm not busy until 3",
    "driving 3-4",
    "unavailable until 2",
    "unavailable after 2",
    "in a meeting until 3",
    "on the phone until 3",
    "on calls 9-3",
    "out until 4",
    "not 9-5",
    "no calls 9-5",
    "don't ever call me at my work before 9",
    "9-5, I work",
    "9-5 is work",
    "9-5 no",
    "after 5 no",
    "between 3 and 5 don't call",
    "8pm is too late",
    "any time but after 5",
    "any time except before 9",
    "avoid after 5",
    "trabajo de 9 a 5",
    "de 9 a 5 trabajo",
    "trabajo, desde las 9 hasta las 5",
    "no puedo de 9 a 5",
    "no contesto de 1 a 3",
    "no puedo a las 5",
    "duermo hasta las 12",
    "estoy fuera de 9 a 5",
    "estoy ocupada después de las 5",
    "a cualquier hora menos después de las 5",
    "no problem after 5",
    "befor 5pm",
    "b4 5pm",
    "untill 5pm",
    "antes d las 5 pm",
    "asta las 5 pm",
    "deadline 5pm",
    "home by 5",
    "back by 5",
    "shift starts at 4",
    "I start at 4",
    "between 3 or 5",
    "< 5 pm",
]


COULD_BE_EITHER = [
    *("between 5 and 8", "between 4 and 9", "5-8", "from 5 to 8", "entre las 5 y las 8", "7-9", "6-8"),
    *(
        "after 5 until 9",
        "not after 8",
        "don't call after 9",
        "no llamar después de las 8",
        "until 9",
        "hasta 8:30",
    ),
    *("hasta pasado el mediodía", "until after 4", "antes 5:30", "prior 8:30", "earlier 9:30"),
    *("20 past 4", "20 before 5", "5 minutes past 4", "a las 4 y 20", "a las 4 y 10"),
]
ON_SOME_DAYS = [
    *(
        "tomorrow after 3",
        "mañana después de las 3",
        "monday after 3",
        "Thu 3-5",
        "saturdays 9-11",
        "weekends after 10",
    ),
    *(
        "March 14 after 5",
        "5 de marzo después de las 3",
        "mar 14 after 3",
        "on the 14th after 5",
        "el 14 después de las 5",
    ),
    *(
        "5/6 after 3",
        "after 3 next week",
        "after 3, not tuesdays",
        "not tuesdays after 3",
        "no los martes, después de las 3",
    ),
    *(
        "every tuesday after 3",
        "martes y jueves de 3 a 5",
        "not weekdays, after 3",
        "not today, after 3",
        "not mon-fri, after 3",
    ),
]


@pytest.mark.parametrize("words", COULD_BE_EITHER)
def test_time_that_may_be_morning_or_evening_is_left_unread(words: str) -> None:
    assert read_call_window(words) == CallWindow()


@pytest.mark.parametrize("words", ON_SOME_DAYS)
def test_time_limited_to_some_days_is_left_unread(words: str) -> None:
    assert read_call_window(words) == CallWindow()


@pytest.mark.parametrize("words", NOT_WHEN_TO_CALL)
def test_time_next_to_an_unknown_word_is_left_unread(words: str) -> None:
    assert read_call_window(words) == CallWindow()
    assert read_call_window(words.upper()) == CallWindow()


def test_best_times_from_the_field_are_read_as_meant() -> None:
    for one in field_json("w01_best_times.json"):
        window = read_call_window(one["said"])
        assert shown(window).partition("-")[0] == one.get("right_from", ""), one


@pytest.mark.parametrize("minute", range(0, 60, 5))
@pytest.mark.parametrize("hour", range(1, 8))
def test_bare_hour_from_one_to_seven_is_in_the_afternoon(hour: int, minute: int) -> None:
    for words in ("after {}:{:02}", "from {}.{:02}", "a las {}:{:02}", "not before {}:{:02}"):
        assert read_call_window(words.format(hour, minute)) == CallWindow(dt.time(hour + 12, minute))
    for words in ("before {}:{:02}", "hasta las {}:{:02}", "never after {}:{:02}"):
        assert read_call_window(words.format(hour, minute)) == CallWindow(None, dt.time(hour + 12, minute))


@given(st.text(max_size=60))
def test_any_text_gives_an_ordered_window_or_none(words: str) -> None:
    window = read_call_window(words)
    assert not (window.start and window.end) or window.start < window.end


clock = st.times().map(lambda one: one.replace(second=0, microsecond=0, fold=0))
windows = st.tuples(st.none() | clock, st.none() | clock).map(lambda pair: CallWindow(*pair))
moments = st.integers(0, 365 * 24 * 60).map(
    lambda minutes: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)
open_weeks = st.sets(st.integers(0, 6), min_size=1)


@given(windows, moments, open_weeks, st.sampled_from(["", *DueTimePick, "18:00"]))
def test_due_time_is_never_on_a_closed_day_or_after_the_latest_time_given(
    window: CallWindow, at: dt.datetime, days: set[int], pick: Any
) -> None:
    if window.start and window.end and window.end <= window.start:
        window = CallWindow()
    facts = {"at": at, "zone": CHICAGO, "days": days}
    if not pick:
        agreed = promise_due_times.agree_on_best_time(window, **facts)
    elif pick == "18:00":
        due = at.astimezone(CHICAGO).replace(hour=18, minute=0)
        agreed = promise_due_times.agree_on_exact_time(due, window, **facts)
    else:
        due = due_time_of_pick(pick, at=at, zone=CHICAGO, days=days)
        agreed = promise_due_times.agree_on_picked_time(
            due, window, on_that_day=pick != DueTimePick.HOUR, **facts
        )
    if agreed.problem or agreed.due_at is None:
        assert agreed.problem or window == CallWindow()
        return
    there = agreed.due_at.astimezone(CHICAGO)
    assert there.weekday() in days
    assert window.end is None or there.time() <= window.end
    assert agreed.due_at > at or pick == "18:00"
    if agreed.best_from and pick != "18:00":
        assert agreed.best_from < agreed.due_at
        assert agreed.best_from.astimezone(CHICAGO).date() == there.date()


def at(hour: int, minute: int = 0, day: dt.date = FRIDAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=CHICAGO)


THURSDAY = FRIDAY - dt.timedelta(days=1)
MONDAY = first_open_day(FRIDAY + dt.timedelta(days=1), WEEK)


@pytest.mark.parametrize(
    ("words", "now", "due"),
    [
        ("after 3:30", at(9), at(16)),
        ("after 8:00", at(9), at(8, 30, MONDAY)),
        ("no later than 18:00", at(9), at(18)),
        ("before 10:00", at(11), at(10, 0, MONDAY)),
        ("between 9 and 11", at(9, 40), at(10, 10)),
        ("between 9 and 11", at(10, 50), at(11)),
        ("between 3 and 3:20", at(9), at(15, 20)),
        ("after 9:30", at(17), at(10, 0, MONDAY)),
    ],
)
def test_call_is_due_within_the_familys_best_time(words: str, now: dt.datetime, due: dt.datetime) -> None:
    found = promise_due_times.agree_on_best_time(read_call_window(words), at=now, zone=CHICAGO, days=WEEK)
    assert found.due_at == due


def by_a_pick(pick: DueTimePick, words: str, now: dt.datetime) -> promise_due_times.AgreedDueTime:
    facts = {"at": now, "zone": CHICAGO, "days": WEEK}
    return promise_due_times.agree_on_picked_time(
        due_time_of_pick(pick, **facts),
        read_call_window(words),
        **facts,
        on_that_day=pick != DueTimePick.HOUR,
    )


def test_picked_time_that_has_passed_is_not_shown_as_the_familys_wish() -> None:
    assert by_a_pick(DueTimePick.TODAY, "", at(18)).problem == promise_due_times.DUE_TIME_PASSED
    assert by_a_pick(DueTimePick.TODAY, "", at(17)).problem == promise_due_times.DUE_TIME_PASSED
    assert by_a_pick(DueTimePick.TODAY, "before 3", at(16)).problem == promise_due_times.AFTER_THEIR_BEST_TIME


@pytest.mark.parametrize(
    ("words", "now", "due"),
    [
        ("after 17:00", at(19, 13), at(20, 13)),
        ("after 17:00", at(17), at(18)),
        ("after 17:00", at(23, 40, THURSDAY), at(23, 59, THURSDAY)),
        ("between 9 and 11", at(9, 40), at(10, 40)),
        ("between 9 and 11", at(10, 40), at(11)),
        ("before 3", at(9, 40), at(10, 40)),
        # Outside the best time now: due half an hour after it next begins.
        ("after 17:00", at(16, 50), at(17, 50)),
        ("after 17:00", at(12), at(17, 30)),
        ("between 9 and 11", at(11), at(9, 30, MONDAY)),
        ("between 9 and 11", at(19, 13), at(9, 30, MONDAY)),
    ],
)
def test_within_the_hour_means_one_hour_from_now_inside_the_best_time(
    words: str, now: dt.datetime, due: dt.datetime
) -> None:
    """At 19:13, “within the hour” became tomorrow 17:30 for a family reachable “after 17:00”."""
    assert by_a_pick(DueTimePick.HOUR, words, now).due_at == due


def test_best_time_does_not_apply_on_a_closed_day() -> None:
    sunday = MONDAY - dt.timedelta(days=1)
    assert by_a_pick(DueTimePick.HOUR, "after 17:00", at(23, 30, sunday)).due_at == at(17, 30, MONDAY)


def test_late_night_call_is_due_that_night_and_not_on_a_closed_day() -> None:
    assert by_a_pick(DueTimePick.HOUR, "after 11:45 pm", at(22, 50)).due_at == at(23, 59)
    late = promise_due_times.agree_on_picked_time(
        at(22, 50), read_call_window("after 11:45 pm"), at=at(21), zone=CHICAGO, days=WEEK
    )
    assert late.due_at == at(23, 59)
    last = promise_due_times.agree_on_picked_time(
        at(22, 50), CallWindow(dt.time(23, 59)), at=at(21), zone=CHICAGO, days=WEEK
    )
    assert last.best_from < last.due_at


@pytest.mark.parametrize(
    ("words", "start"),
    [
        # A bare hour up to seven is in the afternoon; in 24-hour notation, seven is in the morning.
        ("after 7", "19:00"),
        ("after 7:30", "19:30"),
        ("after 7h", "07:00"),
        ("after 7h30", "07:30"),
        ("after 07:00", "07:00"),
        ("after 5h", "17:00"),
        ("after 8", "08:00"),
        ("after half past 3", "15:30"),
        ("after quarter to 4", "15:45"),
        ("after quarter past 7", "19:15"),
        ("despues de las 4 menos cuarto", "15:45"),
        ("after 3 in the morning", "03:00"),
        ("after 12 am", "00:00"),
        ("after 12 pm", "12:00"),
        ("after noon", "12:00"),
    ],
)
def test_hour_without_am_or_pm_is_read_as_people_mean_it(words: str, start: str) -> None:
    assert read_call_window(words) == CallWindow(dt.time.fromisoformat(start))


@pytest.mark.parametrize("words", ["after 24:00", "after 25:10", "after 17:60", "after 17:75"])
def test_impossible_hour_or_minute_is_left_unread(words: str) -> None:
    assert read_call_window(words) == CallWindow()
    assert read_call_window("after 23:59") == CallWindow(dt.time(23, 59))
