"""What staff record about one answer: who gave it, on whose authority, and which entries contradict."""

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
from checkin.rules.short_lines import put_on_one_line


class ConsentGiverKind(TextChoices):
    """What somebody is to the child and the visit, if the program knows them."""

    GUARDIAN = "guardian"
    PROXY = "proxy"
    ESCORT = "escort"
    PATIENT = "patient"
    CLINICIAN = "clinician"


@dataclass(frozen=True, slots=True)
class ConsentGiver:
    """Somebody who may have given the answer, with their own relationship and phone."""

    adult: ConsentAdult
    part: ConsentGiverKind
    note: str = ""
    is_here: bool = False

    @property
    def value(self) -> str:
        """The giver in one line, as the form sends it."""
        return ", ".join(filter(None, [self.adult.name, self.adult.relationship, self.adult.phone]))


def choose_consent_basis(part: ConsentGiverKind | None, how: str) -> ConsentBasis:
    """Return on whose authority an answer counts, if staff record only who gave it and how."""
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
    """Return whether the patient is offered as the giver: came alone, or is at least `from_age` years old.

    Without the age limit, staff could pick a child of seven as deciding for themselves with one click. For a
    younger patient, staff can still type the name.
    """
    return came_alone or (birth_date is not None and age_in_years(birth_date, on) >= from_age)


def basis_channel_contradiction(basis: str, how: str) -> str:
    """Return a sentence if basis and channel cannot both be true; "" if they can."""
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
    """The giver's relationship and phone, and a sentence on what was dropped because it is someone else's."""

    relationship: str
    phone: str
    left_out: str = ""


def keep_own_contact(said: ConsentAdult, known: Iterable[ConsentAdult], child: str = "") -> OwnContact:
    """Drop a relationship or phone that belongs to another known adult ("the sitter, father")."""
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
    """Return whether what was written means this known adult: the name, part of it, or "mother"."""
    named = ConsentAdult(said.name, "", said.relationship)
    return (
        named.same_as(known)
        or is_guardian_named_in_part(named, known)
        or is_adult_named_by_kin(named, known)
        or _is_same_letterless_name(said, known)
    )


def _is_same_letterless_name(said: ConsentAdult, known: ConsentAdult) -> bool:
    """Return whether both names are the same text. Names without letters can only be compared so."""
    return put_on_one_line(said.name) == put_on_one_line(known.name) != ""


def _has_phone_of_adult(said: ConsentAdult, known: ConsentAdult) -> bool:
    return bool(said.phone.strip()) and has_phone_in_common(said.phone, known.phone, "")


def other_care_of_item(item: str, care: str, due: Iterable[tuple[str, str]]) -> str:
    """Return the other kind of care for which this item is due; "" if there is none."""
    of = {
        kind for kind, label in due if name_keys.normalize_text(label) == name_keys.normalize_text(item) != ""
    }
    return "" if not of or care in of else next(iter(sorted(of)))
