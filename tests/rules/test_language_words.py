"""The language table: each name in it is found and belongs to only one language."""

from __future__ import annotations

import pytest

from checkin.rules import language_words, languages


def names_of(code: str) -> list[str]:
    return language_words.LANGUAGE_NAMES_BY_CODE[code].split("|")


@pytest.mark.parametrize("code", language_words.LANGUAGE_NAMES_BY_CODE)
def test_every_name_in_the_table_is_read_as_its_language(code: str) -> None:
    unread = [name for name in names_of(code) if not languages.is_same_language(name, names_of(code)[0])]
    assert unread == []


def test_no_name_belongs_to_two_languages() -> None:
    seen: dict[str, str] = {}
    for code in language_words.LANGUAGE_NAMES_BY_CODE:
        for name in names_of(code):
            assert seen.setdefault(name.casefold(), code) == code


def test_every_alias_points_to_a_known_code() -> None:
    targets = {
        *language_words.LANGUAGE_CODE_ALIASES.values(),
        *language_words.SAME_INTERPRETER_CODES.values(),
    }
    assert targets - language_words.LANGUAGE_NAMES_BY_CODE.keys() == set()
