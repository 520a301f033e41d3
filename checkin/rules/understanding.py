"""Combine what is on record with what was said today: language, interpreter and access, by source.

Neither hides the other. If the sources differ, they are two lines, two needs and two chips, so that an answer
to one does not lose the other. If they agree, they are one. Silence is not a “no”: an unticked box does not
cancel an interpreter on record, and neither does a typed “none”.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules import name_keys
from checkin.rules.access_need_words import NOT_NEEDED_WORDS, WORDS_IN_MANY_NEEDS
from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.languages import (
    is_no_language_answer,
    is_same_language,
    name_recorded_language,
    name_typed_language,
)
from checkin.rules.short_lines import put_on_one_line

_LONGEST_ACCESS_LABEL = 80
_ASK_WHICH_LANGUAGE = "ask which language"


class PreferenceSource(TextChoices):
    """The source of a preference."""

    TODAY = "today", _("said today")
    REMEMBERED = "remembered", _("remembered")
    RECORD = "record", _("on record")
    BOTH = "both", _("said today and on record")


class HasTypedNeeds(Protocol):
    """A claim or a sign-in."""

    @property
    def interpreter(self) -> bool: ...
    @property
    def interpreter_language(self) -> str: ...
    @property
    def access_needs(self) -> str: ...


class NeedsSaidToday(NamedTuple):
    """What was said today. `language` is in words, or "" if nobody gave one."""

    language: str = ""
    interpreter: bool = False
    access_needs: str = ""

    @classmethod
    def of(cls, typed: HasTypedNeeds, *, language: str) -> Self:
        """Return what was typed. `language`: in words, used if none was typed with the interpreter."""
        spoken = name_typed_language(typed.interpreter_language) or name_typed_language(language)
        return cls(spoken, typed.interpreter, typed.access_needs)


class NeedsOnRecord(NamedTuple):
    """What the patient's record says about language, interpreter and access."""

    language: str = ""
    interpreter: bool = False
    access_needs: str = ""


class SpokenLanguage(NamedTuple):
    """A language that they speak or need an interpreter for, and its source."""

    language: str
    source: PreferenceSource
    is_interpreter: bool = False
    more: str = ""

    @property
    def words(self) -> str:
        """In words: “Dari interpreter”, “Interpreter, ask which language”, “Dari”."""
        if not self.is_interpreter:
            return self.language
        return f"{self.language} interpreter" if self.language else f"Interpreter, {_ASK_WHICH_LANGUAGE}"


def combine_spoken_languages(
    today: NeedsSaidToday, record: NeedsOnRecord, *, own: str = ""
) -> list[SpokenLanguage]:
    """Return interpreters and languages: today's first, then the record's if it differs.

    The clinic's `own` language appears only next to another one, and needs no interpreter.
    """
    said, recorded = name_typed_language(today.language), name_recorded_language(record.language)
    recorded = "" if is_no_language_answer(recorded) else recorded
    if said and recorded and not is_same_language(said, recorded):
        return _pair_spoken_languages(today, record, said, recorded, own=own)
    said, recorded = ("" if is_clinics_language(one, own) else one for one in (said, recorded))
    language = said or recorded
    if today.interpreter and record.interpreter:
        return [SpokenLanguage(language, PreferenceSource.BOTH, is_interpreter=True)]
    if today.interpreter:
        more = _LANGUAGE_ON_RECORD if recorded and not said else ""
        return [SpokenLanguage(language, PreferenceSource.TODAY, is_interpreter=True, more=more)]
    if record.interpreter:
        more = _LANGUAGE_SAID_TODAY if said and not recorded else ""
        return [SpokenLanguage(language, PreferenceSource.RECORD, is_interpreter=True, more=more)]
    source = (
        PreferenceSource.BOTH
        if said and recorded
        else PreferenceSource.TODAY
        if said
        else PreferenceSource.RECORD
    )
    return [SpokenLanguage(language, source)] if language else []


def _pair_spoken_languages(
    today: NeedsSaidToday, record: NeedsOnRecord, said: str, recorded: str, *, own: str
) -> list[SpokenLanguage]:
    """Return two languages, with an interpreter for each source that asks for one."""
    beside = SpokenLanguage(recorded, PreferenceSource.RECORD)
    if not record.interpreter:
        return [SpokenLanguage(said, PreferenceSource.TODAY, today.interpreter), beside]
    if not is_clinics_language(recorded, own):
        return [
            SpokenLanguage(said, PreferenceSource.TODAY, today.interpreter),
            beside._replace(is_interpreter=True),
        ]
    # Nobody interprets into our own language: the record asks for an interpreter, and today says which.
    if today.interpreter:
        return [SpokenLanguage(said, PreferenceSource.BOTH, is_interpreter=True), beside]
    return [
        SpokenLanguage(said, PreferenceSource.RECORD, is_interpreter=True, more=_LANGUAGE_SAID_TODAY),
        beside,
    ]


