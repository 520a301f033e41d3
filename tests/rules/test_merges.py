"""When two records may be two children, and what a merge asks of them: each fact by itself."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.rules.merges import COLUMNS, Facts, Stay, Who, differing, doubt, doubts, is_look_alike

BORN, OTHER_DAY = dt.date(2018, 3, 14), dt.date(2016, 1, 1)
HANNA = Who("Hanna", "", BORN)


def at(clock: str) -> dt.datetime:
    return dt.datetime.combine(BORN, dt.time.fromisoformat(clock), dt.UTC)


def stay(start: str, end: str | None = None, token: str = "A-1") -> Stay:
    return Stay(token, at(start), at(end) if end else None)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (HANNA, HANNA, ""),
        (HANNA, Who("Hanna", "", None), ""),
        (Who("Hanna", "", None), Who("Hanna", "", None), ""),
        (HANNA, Who("", "", BORN), ""),
        (HANNA, Who("Johanna", "Hanna", BORN), ""),
        (HANNA, Who("Hanna Maria", "", BORN), ""),
        (Who("Hanna Maria", "", BORN), HANNA, ""),
        (HANNA, Who("Hanna", "", OTHER_DAY), "Their birth dates differ"),
        (HANNA, Who("", "", OTHER_DAY), "Their birth dates differ"),
        (HANNA, Who("Tom", "", BORN), "as twins have"),
        (HANNA, Who("Tom", "", None), "Their given names differ"),
        (Who("Hanna", "", None), Who("Tom", "", None), "Their given names differ"),
    ],
)
def test_birth_dates_and_given_names_say_whether_it_may_be_two(one, other, expected):
    for said in (doubt(one, other), doubt(other, one)):
        assert expected in said
        assert bool(said) == bool(expected)


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        (stay("09:00", "10:00"), stay("09:30", "11:00"), True),
        (stay("09:00", "10:00"), stay("10:00", "11:00"), False),
        (stay("09:00", "10:00"), stay("10:30", None), False),
        (stay("09:00", None), stay("10:30", None), True),
        (stay("09:00", None), stay("10:30", "11:00"), True),
        (stay("09:00", "12:00"), stay("10:30", "11:00"), True),
    ],
)
def test_two_stays_meet_where_both_were_here_at_one_moment(one, other, meets):
    assert one.meets(other) is meets
    assert other.meets(one) is meets


OPEN = Facts((HANNA,), stays=(stay("09:00"),))
ENDED = Facts((HANNA,), stays=(stay("08:00", "10:00", "B-2"),))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Facts((HANNA,)), Facts((HANNA,)), []),
        (
            Facts((HANNA,), numbers=frozenset({("ehr", "1")})),
            Facts((HANNA,), numbers=frozenset({("ehr", "2")})),
            ["Each has a record number"],
        ),
        (
            Facts((HANNA,), numbers=frozenset({("ehr", "1")})),
            Facts((HANNA,), numbers=frozenset({("lab", "2")})),
            [],
        ),
        (
            Facts((HANNA,), numbers=frozenset({("ehr", "1")})),
            Facts((HANNA,), numbers=frozenset({("ehr", "1"), ("ehr", "2")})),
            [],
        ),
        (OPEN, OPEN, ["A-1 and A-1 are both here now"]),
        (OPEN, ENDED, ["A-1 and B-2 were here at one time"]),
        (ENDED, OPEN, ["B-2 and A-1 were here at one time"]),
        (
            Facts((HANNA,), booked=frozenset({BORN, OTHER_DAY})),
            Facts((HANNA,), booked=frozenset({BORN})),
            ["an appointment of its own on Mar 14, 2018"],
        ),
        (
            Facts((HANNA,), booked=frozenset({OTHER_DAY})),
            Facts((HANNA,), booked=frozenset({BORN})),
            [],
        ),
        (
            Facts((HANNA, Who("Tom", "", BORN))),
            Facts((HANNA,)),
            ["Before one of them was changed, it said Tom, born Mar 14, 2018."],
        ),
        (
            Facts((HANNA,)),
            Facts((HANNA, Who("", "", OTHER_DAY))),
            ["Before one of them was changed, it said no name, born Jan 1, 2016."],
        ),
        (
            Facts((Who("Tom", "", BORN), HANNA)),
            Facts((HANNA,)),
            ["They were born on the same day and have different given names"],
        ),
    ],
)
def test_each_thing_that_two_children_have_is_asked_once(one, other, expected):
    found = doubts(one, other)
    assert len(found) == len(expected)
    assert all(words in sentence for words, sentence in zip(expected, found, strict=True))


def test_what_somebody_said_of_the_two_is_asked_beside_all_else():
    said = "Somebody said of these two records that they are two children."
    assert doubts(Facts((HANNA,)), Facts((HANNA,)), said_two=True) == [said]
    assert doubts(OPEN, OPEN, said_two=True)[1:] == [said]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Hanna", "Hanna", True),
        ("Hanna", "Hannah", True),
        ("Hanna", "Hanna Maria Luise", True),
        ("Katharina", "Katherina", True),
        ("Hanna", "Tom", False),
        ("Hanna", "", True),
        ("", "Hanna", True),
    ],
)
def test_look_alikes_are_no_two_of_a_family(one, other, expected):
    assert is_look_alike(Who(one, "", BORN), Who(other, "", BORN)) is expected


def test_the_name_that_is_likest_says_whether_they_may_be_one():
    assert is_look_alike(Who("Tom", "Katharina", BORN), Who("Katherina", "", BORN))


def test_the_first_day_that_both_are_booked_for_is_named():
    both = Facts((HANNA,), booked=frozenset({BORN, OTHER_DAY}))
    assert doubts(both, both) == ["Each has an appointment of its own on Jan 1, 2016."]


def test_stays_that_do_not_meet_are_nothing_to_ask():
    early, late = (
        Facts((HANNA,), stays=(stay(*hours),)) for hours in (("08:00", "09:00"), ("10:00", "11:00"))
    )
    assert doubts(early, late) == doubts(late, early) == []


def test_without_a_birth_date_before_only_the_name_is_said():
    was = Facts((HANNA, Who("Tom", "", None)))
    assert doubts(was, Facts((HANNA,))) == ["Before one of them was changed, it said Tom."]


@pytest.mark.parametrize("name", COLUMNS)
def test_only_what_the_merged_record_says_and_says_otherwise_differs(name):
    blank = dict.fromkeys(COLUMNS, "")
    assert differing(blank, {**blank, name: "x"}) == [name]
    assert differing({**blank, name: "x"}, {**blank, name: "x"}) == []
    for nothing in ("", None, False):
        assert differing({**blank, name: "x"}, {**blank, name: nothing}) == []


@pytest.mark.parametrize(
    ("place", "said"),
    [("Front desk", "A-1 and A-1 are both"), ("Annexe", "A-1 at Front desk and A-1 at Annexe are both")],
)
def test_two_who_are_here_are_named_with_their_desks_where_those_are_two(place, said):
    one, other = (Stay("A-1", at("09:30"), None, where) for where in ("Front desk", place))
    found = doubts(Facts((HANNA,), stays=(one,)), Facts((HANNA,), stays=(other,)))
    assert [line.startswith(said) for line in found] == [True]
