"""Papers of a visit in words: what each is, what becomes of it, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from checkin.models import (
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
from checkin.models.own_numbers import own_first
from checkin.rules.clocks import date_words
from checkin.rules.consent import Basis, Care, short
from checkin.rules.languages import name_language
from checkin.rules.need_facts import Kind
from checkin.rules.need_words import outcome_words
from checkin.rules.nothing_said import says_nothing
from checkin.rules.preferences import Approach, wish_of
from checkin.rules.promises import Way
from checkin.rules.telling_apart import (
    BEFORE,
    OF_VISIT,
    Child,
    Told,
    details,
    key_fact,
    tell_apart,
    tell_shortly,
)

LONGEST_NAME = 50
LONGEST_GIVEN = 30
UNTIL_NOW = "the child until now"
"""The child before, where an undo goes back to the one before that."""


class Names(NamedTuple):
    """Who is who in a sentence: the visit by its token, both children shortly and in full; "" for nobody."""

    token: str
    old: str
    new: str
    new_told: Told

    @classmethod
    def of(cls, visit: Visit, now: Patient | None, *, was: str = "", undoes: bool = False) -> Names:
        """The names of the visit's child and of the one whom it goes to, never to be mixed up.

        `was` is what the record of the visit's child was called before this visit changed it.
        """
        old, new = child(visit.patient, was=was) if visit.patient else None, child(now) if now else None
        short_old, short_new = tell_shortly(old, new, roles=(UNTIL_NOW if undoes else BEFORE, OF_VISIT))
        # The heading names one child, in its role.
        return cls(str(visit.token), short_old.tag, short_new.tag, tell_apart(old, new, roles=("", ""))[1])


def child(patient: Patient, *, was: str = "") -> Child:
    """A record as it is told from another one, as short as a sentence bears."""
    return Child(
        short(patient.name, LONGEST_NAME),
        patient.birth_date,
        number(patient),
        short(was, LONGEST_NAME),
        short(patient.given_name, LONGEST_GIVEN),
    )


def number(patient: Patient) -> str:
    """The number by which a record system knows this record; "" where none does, or it is not saved yet.

    Its own, where a merge brought it another's as well.
    """
    if patient._state.adding:
        return ""
    return short(str(own_first(patient.identifiers.all()).first() or ""), LONGEST_NAME)


def record(patient: Patient) -> str:
    """ "BS-0025"; "The record of Leo Ruiz (born Mar 14, 2018)" where no record system numbers it."""
    who = child(patient)
    return who.number or f"The record of {who.name or 'a child without a name'} ({details(who)})"


def child_and_number(patient: Patient) -> str:
    """ "Jayden Cole, BS-0006"; "Leo Ruiz, born Mar 14, 2018" where no record system numbers it.

    For a line that is kept: the name alone may be what somebody typed, or a twin's.
    """
    who = child(patient)
    return Told(who.name or "a child without a name", key_fact(who)).tag


def named(name: str, born: dt.date | None) -> str:
    """ "Leo Ruiz, born Mar 14, 2018," """
    return f"{short(name, LONGEST_NAME)}, born {date_words(born)}," if born else short(name, LONGEST_NAME)


def consent(row: ConsentRecord) -> str:
    what = short(row.to_what) or str(Care(row.care).label).lower()
    by = " by telephone" if row.basis == Basis.TELEPHONE else ""
    until = f" until {date_words(row.until)}" if row.until else ""
    return f"{short(row.who)} {'agreed to' if row.agreed else 'said no to'} {what}{by}{until}"


def with_end(words: str, *, is_over: bool) -> str:
    """These words of an answer or a proxy, and that it was withdrawn or revoked by then."""
    return f"{words} (no longer counts)" if is_over else words


def proxy(row: StandingProxy) -> str:
    return f"{short(row.name)} may agree in their place, in writing from {short(row.granted_by)}"


def guardian(row: Guardian) -> str:
    """ "Ruth Bell (mother), 555-010-0201" """
    of = f" ({short(row.relationship)})" if row.relationship else ""
    return f"{short(row.name)}{of}{f', {row.phone}' if row.phone else ''}"


def given(need: Need) -> str:
    return f"{short(need.label)} {'given' if need.kind == Kind.VACCINE else 'done'}"


def answered(need: Need) -> str:
    return f"{short(need.label)}: {outcome_words(need.kind, need.status, need.reason).lower()}"


def promise(row: Promise) -> str:
    return (
        f"Promise to {short(row.to_whom)}: {short(row.about_for(None))}"
        if row.about
        else f"Promise to {row.to_whom}"
    )


def note(row: ExcuseNote) -> str:
    return f"{str(row.kind).capitalize()} note {row.number} for {short(row.person_name)}"


def said_wishes(said: SignIn) -> dict[str, Any]:
    return {name: getattr(said, name) for name in ("approach", "best_way", "best_time")}


def wish(values: Mapping[str, Any]) -> str:
    """How somebody likes to be served, as remembered."""
    approach, way = values.get("approach") or "", values.get("best_way") or ""
    found = [
        str(Approach(approach).label) if approach in Approach.values else "",
        str(Way(way).label) if way in Way.values else way,
        wish_of("", values.get("best_time") or ""),
    ]
    return f"Remembered: {', '.join(filter(None, found)) or 'nothing any more'}"


def chart(values: Mapping[str, Any]) -> str:
    """Language, interpreter and access needs, as a chart says them."""
    found = []
    if "language" in values:
        found.append(f"language {name_language(values['language']) or 'not known'}")
    if "interpreter_needed" in values:
        found.append("interpreter needed" if values["interpreter_needed"] else "no interpreter")
    if "access_needs" in values:
        helps = values["access_needs"]
        found.append(f"access: {'nothing noted' if says_nothing(helps) else short(helps)}")
    return capitalised(", ".join(found))


def row_values(values: Mapping[str, Any]) -> str:
    """What columns of a record say, as it is read: names in one, dates as dates."""
    shown = [as_words(name, value) for name, value in values.items() if name != "may_consent"]
    return short(" ".join(filter(None, shown))) or "nothing"


def as_words(name: str, value: Any) -> str:
    return date_words(dt.date.fromisoformat(value)) if name == "birth_date" and value else str(value or "")


def correction(one: DiscrepancyDecision) -> str:
    field = Discrepancy.Field(one.discrepancy.field).label
    return f"{field} on record: {row_values(one.before)} was changed to {row_values(one.after)}"


def settled(one: DiscrepancyDecision) -> str:
    did = "kept the old" if one.kind == DiscrepancyDecision.Kind.KEEP_OLD else "asking the family"
    return f"Difference in {str(Discrepancy.Field(one.discrepancy.field).label).lower()}: {did}"


def difference(row: Discrepancy) -> str:
    """What somebody decided of it last; its field where nobody has."""
    last = row.decisions.filter(undoes=None).order_by("pk").last()
    if last is None:
        return str(row.get_field_display())
    return correction(last) if last.kind == DiscrepancyDecision.Kind.USE_NEW else settled(last)


def chart_of(one: DiscrepancyDecision) -> int | None:
    """The patient on whose chart “use the new” wrote."""
    if one.subject == "Patient":
        return one.subject_id
    model: Any = Escort if one.subject == "Escort" else Guardian
    return model.objects.filter(pk=one.subject_id or 0).values_list("patient_id", flat=True).first()


def capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]
