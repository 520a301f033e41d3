"""Texts are cut to what stands on one line."""

from __future__ import annotations

import pytest

from checkin.rules.short_lines import shorten_to_one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\n b  c", "a b c"), ("12345", "12345"), ("123456", "1234…"), ("123 56", "123…"), ("", "")],
)
def test_line_cut_to_its_length_ends_with_an_ellipsis(text: str, line: str) -> None:
    assert shorten_to_one_line(text, 5) == line
