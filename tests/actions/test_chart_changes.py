"""What staff write on a chart during a visit goes to the chart that somebody says."""

from __future__ import annotations

import pytest

from checkin.actions import match_decisions, preferences
from checkin.actions.entry_moves import EntriesUndecided
from checkin.actions.match_corrections import find_entries_to_show
from checkin.models import ChartChange
from tests.actions.corrected_visits import (
    LATER,
    LATEST,
    WRITTEN,
    agree,
    chart,
    fresh,
    proxy,
    put_on_chart,
    relink,
    told,
    undo,
)


@pytest.fixture
def visit(finns_visit):
    return finns_visit


@pytest.mark.parametrize("whose", ["new", "old", "both", "nobody"])
def test_language_interpreter_and_access_go_on_the_chart_that_somebody_says(visit, finn, zofia, dana, whose):
    put_on_chart(visit, dana)
    before, after = (("", False, ""), ("en", False, "")), ("pl", True, "ramp")
    relink(visit, zofia, dana, chart=whose)
    assert chart(finn) == (after if whose in ("old", "both") else before[0])
    assert chart(zofia) == (after if whose in ("new", "both") else before[1])
    undo(visit, dana)
    assert (chart(finn), chart(zofia)) == (after, before[1])
    assert ChartChange.objects.get(status="stands").patient == finn


def test_the_page_says_what_the_other_chart_says(visit, zofia, dana):
    put_on_chart(visit, dana)
    one = find_entries_to_show(fresh(visit), zofia)[0]
    assert (one.before, one.beside) == (
        "Language not known, no interpreter, access: nothing noted",
        "Language English, no interpreter, access: nothing noted",
    )


def test_a_column_written_again_since_is_not_put_back(visit, finn, zofia, dana, noor):
    put_on_chart(visit, dana)
    preferences.record_language_and_needs(
        patient=finn, language="ga", interpreter_needed=True, access_needs="ramp", by=noor, at=WRITTEN
    )
    made = relink(visit, zofia, dana, chart="new")
    assert (chart(finn), chart(zofia)) == (("ga", False, ""), ("pl", True, "ramp"))
    assert "language was written again since, so it was left on Finn O'Neil’s record" in told(made)


def test_it_waits_at_the_visit_of_nobody_and_a_chart_that_says_otherwise_is_not_written_over(
    visit, finn, zofia, dana
):
    put_on_chart(visit, dana)
    undo(visit, dana, at=LATER, chart="new")
    assert chart(finn) == ("", False, "")
    with pytest.raises(EntriesUndecided):
        match_decisions.link_visit_to_patient(visit=fresh(visit), patient=zofia, by=dana, at=LATEST)
    relink(visit, zofia, dana, at=LATEST, chart="new")
    assert chart(zofia) == ("pl", True, "ramp")


def test_what_was_said_to_be_of_the_child_before_is_its_own_still_when_the_visit_comes_back_and_goes(
    visit, finn, zofia, dana
):
    put_on_chart(visit, dana)
    consents = agree(visit, dana, "Maeve O'Neil")
    granted = proxy(visit, dana, "Maeve O'Neil")
    undo(visit, dana, at=LATER, chart="old", consent="old", proxy="old")
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=finn, by=dana, at=LATER)
    last = fresh(visit).match_decisions.order_by("pk").last()
    assert [one.paper for one in find_entries_to_show(visit, None, undoes=last) if one.asks] == []
    undo(visit, dana)
    assert fresh(visit).patient is None
    assert chart(finn) == ("pl", True, "ramp")
    assert (fresh(consents).patient, fresh(granted).patient) == (finn, finn)


def test_written_further_since_it_is_asked_about_once_more(visit, finn, dana):
    put_on_chart(visit, dana)
    undo(visit, dana, at=LATER, chart="old")
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=finn, by=dana, at=LATER)
    preferences.record_language_and_needs(
        patient=finn, visit=fresh(visit), language="ga", interpreter_needed=True, access_needs="ramp",
        by=dana, at=LATEST,
    )  # fmt: skip
    last = fresh(visit).match_decisions.order_by("pk").last()
    assert [one.paper for one in find_entries_to_show(visit, None, undoes=last) if one.asks] == ["chart"]
