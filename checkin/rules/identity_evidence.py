"""Compare a claim with a record, field by field. `identity` decides what follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from checkin.rules import birth_dates, name_keys, name_likeness, name_suffixes, phones
from checkin.rules.birth_dates import BirthNearness
from checkin.rules.identity_facts import ClinicIdentityFacts, IdentityClaim, PatientRecord, usable_phones
from checkin.rules.parsed_phones import ParsedPhone
from checkin.rules.placeholder_names import (
    is_name_of_nobody,
    is_pet_word,
    is_placeholder_birth_date,
    is_placeholder_family_name,
)

IDENTITY_NEAR_NAME = 0.8
_CLEARLY_MORE_LIKE = 0.25
_MOST_FAMILIES_OF_PHONE = 3
"""A number on the records of more families than this belongs to a shelter or a school, not to a family."""


@dataclass(frozen=True)
class IdentityEvidence:
    """One record against the claim. Names are scored 0 to 1; None if either side is missing."""

    record: PatientRecord
    given: float | None
    family: float | None
    other_way_round: bool
    preferred: bool
    birth: BirthNearness | None
    phone: bool | None
    postcode: bool | None
    one_name_only: bool
    """Whether neither side has a family name, as for people with a single name."""
    first_name_only: bool
    """Whether the typed given name is the first of several on record."""
    names_typed: tuple[str, str]
    clinic: ClinicIdentityFacts

    @cached_property
    def phones(self) -> tuple[ParsedPhone, ...]:
        """The usable numbers on record."""
        return tuple(one for box in self.record.phones for one in usable_phones(box, self.clinic))

    @property
    def stand_in_birth(self) -> bool:
        """Return whether the recorded birth date stands in for an unknown one."""
        return is_placeholder_birth_date(self.record.birth_date, self.clinic.stand_in_birth_dates)

    @property
    def home(self) -> str:
        """The recorded postcode as a `name_keys.postcode_key`."""
        return name_keys.postcode_key(self.record.postcode)

    @property
    def _called(self) -> str:
        """The recorded name that was compared with the typed given name."""
        return self.record.preferred_name if self.preferred else self.record.given_name

    @property
    def is_pet_word_of_a_family(self) -> bool:
        """Return whether only a family wrote the given name, and it may be none: Junior, Mami, Nada."""
        return self.record.is_provisional and is_pet_word(self._called)

    @cached_property
    def same_given(self) -> bool:
        """Return whether the given name, its first part or the preferred name is equal, and a real name."""
        called = self._called
        if self.given != name_likeness.SAME_NAME_SCORE and not self.first_name_only:
            return False
        if self.preferred and is_pet_word(called):
            return False
        families = (self.record.family_name, *self.names_typed)
        return name_likeness.is_real_given_name(called) and not any(
            is_name_of_nobody(called, family) for family in families
        )

    @property
    def other_suffix(self) -> bool:
        """Return whether the suffixes differ: Jr. and Sr., or II and III."""
        recorded = name_suffixes.find_name_suffixes(self.record.given_name, self.record.family_name)
        return name_suffixes.has_other_suffix(name_suffixes.find_name_suffixes(*self.names_typed), recorded)

    @property
    def same_names(self) -> bool:
        """Return whether given and family name are both equal."""
        return self.same_given and self.family == name_likeness.SAME_NAME_SCORE

    @property
    def near_family(self) -> bool:
        """Return whether the family name is equal or nearly so."""
        return self.family is not None and self.family >= IDENTITY_NEAR_NAME

    @property
    def same_birth(self) -> bool:
        """Return whether the recorded birth date is the one that was typed."""
        return self.birth is BirthNearness.SAME

    @property
    def own_facts(self) -> frozenset[str]:
        """The second facts that support this record: appointment, phone, postcode."""
        expected = self.record.has_appointment_today
        facts = (("appointment", expected), ("phone", self.phone), ("postcode", self.postcode))
        return frozenset(fact for fact, holds in facts if holds)


def weigh_patient_record(
    claim: IdentityClaim, record: PatientRecord, phones_typed: Collection[ParsedPhone]
) -> IdentityEvidence:
    """Return how one record compares with the claim. `phones_typed`: those that can identify a family."""
    given, family, preferred = _straight_name_likeness(claim, record)
    other_way_round = False
    if _sum_name_likeness((given, family)) < 2 * name_likeness.SAME_NAME_SCORE:
        if _is_same_whole_name(claim, record):
            given = family = name_likeness.SAME_NAME_SCORE
            other_way_round = name_likeness.is_same_written_name(claim.given_name, record.family_name)
            preferred = False
        else:
            crossed = _crossed_name_likeness(claim, record)
            if _sum_name_likeness(crossed) > _sum_name_likeness((given, family)) + _CLEARLY_MORE_LIKE:
                given, family = crossed
                other_way_round, preferred = True, False
    typed_given = claim.family_name if other_way_round else claim.given_name
    return IdentityEvidence(
        record=record,
        given=given,
        family=family,
        other_way_round=other_way_round,
        preferred=preferred,
        birth=birth_dates.birth_date_nearness(claim.births, record.birth_date, at_most=claim.most_birth),
        phone=_is_phone_on_record(phones_typed, record, claim.clinic) if phones_typed else None,
        postcode=_is_equal_where_known(
            name_keys.postcode_key(claim.postcode), name_keys.postcode_key(record.postcode)
        ),
        one_name_only=not claim.family_key
        and not name_keys.normalize_text(record.family_name)
        and "?" not in claim.family_name + record.family_name,
        first_name_only=_CLEARLY_MORE_LIKE < (given or 0.0) < name_likeness.SAME_NAME_SCORE
        and name_likeness.is_leading_given_name(typed_given, record.given_name),
        names_typed=(claim.given_name, claim.family_name),
        clinic=claim.clinic,
    )


def phones_of_few_families(claim: IdentityClaim, records: Sequence[PatientRecord]) -> tuple[ParsedPhone, ...]:
    """Return the typed numbers that are not on too many families' records to identify one of them."""
    region = claim.clinic.region
    return tuple(
        one
        for one in claim.phones
        if count_families(
            record for record in records if phones.is_phone_in_boxes(one, record.phones, region)
        )
        <= _MOST_FAMILIES_OF_PHONE
    )


