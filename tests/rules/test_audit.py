"""The hash of a row covers all that it says, the row before it and its place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.rules.audit import SEALED_COLUMNS, plain_detail, seal_row

AT = dt.datetime(2026, 11, 24, 15, 40, tzinfo=dt.UTC)
ROW: dict[str, Any] = dict.fromkeys(SEALED_COLUMNS, 1) | {"at": AT, "detail": {"b": [1], "a": "x"}}


@pytest.mark.parametrize("column", SEALED_COLUMNS)
def test_each_column_is_sealed(column: str) -> None:
    other = AT + dt.timedelta(microseconds=1) if column == "at" else "other"
    assert seal_row("key", "", ROW) != seal_row("key", "", ROW | {column: other})


def test_the_key_the_row_before_and_the_patients_are_sealed() -> None:
    hashes = [
        seal_row("key", "", ROW), seal_row("other", "", ROW), seal_row("key", "a", ROW),
        seal_row("key", "", ROW, [7]), seal_row("key", "", ROW, [7, 8]),
    ]  # fmt: skip
    assert len(set(hashes)) == 5


def test_what_reads_the_same_is_sealed_the_same() -> None:
    here = AT.astimezone(dt.timezone(dt.timedelta(hours=-5)))
    again = ROW | {"at": here, "detail": {"a": "x", "b": [1]}}
    assert seal_row("key", "", ROW, [8, 7]) == seal_row("key", "", again, [7, 8])


def test_what_cannot_be_sealed_is_refused() -> None:
    with pytest.raises(TypeError, match="date cannot be sealed"):
        seal_row("key", "", ROW | {"at": AT.date()})


def test_detail_is_kept_as_every_database_reads_it() -> None:
    assert plain_detail({"numbers": (1, 2), "by": {3: True}, "share": 1e16}) == {
        "numbers": [1, 2], "by": {"3": True}, "share": "1e+16",
    }  # fmt: skip
