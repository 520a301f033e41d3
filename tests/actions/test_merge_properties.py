"""Merges undone in any order among random acts: every entry is on the record where it belongs."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
import time_machine

from checkin.actions import (
    consent,
    match_decisions,
    merge_undo,
    needs,
    patient_merges,
    promises,
    visits,
)
from checkin.models import (
    ConsentRecord,
    DueItem,
    Escort,
    Guardian,
    Immunization,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Promise,
    Role,
    SignInChannel,
    StandingProxy,
    Visit,
)
from checkin.rules.promises import PromiseTerms
from tests import make

pytestmark = pytest.mark.django_db
KINDS = (ConsentRecord, StandingProxy, Promise, Visit, Guardian, PatientIdentifier, DueItem, Immunization)
ADULTS = ("Rosa Delgado", "Ana Ruiz", "Tom Quill", "")


class World:
    """A clinic with three records, and a plain model of which record each entry is about.

    An entry belongs to the record it was written on, or to its visit's. A merged record counts as
    the one it was merged into.
    """

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311
        self.clinic = make.clinic()
        self.desk = make.location(self.clinic)
        self.by = make.staff(self.clinic, "dana", Role.FRONT_DESK, location=self.desk)
        self.clinician = make.staff(self.clinic, "noor", Role.CLINICIAN, location=self.desk)
        self.minute = 0
        names = ("Zed Quill", "Emma Johnson", "Leo Ruiz")
        self.records = [make.patient(self.clinic, name, f"201{n}-04-04") for n, name in enumerate(names)]
        Patient.objects.filter(pk=self.records[0].pk).update(status=Patient.Status.PROVISIONAL)
        self.went: dict[int, int] = {}
        self.own: dict[tuple[str, int], int] = {}
        self.at_visit: dict[tuple[str, int], int] = {}
        self.log: list[str] = []

    @property
    def now(self) -> dt.datetime:
        self.minute += 1
        return make.at("7:00") + dt.timedelta(minutes=self.minute)

    def end(self, record: int) -> int:
        while record in self.went:
            record = self.went[record]
        return record

    def about(self, row: tuple[str, int]) -> int:
        """Return the record that an entry is about."""
        return self.about(("Visit", self.at_visit[row])) if row in self.at_visit else self.own[row]

    def keep(self, row: Any, *, record: Patient | None = None, visit: Visit | None = None) -> None:
        key = (type(row).__name__, row.pk)
        if visit is not None:
            self.at_visit[key] = visit.pk
        else:
            self.own[key] = record.pk

    def on_file(self) -> Patient:
        return self.dice.choice(list(Patient.objects.on_file().order_by("pk")))

    def a_visit(self) -> Visit | None:
        found = list(Visit.objects.order_by("pk"))
        return self.dice.choice(found) if found else None

    def sign_in(self) -> None:
        record, adult = self.on_file(), self.dice.choice(ADULTS)
        said = make.claim(name=record.name, born=str(record.birth_date), escort_name=adult)
        at = self.now
        receipt = visits.record_sign_in(location=self.desk, claim=said, at=at, channel=SignInChannel.KIOSK)
        visit = Visit.objects.get(pk=receipt.visit.pk)
        if visit.patient_id != record.pk:
            made = visit.patient
            match_decisions.link_visit_to_patient(visit=visit, patient=record, by=self.by, at=self.now)
            # The record that the sign-in made is merged by the link; it is not one of the three.
            if made is not None and made.pk not in {one.pk for one in self.records}:
                self.went[made.pk] = record.pk
                self.keep(visit, record=made)
                return
        self.keep(visit, record=record)

    def agree(self) -> None:
        visit = self.a_visit() if self.dice.random() < 0.6 else None
        patient = visit.patient if visit else self.on_file()
        who = f"Somebody {self.minute}"
        said = {"care": "vaccine", "basis": "guardian_present", "how": "verbal", "who": who, "agreed": True}
        made = consent.record_consent(patient=patient, visit=visit, heard_by=self.by, at=self.now, **said)
        self.keep(made, record=patient, visit=visit)

    def take_back_word(self) -> None:
        for row in ConsentRecord.objects.filter(withdrawn_at=None).order_by("?")[:1]:
            consent.withdraw_consent(record=row, by=self.by, at=self.now)

    def trust(self) -> None:
        record = self.on_file()
        terms = {"granted_by": "Mother", "written_on": dt.date(2026, 3, 1)}
        made = consent.grant_proxy(
            patient=record, name=f"Aunt {self.minute}", by=self.by, at=self.now, **terms
        )
        self.keep(made, record=record)

    def promise(self) -> None:
        visit = self.a_visit() if self.dice.random() < 0.5 else None
        record = visit.patient if visit else self.on_file()
        said = PromiseTerms(
            to_whom="Mother", way="phone", reach_at="5550100190", about="call", due_at=make.at("20:00")
        )
        made = promises.make_promise(
            location=self.desk,
            said=said,
            owner=self.by,
            by=self.by,
            at=self.now,
            patient=record,
            visit=visit,
        )
        self.keep(made, record=record, visit=visit)

    def write_on_record(self) -> None:
        record = self.on_file()
        self.keep(make.guardian(record, f"Guardian {self.minute}"), record=record)
        number = PatientIdentifier.objects.create(
            clinic=self.clinic, patient=record, system="mrn", value=f"N{self.minute}"
        )
        self.keep(number, record=record)
        due = DueItem.objects.create(
            clinic=self.clinic,
            patient=record,
            kind="vaccine",
            name=f"MMR {self.minute}",
            due_on=dt.date(2026, 3, 1),
        )
        self.keep(due, record=record)
        self.minute += 1

    def give(self) -> None:
        visit = self.a_visit()
        if visit is None or not visit.is_open:
            return
        needs.recompute_needs(visit=visit, at=self.now)
        need = visit.needs.open().filter(kind="vaccine").order_by("pk").first()
        if need is None:
            return
        needs.answer_need(need=need, outcome="done", by=self.clinician, at=self.now)
        made = Immunization.objects.get(value=str(need.pk))
        self.keep(made, visit=visit)

    def merge(self) -> None:
        one, other = self.on_file(), self.on_file()
        if one == other:
            return
        self.log.append(f"{one.pk}→{other.pk}")
        patient_merges.merge_patients(merged=one, into=other, by=self.by, at=self.now, why="both cards seen")
        self.went[one.pk] = other.pk

    def undo(self) -> None:
        standing = list(PatientMerge.objects.filter(undoes=None, undone_by=None).order_by("pk"))
        if standing:
            self.undo_this(self.dice.choice(standing))

    def undo_this(self, merge: PatientMerge) -> None:
        self.log.append(f"undo {merge}")
        merge_undo.undo_patient_merge(merge=merge, by=self.by, at=self.now)
        del self.went[merge.merged_id]

    def undo_at_the_match_desk(self) -> None:
        visit = self.a_visit()
        if visit is None:
            return
        last = visit.match_decisions.filter(undoes=None, undone_by=None).order_by("pk").last()
        if last is None or last.merge is None:
            return
        match_decisions.undo_match_decision(visit=visit, by=self.by, at=self.now)
        del self.went[last.merge.merged_id]

    def step(self) -> None:
        acts = [
            self.sign_in,
            self.agree,
            self.take_back_word,
            self.trust,
            self.promise,
            self.write_on_record,
            self.give,
            self.merge,
            self.undo,
            self.undo_at_the_match_desk,
        ]
        act = self.dice.choices(acts, weights=[3, 2, 1, 1, 2, 2, 2, 3, 2, 1])[0]
        act()
        self.log.append(act.__name__)

    def check(self) -> None:
        for model in KINDS:
            there = dict(model.objects.values_list("pk", "patient"))
            known = {pk for name, pk in {**self.own, **self.at_visit} if name == model.__name__}
            assert set(there) == known, f"{model.__name__} {self.log[-60:]}"
            for pk, patient in there.items():
                wanted = self.end(self.about((model.__name__, pk)))
                assert patient == wanted, f"{model.__name__} {pk}: {patient}, not {wanted}; " + " ".join(
                    self.log
                )
        for visit in Visit.objects.exclude(escort=None).select_related("escort"):
            assert visit.escort.patient_id == visit.patient_id, " ".join(self.log)
        assert not Visit.objects.filter(patient__status=Patient.Status.MERGED).exists()
        on_merged = Escort.objects.filter(patient__status=Patient.Status.MERGED)
        assert not on_merged.filter(visits__isnull=False).exists()

    def finish(self) -> None:
        """Undo every standing merge in random order, so that each record has its own entries again."""
        while standing := list(PatientMerge.objects.filter(undoes=None, undone_by=None).order_by("pk")):
            self.undo_this(self.dice.choice(standing))
            self.check()
        for item in DueItem.objects.filter(status="given"):
            done = item.needs.filter(status="done", visit__patient=item.patient_id)
            assert done.exists(), (item.pk, " ".join(self.log))


def drive(seed: int, steps: int) -> None:
    world = World(seed)
    for _ in range(steps):
        world.step()
        world.check()
    world.finish()


@pytest.mark.parametrize("seed", range(2))
def test_every_entry_is_on_the_right_record(seed: int, tuesday: time_machine.Traveller) -> None:
    drive(seed, 25)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 220))
def test_every_entry_is_on_the_right_record_in_long_sequences(
    seed: int, tuesday: time_machine.Traveller
) -> None:
    drive(seed, 40)
