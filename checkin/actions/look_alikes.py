"""An import made a record that is like somebody on file: noticed, and asked of a person once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from checkin.actions import audit
from checkin.actions.permissions import require
from checkin.actions.writing import write
from checkin.models import Clinic, LookAlike, Patient, Staff, bulk
from checkin.models.look_alikes import older_ones
from checkin.rules import identity, merges
from checkin.rules.roles import Act

MOST_OF_ONE = 3
"""How many older records one new one is asked about."""


def notice(clinic: Clinic, made: Sequence[Patient], *, at: dt.datetime) -> int:
    """Put before the desk which of these new records may be somebody on file. Call inside a transaction.

    Three look-ups for each thousand, each from an index; then the rules that judge a sign-in judge these.
    """
    found = older_ones([patient.pk for patient in made]) if made else {}
    if not found:
        return 0
    rows = [
        (clinic.pk, patient.pk, older, at)
        for patient in made
        for older in alike(clinic, patient, found.get(patient.pk, []))
    ]
    bulk.insert(LookAlike, ("clinic_id", "record_id", "older_id", "noticed_at"), rows)
    return len(rows)


def alike(clinic: Clinic, new: Patient, olders: Sequence[Patient]) -> list[int]:
    """Whom of these the new record may be, as a sign-in that says what it says would be judged."""
    if not olders:
        return []
    claim = identity.Claim(
        given_name=new.given_name,
        family_name=new.family_name,
        birth_date=new.birth_date,
        phone=new.phone,
        postcode=new.postcode,
        clinic=clinic.identity_facts,
    )
    judged = identity.judge(claim, [record_of(one) for one in olders])
    likely = {int(one.record.id) for one in judged.candidates}
    who = merges.Who.of(new)
    both = {one.pk for one in olders if one.pk in likely and merges.is_look_alike(who, merges.Who.of(one))}
    return sorted(both)[:MOST_OF_ONE]


def record_of(patient: Patient) -> identity.Record:
    return identity.Record(
        id=patient.pk,
        given_name=patient.given_name,
        family_name=patient.family_name,
        preferred_name=patient.preferred_name,
        birth_date=patient.birth_date,
        phones=tuple(filter(None, [patient.phone])),
        postcode=patient.postcode,
        is_deceased=patient.is_deceased,
        is_provisional=patient.is_provisional,
    )


def say_two(*, look_alike: LookAlike, by: Staff, at: dt.datetime) -> LookAlike:
    """They are two children: never asked again. Twice is once."""
    require(Act.MERGE, by)
    with write():
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