def count_families(records: Iterable[PatientRecord]) -> int:
    """Return the number of families: by family name, and within one name by known postcodes."""
    homes: dict[str, set[str]] = defaultdict(set)
    for record in records:
        family, postcode = record.household
        homes[family] |= {postcode} - {""}
    return sum(max(1, len(postcodes)) for postcodes in homes.values())


def _is_phone_on_record(
    typed: Iterable[ParsedPhone], record: PatientRecord, clinic: ClinicIdentityFacts
) -> bool | None:
    """Return whether a typed number is on the record; None if the record has no usable number."""
    if phones.is_any_phone_in_boxes(typed, record.phones, clinic.region):
        return True
    return False if any(usable_phones(box, clinic) for box in record.phones) else None


def _straight_name_likeness(
    claim: IdentityClaim, record: PatientRecord
) -> tuple[float | None, float | None, bool]:
    given = name_likeness.name_similarity(claim.given_name, record.given_name)
    family = _family_name_likeness(claim.family_name, record.family_name)
    if record.preferred_name and given != name_likeness.SAME_NAME_SCORE:
        preferred = name_likeness.name_similarity(claim.given_name, record.preferred_name)
        if (preferred or 0.0) > (given or 0.0):
            return preferred, family, True
    return given, family, False


def _family_name_likeness(typed: str, recorded: str) -> float | None:
    """Return how alike two family names are; None if either is missing or a placeholder ("Unknown")."""
    if is_placeholder_family_name(typed) or is_placeholder_family_name(recorded):
        return None
    return name_likeness.name_similarity(typed, recorded)


def _crossed_name_likeness(claim: IdentityClaim, record: PatientRecord) -> tuple[float | None, float | None]:
    """Return given and family likeness with the typed names swapped."""
    if not claim.given_key:
        return None, None
    given = name_likeness.name_similarity(claim.family_name, record.given_name)
    family = _family_name_likeness(claim.given_name, record.family_name)
    return given, family


def _sum_name_likeness(sides: tuple[float | None, float | None]) -> float:
    given, family = sides
    return (given or 0.0) + (family or 0.0)


def _is_same_whole_name(claim: IdentityClaim, record: PatientRecord) -> bool:
    """Return whether the full names are the same words in order, split otherwise or all in the given name."""
    given, family = name_keys.normalize_text(record.given_name), name_keys.normalize_text(record.family_name)
    if not claim.given_key or not given or not family:
        return False
    if claim.whole_length != len(given) + len(family) or is_placeholder_family_name(record.family_name):
        return False
    typed = f"{claim.given_name} {claim.family_name}"
    straight = f"{record.given_name} {record.family_name}"
    crossed = f"{record.family_name} {record.given_name}"
    return _is_same_word_by_word(typed, straight) or _is_same_word_by_word(typed, crossed)


def _is_same_word_by_word(typed: str, recorded: str) -> bool:
    """Return whether the names are the same word by word, so that "Kisc Htara" is not "Kisch Tara".

    In a script without spaces, which has no words to compare, the whole text has to be the same.
    """
    if not name_likeness.is_same_written_name(typed, recorded):
        return False
    return (
        name_keys.normalized_words(typed) == name_keys.normalized_words(recorded)
        or name_keys.native_script_key(typed) == name_keys.native_script_key(recorded) != ""
    )


def _is_equal_where_known(typed: str, recorded: str) -> bool | None:
    return typed == recorded if typed and recorded else None
