"""What a clinic may change about needs: an unreadable setting keeps its default."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.need_settings import NeedSettings

USUAL = NeedSettings()


@pytest.mark.parametrize(
    ("kept", "name", "value"),
    [
        ({"off": ["vaccine"]}, "off", frozenset({"vaccine"})),
        ({"school_age_from": "4"}, "school_age_from", 4),
        ({"school_weekdays": [0, 6, 7, -1]}, "school_weekdays", (0, 6)),
        ({"school_starts": "07:45"}, "school_starts", dt.time(7, 45)),
        ({"influenza_season": ["10-15", "03-31"]}, "influenza_season", ((10, 15), (3, 31))),
        ({"own": ["  ask   about lead ", "", "ask about lead"]}, "own", ("ask about lead",)),
        ({"own": ["x" * 201]}, "own", ("x" * 200,)),
    ],
)
def test_readable_setting_is_used(kept: dict[str, object], name: str, value: object) -> None:
    assert getattr(NeedSettings.read(kept), name) == value


@pytest.mark.parametrize(
    "kept",
    [
        None,
        ["off"],
        {"off": "vaccine"},
        {"school_age_from": "five"},
        {"school_weekdays": "01234"},
        {"school_starts": "7 o'clock"},
        {"school_starts": "07:00+02:00"},
        {"influenza_season": ["02-30", "04-30"]},
        {"influenza_season": ["09-01"]},
        {"own": "ask about lead"},
        {"nobody": "knows this"},
    ],
)
def test_unreadable_setting_keeps_the_default(kept: object) -> None:
    assert NeedSettings.read(kept) == USUAL


def test_one_bad_setting_does_not_affect_the_others() -> None:
    found = NeedSettings.read({"school_age_from": "five", "school_age_to": 19})
    assert (found.school_age_from, found.school_age_to) == (USUAL.school_age_from, 19)


@pytest.mark.parametrize(
    ("on", "began"),
    [
        ("2025-08-31", None),
        ("2025-09-01", "2025-09-01"),
        ("2025-12-31", "2025-09-01"),
        ("2026-01-01", "2025-09-01"),
        ("2026-04-30", "2025-09-01"),
        ("2026-05-01", None),
    ],
)
def test_season_across_new_year_began_the_year_before(on: str, began: str | None) -> None:
    expected = dt.date.fromisoformat(began) if began else None
    assert USUAL.season_began(dt.date.fromisoformat(on)) == expected


@pytest.mark.parametrize(
    ("on", "is_in"),
    [("2026-03-31", False), ("2026-04-01", True), ("2026-09-30", True), ("2026-10-01", False)],
)
def test_season_within_one_year_began_that_year(on: str, is_in: bool) -> None:
    southern = NeedSettings(influenza_season=((4, 1), (9, 30)))
    assert southern.season_began(dt.date.fromisoformat(on)) == (dt.date(2026, 4, 1) if is_in else None)


def test_season_may_be_a_single_day() -> None:
    one_day = NeedSettings(influenza_season=((10, 1), (10, 1)))
    assert one_day.season_began(dt.date(2026, 10, 1)) == dt.date(2026, 10, 1)
    assert one_day.season_began(dt.date(2026, 10, 2)) is None
