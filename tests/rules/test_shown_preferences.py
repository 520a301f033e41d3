"""Preferences shown to staff: today's answers first, each with its source."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from checkin.rules import shown_preferences
from checkin.rules.preferences import WISHES, RememberedPreferences, WishAnswers
from checkin.rules.sign_in_claims import SignInClaim
from checkin.rules.understanding import NeedsOnRecord, PreferenceSource

MARCH = "Mar 3, 2026"
LEAVE_THEM_BE = RememberedPreferences(approach="leave", since=MARCH)


def claim(**said: Any) -> SignInClaim:
    return SignInClaim(key=uuid.uuid4(), **said)


def test_todays_answer_wins_over_the_remembered_one() -> None:
    (found,) = shown_preferences.build_board_wishes(WishAnswers(approach="greet"), LEAVE_THEM_BE)
    assert (found.words, found.source, found.icon) == ("Greet me", PreferenceSource.TODAY, "hand-heart")
    assert found.hint == "Come and greet them (said today)"


def test_remembered_preference_says_since_when_and_why() -> None:
    (found,) = shown_preferences.build_board_wishes(WishAnswers(), LEAVE_THEM_BE)
    assert found.words == "Leave me be"
    assert found.source_words == "remembered since Mar 3, 2026: they asked us to"


def test_nothing_is_shown_without_an_answer_or_a_remembered_preference() -> None:
    assert shown_preferences.build_board_wishes(WishAnswers(), RememberedPreferences()) == []
    assert shown_preferences.build_shown_preferences(claim(), RememberedPreferences(), NeedsOnRecord()) == []


def test_a_board_row_shows_the_wishes_marked_for_it_in_the_order_of_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = WishAnswers(best_time="after 5", best_way="text")
    kept = RememberedPreferences(approach="leave", best_way="phone", since=MARCH)
    (usual,) = shown_preferences.build_board_wishes(said, kept)
    rows = [replace(one, is_on_board=one.name in ("approach", "best_time")) for one in WISHES]
    monkeypatch.setattr(shown_preferences, "WISHES", rows)
    first, second = shown_preferences.build_board_wishes(said, kept)
    assert first == usual
    assert (first.words, first.source, first.is_in_own_words) == (
        "Leave me be",
        PreferenceSource.REMEMBERED,
        False,
    )
    assert (second.words, second.source, second.is_in_own_words) == ("after 5", PreferenceSource.TODAY, True)
    assert second.hint == "best time to reach them: after 5 (said today)"


def test_each_preference_is_shown_with_its_source() -> None:
    said = claim(approach="leave", best_time="after 17:00", interpreter=True, interpreter_language="Dari")
    kept = RememberedPreferences(approach="greet", best_way="text", best_time="mornings", since=MARCH)
    found = shown_preferences.build_shown_preferences(said, kept, NeedsOnRecord("es", False, "large print"))
    assert [(one.kind, one.words, one.source.value) for one in found] == [
        ("approach", "Leave me be", "today"),
        ("way", "Text message", "remembered"),
        ("time", "after 17:00", "today"),
        ("language", "Dari interpreter", "today"),
        ("language", "Spanish", "record"),
        ("access", "large print", "record"),
    ]


def test_access_needs_of_today_are_shown_next_to_those_on_record() -> None:
    found = shown_preferences.build_shown_preferences(
        claim(access_needs="a ramp"), RememberedPreferences(), NeedsOnRecord("", False, "a lift")
    )
    assert [(one.words, one.source_words) for one in found] == [
        ("a ramp", "said today"),
        ("a lift", "on record"),
    ]


def test_interpreter_on_record_is_shown_without_an_answer_today() -> None:
    (found,) = shown_preferences.build_shown_preferences(
        claim(), RememberedPreferences(), NeedsOnRecord("Spanish", True)
    )
    assert (found.words, found.source) == ("Spanish interpreter", PreferenceSource.RECORD)
