"""One record beside what was typed: the same rows for everybody, the differing letters marked."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import NamedTuple, Self

from checkin.models import Patient
from checkin.models.lookup import Contact, Found
from checkin.rules import claims, clocks, likeness, names, one_adult
from checkin.rules.names import Segment
from checkin.rules.phones import is_same_phone

MOST_LINES = 3
LONGEST_WORDS = 160
Line = list[Segment]


class Row(NamedTuple):
    """One field. `same`: True, False, or None where a side is missing; lines of (text, is different)."""

    label: str
    typed: list[Line]
    recorded: list[Line]
    same: bool | None


class Typed(NamedTuple):
    """The side that is to be settled: a sign-in as typed, or the record that was made of one."""

    given: str
    family: str
    birth: str
    born: dt.date | None
    phone: str
    escort: str
    relationship: str
    here: str = ""

    @classmethod
    def of_claim(cls, claim: claims.Claim, *, today: dt.date, day_first: bool, here: str = "") -> Self:
        return cls(
            given=claim.child_given_name,
            family=claim.child_family_name,
            birth=claim.child_birth_date,
            born=claims.birth_date(claim.child_birth_date, today=today, day_first=day_first).date,
            phone=claim.escort_phone,
            escort="" if claim.is_patient else claim.escort_name,
            relationship="came alone" if claim.is_patient else claim.relationship,
            here=here,
        )

    @classmethod
    def of_record(cls, patient: Patient) -> Self:
        born = patient.birth_date
        return cls(patient.given_name, patient.family_name, day(born), born, patient.phone, "", "")

    @property
    def rows(self) -> list[Row]:
        """This side alone, for a page without anybody to compare with."""
        blank: list[Line] = []
        return [
            Row("Given name", plain(self.given), blank, None),
            Row("Family name", plain(self.family), blank, None),
            Row("Birth date", plain(self.birth_words), blank, None),
            Row("Phone", plain(self.phone), blank, None),
            Row("Brought by", plain(self.escort, clip(self.relationship)), blank, None),
            Row("Lives in", blank, blank, None),
            Row("Today", plain(self.here), blank, None),
        ]

    @property
    def birth_words(self) -> str:
        return day(self.born) or self.birth


def compare(typed: Typed, patient: Patient, found: Found, *, zone: zoneinfo.ZoneInfo) -> list[Row]:
    contacts = found.contacts[patient.pk]
    return [
        given_names(typed, patient),
        text("Family name", typed.family, patient.family_name, same_name(typed.family, patient.family_name)),
        text("Birth date", typed.birth_words, day(patient.birth_date), typed.born == patient.birth_date),
        phones(typed, patient, contacts, found.region),
        brought_by(typed, contacts, found.region),
        Row("Lives in", [], plain(" ".join(filter(None, [patient.city, patient.postcode]))), None),
        Row("Today", plain(typed.here), appointments(patient, found, zone), None),
    ]


def given_names(typed: Typed, patient: Patient) -> Row:
    """The given name, or the name the child is called by where that is what was typed."""
    called = patient.preferred_name
    same = same_name(typed.given, patient.given_name)
    same = same or likeness.is_leading_part(typed.given, patient.given_name)
    if not called:
        return text("Given name", typed.given, patient.given_name, same)
    row = text("Given name", typed.given, patient.given_name, same or same_name(typed.given, called))
    return row._replace(recorded=[*row.recorded, *plain(f"called {called}")])


def same_name(typed: str, recorded: str) -> bool:
    return likeness.same_name(typed, recorded)


def text(label: str, typed: str, recorded: str, same: bool) -> Row:
    if not typed or not recorded:
        return Row(label, plain(typed), plain(recorded), None)
    if same:
        return Row(label, plain(typed), plain(recorded), True)
    left, right = names.differences(typed, recorded)
    return Row(label, [left], [right], False)


def phones(typed: Typed, patient: Patient, contacts: list[Contact], region: str) -> Row:
    """The recorded phone that was typed, or else those there are."""
    recorded = list(dict.fromkeys(filter(None, [patient.phone, *(one.phone for one in contacts)])))
    known = next((one for one in recorded if is_same_phone(typed.phone, one, region)), "")
    if known:
        return Row("Phone", plain(typed.phone), plain(known), True)
    if typed.phone and len(recorded) == 1:
        return text("Phone", typed.phone, recorded[0], same=False)
    return Row(
        "Phone",
        plain(typed.phone),
        plain(*recorded[:MOST_LINES]),
        False if typed.phone and recorded else None,
    )


def brought_by(typed: Typed, contacts: list[Contact], region: str) -> Row:
    """Who brings them usually, and who may consent, each once; the one who was typed first."""
    key = names.normalise(typed.escort)
    listed = sorted(contacts, key=lambda one: (names.normalise(one.name) != key, one.kind, one.pk))
    first = one_adult.each_once(listed, region)
    lines = [", ".join(filter(None, [one.name, clip(one.relationship)])) for one in first]
    shown = list(dict.fromkeys(filter(None, lines)))
    known = any(key and names.normalise(one.name) == key for one in contacts)
    # An adult the record does not know is no difference: anybody may bring a child.
    return Row(
        "Brought by",
        plain(typed.escort, clip(typed.relationship)),
        plain(*shown[:MOST_LINES]),
        True if known else None,
    )


def appointments(patient: Patient, found: Found, zone: zoneinfo.ZoneInfo) -> list[Line]:
    today = sorted(found.dossiers[patient.pk].today, key=lambda one: one.at)
    words = {"appointment": "booked for", "visit": "already here since"}
    return plain(*(f"{words[one.kind]} {one.at.astimezone(zone):%-H:%M}" for one in today[:MOST_LINES]))


def plain(*texts: str) -> list[Line]:
    return [[(one, False)] for one in texts if one]


def clip(words: str) -> str:
    """Enough of a long relationship to tell adults apart; the visit's page has all of it."""
    return words if len(words) <= LONGEST_WORDS else f"{words[:LONGEST_WORDS]}…"


def day(date: dt.date | None) -> str:
    """A date as the desk says it: "Mar 14, 2018"."""
    return clocks.date_words(date) if date else ""
