"""What this family needs before they leave. Each rule is one small pure function with a sentence of why."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import partial

from checkin.rules import clocks, consent, excuse_notes, understanding, vaccines
from checkin.rules.ages import age_on, months_on
from checkin.rules.need_facts import FLU, Due, Facts, Found, Kind, Owner
from checkin.rules.nothing_said import says_nothing
from checkin.rules.still_due import not_asked, still_due
from checkin.rules.understanding import Source, Spoken

Rule = Callable[[Facts, dt.date], Found | list[Found] | None]


def find(facts: Facts, at: dt.date) -> list[Found]:
    """Every need of this visit on that day, each once, in the order in which staff act.

    Where the child has died, only what was asked for at sign-in and what is to be put right.
    """
    due, own = ([], ()) if facts.deceased else (still_due(facts, at), facts.settings.own)
    rules: list[Rule] = [*(ASKED_FOR if facts.deceased else RULES), *(partial(due_item, one) for one in due)]
    rules += [partial(wrong_note, note) for note in facts.notes]
    rules += [partial(clinics_own, text) for text in own]
    found = [need for rule in rules for need in several(rule(facts, at))]
    kept = {(need.kind, need.key): need.clipped() for need in found if need.kind not in facts.settings.off}
    return list(kept.values())


def several(found: Found | list[Found] | None) -> list[Found]:
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


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
    fields = [SPELLED.get(name, name.replace("_", " ")) for name in sorted(set(facts.discrepancies))]
    first, last = ", ".join(fields[:-1]), fields[-1]
    # Something to look at, and no order: "check phone, sign in" was read as one.
    label = f"{first} and {last} differ" if first else f"{last} differs"
    return Found(
        Kind.DISCREPANCY, label, f"typed otherwise than recorded: {', '.join(fields)}", Owner.FRONT_DESK
    )


SPELLED = {"sign_in": "sign-in"}


def interpreters(facts: Facts, at: dt.date) -> list[Found]:
    """An interpreter for each language in which one is asked for: the one may be here and the other not."""
    spoken = understanding.understood(facts.today, facts.recorded, own=facts.own_language)
    beside = [one for one in spoken if not one.is_interpreter]
    return [interpreter(one, beside) for one in spoken if one.is_interpreter]


def interpreter(one: Spoken, beside: list[Spoken]) -> Found:
    why = ASKED_FOR_IT[one.source] + one.more
    why += "".join(f"; {other.source.label}: {other.language}" for other in beside)
    label = understanding.interpreter_label(one.language)
    key = understanding.key_of(one.language)
    return Found(Kind.INTERPRETER, label, why, Owner.FRONT_DESK, key=key)


ASKED_FOR_IT = {
    Source.TODAY: "asked for at sign-in",
    Source.RECORD: "on record",
    Source.BOTH: "asked for at sign-in and on record",
}
HELPS_THEM = {
    Source.TODAY: "they said",
    Source.RECORD: "on record",
    Source.BOTH: "they said, and it is on record",
}


def access(facts: Facts, at: dt.date) -> list[Found]:
    """What helps them, on record and as said today: a need each, so that no answer to one hides the other.

    The words are the key. The same words from the other source are the same need and keep its answer; other
    words, as when the record changes while they are here, are a need of their own. Where one says what the
    other does in fewer words it is one need, with both.
    """
    found = understanding.by_source(facts.today.access_needs, facts.recorded.access_needs)
    return [
        Found(
            Kind.ACCESS,
            understanding.access_label(one.words),
            helps_them(one),
            Owner.FRONT_DESK,
            key=understanding.key_of(one.words),
        )
        for one in found
    ]


def helps_them(one: understanding.Help) -> str:
    """What helps them as each source says it, today's word first."""
    if one.less_from is None:
        return f"{HELPS_THEM[one.source]}: {one.words}"
    today, record = (one.words, one.less) if one.less_from == Source.RECORD else (one.less, one.words)
    return f"{HELPS_THEM[Source.TODAY]}: {today}; {HELPS_THEM[Source.RECORD]}: {record}"


