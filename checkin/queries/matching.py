"""The match desk: what was typed beside whom it may mean, field by field, differences marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from checkin.models import Clinic, Match, MatchDecision, Patient, Visit, merge_doubts
from checkin.models import lookup as records
from checkin.models.lookup import Found
from checkin.models.own_numbers import own_first
from checkin.queries.comparing import Row, Typed, compare
from checkin.queries.page_marks import know_last_merges
from checkin.rules import identity
from checkin.rules.ages import age_words

MOST_WAITING = 60


@dataclass(frozen=True, slots=True)
class Option:
    """A record that the child may be: why, and what differs."""

    patient: Patient
    age: str
    why: tuple[str, ...]
    rows: list[Row]
    number: str = ""
    """By which a record system knows it."""


class Options(NamedTuple):
    """What was typed, whom it may mean, and why it was not settled by itself."""

    typed: Typed
    candidates: list[Option]
    why: tuple[str, ...]


def waiting(clinic: Clinic, *, today: dt.date) -> list[Visit]:
    """Visits whose child is still to be settled: today's in the order of their turn, then the older ones."""
    found = clinic.visits.to_match().select_related("sign_in", "location")
    # Today's own first: an old unsettled visit must not stand in front of a family that is waiting.
    now = list(found.filter(local_date=today).order_by("turn_at", "pk")[:MOST_WAITING])
    now.sort(key=lambda one: (one.raised_at is None, one.raised_at or one.turn_at))
    # Not only days before: a clock that ran ahead for a while dates visits after today.
    older = found.exclude(local_date=today).order_by("-arrived_at", "-pk")
    return now + list(older[: MOST_WAITING - len(now)])


def for_visit(visit: Visit) -> Options:
    """Whom this visit's sign-in may mean, judged now by the rules that judged it at sign-in."""
    claim, local = records.said(visit.sign_in), visit.arrived_at.astimezone(visit.clinic.zone)
    today, day_first = visit.local_date, visit.clinic.day_first
    return among(
        visit.clinic,
        records.child(claim, clinic=visit.clinic, today=today),
        Typed.of_claim(claim, today=today, day_first=day_first, here=f"signed in {local:%-H:%M}"),
        at=visit.arrived_at,
        besides=[visit.patient_id or 0],
    )


class Linked(NamedTuple):
    """Why a visit is linked to its patient, as far as that is still so."""

    why: str
    has_changed: bool = False
    """Whether the record said something else when it was linked."""
    is_doubtful: bool = False
    """Whether the record as it is now would not link it by itself."""


def linked_because(visit: Visit, decision: MatchDecision | None) -> Linked:
    """What the visit was linked upon, without what the record says no longer. One query, where it has a why.

    Nothing is added: by now the record may know the phone from this very sign-in.
    """
    patient = visit.patient
    if decision is None or patient is None or not decision.why or decision.patient_id != patient.pk:
        return Linked("")
    if decision.kind != MatchDecision.Kind.AUTO:
        return Linked(decision.why)
    found = records.about(clinic=visit.clinic, patients=[patient], at=visit.arrived_at)
    child = records.child(records.said(visit.sign_in), clinic=visit.clinic, today=visit.local_date)
    record = replace(found.record(patient), has_appointment_today=visit.appointment_id is not None)
    judgement = identity.judge(child, [record])
    now = [one for each in judgement.candidates for one in map(str, each.why) if one in decision.why]
    is_certain = judgement.outcome == identity.Outcome.CERTAIN
    return Linked(" ".join(now), " ".join(now) != decision.why, not is_certain)


def for_record(patient: Patient, *, at: dt.datetime) -> Options:
    """Whom a record may turn out to be, without those of whom somebody said that they are another child."""
    child = identity.Claim(
        given_name=patient.given_name,
        family_name=patient.family_name,
        birth_date=patient.birth_date,
        phone=patient.phone,
        clinic=patient.clinic.identity_facts,
    )
    besides = [patient.pk, *merge_doubts.said_two_with(patient)]
    return among(patient.clinic, child, Typed.of_record(patient), at=at, besides=besides)


def among(
    clinic: Clinic, child: identity.Claim, typed: Typed, *, at: dt.datetime, besides: Iterable[int]
) -> Options:
    found = records.find(clinic=clinic, claim=child, at=at)
    for one in besides:
        found.patients.pop(one, None)
    judgement = identity.judge(child, found.records())
    reasons = {one.record.id: tuple(map(str, one.why)) for one in judgement.candidates}
    ranked = [found.patients[int(one.record.id)] for one in judgement.candidates]
    return Options(
        typed, options(clinic, typed, ranked, found, at=at, why=reasons), tuple(map(str, judgement.why))
    )


def searched(clinic: Clinic, typed: Typed, patients: list[Patient], *, at: dt.datetime) -> list[Option]:
    """Patients whom a person searched for, laid beside what was typed in the same way."""
    found = records.about(clinic=clinic, patients=patients, at=at)
    return options(clinic, typed, patients, found, at=at, why={})


def options(
    clinic: Clinic,
    typed: Typed,
    patients: Iterable[Patient],
    found: Found,
    *,
    at: dt.datetime,
    why: dict[int | str, tuple[str, ...]],
) -> list[Option]:
    today, listed = clinic.local_date(at), list(patients)
    numbers = numbers_of(clinic, listed)
    know_last_merges(listed)
    return [
        Option(
            patient=one,
            age="" if one.is_deceased else age_words(one.birth_date, today),
            why=why.get(one.pk, ()),
            rows=compare(typed, one, found, zone=clinic.zone),
            number=numbers.get(one.pk, ""),
        )
        for one in listed
    ]


def numbers_of(clinic: Clinic, patients: list[Patient]) -> dict[int, str]:
    """The first number of each record, by the record's id; its own before those that a merge brought."""
    rows = own_first(clinic.patient_identifiers.filter(patient__in=patients)).reverse()
    return dict(rows.values_list("patient_id", "value")) if patients else {}


def said_two(patient: Patient) -> list[Patient]:
    """Who is on file and is left out because somebody said that they are another child."""
    left_out = merge_doubts.said_two_with(patient)
    return list(Patient.objects.on_file().filter(pk__in=left_out).order_by("pk")) if left_out else []


def goes_along(visit: Visit) -> int:
    """How many other visits a link takes along, because they are on the record that this sign-in made."""
    patient = visit.patient
    if visit.match != Match.UNKNOWN or patient is None or not patient.is_provisional:
        return 0
    return patient.visits.exclude(pk=visit.pk).count()
