"""What this family needs before they leave. Each rule is one small pure function with a sentence of why."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules import clocks, consent, excuse_notes, vaccines
from checkin.rules.need_settings import Settings


class Kind(TextChoices):
    SCHOOL_NOTE = "school_note", _("School note")
    WORK_NOTE = "work_note", _("Work note")
    WRONG_NOTE = "wrong_note", _("Note in another name")
    VACCINE = "vaccine", _("Vaccine due")
    CHECK_UP = "check_up", _("Check-up due")
    INTERPRETER = "interpreter", _("Interpreter")
    ACCESS = "access", _("Access")
    SECOND_CONCERN = "second_concern", _("Second concern")
    PHONE_GUARDIAN = "phone_guardian", _("Phone a guardian")
    MATCH = "match", _("Match to confirm")
    DISCREPANCY = "discrepancy", _("Discrepancy to settle")
    PROMISE = "promise", _("Overdue promise")
    CLINIC = "clinic", _("Clinic's own")


class Outcome(TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DECLINED = "declined", _("Declined")
    DEFERRED = "deferred", _("Deferred")
    NOT_OFFERED = "not_offered", _("Not offered")
    LEFT_OPEN = "left_open", _("Left open")
    LAPSED = "lapsed", _("No longer needed")


OPEN = frozenset({Outcome.OPEN})


class Owner(TextChoices):
    """Whose it is until somebody takes it."""

    FRONT_DESK = "front_desk", _("Front desk")
    CLINICIAN = "clinician", _("Clinician")
    MANAGER = "manager", _("Manager")


@dataclass(frozen=True, slots=True)
class Due:
    """A vaccine or check-up that the record says is due."""

    pk: int
    kind: str
    name: str
    due_on: dt.date
    code: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the rules look at: plain values of one visit. Dates and times are the clinic's own."""

    arrived: dt.datetime
    birth_date: dt.date | None = None
    linked: bool = False
    match: str = "unknown"
    notes_wanted: tuple[str, ...] = ()
    interpreter: bool = False
    language: str = ""
    access_needs: str = ""
    also: str = ""
    due: tuple[Due, ...] = ()
    influenza_given_on: dt.date | None = None
    discrepancies: tuple[str, ...] = ()
    overdue_promises: int = 0
    notes: tuple[excuse_notes.Handed, ...] = ()
    consent: consent.Facts = field(default_factory=consent.Facts)
    settings: Settings = field(default_factory=Settings)


class Found(NamedTuple):
    """A need that a rule found, before it is a row."""

    kind: Kind
    label: str
    why: str
    owner: Owner
    key: str = ""
    next_step: str = ""
    due_item: int | None = None
    again: bool = False
    """Asked again where it was done: what was done counts no longer, as `why` says."""

    def clipped(self) -> Found:
        """With no words longer than a row holds."""
        return self._replace(label=self.label[:200], why=self.why[:500], next_step=self.next_step[:500])


Rule = Callable[[Facts, dt.date], Found | None]


def find(facts: Facts, at: dt.date) -> list[Found]:
    """Every need of this visit on that day, each once, in the order in which staff act."""
    rules: list[Rule] = [*RULES, *(partial(due_item, item) for item in facts.due)]
    rules += [partial(wrong_note, note) for note in facts.notes]
    rules += [partial(clinics_own, text) for text in facts.settings.own]
    found = [need for rule in rules if (need := rule(facts, at)) is not None]
    kept = {(need.kind, need.key): need.clipped() for need in found if need.kind not in facts.settings.off}
    return list(kept.values())


