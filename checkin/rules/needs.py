"""What this family needs before they leave. Each rule is one small pure function with a code of why.

To add a need, add such a function, a line in `_NEED_RULES`, and a row in `NEED_TRAITS`. The lines are also in
the order of pages, after the kinds that `sort_needs_for_staff` puts first.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import partial

from checkin.rules import need_labels
from checkin.rules import understanding as understanding_rules
from checkin.rules.ages import age_in_years
from checkin.rules.coded_sentences import CodedSentence, say_sentence
from checkin.rules.due_care_needs import (
    build_due_item_need,
    find_consent_conflict_need,
    find_influenza_need,
    find_phone_guardian_need,
)
from checkin.rules.due_items import list_still_due_items
from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.excuse_notes import HandedNote, NoteKind, number_of_last_void_note
from checkin.rules.need_types import NEED_KIND_OF_NOTE, NEED_TRAITS, FoundNeed, NeedFacts, NeedKind, NeedOwner
from checkin.rules.sentence_codes import SentenceCode
from checkin.rules.understanding import PreferenceSource, SpokenLanguage

NeedRule = Callable[[NeedFacts, dt.date], FoundNeed | list[FoundNeed] | None]


def find_visit_needs(facts: NeedFacts, at: dt.date) -> list[FoundNeed]:
    """Return every need of this visit on that day, without duplicates, in the order in which staff act.

    If the child has died, only what was asked for at sign-in and what staff must correct.
    """
    rules: list[NeedRule] = [
        *_NEED_RULES,
        *(partial(build_due_item_need, one) for one in list_still_due_items(facts, at)),
        *(partial(_find_wrong_note_need, note) for note in facts.notes),
        *(partial(build_clinics_own_need, text) for text in facts.settings.own),
    ]
    found = [need for rule in rules for need in _as_need_list(rule(facts, at))]
    kept = {(need.kind, need.key): need.clipped() for need in found if _is_told(need.kind, facts)}
    return list(kept.values())


def _is_told(kind: NeedKind, facts: NeedFacts) -> bool:
    return kind not in facts.settings.off and (not facts.deceased or NEED_TRAITS[kind].is_found_after_death)


def _as_need_list(found: FoundNeed | list[FoundNeed] | None) -> list[FoundNeed]:
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _find_match_need(facts: NeedFacts, at: dt.date) -> FoundNeed | None:
    if facts.match not in ("probable", "unknown"):
        return None
    code = SentenceCode.RECORD_IN_DOUBT if facts.match == "probable" else SentenceCode.NO_RECORD_ALIKE
    return FoundNeed(NeedKind.MATCH, say_sentence(code), NeedOwner.FRONT_DESK)


def _find_discrepancy_need(facts: NeedFacts, at: dt.date) -> FoundNeed | None:
    if not facts.discrepancies:
        return None
    found = sorted(set(facts.discrepancies))
    why = say_sentence(SentenceCode.TYPED_OTHERWISE, fields=found)
    return FoundNeed(
        NeedKind.DISCREPANCY, why, NeedOwner.FRONT_DESK, subject=need_labels.fields_subject(found)
    )


def _find_interpreter_needs(facts: NeedFacts, at: dt.date) -> list[FoundNeed]:
    """Return one interpreter need per language: one interpreter may be here while the other is not."""
    spoken = understanding_rules.combine_spoken_languages(facts.today, facts.recorded, own=facts.own_language)
    beside = [one for one in spoken if not one.is_interpreter]
    return [_build_interpreter_need(one, beside) for one in spoken if one.is_interpreter]


def _build_interpreter_need(one: SpokenLanguage, beside: list[SpokenLanguage]) -> FoundNeed:
    why = say_sentence(_WHO_ASKED_FOR_INTERPRETER[one.source, bool(one.more)])
    for other in beside:
        why = say_sentence(_LANGUAGE_BESIDE[other.source], why=why, language=other.language)
    key = understanding_rules.need_words_key(one.language)
    return FoundNeed(NeedKind.INTERPRETER, why, NeedOwner.FRONT_DESK, key=key, subject=one.language)


_WHO_ASKED_FOR_INTERPRETER = {
    (PreferenceSource.TODAY, False): SentenceCode.ASKED_TODAY,
    (PreferenceSource.TODAY, True): SentenceCode.ASKED_AS_RECORDED,
    (PreferenceSource.RECORD, False): SentenceCode.ON_RECORD,
    (PreferenceSource.RECORD, True): SentenceCode.RECORDED_AS_SAID,
    (PreferenceSource.BOTH, False): SentenceCode.ASKED_BY_BOTH,
}
"""Keyed by who asked for an interpreter, and whether the other source names the language too."""
_LANGUAGE_BESIDE = {
    PreferenceSource.TODAY: SentenceCode.LANGUAGE_TODAY,
    PreferenceSource.RECORD: SentenceCode.LANGUAGE_RECORDED,
}
_WHO_SAID_WHAT_HELPS = {
    PreferenceSource.TODAY: SentenceCode.HELP_SAID,
    PreferenceSource.RECORD: SentenceCode.HELP_RECORDED,
    PreferenceSource.BOTH: SentenceCode.HELP_BY_BOTH,
}


def _find_access_needs(facts: NeedFacts, at: dt.date) -> list[FoundNeed]:
    """Return access needs from the record and from today, one each, so that an answer to one hides no other.

    The words are the key. The same words from the other source are the same need and keep its answer. Other
    words, as when the record changes during the visit, are a separate need. If one text repeats the other in
    fewer words, they are one need that shows both.
    """
    found = understanding_rules.access_help_by_source(facts.today.access_needs, facts.recorded.access_needs)
    return [
        FoundNeed(
            NeedKind.ACCESS,
            _access_need_reason(one),
            NeedOwner.FRONT_DESK,
            key=understanding_rules.need_words_key(one.words),
            subject=understanding_rules.access_need_subject(one.words),
        )
        for one in found
    ]


def _access_need_reason(one: understanding_rules.AccessHelp) -> CodedSentence:
    """Return what helps them as each source says it, today's words first."""
    if one.less_from is None:
        return say_sentence(_WHO_SAID_WHAT_HELPS[one.source], words=one.words)
    today, record = (
        (one.words, one.less) if one.less_from == PreferenceSource.RECORD else (one.less, one.words)
    )
    return say_sentence(SentenceCode.HELP_TWICE, today=today, recorded=record)


