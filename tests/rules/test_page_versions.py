"""The state that a page was rendered for, as text and back, and when it is out of date."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from checkin.rules.page_versions import (
    PageVersion,
    child_fingerprint,
    has_visit_ended_or_reopened,
    is_page_of_same_child,
    is_page_of_same_record,
    read_page_version,
)
from checkin.rules.visit_steps import VisitState

WHOLE = PageVersion(
    promise=1, visit=2, patient=3, merged_into=4, merge=5, named="0a1b2c3d", state="arrived", location=6
)


@pytest.mark.parametrize("name", ["promise", "visit", "patient", "merged_into", "merge", "location"])
def test_each_part_of_a_page_version_is_written_and_read_back(name: str) -> None:
    alone = PageVersion(**{name: 41})
    assert read_page_version(alone.text) == alone
    assert read_page_version(WHOLE.text) == WHOLE
    assert PageVersion().text == ""


def test_a_seal_stands_for_the_child_and_is_about_none_until_it_is_opened() -> None:
    sealed = PageVersion(visit=2, sealed="0a1b2c3d" * 4, state="arrived", location=6)
    assert sealed.text == f"v2.x{'0a1b2c3d' * 4}.sarrived.l6"
    assert read_page_version(sealed.text) == sealed
    assert not is_page_of_same_record(sealed, PageVersion(visit=2, state="arrived", location=6))


@pytest.mark.parametrize("state", VisitState.values)
def test_every_visit_state_is_written_and_read_back(state: str) -> None:
    assert read_page_version(PageVersion(visit=2, state=state).text) == PageVersion(visit=2, state=state)


@pytest.mark.parametrize(
    "text",
    ["", "v2", "v2.sgone.l6", "v٢.", "v2.p3.x", "p3.v2.", "v2.p3.l6 ", "v2.p3.l6\n", "v-2.", "v" + "9" * 19],
)
def test_text_that_is_not_a_page_version_gives_none(text: str) -> None:
    assert read_page_version(text) is None


@pytest.mark.parametrize("name", ["patient", "merged_into", "merge"])
def test_page_of_another_child_or_record_is_not_the_same(name: str) -> None:
    assert is_page_of_same_child(WHOLE, WHOLE)
    for other in (None, 99):
        now = replace(WHOLE, **{name: other})
        assert not is_page_of_same_child(WHOLE, now) and not is_page_of_same_record(WHOLE, now)


def test_renamed_record_is_the_same_record_but_not_the_same_child() -> None:
    now = replace(WHOLE, named="0a1b2c3e")
    assert is_page_of_same_record(WHOLE, now) and not is_page_of_same_child(WHOLE, now)


def test_different_names_and_birth_dates_get_different_stamps() -> None:
    may, june = dt.date(2019, 5, 8), dt.date(2019, 6, 8)
    shown = [
        ("Anna Lindqvist", may),
        ("Hanna Lindqvist", may),
        ("Anna Lindqvist", june),
        ("Anna Lindqvist", None),
    ]
    assert len({child_fingerprint(*one) for one in shown}) == 4
    for one in shown:
        assert read_page_version(PageVersion(patient=3, named=child_fingerprint(*one)).text) == PageVersion(
            patient=3, named=child_fingerprint(*one)
        )


def test_state_and_location_do_not_change_which_child_it_is() -> None:
    assert is_page_of_same_child(WHOLE, replace(WHOLE, state="left", location=7))


@pytest.mark.parametrize(
    ("drawn", "now", "expected"),
    [
        ("arrived", "arrived", False),
        ("arrived", "roomed", False),
        ("arrived", "left", True),
        ("left", "arrived", True),
        ("left", "left", False),
        ("left", "entered_in_error", True),
        ("", "", False),
    ],
)
def test_page_is_out_of_date_only_after_an_end_a_return_or_another_end(
    drawn: str, now: str, expected: bool
) -> None:
    assert has_visit_ended_or_reopened(drawn, now) is expected
