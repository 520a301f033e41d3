"""Two families with twins and siblings, namesakes, and every act that can be done to them.

Each act runs the program's own action and updates the plain model beside it; a step is an act's name
and a number that seeds all its choices, so a sequence with some steps removed is still valid.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any, NamedTuple

from checkin.actions import (
    consent,
    discrepancies,
    excuse_notes,
    match_corrections,
    match_decisions,
    merge_undo,
    needs,
    patient_merges,
    preferences,
    promises,
    provisional_patients,
    record_imports,
    returnable_entries,
    visits,
)
from checkin.actions.entry_moves import EntriesUndecided, EntryAnswers
from checkin.actions.refusals import Refused
from checkin.models import (
    Appointment,
    ChartChange,
    ConsentRecord,
    Discrepancy,
    DiscrepancyDecision,
    DueItem,
    Escort,
    Guardian,
    MatchDecision,
    MatchState,
    Need,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Role,
    SignInChannel,
    StandingProxy,
    Visit,
)
from checkin.models.visit_entries import digest_visit_entries
from checkin.rules.consent_adults import CareKind, ConsentBasis, ConsentChannel
from checkin.rules.entry_fates import EntryKind
from checkin.rules.need_types import NeedKind, NeedOutcome
from checkin.rules.promises import PromiseTerms
from checkin.rules.record_rows import (
    AppointmentItem,
    DueItemItem,
    GuardianItem,
    ImportOutcome,
    PatientItem,
    RecordItem,
)
from checkin.rules.visit_steps import VisitState
from tests import make
from tests.actions.entries_model import ASKS, BOTH, CARE, NEW, NOBODY, Decision, Model, Paper
from tests.actions.entries_rows import COLUMNS, WISHES, content, look

FLU = "influenza"


class Cast(NamedTuple):
    name: str
    born: str
    mother: str
    phone: str
    number: str
    is_booked: bool = False


CAST = (
    Cast("Anna Bell", "2019-03-14", "Ruth Bell", "555-010-0201", "A1", True),
    Cast("Hanna Bell", "2019-03-14", "Ruth Bell", "555-010-0201", "A2"),
    Cast("Ana Bell", "2021-06-02", "Ruth Bell", "555-010-0201", "A3"),
    Cast("Leo Ruiz", "2018-05-05", "Ines Ruiz", "555-010-0302", "B1", True),
    Cast("Lea Ruiz", "2018-05-05", "Ines Ruiz", "555-010-0302", "B2"),
    Cast("Leo Ruiz", "2018-05-15", "Marta Gomez", "555-010-0403", "C1", True),
    Cast("Anna Bell", "2012-01-08", "Paul Bell", "555-010-0504", "D1"),
    Cast("Zed Novak", "2020-02-02", "Olga Novak", "555-010-0605", ""),
    Cast("Zoe Novak", "2020-02-02", "Olga Novak", "555-010-0605", ""),
)
"""All the children. Those without a number have no record yet."""

TWICE = (3, "B9")
"""This child is on file a second time, under another number."""

SITTER, NAMELESS = "Nadia Wolf", "nan"


class World:
    """The children on record, and the model of them. `begin` starts a sequence from the records as filed."""

    def __init__(self) -> None:
        self.clinic = make.clinic()
        self.front, self.annexe = (make.location(self.clinic, name) for name in ("Front desk", "Annexe"))
        self.dana = make.staff(self.clinic, "dana", Role.FRONT_DESK, location=self.front)
        self.noor = make.staff(self.clinic, "noor", Role.CLINICIAN, location=self.front)
        self.max = make.staff(self.clinic, "max_", Role.MANAGER, location=self.front)
        self.filed: list[tuple[int, int]] = []
        self.before: list[tuple[int, int, str]] = []
        for number, child in enumerate(CAST):
            if child.number:
                self.put_on_file(number, child.number)
        self.put_on_file(*TWICE)

    def put_on_file(self, child: int, number: str) -> None:
        said = CAST[child]
        made = make.patient(self.clinic, said.name, said.born, language="en")
        PatientIdentifier.objects.create(clinic=self.clinic, patient=made, value=number)
        make.guardian(made, said.mother, said.phone, system="", value=f"G-{number}")
        self.came_before(made, said)
        for kind, name in (("vaccine", "MMR"), ("check_up", "Yearly check-up")):
            DueItem.objects.create(
                clinic=self.clinic, patient=made, kind=kind, name=name, due_on=dt.date(2026, 2, 1)
            )
        if said.is_booked:
            make.appointment(made, self.front, make.at("10:00"))
        self.filed.append((made.pk, child))

    def came_before(self, patient: Patient, child: Cast) -> None:
        """Add a visit a week ago, when the mother brought this child."""
        then = make.at("9:00", make.TUESDAY - dt.timedelta(days=7))
        said = {"escort_name": child.mother, "relationship": "mother", "escort_phone": child.phone}
        claim = make.claim(name="", born="", said=said)
        visit = visits.record_sign_in(
            location=self.front, claim=claim, at=then, channel=SignInChannel.DESK
        ).visit
        match_decisions.link_visit_to_patient(visit=visit, patient=patient, by=self.dana, at=then)
        visits.move_visit(
            visit=visit, to=VisitState.LEFT, by=self.dana, at=then, reason="before", reading="anyway"
        )
        self.before.append((visit.pk, patient.pk, child.mother))

    def begin(self) -> None:
        self.model, self.at = Model(), make.at("9:00")
        self.done: dict[str, int] = {}
        self.merges: set[int] = set()
        self.seen_merge = 0
        for record, child in self.filed:
            self.model.file(record, child, guardians=frozenset({CAST[child].mother}))
        for visit, record, mother in self.before:
            self.model.sign_in(visit, self.model.records[record].child, record, mother)
        self.seen_decision = MatchDecision.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        self.start = {row["pk"]: row for row in Patient.objects.values("pk", *COLUMNS)}
        self.adults_at_start = set(Escort.objects.values_list("patient_id", "name"))
        self.fixed = {
            model: dict(model._default_manager.values_list("pk", "patient_id"))
            for model in (Guardian, PatientIdentifier, Appointment, DueItem)
        }
        self.complaints: list[str] = []
        self.answers: dict[int, str] = {}
        self.of_chart: dict[str, dict[str, Any]] = {}
        self.decided: list[MatchDecision] = []

    # Acts ------------------------------------------------------------------------------------------------

    def step(self, name: str, number: int) -> bool:
        """Do one act. Return whether it was done: it may find nothing to act on, or be refused."""
        self.at += dt.timedelta(minutes=1)
        self.decided = []
        dice = random.Random(number)  # noqa: S311
        act: Callable[[random.Random], Any] = getattr(self, name)
        try:
            came_of_it = act(dice)
        except Refused as refusal:
            assert refusal.sentence.strip()
            if isinstance(refusal, EntriesUndecided):
                self.complaints.append(f"all was answered, and yet: {refusal.sentence}")
            came_of_it = None
        self.follow_decisions()
        if came_of_it is not None:
            self.done[name] = self.done.get(name, 0) + 1
        return came_of_it is not None

    def visit(self, dice: random.Random, **which: Any) -> Visit | None:
        found = [one for one in Visit.objects.filter(**which).order_by("pk") if one.is_open]
        return dice.choice(found) if found else None

    def record(self, dice: random.Random, child: int | None = None) -> Patient | None:
        """Pick a record on file: mostly of that child or of the family, sometimes any."""
        on_file = [one for one in Patient.objects.order_by("pk") if one.is_on_file]
        own = [one for one in on_file if self.model.records[one.pk].child == child]
        near = [
            one
            for one in on_file
            if child is not None and self.is_kin(self.model.records[one.pk].child, child)
        ]
        which = dice.choices([own, near, on_file], [5, 3, 2])[0] or on_file
        return dice.choice(which) if which else None

    def is_kin(self, one: int, other: int) -> bool:
        return CAST[one].mother == CAST[other].mother

    def come_nameless(self, dice: random.Random) -> Visit:
        """Sign in with an adult who gives only their relationship to the child."""
        return self.sign_in(dice, adult=NAMELESS)

    def sign_in(self, dice: random.Random, adult: str | None = None) -> Visit:
        number = dice.randrange(len(CAST))
        child, said = CAST[number], CAST[number]
        if dice.random() < 0.25:
            said = dice.choice([one for one in CAST if one.mother == child.mother or one.name == child.name])
        born = said.born if dice.random() < 0.8 else dice.choice(["", said.born[:-1] + "9", "2019-04-14"])
        name = said.name if dice.random() < 0.8 else said.name.split()[0] + dice.choice(["", " Bellamy"])
        adult = adult or dice.choice([child.mother, child.mother, SITTER, "Uri Stone", ""])
        fields = {
            "escort_name": adult,
            "relationship": dice.choice(["mother", "sitter"]) if adult else "",
            "escort_phone": dice.choice([child.phone, "555-010-0999", ""]) if adult else "",
            "notes_wanted": ["school"] if dice.random() < 0.2 else [],
            "guardian_name": dice.choice(["", "", child.mother, "Eva Novak"]),
        }
        if adult == NAMELESS:
            fields |= {"escort_name": "", "relationship": NAMELESS}
        if adult and dice.random() < 0.5:
            fields |= self.wish(dice) | {"remember": "yes"}
        claim = make.claim(name=name, born=born, **fields)
        where = self.front if dice.random() < 0.8 else self.annexe
        made = visits.record_sign_in(
            location=where, claim=claim, at=self.at, channel=SignInChannel.KIOSK
        ).visit
        self.meet(made.patient_id, number, made.pk)
        self.model.sign_in(made.pk, number, made.patient_id, adult)
        if "remember" in fields:
            values = {name: fields[name] for name in WISHES}
            self.model.write("wish", made.pk, visit=made.pk, record=None, values=values, subject=adult)
        return made

    def wish(self, dice: random.Random) -> dict[str, str]:
        return {
            "approach": dice.choice(["greet", "leave"]),
            "best_way": dice.choice(["phone", "text", ""]),
            "best_time": dice.choice(["", "after 5", "mornings"]),
        }

    def meet(self, record: int | None, child: int, visit: int) -> None:
        """Add the record that this visit's sign-in made, if the model does not know it yet."""
        if record is None or record in self.model.records:
            return
        self.model.file(record, child, born_of=visit)
        (start,) = Patient.objects.filter(pk=record).values("pk", *COLUMNS)
        # Entries that waited at the visit are written on it by now; the model counts them as written.
        for change in ChartChange.objects.filter(patient=record, subject="Patient", status="stands"):
            start |= change.before
        self.start[record] = start

    # Matching --------------------------------------------------------------------------------------------

    def link(self, dice: random.Random) -> Any:
        visit = self.visit(dice)
        into = self.record(dice, self.model.stays[visit.pk].child) if visit else None
        return visit and into and self.link_to(visit, into, dice)

    def link_to(self, visit: Visit, into: Patient, dice: random.Random | None) -> Any:
        said = self.say(visit, into, dice)
        before = self.said_on(into, visit.patient)
        # Nothing is asked about a record that nobody has settled yet.
        asked = self.of_chart if visit.match == MatchState.NEW else {}
        merged = self.after_merge(
            visit.patient, into, before, take=asked.get(NEW, ()), leave=asked.get(NOBODY, ())
        )
        made = match_decisions.link_visit_to_patient(
            visit=visit, patient=into, by=self.dana, at=self.at, said=said
        )
        is_merge = made.merge_id is not None and made.merge_id > self.seen_merge
        self.compare_columns(into, merged if is_merge else self.after_link(visit, into, made, before))
        self.follow_decisions()
        return made

    def said_on(self, *records: Patient | None) -> dict[int, dict[str, Any]]:
        rows = Patient.objects.filter(pk__in=[one.pk for one in records if one]).values("pk", *COLUMNS)
        return {row.pop("pk"): row for row in rows}

    def after_merge(
        self, merged: Patient | None, into: Patient, before: Any, *, take: Any, leave: Any
    ) -> dict[str, Any]:
        """Return the names and care columns that the model expects on the remaining record."""
        if merged is None or merged.pk == into.pk:
            return {}
        return self.model.after_merge(
            merged.pk, into.pk, before, take=set(take or ()), leave=set(leave or ())
        )

    def after_link(self, visit: Visit, into: Patient, made: MatchDecision, before: Any) -> dict[str, Any]:
        """Return what a correction should write on the found record: the entries assigned to its child only.

        A record made at this sign-in is left out here: the model's papers check it.
        """
        if made.undoes_id or made.pk <= self.seen_decision or into.pk == self.model.stays[visit.pk].record:
            return {}
        if self.model.records[into.pk].born_of == visit.pk:
            return {}
        return {name: before[into.pk][name] for name in CARE} | (self.of_chart.get(NEW) or {})

    def compare_columns(self, record: Patient, expected: dict[str, Any]) -> None:
        """Check that the record says exactly what follows from the answers given."""
        found = self.said_on(record)[record.pk]
        differs = {name: (found[name], one) for name, one in expected.items() if found[name] != one}
        if differs:
            self.complaints.append(f"record {record.pk} says (found, as answered) {differs}")

    def new_patient(self, dice: random.Random | None, visit: Visit | None = None) -> Any:
        visit = visit or (self.visit(dice) if dice else None)
        if visit is None:
            return None
        typed = Patient(clinic_id=visit.clinic_id, given_name=visit.sign_in.child_given_name)
        said = self.say(
            visit, visit.patient if provisional_patients.has_own_provisional_record(visit) else typed, dice
        )
        made = match_decisions.decide_new_patient(visit=visit, by=self.dana, at=self.at, said=said)
        self.follow_decisions()
        return made

    def undo_match(self, dice: random.Random | None, visit: Visit | None = None) -> Any:
        visit = visit or (self.visit(dice) if dice else None)
        if visit is None:
            return None
        last = match_corrections.find_standing_match_decision(visit)
        said = self.say(visit, last.previous_patient if last else None, dice, undoes=last)
        made = match_decisions.undo_match_decision(visit=visit, by=self.dana, at=self.at, said=said)
        self.follow_decisions()
        return made

    def say(
        self,
        visit: Visit,
        to: Patient | None,
        dice: random.Random | None,
        undoes: MatchDecision | None = None,
    ) -> EntryAnswers:
        """Answer what the program asks: truthfully, or with dice now and then wrongly."""
        self.answers = {}
        visit = Visit.objects.get(pk=visit.pk)
        listed = (
            match_corrections.find_entries_to_show(visit, to, undoes=undoes) if visit.patient != to else []
        )
        whose: dict[str, str] = {}
        self.of_chart = {}
        for one in listed:
            truth = "nobody" if one.paper == EntryKind.CORRECTION else "new"
            options = [str(each) for each in one.whose]
            answer = truth if dice is None or dice.random() < 0.7 else dice.choice(options)
            if not one.asks or answer not in options:
                answer = options[0] if truth not in options else truth
            if one.asks:
                whose[one.key] = answer
            if one.paper == EntryKind.CHART:
                of = NEW if answer == BOTH else answer
                self.of_chart.setdefault(of, {}).update(one.row.after)
            for paper in self.known_as(one, visit):
                self.answers[id(paper)] = answer
                paper.was_misplaced |= one.asks and answer != truth
        if undoes is None:
            self.compare_with_rule(visit, to, listed)
        # A record that is not made yet is not the one that the page compared with.
        rewrites = returnable_entries.find_record_rewrites(undoes) if undoes else ()
        return EntryAnswers(
            whose=whose, seen=digest_visit_entries(listed, rewrites) if to is None or to.pk else None
        )

    def known_as(self, listed: Any, visit: Visit) -> list[Paper]:
        """Return the model's papers that the program lists as this entry."""
        kinds = {"vaccine": ("vaccine", "check_up")}.get(listed.paper, (str(listed.paper),))
        of_visit = [one for one in self.model.concerned(visit.pk) if one.kind in kinds]
        return (
            of_visit
            if listed.paper == EntryKind.CHART
            else [one for one in of_visit if one.key == listed.row.pk]
        )

    def compare_with_rule(self, visit: Visit, to: Patient | None, listed: list[Any]) -> None:
        """Check that the page lists and asks what the written rule says."""
        if (
            to is None
            or to.pk is None
            or visit.patient_id is None
            or provisional_patients.has_own_provisional_record(visit)
        ):
            return
        asked = {id(paper): one.asks for one in listed for paper in self.known_as(one, visit)}
        for paper in self.model.concerned(visit.pk):
            if paper.kind in ("wish", "promise") or self.model.record_of(visit.pk) == to.pk:
                continue
            asks = self.model.fate(paper, visit.pk, to.pk) == ASKS
            found = asked.get(id(paper), "not listed")
            # For a record made here, a chart change asks only if the other chart differs.
            is_open = paper.kind == "chart" and (found == "not listed" or self.model.is_made_here(visit.pk))
            if found != asks and not is_open:
                self.complaints.append(
                    f"{paper.kind} {paper.key} of visit {visit.pk}: asks {found}, not {asks}"
                )

    def complete(self, dice: random.Random) -> Any:
        found = list(Patient.objects.provisional().order_by("pk"))
        if not found:
            return None
        one = dice.choice(found)
        details = {"language": dice.choice(["es", "uk"]), "birth_date": dt.date(2020, 2, 2)}
        said = {"language": details["language"]}
        was, made_from = one.language, one.visits.filter(match="unknown").order_by("pk").first()
        provisional_patients.complete_provisional_patient(
            provisional=one, by=self.dana, at=self.at, **details
        )
        if made_from and was != details["language"]:
            self.wrote("chart", None, visit=made_from, record=one.pk, values=said, subject="Patient")
        values = {"birth_date": "2020-02-02"} | ({} if made_from else said)
        return self.model.write(
            "completed", one.pk, visit=None, record=one.pk, values=values, subject="Patient"
        )

    def merge(self, dice: random.Random) -> Any:
        found = list(Patient.objects.provisional().order_by("pk"))
        if not found:
            return None
        one = dice.choice(found)
        into = self.record(dice, self.model.records[one.pk].child)
        return into and self.merge_into(one, into, dice)

    def merge_on_file(self, dice: random.Random) -> Any:
        """Merge two records of any kind: mostly of one child, sometimes of two."""
        one = self.record(dice)
        into = self.record(dice, self.model.records[one.pk].child) if one else None
        return one and into and self.merge_into(one, into, dice)

    def merge_into(self, one: Patient, into: Patient, dice: random.Random) -> Any:
        take = [name for name in ("given_name", "language", "access_needs") if dice.random() < 0.2]
        leave = [name for name in CARE if name not in take and dice.random() < 0.2]
        before = self.said_on(one, into)
        expected = self.after_merge(one, into, before, take=take, leave=leave)
        made = patient_merges.merge_patients(
            merged=one, into=into, by=self.max, at=self.at, take=take, leave=leave, why="their mother says so"
        )
        if made.merge and made.merge.pk > self.seen_merge:
            self.compare_columns(into, expected)
        self.follow_decisions()
        return made

    def undo_merge(self, dice: random.Random) -> Any:
        found = list(PatientMerge.objects.filter(undoes=None, undone_by=None).order_by("pk"))
        return (
            merge_undo.undo_patient_merge(merge=dice.choice(found), by=self.max, at=self.at)
            if found
            else None
        )

    def link_and_back(self, dice: random.Random) -> Any:
        """Make a decision and undo it at once: nothing but history may remain."""
        before, may_take = look(), self.may_take_bookings()
        made = self.link(dice)
        return made and self.back(
            made, before, besides=(Appointment, Visit) if made.visit_id in may_take else ()
        )

    def may_take_bookings(self) -> set[int]:
        """Return visits whose record has a booking from a merge: they take it when they come back."""
        free = Visit.objects.filter(appointment=None, patient__appointments__status="booked")
        return set(free.values_list("pk", flat=True))

    def new_and_back(self, dice: random.Random) -> Any:
        before = look()
        made = self.new_patient(dice)
        return made and self.back(made, before, besides=(Appointment, Visit))

    def merge_and_back(self, dice: random.Random) -> Any:
        before = look()
        merged = dice.choice([self.merge, self.merge_on_file])(dice)
        if merged is None or merged.merge is None:
            return None
        undone = merge_undo.undo_patient_merge(merge=merged.merge, by=self.max, at=self.at)
        self.follow_decisions()
        self.compare(before, "merge")
        return undone

    def back(self, made: MatchDecision, before: Any, besides: tuple[Any, ...] = ()) -> Any:
        """`besides`: a child that stays may take an appointment of today that was booked meanwhile."""
        decided = MatchDecision.objects.filter(at=self.at, visit=made.visit_id).count()
        undone = self.undo_match(None, Visit.objects.get(pk=made.visit_id))
        if decided == 1:
            self.compare(before, made.kind, besides)
        return undone

    def compare(self, before: Any, what: str, besides: tuple[Any, ...] = ()) -> None:
        was, now = (content(rows, besides) for rows in (before, look()))
        if was != now:
            self.complaints.append(f"{what} and undo: lost {dict(was - now)}, more {dict(now - was)}")

    # Corrections at the end ------------------------------------------------------------------------------

    def put_right(self) -> None:
        """Undo each wrong merge, and put each visit on a record of the child who was there."""
        for merged, one in list(self.model.records.items()):
            into = self.model.seen_as(merged)
            followed = one.goes_with is not None and into == self.model.record_of(one.goes_with)
            if one.merged_into is not None and self.model.records[into or 0].child != one.child:
                if followed and self.went_on(merged, one.goes_with):
                    continue  # corrected with its visit, or with the record that it is a part of
                self.take_apart(merged)
        for visit in Visit.objects.order_by("pk"):
            stay = self.model.stays[visit.pk]
            record = self.model.record_of(visit.pk)
            if record is None or self.model.records[record].child != stay.child:
                self.put_on_own(visit, stay.child)

    def went_on(self, merged: int, visit: int | None) -> bool:
        """Return whether a person has moved the visit and this record elsewhere since the merge."""
        merge = PatientMerge.objects.filter(merged=merged, undoes=None, undone_by=None).latest("pk")
        of_merge = merge.decisions.filter(visit=visit).order_by("pk").last()
        since = MatchDecision.objects.filter(visit=visit, undoes=None, undone_by=None).exclude(kind="merge")
        return since.filter(pk__gt=of_merge.pk if of_merge else 0).exists()

    def take_apart(self, merged: int) -> None:
        try:
            made = PatientMerge.objects.filter(merged=merged, undoes=None, undone_by=None).latest("pk")
            merge_undo.undo_patient_merge(merge=made, by=self.max, at=self.at)
        except Refused as refusal:
            self.complaints.append(f"record {merged} could not be taken apart: {refusal.sentence}")
        self.follow_decisions()

    def put_on_own(self, visit: Visit, child: int) -> None:
        on_file = [one for one in Patient.objects.order_by("pk") if one.is_on_file]
        own = [one for one in on_file if self.model.records[one.pk].child == child]
        try:
            if own:
                self.link_to(visit, own[0], None)
            elif visit.sign_in.child_name:
                self.new_patient(None, visit)
            elif visit.patient_id:
                self.undo_match(None, visit)
        except Refused as refusal:
            self.complaints.append(f"visit {visit.pk} could not be put right: {refusal.sentence}")

    def follow_decisions(self) -> None:
        """Update the model from the rows of decisions. It works out the papers by itself."""
        for merge in PatientMerge.objects.filter(pk__gt=self.seen_merge).order_by("pk"):
            self.seen_merge = merge.pk
            if merge.undoes_id:
                self.model.unmerge(merge.merged_id)
            else:
                own = self.model.records[merge.merged_id].born_of
                as_made = merge.decisions.filter(visit=own, previous_match__in=["unknown", "new"])
                self.model.merge(merge.merged_id, merge.into_id, is_settled=not as_made.exists())
        new = MatchDecision.objects.filter(pk__gt=self.seen_decision).order_by("pk")
        for one in new:
            self.seen_decision = one.pk
            self.decided.append(one)
            self.meet(one.patient_id, self.model.stays[one.visit_id].child, one.visit_id)
            if one.undoes_id:
                self.model.stands_no_more(one.undoes_id, one.visit_id)
            else:
                self.model.stands(one.pk, one.visit_id, one.previous_patient_id, one.patient_id)
            if one.kind == MatchDecision.Kind.AUTO:
                self.model.decisions[one.pk] = Decision(one.visit_id, None, [])
            elif one.kind == MatchDecision.Kind.MERGE or one.undoes_id in self.merges:
                self.merges.add(one.pk)
            elif one.kind != MatchDecision.Kind.UNDO:
                self.model.put(one.visit_id, one.patient_id, by=one.pk, answers=self.answers)
            else:
                self.model.undo(one.undoes_id or 0, by=one.pk, answers=self.answers)

    # Entries ---------------------------------------------------------------------------------------------

    def wrote(self, kind: str, key: Any, *, visit: Visit | None, record: int | None, **facts: Any) -> Paper:
        visit_id = visit.pk if visit else None
        return self.model.write(kind, key, visit=visit_id, record=record, **facts)

    def knows(self, kind: str, key: Any) -> bool:
        return any(one.key == key for one in self.model.of_kind(kind))

    def voice(self, dice: random.Random, visit: Visit | None, record: int | None) -> str:
        """Pick who says so: the adult who came, a guardian of the record, or somebody else."""
        here = self.model.stays[visit.pk].adult if visit else ""
        of_record = sorted(self.model.responsible(record)) if record else []
        return dice.choice([here, *of_record, SITTER]) or SITTER

    def agree(self, dice: random.Random) -> Any:
        visit = self.visit(dice) if dice.random() < 0.8 else None
        return self.agree_on(dice, visit, visit.patient if visit else self.record(dice))

    def agree_on(self, dice: random.Random, visit: Visit | None, patient: Patient | None) -> Any:
        who = self.voice(dice, visit, patient.pk if patient else None)
        by_phone = dice.random() < 0.5
        basis, how = (
            (ConsentBasis.TELEPHONE, ConsentChannel.TELEPHONE)
            if by_phone
            else (ConsentBasis.GUARDIAN_PRESENT, ConsentChannel.VERBAL)
        )
        made = consent.record_consent(
            patient=patient, visit=visit, care=dice.choice([CareKind.VACCINE, CareKind.CHECK_UP]),
            agreed=dice.random() < 0.8, basis=basis, how=how, who=who,
            to_what=dice.choice(["", "MMR", "flu vaccine"]), heard_by=self.noor, at=self.at,
            until=dt.date(2026, 12, 31),
        )  # fmt: skip
        if self.knows("consent", made.pk):
            return None
        record = patient.pk if patient else None
        return self.wrote("consent", made.pk, visit=visit, record=record, said_by=who, by_phone=by_phone)

    def withdraw(self, dice: random.Random) -> Any:
        found = list(ConsentRecord.objects.filter(withdrawn_at=None).order_by("pk"))
        if not found:
            return None
        one = dice.choice(found)
        consent.withdraw_consent(record=one, by=self.noor, at=self.at)
        return self.end("consent", one.pk)

    def end(self, kind: str, key: Any) -> Paper:
        paper = next(one for one in reversed(self.model.of_kind(kind)) if one.key == key and one.counts)
        paper.counts = False
        return paper

    def proxy(self, dice: random.Random) -> Any:
        visit = self.visit(dice) if dice.random() < 0.8 else None
        return self.proxy_on(dice, visit, visit.patient if visit else self.record(dice))

    def proxy_on(self, dice: random.Random, visit: Visit | None, patient: Patient | None) -> Any:
        if patient is None:
            return None
        who = self.voice(dice, visit, patient.pk)
        made = consent.grant_proxy(
            patient=patient, name=f"Aunt {dice.choice('XVZ')}", granted_by=who, by=self.dana, at=self.at,
            written_on=make.TUESDAY, visit=visit,
        )  # fmt: skip
        if self.knows("proxy", made.pk):
            return None
        record = patient.pk if patient else None
        return self.wrote("proxy", made.pk, visit=visit, record=record, said_by=who, subject=made.name)

    def own_page(self, dice: random.Random) -> Any:
        """Write a proxy, consent or promise without a visit on the page of a record that a sign-in made."""
        made = [
            one
            for one in Patient.objects.order_by("pk")
            if one.is_on_file and self.model.records[one.pk].born_of is not None
        ]
        if not made:
            return None
        record = dice.choice(made)
        write = dice.choice([self.agree_on, self.proxy_on, self.promise_on])
        return write(dice, None, record)

    def revoke(self, dice: random.Random) -> Any:
        found = list(StandingProxy.objects.filter(revoked_at=None).order_by("pk"))
        if not found:
            return None
        one = dice.choice(found)
        consent.revoke_proxy(proxy=one, by=self.noor, at=self.at)
        return self.end("proxy", one.pk)

    def promise(self, dice: random.Random) -> Any:
        visit = self.visit(dice) if dice.random() < 0.7 else None
        return self.promise_on(dice, visit, None if visit else self.record(dice))

    def promise_on(self, dice: random.Random, visit: Visit | None, patient: Patient | None) -> Any:
        said = PromiseTerms(to_whom="Ana", way="phone", reach_at="555", due_at=self.at + dt.timedelta(days=1))
        made = promises.make_promise(
            location=self.front, said=said, owner=Role.MANAGER, by=self.dana, at=self.at, patient=patient,
            visit=visit,
        )  # fmt: skip
        return self.wrote("promise", made.pk, visit=visit, record=patient.pk if patient else None)

    def need(self, dice: random.Random, *kinds: str, **which: Any) -> Need | None:
        found = Need.objects.filter(kind__in=kinds or NeedKind.values, **which).select_related("visit")
        listed = [one for one in found.order_by("pk") if one.visit.is_open]
        return dice.choice(listed) if listed else None

    def give(self, dice: random.Random) -> Any:
        need = self.need(dice, "vaccine", "check_up", status=NeedOutcome.OPEN)
        if need is None:
            return None
        needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=self.noor, at=self.at)
        name = "Influenza" if need.key == FLU else need.label
        return self.wrote(need.kind, need.pk, visit=need.visit, record=need.visit.patient_id, subject=name)

    def refuse(self, dice: random.Random) -> Any:
        need = self.need(dice, "vaccine", "check_up", "access", "school_note", status=NeedOutcome.OPEN)
        outcome = dice.choice([NeedOutcome.DECLINED, NeedOutcome.DEFERRED])
        return need and needs.answer_need(
            need=need, outcome=outcome, reason="next time", by=self.noor, at=self.at
        )

    def take_back(self, dice: random.Random) -> Any:
        """Undo an answer to any need."""
        need = self.need(dice, status__in=[NeedOutcome.DONE, NeedOutcome.DECLINED, NeedOutcome.DEFERRED])
        if need is None:
            return None
        needs.undo_need_answer(need=need, by=need.answered_by or self.noor, at=self.at)
        self.model.take_back(need.pk)
        return need

    def reach(self, dice: random.Random) -> Any:
        """Answer what is needed because of the record alone: a guardian of this child was reached."""
        need = self.need(dice, "phone_guardian", status=NeedOutcome.OPEN)
        if need is None:
            return None
        needs.answer_need(need=need, outcome=NeedOutcome.DONE, by=self.dana, at=self.at)
        record = self.model.record_of(need.visit_id)
        return self.wrote("reach", need.pk, visit=need.visit, record=None, answered_for=record)

    def note(self, dice: random.Random) -> Any:
        visit = self.visit(dice)
        made = visit and excuse_notes.issue_note(visit=visit, kind="school", by=self.noor, at=self.at)
        return made and made.note and self.wrote("note", made.note.pk, visit=visit, record=None)

    def use_new(self, dice: random.Random) -> Any:
        found = [one for one in Discrepancy.objects.open().order_by("pk") if one.visit.is_open]
        if not found:
            return None
        one = dice.choice(found)
        kind = dice.choice([DiscrepancyDecision.Kind.USE_NEW] * 4 + [DiscrepancyDecision.Kind.KEEP_OLD])
        made = make.decision(discrepancy=one, kind=kind, by=self.dana, at=self.at)
        if made.subject == "Patient":
            record = self.model.stays[one.visit_id].record
            self.wrote(
                "correction", one.pk, visit=one.visit, record=record, values=made.after, subject="Patient"
            )
        elif made.subject == "Guardian" and not made.before:
            record = self.model.stays[one.visit_id].record
            self.wrote(
                "correction", one.pk, visit=one.visit, record=record, subject=f"Guardian {made.subject_id}",
                said_by=made.after["name"],
            )  # fmt: skip
        return made

    def undo_use_new(self, dice: random.Random) -> Any:
        found = [
            one for one in Discrepancy.objects.order_by("pk") if one.visit.is_open and one.decisions.exists()
        ]
        if not found:
            return None
        made = discrepancies.undo_discrepancy_decision(
            discrepancy=dice.choice(found), by=self.dana, at=self.at
        )
        for paper in self.model.of_kind("correction"):
            if paper.key == made.discrepancy_id:
                paper.counts = False
        return made

    def remember(self, dice: random.Random) -> Any:
        """Save a preference at the desk, for an escort who is here or listed on the patient's page."""
        found = list(Escort.objects.exclude(name="").order_by("pk"))
        visit = self.visit(dice, escort__in=found) if dice.random() < 0.8 else None
        one = visit.escort if visit and visit.escort else dice.choice(found)
        values = self.wish(dice)
        if values == {name: getattr(one, name) for name in WISHES}:
            return None
        preferences.set_preferences(escort=one, by=self.dana, at=self.at, visit=visit, **values)
        return self.wrote("wish", one.pk, visit=visit, record=one.patient_id, values=values, subject=one.name)

    def tell_on_page(self, dice: random.Random) -> Any:
        """Save a preference on a record's own page, without a visit."""
        one, values = dice.choice(list(Escort.objects.order_by("pk"))), self.wish(dice)
        if values == {name: getattr(one, name) for name in WISHES}:
            return None
        preferences.set_preferences(escort=one, by=self.dana, at=self.at, **values)
        who = one.name or NAMELESS
        return self.wrote("wish", one.pk, visit=None, record=one.patient_id, values=values, subject=who)

    def chart(self, dice: random.Random) -> Any:
        """Write language, interpreter and access needs on the child's record."""
        visit = self.visit(dice, patient__isnull=False) if dice.random() < 0.8 else None
        patient = visit.patient if visit else self.record(dice)
        if patient is None:
            return None
        wanted = {
            "language": dice.choice([patient.language, "pl", "ar"]),
            "interpreter_needed": dice.choice([patient.interpreter_needed, True]),
            "access_needs": dice.choice([patient.access_needs, "a ramp", "hearing aid"]),
        }
        values = {name: value for name, value in wanted.items() if value != getattr(patient, name)}
        if not values:
            return None
        preferences.record_language_and_needs(
            patient=patient, by=self.dana, at=self.at, visit=visit, **wanted
        )
        record = self.model.stays[visit.pk].record if visit else patient.pk
        return self.wrote("chart", None, visit=visit, record=record, values=values, subject="Patient")

    # Other acts ------------------------------------------------------------------------------------------

    def go_on(self, dice: random.Random) -> Any:
        visit = self.visit(dice)
        to = dice.choice([VisitState.ROOMED, VisitState.WITH_CLINICIAN, VisitState.READY, VisitState.LEFT])
        return visit and visits.move_visit(
            visit=visit, to=to, by=self.noor, at=self.at, reason="will come back", reading="anyway"
        )

    def import_again(self, dice: random.Random) -> Any:
        """Import the same facts again, or more about the child, even while it has a visit or is merged.

        The import finds the record by its number, wherever a merge has put it.
        """
        record, child = dice.choice(self.filed)
        own = [pk for pk, of in self.fixed[PatientIdentifier].items() if of == record]
        number = PatientIdentifier.objects.filter(pk__in=own).first()
        if number is None:
            return None
        said, whose = CAST[child], [("", number.value)]
        given, _, family = said.name.partition(" ")
        born = dt.date.fromisoformat(said.born)
        same = {"given_name": given, "family_name": family, "birth_date": born}
        values = dice.choice([
            same, same | {"family_name": f"{family} Lopez"}, same | {"birth_date": born.replace(day=7)},
            {"language": dice.choice(["pl", "vi"])}, {"sex": "female"},
        ])  # fmt: skip
        of_child = PatientItem(keys=whose, values=values)
        phone = dice.choice([said.phone, "555-010-0777"])
        mother = {"name": said.mother, "relationship": "mother", "phone": phone}
        items: list[RecordItem] = [
            of_child, GuardianItem(patient_keys=whose, key=("", f"G-{number.value}"), values=mother)
        ]  # fmt: skip
        items += [one for one in self.more_of(number.value, record) if dice.random() < 0.3]
        record_imports.import_record_items(clinic=self.clinic, items=items, at=self.at)
        taken = of_child.changes if of_child.outcome == ImportOutcome.CHANGED else []
        if wrote := {name: value for name, _, value in taken if name in COLUMNS}:
            self.wrote("imported", None, visit=None, record=record, values=wrote, subject="Patient")
        for table in self.fixed:
            new = table._default_manager.filter(value__in=[f"more-{number.value}"])
            # A guardian named by a visit's correction has the number only while both records are merged.
            added = {one.subject for one in self.model.of_kind("correction")}
            ids = [pk for pk in new.values_list("pk", flat=True) if f"{table.__name__} {pk}" not in added]
            self.fixed[table] |= {pk: record for pk in ids if pk not in self.fixed[table]}
        if Guardian.objects.filter(value=f"more-{number.value}").exists():
            self.model.records[record].guardians |= {"Uri Stone"}
        return items

    def more_of(self, number: str, record: int) -> list[RecordItem]:
        """Return an adult, an appointment and a due vaccine that the record did not have."""
        names: dict[str, Any] = {"patient_keys": [("", number)], "key": ("", f"more-{number}")}
        adult = {"name": "Uri Stone", "relationship": "father", "phone": "555-010-0888"}
        booked = {"starts_at": make.at("15:00"), "with_whom": "Dr. Marsh"}
        due = {"kind": "vaccine", "name": "Polio", "due_on": dt.date(2026, 2, 1)}
        return [
            GuardianItem(**names, values=adult),
            AppointmentItem(**names, values=booked, location=self.front.name),
            DueItemItem(**names, values=due),
        ]
