"""The value of a column without confidential writes, whatever else was written before, between and since."""

from __future__ import annotations

import pytest

from checkin.rules.chart_values import ChartWrite, find_shared_value
from tests import make


def wrote(number: int, at: str, before: str, after: str, *, marked: bool | None = None) -> ChartWrite:
    """Return a write; `marked`: None if its visit never had a mark, else whether the mark stands."""
    return ChartWrite(number, make.at(at), before, after, not marked, marked is not None)


def test_without_a_confidential_write_the_last_one_counts() -> None:
    assert find_shared_value([wrote(1, "9:00", "", "a"), wrote(2, "9:10", "a", "b")]) == "b"


def test_what_stood_before_a_confidential_write_counts_again() -> None:
    assert find_shared_value([wrote(1, "9:00", "old", "a", marked=True)]) == "old"
    assert find_shared_value([wrote(1, "9:00", "", "a"), wrote(2, "9:10", "a", "b", marked=True)]) == "a"


def test_what_stood_before_is_not_another_confidential_write() -> None:
    one, other = wrote(1, "9:00", "", "a", marked=True), wrote(2, "9:10", "a", "b", marked=True)
    assert find_shared_value([one, other]) == ""


@pytest.mark.parametrize("before", ["", "a"])
def test_a_write_on_what_the_mark_left_is_no_import(before: str) -> None:
    other = wrote(2, "9:10", before, "b", marked=True)
    assert find_shared_value([wrote(1, "9:00", "", "a", marked=False), other]) == "a"
    assert find_shared_value([wrote(1, "9:00", "", "a", marked=True), other]) == ""


def test_an_import_between_two_writes_counts() -> None:
    assert find_shared_value([wrote(1, "9:00", "", "a"), wrote(2, "9:10", "csv", "b", marked=True)]) == "csv"


def test_a_middle_answer_of_a_confidential_visit_is_no_import() -> None:
    """It wrote "x", the other visit "b" on that, and it "a" at last: "x" is in no row of its own."""
    long, other = wrote(1, "9:20", "", "a", marked=True), wrote(2, "9:10", "x", "b", marked=True)
    assert find_shared_value([long, other]) == ""
    assert find_shared_value([long, wrote(2, "9:10", "x", "b")]) == "b"
