"""Match decisions and merges undone in any order leave every entry where it was."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
import time_machine
from django.db import transaction

from checkin.actions import (
    consent,
    match_decisions,
    merge_undo,
    patient_merges,
    preferences,
    promises,
    provisional_patients,
)
from checkin.actions.entry_moves import EntryAnswers
from checkin.actions.match_corrections import find_entries_to_show, find_standing_match_decision
from checkin.actions.refusals import Refused
from checkin.models import (
    ChartChange,
    ConsentRecord,
    Guardian,
    Patient,
    PatientMerge,
    Promise,
    StandingProxy,
    Visit,
)
from checkin.models.sign_in_record_merges import find_merge_into_visit_record
from checkin.rules.consent_adults import ConsentBasis, ConsentChannel
from checkin.rules.promises import PromiseTerms
from tests import make

pytestmark = pytest.mark.django_db

WRITTEN_ON = dt.date(2026, 3, 1)
PAPERS = {
    ConsentRecord: ("patient_id", "withdrawn_at"),
    StandingProxy: ("patient_id", "revoked_at"),
    Promise: ("patient_id", "made_for_id"),
    Guardian: ("patient_id", "position"),
    ChartChange: ("patient_id", "subject_id", "status"),
    Visit: ("patient_id", "match"),
}
CARE = ("given_name", "language", "interpreter_needed", "access_needs")
NEEDS = [("", True, "a ramp"), ("vi", True, ""), ("es", False, "crutches"), ("", False, "")]
NEWCOMERS = ("Zed Quux", "Moe Patel", "Ida Lund")


class Chains:
    """Two children on file and others who are not, with entries of every kind, with and without a visit."""

    def __init__(self, seed: int, *, apart: bool = False) -> None:
        """`apart`: each visit has different needs, or none; otherwise all have the same."""
        self.dice = random.Random(seed)  # noqa: S311
        needs = random.Random(seed).sample(NEEDS, len(NEEDS))  # noqa: S311
        self.said_needs = needs if apart else NEEDS[:1] * len(NEEDS)
        self.clinic = make.clinic()
        self.desk = make.location(self.clinic)
        self.by = make.staff(self.clinic, "dana", location=self.desk)
        self.minute = 0
        self.log: list[str] = []
        self.filed = [make.patient(self.clinic, name, "2018-03-14") for name in ("Lea Ruiz", "Ben Ode")]
        for record in self.filed:
            make.guardian(record, f"Mother of {record.name}")
            self.write_on(record)
        self.visits = [self.sign_in(name) for name in NEWCOMERS[: self.dice.choice([2, 2, 3])]]
        for visit in self.visits:
            if self.dice.random() < 0.7:
                match_decisions.decide_new_patient(visit=visit, by=self.by, at=self.now)
                visit.refresh_from_db()
            make.guardian(visit.patient, f"Mother of {visit.patient.name}")
            self.write_on(visit.patient)
            self.write_at(visit)

    @property
    def now(self) -> dt.datetime:
        self.minute += 1
        return make.at("7:00") + dt.timedelta(minutes=self.minute)

    def sign_in(self, name: str) -> Visit:
        said = {"escort_name": f"Aunt of {name}", "relationship": "aunt"}
        return make.visit(self.desk, self.now, name=name, born="2012-12-12", **said)

    def write_on(self, record: Patient, visit: Visit | None = None) -> None:
        facts: dict[str, Any] = {"patient": record, "visit": visit, "by": self.by, "at": self.now}
        who = f"{'Guest' if visit else 'Mother'} of {record.name}"
        told = {
            "basis": ConsentBasis.TELEPHONE,
            "how": ConsentChannel.TELEPHONE,
            "heard_by": self.by,
            "at": self.now,
        }
        consent.record_consent(patient=record, visit=visit, care="vaccine", agreed=True, who=who, **told)
        consent.grant_proxy(**facts, name=f"Gran {self.minute}", granted_by=who, written_on=WRITTEN_ON)
        due = make.at("20:00")
        said = PromiseTerms(to_whom=who, way="phone", reach_at="5550100190", about="the result", due_at=due)
        promises.make_promise(**facts, location=self.desk, said=said, owner=self.by)

    def write_at(self, visit: Visit) -> None:
        self.write_on(visit.patient, visit)
        language, interpreter, access = self.said_needs[visit.pk % len(NEEDS)]
        needs = {"language": language, "interpreter_needed": interpreter, "access_needs": access}
        preferences.record_language_and_needs(
            patient=visit.patient, visit=visit, by=self.by, at=self.now, **needs
        )

    # Reads -----------------------------------------------------------------------------------------------

    def look(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for model, columns in PAPERS.items():
            for row in model._default_manager.values("pk", *columns):
                found[f"{model.__name__} {row['pk']}"] = {name: row[name] for name in columns}
        for one in Patient.objects.exclude(status=Patient.Status.ENTERED_IN_ERROR):
            said = {name: getattr(one, name) for name in ("status", "merged_into_id", *CARE)}
            found[f"Patient {one.pk}"] = said
        return found

    def differs(self, before: dict[str, Any]) -> list[str]:
        after = self.look()
        return [
            f"{key}: {before.get(key)} → {after.get(key)}"
            for key in sorted({*before, *after})
            if before.get(key) != after.get(key)
        ]

    # Decisions -------------------------------------------------------------------------------------------

    def said(self, visit: Visit, to: Patient | None, undoes: Any = None) -> EntryAnswers:
        asked = [one for one in find_entries_to_show(visit, to, undoes=undoes) if one.asks]
        return EntryAnswers({one.key: "new" if "new" in one.whose else "nobody" for one in asked})

    def link(self, visit: Visit) -> str:
        record = self.dice.choice(list(Patient.objects.on_file().order_by("pk")))
        before = find_standing_match_decision(visit)
        said = self.said(visit, record)
        match_decisions.link_visit_to_patient(visit=visit, patient=record, by=self.by, at=self.now, said=said)
        return f"link {visit.pk} to {record.pk}" if find_standing_match_decision(visit) != before else ""

    def new(self, visit: Visit) -> str:
        before = find_standing_match_decision(visit)
        match_decisions.decide_new_patient(
            visit=visit, by=self.by, at=self.now, said=self.said(visit, self.own(visit))
        )
        return f"new {visit.pk}" if find_standing_match_decision(visit) != before else ""

    def own(self, visit: Visit) -> Patient | None:
        """Return the record of the visit's own sign-in, which “it is a new patient” puts it on."""
        if provisional_patients.has_own_provisional_record(visit):
            return visit.patient
        merge = find_merge_into_visit_record(visit, visit.patient)
        return merge.merged if merge else Patient(clinic=self.clinic)

    def merge(self, visit: Visit) -> str:
        on_file = list(Patient.objects.on_file().order_by("pk"))
        if len(on_file) < 2:
            return ""
        one, other = self.dice.sample(on_file, 2)
        made = patient_merges.merge_patients(
            merged=one, into=other, by=self.by, at=self.now, why="both cards were seen"
        )
        return f"merge {one.pk} into {other.pk} ({made.merge})"

    def undo(self, visit: Visit) -> str:
        last = find_standing_match_decision(visit)
        if last is None or last.pk in self.first:
            return ""
        said = self.said(visit, last.previous_patient, last)
        match_decisions.undo_match_decision(visit=visit, by=self.by, at=self.now, said=said)
        return f"undo of {visit.pk} ({last.kind})"

    def unmerge(self, visit: Visit) -> str:
        standing = list(PatientMerge.objects.filter(undoes=None, undone_by=None).order_by("pk"))
        if not standing:
            return ""
        merge = self.dice.choice(standing)
        merge_undo.undo_patient_merge(merge=merge, by=self.by, at=self.now)
        return f"undo of {merge}"

    def try_(self, act: Any) -> bool:
        visit = self.visit = self.dice.choice(list(Visit.objects.order_by("pk")))
        try:
            with transaction.atomic():
                done = act(Visit.objects.select_related("patient").get(pk=visit.pk))
        except Refused as refused:
            self.refused = f"{act.__name__} of visit {visit.pk}: {refused}"
            return False
        self.log += [done] if done else []
        return bool(done)

    def decide(self, steps: int, acts: list[Any]) -> None:
        for _ in range(steps):
            self.try_(self.dice.choice(acts))

    def begin(self) -> dict[str, Any]:
        self.first = {
            last.pk
            for visit in Visit.objects.all()
            if (last := find_standing_match_decision(visit)) is not None
        }
        return self.look()

    def all_back(self, undos: list[Any]) -> None:
        """Undo standing decisions in random order until none is left."""
        for _ in range(400):
            if not self.stands():
                return
            self.try_(self.dice.choice(undos))
        pytest.fail(f"{self.stands()} cannot be taken back: {self.refused}; {self.log}")

    def stands(self) -> list[str]:
        decided = [find_standing_match_decision(visit) for visit in Visit.objects.all()]
        left = [f"{one} on {one.visit_id}" for one in decided if one is not None and one.pk not in self.first]
        merges = PatientMerge.objects.filter(undoes=None, undone_by=None).select_related("merged")
        return left + [str(one) for one in merges if merge_undo.is_merge_in_force(one, one.merged)]


