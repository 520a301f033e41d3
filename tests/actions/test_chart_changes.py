"""What staff write on a chart during a visit goes to the chart that somebody says."""

from __future__ import annotations

import pytest

from checkin.actions import match_decisions, preferences
from checkin.actions.entry_moves import EntriesUndecided
from checkin.actions.match_corrections import find_entries_to_show
from checkin.models import ChartChange, Patient, Staff, Visit
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
def visit(finns_visit: Visit) -> Visit:
    return finns_visit


@pytest.mark.parametrize("whose", ["new", "old", "both", "nobody"])
def test_chart_changes_go_to_the_record_that_is_answered(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, whose: str
) -> None:
    put_on_chart(visit, dana)
    before, after = (("", False, ""), ("en", False, "")), ("pl", True, "ramp")
    relink(visit, zofia, dana, chart=whose)
    assert chart(finn) == (after if whose in ("old", "both") else before[0])
    assert chart(zofia) == (after if whose in ("new", "both") else before[1])
    undo(visit, dana)
    assert (chart(finn), chart(zofia)) == (after, before[1])
    assert ChartChange.objects.get(status="stands").patient == finn


def test_the_page_shows_what_the_other_record_says(visit: Visit, zofia: Patient, dana: Staff) -> None:
    put_on_chart(visit, dana)
    one = find_entries_to_show(fresh(visit), zofia)[0]
    assert (one.before, one.beside) == (
        "Language not known, no interpreter, access: nothing noted",
        "Language English, no interpreter, access: nothing noted",
    )


def test_a_column_written_again_since_is_not_reverted(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    put_on_chart(visit, dana)
    preferences.record_language_and_needs(
        patient=finn, language="ga", interpreter_needed=True, access_needs="ramp", by=noor, at=WRITTEN
    )
    made = relink(visit, zofia, dana, chart="new")
    assert (chart(finn), chart(zofia)) == (("ga", False, ""), ("pl", True, "ramp"))
    assert "language was written again since, so it was left on Finn O'Neil’s record" in told(made)


def test_a_chart_change_waits_at_the_visit_and_never_overwrites_a_different_value(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
    put_on_chart(visit, dana)
    undo(visit, dana, at=LATER, chart="new")
    assert chart(finn) == ("", False, "")
    with pytest.raises(EntriesUndecided):
        match_decisions.link_visit_to_patient(visit=fresh(visit), patient=zofia, by=dana, at=LATEST)
    relink(visit, zofia, dana, at=LATEST, chart="new")
    assert chart(zofia) == ("pl", True, "ramp")


def test_an_entry_answered_as_the_previous_childs_is_not_asked_again_on_return(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff
) -> None:
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


def test_an_entry_that_grew_since_is_asked_about_again(visit: Visit, finn: Patient, dana: Staff) -> None:
    put_on_chart(visit, dana)
    undo(visit, dana, at=LATER, chart="old")
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=finn, by=dana, at=LATER)
    preferences.record_language_and_needs(
        patient=finn, visit=fresh(visit), language="ga", interpreter_needed=True, access_needs="ramp",
        by=dana, at=LATEST,
    )  # fmt: skip
    last = fresh(visit).match_decisions.order_by("pk").last()
    assert [one.paper for one in find_entries_to_show(visit, None, undoes=last) if one.asks] == ["chart"]
