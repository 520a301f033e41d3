"""Words that say an access need does not apply: next to one of them, no need is raised for today."""

from __future__ import annotations

from checkin.rules.access_need_words import NOT_NEEDED_WORDS, WORDS_IN_MANY_NEEDS
from checkin.rules.name_keys import normalized_words


def test_every_word_is_stored_in_normalized_form() -> None:
    listed = NOT_NEEDED_WORDS | WORDS_IN_MANY_NEEDS
    assert [one for one in listed if normalized_words(one) != (one,)] == []


def test_no_not_needed_word_is_also_listed_as_neutral() -> None:
    assert NOT_NEEDED_WORDS.isdisjoint(WORDS_IN_MANY_NEEDS)
