"""Two children shown together get labels that cannot be mixed up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.rules.child_labels import (
    ChildDetails,
    ChildLabel,
    is_easily_mixed_up,
    label_two_briefly,
    label_two_children,
)

BORN, OTHER_DAY = dt.date(2018, 3, 14), dt.date(2016, 1, 1)


def details(name: str, born: Any = None, number: str = "", **also: str) -> ChildDetails:
    return ChildDetails(name, "US", born, number, **also)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hanna Lindqvist", "Hanna Lindqvist"),
        ("Hana Lindqvist", "Hanna Lindqvist"),
        ("Leo Ruiz", "Lea Ruiz"),
        ("Mia Ruiz", "Ana Ruiz"),
        ("Twin A Olsen", "Twin B Olsen"),
        ("Ольга Иванова", "Olga Ivanova"),
        ("محمد علي", "محمد على"),
        ("", "Leo Ruiz"),
    ],
)
def test_similar_names_get_details_that_tell_them_apart(one: str, other: str) -> None:
    told = label_two_children(details(one, BORN, "411"), details(other, OTHER_DAY, "522"))
    assert [each.more for each in told] == ["born Mar 14, 2018, record 411", "born Jan 1, 2016, record 522"]


@pytest.mark.parametrize("name", ["Leo Ruiz", "", "李明"])
@pytest.mark.parametrize("born", [BORN, None])
def test_role_tells_apart_children_with_identical_details(name: str, born: dt.date | None) -> None:
    first, second = label_two_children(details(name, born), details(name, born))
    assert first != second
    assert first.more.startswith("the child before, ")
    assert second.more.startswith("the child of this visit, ")


def test_clearly_different_names_get_no_details() -> None:
    assert label_two_children(details("Marcus Bell", BORN), details("Hugo Olsen")) == (
        ChildLabel("Marcus Bell"),
        ChildLabel("Hugo Olsen"),
    )


def test_changed_name_is_shown_and_checked_for_similarity() -> None:
    first, second = label_two_children(
        details("Hugo Olsen", BORN, was="Leo Ruiz"), details("Lea Ruiz", OTHER_DAY)
    )
    assert first.more == "called Leo Ruiz before, born Mar 14, 2018"
    assert second.record == "Lea Ruiz’s record (born Jan 1, 2016)"


def test_single_child_gets_no_details() -> None:
    assert label_two_children(None, details("Leo Ruiz", BORN)) == (
        ChildLabel(""),
        ChildLabel("Leo Ruiz"),
    )
    assert label_two_children(details("Leo Ruiz", was="Leo Rus"), None)[0].more == "called Leo Rus before"


def test_missing_name_counts_as_easily_mixed_up() -> None:
    assert is_easily_mixed_up("", "Leo Ruiz")


def test_missing_child_gets_an_empty_label() -> None:
    assert label_two_children(None, None) == (ChildLabel(""), ChildLabel(""))
    assert label_two_children(details("Leo Ruiz"), None) == (ChildLabel("Leo Ruiz"), ChildLabel(""))


def test_unchanged_name_is_not_shown_as_a_former_name() -> None:
    assert label_two_children(details("Leo Ruiz", was="Leo Ruiz"), None)[0] == ChildLabel("Leo Ruiz")


def test_label_without_details_is_just_the_name() -> None:
    assert (str(ChildLabel("Leo Ruiz")), ChildLabel("Leo Ruiz").record) == ("Leo Ruiz", "Leo Ruiz’s record")
    assert str(ChildLabel("Leo Ruiz", "record 411")) == "Leo Ruiz (record 411)"


def test_both_labels_get_details_if_one_child_has_no_name() -> None:
    for one, other in (
        (details("", BORN), details("Hugo Olsen")),
        (details("Hugo Olsen"), details("", BORN)),
    ):
        assert all(each.more for each in label_two_children(one, other))


def anna(number: str = "", name: str = "Anna Lindqvist", born: Any = BORN) -> ChildDetails:
    return details(name, born, number, given=name.partition(" ")[0])


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (anna("BS-0008"), anna("BS-0009", "Hanna Lindqvist"), ("Anna, BS-0008", "Hanna, BS-0009")),
        (anna("BS-0008"), anna(name="Mia Berg"), ("Anna, BS-0008", "Mia, born Mar 14, 2018")),
        (anna("BS-0008"), anna("BS-0009", "Anna Berg"), ("Anna Lindqvist, BS-0008", "Anna Berg, BS-0009")),
        (
            anna("BS-0008"),
            anna("BS-0009"),
            ("Anna Lindqvist, BS-0008, the child before", "Anna Lindqvist, BS-0009, the child of this visit"),
        ),
        (
            anna(),
            anna(name="ANNA Lindqvist"),
            (
                "Anna Lindqvist, born Mar 14, 2018, the child before",
                "ANNA Lindqvist, born Mar 14, 2018, the child of this visit",
            ),
        ),
        (
            anna(),
            anna(name="Hanna Lindqvist"),
            (
                "Anna, born Mar 14, 2018, the child before",
                "Hanna, born Mar 14, 2018, the child of this visit",
            ),
        ),
        (details(""), anna("BS-0008"), ("no name", "Anna, BS-0008")),
        (
            details(""),
            details(""),
            ("no name, the child before", "no name, the child of this visit"),
        ),
        (details("Baby Olsen", BORN), None, ("Baby Olsen, born Mar 14, 2018", "")),
        (None, anna("BS-0008"), ("", "Anna, BS-0008")),
        (None, None, ("", "")),
    ],
)
def test_short_tags_differ_for_any_two_children(
    one: ChildDetails | None, other: ChildDetails | None, told: tuple[str, str]
) -> None:
    assert tuple(each.tag for each in label_two_briefly(one, other)) == told
    if one and other:
        assert told[0] != told[1]
