"""Two acts on one child's record at the same moment give the result of one after the other."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from checkin.actions import (
    arrivals,
    consent,
    excuse_notes,
    match_decisions,
    merge_undo,
    patient_merges,
    provisional_patients,
    record_imports,
    visits,
)
from checkin.actions.entry_moves import ALL_ENTRIES_GO
from checkin.actions.page_versions import PageChanged, expect_page_version
from checkin.actions.record_import_known_patients import KnownPatients
from checkin.actions.refusals import Refused
from checkin.models import (
    Appointment,
    ChartChange,
    Clinic,
    ConsentRecord,
    Discrepancy,
    DueItem,
    Escort,
    ExcuseNote,
    Guardian,
    Immunization,
    MatchDecision,
    Need,
    PaperMove,
    Patient,
    PatientIdentifier,
    PatientMerge,
    Promise,
    SignInChannel,
    StandingProxy,
    Visit,
)
from checkin.rules.record_rows import (
    DueItemItem,
    GuardianItem,
    ImmunizationItem,
    PatientItem,
    RecordItem,
)
from checkin.web import page_versions
from tests import make
from tests.actions.test_page_versions import Morning, give, grant, hear, promise, record, wish
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "The mother showed both cards."
LATER = make.at("10:00")

WHO = ("patient", "visit")
ROWS: dict[Any, tuple[str, ...]] = {
    Visit: ("id", "patient", "escort__name", "escort__patient", "appointment__patient", "match", "state"),
    Patient: ("id", "status", "merged_into", "given_name", "family_name", "birth_date", "phone", "address",
              "language", "interpreter_needed", "access_needs"),
    ConsentRecord: (*WHO, "who", "agreed", "withdrawn_at", "before_match"),
    StandingProxy: (*WHO, "name", "revoked_at"),
    Promise: (*WHO, "made_for", "about", "status"),
    Immunization: (*WHO, "name", "given_on"),
    ChartChange: (*WHO, "subject", "before", "after", "status"),
    DueItem: ("patient", "name", "status"),
    Guardian: ("patient", "name", "phone"),
    PatientIdentifier: ("patient", "value"),
    Appointment: ("patient", "status", "starts_at"),
    Escort: ("patient", "name", "relationship", "phone", "approach", "best_way", "best_time"),
    ExcuseNote: ("visit", "status"),
    Need: ("visit", "kind", "status"),
    Discrepancy: ("visit", "field", "typed", "recorded", "cause", "other_visit", "status"),
    MatchDecision: ("visit", "kind", "patient", "previous_patient", "undoes__kind", "merge__merged"),
    PatientMerge: ("merged", "into", "undoes__merged", "undoes__into"),
    PaperMove: ("paper", "done", "subject", "was_patient", "patient", "why"),
}  # fmt: skip
"""The rows that a race could leave on the wrong child, and the columns that are compared."""


def rows_of(clinic: Clinic) -> Counter[str]:
    """Return the content of every row, with records and visits numbered in the order they were made."""
    nth = {
        model: {pk: f"{model.__name__} {n}" for n, pk in enumerate(ids_of(model, clinic))}
        for model in (Patient, Visit)
    }
    found: Counter[str] = Counter()
    own = f" {clinic.name}"
    for model, columns in ROWS.items():
        for row in of_clinic(model, clinic).values(*columns):
            said = {name: named(model, name, value, nth) for name, value in row.items()}
            found[f"{model.__name__} {said}".replace(own, "")] += 1
    return found


def ids_of(model: Any, clinic: Clinic) -> list[int]:
    return list(model.objects.filter(clinic=clinic).order_by("pk").values_list("pk", flat=True))


def of_clinic(model: Any, clinic: Clinic) -> Any:
    if model is PaperMove:
        by_merge = PaperMove.objects.filter(merge__clinic=clinic)
        return by_merge | PaperMove.objects.filter(decision__visit__clinic=clinic)
    if model is MatchDecision:
        return model.objects.filter(visit__clinic=clinic)
    return model.objects.filter(clinic=clinic)


def named(model: Any, path: str, value: Any, nth: dict[Any, dict[int, str]]) -> Any:
    """Return the value, or the name for the id of a record or a visit."""
    column = model._meta.get_field("id")
    for name in path.split("__"):
        column = model._meta.get_field(name)
        model = column.related_model or model
    if value is not None and (column.name == "id" or column.is_relation):
        return nth[model].get(value, value)
    return value


class Records(Morning):
    """Leo, Mia and Ned are on file; Leo is signed in, and three people have his page open."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.clinic = self.desk.clinic
        self.ada = make.staff(self.clinic, f"ada {name}", "manager")
        self.ned = make.patient(self.clinic, "Ned Olsen", "2016-06-06")
        for value, one in (("7", self.leo), ("8", self.mia), ("9", self.ned)):
            PatientIdentifier.objects.create(clinic=self.clinic, patient=one, value=value)
        make.appointment(self.mia, self.desk, make.at("9:50"))
        self.merges: list[PatientMerge] = []
        self.seen: int | None = None
        self.set_up()
        self.mark = page_versions.visit_page_version(self.fresh())
        newest = self.fresh().match_decisions.order_by("pk").last()
        self.seen = newest.pk if newest else 0

    def set_up(self) -> None:
        """Do what happened before the pages were opened."""

    def link(self, patient: Patient) -> None:
        facts = {"by": self.max, "at": LATER, "seen": self.seen, "said": ALL_ENTRIES_GO}
        match_decisions.link_visit_to_patient(visit=self.fresh(), patient=patient, **facts)

    def merge(self, one: Patient, other: Patient) -> None:
        merged, into = (Patient.objects.get(pk=each.pk) for each in (one, other))
        made = patient_merges.merge_patients(
            merged=merged, into=into, by=self.max, at=LATER, why=WHY, take=["language"]
        )
        if made.merge is not None:
            self.merges.append(made.merge)

    def take_back(self, nth: int, by: Any = None) -> None:
        merge_undo.undo_patient_merge(merge=self.merges[nth], by=by or self.max, at=LATER)


