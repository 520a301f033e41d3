"""Thousands of sign-ins that differ from the records: nothing typed overwrites a record automatically."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import Any

import pytest

from checkin.actions import discrepancies, visits
from checkin.actions.refusals import Refused
from checkin.models import (
    Clinic,
    Discrepancy,
    DiscrepancyDecision,
    Escort,
    Guardian,
    Location,
    Patient,
    PatientIdentifier,
    SignInChannel,
    Staff,
    Visit,
)
from checkin.models.patient_search import NAME_KEY_COLUMNS
from checkin.rules.preferences import FORGOTTEN_PREFERENCES
from tests import make

KINDS = DiscrepancyDecision.Kind
RECORDS = (Patient, Escort, Guardian, PatientIdentifier)
FAMILIES = 40
A_DAY = 25
GIVEN = ("Leo", "Mía", "Zoë", "Anna", "Hanna", "Jean-Luc", "伟", "薇", "ليلى", "Bobby")
FAMILY = ("Ruiz", "de la Cruz", "O'Neil", "Berg", "王", "الحسن", "Nguyễn", "Smith")
TAUGHT = ("relationship", "last_came_at")
"""What a sign-in may change of an escort: their words, as last given. Preferences only if they ask for it."""
WISHES = (*FORGOTTEN_PREFERENCES, "remembered_at")
DERIVED = {"updated_at", "phone_key", *NAME_KEY_COLUMNS}


def rows() -> dict[tuple[str, int], dict[str, Any]]:
    return {(model.__name__, row["id"]): row for model in RECORDS for row in model.objects.values()}


def families(clinic: Clinic, dice: random.Random) -> list[Patient]:
    made = []
    for n in range(FAMILIES):
        patient = make.patient(
            clinic,
            f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}",
            born=f"20{dice.randrange(10, 25)}-0{dice.randrange(1, 10)}-1{dice.randrange(10)}",
            address=dice.choice(["", f"{n} Elm St"]),
            phone=dice.choice(["", f"555-020-{n:04}"]),
        )
        make.guardian(patient, f"Ana{n} {patient.family_name}", phone=f"555-030-{n:04}")
        Escort.objects.create(
            clinic=clinic,
            patient=patient,
            name=f"Rosa{n} Delgado",
            phone=f"555-040-{n:04}",
            relationship="aunt",
        )
        PatientIdentifier.objects.create(clinic=clinic, patient=patient, value=f"MRN{n}")
        made.append(patient)
    return made


def slip(text: str, dice: random.Random) -> str:
    """Return the text, sometimes with a typing error."""
    if not text or dice.random() < 0.7:
        return text
    at = dice.randrange(len(text))
    return dice.choice([text[:at] + text[at + 1 :], text[:at] + "x" + text[at:], text.upper(), "", "?" * 9])


def claim_of(patient: Patient, n: int, dice: random.Random) -> dict[str, Any]:
    return make.claim(
        child_given_name=slip(patient.given_name, dice),
        child_family_name=slip(patient.family_name, dice),
        child_birth_date=slip(patient.birth_date.isoformat(), dice),
        escort_name=dice.choice([f"Rosa{n} Delgado", f"Ana{n} {patient.family_name}", "Somebody", ""]),
        escort_phone=slip(dice.choice([f"555-040-{n:04}", f"555-030-{n:04}", "555-999-0000", ""]), dice),
        relationship=dice.choice(["aunt", "his aunt, my sister is at work", ""]),
        guardian_name=dice.choice(["", f"Ana{n} {patient.family_name}", "Eva Novak"]),
        address=slip(dice.choice(["", patient.address, "14 Oak Rd"]), dice),
        approach=dice.choice(["", "greet", "leave"]),
        best_time=dice.choice(["", "after 17:00"]),
        language=dice.choice(["", "es"]),
        interpreter=dice.choice(["", "yes"]),
        access_needs=dice.choice(["", "a ramp"]),
        is_patient=dice.choice(["", "", "", "yes"]),
        remember=dice.choice(["", "", "yes"]),
    )


def person_decides(visit: Visit, by: Staff, at: dt.datetime, dice: random.Random, expected: dict) -> str:
    """Decide one discrepancy of this visit, and update `expected` to what the record must say then."""
    unsettled = list(visit.discrepancies.open().order_by("pk"))
    if not unsettled:
        return "nothing"
    one = dice.choice(unsettled)
    kind = dice.choice([KINDS.USE_NEW, KINDS.USE_NEW, KINDS.KEEP_OLD, KINDS.ASK])
    try:
        made = discrepancies.decide_discrepancy(discrepancy=one, kind=kind, by=by, at=at)
        note(made.subject, made.subject_id, made.after, expected)
        if dice.random() < 0.3:
            discrepancies.undo_discrepancy_decision(discrepancy=one, by=by, at=at)
            gone = made.subject == "Guardian" and not made.before
            note(made.subject, made.subject_id, None if gone else made.before, expected)
            return f"{kind} and back"
    except Refused:
        return f"{kind} refused"
    return str(kind)


def note(subject: str, pk: int | None, columns: dict[str, Any] | None, expected: dict) -> None:
    if not subject:
        return
    if columns is None:
        expected.pop((subject, pk), None)
        return
    row = expected.get((subject, pk))
    if row is None:
        return
    for name, value in columns.items():
        row[name] = dt.date.fromisoformat(value) if name == "birth_date" and value else value
    now = {"Patient": Patient, "Escort": Escort, "Guardian": Guardian}[subject].objects.values().get(pk=pk)
    row.update({name: now[name] for name in DERIVED & now.keys()})


def overwritten(expected: dict) -> list[str]:
    """Return rows that changed other than by a person's decision."""
    now = rows()
    wrong = [
        f"{key} {name}: {row[name]!r} became {now.get(key, {}).get(name)!r}"
        for key, row in expected.items()
        for name in row
        if now.get(key, {}).get(name) != row[name]
    ]
    for key in now.keys() - expected.keys():
        expected[key] = now[key]
    return wrong


