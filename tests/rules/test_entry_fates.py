"""Which child each entry belongs to after a match is corrected: the whole table, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.rules.entry_fates import (
    CHART_NEED_KINDS,
    EntryChild,
    EntryFacts,
    EntryKind,
    child_of_answered_need,
    possible_entry_children,
)
from checkin.rules.need_types import NeedKind, NeedOutcome

NEW, OLD, BOTH, NOBODY = EntryChild.NEW, EntryChild.OLD, EntryChild.BOTH, EntryChild.NOBODY
GOES_ALONG = (
    EntryKind.CONSENT,
    EntryKind.PROXY,
    EntryKind.WISH,
    EntryKind.CHART,
    EntryKind.VACCINE,
    EntryKind.NOTE,
    EntryKind.PROMISE,
    EntryKind.GUARDIAN,
)


@pytest.mark.parametrize(
    ("paper", "facts", "expected"),
    [
        (EntryKind.CONSENT, EntryFacts(), (NEW,)),
        (EntryKind.PROXY, EntryFacts(), (NEW,)),
        (EntryKind.CONSENT, EntryFacts(said_by_old_family=True), (NEW, OLD, NOBODY)),
        (EntryKind.PROXY, EntryFacts(said_by_old_family=True), (NEW, OLD, NOBODY)),
        (EntryKind.WISH, EntryFacts(), (NEW,)),
        (EntryKind.PROMISE, EntryFacts(), (NEW,)),
        (EntryKind.NOTE, EntryFacts(), (NEW,)),
        (EntryKind.CHART, EntryFacts(), (NEW, OLD, BOTH, NOBODY)),
        (EntryKind.CHART, EntryFacts(to_nobody=True), (NEW, OLD, NOBODY)),
        (EntryKind.CHART, EntryFacts(differs=True), (NEW, OLD, BOTH, NOBODY)),
        (EntryKind.VACCINE, EntryFacts(), (NEW, OLD, NOBODY)),
        (EntryKind.VACCINE, EntryFacts(to_nobody=True), (NEW, OLD, NOBODY)),
        (EntryKind.CORRECTION, EntryFacts(), (NOBODY, OLD)),
        (EntryKind.CORRECTION, EntryFacts(is_kept_old=True), (NOBODY,)),
        (EntryKind.CORRECTION, EntryFacts(is_kept_old=True, made_here=True), (NOBODY,)),
        (EntryKind.CORRECTION, EntryFacts(made_here=True), (OLD,)),
        (EntryKind.CORRECTION, EntryFacts(waited=True), (NOBODY, OLD)),
    ],
)
def test_each_entry_goes_stays_or_asks_as_the_table_says(
    paper: EntryKind, facts: EntryFacts, expected: Any
) -> None:
    assert possible_entry_children(paper, facts) == expected


@pytest.mark.parametrize("paper", GOES_ALONG)
@pytest.mark.parametrize("before", [{"made_here": True}, {"waited": True}])
def test_entry_moves_if_there_was_no_other_child_and_asks_only_if_names_differ(
    paper: EntryKind, before: dict[str, bool]
) -> None:
    assert possible_entry_children(paper, EntryFacts(said_by_old_family=True, **before)) == (NEW,)
    assert possible_entry_children(paper, EntryFacts(differs=True, **before)) == (NEW, NOBODY)


def test_needs_that_come_from_a_childs_record() -> None:
    assert {"match", "discrepancy", "phone_guardian", "consent_conflict", "promise"} == CHART_NEED_KINDS


@pytest.mark.parametrize("kind", NeedKind.values)
@pytest.mark.parametrize("outcome", [NeedOutcome.DONE, NeedOutcome.DECLINED, NeedOutcome.DEFERRED])
def test_chart_needs_no_longer_count_and_family_requests_stay(kind: str, outcome: NeedOutcome) -> None:
    if kind in CHART_NEED_KINDS:
        expected = NOBODY
    elif kind in ("vaccine", "check_up") and outcome != NeedOutcome.DONE:
        expected = OLD
    else:
        expected = NEW
    assert child_of_answered_need(kind, "17", outcome) == expected
    assert possible_entry_children(EntryKind.NEED, EntryFacts(need=(kind, "17", outcome))) == (expected,)


@pytest.mark.parametrize("kind", [NeedKind.VACCINE, NeedKind.CHECK_UP])
def test_seasonal_vaccine_declined_for_one_child_is_asked_for_the_other(kind: NeedKind) -> None:
    assert child_of_answered_need(kind, "flu-2026", NeedOutcome.DECLINED) == NOBODY
    assert child_of_answered_need(kind, "flu-2026", NeedOutcome.DONE) == NEW
