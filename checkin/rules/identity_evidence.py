"""What a claim and a record say of each other, field by field; `identity` draws the conclusion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from checkin.rules import birth_dates, likeness, name_suffixes, names, phones
from checkin.rules.birth_dates import Nearness
from checkin.rules.phones import Phone
from checkin.rules.stand_ins import is_nobody, is_pet_word, is_stand_in_date, is_stand_in_family_name

NEAR_NAME = 0.8
CLEARLY = 0.25
MOST_FAMILIES = 3
"""A number on the records of more families than this is a shelter's or a school's, and no family's."""


@dataclass(frozen=True)
class ClinicFacts:
    """What of a clinic bears on identity: its region, its own numbers, its stand-in birth dates."""

    region: str = "US"
    phones: tuple[str, ...] = ()
    stand_in_birth_dates: tuple[str, ...] = ()


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
    clinic: ClinicFacts = ClinicFacts()

    @cached_property
    def births(self) -> tuple[str, ...]:
        """The birth date as YYYYMMDD, in every order in which it can be read."""
        return birth_dates.readings(self.birth_date, self.birth_text)

    @cached_property
    def most_birth(self) -> Nearness | None:
        """How near a recorded birth date this one may be at most; None where no such limit is set."""
        return None if self.birth_date else birth_dates.most_that_counts(self.birth_text, self.births)

    @cached_property
    def given_key(self) -> str:
        """The given name as `names.normalise` has it; read once, however many records there are."""
        return names.normalise(self.given_name)

    @cached_property
    def family_key(self) -> str:
        """The family name as `names.normalise` has it."""
        return names.normalise(self.family_name)

    @cached_property
    def whole_length(self) -> int:
        """How long given and family name are together, as `names.normalise` has them."""
        return len(self.given_key) + len(self.family_key)

    @cached_property
    def phones(self) -> tuple[Phone, ...]:
        """The numbers typed that may be somebody's: neither made up nor the clinic's own."""
        return usable_phones(self.phone, self.clinic)


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
    is_provisional: bool = False
    """Made from what somebody typed at a sign-in; nobody has confirmed it since."""

    @cached_property
    def household(self) -> tuple[str, str]:
        """What two children of one family have in common on paper: family name and postcode."""
        return names.normalise(self.family_name), names.postcode_key(self.postcode)


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
    first_name_only: bool
    """The given name typed is the first of several on record."""
    names_typed: tuple[str, str]
    clinic: ClinicFacts

    @cached_property
    def phones(self) -> tuple[Phone, ...]:
        """The numbers on record that may be somebody's."""
        return tuple(one for box in self.record.phones for one in usable_phones(box, self.clinic))

    @property
    def stand_in_birth(self) -> bool:
        """The birth date on record is one that is written for an unknown one."""
        return is_stand_in_date(self.record.birth_date, self.clinic.stand_in_birth_dates)

    @property
    def home(self) -> str:
        """The recorded postcode as `names.postcode_key` has it."""
        return names.postcode_key(self.record.postcode)

    @cached_property
    def same_given(self) -> bool:
        """The given name, its first part or the preferred name is the very same; a stand-in is no name."""
        called = self.record.preferred_name if self.preferred else self.record.given_name
        if self.given != likeness.SAME and not self.first_name_only:
            return False
        if self.preferred and is_pet_word(called):
            return False
        families = (self.record.family_name, *self.names_typed)
        return likeness.is_named(called) and not any(is_nobody(called, family) for family in families)

    @property
    def other_suffix(self) -> bool:
        """One is Jr., the other Sr.; or one the second of the name, the other the third."""
        recorded = name_suffixes.suffixes(self.record.given_name, self.record.family_name)
        return name_suffixes.is_other_suffix(name_suffixes.suffixes(*self.names_typed), recorded)

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


