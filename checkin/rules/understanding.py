"""What is on record and what was said today, of language, interpreter and access: side by side, by source.

Neither hides the other. Two sources that differ are two lines, two needs and two chips, so that neither is
lost when the other is answered; where they say the same it is said once. What is not said is no “no”: an
unticked box says nothing of an interpreter on record. A “none” typed in a box says nothing either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules import names
from checkin.rules.languages import is_same_language, name_language, names_no_language, say_language
from checkin.rules.nothing_said import says_nothing, split_words

LONGEST_LABEL = 80
ASK_WHICH = "ask which language"


class Source(TextChoices):
    """Whose word it is."""

    TODAY = "today", _("said today")
    REMEMBERED = "remembered", _("remembered")
    RECORD = "record", _("on record")
    BOTH = "both", _("said today and on record")


class Typed(Protocol):
    """A claim or a sign-in."""

    @property
    def interpreter(self) -> bool: ...
    @property
    def interpreter_language(self) -> str: ...
    @property
    def access_needs(self) -> str: ...


class SaidToday(NamedTuple):
    """What was said today. `language`: in words, "" where nobody said one."""

    language: str = ""
    interpreter: bool = False
    access_needs: str = ""

    @classmethod
    def of(cls, typed: Typed, *, language: str) -> Self:
        """`language`: in words, for where no language was typed beside the interpreter."""
        spoken = say_language(typed.interpreter_language) or say_language(language)
        return cls(spoken, typed.interpreter, typed.access_needs)


class OnRecord(NamedTuple):
    """What the patient's record says that bears on how they are served."""

    language: str = ""
    interpreter: bool = False
    access_needs: str = ""


class Spoken(NamedTuple):
    """An interpreter who is needed, or a language that they speak, and whose word that is."""

    language: str
    source: Source
    is_interpreter: bool = False
    more: str = ""

    @property
    def words(self) -> str:
        """“Dari interpreter”, “Interpreter, ask which language”, “Dari”."""
        if not self.is_interpreter:
            return self.language
        return f"{self.language} interpreter" if self.language else f"Interpreter, {ASK_WHICH}"


def understood(today: SaidToday, record: OnRecord, *, own: str = "") -> list[Spoken]:
    """Interpreter and languages: today's word first, the record's beside it where that says otherwise.

    The clinic's `own` language is said only beside another one, and no interpreter is needed for it.
    """
    said, recorded = say_language(today.language), name_language(record.language)
    recorded = "" if names_no_language(recorded) else recorded
    if said and recorded and not is_same_language(said, recorded):
        return side_by_side(today, record, said, recorded, own=own)
    said, recorded = ("" if is_own(one, own) else one for one in (said, recorded))
    language = said or recorded
    if today.interpreter and record.interpreter:
        return [Spoken(language, Source.BOTH, is_interpreter=True)]
    if today.interpreter:
        more = LANGUAGE_ON_RECORD if recorded and not said else ""
        return [Spoken(language, Source.TODAY, is_interpreter=True, more=more)]
    if record.interpreter:
        more = LANGUAGE_TODAY if said and not recorded else ""
        return [Spoken(language, Source.RECORD, is_interpreter=True, more=more)]
    source = Source.BOTH if said and recorded else Source.TODAY if said else Source.RECORD
    return [Spoken(language, source)] if language else []


def side_by_side(today: SaidToday, record: OnRecord, said: str, recorded: str, *, own: str) -> list[Spoken]:
    """Two languages, with an interpreter for each source that asks for one."""
    beside = Spoken(recorded, Source.RECORD)
    if not record.interpreter:
        return [Spoken(said, Source.TODAY, today.interpreter), beside]
    if not is_own(recorded, own):
        return [Spoken(said, Source.TODAY, today.interpreter), beside._replace(is_interpreter=True)]
    # Nobody interprets into our own language: the record asks for one, and they say today for which.
    if today.interpreter:
        return [Spoken(said, Source.BOTH, is_interpreter=True), beside]
    return [Spoken(said, Source.RECORD, is_interpreter=True, more=LANGUAGE_TODAY), beside]


LANGUAGE_TODAY = ", the language said today"
LANGUAGE_ON_RECORD = ", the language on record"


def is_own(language: str, own: str) -> bool:
    """Whether it is the clinic's own language, by its tag or by either of its names."""
    said = language.strip().casefold()
    return bool(own and said) and (said.startswith(f"{own.casefold()}-") or is_same_language(said, own))


class Help(NamedTuple):
    """What helps them, and whose word that is. `less`: the other source's words, where they say no more."""

    words: str
    source: Source
    less: str = ""
    less_from: Source | None = None

    @property
    def hint(self) -> str:
        """“I use a wheelchair (said today and on record: wheelchair)”."""
        if self.less_from is None:
            return f"{self.words} ({self.source.label})"
        first = Source.TODAY if self.less_from == Source.RECORD else Source.RECORD
        return f"{self.words} ({first.label}; {self.less_from.label}: {self.less})"