def drive(seed: int, steps: int, *, merges: bool, apart: bool = False) -> None:
    chains = Chains(seed, apart=apart)
    before = chains.begin()
    more = [chains.merge, chains.unmerge] if merges else []
    chains.decide(steps, [chains.link, chains.link, chains.new, chains.undo, *more])
    chains.all_back([chains.undo, *([chains.unmerge] if merges else [])])
    wrong = chains.differs(before)
    assert not wrong, "\n".join([*wrong, *chains.log])


@pytest.mark.parametrize("seed", [4, 7, 44])
def test_undoing_all_match_decisions_restores_every_entry(seed: int, tuesday: time_machine.Traveller) -> None:
    drive(seed, 6, merges=False)


def test_merges_undone_on_their_own_page_do_not_block_the_undo_of_a_visit(
    tuesday: time_machine.Traveller,
) -> None:
    drive(103, 6, merges=True)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(104, 120))
def test_undoing_all_decisions_and_merges_restores_every_entry_long(
    seed: int, tuesday: time_machine.Traveller
) -> None:
    drive(seed, 6, merges=True, apart=seed % 3 == 0)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8, 60))
def test_undoing_all_match_decisions_restores_every_entry_long(
    seed: int, tuesday: time_machine.Traveller
) -> None:
    drive(seed, 6, merges=False)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(60, 80))
