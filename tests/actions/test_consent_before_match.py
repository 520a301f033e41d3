"""Consent recorded before the match follows the first child found; when the match is undone, it waits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from checkin.actions import consent, match_decisions
from checkin.actions.entry_moves import EntriesUndecided, EntryAnswers
from checkin.actions.refusals import Refused
from checkin.models import AuditEvent, Clinic, ConsentRecord, Location, MatchDecision, Patient, Staff, Visit
from checkin.queries import need_facts
from checkin.rules.consent import find_consent_path
from checkin.rules.consent_adults import CareKind, ConsentBasis, ConsentChannel
from checkin.rules.need_types import NeedKind
from tests import make

LATER, LINKED = make.at("9:50"), make.at("10:00")
AGREED = "Ana Ruiz agreed by telephone today · go ahead"
UNMATCHED = "Ana Ruiz agreed by telephone today · check who Ana Ruiz is"


@pytest.fixture
def leo(brook: Clinic) -> Patient:
    found = make.patient(brook, "Leo Ruiz")
    make.guardian(found, "Ana Ruiz", phone="555-010-0123")
    return found


@pytest.fixture
def mia(brook: Clinic) -> Patient:
    return make.patient(brook, "Mia Ruiz", born="2018-03-15")


@pytest.fixture
def visit(leo: Patient, front: Location) -> Visit:
    found = make.visit(front, name="Leonardo Ruizz", born="2018-03-15", relationship="aunt")
    assert (found.patient, found.match) == (None, "probable")
    return found


def agree(visit: Visit, by: Staff, **changes: Any) -> ConsentRecord:
    usual = {
        "care": "vaccine",
        "agreed": True,
        "basis": ConsentBasis.TELEPHONE,
        "how": ConsentChannel.TELEPHONE,
        "who": "Ana Ruiz",
    }
    facts = {"patient": visit.patient, "visit": visit, "heard_by": by, "at": LATER}
    return consent.record_consent(**{**facts, **usual, **changes})


def next_step(visit: Visit) -> str:
    return find_consent_path(
        need_facts.read_visit_need_facts(visit, at=visit.arrived_at).consent, CareKind.VACCINE
    ).sentence


def link(visit: Visit, patient: Patient, by: Staff, at: dt.datetime = LINKED) -> MatchDecision:
    return match_decisions.link_visit_to_patient(visit=visit, patient=patient, by=by, at=at)


def test_consent_before_the_match_counts_at_this_visit_only(
    visit: Visit, front: Location, dana: Staff
) -> None:
    other = make.visit(front, name="Leonardo Ruizz", born="2018-03-15")
    agree(visit, dana)
    assert next_step(visit) == UNMATCHED
    assert "agreed" not in next_step(other)
    assert AuditEvent.objects.get(action="consent.recorded").patient_id is None


def test_recording_the_same_words_twice_makes_one_record(visit: Visit, dana: Staff) -> None:
    assert agree(visit, dana) == agree(visit, dana)
    assert ConsentRecord.objects.count() == 1


def test_consent_before_the_match_follows_the_linked_child(visit: Visit, leo: Patient, dana: Staff) -> None:
    made = agree(visit, dana)
    link(visit, leo, dana)
    made.refresh_from_db()
    assert (made.patient, made.visit, made.withdrawn_at) == (leo, visit, None)
    assert visit.needs.get(kind=NeedKind.VACCINE).step_words == AGREED
    assert AuditEvent.objects.get(action="consent.followed").patient_id == leo.pk


def test_consent_before_the_match_follows_a_new_patient(visit: Visit, dana: Staff) -> None:
    made = agree(visit, dana)
    match_decisions.decide_new_patient(visit=visit, by=dana, at=LINKED)
    made.refresh_from_db()
    assert (made.patient, made.withdrawn_at) == (visit.patient, None)


def move(visit: Visit, patient: Patient, by: Staff, made: ConsentRecord, whose: str) -> MatchDecision:
    said = EntryAnswers({f"consentrecord-{made.pk}": whose})
    return match_decisions.link_visit_to_patient(
        visit=visit, patient=patient, by=by, at=make.at("10:05"), said=said
    )


def test_relinking_asks_about_the_first_childs_mothers_consent(
    visit: Visit, leo: Patient, mia: Patient, dana: Staff
) -> None:
    made = agree(visit, dana)
    link(visit, leo, dana)
    with pytest.raises(EntriesUndecided, match="Choose whose"):
        link(visit, mia, dana, at=make.at("10:05"))
    made.refresh_from_db()
    visit.refresh_from_db()
    assert (made.patient, made.withdrawn_at, visit.patient) == (leo, None, leo)


def test_consent_answered_nobody_counts_for_neither_child(
    visit: Visit, leo: Patient, mia: Patient, dana: Staff
) -> None:
    made = agree(visit, dana)
    link(visit, leo, dana)
    move(visit, mia, dana, made, "nobody")
    made.refresh_from_db()
    assert (made.patient, made.withdrawn_at, made.withdrawn_by) == (leo, make.at("10:05"), dana)
    assert not mia.consent_records.exists()
    assert "agreed" not in next_step(visit)


def test_after_an_undo_consent_waits_at_the_visit_for_the_next_child(
    visit: Visit, leo: Patient, mia: Patient, dana: Staff
) -> None:
    made = agree(visit, dana)
    link(visit, leo, dana)
    match_decisions.undo_match_decision(visit=visit, by=dana, at=make.at("10:01"))
    made.refresh_from_db()
    assert (made.patient, made.withdrawn_at, made.before_match) == (None, None, True)
    assert next_step(visit) == UNMATCHED, "she is guardian of a child whose visit this is not"
    link(visit, mia, dana, at=make.at("10:05"))
    made.refresh_from_db()
    assert (made.patient, made.withdrawn_at) == (mia, None)
    assert not leo.consent_records.exists()


def test_consent_on_a_provisional_record_follows_its_first_merge_only(
    front: Location, leo: Patient, mia: Patient, dana: Staff
) -> None:
    visit = make.visit(front, name="Zoe Quill", born="2015-01-01")
    made = agree(visit, dana)
    link(visit, leo, dana)
    made.refresh_from_db()
    assert (made.patient, made.withdrawn_at, next_step(visit)) == (leo, None, AGREED)
    move(visit, mia, dana, made, "nobody")
    made.refresh_from_db()
    assert (made.patient, made.withdrawn_at) == (leo, make.at("10:05"))
    assert not mia.consent_records.exists()


def test_undoing_a_merge_returns_consent_to_the_provisional_record(
    front: Location, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front, name="Zoe Quill", born="2015-01-01")
    made = agree(visit, dana)
    link(visit, leo, dana)
    match_decisions.undo_match_decision(visit=visit, by=dana, at=make.at("10:01"))
    made.refresh_from_db()
    visit.refresh_from_db()
    assert (made.patient, made.withdrawn_at) == (visit.patient, None)
    assert not leo.consent_records.exists()


def test_a_new_patient_keeps_consent_recorded_on_the_provisional_record(
    front: Location, leo: Patient, dana: Staff
) -> None:
    visit = make.visit(front, name="Zoe Quill", born="2015-01-01")
    made = agree(visit, dana)
    match_decisions.decide_new_patient(visit=visit, by=dana, at=LINKED)
    made.refresh_from_db()
    assert (made.patient, made.withdrawn_at) == (visit.patient, None)


def test_consent_for_a_known_child_can_stay_with_that_child(
    visit: Visit, leo: Patient, mia: Patient, dana: Staff
) -> None:
    link(visit, leo, dana, at=make.at("9:45"))
    made = agree(visit, dana)
    move(visit, mia, dana, made, "old")
    made.refresh_from_db()
    assert (made.patient, made.withdrawn_at, made.before_match) == (leo, None, False)


def test_consent_from_a_page_older_than_the_match_is_refused(visit: Visit, leo: Patient, dana: Staff) -> None:
    link(visit, leo, dana)
    with pytest.raises(Refused, match="look again"):
        agree(visit, dana, patient=None)
    with pytest.raises(Refused, match="Choose a child or a visit"):
        consent.record_consent(
            patient=None, care="vaccine", agreed=True, basis=ConsentBasis.TELEPHONE,
            how=ConsentChannel.TELEPHONE,
            who="Ana Ruiz", heard_by=dana, at=LATER,
        )  # fmt: skip
    assert not ConsentRecord.objects.exists()


def test_consent_withdrawn_before_the_match_stays_withdrawn(visit: Visit, leo: Patient, dana: Staff) -> None:
    made = consent.withdraw_consent(record=agree(visit, dana), by=dana, at=make.at("9:55"))
    assert "agreed" not in next_step(visit)
    link(visit, leo, dana)
    made.refresh_from_db()
    assert made.patient is None
    assert not leo.consent_records.exists()


def test_the_database_refuses_a_matched_consent_without_a_patient(
    visit: Visit, leo: Patient, dana: Staff
) -> None:
    link(visit, leo, dana)
    made = agree(visit, dana)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentRecord.objects.filter(pk=made.pk).update(patient=None)
