"""Word lists for vaccines: each word is in normalized form and has one meaning."""

from __future__ import annotations

from checkin.rules import consent_item_words
from checkin.rules.name_keys import normalized_words


def test_every_word_is_stored_in_normalized_form() -> None:
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


def test_no_vaccine_word_is_also_a_condition_number_or_all_word() -> None:
    others = {
        *consent_item_words.CONDITION_WORDS,
        *consent_item_words.NUMBER_BY_WORD,
        *consent_item_words.DOSE_BY_WORD,
        *consent_item_words.ALL_ITEMS_WORDS,
    }
    assert consent_item_words.DISEASES_BY_WORD.keys() & others == set()


def test_words_of_a_vaccine_family_all_belong_to_that_family() -> None:
    for family in consent_item_words.VACCINE_FAMILY_WORDS:
        assert len(set.intersection(*(consent_item_words.DISEASES_BY_WORD[word] for word in family))) >= 1
