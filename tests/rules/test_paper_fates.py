"""Of which child each paper of a corrected match is: the whole table, line by line."""

from __future__ import annotations

import pytest

from checkin.rules.need_facts import Kind, Outcome
from checkin.rules.paper_fates import OF_THE_CHART, Facts, Paper, Whose, of_need, whose

NEW, OLD, BOTH, NOBODY = Whose.NEW, Whose.OLD, Whose.BOTH, Whose.NOBODY
GOES_ALONG = (
    Paper.CONSENT,
    Paper.PROXY,
    Paper.WISH,
    Paper.CHART,
    Paper.VACCINE,
    Paper.NOTE,
    Paper.PROMISE,
    Paper.GUARDIAN,
)


@pytest.mark.parametrize(
    ("paper", "facts", "expected"),
    [
        (Paper.CONSENT, Facts(), (NEW,)),
        (Paper.PROXY, Facts(), (NEW,)),
        (Paper.CONSENT, Facts(said_by_old_family=True), (NEW, OLD, NOBODY)),
        (Paper.PROXY, Facts(said_by_old_family=True), (NEW, OLD, NOBODY)),
        (Paper.WISH, Facts(), (NEW,)),
        (Paper.PROMISE, Facts(), (NEW,)),
        (Paper.NOTE, Facts(), (NEW,)),
        (Paper.CHART, Facts(), (NEW, OLD, BOTH, NOBODY)),
        (Paper.CHART, Facts(to_nobody=True), (NEW, OLD, NOBODY)),
        (Paper.CHART, Facts(differs=True), (NEW, OLD, BOTH, NOBODY)),
        (Paper.VACCINE, Facts(), (NEW, OLD, NOBODY)),
        (Paper.VACCINE, Facts(to_nobody=True), (NEW, OLD, NOBODY)),
        (Paper.CORRECTION, Facts(), (NOBODY, OLD)),
        (Paper.CORRECTION, Facts(is_kept_old=True), (NOBODY,)),
        (Paper.CORRECTION, Facts(is_kept_old=True, made_here=True), (NOBODY,)),
        (Paper.CORRECTION, Facts(made_here=True), (OLD,)),
        (Paper.CORRECTION, Facts(waited=True), (NOBODY, OLD)),
    ],
)
def test_the_table_of_what_goes_stays_or_asks(paper, facts, expected):
    assert whose(paper, facts) == expected


@pytest.mark.parametrize("paper", GOES_ALONG)
@pytest.mark.parametrize("before", [{"made_here": True}, {"waited": True}])
def test_where_there_was_no_other_child_it_goes_along_and_asks_only_of_a_difference(paper, before):
    assert whose(paper, Facts(said_by_old_family=True, **before)) == (NEW,)
    assert whose(paper, Facts(differs=True, **before)) == (NEW, NOBODY)


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.DECLINED, Outcome.DEFERRED])
def test_what_the_old_chart_made_counts_no_longer_and_what_the_family_asked_for_stays(kind, outcome):
    of_chart = {"match", "discrepancy", "phone_guardian", "consent_conflict", "promise"}
    assert of_chart == OF_THE_CHART
    if kind in of_chart:
        expected = NOBODY
    elif kind in ("vaccine", "check_up") and outcome != Outcome.DONE:
        expected = OLD
    else:
        expected = NEW
    assert of_need(kind, "17", outcome) == expected
    assert whose(Paper.NEED, Facts(need=(kind, "17", outcome))) == (expected,)


@pytest.mark.parametrize("kind", [Kind.VACCINE, Kind.CHECK_UP])
def test_the_season_s_vaccine_that_one_child_declined_is_asked_of_the_other(kind):
    assert of_need(kind, "flu-2026", Outcome.DECLINED) == NOBODY
    assert of_need(kind, "flu-2026", Outcome.DONE) == NEW
