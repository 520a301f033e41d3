"""An escort's phone belongs to the child of the visit where it was typed, and moves with that visit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from checkin.actions import match_decisions, merge_undo, patient_merges, preferences
from checkin.models import Discrepancy, Escort, Location, MatchDecision, Patient, PatientMerge, Staff, Visit
from checkin.queries import entry_wording as entry_wording_queries
from tests import make
from tests.actions.corrected_visits import LATER, LATEST, NOVEMBER, WRITTEN, fresh, relink, said, undo
from tests.actions.test_escort_returns import FINN, ROSA
from tests.actions.test_sign_in_record_merges import LAST, WISH

ZOLTAN = {"name": "Zoltan Kiss", "born": "2013-05-05"}
ADA = {"name": "Ada Lovelace", "born": "2010-02-02"}
HIS, HERS, THIRD = "555-010-0111", "555-010-0222", "555-010-0333"


def came(
    front: Location, child: dict[str, str] | dict[Any, Any], phone: str = "", at: str = "9:45", **who: Any
) -> Visit:
    return make.visit(front, make.at(at, NOVEMBER), **child, **ROSA | who, escort_phone=phone)


def phones(patient: Any) -> list[Any]:
    rows = list(patient.escorts.order_by("pk"))
    assert all(bool(row.phone) == bool(row.phone_key) for row in rows), "the phone and its search key are one"
    return [row.phone for row in rows]


def merge(merged: Patient | None, into: Patient, by: Staff, at: dt.datetime = WRITTEN) -> PatientMerge | None:
    for one in (merged, into):
        one.refresh_from_db()
    return patient_merges.merge_patients(
        merged=merged, into=into, by=by, at=at, why="their mother says so"
    ).merge


def settle(visit: Visit, kind: str, by: Staff) -> Discrepancy:
    one = visit.discrepancies.open().get(field="phone")
    make.decision(discrepancy=one, kind=kind, by=by, at=WRITTEN)
    return one


def leave(how: str, visit: Any, child: Patient, by: Staff, at: Any = LATER) -> MatchDecision:
    return undo(visit, by, at=at) if how == "undo" else relink(visit, child, by, at=at)


@pytest.fixture(params=["unknown", "certain"])
def zoltans(request: pytest.FixtureRequest, front: Location, six: Patient, dana: Staff) -> Any:
    """Another child's visit on Finn's record: matched by the rules, or linked by staff."""
    visit = came(front, FINN if request.param == "certain" else ZOLTAN, HIS, "9:40")
    if request.param == "unknown":
        match_decisions.link_visit_to_patient(visit=visit, patient=six, by=dana, at=WRITTEN)
    return fresh(visit)


@pytest.mark.parametrize("how", ["undo", "third"])
def test_a_phone_typed_at_the_visit_moves_with_it(
    front: Location, zoltans: Any, six: Patient, one: Patient, dana: Staff, how: str
) -> None:
    """It stayed on the row of the other family's aunt, whom another visit named, and was called."""
    finns = came(front, FINN)
    leave(how, zoltans, one, dana)
    assert phones(six) == [""]
    assert fresh(finns).escort == six.escorts.get()
    if zoltans_patient := fresh(zoltans).patient:
        assert phones(zoltans_patient) == [HIS]


def test_undoing_a_relink_restores_the_phone(
    front: Location, zoltans: Any, six: Patient, one: Patient, dana: Staff
) -> None:
    """The undo puts back what the decision had removed, without asking about it."""
    came(front, FINN)
    relink(zoltans, one, dana, at=LATER)
    undo(zoltans, dana, at=LATEST)
    assert (phones(six), phones(one)) == ([HIS], [])
    assert not zoltans.discrepancies.open().filter(field="phone").exists()
    relink(zoltans, one, dana, at=LAST)
    assert (phones(six), phones(one)) == ([""], [HIS])