class Linked(Records):
    """Leo's visit was linked to Mia, with a consent on it."""

    def set_up(self) -> None:
        hear(self, self.fresh())
        self.link(self.mia)


class Chained(Records):
    """Leo was merged into Mia, and Mia into Ned."""

    def set_up(self) -> None:
        Patient.objects.filter(pk=self.leo.pk).update(language="pl")
        hear(self, self.fresh())
        self.merge(self.leo, self.mia)
        self.merge(self.mia, self.ned)


class Unknown(Records):
    """Zoe has no record: the sign-in made one."""

    def set_up(self) -> None:
        self.visit = make.visit(self.desk, name="Zoe Novak", born="2019-02-02")
        self.zoe = self.fresh().patient
        hear(self, self.fresh())


Act = Callable[[Any], Any]


def on_its_page(act: Callable[[Morning, Visit], None]) -> Act:
    """Do the act as somebody whose page shows Leo."""

    def run(one: Morning) -> None:
        with expect_page_version(one.mark):
            act(one, one.fresh())

    return run


def use_new(one: Morning, visit: Visit) -> None:
    row = Discrepancy.objects.filter(visit=visit).exclude(field="sign_in").order_by("pk").first()
    make.decision(discrepancy=row, kind="use_new", **one.by())


def issue(one: Morning, visit: Visit) -> None:
    excuse_notes.issue_note(visit=visit, kind="school", **one.by())


def sign_in(one: Records) -> None:
    claim = make.claim(escort_phone="555-010-0177")
    visits.record_sign_in(location=one.desk, claim=claim, at=LATER, channel=SignInChannel.KIOSK)


def sign_zoe_in(one: Records) -> None:
    claim = make.claim(name="Zoe Novak", born="2019-02-02")
    visits.record_sign_in(location=one.desk, claim=claim, at=LATER, channel=SignInChannel.KIOSK)


def load(one: Records) -> None:
    """Import rows for both records."""
    items: list[RecordItem] = []
    for number, name in (("7", "Leo"), ("8", "Mia")):
        keys = [("", number)]
        items += [
            PatientItem(keys=keys, values={"given_name": name, "address": f"{number} New Way"}),
            GuardianItem(patient_keys=keys, values={"name": f"Eva {number}", "phone": "555-010-0188"}),
            ImmunizationItem(
                patient_keys=keys, key=("", f"shot {number}"),
                values={"name": "DTaP", "given_on": dt.date(2025, 3, 1)},
            ),
            DueItemItem(
                patient_keys=keys, key=("", f"due {number}"),
                values={"kind": "vaccine", "name": "HPV", "due_on": dt.date(2026, 1, 1)},
            ),
        ]  # fmt: skip
    record_imports.import_record_items(clinic=one.clinic, items=items, at=LATER)