def test_undoing_all_decisions_restores_needs_that_differ_per_visit(
    seed: int, tuesday: time_machine.Traveller
) -> None:
    drive(seed, 6, merges=False, apart=True)


def test_a_need_written_by_another_visits_merge_stays_until_that_visit_leaves(
    tuesday: time_machine.Traveller,
) -> None:
    chains = Chains(44)
    (lea, ben), (first, second) = chains.filed, chains.visits
    for visit, record in ((second, lea), (first, lea), (first, ben)):
        visit.refresh_from_db()
        match_decisions.link_visit_to_patient(
            visit=visit, patient=record, by=chains.by, at=chains.now, said=chains.said(visit, record)
        )
    lea.refresh_from_db()
    assert (lea.interpreter_needed, lea.access_needs) == (True, "a ramp")
    second.refresh_from_db()
    match_decisions.link_visit_to_patient(
        visit=second, patient=ben, by=chains.by, at=chains.now, said=chains.said(second, ben)
    )
    lea.refresh_from_db()
    assert (lea.interpreter_needed, lea.access_needs) == (False, "")


def test_a_visits_record_can_leave_two_records_that_were_merged_since(
    tuesday: time_machine.Traveller,
) -> None:
    """The undo of a link between the two changed nothing. Moe's record stayed merged, on another child."""
    chains = Chains(49)
    before = chains.begin()
    (_, ben), (zed, moe) = chains.filed, chains.visits
    assert (zed.patient.status, moe.patient.status) == ("active", "provisional")
    for visit, record in ((moe, ben), (moe, zed.patient), (moe, None), (zed, ben)):
        visit.refresh_from_db()
        facts = {"visit": visit, "by": chains.by, "at": chains.now}
        if record is None:
            match_decisions.decide_new_patient(**facts, said=chains.said(visit, chains.own(visit)))
        else:
            match_decisions.link_visit_to_patient(**facts, patient=record, said=chains.said(visit, record))
    for visit in (moe, moe, moe, zed):
        visit.refresh_from_db()
        chains.undo(visit)
    assert chains.differs(before) == []
