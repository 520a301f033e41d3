"""Two sign-ins made a record each and name one adult: her preference stays with the right child.

Zoltan's visit was briefly linked to Ada, then both to Finn. Each undo restores the state before.
"""

from __future__ import annotations

from typing import Any

import pytest

from checkin.actions import match_decisions, merge_undo
from checkin.actions.entry_ledger import EntryLedger
from checkin.actions.merge_undo_columns import take_out_of_later_merges
from checkin.models import Clinic, Escort, Location, PaperMove, Patient, PatientMerge, Staff
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from tests import make
from tests.actions.corrected_visits import NOVEMBER, fresh, relink, said, undo
from tests.actions.test_escort_returns import ROSA

AT = [make.at(f"10:{minute:02}", NOVEMBER) for minute in range(10)]
TEXT = {"remember": True, "best_way": "text"}
PHONE = "555-010-0111"
NINE_40, NINE_45 = (make.at(clock, NOVEMBER) for clock in ("9:40", "9:45"))
ZOLTANS, ADAS = [("Rosa Delgado", "aunt", "", "text", NINE_40)], [("Rosa Delgado", "aunt", "", "", NINE_45)]
"""Her row as each sign-in alone would make it."""


def two(front: Location, zoltans: dict[Any, Any] = TEXT, adas: Any = None) -> Any:
    """Return Zoltan's and Ada's visits, each on the record that its own sign-in made."""
    zoltan = {"name": "Zoltan Kiss", "born": "2013-05-05", **ROSA, **zoltans}
    ada = {"name": "Ada Lovelace", "born": "2010-02-02", **ROSA, **(adas or {})}
    return make.visit(front, NINE_40, **zoltan), make.visit(front, NINE_45, **ada)


def take_for_one(first: Any, second: Any, by: Staff) -> None:
    """Link the first visit to the other's child, then decide it is a new patient after all."""
    match_decisions.link_visit_to_patient(visit=fresh(first), patient=fresh(second).patient, by=by, at=AT[1])
    match_decisions.decide_new_patient(visit=fresh(first), by=by, at=AT[2], said=said(first, None))


def link_both(first: Any, second: Any, to: Patient, by: Staff) -> None:
    match_decisions.link_visit_to_patient(visit=fresh(first), patient=to, by=by, at=AT[3])
    match_decisions.link_visit_to_patient(visit=fresh(second), patient=to, by=by, at=AT[4])


def unmerge(record: Any, by: Staff, at: Any = AT[6]) -> PatientMerge:
    """Undo the merge that put the record where it is."""
    return merge_undo.undo_patient_merge(merge=fresh(record).standing_merge(), by=by, at=at)


def rows(patient: Any) -> list[Any]:
    """Return all escort rows of the record."""
    found = patient.escorts.order_by("pk")
    return [(one.name, one.relationship, one.phone, one.best_way, one.last_came_at) for one in found]


def whole(*of: Any) -> Any:
    """Return the records, the visits and the number of escort rows."""
    records = {
        one.pk: (fresh(one).status, one.merged_into, rows(one)) for one in of if isinstance(one, Patient)
    }
    visits = {one: (fresh(one).patient, one.escort, one.match) for one in of if not isinstance(one, Patient)}
    return records, visits, Escort.objects.count()


@pytest.mark.parametrize("how", ["visit", "merge"])
def test_an_undo_restores_her_row_although_an_earlier_merge_has_ended(
    front: Location, six: Patient, dana: Staff, max_: Staff, how: str
) -> None:
    """The undo looped forever between two records' rows, because the first merge still counted."""
    zoltan, ada = two(front)
    own, adas = zoltan.patient, ada.patient
    take_for_one(zoltan, ada, dana)
    link_both(zoltan, ada, six, dana)
    assert rows(six) == [("Rosa Delgado", "aunt", "", "text", NINE_45)]
    if how == "visit":
        match_decisions.undo_match_decision(visit=fresh(zoltan), by=dana, at=AT[5])
    else:
        unmerge(own, max_)
    assert (rows(own), rows(six), rows(adas)) == (ZOLTANS, ADAS, ADAS)
    assert (fresh(zoltan).patient, zoltan.escort) == (own, own.escorts.get())
    assert (fresh(ada).patient, ada.escort) == (six, six.escorts.get())
    assert (fresh(own).merged_into, fresh(adas).merged_into) == (None, six)