def link_mia(one: Records) -> None:
    one.link(one.mia)


def link_ned(one: Records) -> None:
    one.link(one.ned)


def undo_match(one: Records) -> None:
    match_decisions.undo_match_decision(
        visit=one.fresh(), by=one.max, at=LATER, seen=one.seen, said=ALL_ENTRIES_GO
    )


def undo_match_too(one: Records) -> None:
    match_decisions.undo_match_decision(
        visit=one.fresh(), by=one.noor, at=LATER, seen=one.seen, said=ALL_ENTRIES_GO
    )


def new_patient(one: Records) -> None:
    match_decisions.decide_new_patient(
        visit=one.fresh(), by=one.max, at=LATER, seen=one.seen, said=ALL_ENTRIES_GO
    )


def complete(one: Unknown) -> None:
    said = {"given_name": "Zoe", "family_name": "Novak", "language": "uk"}
    provisional_patients.complete_provisional_patient(
        provisional=Patient.objects.get(pk=one.zoe.pk), by=one.noor, at=LATER, **said
    )


def merge_leo_into_mia(one: Records) -> None:
    one.merge(one.leo, one.mia)


def merge_mia_into_leo(one: Records) -> None:
    one.merge(one.mia, one.leo)


def merge_mia_into_ned(one: Records) -> None:
    one.merge(one.mia, one.ned)


def merge_leo_into_ned(one: Records) -> None:
    one.merge(one.leo, one.ned)


def take_back_first(one: Records) -> None:
    one.take_back(0)


def take_back_last(one: Records) -> None:
    one.take_back(-1, by=one.ada)


def grant_on_record(one: Records) -> None:
    """Grant a proxy from the patient's own page."""
    named = {"name": "Nia", "granted_by": "Ana Ruiz", "written_on": make.at().date()}
    consent.grant_proxy(patient=Patient.objects.get(pk=one.leo.pk), by=one.noor, at=LATER, **named)


def withdraw(one: Records) -> None:
    row = ConsentRecord.objects.filter(clinic=one.clinic).first()
    consent.withdraw_consent(record=row, by=one.noor, at=LATER)


PAGE = {
    "consent": hear, "given": give, "note": issue, "promise": promise, "preferences": record, "wish": wish,
    "use the new": use_new, "proxy": grant,
}  # fmt: skip
RACES: dict[str, tuple[type[Records], Act, Act]] = {
    **{f"relink x {name}": (Records, link_mia, on_its_page(act)) for name, act in PAGE.items()},
    **{f"merge x {name}": (Records, merge_leo_into_mia, on_its_page(act)) for name, act in PAGE.items()},
    "relink x relink": (Records, link_mia, link_ned),
    "relink x sign-in": (Records, link_mia, sign_in),
    "relink x import": (Records, link_mia, load),
    "relink x new patient": (Records, link_mia, new_patient),
    "relink x merge of where it goes": (Records, link_mia, merge_mia_into_ned),
    "merge x sign-in": (Records, merge_leo_into_mia, sign_in),
    "merge x import": (Records, merge_leo_into_mia, load),
    "merge x relink": (Records, merge_leo_into_mia, link_ned),
    "merge x the other way": (Records, merge_leo_into_mia, merge_mia_into_leo),
    "merge x merge on": (Records, merge_leo_into_mia, merge_mia_into_ned),
    "merge x merge elsewhere": (Records, merge_leo_into_mia, merge_leo_into_ned),
    "merge x proxy on the record": (Records, merge_leo_into_mia, grant_on_record),
    "undo x undo of a match": (Linked, undo_match, undo_match_too),
    "undo of a match x relink": (Linked, undo_match, link_ned),
    "undo of a match x merge": (Linked, undo_match, merge_mia_into_ned),
    "undo of a match x withdrawal": (Linked, undo_match, withdraw),
    "undo x undo of a merge": (Chained, take_back_last, lambda one: one.take_back(-1)),
    "a chain undone in two orders": (Chained, take_back_first, take_back_last),
    "undo of a merge x sign-in": (Chained, take_back_first, sign_in),
    "undo of a merge x import": (Chained, take_back_first, load),
    "undo of a merge x relink": (Chained, take_back_last, link_mia),
    "undo of a merge x withdrawal": (Chained, take_back_first, withdraw),
    "link of an own record x sign-in": (Unknown, link_mia, sign_zoe_in),
    "link of an own record x complete": (Unknown, link_mia, complete),
    "link of an own record x merge": (Unknown, link_mia, merge_mia_into_ned),
    "link of an own record x new patient": (Unknown, link_mia, new_patient),
}
_clinics = itertools.count()


