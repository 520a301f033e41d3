"""Find differences between what was typed and what is recorded. Nothing is changed: a person decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from checkin.rules import name_likeness, sign_in_claims
from checkin.rules.discrepancy_causes import DiscrepancyCause
from checkin.rules.phones import has_phone_in_common
from checkin.rules.short_lines import put_on_one_line

LONGEST_DISCREPANCY_SIDE = 500
"""Longest text stored of each side of a discrepancy, in characters."""


class NoticedDifference(NamedTuple):
    """A difference: the field, both sides as text, and why it matters.

    `other_visit`: the id of the visit at which the child is already signed in.
    """

    field: str
    typed: str
    recorded: str
    cause: DiscrepancyCause
    other_visit: int | None = None


class KeptDifference(NamedTuple):
    """A difference that a person settled by keeping the old value. `escort_id` is 0 unless it is a phone."""

    field: str
    typed: str
    recorded: str
    escort_id: int = 0


def notice_claim_problems(
    claim: sign_in_claims.SignInClaim, *, today: dt.date, day_first: bool
) -> list[NoticedDifference]:
    """Return what is wrong in the claim itself: a birth date that no child can have."""
    birth = sign_in_claims.read_typed_birth_date(claim.child_birth_date, today=today, day_first=day_first)
    if not birth.problem:
        return []
    return [NoticedDifference("birth_date", claim.child_birth_date, "", birth.problem)]


def notice_patient_differences(
    claim: sign_in_claims.SignInClaim,
    *,
    given_name: str,
    family_name: str,
    preferred_name: str,
    birth_date: dt.date | None,
    today: dt.date,
    day_first: bool,
) -> list[NoticedDifference]:
    """Return the differences between the claim's child and the patient it is linked to."""
    noticed = []
    typed = f"{claim.child_given_name} {claim.child_family_name}".strip()
    if typed and not _is_patient_known_as(claim, given_name, family_name, preferred_name):
        recorded = f"{given_name} {family_name}".strip()
        noticed.append(NoticedDifference("name", typed, recorded, DiscrepancyCause.NAME_DIFFERS))
    birth = sign_in_claims.read_typed_birth_date(claim.child_birth_date, today=today, day_first=day_first)
    if birth.problem:
        noticed.append(
            NoticedDifference("birth_date", claim.child_birth_date, _date_as_iso(birth_date), birth.problem)
        )
    elif birth.date is not None and birth.date != birth_date:
        cause = DiscrepancyCause.OTHER_BIRTH_DATE if birth_date else DiscrepancyCause.NO_BIRTH_DATE
        noticed.append(
            NoticedDifference("birth_date", claim.child_birth_date, _date_as_iso(birth_date), cause)
        )
    return noticed


def _is_patient_known_as(
    claim: sign_in_claims.SignInClaim, given_name: str, family_name: str, preferred_name: str
) -> bool:
    """Return whether the typed name is the name on record, in either order, or the preferred name.

    Only the parts that were typed are compared: a blank family name is not a difference.
    """
    given, family = claim.child_given_name, claim.child_family_name
    firsts = [name for name in (given_name, preferred_name) if name] or [""]
    firsts += [typed for typed in (given, family) if name_likeness.is_leading_given_name(typed, given_name)]
    pairs = [pair for first in firsts for pair in ((first, family_name), (family_name, first))]
    known = {" ".join(pair) for pair in pairs}
    if not family:
        known |= set(firsts)
    if not given:
        known.add(family_name)
    return any(_is_same_typed_text(f"{given} {family}", name) for name in known)


def _is_same_typed_text(typed: str, recorded: str) -> bool:
    """Return whether both texts are the same but for case, accents and spacing; other signs count."""
    one, other = put_on_one_line(typed).casefold(), put_on_one_line(recorded).casefold()
    return one == other or name_likeness.is_same_written_name(one, other)


def notice_phone_difference(
    claim: sign_in_claims.SignInClaim, *, recorded: str, is_guardian: bool = False, region: str = ""
) -> list[NoticedDifference]:
    """Return the difference if the escort's typed phone is not the one on record as escort or guardian."""
    typed = claim.escort_phone
    if not typed or typed == recorded or has_phone_in_common(typed, recorded, region):
        return []
    other, none = (
        (DiscrepancyCause.OTHER_GUARDIAN_PHONE, DiscrepancyCause.NO_GUARDIAN_PHONE)
        if is_guardian
        else (DiscrepancyCause.OTHER_ESCORT_PHONE, DiscrepancyCause.NO_ESCORT_PHONE)
    )
    return [NoticedDifference("phone", typed, recorded, other if recorded else none)]


def notice_guardian_difference(
    claim: sign_in_claims.SignInClaim, *, recorded: Iterable[str]
) -> list[NoticedDifference]:
    """Return the difference if the typed guardian is not among those on record."""
    typed, known = claim.guardian_name, list(recorded)
    if not typed or any(is_same_person_name(typed, name) for name in known):
        return []
    cause = DiscrepancyCause.OTHER_GUARDIAN if known else DiscrepancyCause.NO_GUARDIAN
    return [NoticedDifference("guardian", typed, ", ".join(known), cause)]