@pytest.mark.parametrize("how", ["new patient", "third child"])
def test_a_correction_moves_her_preference_although_an_earlier_merge_has_ended(
    front: Location, six: Patient, one: Patient, dana: Staff, how: str
) -> None:
    """It looped forever as well: the adult moves back in the same way as with an undo."""
    zoltan, ada = two(front)
    own = zoltan.patient
    take_for_one(zoltan, ada, dana)
    link_both(zoltan, ada, six, dana)
    if how == "new patient":
        match_decisions.decide_new_patient(visit=fresh(zoltan), by=dana, at=AT[5], said=said(zoltan, own))
    else:
        relink(zoltan, one, dana, at=AT[5])
    there = own if how == "new patient" else one
    assert (rows(there), rows(six)) == (ZOLTANS, ADAS)
    assert (fresh(zoltan).escort, fresh(ada).escort) == (there.escorts.get(), six.escorts.get())
    undo(zoltan, dana, at=AT[6])
    assert rows(six) == [("Rosa Delgado", "aunt", "", "text", NINE_45)]
    assert fresh(zoltan).escort == fresh(ada).escort == six.escorts.get()
    undo(zoltan, dana, at=AT[7])
    assert (rows(own), rows(six), rows(one)) == (ZOLTANS, ADAS, [])


@pytest.mark.parametrize("last", ["Zoltan's", "Ada's"])
@pytest.mark.parametrize("how", ["visit", "merge"])
@pytest.mark.parametrize("linked", ["Zoltan first", "Ada first"])
def test_undoing_both_in_either_order_restores_the_state(
    front: Location, six: Patient, dana: Staff, max_: Staff, linked: str, how: str, last: str
) -> None:
    """It looped forever if Zoltan's was undone first."""
    zoltan, ada = two(front)
    own, adas = zoltan.patient, ada.patient
    take_for_one(zoltan, ada, dana)
    before = whole(six, own, adas, zoltan, ada)
    link_both(*((zoltan, ada) if linked == "Zoltan first" else (ada, zoltan)), six, dana)
    for visit, record in [(ada, adas), (zoltan, own)][:: 1 if last == "Zoltan's" else -1]:
        if how == "visit":
            match_decisions.undo_match_decision(visit=fresh(visit), by=dana, at=AT[5])
        else:
            unmerge(record, max_)
    assert whole(six, own, adas, zoltan, ada) == before
    assert (rows(own), rows(adas), rows(six)) == (ZOLTANS, ADAS, [])


def test_her_number_returns_with_the_visit_although_its_earlier_merge_was_undone(
    front: Location, six: Patient, one: Patient, dana: Staff
) -> None:
    """Undoing the correction left it blank: it took an earlier undo for a later one."""
    zoltan, ada = two(front, zoltans={"escort_phone": PHONE})
    match_decisions.link_visit_to_patient(visit=zoltan, patient=ada.patient, by=dana, at=AT[1])
    match_decisions.undo_match_decision(visit=fresh(zoltan), by=dana, at=AT[2])
    link_both(ada, zoltan, six, dana)
    both = [("Rosa Delgado", "aunt", PHONE, "", NINE_45)]
    assert rows(six) == both
    relink(zoltan, one, dana, at=AT[5])
    assert (rows(six), rows(one)) == (ADAS, [("Rosa Delgado", "aunt", PHONE, "", NINE_40)])
    undo(zoltan, dana, at=AT[6])
    assert (rows(six), rows(one)) == (both, [])


def test_removing_a_preference_terminates_when_two_merges_form_a_cycle(brook: Clinic, max_: Staff) -> None:
    """Should two merges ever lead to each other, each row is reverted once and the page is not an error."""
    found = [make.patient(brook, name, born="2013-05-05") for name in ("Zoltan Kiss", "Ada Lovelace")]
    of = [Escort.objects.create(clinic=brook, patient=one, name="Rosa", best_way="text") for one in found]
    for i, record in enumerate(found):
        into = found[1 - i]
        Patient.objects.filter(pk=record.pk).update(status=Patient.Status.MERGED, merged_into=into)
        made = PatientMerge.objects.create(clinic=brook, merged=record, into=into, at=AT[i], by=max_)
        facts = {"merge": made, "paper": EntryKind.ESCORT, "subject": "Escort"}
        PaperMove.objects.create(**facts, done=EntryOutcome.KEPT, subject_id=of[i].pk)
        wrote = {"before": {"best_way": ""}, "after": {"best_way": "text"}}
        PaperMove.objects.create(**facts, **wrote, done=EntryOutcome.CHANGED, subject_id=of[1 - i].pk)
    take_out_of_later_merges(EntryLedger(), fresh(of[0]))
    assert [fresh(one).best_way for one in of] == ["", ""]
