"""When retention lets go of a record, and the list of who was forgotten."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules import forgetting as forgetting_rules
from checkin.rules.forgetting import ForgottenPatient, RetentionTerm

TODAY, BEFORE = dt.date(2026, 11, 28), dt.date(2016, 11, 28)


@pytest.mark.parametrize(
    ("last_seen", "born", "until_age", "goes"),
    [
        ("2016-11-27", "1990-01-01", None, True),
        ("2016-11-28", "1990-01-01", None, False),
        ("2016-11-27", "2005-11-28", 21, True),
        ("2016-11-27", "2005-11-29", 21, False),
        ("2016-11-27", "", 21, False),
        ("2016-11-27", "", None, True),
    ],
)
def test_a_record_goes_when_it_is_old_and_the_child_is_grown(
    last_seen: str, born: str, until_age: int | None, goes: bool
) -> None:
    found = forgetting_rules.may_be_forgotten(
        last_seen=dt.date.fromisoformat(last_seen),
        birth_date=dt.date.fromisoformat(born) if born else None,
        term=RetentionTerm(BEFORE, until_age, TODAY),
    )
    assert found is goes


def test_the_trail_of_the_last_six_years_is_kept_whatever_is_asked() -> None:
    assert forgetting_rules.trail_may_go_before(dt.date(2025, 1, 1), TODAY) == dt.date(2020, 11, 28)
    assert forgetting_rules.trail_may_go_before(dt.date(2015, 1, 1), TODAY) == dt.date(2015, 1, 1)


@pytest.mark.parametrize(
    ("day", "is_refused"),
    [("2026-11-28", False), ("2026-11-29", True), ("1876-11-28", False), ("1876-11-27", True)],
)
def test_a_day_after_today_or_before_anybody_was_born_is_refused(day: str, is_refused: bool) -> None:
    assert bool(forgetting_rules.find_day_problem(dt.date.fromisoformat(day), TODAY)) is is_refused


@pytest.mark.parametrize(
    ("years", "is_refused"), [(-1, True), (0, True), (1, False), (150, False), (151, True)]
)
def test_years_are_as_many_as_somebody_lives(years: int, is_refused: bool) -> None:
    assert bool(forgetting_rules.find_years_problem(years)) is is_refused


def test_a_leap_day_has_an_anniversary() -> None:
    assert forgetting_rules.subtract_years(dt.date(2024, 2, 29), 6) == dt.date(2018, 2, 28)


def test_a_line_of_the_list_is_read_as_it_was_written_and_half_a_line_is_not() -> None:
    one = ForgottenPatient("2026-11-28T10:00:00+00:00", 1, 7, "2020-01-01T10:00:00+00:00", "family")
    assert list(forgetting_rules.parse_forgotten([one.line(), one.line()[:30], one.line()[:-3], ""])) == [one]


def test_a_line_of_an_earlier_version_says_that_it_is_done() -> None:
    line = "2026-11-28T10:00:00+00:00 clinic=1 patient=7 created=2020-01-01T10:00:00+00:00 reason=family\n"
    (one,) = forgetting_rules.parse_forgotten([line])
    assert one.is_done and one.line() == line


def test_wherever_a_line_is_cut_what_was_begun_is_not_done() -> None:
    one = ForgottenPatient("2026-11-28T10:00:00+00:00", 1, 7, "2020-01-01T10:00:00+00:00", "family", False)
    cut = [one.line()[:length] for length in range(len(one.line()) + 1)]
    assert set(forgetting_rules.parse_forgotten(cut)) == {one}


def test_what_was_begun_and_not_done_is_unfinished() -> None:
    one = ForgottenPatient("2026-11-28T10:00:00+00:00", 1, 7, "2020-01-01T10:00:00+00:00", "family", False)
    done, later = one._replace(is_done=True), one._replace(created="2026-01-01T10:00:00+00:00")
    assert forgetting_rules.select_unfinished([one, done, later, done]) == [later]


def test_rows_are_counted_in_plain_words_with_the_record_first() -> None:
    counts = {"Escort": 1, "Patient": 2, "PromiseAttempt": 1, "PromiseDecision": 2, "SignIn": 1}
    said = forgetting_rules.describe_rows(counts)
    assert said == "2 records, 3 entries about promises, 1 adult who came along and 1 sign-in"
    assert forgetting_rules.describe_rows({"Patient": 1}) == "1 record"


def test_reasons_for_opening_what_is_closed_are_not_the_trail_of_who_read_the_record() -> None:
    """“5 entries of who read it” sounded as if the audit trail went."""
    said = forgetting_rules.describe_rows({"Patient": 1, "SealedReading": 5, "ReasonReading": 2})
    assert said == (
        "1 record, 5 reasons for opening what is closed and 2 entries of who read why a child came"
    )