def by_source(today: str, recorded: str) -> list[Help]:
    """Both where they differ, today's word first; once where one says what the other does.

    Of two that say the same the one with more words gives the name: what was answered of a wheelchair says
    nothing of the wide door that the record asks for besides.
    """
    today, recorded = ("" if says_nothing(one) else one.strip() for one in (today, recorded))
    if today and recorded and key_of(today) == key_of(recorded):
        return [Help(today, Source.BOTH)]
    if says_as_much(today, recorded):
        return [Help(today, Source.BOTH, recorded, Source.RECORD)]
    if says_as_much(recorded, today):
        return [Help(recorded, Source.BOTH, today, Source.TODAY)]
    both = [Help(today, Source.TODAY), Help(recorded, Source.RECORD)]
    return [one for one in both if one.words]


def says_as_much(one: str, other: str) -> bool:
    """Whether the words of the other stand within the one's, in their order ("wheelchair").

    Not where either says what is not needed, or not any more: "no wheelchair", "outgrew wheelchair".
    """
    if _NOT & {*names.words(one), *names.words(other)}:
        return False
    whole, part = ([singular(word) for word in names.words(text)] for text in (one, other))
    if not set(part) - _SAYS_NOTHING:
        return False
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


_NOT = frozenset(
    {"no", "not", "none", "never", "without", "cannot", "cant", "dont", "doesnt", "isnt", "wont", "didnt"}
    | {
        "nothing",
        "nor",
        "neither",
        "longer",
        "anymore",
        "stopped",
        "except",
        "but",
        "instead",
        "used",
        "until",
    }
    | {
        "nunca",
        "ni",
        "sin",
        "ya",
        "nada",
        "ningun",
        "ninguna",
        "excepto",
        "pero",
        "salvo",
        "menos",
        "tampoco",
    }
    | split_words(
        """
        outgrew outgrown outgrow returned returning lost losing missing forgot forgotten broke
        broken stolen sold gone refuse refuses refused decline declines declined reject rejects
        rejected hates quit gave stop stops was were had formerly former previously before past once
        only recovered healed cured resolved fixed removed finished better dead brother sister
        mother father mom dad grandmother grandma grandfather grandpa cousin dejo dejamos dejaron
        perdio perdimos perdieron perdido perdida perdidos perdidas devolvio devolvimos devolvieron
        devuelto devuelta rompio rota roto rotas rotos robaron rechaza rechazo usaba tenia era antes
        quito quitaron olvido olvidamos quedo chico chica crecio supero curo mejor solo solamente
        hermano hermana madre mama padre papa abuela abuelo primo prima
        """
    )
)
"""What is not needed, not any more, not always or not by the child: by itself it stands beside the record."""
_SAYS_NOTHING = frozenset(
    {"a", "an", "the", "i", "my", "he", "she", "his", "her", "we", "they", "it", "is", "are", "has", "have"}
    | {"use", "need", "want", "please", "ye", "yes", "and", "or", "with", "for", "in", "on", "of", "to", "at"}
    | {
        "si",
        "la",
        "el",
        "un",
        "una",
        "de",
        "y",
        "con",
        "por",
        "favor",
        "en",
        "uso",
        "usa",
        "help",
        "left",
        "right",
    }
)
"""Words that are in many needs and alone name none."""


def says_the_same(column: str, one: Any, other: Any) -> bool:
    """Whether two values of a column of a record say the same: "es" and "Español", "none" and a blank."""
    if column == "language":
        first, second = name_language(one or ""), name_language(other or "")
        return first == second or is_same_language(first, second)
    if column == "access_needs":
        said = ["" if says_nothing(words or "") else words for words in (one, other)]
        return key_of(said[0]) == key_of(said[1])
    return bool(one == other)


def written_over(stood: Mapping[str, Any], wrote: Mapping[str, Any]) -> dict[str, Any]:
    """Of what stood in the columns of a record, what says something else than what was written there."""
    return {
        name: value
        for name, value in stood.items()
        if value and name in wrote and not says_the_same(name, value, wrote[name])
    }


def key_of(words: str) -> str:
    """Return what tells these words from others, however they are spaced, accented or capitalized."""
    said = names.normalise(words) or " ".join(words.casefold().split())
    return hashlib.sha256(said.encode()).hexdigest()[:16] if said else ""


def access_label(words: str) -> str:
    """What a need and its chip are called: "access · uses a wheelchair"."""
    said = " ".join(words.split())
    return f"access · {said if len(said) <= LONGEST_LABEL else said[: LONGEST_LABEL - 1] + '…'}"


def interpreter_label(language: str) -> str:
    return f"interpreter · {language}" if language else f"interpreter, {ASK_WHICH}"
