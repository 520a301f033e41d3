"""What was typed against what is recorded. Noticing only: a person decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from checkin.rules import claims, likeness
from checkin.rules.phones import is_same_phone

LONGEST = 500
"""Characters of each side that a discrepancy keeps."""


class Noticed(NamedTuple):
    """One difference: the field, both sides as words, and why it matters."""

    field: str
    typed: str
    recorded: str
    why: str


class Kept(NamedTuple):
    """A difference that a person settled by keeping the old: the escort's id for a phone, otherwise 0."""

    field: str
    typed: str
    recorded: str
    escort_id: int = 0


def in_claim(claim: claims.Claim, *, today: dt.date, day_first: bool) -> list[Noticed]:
    """What cannot be right in the claim by itself: a birth date that no child can have."""
    birth = claims.birth_date(claim.child_birth_date, today=today, day_first=day_first)
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
    day_first: bool,
) -> list[Noticed]:
    """Where the claim's child differs from the patient it is linked to."""
    noticed = []
    typed = f"{claim.child_given_name} {claim.child_family_name}".strip()
    if typed and not is_known_as(claim, given_name, family_name, preferred_name):
        recorded = f"{given_name} {family_name}".strip()
        noticed.append(Noticed("name", typed, recorded, "the name typed is not the name on record"))
    birth = claims.birth_date(claim.child_birth_date, today=today, day_first=day_first)
    if birth.problem:
        noticed.append(Noticed("birth_date", claim.child_birth_date, iso(birth_date), birth.problem))
    elif birth.date is not None and birth.date != birth_date:
        why = "another birth date is on record" if birth_date else "no birth date is on record yet"
        noticed.append(Noticed("birth_date", claim.child_birth_date, iso(birth_date), why))
    return noticed


def is_known_as(claim: claims.Claim, given_name: str, family_name: str, preferred_name: str) -> bool:
    """Whether the name typed is the name on record, in either order, or what the child is called.

    Only the parts that were typed are compared: a blank family name is no difference.
    """
    given, family = claim.child_given_name, claim.child_family_name
    firsts = [name for name in (given_name, preferred_name) if name] or [""]
    firsts += [typed for typed in (given, family) if likeness.is_leading_part(typed, given_name)]
    pairs = [pair for first in firsts for pair in ((first, family_name), (family_name, first))]
    known = {" ".join(pair) for pair in pairs}
    if not family:
        known |= set(firsts)
    if not given:
        known.add(family_name)
    return any(is_same(f"{given} {family}", name) for name in known)


def is_same(typed: str, recorded: str) -> bool:
    """The same words whatever their case, accents and spacing; signs that are no letters count too."""
    one, other = " ".join(typed.split()).casefold(), " ".join(recorded.split()).casefold()
    return one == other or likeness.same_name(one, other)


def in_phone(claim: claims.Claim, *, recorded: str, whose: str = "escort", region: str = "") -> list[Noticed]:
    """Where the escort's phone as typed differs from the one they are known by, as escort or as guardian."""
    typed = claim.escort_phone
    if not typed or typed == recorded or is_same_phone(typed, recorded, region):
        return []
    why = f"{'another' if recorded else 'no'} phone is on record for this {whose}"
    return [Noticed("phone", typed, recorded, why)]


def in_guardians(claim: claims.Claim, *, recorded: Iterable[str]) -> list[Noticed]:
    """Where the guardian typed is not among those on record."""
    typed, known = claim.guardian_name, list(recorded)
    if not typed or any(is_same_person(typed, name) for name in known):
        return []
    why = "this guardian is not among those on record" if known else "no guardian is on record yet"
    return [Noticed("guardian", typed, ", ".join(known), why)]


def is_same_person(typed: str, recorded: str) -> bool:
    """The same name in any order of its words: "Ruiz, Ana" is Ana Ruiz."""
    in_order = " ".join(sorted(typed.replace(",", " ").split(), key=str.casefold))
    other = " ".join(sorted(recorded.replace(",", " ").split(), key=str.casefold))
    return is_same(typed, recorded) or is_same(in_order, other)


def in_address(claim: claims.Claim, *, address: str, city: str, postcode: str) -> list[Noticed]:
    """Where the address typed is not the one on record, written with or without its city and postcode."""
    typed = claim.address
    ways = (
        (address,),
        (address, city),
        (address, postcode),
        (address, city, postcode),
        (address, postcode, city),
    )
    if not typed or any(is_same(typed, " ".join(filter(None, way))) for way in ways):
        return []
    why = "another address is on record" if address else "no address is on record yet"
    return [Noticed("address", typed, ", ".join(filter(None, (address, city, postcode))), why)]


def not_kept_before(noticed: Iterable[Noticed], kept: Iterable[Kept], *, escort_id: int) -> list[Noticed]:
    """Without what a person has decided already: the same words against the same record, kept as it is."""
    settled = set(kept)
    return [one for one in noticed if as_kept(one, escort_id) not in settled]


def as_kept(one: Noticed, escort_id: int) -> Kept:
    whose = escort_id if one.field == "phone" else 0
    return Kept(one.field, one.typed[:LONGEST], one.recorded[:LONGEST], whose)


def iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""


class Change(NamedTuple):
    """What “use the new” writes: columns of one row, as JSON holds them; or why it cannot be used."""

    subject: str
    columns: dict[str, str | bool]
    problem: str = ""


TOO_LONG = "It was longer than a record holds, so it was cut. Ask the family, or keep what is on record."
NOTHING_TO_WRITE = "Nothing on a record differs here. Say that you have seen it."
NO_FIRST_NAME = "No first name was typed, so there is none to call them by."


def change(
    field: str, claim: claims.Claim, *, today: dt.date, day_first: bool, called: bool = False
) -> Change:
    """What using the new would write. `called`: the name typed is what they are called, not their name."""
    if field == "sign_in":
        return Change("", {}, NOTHING_TO_WRITE)
    if TYPED_IN[field] & set(claim.cut):
        return Change("", {}, TOO_LONG)
    if field == "name":
        return new_name(claim, called=called)
    if field == "birth_date":
        return new_birth_date(claim, today=today, day_first=day_first)
    if field == "phone":
        return Change("Escort", {"phone": claim.escort_phone})
    if field == "guardian":
        # Whoever typed this name may be anybody, so it gives nobody the right to consent.
        return Change("Guardian", {"name": claim.guardian_name, "may_consent": False})
    return Change("Patient", {"address": claim.address})


TYPED_IN = {
    "name": {"child_given_name", "child_family_name"},
    "birth_date": {"child_birth_date"},
    "phone": {"escort_phone"},
    "guardian": {"guardian_name"},
    "address": {"address"},
}
"""Fields of a claim in which each side of a discrepancy was typed."""


def new_name(claim: claims.Claim, *, called: bool) -> Change:
    if called:
        if not claim.child_given_name:
            return Change("Patient", {}, NO_FIRST_NAME)
        return Change("Patient", {"preferred_name": claim.child_given_name})
    typed = {"given_name": claim.child_given_name, "family_name": claim.child_family_name}
    return Change("Patient", {column: name for column, name in typed.items() if name})


def new_birth_date(claim: claims.Claim, *, today: dt.date, day_first: bool) -> Change:
    birth = claims.birth_date(claim.child_birth_date, today=today, day_first=day_first)
    if birth.date is None:
        why = birth.problem or "no birth date was typed"
        sentence = f"This cannot be used: {why}. Ask the family, or keep what is on record."
        return Change("Patient", {}, sentence)
    return Change("Patient", {"birth_date": birth.date.isoformat()})
