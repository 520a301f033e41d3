"""What a claim and a record say of each other, field by field; `identity` draws the conclusion."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from checkin.rules import birth_dates, likeness, names
from checkin.rules.birth_dates import Nearness

NEAR_NAME = 0.8
CLEARLY = 0.25


@dataclass(frozen=True)
class Claim:
    """What was typed about the child, and the facts typed with it. `birth_text` is the date as typed."""

    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    birth_text: str = ""
    phone: str = ""
    postcode: str = ""
    escort_name: str = ""

    @cached_property
    def births(self) -> tuple[str, ...]:
        """The birth date as YYYYMMDD, in every order in which it can be read."""
        return birth_dates.readings(self.birth_date, self.birth_text)

    @cached_property
    def whole_key(self) -> str:
        """Given and family name together, as `names.normalise` has them."""
        return names.normalise(self.given_name) + names.normalise(self.family_name)

    @cached_property
    def phone_key(self) -> str:
        """The phone as `names.phone_key` has it."""
        return names.phone_key(self.phone)


@dataclass(frozen=True)
class Record:
    """One patient on file. `phones`: the patient's, the escorts' and the guardians', as recorded."""

    id: int | str
    given_name: str
    family_name: str
    preferred_name: str = ""
    birth_date: date | None = None
    phones: tuple[str, ...] = ()
    postcode: str = ""
    has_appointment_today: bool = False
    is_deceased: bool = False

    @cached_property
    def phone_keys(self) -> frozenset[str]:
        """The phones as `names.phone_key` has them."""
        return frozenset(filter(None, map(names.phone_key, self.phones)))


@dataclass(frozen=True)
class Evidence:
    """One record against the claim. Names 0 to 1; None wherever either side is missing."""

    record: Record
    given: float | None
    family: float | None
    other_way_round: bool
    preferred: bool
    birth: Nearness | None
    phone: bool | None
    postcode: bool | None
    one_name_only: bool
    """Neither side has a family name, as with people who have a single name."""

    @property
    def home(self) -> str:
        """The recorded postcode as `names.postcode_key` has it."""
        return names.postcode_key(self.record.postcode)

    @property
    def same_given(self) -> bool:
        """The given name, or the preferred one, is the very same name; a stand-in is nobody's name."""
        return self.given == likeness.SAME and likeness.is_named(self.record.given_name)

    @property
    def same_names(self) -> bool:
        """Given and family name are both the very same."""
        return self.same_given and self.family == likeness.SAME

    @property
    def near_family(self) -> bool:
        """The family name is the same, or nearly so."""
        return self.family is not None and self.family >= NEAR_NAME

    @property
    def same_birth(self) -> bool:
        """Born on the very day that was typed."""
        return self.birth is Nearness.SAME

    @property
    def own_facts(self) -> frozenset[str]:
        """The second facts that speak for this record: appointment, phone, postcode."""
        expected = self.record.has_appointment_today
        facts = (("appointment", expected), ("phone", self.phone), ("postcode", self.postcode))
        return frozenset(fact for fact, holds in facts if holds)


def weigh(claim: Claim, record: Record) -> Evidence:
    """Lay one record beside the claim."""
    given, family, preferred = _straight(claim, record)
    other_way_round = False
    if _sum((given, family)) < 2 * likeness.SAME:
        if _same_whole_name(claim, record):
            given = family = likeness.SAME
            other_way_round = likeness.same_name(claim.given_name, record.family_name)
            preferred = False
        else:
            crossed = _crossed(claim, record)
            if _sum(crossed) > _sum((given, family)) + CLEARLY:
                given, family = crossed
                other_way_round, preferred = True, False
    return Evidence(
        record=record,
        given=given,
        family=family,
        other_way_round=other_way_round,
        preferred=preferred,
        birth=birth_dates.nearness(claim.births, record.birth_date),
        phone=_found(claim.phone_key, record.phone_keys),
        postcode=_equal(names.postcode_key(claim.postcode), names.postcode_key(record.postcode)),
        one_name_only=not names.normalise(claim.family_name) and not names.normalise(record.family_name),
    )


def _straight(claim: Claim, record: Record) -> tuple[float | None, float | None, bool]:
    given = likeness.alike(claim.given_name, record.given_name)
    family = likeness.alike(claim.family_name, record.family_name)
    if record.preferred_name and given != likeness.SAME:
        preferred = likeness.alike(claim.given_name, record.preferred_name)
        if (preferred or 0.0) > (given or 0.0):
            return preferred, family, True
    return given, family, False


def _crossed(claim: Claim, record: Record) -> tuple[float | None, float | None]:
    """Given and family likeness with the typed names changed over."""
    if not names.normalise(claim.given_name):
        return None, None
    given = likeness.alike(claim.family_name, record.given_name)
    family = likeness.alike(claim.given_name, record.family_name)
    return given, family


def _sum(sides: tuple[float | None, float | None]) -> float:
    return sum(side or 0.0 for side in sides)


def _same_whole_name(claim: Claim, record: Record) -> bool:
    """The same words in the same order, cut elsewhere, or all in the box of the given name."""
    given, family = names.normalise(record.given_name), names.normalise(record.family_name)
    if not names.normalise(claim.given_name) or not given or not family:
        return False
    if len(claim.whole_key) != len(given) + len(family):
        return False
    typed = f"{claim.given_name} {claim.family_name}"
    straight = f"{record.given_name} {record.family_name}"
    crossed = f"{record.family_name} {record.given_name}"
    return _same_words(typed, straight) or _same_words(typed, crossed)


def _same_words(typed: str, recorded: str) -> bool:
    """Word by word, lest "Kisc Htara" be taken for "Kisch Tara"; a script without spaces has no words."""
    if not likeness.same_name(typed, recorded):
        return False
    return (
        names.words(typed) == names.words(recorded)
        or names.as_written(typed) == names.as_written(recorded) != ""
    )


def _equal(typed: str, recorded: str) -> bool | None:
    return typed == recorded if typed and recorded else None


def _found(typed: str, recorded: Collection[str]) -> bool | None:
    return typed in recorded if typed and recorded else None
