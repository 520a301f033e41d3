"""Names as keys for lookup and comparison."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules import name_keys, name_likeness


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("García", "garcia"),
        ("GARCIA", "garcia"),
        ("Garci\u0301a", "garcia"),
        ("O'Neil", "oneil"),
        ("o neil", "oneil"),
        ("O’Neil", "oneil"),
        ("Mary-Ann", "maryann"),
        ("de la Cruz", "delacruz"),
        ("Ægir Łuk", "aegirluk"),
        ("Иван Щукин", "ivanshchukin"),
        ("Γιώργος", "giorgos"),
        ("王小明", "wangxiaoming"),
        ("Nguyễn", "nguyen"),
        ("😀 Ann", "ann"),
        ("Ａｎｎ", "ann"),
        ("\x00", ""),
        ("--", ""),
        ("", ""),
    ],
)
def test_name_becomes_its_key(written: str, key: str) -> None:
    assert name_keys.normalize_text(written) == key


def test_words_split_at_spaces_and_hyphens_but_not_at_apostrophes() -> None:
    assert name_keys.normalized_words("Mary-Ann d’Angelo") == ("mary", "ann", "dangelo")


def test_last_word_is_a_key_only_if_there_are_several() -> None:
    assert name_keys.last_family_word_key("de la Cruz") == "cruz"
    assert name_keys.last_family_word_key("García-López") == "lopez"
    assert name_keys.last_family_word_key("Cruz") == ""


def test_postcodes_ignore_case_spaces_and_the_zip_plus_four() -> None:
    assert name_keys.postcode_key("sw1a 1aa") == name_keys.postcode_key("SW1A1AA")
    assert name_keys.postcode_key("10001-1234") == name_keys.postcode_key("10001")


@given(st.text(min_size=1, max_size=8).filter(lambda key: key.isprintable()), st.text(max_size=8))
def test_keys_with_a_prefix_sort_below_its_end_as_text_and_bytes(key: str, rest: str) -> None:
    end = name_keys.end_of_key_prefix(key)
    assert key <= key + rest
    if not key.startswith("\U0010ffff"):
        assert key + rest < end
        assert (key + rest).encode("utf-8", "surrogatepass") < end.encode("utf-8", "surrogatepass")


@given(st.text())
def test_any_text_gives_a_key_of_plain_letters_and_digits(text: str) -> None:
    key = name_keys.normalize_text(text)
    assert key.isascii()
    assert key == "" or key.isalnum()
    assert name_keys.normalize_text(key) == key


def test_differences_are_marked_inside_words() -> None:
    typed, recorded = name_keys.mark_text_differences("Garcia Lopes", "García López")
    assert typed == [("Garcia Lope", False), ("s", True)]
    assert recorded == [("García Lópe", False), ("z", True)]


def test_behind_three_hundred_letters_all_is_marked_where_anything_differs() -> None:
    same = "x" * 300
    assert name_keys.mark_text_differences(f"{same} Elm", f"{same} Elm") == ([(f"{same} Elm", False)],) * 2
    typed, recorded = name_keys.mark_text_differences(f"{same} Elm", f"{same} Oak")
    assert typed == [(same, False), (" Elm", True)]
    assert recorded == [(same, False), (" Oak", True)]


@given(st.text(max_size=400), st.text(max_size=400))
def test_marked_segments_joined_together_are_the_text(typed: str, recorded: str) -> None:
    segments = name_keys.mark_text_differences(typed, recorded)
    assert "".join(text for text, _ in segments[0]) == typed
    assert "".join(text for text, _ in segments[1]) == recorded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paco", "Francisco"),
        ("Pepe", "José"),
        ("Lupe", "Guadalupe"),
        ("Nacho", "Ignacio"),
        ("Chuy", "Jesús"),
        ("Bob", "Robert"),
        ("Mohammed", "Muhammad"),
        ("محمد", "Mohamed"),
        ("Мухаммед", "Mohammed"),
        ("Müller", "Mueller"),
        ("García López", "García"),
        ("de la Cruz", "Cruz"),
        ("Al-Hassan", "Hassan"),
        ("Steven", "Stephen"),
        ("李", "Lee"),
        ("Anna", "Hanna"),
        ("伟", "薇"),
    ],
)
def test_similar_names_are_near_but_not_the_same(one: str, other: str) -> None:
    score = name_likeness.name_similarity(one, other)
    assert score == name_likeness.name_similarity(other, one)
    assert score is not None
    assert 0.8 <= score < name_likeness.SAME_NAME_SCORE


def test_different_names_are_not_near() -> None:
    for one, other in (("Henry", "Thomas"), ("Liam", "Noah"), ("Ivanov", "Petrov"), ("Anna", "Emma")):
        assert (name_likeness.name_similarity(one, other) or 0.0) < 0.7


def test_missing_name_has_no_similarity_score() -> None:
    assert name_likeness.name_similarity("", "Anna") is None
    assert name_likeness.name_similarity("Anna", "--") is None


def test_combining_accent_is_not_a_difference() -> None:
    apart = "Jose\u0301 Garci\u0301a"
    assert name_keys.mark_text_differences(apart, "José García") == (
        [(apart, False)],
        [("José García", False)],
    )
    assert name_keys.mark_text_differences(apart, "Jose Garcia")[0] == [(apart, False)]
    assert name_keys.mark_text_differences("Jose\u0301f", "José") == (
        [("Jose\u0301", False), ("f", True)],
        [("José", False)],
    )


def test_prefix_ending_in_the_last_unicode_character_has_a_valid_end() -> None:
    assert name_keys.end_of_key_prefix("a\U0010ffff") == "b"
    assert name_keys.end_of_key_prefix("a\U0010fffe") == "a\U0010ffff"
    assert name_keys.end_of_key_prefix("\ud7ff") == "\ue000"
    assert name_keys.end_of_key_prefix("\U0010ffff") == name_keys.end_of_key_prefix("") == "\U0010ffff"


@pytest.mark.parametrize(
    ("family", "core"),
    [
        ("van der Berg", "berg"),
        ("O'Neill", "neill"),
        ("Mueller", "muller"),
        ("Müller", "muller"),
        ("de la Cruz", "cruz"),
        ("Van", "van"),
        ("", ""),
    ],
)
def test_family_name_core_drops_its_particles_and_prefixes(family: str, core: str) -> None:
    assert name_keys.key_of_family_core(family) == core


@pytest.mark.parametrize(
    ("one", "other"), [("ask my mother", "(312) 555-0199"), ("ask my mother", "ask my aunt")]
)
def test_words_in_place_of_a_phone_are_marked(one: str, other: str) -> None:
    left, right = name_keys.mark_digit_differences(one, other)
    assert any(changed for _, changed in left) and any(changed for _, changed in right)


def test_only_differing_digits_of_two_phones_are_marked() -> None:
    left, right = name_keys.mark_digit_differences("(312) 555-0199", "+44 20 7946 0018")
    assert all(sign.isdigit() for text, changed in [*left, *right] if changed for sign in text)
    assert ("".join(text for text, _ in left), "".join(text for text, _ in right)) == (
        "(312) 555-0199",
        "+44 20 7946 0018",
    )
    assert name_keys.mark_digit_differences("(312) 555-0153", "(312) 555-0198")[0][-1] == ("53", True)