def test_undoing_a_relink_restores_the_phone_on_a_record_merged_since(
    front: Location, zoltans: Any, six: Patient, one: Patient, eight: Patient, dana: Staff, max_: Staff
) -> None:
    """Meanwhile the record was merged into another, and the adult's row went with it."""
    came(front, FINN)
    relink(zoltans, one, dana, at=LATER)
    merge(six, eight, max_, at=LATER)
    undo(zoltans, dana, at=LATEST)
    assert phones(eight) == [HIS]


def test_a_relink_and_its_undo_report_the_removed_and_restored_phone(
    front: Location, zoltans: Any, six: Patient, one: Patient, dana: Staff
) -> None:
    """The number disappeared from the record without a line about it."""
    came(front, FINN)
    made = relink(zoltans, one, dana, at=LATER)
    assert (
        f"Rosa Delgado: their number {HIS} is no longer on Finn O'Neil’s record."
        in entry_wording_queries.decision_entry_lines(made)
    )
    back = undo(zoltans, dana, at=LATEST)
    assert (
        f"Rosa Delgado: their number {HIS} is again on Finn O'Neil’s record."
        in entry_wording_queries.decision_entry_lines(back)
    )


def test_the_row_takes_the_phone_of_the_first_remaining_visit(
    front: Location, zoltans: Any, six: Patient, one: Patient, dana: Staff
) -> None:
    """The number that the family themselves had typed was kept only in a discrepancy."""
    came(front, FINN, at="9:44")
    second, _ = came(front, FINN, HERS, "9:45"), came(front, FINN, THIRD, "9:46")
    assert second.discrepancies.open().filter(field="phone").exists()
    relink(zoltans, one, dana, at=LATER)
    assert phones(six) == [HERS]
    assert not second.discrepancies.open().filter(field="phone").exists()
    undo(zoltans, dana, at=LATEST)
    assert phones(six) == [HIS]


@pytest.mark.parametrize("written", [HIS, "(555) 010 0111"])
def test_a_phone_also_typed_at_a_remaining_visit_stays(
    front: Location, zoltans: Any, six: Patient, one: Patient, dana: Staff, written: str
) -> None:
    came(front, FINN, written)
    relink(zoltans, one, dana, at=LATER)
    assert phones(six) == [HIS]


@pytest.mark.parametrize("how", ["undo", "third"])
def test_a_phone_from_the_record_itself_stays(
    front: Location, six: Patient, one: Patient, dana: Staff, how: str
) -> None:
    """It was there before; both visits typed the same number, or one did and the other none."""
    Escort.objects.create(clinic=six.clinic, patient=six, name="Rosa Delgado", phone=HIS)
    zoltans = came(front, ZOLTAN, HIS, "9:40")
    match_decisions.link_visit_to_patient(visit=zoltans, patient=six, by=dana, at=WRITTEN)
    came(front, FINN)
    leave(how, zoltans, one, dana)
    assert phones(six) == [HIS]


def test_a_preference_set_on_the_page_does_not_keep_the_phone(
    front: Location, zoltans: Any, six: Patient, one: Patient, dana: Staff
) -> None:
    """The preferences of Finn's aunt belong to Finn's record, but the number is still Zoltan's."""
    finns = came(front, FINN)
    preferences.set_preferences(escort=fresh(finns).escort, by=dana, at=WRITTEN, **WISH)
    relink(zoltans, one, dana, at=LATER)
    assert phones(six) == [""]
    assert six.escorts.get().best_way == WISH["best_way"]


def test_a_phone_used_by_a_decision_at_a_remaining_visit_stays(
    front: Location, zoltans: Any, six: Patient, one: Patient, dana: Staff
) -> None:
    finns = came(front, FINN, HERS)
    settle(finns, "use_new", dana)
    relink(zoltans, one, dana, at=LATER)
    assert phones(six) == [HERS]


@pytest.mark.parametrize("recorded", [HIS, ""])
def test_a_phone_kept_by_a_decision_at_a_remaining_visit_stays(
    front: Location, six: Patient, one: Patient, dana: Staff, recorded: str
) -> None:
    """After “Keep the old”, the recorded number is right and the typed one must not be written later."""
    came(front, FINN, recorded, "9:40")
    second = came(front, FINN, HERS, "9:41")
    settle(second, "keep_old", dana)
    third = came(front, FINN, recorded, "9:42")
    relink(third, one, dana, at=LATER)
    first = six.visits.order_by("arrived_at").first()
    relink(first, one, dana, at=LATER)
    assert phones(six) == [recorded]