_LANGUAGE_SAID_TODAY = ", the language said today"
_LANGUAGE_ON_RECORD = ", the language on record"


def is_clinics_language(language: str, own: str) -> bool:
    """Return whether it is the clinic's own language, by tag or by name."""
    said = language.strip().casefold()
    return bool(own and said) and (said.startswith(f"{own.casefold()}-") or is_same_language(said, own))


class AccessHelp(NamedTuple):
    """What helps them, and its source. `less`: the other source's words, if they say no more."""

    words: str
    source: PreferenceSource
    less: str = ""
    less_from: PreferenceSource | None = None

    @property
    def is_typed_today(self) -> bool:
        """Whether the words are as typed today, and so in the language of the sign-in."""
        return self.source != PreferenceSource.RECORD and self.less_from != PreferenceSource.TODAY

    @property
    def hint(self) -> str:
        """The words with their source: “I use a wheelchair (said today; on record: wheelchair)”."""
        if self.less_from is None:
            return f"{self.words} ({self.source.label})"
        first = (
            PreferenceSource.TODAY if self.less_from == PreferenceSource.RECORD else PreferenceSource.RECORD
        )
        return f"{self.words} ({first.label}; {self.less_from.label}: {self.less})"


def access_help_by_source(today: str, recorded: str) -> list[AccessHelp]:
    """Return both if they differ, today's first; one if one repeats the other.

    Of two that say the same, the longer text is the name: an answer about a wheelchair says nothing about the
    wide door that the record also asks for.
    """
    today, recorded = ("" if is_empty_answer(one) else one.strip() for one in (today, recorded))
    if today and recorded and need_words_key(today) == need_words_key(recorded):
        return [AccessHelp(today, PreferenceSource.BOTH)]
    if _is_said_within(today, recorded):
        return [AccessHelp(today, PreferenceSource.BOTH, recorded, PreferenceSource.RECORD)]
    if _is_said_within(recorded, today):
        return [AccessHelp(recorded, PreferenceSource.BOTH, today, PreferenceSource.TODAY)]
    both = [AccessHelp(today, PreferenceSource.TODAY), AccessHelp(recorded, PreferenceSource.RECORD)]
    return [one for one in both if one.words]


def _is_said_within(one: str, other: str) -> bool:
    """Return whether the other text's words occur in this one, in order ("wheelchair").

    False if either says what is not needed, or no longer needed: "no wheelchair", "outgrew wheelchair".
    """
    if NOT_NEEDED_WORDS & {*name_keys.normalized_words(one), *name_keys.normalized_words(other)}:
        return False
    whole, part = (
        [_singular_of_word(word) for word in name_keys.normalized_words(text)] for text in (one, other)
    )
    if not set(part) - WORDS_IN_MANY_NEEDS:
        return False
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def _singular_of_word(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def is_same_column_value(column: str, one: Any, other: Any) -> bool:
    """Return whether two values of a record's column mean the same: "es" and "Español", "none" and ""."""
    if column == "language":
        first, second = name_recorded_language(one or ""), name_recorded_language(other or "")
        return first == second or is_same_language(first, second)
    if column == "access_needs":
        said = ["" if is_empty_answer(words or "") else words for words in (one, other)]
        return need_words_key(said[0]) == need_words_key(said[1])
    return bool(one == other)


def find_overwritten_values(stood: Mapping[str, object], wrote: Mapping[str, object]) -> dict[str, object]:
    """Return the earlier values of a record's columns that differ from what was written over them."""
    return {
        name: value
        for name, value in stood.items()
        if value and name in wrote and not is_same_column_value(name, value, wrote[name])
    }


def need_words_key(words: str) -> str:
    """Return a key for these words, whatever their spacing, accents and case."""
    said = name_keys.normalize_text(words) or put_on_one_line(words.casefold())
    return hashlib.sha256(said.encode()).hexdigest()[:16] if said else ""


def access_need_subject(words: str) -> str:
    """Return what helps them, shortened for a need and its chip."""
    said = put_on_one_line(words)
    return said if len(said) <= _LONGEST_ACCESS_LABEL else said[: _LONGEST_ACCESS_LABEL - 1] + "…"
