"""Two visits whose sign-ins made a record each, and one adult whom both name: whose is what was told of her?

Zoltan's visit was taken for Ada's child's for a moment, then both for Finn's. Each undo gives back what was.
"""

from __future__ import annotations

import pytest

from checkin.actions import match_decisions, merge_undo
from checkin.actions.entry_ledger import EntryLedger
from checkin.actions.merge_undo_columns import take_out_of_later_merges
from checkin.models import Escort, PaperMove, Patient, PatientMerge
from checkin.rules.entry_fates import EntryKind, EntryOutcome
from tests import make
from tests.actions.corrected_visits import NOVEMBER, fresh, relink, said, undo
from tests.actions.test_escort_returns import ROSA

AT = [make.at(f"10:{minute:02}", NOVEMBER) for minute in range(10)]
TEXT = {"remember": True, "best_way": "text"}
PHONE = "555-010-0111"
NINE_40, NINE_45 = (make.at(clock, NOVEMBER) for clock in ("9:40", "9:45"))
ZOLTANS, ADAS = [("Rosa Delgado", "aunt", "", "text", NINE_40)], [("Rosa Delgado", "aunt", "", "", NINE_45)]
"""What her row says of the one sign-in alone, and of the other."""


def two(front, zoltans=TEXT, adas=None):
    """Zoltan's visit and Ada's, each on the record that its own sign-in made."""
    zoltan = {"name": "Zoltan Kiss", "born": "2013-05-05", **ROSA, **zoltans}
    ada = {"name": "Ada Lovelace", "born": "2010-02-02", **ROSA, **(adas or {})}
    return make.visit(front, NINE_40, **zoltan), make.visit(front, NINE_45, **ada)


def take_for_one(first, second, by):
    """The first visit is taken for the other's child, and is a new patient after all."""
    match_decisions.link_visit_to_patient(visit=fresh(first), patient=fresh(second).patient, by=by, at=AT[1])
    match_decisions.decide_new_patient(visit=fresh(first), by=by, at=AT[2], said=said(first, None))


def link_both(first, second, to, by):
    match_decisions.link_visit_to_patient(visit=fresh(first), patient=to, by=by, at=AT[3])
    match_decisions.link_visit_to_patient(visit=fresh(second), patient=to, by=by, at=AT[4])


def unmerge(record, by, at=AT[6]):
    """Undo the merge by which the record went where it is."""
    return merge_undo.undo_patient_merge(merge=fresh(record).standing_merge(), by=by, at=at)


def rows(patient):
    """All that stands there of who brings the child."""
    found = patient.escorts.order_by("pk")
    return [(one.name, one.relationship, one.phone, one.best_way, one.last_came_at) for one in found]


def whole(*of):
    """The records, the visits and every adult's row, each by its id."""
    records = {
        one.pk: (fresh(one).status, one.merged_into, rows(one)) for one in of if isinstance(one, Patient)
    }
    visits = {one: (fresh(one).patient, one.escort, one.match) for one in of if not isinstance(one, Patient)}
    return records, visits, Escort.objects.count()


@pytest.mark.parametrize("how", ["visit", "merge"])
def test_an_undo_gives_back_her_row_though_an_earlier_merge_of_the_record_is_over(
    front, six, dana, max_, how
):
    """The undo went round between two records' rows for ever: the first merge was taken to stand."""
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
def test_a_correction_takes_her_wish_along_though_an_earlier_merge_is_over(front, six, one, dana, how):
    """It went round for ever as well: the adult comes home on the same way as by an undo."""
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
def test_both_undone_in_either_order_leave_what_was(front, six, dana, max_, linked, how, last):
    """Where Zoltan's was undone first it went round for ever."""
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


def test_her_number_comes_again_with_the_visit_though_a_merge_that_brought_it_is_undone(
    front, six, one, dana
):
    """The undo of the correction left it blank: it took an undo from before for one since."""
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


def test_taking_a_wish_out_of_the_next_record_ends_where_two_have_it_of_each_other(brook, max_):
    """Should two merges ever lead to each other, each row is put back once, and the page is no error."""
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