def outcome(act: Act, one: Records) -> str:
    try:
        act(one)
    except (Refused, PageChanged):
        return "refused"
    return "done"


def in_turn(setting: type[Records], acts: tuple[Act, Act], order: tuple[int, int]) -> tuple[Any, ...]:
    one = setting(f"Clinic {next(_clinics)}")
    came = {n: outcome(acts[n], one) for n in order}
    return came[0], came[1], rows_of(one.clinic)


def amid_the_look(setting: type[Records], acts: tuple[Act, Act], monkeypatch: Any) -> tuple[Any, ...]:
    """Run the other act between a sign-in's identification and its write."""
    one, came, look = setting(f"Clinic {next(_clinics)}"), {}, arrivals.identify_arrival

    def look_and_wait(*args: Any, **named: Any) -> Any:
        found = look(*args, **named)
        if 0 not in came:
            came[0] = ""
            came[0] = outcome(acts[0], one)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(arrivals, "identify_arrival", look_and_wait)
        came[1] = outcome(acts[1], one)
    return came[0], came[1], rows_of(one.clinic)


def together(setting: type[Records], acts: tuple[Act, Act]) -> tuple[Any, ...]:
    one, came = setting(f"Clinic {next(_clinics)}"), {}

    def job(n: int) -> None:
        came[n] = outcome(acts[n], one)

    problems = [found for found in at_once(lambda: job(0), lambda: job(1)) if found is not None]
    assert problems == []
    return came[0], came[1], rows_of(one.clinic)


def differs(found: tuple[Any, ...], serial: list[tuple[Any, ...]]) -> str:
    lines = []
    for name, one in zip(("first, second", "second, first", "amid the look"), serial, strict=False):
        lines += [f"not as {name}: {found[:2]} for {one[:2]}"]
        lines += [f"  more:    {row}" for row in found[2] - one[2]]
        lines += [f"  missing: {row}" for row in one[2] - found[2]]
    return "\n".join(lines)


QUICK = ("relink x given", "merge x the other way", "a chain undone in two orders")
"""The races that `make test` runs; `make test-long` runs all of them many times."""


@pytest.mark.parametrize("race", QUICK)
def test_two_simultaneous_acts_equal_one_after_the_other(race: str, monkeypatch: pytest.MonkeyPatch) -> None:
    check_race(race, 2, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("race", RACES)
def test_any_two_simultaneous_acts_equal_one_after_the_other(
    race: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_race(race, 12, monkeypatch)


def check_race(race: str, rounds: int, monkeypatch: Any) -> None:
    setting, *both = RACES[race]
    acts = (both[0], both[1])
    serial = [in_turn(setting, acts, (0, 1)), in_turn(setting, acts, (1, 0))]
    if acts[1] in (sign_in, sign_zoe_in):
        serial.append(amid_the_look(setting, acts, monkeypatch))
    for _ in range(rounds if connection.vendor == "postgresql" else 1):
        found = together(setting, acts)
        assert found in serial, differs(found, serial)


@pytest.mark.parametrize(
    ("setting", "act"),
    [(Records, merge_leo_into_mia), (Chained, take_back_first), (Unknown, link_mia), (Linked, undo_match)],
    ids=["a merge", "the undo of a merge", "a link", "the undo of a link"],
)
def test_a_merge_or_its_undo_waits_for_a_running_import(
    setting: Any, act: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The imported vaccines were written to a record that had been merged away meanwhile."""
    one, look = setting(f"Clinic {next(_clinics)}"), KnownPatients.look_up
    serial = in_turn(setting, (load, act), (0, 1))
    looked, done = threading.Event(), threading.Event()

    def look_and_wait(*args: Any) -> None:
        look(*args)
        looked.set()
        assert not done.wait(0.5), "it did not wait"

    def decide() -> None:
        looked.wait(10)
        act(one)
        done.set()

    monkeypatch.setattr(KnownPatients, "look_up", look_and_wait)
    assert at_once(lambda: load(one), decide) == [None, None]
    assert rows_of(one.clinic) == serial[2]
