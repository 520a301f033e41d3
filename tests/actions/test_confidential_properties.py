"""Marks set and ended among random acts: they hide what was said, and leave no trace once they have ended."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from checkin.actions import (
    confidential_visits,
    match_decisions,
    merge_undo,
    patient_merges,
    preferences,
    visits,
)
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.actions.refusals import Refused
from checkin.models import (
    Discrepancy,
    Escort,
    MatchDecision,
    Patient,
    PatientMerge,
    SignIn,
    SignInChannel,
    Visit,
)
from tests import make

pytestmark = pytest.mark.django_db
ADULTS = ("Rosa Delgado", "Ana Ruiz", "")
"""Without a name it is the patient, who came alone."""
LANGUAGES = ("es", "vi", "pl", "ar", "so", "ru", "fa", "ko", "ht", "ne", "sw", "am", "ps", "my", "ti", "ur")
KEPT = ("fr", "de", "it", "pt", "nl", "el")
"""What staff keep at a visit that has no mark: nobody has typed it."""
TYPED = ("relationship", "escort_phone", "address", "language", "best_time")


class World:
    """A clinic with three records. Rows are known by number, so that two worlds can do the same."""

    def __init__(self, name: str) -> None:
        self.clinic = make.clinic(name)
        self.desk = make.location(self.clinic)
        self.by = make.staff(self.clinic, f"dana-{self.clinic.pk}", location=self.desk)
        self.manager = make.staff(self.clinic, f"max-{self.clinic.pk}", "manager", location=self.desk)
        names = ("Zed Quill", "Emma Johnson", "Leo Ruiz")
        self.records = [make.patient(self.clinic, one, f"201{n}-04-04").pk for n, one in enumerate(names)]
        self.visits: list[int] = []

    def record(self, number: int) -> Patient:
        return Patient.objects.get(pk=self.records[number])

    def visit(self, number: int) -> Visit:
        return Visit.objects.get(pk=self.visits[number])

    def sign_in(self, claim: dict[str, Any], at: dt.datetime) -> None:
        receipt = visits.record_sign_in(location=self.desk, claim=claim, at=at, channel=SignInChannel.KIOSK)
        self.visits.append(receipt.visit.pk)
        made = Patient.objects.filter(clinic=self.clinic).exclude(pk__in=self.records).order_by("pk")
        self.records += [one.pk for one in made]

    def keep(self, number: int, language: str, at: dt.datetime) -> None:
        visit = self.visit(number)
        said = {"language": language, "interpreter_needed": True, "access_needs": f"needs {language}"}
        if visit.patient is not None:
            preferences.record_language_and_needs(
                patient=visit.patient, visit=visit, by=self.by, at=at, **said
            )

    def mark(self, number: int, at: dt.datetime) -> None:
        facts: dict[str, Any] = {"visit": self.visit(number), "by": self.by, "at": at}
        confidential_visits.mark_visit_confidential(kind="other", **facts)

    def end(self, number: int, at: dt.datetime) -> None:
        confidential_visits.end_visit_confidential(visit=self.visit(number), by=self.by, at=at)

    def link(self, number: int, record: int, at: dt.datetime) -> None:
        facts: dict[str, Any] = {"visit": self.visit(number), "patient": self.record(record)}
        match_decisions.link_visit_to_patient(**facts, by=self.by, at=at, said=ALL_ENTRIES_GO)

    def undo_link(self, number: int, at: dt.datetime) -> None:
        facts: dict[str, Any] = {"visit": self.visit(number), "by": self.by, "at": at}
        match_decisions.undo_match_decision(**facts, said=ALL_ENTRIES_GO)

    def merge(self, merged: int, into: int, at: dt.datetime) -> None:
        facts: dict[str, Any] = {"merged": self.record(merged), "into": self.record(into)}
        patient_merges.merge_patients(**facts, by=self.manager, at=at, why="both cards seen", sure=True)

    def undo_merge(self, record: int, at: dt.datetime) -> None:
        merge = self.record(record).standing_merge()
        if merge is not None:
            merge_undo.undo_patient_merge(merge=merge, by=self.manager, at=at)

    def last_decision(self, number: int) -> MatchDecision | None:
        return self.visit(number).match_decisions.standing().order_by("pk").last()

    def numbers_of_merged(self) -> list[int]:
        """Return the records that a merge has put into another, the last merge first."""
        standing = PatientMerge.objects.standing().filter(merged__in=self.records).order_by("-pk")
        merged = Patient.objects.filter(status=Patient.Status.MERGED)
        found = standing.filter(merged__in=merged).values_list("merged", flat=True)
        return [self.records.index(pk) for pk in found]

    def picture(self) -> dict[str, Any]:
        """Return what is on each record and what each visit shows, by their numbers."""
        found: dict[str, Any] = {}
        for number, pk in enumerate(self.records):
            row = Patient.objects.get(pk=pk)
            there = row.escorts.values_list(
                "name", "is_patient", "relationship", "last_came_at", "best_time", "remembered_at"
            )
            care = (row.status, row.address, row.language, row.interpreter_needed, row.access_needs)
            found[f"record {number}"] = (care, sorted(there, key=str))
        for number, pk in enumerate(self.visits):
            visit = Visit.objects.select_related("escort").get(pk=pk)
            record = self.records.index(visit.patient_id) if visit.patient_id else None
            adult = visit.escort and (visit.escort.name, visit.escort.is_patient)
            differs = (
                visit.discrepancies.open().exclude(field="phone").values_list("field", "typed", "recorded")
            )
            found[f"visit {number}"] = (record, adult, visit.match, sorted(differs))
        return found

    def phones(self) -> dict[tuple[int, str], str]:
        """Return the number of each adult on each record."""
        there = Escort.objects.filter(patient__in=self.records, is_patient=False)
        return {(self.records.index(one.patient_id), one.name): one.phone for one in there}

    def offered_phones(self) -> set[tuple[int, str, str]]:
        """Return the numbers that staff may still put on record, with the record's number and the adult."""
        held = Discrepancy.objects.open().filter(visit__in=self.visits, field="phone")
        return {
            (self.records.index(one.visit.patient_id), one.visit.escort.name, one.typed)
            for one in held.exclude(visit__escort=None).select_related("visit__escort")
        }

    def check(self) -> None:
        """Hold that nothing that only confidential visits typed is on a row that others see."""
        said = SignIn.objects.filter(clinic=self.clinic)
        secret, known = (
            {getattr(one, name) for one in said.filter(visit__confidential=closed) for name in TYPED}
            for closed in (True, False)
        )
        secret -= known | {""}
        shown = [
            *Patient.objects.filter(clinic=self.clinic).values_list("address", "language"),
            *Escort.objects.filter(clinic=self.clinic).values_list("relationship", "phone", "best_time"),
            *Discrepancy.objects.open()
            .filter(visit__clinic=self.clinic, visit__confidential=False)
            .values_list("typed", "recorded"),
        ]
        assert not [one for one in shown if secret & {*one}]
        for visit in Visit.objects.filter(clinic=self.clinic).exclude(escort=None).select_related("escort"):
            assert visit.escort is not None and visit.escort.patient_id == visit.patient_id


