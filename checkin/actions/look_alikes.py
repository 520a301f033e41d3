"""An import made a record that is like somebody on file: noticed, and asked of a person once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from checkin.actions import audit, page_marks
from checkin.actions.permissions import require
from checkin.actions.writing import write
from checkin.models import Clinic, Guardian, LookAlike, Patient, Staff, bulk
from checkin.models.look_alikes import AT_ONCE, older_ones
from checkin.rules import identity
from checkin.rules.identity_evidence import one_familys_phones, weigh
from checkin.rules.look_alikes import Side, may_be_one
from checkin.rules.merges import Who
from checkin.rules.one_adult import name_key
from checkin.rules.records import may_consent
from checkin.rules.roles import Act

MOST_OF_ONE = 3
"""How many older records one new one is asked about."""


def notice(clinic: Clinic, made: Sequence[Patient], *, at: dt.datetime) -> int:
    """Put before the desk which of these new records may be somebody on file. Call inside a transaction.

    Once their guardians are written. One query for each thousand, each look-up of it from an index; then the
    rules that weigh a sign-in weigh these.
    """
    found = older_ones([patient.pk for patient in made]) if made else {}
    if not found:
        return 0
    new = [patient for patient in made if patient.pk in found]
    adults = adults_of([*new, *(one for olders in found.values() for one in olders)])
    rows = [
        (clinic.pk, patient.pk, older, at)
        for patient in new
        for older in alike(clinic, patient, found[patient.pk], adults)
    ]
    bulk.insert(LookAlike, ("clinic_id", "record_id", "older_id", "noticed_at"), rows)
    return len(rows)


Adults = dict[int, list[tuple[str, str]]]
"""Names and phones of each record's guardians, by the record's id."""


def adults_of(patients: Sequence[Patient]) -> Adults:
    found: Adults = defaultdict(list)
    ids = list({patient.pk for patient in patients})
    for start in range(0, len(ids), AT_ONCE):
        rows = Guardian.objects.filter(patient__in=ids[start : start + AT_ONCE])
        for patient_id, name, phone in rows.values_list("patient_id", "name", "phone"):
            found[patient_id].append((name_key(name), phone))
    return found


def alike(clinic: Clinic, new: Patient, olders: Sequence[Patient], adults: Adults) -> list[int]:
    """Whom of these the new record may be, weighed as a sign-in that says what it says."""
    claim = identity.Claim(
        given_name=new.given_name,
        family_name=new.family_name,
        birth_date=new.birth_date,
        phone=" / ".join(phones_of(new, adults)),
        postcode=new.postcode,
        clinic=clinic.identity_facts,
    )
    records = {one.pk: record_of(one, adults) for one in olders}
    typed, side = one_familys_phones(claim, list(records.values())), side_of(new, adults)
    both = {
        one.pk
        for one in olders
        if may_be_one(weigh(claim, records[one.pk], typed), claim, side, side_of(one, adults))
    }
    return sorted(both)[:MOST_OF_ONE]


def side_of(patient: Patient, adults: Adults) -> Side:
    names = frozenset(name for name, _ in adults[patient.pk] if not may_consent(name))
    return Side(Who.of(patient), patient.sex, names)


def phones_of(patient: Patient, adults: Adults) -> tuple[str, ...]:
    said = [patient.phone, *(phone for _, phone in adults[patient.pk])]
    return tuple(dict.fromkeys(filter(None, said)))


def record_of(patient: Patient, adults: Adults) -> identity.Record:
    return identity.Record(
        id=patient.pk,
        given_name=patient.given_name,
        family_name=patient.family_name,
        preferred_name=patient.preferred_name,
        birth_date=patient.birth_date,
        phones=phones_of(patient, adults),
        postcode=patient.postcode,
        is_deceased=patient.is_deceased,
        is_provisional=patient.is_provisional,
    )


def say_two(*, look_alike: LookAlike, by: Staff, at: dt.datetime) -> LookAlike:
    """They are two children: never asked again. Twice is once."""
    require(Act.MERGE, by)
    with write():
        page_marks.verify()
        held = LookAlike.objects.select_for_update().get(pk=look_alike.pk)
        if held.settled_at is None:
            held.settled_at, held.settled_by = at, by
            held.save(update_fields=["settled_at", "settled_by"])
            audit.record(
                action="look_alike.two",
                subject=held,
                at=at,
                by=by,
                patient_id=held.record_id,
                other=held.older_id,
            )
        return held
