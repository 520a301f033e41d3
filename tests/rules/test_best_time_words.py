"""Which words in a best time to call are understood, and which limit it to some days."""

from __future__ import annotations

import pytest

from checkin.rules import best_time_words


@pytest.mark.parametrize(
    ("words", "is_known"),
    [
        ("any time after # please", True),
        ("despues de las # por favor", True),
        ("menos cuarto", True),
        ("i work until #", False),
        ("deadline #", False),
        ("befor #", False),
        ("after b12", False),
        ("< #", False),
        ("home by #", False),
        ("works until #", False),
        ("# works until", True),
        ("works for # people", False),
        ("", True),
    ],
)
def test_best_time_is_understood_only_if_every_word_is_known(words: str, *, is_known: bool) -> None:
    assert best_time_words.has_only_known_time_words(words) == is_known


@pytest.mark.parametrize(
    ("words", "is_limited"),
    [
        ("after #", False),
        ("tuesdays after #", True),
        ("el martes", True),
        ("monday to friday", False),
        ("lunes a viernes", False),
        ("mon-fri after #", False),
        ("not monday to friday", True),
        ("monday to friday and saturday", True),
        ("not today", True),
        ("today", False),
        ("nunca entre semana", True),
        ("never", False),
        ("por la manana", False),
        ("manana", True),
        ("may 3", True),
        ("may i", False),
        ("the 3rd", True),
        ("3/14", True),
    ],
)
def test_best_time_that_names_days_is_limited_to_some_days(words: str, *, is_limited: bool) -> None:
    assert best_time_words.is_limited_to_some_days(words) == is_limited


@pytest.mark.parametrize(
    ("words", "says_no"),
    [("not before #", True), ("don't call", True), ("ni antes", True), ("noon", False), ("note", False)],
)
def test_negation_is_found_only_as_a_whole_word(words: str, *, says_no: bool) -> None:
    assert best_time_words.has_negation(words) == says_no


def test_clauses_split_at_commas_and_other_punctuation() -> None:
    assert best_time_words.first_time_clause("after #, not before; please") == "after #"
    assert best_time_words.last_time_clause("after #, not before; please") == " please"
    assert best_time_words.last_time_clause("after #") == "after #"


def test_lunch_break_before_a_bare_time_is_removed() -> None:
    assert best_time_words.strip_lunch_break("lunch break 12:30-1").split() == ["12:30-1"]
    assert best_time_words.strip_lunch_break("after lunch") == "after lunch"
