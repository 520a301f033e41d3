"""A record made at a sign-in belongs to that visit alone until something else refers to it, case by case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from checkin.actions import match_decisions, patient_merges
from checkin.models import (
    ChartChange,
    Clinic,
    ConsentRecord,
    DueItem,
    Immunization,
    Location,
    PatientIdentifier,
    PatientMerge,
    Staff,
    StandingProxy,
    Visit,
    sign_in_records,
)
from checkin.models import (
    sign_in_record_merges as sign_in_record_merge_models,
)
from tests import make
from tests.promising import promise

DAY = dt.date(2026, 3, 3)
LATER = make.at("9:50")


@pytest.fixture
def at(brook: Clinic, front: Location, dana: Staff) -> SimpleNamespace:
    """Zed, who has no record yet, signs in; so does Ivy, on another visit."""
    visit = make.visit(front, name="Zed Quill", born="2014-07-07")
    other = make.visit(front, name="Ivy Poole", born="2013-04-03")
    assert visit.patient.is_provisional
    return SimpleNamespace(brook=brook, front=front, dana=dana, visit=visit, other=other, zed=visit.patient)


def number(at: Any, **more: Any) -> None:
    PatientIdentifier.objects.create(clinic=at.brook, patient=at.zed, system="mrn", value="7")


def due(at: Any, **more: Any) -> None:
    DueItem.objects.create(clinic=at.brook, patient=at.zed, kind="vaccine", name="MMR", due_on=DAY)


def imported_guardian(at: Any, **more: Any) -> None:
    make.guardian(at.zed, system="mrn", value="g-1")


def given(at: SimpleNamespace, visit: Any = None) -> None:
    Immunization.objects.create(clinic=at.brook, patient=at.zed, name="MMR", given_on=DAY, visit=visit)


def heard(at: Any, visit: Any = None) -> None:
    facts = {"care": "vaccine", "agreed": True, "basis": "telephone", "how": "telephone", "who": "Ana"}
    ConsentRecord.objects.create(
        clinic=at.brook, patient=at.zed, visit=visit, heard_by=at.dana, at=LATER, **facts
    )


def proxy(at: Any, visit: Any = None) -> None:
    StandingProxy.objects.create(
        clinic=at.brook, patient=at.zed, visit=visit, name="Nia", granted_by="Ana", written_on=DAY,
        recorded_by=at.dana, recorded_at=LATER,
    )  # fmt: skip


def promised(at: Any, visit: Any = None) -> None:
    promise(at.front, patient=at.zed, visit=visit, by=at.dana, at=LATER)


def chart(at: SimpleNamespace, visit: Any = None, status: str = "stands") -> None:
    ChartChange.objects.create(
        clinic=at.brook, visit=visit, patient=at.zed, subject="Patient", subject_id=at.zed.pk, before={},
        after={}, at=LATER, by=at.dana, status=status,
    )  # fmt: skip


def of_others(at: SimpleNamespace) -> bool:
    return sign_in_records.is_record_of_other_visits(at.zed, Visit.objects.get(pk=at.visit.pk))


def test_a_new_sign_in_record_belongs_only_to_its_visit(at: SimpleNamespace) -> None:
    assert not of_others(at)
    assert sign_in_records.is_record_made_at_visit(at.visit)


@pytest.mark.parametrize("known", [number, due, imported_guardian, given])
def test_imported_facts_make_the_record_known_elsewhere(
    at: SimpleNamespace, known: Callable[..., None]
) -> None:
    known(at)
    assert sign_in_records.is_record_known_elsewhere(at.zed, at.visit)
    assert of_others(at)
    assert not sign_in_records.is_record_made_at_visit(at.visit)


@pytest.mark.parametrize("written", [given, heard, proxy, promised, chart])
def test_entries_written_at_another_visit_make_the_record_shared(
    at: SimpleNamespace, written: Callable[..., None]
) -> None:
    Visit.objects.filter(pk=at.other.pk).update(patient=at.zed)
    written(at, visit=at.other)
    Visit.objects.filter(pk=at.other.pk).update(patient=at.other.patient)
    assert of_others(at)


@pytest.mark.parametrize("written", [given, heard, proxy, promised, chart])
def test_entries_written_at_its_own_visit_do_not_make_it_shared(
    at: SimpleNamespace, written: Callable[..., None]
) -> None:
    written(at, visit=at.visit)
    assert not of_others(at)


@pytest.mark.parametrize("written", [heard, proxy, promised])
def test_entries_written_on_its_page_do_not_make_it_shared(
    at: SimpleNamespace, written: Callable[..., None]
) -> None:
    written(at)
    assert not of_others(at)


def test_a_guardian_typed_on_its_page_does_not_count_as_imported(at: SimpleNamespace) -> None:
    make.guardian(at.zed)
    assert not sign_in_records.is_record_known_elsewhere(at.zed, at.visit)


def test_a_chart_change_taken_off_does_not_make_the_record_shared(at: SimpleNamespace) -> None:
    chart(at, visit=at.other, status="taken_off")
    assert not of_others(at)


def test_another_visit_on_the_record_makes_it_shared(at: SimpleNamespace) -> None:
    Visit.objects.filter(pk=at.other.pk).update(patient=at.zed)
    assert of_others(at)


def test_a_record_merged_into_it_makes_it_shared(at: SimpleNamespace) -> None:
    patient_merges.merge_patients(merged=at.other.patient, into=at.zed, by=at.dana, at=LATER, sure=True)
    Visit.objects.filter(pk=at.other.pk).update(patient=make.patient(at.brook))
    assert of_others(at)


def test_a_patient_on_file_was_not_made_at_the_visit(
    at: SimpleNamespace, brook: Clinic, front: Location
) -> None:
    make.patient(brook, "Leo Ruiz")
    known = make.visit(front)
    assert known.match == "certain"
    assert not sign_in_records.is_record_made_at_visit(known)


def test_a_new_patient_was_made_at_the_visit(at: SimpleNamespace) -> None:
    match_decisions.decide_new_patient(visit=at.visit, by=at.dana, at=LATER)
    visit = Visit.objects.get(pk=at.visit.pk)
    assert not visit.patient.is_provisional
    assert sign_in_records.is_record_made_at_visit(visit) and sign_in_records.is_whole_record_of_visit(visit)


class TestOnceItWasMerged:
    """A merged sign-in record still follows its visit if nothing else ever referred to it."""

    @pytest.fixture
    def merge(self, at: SimpleNamespace) -> PatientMerge | None:
        leo = make.patient(at.brook)
        return match_decisions.link_visit_to_patient(visit=at.visit, patient=leo, by=at.dana, at=LATER).merge

    def own(self, at: SimpleNamespace) -> PatientMerge | None:
        return sign_in_record_merge_models.find_sign_in_record_merge(Visit.objects.get(pk=at.visit.pk))

    def test_the_merge_is_found_for_its_visit(self, at: SimpleNamespace, merge: PatientMerge | None) -> None:
        assert merge is not None and self.own(at) == merge

    @pytest.mark.parametrize("known", [number, due, given])
    def test_facts_imported_before_the_merge_make_it_a_separate_child(
        self, at: SimpleNamespace, known: Callable[..., None]
    ) -> None:
        known(at)
        match_decisions.link_visit_to_patient(
            visit=at.visit, patient=make.patient(at.brook), by=at.dana, at=LATER
        )
        assert self.own(at) is None

    @pytest.mark.parametrize("known", [number, due, given])
    def test_facts_imported_after_the_merge_make_it_a_separate_child(
        self, at: SimpleNamespace, merge: PatientMerge | None, known: Callable[..., None]
    ) -> None:
        known(at)
        assert self.own(at) is None

    def test_an_appointment_makes_it_a_separate_child(
        self, at: SimpleNamespace, merge: PatientMerge | None
    ) -> None:
        make.appointment(at.zed, at.front)
        assert self.own(at) is None

    def test_another_visit_on_the_record_makes_it_a_separate_child(
        self, at: SimpleNamespace, merge: PatientMerge | None
    ) -> None:
        Visit.objects.filter(pk=at.other.pk).update(patient=at.zed)
        assert self.own(at) is None

    @pytest.mark.parametrize("column", ["patient", "previous_patient"])
    def test_another_visit_once_linked_to_it_makes_it_a_separate_child(
        self, at: SimpleNamespace, merge: PatientMerge | None, column: str
    ) -> None:
        facts = {"kind": "link", "at": LATER, "by": at.dana, "previous_match": "", column: at.zed}
        at.other.match_decisions.create(**facts)
        assert self.own(at) is None

    def test_a_vaccine_given_at_the_visit_itself_does_not_make_it_separate(
        self, at: SimpleNamespace, merge: PatientMerge | None
    ) -> None:
        given(at, visit=at.visit)
        assert self.own(at) == merge

    def test_a_merge_of_a_patient_on_file_is_not_a_sign_in_record_merge(
        self, at: SimpleNamespace, front: Location
    ) -> None:
        """An ordinary merge of two records: this one was a separate child before."""
        make.patient(at.brook, "Mia Chen", "2017-05-05")
        known = make.visit(front, name="Mia Chen", born="2017-05-05")
        patient_merges.merge_patients(
            merged=known.patient, into=at.other.patient, by=at.dana, at=LATER, sure=True
        )
        assert sign_in_record_merge_models.find_sign_in_record_merge(Visit.objects.get(pk=known.pk)) is None

    def test_the_merge_is_found_only_for_the_record_it_went_into(
        self, at: SimpleNamespace, merge: PatientMerge | None
    ) -> None:
        visit = Visit.objects.get(pk=at.visit.pk)
        assert sign_in_record_merge_models.find_merge_into_visit_record(visit, merge.into) == merge
        assert sign_in_record_merge_models.find_merge_into_visit_record(visit, at.zed) == merge
        assert (
            sign_in_record_merge_models.find_merge_into_visit_record(
                visit, make.patient(at.brook, "Mia Chen")
            )
            is None
        )
        assert sign_in_record_merge_models.find_merge_into_visit_record(visit, None) is None
