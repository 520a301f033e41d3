"""Only languages are spoken as languages: nothing else that the desk reads is put into other words."""

from __future__ import annotations

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules.languages import name_interpreter, name_language

TAGS = [tag for tag in Locale.parse("en").languages if "_" not in tag]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("es", "Spanish"),
        ("ES", "Spanish"),
        ("es-MX", "Mexican Spanish"),
        ("es-US", "Spanish"),
        ("zh-Hans-CN", "Simplified Chinese"),
        ("fa_AF", "Dari"),
        ("hmn", "Hmong"),
        ("no", "Norwegian"),
        ("Dari", "Dari"),
        ("Somali", "Somali"),
        ("Ga", "Ga"),
        ("Yi", "Yi"),
        ("Kru", "Kru"),
        ("Tem", "Tem"),
        ("En-US", "En-US"),
        ("qqx", "qqx"),
        ("es, en", "es, en"),
        ("", ""),
    ],
)
def test_a_language_tag_has_its_name_and_any_other_text_stays(said, name):
    assert name_language(said) == name


@pytest.mark.parametrize("rest", [" vaccine", " booster", " seen?", "-show fee explained", " · due", "."])
def test_words_that_begin_like_a_language_tag_stay_as_they_are(rest):
    for tag in TAGS:
        for label in (f"{tag}{rest}", f"{tag.upper()}{rest}", f"{tag.title()}{rest}"):
            assert name_language(label) == label


@given(st.text(max_size=30), st.text(min_size=1, max_size=30))
def test_a_text_of_several_words_is_never_a_language(first, second):
    assert name_language(f"{first} {second}.") == f"{first} {second}."


def test_an_interpreters_language_is_named_unless_the_family_typed_it():
    assert name_interpreter("interpreter · ar", typed="") == "interpreter · Arabic"
    assert name_interpreter("interpreter · no", typed="no") == "interpreter · no"
    assert name_interpreter("interpreter", typed="") == "interpreter"
