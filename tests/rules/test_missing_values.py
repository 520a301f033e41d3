"""Words for a missing value, and names that look like them."""

from __future__ import annotations

import pytest

from checkin.rules.missing_values import is_missing_number, is_missing_value


@pytest.mark.parametrize(
    "said",
    [
        "N/A",
        "n.a.",
        "#N/A",
        "unknown",
        "Not known",
        "UNBEKANNT",
        "s/n",
        "k.A.",
        "不明",
        "#REF!",
        "NULL",
        "none",
    ]
    + ["xxx", "zzzz", "Sin nombre", "nvt", "#DIV/0!", "NN", "غير معروف", "no  data"],
)
def test_words_for_a_missing_value_are_recognized(said: str) -> None:
    assert is_missing_value(said)
    assert is_missing_number(said)


@pytest.mark.parametrize(
    "said",
    ["Null", "None", "Nil", "Nan", "Na", "KA", "Xx", "Zzz", "New", "Blank", "Ana", "Ann Unknowles", ""],
)
def test_possible_names_are_not_missing_values(said: str) -> None:
    assert not is_missing_value(said)


@pytest.mark.parametrize(
    "said", ["", "0", "0000", "na", "New", "see chart", "999999", "9999999", "11111111", "00-00", "walk-in"]
)
def test_these_are_not_record_numbers(said: str) -> None:
    assert is_missing_number(said)


@pytest.mark.parametrize("said", ["99999", "1111111", "12345678", "0001", "A-17", "8888888", "NEW1"])
def test_these_may_be_record_numbers(said: str) -> None:
    assert not is_missing_number(said)
