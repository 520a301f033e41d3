"""What staff write down of one answer: who said it, on whose word, and what does not belong together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import TextChoices

from checkin.rules import name_keys
from checkin.rules.ages import age_in_years
from checkin.rules.consent_adults import (
    ConsentAdult,
    ConsentBasis,
    ConsentChannel,
    is_adult_named_by_kin,
    is_guardian_named_in_part,
)
from checkin.rules.kinship import is_other_kin, is_same_kin
from checkin.rules.phones import has_phone_in_common


class ConsentGiverKind(TextChoices):
    """What somebody is to the child and the visit, where the program knows them."""

    GUARDIAN = "guardian"
    PROXY = "proxy"
    ESCORT = "escort"
    PATIENT = "patient"
    CLINICIAN = "clinician"


@dataclass(frozen=True, slots=True)
class ConsentGiver:
    """Somebody who may have said it, with the relationship and phone that are theirs."""

    adult: ConsentAdult
    part: ConsentGiverKind
    note: str = ""
    is_here: bool = False

    @property
    def value(self) -> str:
        """Who it is in one line, as the form sends it."""
        return ", ".join(filter(None, [self.adult.name, self.adult.relationship, self.adult.phone]))


def choose_consent_basis(part: ConsentGiverKind | None, how: str) -> ConsentBasis:
    """On whose word it stands, where staff say no more than who said it and how."""
    if part == ConsentGiverKind.CLINICIAN:
        return ConsentBasis.CLINICIAN
    if part == ConsentGiverKind.PATIENT:
        return ConsentBasis.OWN
    if part == ConsentGiverKind.PROXY or (
        part == ConsentGiverKind.GUARDIAN and how == ConsentChannel.WRITTEN
    ):
        return ConsentBasis.WRITTEN_PROXY
    if how == ConsentChannel.TELEPHONE:
        return ConsentBasis.TELEPHONE
    return ConsentBasis.GUARDIAN_PRESENT if part == ConsentGiverKind.GUARDIAN else ConsentBasis.NONE


def may_patient_answer(*, came_alone: bool, birth_date: dt.date | None, on: dt.date, from_age: int) -> bool:
    """Whether the patient is offered as who said it: came alone, or is as old as the clinic says.

    A child of seven stood there to be pressed as deciding for themselves. Who is younger can be typed.
    """
    return came_alone or (birth_date is not None and age_in_years(birth_date, on) >= from_age)


def basis_channel_contradiction(basis: str, how: str) -> str:
    """Say where basis and way cannot both be true; '' where they can."""
    by_telephone = how == ConsentChannel.TELEPHONE
    is_one = (basis == ConsentBasis.TELEPHONE and not by_telephone) or (
        basis == ConsentBasis.GUARDIAN_PRESENT and by_telephone
    )
    if not is_one or how not in ConsentChannel.values:
        return ""
    return (
        f"“{ConsentBasis(basis).label}” and “{ConsentChannel(how).label}” cannot both be. Change one of them."
    )


class OwnContact(NamedTuple):
    """The relationship and phone of who said it, and what was left out because it is somebody else's."""

    relationship: str
    phone: str
    left_out: str = ""


def keep_own_contact(said: ConsentAdult, known: Iterable[ConsentAdult], child: str = "") -> OwnContact:
    """Leave out a relationship or phone that belongs to another adult who is known ("the sitter, father")."""
    known = list(known)
    mine = [one for one in known if _is_adult_written_down(said, one)]
    others = [one for one in known if one not in mine]
    owner = next((one for one in others if _has_phone_of_adult(said, one)), None)
    if any(_has_phone_of_adult(said, one) for one in mine):
        owner = None
    phone = "" if owner else said.phone
    whose = next((one for one in others if is_same_kin(said.relationship, one.relationship)), None)
    is_child = not mine and name_keys.normalize_text(said.name) == name_keys.normalize_text(child) != ""
    contrary = is_other_kin(said.name, said.relationship) or any(
        is_other_kin(one.relationship, said.relationship) for one in mine
    )
    is_theirs = whose is not None and (contrary or is_child or whose is owner)
    words = [said.relationship] if is_theirs else []
    words += [said.phone] if owner else []
    if not words:
        return OwnContact(said.relationship, said.phone)
    name = (owner or whose or ConsentAdult()).name
    left_out = f"“{', '.join(words)}” is of {name} on record, so it was not kept with {said.name}."
    return OwnContact("" if is_theirs else said.relationship, phone, left_out)


def _is_adult_written_down(said: ConsentAdult, known: ConsentAdult) -> bool:
    """Whether this known adult was written down, by name, a part of it, or as "mother"."""
    named = ConsentAdult(said.name, "", said.relationship)
    return (
        named.same_as(known)
        or is_guardian_named_in_part(named, known)
        or is_adult_named_by_kin(named, known)
        or _is_same_letterless_name(said, known)
    )


def _is_same_letterless_name(said: ConsentAdult, known: ConsentAdult) -> bool:
    """A name that has no letters at all, or none on record, is compared as it stands."""
    return " ".join(said.name.split()) == " ".join(known.name.split()) != ""


def _has_phone_of_adult(said: ConsentAdult, known: ConsentAdult) -> bool:
    return bool(said.phone.strip()) and has_phone_in_common(said.phone, known.phone, "")


def other_care_of_item(item: str, care: str, due: Iterable[tuple[str, str]]) -> str:
    """The kind of care that this item is due for, where it is another one; '' where it is none."""
    of = {
        kind for kind, label in due if name_keys.normalize_text(label) == name_keys.normalize_text(item) != ""
    }
    return "" if not of or care in of else next(iter(sorted(of)))
