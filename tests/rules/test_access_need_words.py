"""Words that say of access that it is not needed: beside one, nothing is taken for a need of today."""

from __future__ import annotations

from checkin.rules.access_need_words import NOT_NEEDED_WORDS, WORDS_IN_MANY_NEEDS
from checkin.rules.name_keys import normalized_words


def test_every_word_is_written_as_words_are_compared() -> None:
    listed = NOT_NEEDED_WORDS | WORDS_IN_MANY_NEEDS
    assert [one for one in listed if normalized_words(one) != (one,)] == []


def test_no_word_says_that_it_is_not_needed_and_says_nothing() -> None:
    assert NOT_NEEDED_WORDS.isdisjoint(WORDS_IN_MANY_NEEDS)
