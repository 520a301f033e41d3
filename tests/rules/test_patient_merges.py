"""When two records may be two children, and what a merge asks about them, one fact at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.rules.patient_merges import (
    ChildIdentity,
    MergeFacts,
    VisitSpan,
    identity_doubt_sentence,
    list_merge_doubts,
    may_be_look_alike,
)

BORN, OTHER_DAY = dt.date(2018, 3, 14), dt.date(2016, 1, 1)
HANNA = ChildIdentity("Hanna", "", BORN)


def facts(whos: tuple[ChildIdentity, ...], **also: Any) -> MergeFacts:
    return MergeFacts(whos, "US", **also)


def at(clock: str) -> dt.datetime:
    return dt.datetime.combine(BORN, dt.time.fromisoformat(clock), dt.UTC)


def stay(start: str, end: str | None = None, token: str = "A-1") -> VisitSpan:
    return VisitSpan(token, at(start), at(end) if end else None)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (HANNA, HANNA, ""),
        (HANNA, ChildIdentity("Hanna", "", None), ""),
        (ChildIdentity("Hanna", "", None), ChildIdentity("Hanna", "", None), ""),
        (HANNA, ChildIdentity("", "", BORN), ""),
        (HANNA, ChildIdentity("Johanna", "Hanna", BORN), ""),
        (HANNA, ChildIdentity("Hanna Maria", "", BORN), ""),
        (ChildIdentity("Hanna Maria", "", BORN), HANNA, ""),
        (HANNA, ChildIdentity("Hanna", "", OTHER_DAY), "Their birth dates differ"),
        (HANNA, ChildIdentity("", "", OTHER_DAY), "Their birth dates differ"),
        (HANNA, ChildIdentity("Tom", "", BORN), "as twins have"),
        (HANNA, ChildIdentity("Tom", "", None), "Their given names differ"),
        (ChildIdentity("Hanna", "", None), ChildIdentity("Tom", "", None), "Their given names differ"),
    ],
)
def test_birth_dates_and_given_names_show_if_records_may_be_two_children(
    one: ChildIdentity, other: ChildIdentity, expected: str
) -> None:
    for said in (identity_doubt_sentence(one, other), identity_doubt_sentence(other, one)):
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
def test_two_stays_overlap_if_both_were_here_at_one_moment(
    one: VisitSpan, other: VisitSpan, meets: bool
) -> None:
    assert one.meets(other) is meets
    assert other.meets(one) is meets


OPEN = facts((HANNA,), stays=(stay("09:00"),))
ENDED = facts((HANNA,), stays=(stay("08:00", "10:00", "B-2"),))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (facts((HANNA,)), facts((HANNA,)), []),
        (
            facts((HANNA,), numbers=frozenset({("ehr", "1")})),
            facts((HANNA,), numbers=frozenset({("ehr", "2")})),
            ["Each has a record number"],
        ),
        (
            facts((HANNA,), numbers=frozenset({("ehr", "1")})),
            facts((HANNA,), numbers=frozenset({("lab", "2")})),
            [],
        ),
        (
            facts((HANNA,), numbers=frozenset({("ehr", "1")})),
            facts((HANNA,), numbers=frozenset({("ehr", "1"), ("ehr", "2")})),
            [],
        ),
        (OPEN, OPEN, ["A-1 and A-1 are both here now"]),
        (OPEN, ENDED, ["A-1 and B-2 were here at one time"]),
        (ENDED, OPEN, ["B-2 and A-1 were here at one time"]),
        (
            facts((HANNA,), booked=frozenset({BORN, OTHER_DAY})),
            facts((HANNA,), booked=frozenset({BORN})),
            ["an appointment of its own on Mar 14, 2018"],
        ),
        (
            facts((HANNA,), booked=frozenset({OTHER_DAY})),
            facts((HANNA,), booked=frozenset({BORN})),
            [],
        ),
        (
            facts((HANNA, ChildIdentity("Tom", "", BORN))),
            facts((HANNA,)),
            ["Before one of them was changed, it said Tom, born Mar 14, 2018."],
        ),
        (
            facts((HANNA,)),
            facts((HANNA, ChildIdentity("", "", OTHER_DAY))),
            ["Before one of them was changed, it said no name, born Jan 1, 2016."],
        ),
        (
            facts((ChildIdentity("Tom", "", BORN), HANNA)),
            facts((HANNA,)),
            ["They were born on the same day and have different given names"],
        ),
    ],
)
def test_each_conflict_between_two_records_is_asked_once(
    one: MergeFacts, other: MergeFacts, expected: list[str]
) -> None:
    found = list_merge_doubts(one, other)
    assert len(found) == len(expected)
    assert all(words in sentence for words, sentence in zip(expected, found, strict=True))


def test_earlier_statement_that_they_are_two_children_is_asked_too() -> None:
    said = "Somebody said that these two records are two children."
    assert list_merge_doubts(facts((HANNA,)), facts((HANNA,)), said_two=True) == [said]
    assert list_merge_doubts(OPEN, OPEN, said_two=True)[1:] == [said]


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
def test_spelling_variants_may_be_one_child_and_sibling_names_may_not(
    one: str, other: str, expected: bool
) -> None:
    assert may_be_look_alike(ChildIdentity(one, "", BORN), ChildIdentity(other, "", BORN)) is expected


def test_most_similar_name_decides_whether_they_may_be_one_child() -> None:
    assert may_be_look_alike(ChildIdentity("Tom", "Katharina", BORN), ChildIdentity("Katherina", "", BORN))


def test_first_day_both_have_an_appointment_is_named() -> None:
    both = facts((HANNA,), booked=frozenset({BORN, OTHER_DAY}))
    assert list_merge_doubts(both, both) == ["Each has an appointment of its own on Jan 1, 2016."]


def test_stays_that_do_not_overlap_are_not_asked_about() -> None:
    early, late = (
        facts((HANNA,), stays=(stay(*hours),)) for hours in (("08:00", "09:00"), ("10:00", "11:00"))
    )
    assert list_merge_doubts(early, late) == list_merge_doubts(late, early) == []


def test_former_identity_without_a_birth_date_mentions_only_the_name() -> None:
    was = facts((HANNA, ChildIdentity("Tom", "", None)))
    assert list_merge_doubts(was, facts((HANNA,))) == ["Before one of them was changed, it said Tom."]


@pytest.mark.parametrize(
    ("place", "said"),
    [("Front desk", "A-1 and A-1 are both"), ("Annexe", "A-1 at Front desk and A-1 at Annexe are both")],
)
def test_two_current_visits_are_named_with_their_desks_if_those_differ(place: str, said: str) -> None:
    one, other = (VisitSpan("A-1", at("09:30"), None, where) for where in ("Front desk", place))
    found = list_merge_doubts(facts((HANNA,), stays=(one,)), facts((HANNA,), stays=(other,)))
    assert [line.startswith(said) for line in found] == [True]
