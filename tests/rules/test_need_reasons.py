"""Why a need ended is read from own words, or else from the code."""

from __future__ import annotations

import pytest

from checkin.rules.need_reasons import NeedReason, need_reason_text


@pytest.mark.parametrize(
    ("code", "own_words", "read"),
    [
        ("", "", ""),
        ("", "the mother says no", "the mother says no"),
        ("concern_booked", "", "booked"),
        ("concern_booked", "booked for Friday", "booked for Friday"),
        ("facts_changed", "", "the facts changed: it is no longer needed"),
    ],
)
def test_own_words_stand_before_those_of_the_code(code: str, own_words: str, read: str) -> None:
    assert need_reason_text(code, own_words) == read


def test_the_codes_that_stand_on_rows_are_these() -> None:
    codes = {"facts_changed", "given", "concern_done", "concern_booked", "concern_not_possible"}
    assert set(NeedReason.values) == codes
