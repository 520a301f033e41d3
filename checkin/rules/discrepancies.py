"""What was typed against what is recorded. Noticing only: a person decides."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from checkin.rules import claims, names


class Noticed(NamedTuple):
    """One difference: the field, both sides as words, and why it matters."""

    field: str
    typed: str
    recorded: str
    why: str


def in_claim(claim: claims.Claim, *, today: dt.date) -> list[Noticed]:
    """What cannot be right in the claim by itself: a birth date that no child can have."""
    birth = claims.birth_date(claim.child_birth_date, today=today)
    if not birth.problem:
        return []
    return [Noticed("birth_date", claim.child_birth_date, "", birth.problem)]


def in_patient(
    claim: claims.Claim,
    *,
    given_name: str,
    family_name: str,
    preferred_name: str,
    birth_date: dt.date | None,
    today: dt.date,
) -> list[Noticed]:
    """Where the claim's child differs from the patient it is linked to."""
    noticed = []
    typed = f"{claim.child_given_name} {claim.child_family_name}".strip()
    recorded = f"{given_name} {family_name}".strip()
    known_as = {
        names.normalise(one + other)
        for first in filter(None, (given_name, preferred_name))
        for one, other in ((first, family_name), (family_name, first))
    }
    if claim.child_given_name and claim.child_family_name and names.normalise(typed) not in known_as:
        noticed.append(Noticed("name", typed, recorded, "the name typed is not the name on record"))
    birth = claims.birth_date(claim.child_birth_date, today=today)
    if birth.problem:
        noticed.append(Noticed("birth_date", claim.child_birth_date, iso(birth_date), birth.problem))
    elif birth.date is not None and birth.date != birth_date:
        noticed.append(
            Noticed("birth_date", claim.child_birth_date, iso(birth_date), "another birth date is on record")
        )
    return noticed


def in_phone(claim: claims.Claim, *, recorded: str) -> list[Noticed]:
    """Where the escort's phone as typed differs from the one they are known by."""
    if not claim.escort_phone or names.phone_key(claim.escort_phone) == names.phone_key(recorded):
        return []
    return [Noticed("phone", claim.escort_phone, recorded, "another phone is on record for this escort")]


def iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""
