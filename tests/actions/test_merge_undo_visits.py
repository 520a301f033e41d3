"""A merge took a visit along and was undone while the visit was another child's: the undo leads home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from checkin.actions import consent, match_decisions, merge_undo, needs, patient_merges, preferences
from checkin.actions.match_corrections import find_standing_match_decision
from checkin.models import Clinic, DueItem, Location, Patient, PatientMerge, Staff
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from checkin.rules.need_types import NeedOutcome
from tests import make
from tests.actions.corrected_visits import LATER, LATEST, NOVEMBER, WRITTEN, fresh, relink, said
from tests.actions.entries_rows import content, look
from tests.actions.test_sign_in_record_merges import LAST
from tests.promising import promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def hanna(brook: Clinic) -> Patient:
    found = make.patient(brook, "Hanna Bell", "2019-03-14", language="en")
    make.guardian(found, "Ruth Bell", phone="555-010-0201")
    DueItem.objects.create(clinic=brook, patient=found, kind="vaccine", name="MMR", due_on=NOVEMBER)
    return found


@pytest.fixture
def came(front: Location, hanna: Patient, dana: Staff) -> Any:
    """A visit that was linked to Hanna by mistake."""
    found = make.visit(
        front, make.at("9:40", NOVEMBER), name="Hannah Bel", born="2018-05-05", escort_name="Rosa Delgado",
        relationship="aunt", escort_phone="555-020-0001",
    )  # fmt: skip
    match_decisions.link_visit_to_patient(visit=found, patient=hanna, by=dana, at=WRITTEN)
    return fresh(found)


def agree(visit: Any, by: Any, noor: Any) -> None:
    consent.record_consent(
        patient=visit.patient, visit=visit, care="treatment", agreed=True, who="Rosa Delgado",
        basis=ConsentBasis.TELEPHONE, how=ConsentChannel.TELEPHONE, heard_by=by, at=WRITTEN,
    )  # fmt: skip


def trust(visit: Any, by: Any, noor: Any) -> None:
    consent.grant_proxy(
        patient=visit.patient, visit=visit, name="Nan Kelly", granted_by="Ruth Bell", written_on=NOVEMBER,
        by=by, at=WRITTEN,
    )  # fmt: skip


def owe(visit: Any, by: Any, noor: Any) -> None:
    promise(visit.location, visit=visit, by=by, at=WRITTEN)


def access(visit: Any, by: Any, noor: Any) -> None:
    preferences.record_language_and_needs(
        patient=visit.patient, visit=visit, language="pl", interpreter_needed=True, access_needs="crutches",
        by=by, at=WRITTEN,
    )  # fmt: skip


def give(visit: Any, by: Any, noor: Any) -> None:
    needs.answer_need(need=visit.needs.get(label="MMR"), outcome=NeedOutcome.DONE, by=noor, at=WRITTEN)


def decline(visit: Any, by: Any, noor: Any) -> None:
    needs.answer_need(need=visit.needs.get(label="MMR"), outcome=NeedOutcome.DECLINED, by=by, at=WRITTEN)


def use_new(visit: Any, by: Any, noor: Any) -> None:
    for row in visit.discrepancies.open():
        if row.field in ("name", "birth_date"):
            make.decision(discrepancy=row, kind="use_new", by=by, at=WRITTEN)


WRITES = (agree, trust, owe, access, give, decline, use_new)


def without(visit: Any, merge: PatientMerge | None, max_: Staff) -> Any:
    """What all says where nobody took the visit for yet another child's between."""
    with transaction.atomic():
        merge_undo.undo_patient_merge(merge=merge, by=max_, at=LATEST)
        found = content(look())
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("answer", ["new", "old"])
@pytest.mark.parametrize("write", WRITES)
def test_the_undo_leaves_no_trace_of_the_other_child(
    came: Any,
    hanna: Patient,
    six: Patient,
    one: Patient,
    dana: Staff,
    noor: Staff,
    max_: Staff,
    write: Callable[..., None],
    answer: str,
) -> None:
    """A need or a vaccine stayed on the chart of a child who had no visit, and no correction asked again."""
    write(came, dana, noor)
    merge = patient_merges.merge_patients(
        merged=hanna, into=six, by=max_, at=WRITTEN, why="their mother says so"
    ).merge
    whole = without(came, merge, max_)
    relink(came, one, dana, chart=answer, vaccine=answer, proxy=answer, correction="nobody")
    merge_undo.undo_patient_merge(merge=merge, by=max_, at=LATEST)
    last = find_standing_match_decision(fresh(came))
    match_decisions.undo_match_decision(
        visit=came,
        by=dana,
        at=LAST,
        said=said(came, hanna, undoing=last, chart="new", vaccine="new", proxy="new"),
    )
    assert fresh(came).patient == hanna
    now = content(look())
    assert (now - whole, whole - now) == ({}, {})
    assert find_standing_match_decision(came).patient == hanna and find_standing_match_decision(
        came
    ).kind in ("link", "merge")


