"""Today's word wins; what is remembered was asked for; nothing is guessed."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from checkin.rules import preferences
from checkin.rules.claims import Claim
from checkin.rules.preferences import Remembered
from checkin.rules.understanding import OnRecord, Source

MARCH = dt.date(2026, 3, 3)
AT = dt.datetime(2026, 3, 10, 9, 40, tzinfo=dt.UTC)


def claim(**said) -> Claim:
    return Claim(key=uuid.uuid4(), **said)


def test_todays_word_wins_over_what_is_remembered():
    found = preferences.approach(today="greet", remembered="leave", since=MARCH)
    assert (found.words, found.source, found.icon) == ("Greet me", Source.TODAY, "hand-heart")
    assert found.hint == "Come and greet them (said today)"


def test_what_is_remembered_says_since_when_and_why():
    found = preferences.approach(today="", remembered="leave", since=MARCH)
    assert found.words == "Leave me be"
    assert found.source_words == "remembered since Mar 3, 2026: they asked us to"


def test_nothing_said_and_nothing_remembered_shows_nothing():
    assert preferences.approach(today="", remembered="") is None
    assert preferences.shown(claim(), Remembered(), OnRecord()) == []


def test_everything_is_shown_with_whose_word_it_is():
    said = claim(approach="leave", best_time="after 17:00", interpreter=True, interpreter_language="Dari")
    kept = Remembered("greet", "text", "mornings", MARCH)
    found = preferences.shown(said, kept, OnRecord("es", False, "large print"))
    assert [(one.kind, one.words, one.source.value) for one in found] == [
        ("approach", "Leave me be", "today"),
        ("way", "Text message", "remembered"),
        ("time", "after 17:00", "today"),
        ("language", "Dari interpreter", "today"),
        ("language", "Spanish", "record"),
        ("access", "large print", "record"),
    ]


def test_what_helps_them_today_stands_beside_what_is_on_record():
    found = preferences.shown(claim(access_needs="a ramp"), Remembered(), OnRecord("", False, "a lift"))
    assert [(one.words, one.source_words) for one in found] == [
        ("a ramp", "said today"),
        ("a lift", "on record"),
    ]


def test_an_approach_we_do_not_know_is_neither_shown_nor_remembered():
    assert preferences.approach(today="hug", remembered="") is None
    assert preferences.to_remember(claim(approach="hug", remember=True), at=AT)["approach"] == ""


def test_an_interpreter_on_record_is_shown_though_nobody_says_so_today():
    (found,) = preferences.shown(claim(), Remembered(), OnRecord("Spanish", True))
    assert (found.words, found.source) == ("Spanish interpreter", Source.RECORD)


def test_a_way_we_do_not_know_is_shown_as_they_said_it_and_never_remembered():
    (found,) = preferences.shown(claim(best_way="pigeon"), Remembered(), OnRecord())
    assert found.words == "pigeon"
    assert preferences.to_remember(claim(best_way="pigeon", remember=True), at=AT)["best_way"] == ""


def test_nothing_is_remembered_unless_they_say_so():
    assert preferences.to_remember(claim(approach="leave", best_time="mornings"), at=AT) == {}


@pytest.mark.parametrize("approach", ["", "leave"])
def test_remember_this_replaces_all_that_was_remembered(approach):
    kept = preferences.to_remember(claim(approach=approach, remember=True), at=AT)
    assert kept == {"approach": approach, "best_way": "", "best_time": "", "remembered_at": AT}
