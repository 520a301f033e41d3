"""An act and a match correction at the same moment: never written to the other child, never silently lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from checkin.actions import (
    consent,
    discrepancies,
    excuse_notes,
    look_alikes,
    match_decisions,
    merge_undo,
    needs,
    patient_merges,
    preferences,
    provisional_patients,
    urgent_signs,
    visits,
)
from checkin.actions.entry_moves import ALL_ENTRIES_GO, EntriesUndecided
from checkin.actions.page_versions import (
    PageChanged,
    RecordChanged,
    expect_page_version,
    is_page_unchecked,
)
from checkin.actions.patient_merges import MergeOutcome
from checkin.models import ConsentRecord, Immunization, LookAlike, PaperMove, Patient, StandingProxy, Visit
from checkin.rules.need_types import NeedKind
from checkin.web import page_versions
from tests import make, promising
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HEARD = {"care": "treatment", "agreed": True, "basis": "telephone", "how": "telephone", "who": "Ana Ruiz"}
UNASKED = ("ConsentRecord", "StandingProxy")
HEARD |= {"phone": "555-010-0123"}


class Morning:
    """Leo is signed in; Noor has his page open; Max knows that it is Mia."""

    def __init__(self, name: str = "Brook Street Clinic") -> None:
        self.desk = make.location(make.clinic(name))
        self.noor = make.staff(self.desk.clinic, f"noor {name}", "clinician")
        self.max = make.staff(self.desk.clinic, f"max {name}", "manager")
        self.leo = make.patient(self.desk.clinic)
        self.mia = make.patient(self.desk.clinic, "Mia Chen", "2017-05-05")
        make.guardian(self.leo, "Rosa Delgado")
        self.visit = make.visit(self.desk, escort_phone="555-010-0166", worried=True)
        self.mark = page_versions.visit_page_version(self.fresh())

    def fresh(self) -> Visit:
        return Visit.objects.select_related("patient", "escort", "clinic", "location__clinic").get(
            pk=self.visit.pk
        )

    def correct(self, **said: Any) -> None:
        match_decisions.link_visit_to_patient(
            visit=self.fresh(), patient=self.mia, by=self.max, at=make.at("9:42"), **said
        )

    def by(self) -> dict:
        return {"by": self.noor, "at": make.at("9:43")}


@pytest.fixture
def morning() -> Morning:
    return Morning()


def hear(one: Morning, visit: Visit) -> None:
    consent.record_consent(patient=visit.patient, visit=visit, heard_by=one.noor, at=make.at("9:43"), **HEARD)


def give(one: Morning, visit: Visit) -> None:
    needs.answer_need(need=visit.needs.get(kind=NeedKind.VACCINE), outcome="done", **one.by())


def grant(one: Morning, visit: Visit) -> None:
    named = {"name": "Nia", "granted_by": "Ana Ruiz", "written_on": make.at().date()}
    consent.grant_proxy(patient=visit.patient, visit=visit, **named, **one.by())


def record(one: Morning, visit: Visit) -> None:
    said = {"language": "pl", "interpreter_needed": True, "access_needs": "ramp"}
    preferences.record_language_and_needs(patient=visit.patient, visit=visit, **said, **one.by())


def wish(one: Morning, visit: Visit) -> None:
    preferences.set_preferences(
        escort=visit.escort, visit=visit, approach="leave", best_way="", best_time="", **one.by()
    )


def settle(one: Morning, visit: Visit) -> None:
    row = visit.discrepancies.exclude(field="sign_in").first()
    discrepancies.decide_discrepancy(discrepancy=row, kind="keep_old", **one.by())


def promise(one: Morning, visit: Visit) -> None:
    promising.promise(one.desk, patient=visit.patient, visit=visit, by=one.noor)


def step(one: Morning, visit: Visit) -> None:
    visits.move_visit(visit=visit, to="roomed", reading="read", **one.by())


ACTS = {
    "a consent": hear,
    "a vaccine given": give,
    "a written proxy": grant,
    "what is on record": record,
    "a wish": wish,
    "a difference": settle,
    "a promise": promise,
    "a step": step,
    "urgent": lambda one, visit: consent.mark_visit_urgent(visit=visit, **one.by()),
    "a note": lambda one, visit: excuse_notes.issue_note(visit=visit, kind="school", **one.by()),
    "going": lambda one, visit: urgent_signs.take_urgent_visit(visit=visit, **one.by()),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_correction_between_the_page_check_and_the_lock_refuses_the_act(morning: Morning, act: Any) -> None:
    stale = morning.fresh()
    morning.correct(said=ALL_ENTRIES_GO)
    with expect_page_version(morning.mark), pytest.raises(PageChanged):
        act(morning, stale)
    assert not ConsentRecord.objects.exists() and not Immunization.objects.exists()
    assert not StandingProxy.objects.exists()


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_act_from_a_current_page_is_checked_once_and_written(morning: Morning, act: Any) -> None:
    with expect_page_version(morning.mark):
        act(morning, morning.fresh())
        assert not is_page_unchecked()


def test_an_act_on_a_record_merged_at_that_moment_writes_nothing(morning: Morning) -> None:
    mark = page_versions.patient_page_version(morning.leo)
    patient_merges.merge_patients(
        merged=morning.leo, into=morning.mia, by=morning.max, at=make.at("9:42"), sure=True
    )
    named = {"name": "Nia", "granted_by": "Ana Ruiz", "written_on": make.at().date()}
    with expect_page_version(mark), pytest.raises(PageChanged):
        consent.grant_proxy(patient=morning.leo, **named, **morning.by())
    assert not StandingProxy.objects.exists()


@pytest.mark.parametrize("act", [hear, give, grant], ids=["consent", "given", "proxy"])
def test_a_simultaneous_act_and_correction_run_one_after_the_other(act: Callable[..., None]) -> None:
    """Either it is written to the page's child and the corrector is asked whose it is, or it is refused."""
    for nth in range(6 if connection.vendor == "postgresql" else 2):
        one = Morning(f"Clinic {nth}")

        def write(one: Any = one) -> str:
            visit = one.fresh()
            with expect_page_version(one.mark):
                act(one, visit)
            return "written"

        def correct(one: Any = one) -> str:
            one.correct()
            return "corrected"

        both = at_once(write, correct)
        results = {type(one_of) if isinstance(one_of, Exception) else one_of for one_of in both}
        if results == {"written", "corrected"}:
            # A consent or a proxy needs no answer: the correction saw it and decided where it goes.
            assert act is not give
            assert PaperMove.objects.filter(decision__visit=one.visit, subject__in=UNASKED).exists()
            continue
        assert results in ({"written", EntriesUndecided}, {PageChanged, "corrected"}), results
        on = {
            row.patient_id
            for model in (ConsentRecord, Immunization, StandingProxy)
            for row in model.objects.filter(patient__clinic=one.desk.clinic)
        }
        assert on == ({one.leo.pk} if "written" in results else set())
        linked = Patient.objects.get(pk=one.fresh().patient_id)
        assert linked == (one.leo if "written" in results else one.mia)


