"""Of which child each paper of a corrected match is: the whole table, line by line."""

from __future__ import annotations

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
def test_the_table_of_what_goes_stays_or_asks(paper, facts, expected):
    assert possible_entry_children(paper, facts) == expected


@pytest.mark.parametrize("paper", GOES_ALONG)
@pytest.mark.parametrize("before", [{"made_here": True}, {"waited": True}])
def test_where_there_was_no_other_child_it_goes_along_and_asks_only_of_a_difference(paper, before):
    assert possible_entry_children(paper, EntryFacts(said_by_old_family=True, **before)) == (NEW,)
    assert possible_entry_children(paper, EntryFacts(differs=True, **before)) == (NEW, NOBODY)


def test_which_needs_a_child_s_record_makes():
    assert {"match", "discrepancy", "phone_guardian", "consent_conflict", "promise"} == CHART_NEED_KINDS


@pytest.mark.parametrize("kind", NeedKind.values)
@pytest.mark.parametrize("outcome", [NeedOutcome.DONE, NeedOutcome.DECLINED, NeedOutcome.DEFERRED])
def test_what_the_old_chart_made_counts_no_longer_and_what_the_family_asked_for_stays(kind, outcome):
    if kind in CHART_NEED_KINDS:
        expected = NOBODY
    elif kind in ("vaccine", "check_up") and outcome != NeedOutcome.DONE:
        expected = OLD
    else:
        expected = NEW
    assert child_of_answered_need(kind, "17", outcome) == expected
    assert possible_entry_children(EntryKind.NEED, EntryFacts(need=(kind, "17", outcome))) == (expected,)


@pytest.mark.parametrize("kind", [NeedKind.VACCINE, NeedKind.CHECK_UP])
def test_the_season_s_vaccine_that_one_child_declined_is_asked_of_the_other(kind):
    assert child_of_answered_need(kind, "flu-2026", NeedOutcome.DECLINED) == NOBODY
    assert child_of_answered_need(kind, "flu-2026", NeedOutcome.DONE) == NEW