@pytest.mark.parametrize("first", ["near", "far"])
def test_the_visit_returns_through_two_merges_undone_in_any_order(
    came: Any,
    hanna: Patient,
    six: Patient,
    one: Patient,
    eight: Patient,
    dana: Staff,
    max_: Staff,
    first: str,
) -> None:
    near = patient_merges.merge_patients(
        merged=hanna, into=six, by=max_, at=WRITTEN, why="their mother says so"
    ).merge
    far = patient_merges.merge_patients(
        merged=six, into=eight, by=max_, at=WRITTEN, why="their mother says so"
    ).merge
    relink(came, one, dana)
    merge_undo.undo_patient_merge(merge=near if first == "near" else far, by=max_, at=LATER)
    match_decisions.undo_match_decision(visit=fresh(came), by=dana, at=LATEST)
    assert fresh(came).patient == (hanna if first == "near" else six)
    merge_undo.undo_patient_merge(merge=far if first == "near" else near, by=max_, at=LAST)
    assert fresh(came).patient == hanna


def test_undoing_twice_from_one_page_undoes_once(
    came: Any, hanna: Patient, six: Patient, one: Patient, dana: Staff, max_: Staff
) -> None:
    merge = patient_merges.merge_patients(
        merged=hanna, into=six, by=max_, at=WRITTEN, why="their mother says so"
    ).merge
    relink(came, one, dana)
    merge_undo.undo_patient_merge(merge=merge, by=max_, at=LATEST)
    seen = find_standing_match_decision(fresh(came)).pk
    made = [
        match_decisions.undo_match_decision(visit=fresh(came), by=dana, at=LAST, seen=seen) for _ in range(2)
    ]
    assert made[0] == made[1] and fresh(came).patient == hanna


def test_the_match_is_as_certain_as_before(
    front: Location, hanna: Patient, six: Patient, one: Patient, dana: Staff, max_: Staff
) -> None:
    """The merge said that a person had confirmed it, and was wrong."""
    sure = make.visit(front, make.at("9:40", NOVEMBER), name="Hanna Bell", born="2019-03-14")
    assert (sure.patient, sure.match) == (hanna, "certain")
    merge = patient_merges.merge_patients(
        merged=hanna, into=six, by=max_, at=WRITTEN, why="their mother says so"
    ).merge
    whole = without(sure, merge, max_)
    relink(sure, one, dana)
    merge_undo.undo_patient_merge(merge=merge, by=max_, at=LATEST)
    match_decisions.undo_match_decision(visit=fresh(sure), by=dana, at=LAST)
    assert (fresh(sure).patient, sure.match) == (hanna, "certain")
    assert content(look()) == whole


def test_a_visit_that_nobody_brought_returns_to_its_record_without_an_adult(
    front: Location, came: Any, hanna: Patient, six: Patient, max_: Staff
) -> None:
    """Though the record knows one from another visit."""
    alone = make.visit(
        front,
        make.at("9:40", NOVEMBER),
        name="Hanna Bell",
        born="2019-03-14",
        escort_name="",
        relationship="",
    )
    assert (alone.patient, alone.escort, hanna.escorts.count()) == (hanna, None, 1)
    merge = patient_merges.merge_patients(
        merged=hanna, into=six, by=max_, at=WRITTEN, why="their mother says so"
    ).merge
    merge_undo.undo_patient_merge(merge=merge, by=max_, at=LATER)
    assert (fresh(alone).patient, alone.escort, hanna.escorts.count()) == (hanna, None, 1)
