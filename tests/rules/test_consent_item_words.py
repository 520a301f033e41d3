"""Vaccines by what they are called: each word as words are compared, and of one meaning."""

from __future__ import annotations

from checkin.rules import consent_item_words
from checkin.rules.name_keys import normalized_words


def test_every_word_is_written_as_words_are_compared() -> None:
    listed = {
        *consent_item_words.DISEASES_BY_WORD,
        *consent_item_words.DOSE_BY_WORD,
        *consent_item_words.NUMBER_BY_WORD,
        *consent_item_words.CONDITION_WORDS,
    }
    listed |= (
        consent_item_words.NARROWING_WORDS
        | consent_item_words.ALL_ITEMS_WORDS
        | consent_item_words.HOW_MANY_WORDS
        | consent_item_words.UNIT_WORDS
    )
    assert [one for one in listed if normalized_words(one) != (one,)] == []


def test_no_vaccine_is_called_as_a_condition_a_number_or_all_of_them() -> None:
    others = {
        *consent_item_words.CONDITION_WORDS,
        *consent_item_words.NUMBER_BY_WORD,
        *consent_item_words.DOSE_BY_WORD,
        *consent_item_words.ALL_ITEMS_WORDS,
    }
    assert consent_item_words.DISEASES_BY_WORD.keys() & others == set()


def test_the_words_of_a_family_are_all_vaccines_of_it() -> None:
    for family in consent_item_words.VACCINE_FAMILY_WORDS:
        assert len(set.intersection(*(consent_item_words.DISEASES_BY_WORD[word] for word in family))) >= 1
