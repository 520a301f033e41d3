"""The input for judging identity: the claim as typed, the records on file, the clinic's own facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from checkin.rules import birth_dates, name_keys, phones
from checkin.rules.birth_dates import BirthNearness
from checkin.rules.parsed_phones import ParsedPhone


@dataclass(frozen=True)
class ClinicIdentityFacts:
    """What identity needs to know about a clinic: region, own phone numbers, stand-in birth dates."""

    region: str = "US"
    phones: tuple[str, ...] = ()
    stand_in_birth_dates: tuple[str, ...] = ()


@dataclass(frozen=True)
class IdentityClaim:
    """What was typed at a sign-in that may identify the child. `birth_text` is the birth date as typed."""

    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    birth_text: str = ""
    phone: str = ""
    postcode: str = ""
    escort_name: str = ""
    clinic: ClinicIdentityFacts = ClinicIdentityFacts()

    @cached_property
    def births(self) -> tuple[str, ...]:
        """The birth date as YYYYMMDD digits, in every way to read it."""
        return birth_dates.birth_date_readings(self.birth_date, self.birth_text)

    @cached_property
    def most_birth(self) -> BirthNearness | None:
        """The best nearness to a recorded birth date that the text allows; None for no limit."""
        return None if self.birth_date else birth_dates.nearness_limit_of_text(self.birth_text, self.births)

    @cached_property
    def given_key(self) -> str:
        """The given name as a `name_keys.normalize_text` key; computed once for all records."""
        return name_keys.normalize_text(self.given_name)

    @cached_property
    def family_key(self) -> str:
        """The family name as a `name_keys.normalize_text` key."""
        return name_keys.normalize_text(self.family_name)

    @cached_property
    def whole_length(self) -> int:
        """The combined length of the given and family name keys."""
        return len(self.given_key) + len(self.family_key)

    @cached_property
    def phones(self) -> tuple[ParsedPhone, ...]:
        """The typed numbers that may be somebody's: not placeholders and not the clinic's own."""
        return usable_phones(self.phone, self.clinic)


@dataclass(frozen=True)
class PatientRecord:
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
    """Made from a sign-in, and not confirmed by anyone since."""

    @cached_property
    def household(self) -> tuple[str, str]:
        """What two children of one family share on paper: family name and postcode."""
        return name_keys.normalize_text(self.family_name), name_keys.postcode_key(self.postcode)


@lru_cache(maxsize=16_384)
def usable_phones(box: str, clinic: ClinicIdentityFacts) -> tuple[ParsedPhone, ...]:
    """Return the numbers in a field that may be somebody's: not placeholders and not the clinic's own."""
    return tuple(
        one
        for one in phones.read_phones(box, clinic.region)
        if not phones.is_placeholder_phone(one)
        and not phones.is_clinic_phone(one, clinic.phones, clinic.region)
    )
