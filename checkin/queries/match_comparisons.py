"""Compare a record with what was typed: the same rows for every record, differing letters marked."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple, Self

from checkin.models import Clinic, Patient
from checkin.queries.patient_dossiers import DossierSet, RecordContact
from checkin.rules import adult_identity, name_keys, name_likeness, sign_in_claims
from checkin.rules.local_formats import date_words
from checkin.rules.name_keys import TextSegment
from checkin.rules.phones import format_phone, has_phone_in_common

_MOST_COMPARED_LINES = 3
_LONGEST_RELATIONSHIP = 160
MarkedLine = list[TextSegment]


class ComparisonRow(NamedTuple):
    """One field. `same` is None if a side is missing. Lines are lists of (text, is different)."""

    label: str
    typed: list[MarkedLine]
    recorded: list[MarkedLine]
    same: bool | None


class TypedSide(NamedTuple):
    """The side to be identified: a sign-in as typed, or the record that was made from one."""

    given: str
    family: str
    birth: str
    born: dt.date | None
    phone: str
    escort: str
    relationship: str
    region: str
    here: str = ""

    @classmethod
    def of_claim(
        cls,
        claim: sign_in_claims.SignInClaim,
        *,
        today: dt.date,
        day_first: bool,
        region: str,
        here: str = "",
    ) -> Self:
        return cls(
            given=claim.child_given_name,
            family=claim.child_family_name,
            birth=claim.child_birth_date,
            born=sign_in_claims.read_typed_birth_date(
                claim.child_birth_date, today=today, day_first=day_first
            ).date,
            phone=format_phone(claim.escort_phone, region),
            escort="" if claim.is_patient else claim.escort_name,
            relationship=_came_alone_words(claim) if claim.is_patient else claim.relationship,
            here=here,
            region=region,
        )

    @classmethod
    def of_record(cls, patient: Patient) -> Self:
        born = patient.birth_date
        region = patient.clinic.region
        words, phone = date_words_or_blank(born, region), format_phone(patient.shown_phone, region)
        return cls(patient.given_name, patient.family_name, words, born, phone, "", "", region=region)

    @property
    def rows(self) -> list[ComparisonRow]:
        """This side alone, for a page without a record to compare with."""
        blank: list[MarkedLine] = []
        return [
            ComparisonRow("Given name", unmarked_lines(self.given), blank, None),
            ComparisonRow("Family name", unmarked_lines(self.family), blank, None),
            ComparisonRow("Birth date", unmarked_lines(self.birth_words), blank, None),
            ComparisonRow("Phone", unmarked_lines(self.phone), blank, None),
            ComparisonRow(
                "Brought by", unmarked_lines(self.escort, _clip_relationship(self.relationship)), blank, None
            ),
            ComparisonRow("Lives in", blank, blank, None),
            ComparisonRow("Today", unmarked_lines(self.here), blank, None),
        ]

    @property
    def birth_words(self) -> str:
        return date_words_or_blank(self.born, self.region) or self.birth


def compare_with_record(
    typed: TypedSide, patient: Patient, found: DossierSet, *, clinic: Clinic
) -> list[ComparisonRow]:
    """Return the comparison of a record with what was typed, one row per field, in display order."""
    contacts = [one for one in found.contacts[patient.pk] if one.is_shown]
    return [
        _compare_given_names(typed, patient),
        compare_texts(
            "Family name",
            typed.family,
            patient.family_name,
            _has_same_name(typed.family, patient.family_name),
        ),
        compare_texts(
            "Birth date",
            typed.birth_words,
            date_words_or_blank(patient.birth_date, clinic.region),
            typed.born == patient.birth_date,
        ),
        _compare_phones(typed, patient, contacts, found.region),
        _compare_escorts(typed, contacts, found.region),
        ComparisonRow("Lives in", [], unmarked_lines(patient.shown_place), None),
        ComparisonRow("Today", unmarked_lines(typed.here), _today_item_lines(patient, found, clinic), None),
    ]


def _compare_given_names(typed: TypedSide, patient: Patient) -> ComparisonRow:
    """Return the row of given names; a typed preferred name counts as the same."""
    called = patient.preferred_name
    same = _has_same_name(typed.given, patient.given_name)
    same = same or name_likeness.is_leading_given_name(typed.given, patient.given_name)
    if not called:
        return compare_texts("Given name", typed.given, patient.given_name, same)
    row = compare_texts(
        "Given name", typed.given, patient.given_name, same or _has_same_name(typed.given, called)
    )
    return row._replace(recorded=[*row.recorded, *unmarked_lines(f"called {called}")])


def _has_same_name(typed: str, recorded: str) -> bool:
    return name_likeness.is_same_written_name(typed, recorded)


def compare_texts(label: str, typed: str, recorded: str, same: bool) -> ComparisonRow:
    """Return the row of one field, with differing letters marked unless `same`."""
    if not typed or not recorded:
        return ComparisonRow(label, unmarked_lines(typed), unmarked_lines(recorded), None)
    if same:
        return ComparisonRow(label, unmarked_lines(typed), unmarked_lines(recorded), True)
    left, right = name_keys.mark_text_differences(typed, recorded)
    return ComparisonRow(label, [left], [right], False)


def compare_phones(label: str, typed: str, recorded: str, same: bool) -> ComparisonRow:
    """Return the row of two numbers in one format, with differing digits marked unless `same`."""
    if not typed or not recorded or same:
        return compare_texts(label, typed, recorded, same)
    left, right = name_keys.mark_digit_differences(typed, recorded)
    return ComparisonRow(label, [left], [right], False)


def _compare_phones(
    typed: TypedSide, patient: Patient, contacts: list[RecordContact], region: str
) -> ComparisonRow:
    """Return the row of phones, with the recorded phone that was typed, or else several recorded ones."""
    found = (
        format_phone(one, region) for one in (patient.shown_phone, *(one.phone for one in contacts)) if one
    )
    recorded = list(dict.fromkeys(found))
    known = next((one for one in recorded if has_phone_in_common(typed.phone, one, region)), "")
    if known:
        return ComparisonRow("Phone", unmarked_lines(typed.phone), unmarked_lines(known), True)
    if typed.phone and len(recorded) == 1:
        return compare_phones("Phone", typed.phone, recorded[0], same=False)
    return ComparisonRow(
        "Phone",
        unmarked_lines(typed.phone),
        unmarked_lines(*recorded[:_MOST_COMPARED_LINES]),
        False if typed.phone and recorded else None,
    )


def _compare_escorts(typed: TypedSide, contacts: list[RecordContact], region: str) -> ComparisonRow:
    """Return the row of adults on record, escorts and guardians, each once and the typed one first."""
    key = name_keys.normalize_text(typed.escort)
    listed = sorted(contacts, key=lambda one: (name_keys.normalize_text(one.name) != key, one.kind, one.pk))
    first = adult_identity.list_each_adult_once(listed, region)
    lines = [", ".join(filter(None, [one.name, _clip_relationship(one.relationship)])) for one in first]
    shown = list(dict.fromkeys(filter(None, lines)))
    known = any(key and name_keys.normalize_text(one.name) == key for one in contacts)
    # An adult that the record does not know is not a difference: anyone may bring a child.
    return ComparisonRow(
        "Brought by",
        unmarked_lines(typed.escort, _clip_relationship(typed.relationship)),
        unmarked_lines(*shown[:_MOST_COMPARED_LINES]),
        True if known else None,
    )


def _today_item_lines(patient: Patient, found: DossierSet, clinic: Clinic) -> list[MarkedLine]:
    today = sorted(found.dossiers[patient.pk].today, key=lambda one: one.at)
    words = {"appointment": "booked for", "visit": "already here since"}
    return unmarked_lines(
        *(f"{words[one.kind]} {clinic.time_words(one.at)}" for one in today[:_MOST_COMPARED_LINES])
    )


def unmarked_lines(*texts: str) -> list[MarkedLine]:
    return [[(one, False)] for one in texts if one]


def _came_alone_words(claim: sign_in_claims.SignInClaim) -> str:
    """Return that the patient came alone, and what was typed about an adult before they said so."""
    return f"came alone, also typed: {claim.also_typed}" if claim.also_typed else "came alone"


def _clip_relationship(words: str) -> str:
    """Return enough of a long relationship to tell adults apart; the visit's page shows all of it."""
    return words if len(words) <= _LONGEST_RELATIONSHIP else f"{words[:_LONGEST_RELATIONSHIP]}…"


def date_words_or_blank(date: dt.date | None, region: str) -> str:
    """Return a date as that region writes it, "Mar 14, 2018", or "" for None."""
    return date_words(date, region) if date else ""