def age_on(birth_date: dt.date, on: dt.date) -> int:
    """Age in whole years; somebody born on 29 February has their birthday on 1 March in other years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def months_on(birth_date: dt.date, on: dt.date) -> int:
    return (on.year - birth_date.year) * 12 + on.month - birth_date.month - (on.day < birth_date.day)


def match_to_confirm(facts: Facts, at: dt.date) -> Found | None:
    if facts.match not in ("probable", "unknown"):
        return None
    why = (
        "somebody on record may be this child"
        if facts.match == "probable"
        else "nobody on record is like this child"
    )
    return Found(Kind.MATCH, "who is this?", why, Owner.FRONT_DESK)


def discrepancy(facts: Facts, at: dt.date) -> Found | None:
    if not facts.discrepancies:
        return None
    fields = ", ".join(sorted({name.replace("_", " ") for name in facts.discrepancies}))
    return Found(
        Kind.DISCREPANCY, f"check {fields}", f"typed otherwise than recorded: {fields}", Owner.FRONT_DESK
    )


def interpreter(facts: Facts, at: dt.date) -> Found | None:
    if not facts.interpreter:
        return None
    label = f"interpreter · {facts.language}" if facts.language else "interpreter"
    return Found(Kind.INTERPRETER, label, "asked for at sign-in or on record", Owner.FRONT_DESK)


def access(facts: Facts, at: dt.date) -> Found | None:
    if not facts.access_needs.strip():
        return None
    return Found(Kind.ACCESS, "access", f"they said: {facts.access_needs}", Owner.FRONT_DESK)


def phone_guardian(facts: Facts, at: dt.date) -> Found | None:
    if not facts.linked:
        return None
    asked = [(consent.Care.SEEING, "")]
    asked += [(care, what) for care, what in due_now(facts, at) if care not in facts.settings.off]
    for care, what in asked:
        path = consent.path(facts.consent, care, what)
        if path.step == consent.Step.PHONE_GUARDIAN:
            why = f"{consent.short(what) or care.label.lower()}: {path.sentence}"
            return Found(Kind.PHONE_GUARDIAN, "phone a guardian", why, Owner.FRONT_DESK, next_step=path.phone)
    return None


def due_now(facts: Facts, at: dt.date) -> list[tuple[consent.Care, str]]:
    """What could be done today, as kind of care and item, check-ups first."""
    found = [(consent.Care(item.kind), named(item)) for item in facts.due if item.due_on <= at]
    season = influenza(facts, at)
    return sorted(found + ([(consent.Care.VACCINE, season.label)] if season else []))


def wrong_note(note: excuse_notes.Handed, facts: Facts, at: dt.date) -> Found | None:
    if note.is_void or not note.names:
        return None
    why = f"{note.kind} note {note.number} names {note.names}, and this child has another name on record"
    step = "make it void, or change it and issue it anew"
    label = f"{note.kind} note {note.number}: another name"
    return Found(Kind.WRONG_NOTE, label, why, Owner.FRONT_DESK, key=str(note.number), next_step=step)


def void_note(kind: Kind, facts: Facts) -> Found | None:
    """The note that was given is void, and no other stands in its place."""
    said = kind.label.lower()
    number = excuse_notes.void_at_last(facts.notes, kind.value.partition("_")[0])
    if number is None:
        return None
    return Found(
        kind, said, f"{said} {number} was made void, and no other was issued", Owner.CLINICIAN, again=True
    )


def school_note(facts: Facts, at: dt.date) -> Found | None:
    if (void := void_note(Kind.SCHOOL_NOTE, facts)) is not None:
        return void
    if "school" in facts.notes_wanted:
        return Found(Kind.SCHOOL_NOTE, "school note", "asked for at sign-in", Owner.CLINICIAN)
    settings, arrived = facts.settings, facts.arrived
    if facts.birth_date is None or arrived.weekday() not in settings.school_weekdays:
        return None
    age = age_on(facts.birth_date, arrived.date())
    if not settings.school_age_from <= age <= settings.school_age_to:
        return None
    if not settings.school_starts <= arrived.time() <= settings.school_ends:
        return None
    why = f"{age} years old, here on a {arrived:%A} in school hours"
    return Found(Kind.SCHOOL_NOTE, "school note", why, Owner.CLINICIAN)


def work_note(facts: Facts, at: dt.date) -> Found | None:
    if (void := void_note(Kind.WORK_NOTE, facts)) is not None:
        return void
    if "work" not in facts.notes_wanted:
        return None
    return Found(Kind.WORK_NOTE, "work note", "asked for at sign-in", Owner.CLINICIAN)


def influenza(facts: Facts, at: dt.date) -> Found | None:
    began = facts.settings.season_began(at)
    if not facts.linked or facts.birth_date is None or began is None:
        return None
    if months_on(facts.birth_date, at) < facts.settings.influenza_from_months:
        return None
    if facts.influenza_given_on is not None and facts.influenza_given_on >= began:
        return None
    if any(item.due_on <= at and is_influenza(item) for item in facts.due):
        return None
    why = f"in season, and none recorded since {clocks.date_words(began)}"
    return due_need(Kind.VACCINE, FLU, why, facts, key=FLU_KEY)


FLU, FLU_KEY = "flu vaccine", "influenza"
"""The need that the season makes, as chips say it and as its row's key."""


def is_influenza(item: Due) -> bool:
    return item.kind == Kind.VACCINE and vaccines.is_influenza(item.name, item.code)


def named(item: Due) -> str:
    return item.name.strip() or str(Kind(item.kind).label)


def due_item(item: Due, facts: Facts, at: dt.date) -> Found | None:
    if item.due_on > at:
        return None
    why = f"the record says due since {clocks.date_words(item.due_on)}"
    return due_need(Kind(item.kind), named(item), why, facts, key=str(item.pk), due_item=item.pk)


def due_need(
    kind: Kind, label: str, why: str, facts: Facts, *, key: str, due_item: int | None = None
) -> Found:
    """A due item with its consent path for whoever came: "flu vaccine · aunt · phone Ana Ruiz first"."""
    path = consent.path(facts.consent, consent.Care(kind.value), label)
    step = f"{consent.short(label)} · {path.sentence}"
    return Found(kind, label, why, Owner.CLINICIAN, key=key, next_step=step, due_item=due_item)


def second_concern(facts: Facts, at: dt.date) -> Found | None:
    if not facts.also.strip():
        return None
    return Found(Kind.SECOND_CONCERN, "second concern", f"they asked: {facts.also}", Owner.CLINICIAN)


def overdue_promise(facts: Facts, at: dt.date) -> Found | None:
    if not facts.overdue_promises:
        return None
    why = f"{facts.overdue_promises} promised to this family and not kept yet"
    return Found(Kind.PROMISE, "overdue promise", why, Owner.MANAGER)


def clinics_own(text: str, facts: Facts, at: dt.date) -> Found | None:
    key = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Found(Kind.CLINIC, text, "this clinic asks it of every visit", Owner.FRONT_DESK, key=key)


RULES: tuple[Rule, ...] = (
    match_to_confirm,
    discrepancy,
    interpreter,
    access,
    phone_guardian,
    influenza,
    school_note,
    work_note,
    second_concern,
    overdue_promise,
)
