"""Words for what was written at a visit, and for the two children that it may belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from checkin.models import (
    ChartChange,
    ConsentRecord,
    Discrepancy,
    DiscrepancyDecision,
    Escort,
    ExcuseNote,
    Guardian,
    Need,
    Patient,
    Promise,
    SignIn,
    StandingProxy,
    Visit,
)
from checkin.models.hidden_addresses import hide_own_email, is_of_hidden_address
from checkin.models.patient_numbers import order_own_numbers_first
from checkin.rules.child_labels import (
    CHILD_BEFORE,
    CHILD_OF_VISIT,
    ChildDetails,
    ChildLabel,
    child_detail_words,
    child_key_fact,
    label_two_briefly,
    label_two_children,
)
from checkin.rules.consent_adults import CareKind, ConsentBasis
from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.languages import name_recorded_language
from checkin.rules.local_formats import date_words
from checkin.rules.need_types import NeedKind
from checkin.rules.need_words import need_outcome_words
from checkin.rules.phones import format_phone
from checkin.rules.preferences import WISHES, list_remembered_words
from checkin.rules.short_lines import shorten_to_one_line

LONGEST_NAME_IN_SENTENCE = 50
_LONGEST_GIVEN_NAME = 30
CHILD_UNTIL_NOW = "the child until now"
"""The role of the visit's present child in a sentence about an undo, which returns to an earlier one."""


class SentenceNames(NamedTuple):
    """The names in a sentence: the visit's token, and both children in short and in full; "" for nobody."""

    token: str
    old: str
    new: str
    new_told: ChildLabel

    @classmethod
    def of(cls, visit: Visit, now: Patient | None, *, was: str = "", undoes: bool = False) -> SentenceNames:
        """Return the names of the visit's child and of its next child, with details that tell them apart.

        `was` is the record's name before this visit changed it.
        """
        old, new = (
            describe_patient(visit.patient, was=was) if visit.patient else None,
            describe_patient(now) if now else None,
        )
        short_old, short_new = label_two_briefly(
            old, new, roles=(CHILD_UNTIL_NOW if undoes else CHILD_BEFORE, CHILD_OF_VISIT)
        )
        # No roles here: the heading that uses `new_told` names one child and says the role itself.
        return cls(
            str(visit.token), short_old.tag, short_new.tag, label_two_children(old, new, roles=("", ""))[1]
        )


def describe_patient(patient: Patient, *, was: str = "") -> ChildDetails:
    """Return the details of a record for telling it from another, shortened to fit a sentence."""
    return ChildDetails(
        name=shorten_to_one_line(patient.name, LONGEST_NAME_IN_SENTENCE),
        region=patient.clinic.region,
        born=patient.birth_date,
        number=patient_record_number(patient),
        was=shorten_to_one_line(was, LONGEST_NAME_IN_SENTENCE),
        given=shorten_to_one_line(patient.given_name, _LONGEST_GIVEN_NAME),
    )


def patient_record_number(patient: Patient) -> str:
    """Return the record system's number for this record; "" if there is none or it is not saved yet.

    The record's own number comes first, if a merge also brought it another record's.
    """
    if patient._state.adding:
        return ""
    return shorten_to_one_line(
        str(order_own_numbers_first(patient.identifiers.all()).first() or ""), LONGEST_NAME_IN_SENTENCE
    )


def record_reference(patient: Patient) -> str:
    """Return a reference to a record: "BS-0025", or "The record of Leo Ruiz (born Mar 14, 2018)"."""
    who = describe_patient(patient)
    return who.number or f"The record of {who.name or 'a child without a name'} ({child_detail_words(who)})"


def patient_name_with_number(patient: Patient) -> str:
    """Return a name with a number: "Jayden Cole, BS-0006", or "Leo Ruiz, born Mar 14, 2018" without one.

    For text that is stored: the name alone may be a typed one, or a twin's.
    """
    who = describe_patient(patient)
    return ChildLabel(who.name or "a child without a name", child_key_fact(who)).tag


def name_with_birth_date(name: str, born: dt.date | None, region: str) -> str:
    """Return a name with a birth date: "Leo Ruiz, born Mar 14, 2018,"."""
    return (
        f"{shorten_to_one_line(name, LONGEST_NAME_IN_SENTENCE)}, born {date_words(born, region)},"
        if born
        else shorten_to_one_line(name, LONGEST_NAME_IN_SENTENCE)
    )


def consent_entry_words(row: ConsentRecord) -> str:
    what = shorten_to_one_line(row.to_what) or str(CareKind(row.care).label).lower()
    by = " by telephone" if row.basis == ConsentBasis.TELEPHONE else ""
    until = f" until {date_words(row.until, row.clinic.region)}" if row.until else ""
    return f"{shorten_to_one_line(row.who)} {'agreed to' if row.agreed else 'said no to'} {what}{by}{until}"


