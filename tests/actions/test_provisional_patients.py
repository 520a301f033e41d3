"""A record that the desk made of a sign-in is taken off file again, unless more stands on it."""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import consent, match_decisions, provisional_patients
from checkin.actions.entry_moves import EntryAnswers
from checkin.actions.match_corrections import find_entries_to_show
from checkin.actions.refusals import Refused
from checkin.models import Clinic, Location, Patient, Staff
from checkin.models.visit_entries import digest_visit_entries
from tests import make
from tests.actions.corrected_visits import (
    LATER,
    NOVEMBER,
    WRITTEN,
    agree,
    fresh,
    proxy,
    put_on_chart,
    told,
    undo,
)


@pytest.fixture
def made_new(front: Location, brook: Clinic, finn: Patient, dana: Staff) -> Any:
    make.patient(brook, "Fynn O'Neill", born="2018-03-14")
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Fyn O'Neill")
    match_decisions.decide_new_patient(visit=visit, by=dana, at=WRITTEN)
    return fresh(visit)


def test_a_new_patient_can_be_undone_from_the_page_that_listed_its_entries(
    made_new: Any, dana: Staff
) -> None:
    put_on_chart(made_new, dana)
    agree(made_new, dana, "Some Uncle")
    shown = digest_visit_entries(
        find_entries_to_show(fresh(made_new), None, undoes=made_new.match_decisions.get())
    )
    match_decisions.undo_match_decision(visit=made_new, by=dana, at=LATER, said=EntryAnswers({}, shown))
    assert fresh(made_new).patient is None


def test_withdrawn_entries_also_follow_when_a_new_patient_is_undone(
    made_new: Any, dana: Staff, max_: Staff
) -> None:
    """It is of the child who was here, whether it counts still or not."""
    own, said = made_new.patient, agree(made_new, dana, "Some Uncle")
    granted = proxy(made_new, max_, "Some Uncle")
    consent.withdraw_consent(record=said, by=dana, at=WRITTEN)
    consent.revoke_proxy(proxy=granted, by=max_, at=WRITTEN)
    listed = [one.what for one in find_entries_to_show(fresh(made_new), None)]
    assert [what.endswith(" (no longer counts)") for what in listed] == [True, True]
    assert "Some Uncle agreed to vaccine by telephone (no longer counts)" in told(undo(made_new, dana))
    assert fresh(own).status == "entered_in_error"
    assert (fresh(said).patient, fresh(granted).patient) == (None, None)
    assert said.withdrawn_at and granted.revoked_at


def test_a_record_with_entries_from_elsewhere_stays_on_file_after_the_undo(
    made_new: Any, dana: Staff
) -> None:
    made = made_new.patient
    consent.grant_proxy(
        patient=made, name="Nan", granted_by="Maeve", written_on=NOVEMBER, by=dana, at=WRITTEN
    )
    match_decisions.undo_match_decision(visit=made_new, by=dana, at=LATER)
    assert fresh(made).status == Patient.Status.PROVISIONAL


def test_a_record_completed_since_it_was_read_is_not_merged_without_asking(
    front: Location, finn: Patient, dana: Staff
) -> None:
    visit = make.visit(front, make.at("9:40", NOVEMBER), name="Zoltan Kiss", born="2019-05-05")
    read_before = Patient.objects.get(pk=visit.patient_id)
    facts = {"by": dana, "at": WRITTEN}
    provisional_patients.complete_provisional_patient(provisional=fresh(read_before), city="Elm", **facts)
    with pytest.raises(Refused, match="Only a provisional record"):
        provisional_patients.merge_provisional_patient(provisional=read_before, into=finn, by=dana, at=LATER)
    assert fresh(read_before).status == Patient.Status.ACTIVE
