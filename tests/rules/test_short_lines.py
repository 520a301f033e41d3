"""Texts are put on one line, and cut to what stands on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checkin.rules.short_lines import fold_to_one_line, put_on_one_line, shorten_to_one_line

PACKAGE = Path(__file__).resolve().parents[2] / "checkin"
BY_HAND = re.compile(r"""(["']) \1\.join\(\w[\w.]*(\([^()]*\))?\.split\(\)\)""")


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\n b  c", "a b c"), ("12345", "12345"), ("123456", "1234…"), ("123 56", "123…"), ("", "")],
)
def test_line_cut_to_its_length_ends_with_an_ellipsis(text: str, line: str) -> None:
    assert shorten_to_one_line(text, 5) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" Anna \r\n Maria\t", "Anna Maria"),
        ("no\u00a0break", "no break"),
        ("\u3000王\u3000小明", "王 小明"),
        (" \n ", ""),
        ("x" * 200, "x" * 200),
    ],
)
def test_each_run_of_spaces_and_line_breaks_becomes_one_space(text: str, line: str) -> None:
    assert put_on_one_line(text) == line


def test_a_text_is_put_on_one_line_by_one_function() -> None:
    by_hand = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if path.parent.name != "migrations" and BY_HAND.search(path.read_text())
    }
    assert by_hand == {"rules/short_lines.py"}


@pytest.mark.parametrize("other", ["CAFÉ  bar", " cafe\u0301 bar", "Cafe\u0301\u3000\uff22ar"])
def test_names_are_folded_alike_in_each_case_and_way_to_write_an_accent(other: str) -> None:
    assert fold_to_one_line(other) == fold_to_one_line("Café Bar")
    assert fold_to_one_line(other) != fold_to_one_line("Cafe Bar")