def is_same_person_name(typed: str, recorded: str) -> bool:
    """Return whether both names have the same words in any order: "Ruiz, Ana" is Ana Ruiz."""
    in_order = " ".join(sorted(typed.replace(",", " ").split(), key=str.casefold))
    other = " ".join(sorted(recorded.replace(",", " ").split(), key=str.casefold))
    return _is_same_typed_text(typed, recorded) or _is_same_typed_text(in_order, other)


def notice_address_difference(
    claim: sign_in_claims.SignInClaim, *, address: str, city: str, postcode: str
) -> list[NoticedDifference]:
    """Return the difference if the typed address is not the one on record, with or without the city."""
    typed = claim.address
    ways = (
        (address,),
        (address, city),
        (address, postcode),
        (address, city, postcode),
        (address, postcode, city),
    )
    if not typed or any(_is_same_typed_text(typed, " ".join(filter(None, way))) for way in ways):
        return []
    recorded = ", ".join(filter(None, (address, city, postcode)))
    cause = DiscrepancyCause.OTHER_ADDRESS if address else DiscrepancyCause.NO_ADDRESS
    return [NoticedDifference("address", typed, recorded, cause)]


def drop_kept_differences(
    noticed: Iterable[NoticedDifference], kept: Iterable[KeptDifference], *, escort_id: int
) -> list[NoticedDifference]:
    """Drop differences that a person has settled: same text, same record, old value kept."""
    settled = set(kept)
    return [one for one in noticed if _as_kept_difference(one, escort_id) not in settled]


def _as_kept_difference(one: NoticedDifference, escort_id: int) -> KeptDifference:
    whose = escort_id if one.field == "phone" else 0
    return KeptDifference(
        one.field, one.typed[:LONGEST_DISCREPANCY_SIDE], one.recorded[:LONGEST_DISCREPANCY_SIDE], whose
    )


def _date_as_iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""


class DiscrepancyChange(NamedTuple):
    """What “use the new” writes: columns of one row, as JSON; or why it cannot be used."""

    subject: str
    columns: dict[str, str | bool]
    problem: str = ""


TOO_LONG_TO_USE = (
    "It was longer than a record holds, so it was cut. Ask the family, or keep what is on record."
)
_NOTHING_TO_WRITE = "Nothing on a record differs here. Mark it as seen."
_NO_FIRST_NAME = "No first name was typed, so there is none to call them by."


def build_discrepancy_change(
    field: str, claim: sign_in_claims.SignInClaim, *, today: dt.date, day_first: bool, called: bool = False
) -> DiscrepancyChange:
    """Return what “use the new” would write. `called`: the typed name is a preferred name."""
    if field == "sign_in":
        return DiscrepancyChange("", {}, _NOTHING_TO_WRITE)
    if _CLAIM_FIELDS_OF_DISCREPANCY[field] & set(claim.cut):
        return DiscrepancyChange("", {}, TOO_LONG_TO_USE)
    if field == "name":
        return _new_name_change(claim, called=called)
    if field == "birth_date":
        return _new_birth_date_change(claim, today=today, day_first=day_first)
    if field == "phone":
        return DiscrepancyChange("Escort", {"phone": claim.escort_phone})
    if field == "guardian":
        # Anyone may have typed this name, so it gives nobody the right to consent.
        return DiscrepancyChange("Guardian", {"name": claim.guardian_name, "may_consent": False})
    return DiscrepancyChange("Patient", {"address": claim.address})


_CLAIM_FIELDS_OF_DISCREPANCY = {
    "name": {"child_given_name", "child_family_name"},
    "birth_date": {"child_birth_date"},
    "phone": {"escort_phone"},
    "guardian": {"guardian_name"},
    "address": {"address"},
}
"""The claim fields that each discrepancy's typed value comes from."""


def _new_name_change(claim: sign_in_claims.SignInClaim, *, called: bool) -> DiscrepancyChange:
    if called:
        if not claim.child_given_name:
            return DiscrepancyChange("Patient", {}, _NO_FIRST_NAME)
        return DiscrepancyChange("Patient", {"preferred_name": claim.child_given_name})
    typed = {"given_name": claim.child_given_name, "family_name": claim.child_family_name}
    return DiscrepancyChange("Patient", {column: name for column, name in typed.items() if name})


def _new_birth_date_change(
    claim: sign_in_claims.SignInClaim, *, today: dt.date, day_first: bool
) -> DiscrepancyChange:
    birth = sign_in_claims.read_typed_birth_date(claim.child_birth_date, today=today, day_first=day_first)
    if birth.date is None:
        why = birth.problem.label if birth.problem else "no birth date was typed"
        sentence = f"This cannot be used: {why}. Ask the family, or keep what is on record."
        return DiscrepancyChange("Patient", {}, sentence)
    return DiscrepancyChange("Patient", {"birth_date": birth.date.isoformat()})