def mark_ended_entry(words: str, *, is_over: bool) -> str:
    """Return the text of an answer or proxy, marked if it was withdrawn or revoked."""
    return f"{words} (no longer counts)" if is_over else words


def proxy_entry_words(row: StandingProxy) -> str:
    grantor = shorten_to_one_line(row.granted_by)
    return f"{shorten_to_one_line(row.name)} may agree in their place, in writing from {grantor}"


def guardian_entry_words(row: Guardian) -> str:
    """Return a guardian in words: "Ruth Bell (mother), 555-010-0201"."""
    of = f" ({shorten_to_one_line(row.relationship)})" if row.relationship else ""
    phone = f", {format_phone(row.phone, row.clinic.region)}" if row.phone else ""
    return f"{shorten_to_one_line(row.name)}{of}{phone}"


def immunization_entry_words(need: Need) -> str:
    return f"{shorten_to_one_line(need.label_words)} {'given' if need.kind == NeedKind.VACCINE else 'done'}"


def answered_need_entry_words(need: Need) -> str:
    outcome = need_outcome_words(need.kind, need.status, need.reason_code)
    return f"{shorten_to_one_line(need.label_words)}: {outcome.lower()}"


def promise_entry_words(row: Promise) -> str:
    return (
        f"Promise to {shorten_to_one_line(row.to_whom)}: {shorten_to_one_line(row.about_for(None))}"
        if row.about
        else f"Promise to {row.to_whom}"
    )


def note_entry_words(row: ExcuseNote) -> str:
    return f"{row.get_kind_display()} {row.number} for {shorten_to_one_line(row.person_name)}"


def preference_entry_words(row: ChartChange | SignIn) -> str:
    """Return in words the preferences that staff kept, or that a sign-in asks us to remember."""
    values: dict[str, Any]
    visit: Visit | None
    if isinstance(row, SignIn):
        values, visit = {one.column: getattr(row, one.name) for one in WISHES}, row.find_visit()
    else:
        values, visit = {**row.after}, row.visit
    if visit is not None:
        values["email"] = hide_own_email(values.get("email", ""), visit)
    return f"Remembered: {list_remembered_words(values) or 'nothing anymore'}"


def chart_values_words(values: Mapping[str, Any]) -> str:
    """Return language, interpreter and access needs as a chart shows them."""
    found = []
    if "language" in values:
        found.append(f"language {name_recorded_language(values['language']) or 'not known'}")
    if "interpreter_needed" in values:
        found.append("interpreter needed" if values["interpreter_needed"] else "no interpreter")
    if "access_needs" in values:
        helps = values["access_needs"]
        found.append(f"access: {'nothing noted' if is_empty_answer(helps) else shorten_to_one_line(helps)}")
    return capitalize_first_letter(", ".join(found))


def record_values_words(values: Mapping[str, object], region: str) -> str:
    """Return the values of a record's columns in words, with dates formatted."""
    columns = ((name, value) for name, value in values.items() if name != "may_consent")
    shown = [_record_value_words(name, value, region) for name, value in columns]
    return shorten_to_one_line(" ".join(filter(None, shown))) or "nothing"


def _record_value_words(name: str, value: Any, region: str) -> str:
    if name == "birth_date" and value:
        return date_words(dt.date.fromisoformat(value), region)
    return str(value or "")


def correction_entry_words(one: DiscrepancyDecision) -> str:
    field = Discrepancy.Field(one.discrepancy.field).label
    if is_of_hidden_address(one.discrepancy):
        return f"{field} on record was changed"
    region = one.discrepancy.visit.clinic.region
    before, after = (record_values_words(values, region) for values in (one.before, one.after))
    return f"{field} on record: {before} was changed to {after}"


def settled_difference_words(one: DiscrepancyDecision) -> str:
    did = "kept the old" if one.kind == DiscrepancyDecision.Kind.KEEP_OLD else "asking the family"
    return f"Difference in {str(Discrepancy.Field(one.discrepancy.field).label).lower()}: {did}"


def discrepancy_entry_words(row: Discrepancy) -> str:
    """Return the last decision about a discrepancy in words, or its field if there is none."""
    last = row.decisions.filter(undoes=None).order_by("pk").last()
    if last is None:
        return str(row.get_field_display())
    return (
        correction_entry_words(last)
        if last.kind == DiscrepancyDecision.Kind.USE_NEW
        else settled_difference_words(last)
    )


def corrected_patient_id(one: DiscrepancyDecision) -> int | None:
    """Return the id of the patient on whose chart “use the new” wrote."""
    if one.subject == "Patient":
        return one.subject_id
    rows = (Escort if one.subject == "Escort" else Guardian)._default_manager
    return rows.filter(pk=one.subject_id or 0).values_list("patient_id", flat=True).first()


def capitalize_first_letter(words: str) -> str:
    return words[:1].upper() + words[1:]
