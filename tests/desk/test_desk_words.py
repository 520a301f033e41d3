"""Desk text never breaks a number over two lines and never shows a language as a code."""

from __future__ import annotations

import pytest

from checkin.templatetags.desk_words import spoken, unbroken


@pytest.mark.parametrize("number", ["555-010-0123", "(312) 555-0170", "+44 20 7946 0018", "2018-03-14"])
def test_a_number_or_date_is_kept_on_one_line(number: str) -> None:
    assert unbroken(f"phone {number} first") == f'phone <span class="unbroken">{number}</span> first'


@pytest.mark.parametrize("text", ["9:21", "room 12", "flu vaccine", "", "1" * 60])
def test_other_text_is_left_alone(text: str) -> None:
    assert "unbroken" not in unbroken(text) or len(text) == 60
    assert unbroken(text).replace('<span class="unbroken">', "").replace("</span>", "") == text


def test_a_very_long_number_may_break() -> None:
    assert '<span class="unbroken">' + "1" * 21 not in unbroken("1" * 60)


def test_unbroken_still_escapes_html() -> None:
    assert unbroken("<b>555-010-0123") == '&lt;b&gt;<span class="unbroken">555-010-0123</span>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("es", "Spanish"),
        ("Interpreter · ar", "Interpreter · Arabic"),
        ("Interpreter · Dari", "Interpreter · Dari"),
        ("Flu vaccine", "Flu vaccine"),
        ("", ""),
    ],
)
def test_a_language_code_is_shown_as_its_name(text: str, said: str) -> None:
    assert spoken(text) == said
