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
from checkin.rules.clocks import date_words
from checkin.rules.consent import Basis, Care, short
from checkin.rules.languages import name_language
from checkin.rules.need_facts import Kind
from checkin.rules.need_words import outcome_words
from checkin.rules.nothing_said import says_nothing
from checkin.rules.paper_fates import Paper, Whose
from checkin.rules.preferences import Approach, wish_of
from checkin.rules.promises import Way
from checkin.rules.telling_apart import BEFORE, OF_VISIT, Child, Told, details, tell_apart

LONGEST_NAME = 50
UNTIL_NOW = "the child until now"
"""The child before, where an undo goes back to the one before that."""


class Names(NamedTuple):
    """Who is who in a sentence: the visit by its token, both children by role and name; "" for nobody."""

    token: str
    old: str
    new: str
    old_told: Told
    new_told: Told

    @classmethod
    def of(cls, visit: Visit, now: Patient | None, *, was: str = "", undoes: bool = False) -> Names:
        """The names of the visit's child and of the one whom it goes to, never to be mixed up.

        `was` is what the record of the visit's child was called before this visit changed it.
        """
        before = UNTIL_NOW if undoes else BEFORE
        old = child(visit.patient, was=was) if visit.patient else None
        # Each name stands in its role, so the role need not tell them apart once more.
        told = tell_apart(old, child(now) if now else None, roles=("", ""))
        return cls(str(visit.token), in_role(before, told[0]), in_role(OF_VISIT, told[1]), *told)


def in_role(role: str, told: Told) -> str:
    """ "the child before (Leo Ruiz, born Mar 14, 2018)" """
    return f"{role} ({', '.join(filter(None, told))})" if any(told) else ""


def child(patient: Patient, *, was: str = "") -> Child:
    """A record as it is told from another one, as short as a sentence bears."""
    return Child(
        short(patient.name, LONGEST_NAME), patient.birth_date, number(patient), short(was, LONGEST_NAME)
    )


def number(patient: Patient) -> str:
    """The number by which a record system knows this record; "" where none does, or it is not saved yet."""
    if patient._state.adding:
        return ""
    return short(str(patient.identifiers.order_by("system", "value").first() or ""), LONGEST_NAME)


def record(patient: Patient) -> str:
    """ "BS-0025"; "The record of Leo Ruiz (born Mar 14, 2018)" where no record system numbers it."""
    who = child(patient)
    return who.number or f"The record of {who.name or 'a child without a name'} ({details(who)})"


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


def chart_of(one: DiscrepancyDecision) -> int | None:
    """The patient on whose chart “use the new” wrote."""
    if one.subject == "Patient":
        return one.subject_id
    model: Any = Escort if one.subject == "Escort" else Guardian
    return model.objects.filter(pk=one.subject_id or 0).values_list("patient_id", flat=True).first()


def question(paper: str, *, is_name: bool = False) -> str:
    """What is asked of a paper whose child a person has to say."""
    if paper == Paper.VACCINE:
        return "Which child got it?"
    if paper == Paper.CORRECTION:
        return "Put the name back?" if is_name else "Put it back?"
    return "Whose is it?"


def fate(paper: str, whose: str, names: Names, *, before: str = "", unsaid: bool = False) -> str:
    """What will become of a paper that is whose, for the page on which a person decides.

    `before` is what stood on the record before a correction; `unsaid`: the old chart says something else.
    """
    if paper == Paper.CHART and unsaid:
        return capitalised(put_on_charts(whose, names))
    return capitalised(fate_words(paper, whose, names, before))


def capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def fate_words(paper: str, whose: str, names: Names, before: str) -> str:
    token, old, new, *_ = names
    waits = f"waits at {token} until its child is found"
    if paper == Paper.VACCINE:
        return {
            Whose.NEW: f"{new} got it" if new else f"The child of {token}, who is not found yet, got it",
            Whose.OLD: f"{old} got it",
            Whose.NOBODY: "Nobody got it: it was not given",
        }[Whose(whose)]
    if paper == Paper.CORRECTION:
        back = f"Put {before or 'it'} back"
        return (
            f"{back} on the record of {old}" if whose == Whose.NOBODY else f"Leave it on the record of {old}"
        )
    if paper == Paper.CHART:
        put = f"put on the record of {new}" if new else waits
        off = f"Taken off the record of {old}" if old else "Waited here"
        return {
            Whose.NEW: f"{off}, {put}",
            Whose.OLD: f"Stays on the record of {old} only",
            Whose.BOTH: f"Stays on the record of {old} and is put on the record of {new} too",
            Whose.NOBODY: f"{off}, and put on no other",
        }[Whose(whose)]
    if paper in (Paper.NEED, Paper.NOTE):
        return of_visit(paper, whose, names)
    return {
        Whose.NEW: f"Goes with {token} to {new}" if new else waits,
        Whose.OLD: f"Stays on the record of {old}",
        Whose.NOBODY: "Counts no longer",
    }[Whose(whose)]


def put_on_charts(whose: str, names: Names) -> str:
    """What was said of a child's language or needs, where a merge left it off the old chart."""
    waits = f"waits at {names.token} until its child is found"
    return {
        Whose.NEW: f"put on the record of {names.new} only" if names.new else waits,
        Whose.OLD: f"put on the record of {names.old} only",
        Whose.BOTH: f"put on the record of {names.old} and on that of {names.new}",
        Whose.NOBODY: "put on neither record",
    }[Whose(whose)]


def of_visit(paper: str, whose: str, names: Names) -> str:
    if paper == Paper.NOTE:
        return f"Stays a note of {names.token}; where it names another child, void it and reissue it"
    return {
        Whose.NEW: f"Stays answered at {names.token}",
        Whose.OLD: f"Stays in the history of {names.token}, as said of {names.old}",
        Whose.NOBODY: "Counts no longer; asked again where it is needed",
    }[Whose(whose)]