@pytest.mark.parametrize("whose", ["old", "nobody"])
def test_a_phone_used_at_the_leaving_visit_stays_or_reverts_as_answered(
    front: Location, six: Patient, one: Patient, dana: Staff, whose: str
) -> None:
    """Reverted, it is the previous number; left with the previous child, it is that child's."""
    came(front, FINN, "", "9:40")
    zoltans = came(front, FINN, HIS, "9:41")
    settle(zoltans, "use_new", dana)
    came(front, FINN, "", "9:42")
    relink(zoltans, one, dana, at=LATER, correction=whose)
    assert phones(six) == [HIS if whose == "old" else ""]


def test_reverting_a_correction_does_not_bring_back_a_departed_visits_phone(
    front: Location, zoltans: Any, six: Patient, one: Patient, dana: Staff
) -> None:
    """Reverting “Use the new” brought back the number of a child whose visit had already left."""
    adas = came(front, FINN, HERS)
    settle(adas, "use_new", dana)
    came(front, FINN, "", "9:46")
    relink(zoltans, one, dana, at=LATER)
    relink(adas, one, dana, at=LATEST, correction="nobody")
    assert phones(six) == [""]


def test_confirming_the_visits_record_keeps_the_phone(
    front: Location, zoltans: Any, six: Patient, dana: Staff
) -> None:
    """The visit points to the same row before and after."""
    came(front, FINN)
    match_decisions.link_visit_to_patient(visit=fresh(zoltans), patient=six, by=dana, at=LATER)
    assert phones(six) == [HIS]


# Merges


def test_undoing_a_merge_removes_the_phone_it_filled_in(front: Location, one: Patient, dana: Staff) -> None:
    """The row that the merge wrote to had moved back, but the remaining visit's row kept the number."""
    first = came(front, ZOLTAN, "", "9:40")
    own = first.patient
    match_decisions.link_visit_to_patient(visit=first, patient=one, by=dana, at=WRITTEN)
    second = came(front, ADA, HIS)
    adas = second.patient
    match_decisions.link_visit_to_patient(visit=second, patient=one, by=dana, at=WRITTEN)
    assert phones(one) == [HIS]
    match_decisions.decide_new_patient(visit=fresh(first), by=dana, at=LATER, said=said(first, own))
    assert (phones(own), phones(one)) == ([""], [HIS])
    undo(first, dana, at=LATEST)
    undo(second, dana, at=LAST)
    assert (phones(one), phones(adas)) == ([""], [HIS])


@pytest.mark.parametrize("first", [0, 1])
def test_a_phone_of_a_record_without_visits_moves_back_with_it(
    front: Location, one: Patient, six: Patient, eight: Patient, dana: Staff, max_: Staff, first: int
) -> None:
    """Two records have an aunt of the same name and are merged into a third whose visit names her."""
    for patient, phone in ((six, ""), (eight, HIS)):
        Escort.objects.create(clinic=one.clinic, patient=patient, name="Rosa Delgado", phone=phone)
    made = [merge(six, one, max_), merge(eight, one, max_)]
    visit = came(front, {"name": "Zofia Wilk", "born": "2018-03-14"})
    match_decisions.link_visit_to_patient(visit=visit, patient=one, by=dana, at=LATER)
    assert phones(one) == [HIS]
    merge_undo.undo_patient_merge(merge=made[first], by=max_, at=LATEST)
    merge_undo.undo_patient_merge(merge=made[1 - first], by=max_, at=LAST)
    assert (phones(six), phones(eight), phones(one)) == ([""], [HIS], [""])


