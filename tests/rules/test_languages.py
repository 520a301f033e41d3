"""Only languages are translated to names: other text that the desk reads stays as it is."""

from __future__ import annotations

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules.languages import (
    is_same_language,
    name_interpreter_language,
    name_recorded_language,
    name_typed_language,
)
from checkin.rules.understanding import (
    NeedsOnRecord,
    NeedsSaidToday,
    combine_spoken_languages,
    is_same_column_value,
)

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
        ("es, en", "Spanish and English"),
        ("", ""),
    ],
)
def test_language_tag_gets_its_name_and_other_text_stays(said: str, name: str) -> None:
    assert name_recorded_language(said) == name


@pytest.mark.parametrize("rest", [" vaccine", " booster", " seen?", "-show fee explained", " · due", "."])
def test_words_that_start_like_a_language_tag_stay_unchanged(rest: str) -> None:
    for tag in TAGS:
        for label in (f"{tag}{rest}", f"{tag.upper()}{rest}", f"{tag.title()}{rest}"):
            assert name_recorded_language(label) == label


@given(st.text(max_size=30), st.text(min_size=1, max_size=30))
def test_text_of_several_words_is_never_a_language(first: str, second: str) -> None:
    assert name_recorded_language(f"{first} {second}.") == f"{first} {second}."


def test_interpreter_language_is_named_unless_the_family_typed_it() -> None:
    assert name_interpreter_language("ar", typed="") == "Arabic"
    assert name_interpreter_language("no", typed="no") == "no"
    assert name_interpreter_language("", typed="") == ""


SAID = [
    (
        "Spanish",
        "es|ES|Es|spa|Spa|español|ESPAÑOL|Espanol|Castellano|I speak Spanish, please|Spanish.|Spanish?",
    ),
    ("Spanish", "idioma español|no, Spanish|mostly Spanish"),
    (
        "Mexican Spanish",
        "Español de México|Spanish (Mexico)|Mexican Spanish|español mexicano|Spanish - Mexico",
    ),
    ("English", "en|eng|English please|inglés|Inglés"),
    ("Chinese", "zho|chi|zh|中文|Chinese|chino"),
    ("Mandarin", "cmn|Mandarin|普通话|國語|Mandarin Chinese|Chinese (Mandarin)|mandarín"),
    ("Cantonese", "yue|Cantonese|廣東話|Chinese (Cantonese)|cantonés"),
    ("Vietnamese", "vie|vi|Tiếng Việt|tieng viet|TIẾNG VIỆT|vietnamita"),
    ("Haitian Creole", "ht|hat|kreyol|Kreyòl|kreyòl ayisyen|Creole|Haitian|French Creole"),
    ("Persian", "fa|fas|per|pes|Farsi|Persian|persa|فارسی|Persian (Farsi)"),
    ("Dari", "prs|fa-AF|Dari|دری|Dari (Afghan Persian)"),
    ("American Sign Language", "ase|ASL|asl|American Sign Language"),
    ("Q'anjob'al", "kjb|Q'anjob'al|Q’anjob’al|qanjobal|Kanjobal"),
    ("Mam", "mam|Mam|Maya Mam"),
    ("K'iche'", "quc|K'iche'|Quiché|kiche"),
    ("Arabic", "ar|ara|Árabe|العربية|arabic"),
    ("Arabic (Iraq)", "Iraqi Arabic|Arabic (Iraq)"),
    ("Somali", "som|SOMALI|Soomaali"),
    ("Russian", "rus|русский|ruso"),
    ("Spanish and Mam", "Spanish and Mam|español y mam|spa/mam|Spanish, Mam"),
    ("Spanish and English", "Español/Inglés|es, en|Spanish & English|español e inglés"),
    ("Spanish and chuj'k", "español y chuj'k"),
    ("Mixteco bajo", "Mixteco bajo"),
    ("", "no|No|none|-|N/A|no sé|yes please|any|interpreter|mi idioma|und|?"),
]


@pytest.mark.parametrize(("name", "typed"), [(name, one) for name, said in SAID for one in said.split("|")])
def test_typed_language_is_shown_by_its_english_name(name: str, typed: str) -> None:
    assert name_typed_language(typed) == name
    assert name_typed_language(name_typed_language(typed)) == name


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("es", "Castellano", True),
        ("spa", "Español de México", True),
        ("zho", "中文", True),
        ("Mandarin", "zh", True),
        ("zh", "yue", False),
        ("fa", "Farsi", True),
        ("Dari", "Farsi", False),
        ("prs", "fa-AF", True),
        ("Español/Inglés", "English and Spanish", True),
        ("Spanish", "Spanish and Mam", False),
        ("fil", "Tagalog", True),
        ("ht", "kreyòl", True),
        ("ASL", "Sign language", False),
    ],
)
def test_one_language_in_two_wordings_is_not_a_difference(one: str, other: str, same: bool) -> None:
    assert is_same_language(one, other) is is_same_language(other, one) is same
    assert is_same_column_value("language", one, other) is same
    found = combine_spoken_languages(NeedsSaidToday(one, True), NeedsOnRecord(other, True))
    assert len(found) == (1 if same else 2)


def test_empty_wording_does_not_differ_from_a_blank() -> None:
    assert is_same_column_value("language", "", "und") and is_same_column_value("access_needs", "none", "")
    assert is_same_column_value("access_needs", "A ramp", "a ramp") and not is_same_column_value(
        "access_needs", "ramp", ""
    )


@pytest.mark.parametrize(
    "typed",
    [
        "mother: Spanish, child: English",
        "Spanish (mom) / English (kid)",
        "mamá: español, niño: inglés",
        "mom Spanish and dad Polish",
        "I speak Spanish, my son English",
        "grandma Hmong; parents English",
    ],
)
def test_languages_assigned_to_people_stay_as_typed(typed: str) -> None:
    assert name_typed_language(typed) == typed


def test_two_languages_without_people_are_both_named() -> None:
    assert name_typed_language("español, inglés") == "Spanish and English"