def learn(visit: Visit, said: dict[str, Any], expected: dict) -> None:
    """Accept what this sign-in may change of its escort; the rest must stay."""
    row = expected.get(("Escort", visit.escort_id))
    if row is None:
        return
    taught = TAUGHT + (WISHES if said["remember"] else ())
    now = Escort.objects.values(*taught).get(pk=visit.escort_id)
    if said["remember"]:
        assert (now["approach"], now["best_time"]) == (said["approach"], said["best_time"])
    row.update(now)


def run(front: Location, by: Staff, times: int, seed: int) -> Counter:
    dice = random.Random(seed)  # noqa: S311
    people = families(front.clinic, dice)
    expected, did = rows(), Counter()
    for number in range(times):
        date = make.TUESDAY + dt.timedelta(days=number // A_DAY)
        at = make.at("9:40", date) + dt.timedelta(minutes=number % A_DAY)
        n = dice.randrange(FAMILIES)
        said = claim_of(people[n], n, dice)
        receipt = visits.record_sign_in(location=front, claim=said, at=at, channel=SignInChannel.KIOSK)
        visit = Visit.objects.get(pk=receipt.visit.pk)
        did[visit.match] += 1
        learn(visit, said, expected)
        if dice.random() < 0.1:
            other = {**said, "escort_phone": "555-888-0000", "address": "1 Elsewhere"}
            visits.record_sign_in(location=front, claim=other, at=at, channel=SignInChannel.KIOSK)
        if number % (4 * A_DAY) == 0:
            assert overwritten(expected) == []
        if dice.random() < 0.2:
            did[person_decides(visit, by, at, dice, expected)] += 1
    assert overwritten(expected) == []
    return did


def check(did: Counter) -> None:
    """Check that the run covered every kind of outcome."""
    assert {"certain", "unknown", "use_new", "keep_old", "ask", "use_new and back"} <= did.keys(), did
    assert set(Discrepancy.objects.values_list("field", flat=True)) == set(Discrepancy.Field.values)


def test_200_sign_ins_overwrite_no_record(front: Location, dana: Staff) -> None:
    check(run(front, dana, 200, seed=4))


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_10_000_sign_ins_overwrite_no_record(front: Location, dana: Staff) -> None:
    """Each is committed: in one transaction PostgreSQL would keep and read all older versions of rows."""
    check(run(front, dana, 10_000, seed=5))


def test_the_check_detects_an_overwrite(front: Location, dana: Staff) -> None:
    patient = make.patient(front.clinic, "Leo Ruiz", address="12 Elm St")
    expected = rows()
    Patient.objects.filter(pk=patient.pk).update(address="14 Oak Rd")
    assert overwritten(expected) == [f"('Patient', {patient.pk}) address: '12 Elm St' became '14 Oak Rd'"]
