"""Of what a decision did, its undo gives back what nobody has used or decided since."""

from __future__ import annotations

import datetime as dt

import pytest

from checkin.actions import match_decisions, needs, patient_merges, preferences
from checkin.actions.entry_moves import EntriesUndecided
from checkin.actions.returnable_entries import find_returnable_entries, lock_standing_subject
from checkin.models import (
    Clinic,
    ConsentRecord,
    Escort,
    Guardian,
    Location,
    PaperMove,
    Patient,
    Staff,
    StandingProxy,
    Visit,
)
from checkin.rules.need_types import NeedKind, NeedOutcome
from tests import make
from tests.actions.corrected_visits import (
    LATER,
    LATEST,
    NOVEMBER,
    WRITTEN,
    agree,
    chart,
    correct_finns_name,
    fresh,
    proxy,
    put_on_chart,
    relink,
    undo,
)


@pytest.fixture
def visit(finns_visit: Visit) -> Visit:
    return finns_visit


@pytest.fixture
def renamed(front: Location, finn: Patient, zofia: Patient, dana: Staff) -> Visit:
    return correct_finns_name(front, finn, dana)


@pytest.mark.parametrize("to_nobody", [True, False])
def test_an_entry_answered_as_the_previous_childs_is_not_asked_again(
    renamed: Visit, finn: Patient, zofia: Patient, dana: Staff, noor: Staff, to_nobody: bool
) -> None:
    """The link back to that child did nothing with it, so its undo does nothing either."""
    put_on_chart(renamed, noor)
    agree(renamed, noor, "Maeve O'Neil")
    proxy(renamed, noor, "Maeve O'Neil")
    of_old = {"correction": "old", "chart": "old", "consent": "old", "proxy": "old"}
    if to_nobody:
        undo(renamed, dana, at=make.at("9:55", NOVEMBER), **of_old)
    else:
        relink(renamed, zofia, dana, at=make.at("9:55", NOVEMBER), **of_old)
    match_decisions.link_visit_to_patient(visit=fresh(renamed), patient=finn, by=dana, at=LATER)
    match_decisions.undo_match_decision(visit=fresh(renamed), by=dana, at=LATEST)
    assert fresh(renamed).patient == (None if to_nobody else zofia)
    assert (fresh(finn).family_name, chart(finn)) == ("O'Neill", ("pl", True, "ramp"))
    assert ConsentRecord.objects.get().patient == StandingProxy.objects.get().patient == finn
    assert ConsentRecord.objects.get().withdrawn_at is None


@pytest.mark.parametrize("at", [LATER, LATEST], ids=["at once", "later"])
def test_an_entry_written_after_the_visit_came_back_is_asked_about(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, noor: Staff, at: dt.datetime
) -> None:
    put_on_chart(visit, noor)
    relink(visit, zofia, dana, at=make.at("9:55", NOVEMBER), chart="old")
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=finn, by=dana, at=LATER)
    preferences.record_language_and_needs(
        patient=fresh(finn), visit=fresh(visit), language="es", interpreter_needed=True, access_needs="ramp",
        by=noor, at=at,
    )  # fmt: skip
    with pytest.raises(EntriesUndecided):
        match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LATEST)


def test_a_need_answered_while_unmatched_stays_answered_after_an_undone_link(
    visit: Visit, finn: Patient, zofia: Patient, dana: Staff, noor: Staff
) -> None:
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=WRITTEN)
    agree(visit, noor, "Some Uncle")
    agree(visit, noor, "Ewa Wilk", agreed=False)
    need = visit.needs.open().get(kind=NeedKind.CONSENT_CONFLICT)
    needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=noor, at=WRITTEN)
    match_decisions.link_visit_to_patient(visit=fresh(visit), patient=finn, by=dana, at=LATER)
    match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=LATEST)
    assert (fresh(need).status, need.answered_by) == (NeedOutcome.DONE, noor)
    assert not need.answers.filter(outcome=NeedOutcome.OPEN).exists()


def test_a_row_that_is_gone_by_now_is_not_given_back(visit: Visit, zofia: Patient, dana: Staff) -> None:
    made = agree(visit, dana, "Some Uncle")
    decision = relink(visit, zofia, dana)
    PaperMove.objects.create(
        decision=decision, paper="consent", subject="ConsentRecord", subject_id=0, done="moved"
    )
    assert [one.head.subject_id for one in find_returnable_entries(decision)] == [made.pk]


def test_a_record_that_was_merged_since_stands_for_the_one_that_stays_and_other_rows_for_themselves(
    brook: Clinic, finn: Patient, dana: Staff
) -> None:
    stays = make.patient(brook, "Finn O'Neil", born="2018-03-14")
    patient_merges.merge_patients(merged=finn, into=stays, by=dana, at=LATER, sure=True)
    assert lock_standing_subject(PaperMove(pk=0, subject="Patient", subject_id=finn.pk)) == stays
    for model in (Escort, Guardian):
        row = model(pk=finn.pk, clinic=brook, patient=stays, name="Ana Ruiz")
        row.save()
        move = PaperMove(pk=0, subject=model.__name__, subject_id=finn.pk)
        assert lock_standing_subject(move) == row
