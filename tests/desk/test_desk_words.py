"""What the desk's words never do: break a number over two lines, or name a language by its code."""

from __future__ import annotations

import pytest

from checkin.templatetags.desk_words import spoken, unbroken


@pytest.mark.parametrize("number", ["555-010-0123", "(312) 555-0170", "+44 20 7946 0018", "2018-03-14"])
def test_a_number_or_date_stays_on_one_line_and_as_it_was_written(number):
    assert unbroken(f"phone {number} first") == f'phone <span class="unbroken">{number}</span> first'


@pytest.mark.parametrize("text", ["9:21", "room 12", "flu vaccine", "", "1" * 60])
def test_anything_else_is_left_alone(text):
    assert "unbroken" not in unbroken(text) or len(text) == 60
    assert unbroken(text).replace('<span class="unbroken">', "").replace("</span>", "") == text


def test_a_run_that_would_push_the_page_wide_may_break():
    assert '<span class="unbroken">' + "1" * 21 not in unbroken("1" * 60)


def test_what_was_typed_is_still_escaped():
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
def test_a_language_has_its_name(text, said):
    assert spoken(text) == said