def test_undo_does_not_leave_the_merged_records_number_on_the_remaining_one(
    front: Location, one: Patient, eight: Patient, dana: Staff, max_: Staff
) -> None:
    """Anna's aunt moved back with her number, but it also stayed under “who brings” Zofia."""
    Escort.objects.create(clinic=one.clinic, patient=eight, name="Rosa Delgado", phone=HIS)
    made = merge(eight, one, max_)
    visit = came(front, {"name": "Zofia Wilk", "born": "2018-03-14"}, HERS)
    match_decisions.link_visit_to_patient(visit=visit, patient=one, by=dana, at=LATER)
    merge_undo.undo_patient_merge(merge=made, by=max_, at=LATEST)
    assert (phones(eight), phones(one)) == ([HIS], [HERS])


def test_a_split_off_record_gets_its_own_phone_back(
    front: Location, six: Patient, one: Patient, dana: Staff
) -> None:
    """Its aunt's row was on the wrong record for a while, and had lost the number with the visit."""
    zoltans = came(front, ZOLTAN, HIS, "9:40")
    own = zoltans.patient
    match_decisions.link_visit_to_patient(visit=zoltans, patient=six, by=dana, at=WRITTEN)
    came(front, FINN, HERS)
    relink(zoltans, one, dana, at=LATER)
    assert (phones(six), phones(one)) == ([HERS], [HIS])
    match_decisions.decide_new_patient(visit=fresh(zoltans), by=dana, at=LATEST, said=said(zoltans, own))
    assert (phones(six), phones(one), phones(own)) == ([HERS], [], [HIS])
    undo(zoltans, dana, at=LAST)
    undo(zoltans, dana, at=LAST)
    undo(zoltans, dana, at=LAST)
    assert (phones(six), phones(own)) == ([HERS], [HIS])


def test_a_phone_is_also_removed_from_records_merged_since(
    front: Location, zoltans: Any, six: Patient, one: Patient, eight: Patient, dana: Staff, max_: Staff
) -> None:
    """It had moved on to the record that the wrong one was merged into; after the undo, neither has it."""
    Escort.objects.create(clinic=one.clinic, patient=one, name="Rosa Delgado", relationship="aunt")
    came(front, FINN)
    made = merge(six, one, max_)
    assert phones(one) == [HIS]
    relink(zoltans, eight, dana, at=LATER)
    assert (phones(one), phones(eight)) == ([""], [HIS])
    merge_undo.undo_patient_merge(merge=made, by=max_, at=LATEST)
    assert (phones(one), phones(six)) == ([""], [""])


def test_a_relinked_visit_leaves_its_phone_on_no_record(
    front: Location, six: Patient, one: Patient, eight: Patient, dana: Staff, max_: Staff
) -> None:
    """Her row moved back with the number of another visit, which the other child's family had typed."""
    erins = came(front, ADA, HIS, "9:40")
    ada = erins.patient
    match_decisions.decide_new_patient(visit=erins, by=dana, at=WRITTEN)
    came(front, ADA, "", "9:41")
    made = merge(ada, six, max_)
    came(front, FINN, HERS)
    relink(erins, one, dana, at=LATER)
    assert phones(six) == [HERS]
    merge_undo.undo_patient_merge(merge=made, by=max_, at=LATEST)
    assert (phones(ada), phones(six), phones(one)) == ([""], [HERS], [HIS])


@pytest.mark.parametrize("filled", [True, False])
def test_a_phone_restored_by_an_undo_is_removed_with_the_merge(
    front: Location, six: Patient, one: Patient, dana: Staff, filled: bool
) -> None:
    """The visit left and came back, and with it the number that the merge had filled in."""
    facts = {"phone": "" if filled else HERS}
    Escort.objects.create(clinic=six.clinic, patient=six, name="Rosa Delgado", relationship="aunt", **facts)
    zoltans = came(front, ZOLTAN, HIS, "9:40")
    match_decisions.link_visit_to_patient(visit=zoltans, patient=six, by=dana, at=WRITTEN)
    came(front, FINN)
    relink(zoltans, one, dana, at=LATER)
    assert phones(six) == [facts["phone"]]
    undo(zoltans, dana, at=LATEST)
    assert phones(six) == [HIS if filled else HERS]
    undo(zoltans, dana, at=LAST)
    assert phones(six) == [facts["phone"]]