def weigh(claim: Claim, record: Record, phones_typed: Collection[Phone]) -> Evidence:
    """Lay one record beside the claim. `phones_typed`: those of the claim that can speak for somebody."""
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
    typed_given = claim.family_name if other_way_round else claim.given_name
    return Evidence(
        record=record,
        given=given,
        family=family,
        other_way_round=other_way_round,
        preferred=preferred,
        birth=birth_dates.nearness(claim.births, record.birth_date, at_most=claim.most_birth),
        phone=_is_on_record(phones_typed, record, claim.clinic) if phones_typed else None,
        postcode=_equal(names.postcode_key(claim.postcode), names.postcode_key(record.postcode)),
        one_name_only=not claim.family_key
        and not names.normalise(record.family_name)
        and "?" not in claim.family_name + record.family_name,
        first_name_only=CLEARLY < (given or 0.0) < likeness.SAME
        and likeness.is_leading_part(typed_given, record.given_name),
        names_typed=(claim.given_name, claim.family_name),
        clinic=claim.clinic,
    )


@lru_cache(maxsize=16_384)
def usable_phones(box: str, clinic: ClinicFacts) -> tuple[Phone, ...]:
    """Return the numbers in a box that can speak for somebody: none made up, none the clinic's own."""
    return tuple(
        one
        for one in phones.read_phones(box, clinic.region)
        if not phones.is_stand_in(one) and not phones.is_one_of_ours(one, clinic.phones, clinic.region)
    )


def one_familys_phones(claim: Claim, records: Sequence[Record]) -> tuple[Phone, ...]:
    """The numbers typed that are not on the records of too many families to speak for one of them."""
    region = claim.clinic.region
    return tuple(
        one
        for one in claim.phones
        if count_families(record for record in records if phones.is_among(one, record.phones, region))
        <= MOST_FAMILIES
    )


def count_families(records: Iterable[Record]) -> int:
    """How many families these are: by family name, and within one name by the postcodes known."""
    homes: dict[str, set[str]] = defaultdict(set)
    for record in records:
        family, postcode = record.household
        homes[family] |= {postcode} - {""}
    return sum(max(1, len(postcodes)) for postcodes in homes.values())


def _is_on_record(typed: Iterable[Phone], record: Record, clinic: ClinicFacts) -> bool | None:
    """Whether one of the numbers is on record; None where the record has none that could be somebody's."""
    if phones.shares_phone(typed, record.phones, clinic.region):
        return True
    return False if any(usable_phones(box, clinic) for box in record.phones) else None


def _straight(claim: Claim, record: Record) -> tuple[float | None, float | None, bool]:
    given = likeness.alike(claim.given_name, record.given_name)
    family = _family_likeness(claim.family_name, record.family_name)
    if record.preferred_name and given != likeness.SAME:
        preferred = likeness.alike(claim.given_name, record.preferred_name)
        if (preferred or 0.0) > (given or 0.0):
            return preferred, family, True
    return given, family, False


def _family_likeness(typed: str, recorded: str) -> float | None:
    """As of names; "Unknown" on either side is a family name that is missing."""
    if is_stand_in_family_name(typed) or is_stand_in_family_name(recorded):
        return None
    return likeness.alike(typed, recorded)


def _crossed(claim: Claim, record: Record) -> tuple[float | None, float | None]:
    """Given and family likeness with the typed names changed over."""
    if not claim.given_key:
        return None, None
    given = likeness.alike(claim.family_name, record.given_name)
    family = _family_likeness(claim.given_name, record.family_name)
    return given, family


def _sum(sides: tuple[float | None, float | None]) -> float:
    given, family = sides
    return (given or 0.0) + (family or 0.0)


def _same_whole_name(claim: Claim, record: Record) -> bool:
    """The same words in the same order, cut elsewhere, or all in the box of the given name."""
    given, family = names.normalise(record.given_name), names.normalise(record.family_name)
    if not claim.given_key or not given or not family:
        return False
    if claim.whole_length != len(given) + len(family) or is_stand_in_family_name(record.family_name):
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