class Choice:
    """Kay's record was merged into Lou's by mistake and its name taken: Noor's page offers it as Kay."""

    def __init__(self, name: str = "Brook Street Clinic") -> None:
        one = self.morning = Morning(name)
        clinic = one.desk.clinic
        self.lou = make.patient(clinic, "Lou Ames", "2014-08-09")
        kay, self.older = make.patient(clinic, "Kay Ames", "2016-01-01"), make.patient(clinic, "Kay Amos")
        self.made = self.merge(kay, take=("given_name", "birth_date")).merge
        self.provisional = make.patient(clinic, "Zed Quill", "2011-01-01", status=Patient.Status.PROVISIONAL)
        self.visit = make.visit(one.desk, name="Kaya Ames", born="2016-01-01")
        self.pair = LookAlike.objects.create(
            clinic=clinic, record=self.lou, older=self.older, noticed_at=make.at()
        )
        self.lou = Patient.objects.get(pk=self.lou.pk)
        self.beside = (page_versions.patient_page_version(self.lou),)

    def merge(self, merged: Patient, **said: Any) -> MergeOutcome:
        by = {"by": self.morning.max, "at": make.at("9:41"), "sure": True}
        return patient_merges.merge_patients(merged=merged, into=self.lou, **said, **by)

    def put_right(self) -> None:
        merge_undo.undo_patient_merge(merge=self.made, by=self.morning.max, at=make.at("9:42"))

    def link(self) -> None:
        match_decisions.link_visit_to_patient(
            visit=self.visit, patient=self.lou, seen=self.seen(), **self.by_max()
        )

    def seen(self) -> int:
        last = self.visit.match_decisions.order_by("pk").last()
        return last.pk if last else 0

    def merge_provisional(self) -> None:
        provisional_patients.merge_provisional_patient(
            provisional=self.provisional, into=self.lou, **self.by_max()
        )

    def merge_on_file(self) -> None:
        patient_merges.merge_patients(merged=self.older, into=self.lou, sure=True, **self.by_max())

    def say_two(self) -> None:
        look_alikes.mark_look_alikes_different(look_alike=self.pair, **self.by_max())

    def by_max(self) -> dict:
        return {"by": self.morning.max, "at": make.at("9:43")}

    def written(self) -> list[bool]:
        fresh = Patient.objects.in_bulk([self.provisional.pk, self.older.pk])
        return [
            Visit.objects.get(pk=self.visit.pk).patient_id == self.lou.pk,
            *(not one.is_on_file for one in fresh.values()),
            LookAlike.objects.get(pk=self.pair.pk).settled_at is not None,
        ]


NAMING = [Choice.link, Choice.merge_provisional, Choice.merge_on_file, Choice.say_two]


@pytest.mark.parametrize("act", NAMING)
def test_a_record_chosen_in_the_form_is_checked_once_it_is_locked(act: Callable[..., None]) -> None:
    one = Choice()
    one.put_right()
    with expect_page_version(None, one.beside), pytest.raises(RecordChanged):
        act(one)
    assert not any(one.written())


@pytest.mark.parametrize("act", NAMING)
def test_a_record_unchanged_since_the_page_was_shown_is_accepted_and_checked_once(
    act: Callable[..., None],
) -> None:
    one = Choice()
    with expect_page_version(None, one.beside):
        act(one)
        assert not is_page_unchecked()
    assert any(one.written())


@pytest.mark.parametrize("act", [Choice.link, Choice.merge_provisional])
def test_choosing_a_record_while_its_merge_is_undone_never_links_the_other_child(
    act: Callable[..., None],
) -> None:
    """Chosen first, it ends where the undo leaves it; undone first, the choice is refused."""
    for nth in range(6 if connection.vendor == "postgresql" else 2):
        one = Choice(f"Clinic {nth}")

        def choose(one: Any = one) -> str:
            with expect_page_version(None, one.beside):
                act(one)
            return "chosen"

        def put_right(one: Any = one) -> str:
            one.put_right()
            return "undone"

        both = at_once(choose, put_right)
        results = {type(of) if isinstance(of, Exception) else of for of in both}
        assert results in ({"chosen", "undone"}, {RecordChanged, "undone"}), results
        assert any(one.written()) == ("chosen" in results)
