"""An act and a corrected match at one moment: never on the other child, never lost without a word."""

from __future__ import annotations

import pytest
from django.db import connection

from checkin.actions import (
    consent,
    excuse_notes,
    matches,
    merging,
    needs,
    preferences,
    visits,
    worries,
)
from checkin.actions import discrepancies as differences
from checkin.actions.page_marks import PageChanged, asked_by, is_unchecked
from checkin.actions.paper_moves import ALL_GOES, PapersAsk
from checkin.models import ConsentRecord, Immunization, PaperMove, Patient, StandingProxy, Visit
from checkin.rules.need_facts import Kind
from checkin.web import page_marks
from tests import make, promising
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HEARD = {"care": "treatment", "agreed": True, "basis": "telephone", "how": "telephone", "who": "Ana Ruiz"}
UNASKED = ("ConsentRecord", "StandingProxy")
HEARD |= {"phone": "555-010-0123"}


class Morning:
    """Leo is here; Noor has his page open; Max knows that it is Mia."""

    def __init__(self, name: str = "Brook Street Clinic") -> None:
        self.desk = make.location(make.clinic(name))
        self.noor = make.staff(self.desk.clinic, f"noor {name}", "clinician")
        self.max = make.staff(self.desk.clinic, f"max {name}", "manager")
        self.leo = make.patient(self.desk.clinic)
        self.mia = make.patient(self.desk.clinic, "Mia Chen", "2017-05-05")
        make.guardian(self.leo, "Rosa Delgado")
        self.visit = make.visit(self.desk, escort_phone="555-010-0166", worried=True)
        self.mark = page_marks.of_visit(self.fresh())

    def fresh(self) -> Visit:
        return Visit.objects.select_related("patient", "escort", "clinic", "location__clinic").get(
            pk=self.visit.pk
        )

    def correct(self, **said) -> None:
        matches.link(visit=self.fresh(), patient=self.mia, by=self.max, at=make.at("9:42"), **said)

    def by(self) -> dict:
        return {"by": self.noor, "at": make.at("9:43")}


@pytest.fixture
def morning() -> Morning:
    return Morning()


def hear(one: Morning, visit: Visit) -> None:
    consent.record(patient=visit.patient, visit=visit, heard_by=one.noor, at=make.at("9:43"), **HEARD)


def give(one: Morning, visit: Visit) -> None:
    needs.answer(need=visit.needs.get(kind=Kind.VACCINE), outcome="done", **one.by())


def grant(one: Morning, visit: Visit) -> None:
    named = {"name": "Nia", "granted_by": "Ana Ruiz", "written_on": make.at().date()}
    consent.grant_proxy(patient=visit.patient, visit=visit, **named, **one.by())


def record(one: Morning, visit: Visit) -> None:
    said = {"language": "pl", "interpreter_needed": True, "access_needs": "ramp"}
    preferences.record(patient=visit.patient, visit=visit, **said, **one.by())


def wish(one: Morning, visit: Visit) -> None:
    preferences.set_(
        escort=visit.escort, visit=visit, approach="leave", best_way="", best_time="", **one.by()
    )


def settle(one: Morning, visit: Visit) -> None:
    row = visit.discrepancies.exclude(field="sign_in").first()
    differences.decide(discrepancy=row, kind="keep_old", **one.by())


def promise(one: Morning, visit: Visit) -> None:
    promising.promise(one.desk, patient=visit.patient, visit=visit, by=one.noor)


def step(one: Morning, visit: Visit) -> None:
    visits.move(visit=visit, to="roomed", reading="read", **one.by())


ACTS = {
    "a consent": hear,
    "a vaccine given": give,
    "a written proxy": grant,
    "what is on record": record,
    "a wish": wish,
    "a difference": settle,
    "a promise": promise,
    "a step": step,
    "urgent": lambda one, visit: consent.mark_urgent(visit=visit, **one.by()),
    "a note": lambda one, visit: excuse_notes.issue(visit=visit, kind="school", **one.by()),
    "going": lambda one, visit: worries.take(visit=visit, **one.by()),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_corrected_after_the_page_was_compared_and_before_the_rows_are_held(morning, act):
    stale = morning.fresh()
    morning.correct(said=ALL_GOES)
    with asked_by(morning.mark), pytest.raises(PageChanged):
        act(morning, stale)
    assert not ConsentRecord.objects.exists() and not Immunization.objects.exists()
    assert not StandingProxy.objects.exists()


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_page_that_is_right_is_checked_once_and_writes(morning, act):
    with asked_by(morning.mark):
        act(morning, morning.fresh())
        assert not is_unchecked()


def test_an_act_on_a_record_that_is_merged_at_that_moment_writes_nothing(morning):
    mark = page_marks.of_patient(morning.leo)
    merging.merge(merged=morning.leo, into=morning.mia, by=morning.max, at=make.at("9:42"), sure=True)
    named = {"name": "Nia", "granted_by": "Ana Ruiz", "written_on": make.at().date()}
    with asked_by(mark), pytest.raises(PageChanged):
        consent.grant_proxy(patient=morning.leo, **named, **morning.by())
    assert not StandingProxy.objects.exists()


@pytest.mark.parametrize("act", [hear, give, grant], ids=["consent", "given", "proxy"])
def test_an_act_and_a_correction_at_once_are_one_after_the_other(act):
    """Either it is on the child of the page, and whoever corrects is asked whose it is; or it is refused."""
    for nth in range(6 if connection.vendor == "postgresql" else 2):
        one = Morning(f"Clinic {nth}")

        def write(one=one):
            visit = one.fresh()
            with asked_by(one.mark):
                act(one, visit)
            return "written"

        def correct(one=one):
            one.correct()
            return "corrected"

        both = at_once(write, correct)
        results = {type(one_of) if isinstance(one_of, Exception) else one_of for one_of in both}
        if results == {"written", "corrected"}:
            # A consent or a proxy needs no answer: the correction knew of it, and says its fate.
            assert act is not give
            assert PaperMove.objects.filter(decision__visit=one.visit, subject__in=UNASKED).exists()
            continue
        assert results in ({"written", PapersAsk}, {PageChanged, "corrected"}), results
        on = {
            row.patient_id
            for model in (ConsentRecord, Immunization, StandingProxy)
            for row in model.objects.filter(patient__clinic=one.desk.clinic)
        }
        assert on == ({one.leo.pk} if "written" in results else set())
        linked = Patient.objects.get(pk=one.fresh().patient_id)
        assert linked == (one.leo if "written" in results else one.mia)
