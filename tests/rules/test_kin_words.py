"""Each word of a relationship is read in the languages and scripts that families write."""

from __future__ import annotations

import pytest

from checkin.rules.kin_words import KinPart, KinToken, read_kin_tokens


@pytest.mark.parametrize(
    ("word", "kin"),
    [
        ("mom", "mother"),
        ("mẹ", "mother"),
        ("والدته", "mother"),
        ("أمي", "mother"),
        ("אמא", "mother"),
        ("我妈妈", "mother"),
        ("お母さん", "mother"),
        ("мама", "mother"),
        ("baba", "father"),
        ("أبوها", "father"),
        ("bố", "father"),
        ("アパ", ""),
        ("баба", ""),
        ("ابنه", ""),
        ("guardian", ""),
    ],
)
def test_word_names_a_kin(word: str, kin: str) -> None:
    assert [one.kin for one in read_kin_tokens(word)] == [kin]


@pytest.mark.parametrize("text", ["mom's", "mom’s", "moms", "mothers", "妈妈的"])
def test_owner_is_known_with_or_without_its_sign(text: str) -> None:
    assert next(iter(read_kin_tokens(text))) == KinToken("mother", KinPart.OWNER)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("I'm the mom", [KinPart.BESIDE, KinPart.NONE]),
        ("mom, dad", [KinPart.NONE, KinPart.END, KinPart.NONE]),
        ("son of dad", [KinPart.CHILD_OF_SPEAKER, KinPart.OF, KinPart.NONE]),
        ("dad's side", [KinPart.OWNER, KinPart.SIDE]),
        ("por parte de papá", [KinPart.NONE, KinPart.SIDE, KinPart.OF, KinPart.NONE]),
        ("côté paternel", [KinPart.SIDE, KinPart.NONE]),
        ("new", [KinPart.QUALITY]),
        ("mom's ex", [KinPart.OWNER, KinPart.EX]),
        ("great-grandma", [KinPart.GREAT, KinPart.NONE]),
        ("парень мамы", [KinPart.NONE, KinPart.OWNER]),
        ("Leo's dad", [KinPart.OWNER, KinPart.NONE]),
        ("patient's dad", [KinPart.BESIDE, KinPart.NONE]),
    ],
)
def test_each_word_has_its_part(text: str, parts: list[KinPart]) -> None:
    assert [one.part for one in read_kin_tokens(text)] == parts


def test_unknown_words_may_be_a_name() -> None:
    assert [one.is_name for one in read_kin_tokens("his mom Leo's Bob")] == [False, False, True, True]
    assert [one.is_name for one in read_kin_tokens("mother Ana Young, mom's side")][:3] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "kin"),
    [
        ("grand mother", ["grandmother"]),
        ("grand-père", ["grandfather"]),
        ("beau père", ["stepfather"]),
        ("belle-mère", ["stepmother"]),
        ("Belle Ruiz", ["", ""]),
        ("great aunt", ["", "aunt"]),
    ],
)
def test_two_words_may_name_one_kin(text: str, kin: list[str]) -> None:
    assert [one.kin for one in read_kin_tokens(text)] == kin


@pytest.mark.parametrize(
    ("word", "kin", "also"),
    [("nana", "grandmother", "sitter"), ("Papi", "father", "grandfather"), ("mom", "mother", "")],
)
def test_a_word_may_name_another_kin_also(word: str, kin: str, also: str) -> None:
    assert [(one.kin, one.also) for one in read_kin_tokens(word)] == [(kin, also)]
