"""What staff write down of one answer: who said it, on whose word, and what does not belong together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import TextChoices

from checkin.rules import names
from checkin.rules.ages import age_on
from checkin.rules.consent import How
from checkin.rules.consent_adults import Adult, Basis, is_called, is_part_of
from checkin.rules.kinship import is_other_kin, is_same_kin
from checkin.rules.phones import is_same_phone


class Part(TextChoices):
    """What somebody is to the child and the visit, where the program knows them."""

    GUARDIAN = "guardian"
    PROXY = "proxy"
    ESCORT = "escort"
    PATIENT = "patient"
    CLINICIAN = "clinician"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may have said it, with the relationship and phone that are theirs."""

    adult: Adult
    part: Part
    note: str = ""
    is_here: bool = False

    @property
    def value(self) -> str:
        """Who it is in one line, as the form sends it."""
        return ", ".join(filter(None, [self.adult.name, self.adult.relationship, self.adult.phone]))


def basis_of(part: Part | None, how: str) -> Basis:
    """On whose word it stands, where staff say no more than who said it and how."""
    if part == Part.CLINICIAN:
        return Basis.CLINICIAN
    if part == Part.PATIENT:
        return Basis.OWN
    if part == Part.PROXY or part == Part.GUARDIAN and how == How.WRITTEN:
        return Basis.WRITTEN_PROXY
    if how == How.TELEPHONE:
        return Basis.TELEPHONE
    return Basis.GUARDIAN_PRESENT if part == Part.GUARDIAN else Basis.NONE


def may_speak(*, came_alone: bool, birth_date: dt.date | None, on: dt.date, from_age: int) -> bool:
    """Whether the patient is offered as who said it: came alone, or is as old as the clinic says.

    A child of seven stood there to be pressed as deciding for themselves. Who is younger can be typed.
    """
    return came_alone or (birth_date is not None and age_on(birth_date, on) >= from_age)


def contradiction(basis: str, how: str) -> str:
    """Say where basis and way cannot both be true; '' where they can."""
    by_telephone = how == How.TELEPHONE
    is_one = basis == Basis.TELEPHONE and not by_telephone or basis == Basis.GUARDIAN_PRESENT and by_telephone
    if not is_one or how not in How.values:
        return ""
    return f"“{Basis(basis).label}” and “{How(how).label}” cannot both be. Change one of them."


class Own(NamedTuple):
    """The relationship and phone of who said it, and what was left out because it is somebody else's."""

    relationship: str
    phone: str
    left_out: str = ""


def keep_own(said: Adult, known: Iterable[Adult], child: str = "") -> Own:
    """Leave out a relationship or phone that belongs to another adult who is known ("the sitter, father")."""
    known = list(known)
    mine = [one for one in known if is_one(said, one)]
    others = [one for one in known if one not in mine]
    owner = next((one for one in others if is_phone_of(said, one)), None)
    if any(is_phone_of(said, one) for one in mine):
        owner = None
    phone = "" if owner else said.phone
    whose = next((one for one in others if is_same_kin(said.relationship, one.relationship)), None)
    is_child = not mine and names.normalise(said.name) == names.normalise(child) != ""
    contrary = is_other_kin(said.name, said.relationship) or any(
        is_other_kin(one.relationship, said.relationship) for one in mine
    )
    is_theirs = whose is not None and (contrary or is_child or whose is owner)
    words = [said.relationship] if is_theirs else []
    words += [said.phone] if owner else []
    if not words:
        return Own(said.relationship, said.phone)
    name = (owner or whose or Adult()).name
    left_out = f"“{', '.join(words)}” is of {name} on record, so it was not kept with {said.name}."
    return Own("" if is_theirs else said.relationship, phone, left_out)


def is_one(said: Adult, known: Adult) -> bool:
    """Whether this known adult was written down, by name, a part of it, or as "mother"."""
    named = Adult(said.name, "", said.relationship)
    return (
        named.same_as(known)
        or is_part_of(named, known)
        or is_called(named, known)
        or is_nameless(said, known)
    )


def is_nameless(said: Adult, known: Adult) -> bool:
    """A name that has no letters at all, or none on record, is compared as it stands."""
    return " ".join(said.name.split()) == " ".join(known.name.split()) != ""


def is_phone_of(said: Adult, known: Adult) -> bool:
    return bool(said.phone.strip()) and is_same_phone(said.phone, known.phone, "")


def is_of_other_care(item: str, care: str, due: Iterable[tuple[str, str]]) -> str:
    """The kind of care that this item is due for, where it is another one; '' where it is none."""
    of = {kind for kind, label in due if names.normalise(label) == names.normalise(item) != ""}
    return "" if not of or care in of else next(iter(sorted(of)))
