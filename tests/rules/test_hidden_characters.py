"""Typed text is kept without invisible characters that change how the rest reads."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.rules.hidden_characters import remove_never_seen
from checkin.rules.sign_in_claims import clean_typed_text

HIDDEN = [
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *(0x200B, 0x200E, 0x200F, 0x061C, 0x2060, 0x2061, 0x2064, 0x206A, 0xFEFF, 0x00AD, 0x180E, 0xFFF9),
    *(0x034F, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x2065, 0x2800, *range(0xFE00, 0xFE10), 0xFFF0, 0xE0100),
    *(0x3164, 0xFFA0, 0x115F, 0x1160, 0xE0041, 0xE007F, 0x00, 0x07, 0x1B, 0x7F, 0x85, 0x9F),
]


@pytest.mark.parametrize("code", HIDDEN, ids=hex)
def test_invisible_character_is_removed(code: Any) -> None:
    assert clean_typed_text(f"Anna{chr(code)} R{chr(code)}uiz{chr(code)}") == "Anna Ruiz"


def test_reversed_word_is_kept_as_typed_without_the_override() -> None:
    assert clean_typed_text("\u202erehtom") == "rehtom"


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
@pytest.mark.parametrize("name", ["An{}na", "{}Anna", "Анна{}", "Анн{}а", "安{}娜", "Zoe\u0308{}"])
def test_joiner_is_removed_between_letters_that_never_join(name: str, joiner: str) -> None:
    assert clean_typed_text(name.format(joiner)) == name.format("")


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",
        "علی\u200cرضا",
        "ශ්\u200dරී",
        "ক্\u200dষ",
        "क्\u200dष",
        "ന്\u200d റ",
        "👩\u200d👧",
        "👩🏽\u200d⚕\ufe0f",
        "❤\ufe0f\u200d🔥",
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "‼\ufe0e",
        "葛\U000e0100木さん",
        "辻\ufe00",
        "ᠮ\u180bᠣ",
        "⠓⠊\u2800⠞⠓⠑⠗⠑",
        "Zoë O’Brien-Ruiz",
        "نادية الخطيب",
        "שרה כהן",
        "김민준",
        "two\nlines\tand a tab",
        "۱۴۰۴ \u0601",
    ],
)
def test_joiner_needed_by_a_script_or_an_emoji_is_kept(text: str) -> None:
    assert clean_typed_text(text) == text.strip()


def test_name_of_hidden_characters_only_is_blank() -> None:
    assert clean_typed_text("\u200b\u3164\u202e\u200d") == ""


def test_what_comes_after_a_removed_sign_finds_what_is_before_it() -> None:
    """A second selector must not stay because of the first, which goes."""
    assert clean_typed_text("da\ufe0f\u200dna") == "dana"
    assert clean_typed_text("dana\ufe0f\ufe0f") == clean_typed_text("dana\u2800\u2800") == "dana"


@pytest.mark.parametrize("char", ["\u034f", "\u200d", "\ufe0f", "\u2800", "\u3164", "\U000e0101"])
def test_for_comparing_no_sign_stays_that_nobody_sees(char: str) -> None:
    assert remove_never_seen(f"葛{char}❤{char}") == "葛❤"
