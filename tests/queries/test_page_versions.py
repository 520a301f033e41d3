"""A page names whoever last merged or separated its record."""

from __future__ import annotations

from checkin.actions import match_decisions, patient_merges
from checkin.models import Clinic, Location, Patient, Staff
from checkin.queries.page_versions import find_last_merge_of_record
from tests import make


def test_a_decision_that_moved_a_merged_record_since_is_the_last_change(
    brook: Clinic, front: Location, dana: Staff, max_: Staff
) -> None:
    lou, mia = make.patient(brook, "Lou Ames", "2017-02-03"), make.patient(brook, "Mia Chen", "2016-05-06")
    visit = make.visit(front, make.at("9:30"), name="Zoltan Kiss", born="2019-05-05")
    match_decisions.decide_new_patient(visit=visit, by=dana, at=make.at("9:40"))
    made = Patient.objects.get(pk=visit.patient_id)
    merge = patient_merges.merge_patients(merged=made, into=lou, by=max_, at=make.at("9:41"), sure=True).merge
    assert find_last_merge_of_record(brook, made.pk) == merge
    visit.refresh_from_db()
    moved = match_decisions.link_visit_to_patient(visit=visit, patient=mia, by=dana, at=make.at("9:43"))
    made.refresh_from_db()
    assert made.merged_into == mia
    assert find_last_merge_of_record(brook, made.pk) == moved
    assert find_last_merge_of_record(brook, lou.pk) == merge