def _find_wrong_note_need(note: HandedNote, facts: NeedFacts, at: dt.date) -> FoundNeed | None:
    if note.is_void or not note.names:
        return None
    return FoundNeed(
        NeedKind.WRONG_NOTE,
        say_sentence(_NOTE_NAMES_OTHER[NoteKind(note.kind)], number=note.number, names=note.names),
        NeedOwner.FRONT_DESK,
        key=str(note.number),
        subject=need_labels.note_subject(note.kind, note.number),
        next_step=say_sentence(SentenceCode.VOID_OR_REISSUE),
    )


_NOTE_NAMES_OTHER = {
    NoteKind.SCHOOL: SentenceCode.SCHOOL_NOTE_NAMES,
    NoteKind.WORK: SentenceCode.WORK_NOTE_NAMES,
}
_NOTE_IS_VOID = {NoteKind.SCHOOL: SentenceCode.SCHOOL_NOTE_VOID, NoteKind.WORK: SentenceCode.WORK_NOTE_VOID}


def _build_note_need(kind: NoteKind, why: CodedSentence, *, void: int | None = None) -> FoundNeed:
    """Return the need of a note. `void`: the number of the void note that it is to replace."""
    subject = "" if void is None else str(void)
    again = void is not None
    return FoundNeed(NEED_KIND_OF_NOTE[kind], why, NeedOwner.CLINICIAN, subject=subject, again=again)


def _find_asked_note_need(kind: NoteKind, facts: NeedFacts) -> FoundNeed | None:
    """Return a need if the last note of this kind is void, or if a note was asked for at sign-in."""
    number = number_of_last_void_note(facts.notes, kind)
    if number is not None:
        return _build_note_need(kind, say_sentence(_NOTE_IS_VOID[kind], number=number), void=number)
    if kind not in facts.notes_wanted:
        return None
    return _build_note_need(kind, say_sentence(SentenceCode.ASKED_TODAY))


def _find_school_note_need(facts: NeedFacts, at: dt.date) -> FoundNeed | None:
    if (asked := _find_asked_note_need(NoteKind.SCHOOL, facts)) is not None:
        return asked
    settings, arrived = facts.settings, facts.arrived
    if facts.deceased or facts.birth_date is None or arrived.weekday() not in settings.school_weekdays:
        return None
    age = age_in_years(facts.birth_date, arrived.date())
    if not settings.school_age_from <= age <= settings.school_age_to:
        return None
    if not settings.school_starts <= arrived.time() <= settings.school_ends:
        return None
    why = say_sentence(SentenceCode.SCHOOL_HOURS, age=age, weekday=arrived.weekday())
    return _build_note_need(NoteKind.SCHOOL, why)


def _find_work_note_need(facts: NeedFacts, at: dt.date) -> FoundNeed | None:
    return _find_asked_note_need(NoteKind.WORK, facts)


def _find_second_concern_need(facts: NeedFacts, at: dt.date) -> FoundNeed | None:
    if is_empty_answer(facts.also):
        return None
    why = say_sentence(SentenceCode.THEY_ASKED, words=facts.also)
    return FoundNeed(NeedKind.SECOND_CONCERN, why, NeedOwner.CLINICIAN)


def _find_overdue_promise_need(facts: NeedFacts, at: dt.date) -> FoundNeed | None:
    if not facts.overdue_promises:
        return None
    why = say_sentence(SentenceCode.PROMISES_NOT_KEPT, count=facts.overdue_promises)
    return FoundNeed(NeedKind.PROMISE, why, NeedOwner.MANAGER)


def build_clinics_own_need(text: str, facts: NeedFacts, at: dt.date) -> FoundNeed | None:
    key = hashlib.sha256(text.encode()).hexdigest()[:16]
    why = say_sentence(SentenceCode.ASKED_OF_ALL)
    return FoundNeed(NeedKind.CLINIC, why, NeedOwner.FRONT_DESK, key=key, label=text)


_NEED_RULES: tuple[NeedRule, ...] = (
    _find_match_need,
    _find_discrepancy_need,
    _find_interpreter_needs,
    _find_access_needs,
    find_phone_guardian_need,
    find_consent_conflict_need,
    find_influenza_need,
    _find_school_note_need,
    _find_work_note_need,
    _find_second_concern_need,
    _find_overdue_promise_need,
)
