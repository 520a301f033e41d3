"""Two children named together are never to be mixed up, whatever their names."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.child_labels import (
    ChildDetails,
    ChildLabel,
    is_easily_mixed_up,
    label_two_briefly,
    label_two_children,
)

BORN, OTHER_DAY = dt.date(2018, 3, 14), dt.date(2016, 1, 1)


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
def test_names_that_are_alike_say_what_tells_them_apart(one, other):
    told = label_two_children(ChildDetails(one, BORN, "411"), ChildDetails(other, OTHER_DAY, "522"))
    assert [each.more for each in told] == ["born Mar 14, 2018, record 411", "born Jan 1, 2016, record 522"]


@pytest.mark.parametrize("name", ["Leo Ruiz", "", "李明"])
@pytest.mark.parametrize("born", [BORN, None])
def test_where_all_is_the_same_the_role_tells_which_is_which(name, born):
    first, second = label_two_children(ChildDetails(name, born), ChildDetails(name, born))
    assert first != second
    assert first.more.startswith("the child before, ")
    assert second.more.startswith("the child of this visit, ")


def test_names_that_nobody_mixes_up_stand_alone():
    assert label_two_children(ChildDetails("Marcus Bell", BORN), ChildDetails("Hugo Olsen")) == (
        ChildLabel("Marcus Bell"),
        ChildLabel("Hugo Olsen"),
    )


def test_a_name_that_was_changed_is_said_and_counts_for_likeness():
    first, second = label_two_children(
        ChildDetails("Hugo Olsen", BORN, was="Leo Ruiz"), ChildDetails("Lea Ruiz", OTHER_DAY)
    )
    assert first.more == "called Leo Ruiz before, born Mar 14, 2018"
    assert second.record == "Lea Ruiz’s record (born Jan 1, 2016)"


def test_one_child_alone_needs_no_telling_apart():
    assert label_two_children(None, ChildDetails("Leo Ruiz", BORN)) == (
        ChildLabel(""),
        ChildLabel("Leo Ruiz"),
    )
    assert (
        label_two_children(ChildDetails("Leo Ruiz", was="Leo Rus"), None)[0].more == "called Leo Rus before"
    )


def test_a_missing_name_says_nothing():
    assert is_easily_mixed_up("", "Leo Ruiz")


def test_nobody_at_all_is_told_as_nobody():
    assert label_two_children(None, None) == (ChildLabel(""), ChildLabel(""))
    assert label_two_children(ChildDetails("Leo Ruiz"), None) == (ChildLabel("Leo Ruiz"), ChildLabel(""))


def test_a_name_that_stayed_the_same_was_not_another_before():
    assert label_two_children(ChildDetails("Leo Ruiz", was="Leo Ruiz"), None)[0] == ChildLabel("Leo Ruiz")


def test_where_nothing_has_to_be_added_nothing_is():
    assert (str(ChildLabel("Leo Ruiz")), ChildLabel("Leo Ruiz").record) == ("Leo Ruiz", "Leo Ruiz’s record")
    assert str(ChildLabel("Leo Ruiz", "record 411")) == "Leo Ruiz (record 411)"


def test_both_are_told_apart_where_either_has_no_name():
    for one, other in (
        (ChildDetails("", BORN), ChildDetails("Hugo Olsen")),
        (ChildDetails("Hugo Olsen"), ChildDetails("", BORN)),
    ):
        assert all(each.more for each in label_two_children(one, other))


def anna(number="", name="Anna Lindqvist", born=BORN):
    return ChildDetails(name, born, number, given=name.partition(" ")[0])


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
        (ChildDetails(""), anna("BS-0008"), ("no name", "Anna, BS-0008")),
        (
            ChildDetails(""),
            ChildDetails(""),
            ("no name, the child before", "no name, the child of this visit"),
        ),
        (ChildDetails("Baby Olsen", BORN), None, ("Baby Olsen, born Mar 14, 2018", "")),
        (None, anna("BS-0008"), ("", "Anna, BS-0008")),
        (None, None, ("", "")),
    ],
)
def test_a_few_words_that_are_never_the_same_for_two(one, other, told):
    assert tuple(each.tag for each in label_two_briefly(one, other)) == told
    if one and other:
        assert told[0] != told[1]