class Walk:
    """One world with marks and one without, in which everything else is the same."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311
        self.marked, self.plain = World("With marks"), World("Without marks")
        self.minute, self.log = 0, [f"seed {seed}"]

    @property
    def now(self) -> dt.datetime:
        self.minute += 1
        return make.at("7:00") + dt.timedelta(minutes=self.minute)

    def both(self, act: Callable[..., None], *numbers: Any) -> bool:
        """Do the same in both worlds; return whether it was done. Neither refuses what the other does."""
        at, name = self.now, act.__name__
        self.log.append(f"{name} {' '.join(map(str, numbers))}")
        refused = []
        for world in (self.marked, self.plain):
            try:
                act(world, *numbers, at=at)
                refused.append("")
            except Refused as no:
                refused.append(str(no))
        assert bool(refused[0]) == bool(refused[1]), refused
        return not refused[0]

    def sign_in(self) -> None:
        n, dice = len(self.plain.visits), self.dice
        record = dice.choice([*self.plain.records[:3], None])
        row = Patient.objects.get(pk=record) if record else None
        name, born = (
            (row.name, str(row.birth_date))
            if row
            else (f"{chr(97 + n) * 5} {chr(122 - n) * 6}", f"{1999 + n}-09-{n + 1:02d}")
        )
        adult = dice.choice(ADULTS)
        again = SignIn.objects.filter(visit__in=self.plain.visits).order_by("pk")
        old = dice.choice(list(again)) if again and dice.random() < 0.25 else None
        typed: dict[str, Any] = {
            "relationship": f"words {n}", "escort_phone": f"555-010-{1000 + n}",
            "address": f"{n} Zqxvkj Street", "best_time": f"after {n}",
            "language": LANGUAGES[n % len(LANGUAGES)],
        }  # fmt: skip
        said = {one: getattr(old, one) if old else typed[one] for one in TYPED if dice.random() < 0.7}
        alone = {"is_patient": True, "relationship": "", "escort_phone": ""} if not adult else {}
        said |= {"escort_name": adult, "remember": "yes" if dice.random() < 0.5 else "", **alone}
        # Without words, an undo leaves those of an older visit, or none: in which order it comes decides.
        said.setdefault("relationship", typed["relationship"] if adult else "")
        self.both(World.sign_in, make.claim(name, born, **said))

    def keep(self) -> None:
        number = self.a_visit(closed=False)
        if number is not None:
            self.both(World.keep, number, self.dice.choice(KEPT))

    def mark(self) -> None:
        number = self.a_visit(closed=False)
        if number is not None:
            self.log.append(f"mark {number}")
            self.marked.mark(number, self.now)

    def end(self) -> None:
        number = self.a_visit(closed=True)
        if number is not None:
            self.log.append(f"end {number}")
            self.marked.end(number, self.now)

    def link(self) -> None:
        number = self.a_visit()
        if number is not None:
            self.both(World.link, number, self.dice.randrange(3))

    def undo_link(self) -> None:
        number = self.a_visit()
        last = self.plain.last_decision(number) if number is not None else None
        if last is not None and last.kind != MatchDecision.Kind.AUTO:
            self.both(World.undo_link, number)

    def merge(self) -> None:
        there = range(len(self.plain.records))
        self.both(World.merge, *self.dice.sample(there, 2))

    def undo_merge(self) -> None:
        if merged := self.plain.numbers_of_merged():
            self.both(World.undo_merge, self.dice.choice(merged))

    def a_visit(self, *, closed: bool | None = None) -> int | None:
        of = Visit.objects.filter(pk__in=self.marked.visits)
        found = of if closed is None else of.filter(confidential=closed)
        numbers = sorted(self.marked.visits.index(one.pk) for one in found)
        return self.dice.choice(numbers) if numbers else None

    def step(self) -> None:
        acts = [
            self.sign_in, self.keep, self.mark, self.end,
            self.link, self.undo_link, self.merge, self.undo_merge,
        ]  # fmt: skip
        self.dice.choices(acts, weights=[4, 1, 4, 2, 3, 2, 2, 2])[0]()
        self.marked.check()

    def finish(self) -> None:
        """Undo every merge and link and end every mark; then compare the two worlds."""
        while self.undo_one():
            self.marked.check()
        while Visit.objects.confidential().filter(pk__in=self.marked.visits).exists():
            self.end()
            self.marked.check()
        assert self.marked.picture() == self.plain.picture()
        # Where it is not known whether the record had the number before the mark, staff are asked about it.
        phones, offered = self.marked.phones(), self.marked.offered_phones()
        for whose, phone in self.plain.phones().items():
            assert phones[whose] == phone or (phones[whose] == "" and (*whose, phone) in offered), whose

    def undo_one(self) -> bool:
        if any(self.both(World.undo_merge, one) for one in self.plain.numbers_of_merged()):
            return True
        for number in range(len(self.plain.visits)):
            last = self.plain.last_decision(number)
            if (
                last is not None
                and last.kind != MatchDecision.Kind.AUTO
                and self.both(World.undo_link, number)
            ):
                return True
        return False


def drive(seed: int, steps: int) -> None:
    walk = Walk(seed)
    try:
        for _ in range(steps):
            walk.step()
        walk.finish()
    except AssertionError as wrong:
        raise AssertionError("\n".join(walk.log)) from wrong


@pytest.mark.parametrize("seed", range(2))
def test_marks_hide_what_was_said_and_leave_no_trace(seed: int, tuesday: time_machine.Traveller) -> None:
    drive(seed, 20)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 160))
def test_marks_leave_no_trace_in_long_sequences(seed: int, tuesday: time_machine.Traveller) -> None:
    drive(seed, 35)