def phone_guardian(facts: Facts, at: dt.date) -> Found | None:
    if not facts.linked:
        return None
    asked = [(consent.Care.SEEING, "")]
    asked += [(care, what) for care, what in due_now(facts, at) if care not in facts.settings.off]
    for care, what in asked:
        path = consent.path(facts.consent, care, what)
        if path.step == consent.Step.PHONE_GUARDIAN or path.phone:
            why = f"{consent.short(what) or care.label.lower()}: {path.sentence}"
            return Found(Kind.PHONE_GUARDIAN, "phone a guardian", why, Owner.FRONT_DESK, next_step=path.phone)
    return None


def consent_conflict(facts: Facts, at: dt.date) -> Found | None:
    """Two who may decide said yes and no to the same: said once, with every care that it is about."""
    asked = {(care, "") for care in consent.Care} | set(due_now(facts, at))
    said = (one for one in facts.consent.answers if one.care in consent.Care)
    asked |= {(consent.Care(one.care), one.to_what) for one in said}
    found: dict[str, str] = {}
    for care, what in sorted(asked):
        path = consent.path(facts.consent, care, what)
        if path.is_conflict:
            found.setdefault(path.on_whose_word, consent.short(what) or str(care.label).lower())
    if not found:
        return None
    why = "; ".join(f"{what}: {words}" for words, what in found.items())
    return Found(
        Kind.CONSENT_CONFLICT,
        "guardians disagree",
        why,
        Owner.CLINICIAN,
        next_step="clinician decides",
        again=True,
    )


def due_now(facts: Facts, at: dt.date) -> list[tuple[consent.Care, str]]:
    """What could be done today, as kind of care and item, check-ups first."""
    found = [(consent.Care(item.kind), named(item)) for item in still_due(facts, at)]
    season = influenza(facts, at)
    return sorted(found + ([(consent.Care.VACCINE, season.label)] if season else []))


def wrong_note(note: excuse_notes.Handed, facts: Facts, at: dt.date) -> Found | None:
    if note.is_void or not note.names:
        return None
    why = f"{note.kind} note {note.number} names {note.names}, and this child has another name on record"
    step = "void it, or change it and reissue it"
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
    if facts.deceased or facts.birth_date is None or arrived.weekday() not in settings.school_weekdays:
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
    if any(is_influenza(item) for item in still_due(facts, at)):
        return None
    why = f"in season, and none recorded since {clocks.date_words(began)}"
    return due_need(Kind.VACCINE, FLU, why, facts, key=FLU_KEY)


FLU_KEY = "influenza"
"""The need that the season makes, as chips say it and as its row's key."""


def is_influenza(item: Due) -> bool:
    return item.kind == Kind.VACCINE and vaccines.is_influenza(item.name, item.code)


def named(item: Due) -> str:
    return item.name.strip() or str(Kind(item.kind).label)


def due_item(item: Due, facts: Facts, at: dt.date) -> Found:
    why = f"the record says due since {clocks.date_words(item.due_on)}"
    return due_need(Kind(item.kind), named(item), why, facts, key=str(item.pk), due_item=item.pk)


def met(facts: Facts, at: dt.date) -> dict[tuple[str, str], str]:
    """By kind and key of the need that is not asked again, why: when it was given, and who says so."""
    found = {(item.kind, str(item.pk)): why for item, why in not_asked(facts, at)}
    began, last = facts.settings.season_began(at), facts.influenza_given_on
    if began is not None and last is not None and last >= began:
        found[str(Kind.VACCINE), FLU_KEY] = f"this season's {FLU} was given on {clocks.date_words(last)}"
    return found


def due_need(
    kind: Kind, label: str, why: str, facts: Facts, *, key: str, due_item: int | None = None
) -> Found:
    """A due item with its consent path for whoever came: "flu vaccine · aunt · phone Ana Ruiz first"."""
    path = consent.path(facts.consent, consent.Care(kind.value), label)
    step = f"{consent.short(label)} · {path.sentence}"
    return Found(kind, label, why, Owner.CLINICIAN, key=key, next_step=step, due_item=due_item)


def second_concern(facts: Facts, at: dt.date) -> Found | None:
    if says_nothing(facts.also):
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
    interpreters,
    access,
    phone_guardian,
    consent_conflict,
    influenza,
    school_note,
    work_note,
    second_concern,
    overdue_promise,
)
ASKED_FOR: tuple[Rule, ...] = tuple(
    rule for rule in RULES if rule not in (phone_guardian, consent_conflict, influenza, overdue_promise)
)
