"""Lists of words that are not names, in normalized form: any other form could never be found."""

from __future__ import annotations

import pytest

from checkin.rules import placeholder_name_words
from checkin.rules.name_keys import normalized_words
from checkin.rules.placeholder_names import is_placeholder_name

LATIN = {
    "never": placeholder_name_words.NEVER_A_NAME,
    "alone": placeholder_name_words.NO_NAME_ALONE,
    "whole": placeholder_name_words.NO_NAME_AS_A_WHOLE,
    "child of": placeholder_name_words.CHILD_OF_PHRASES,
    "of": placeholder_name_words.OF_WORDS,
    "possessive": placeholder_name_words.POSSESSIVE_WORDS,
    "negating": placeholder_name_words.NEGATING_WORDS,
    "name": placeholder_name_words.WORDS_FOR_NAME,
    "pet": placeholder_name_words.PET_WORD_LIST,
    "family": placeholder_name_words.NO_FAMILY_NAME_LIST,
}


@pytest.mark.parametrize("kind", LATIN)
def test_latin_words_have_no_accents_or_capitals(kind: str) -> None:
    listed = LATIN[kind].split()
    assert [one for one in listed if "_".join(normalized_words(one.replace("_", " "))) != one] == []


@pytest.mark.parametrize("kind", ["never", "alone", "whole"])
def test_each_placeholder_word_is_recognized(kind: str) -> None:
    listed = [one.replace("_", " ") for one in LATIN[kind].split()]
    assert [one for one in listed if not is_placeholder_name(one)] == []


def test_each_placeholder_word_of_another_script_is_recognized() -> None:
    listed = [
        *placeholder_name_words.OTHER_SCRIPT_WORDS.split(),
        *placeholder_name_words.ALONE_IN_OTHER_SCRIPTS.split(),
    ]
    assert [one for one in listed if not is_placeholder_name(one.replace("_", " "))] == []
