"""Sentences that rows store as a code with facts, and pages show in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from checkin.rules.consent_adults import CareKind
from checkin.rules.discrepancy_causes import FIELD_WORDS
from checkin.rules.phones import format_phone
from checkin.rules.regions import USUAL_REGION, is_day_first_region
from checkin.rules.sentence_codes import SentenceCode
from checkin.rules.short_lines import shorten_to_one_line

KeptSentence = dict[str, Any]
"""A sentence as JSON: its code, and its facts by name."""

_KNOWN_CODES = frozenset(SentenceCode.values)
"""Kept, because `values` goes through every member each time: a sixth of the time of finding needs."""

_LONGEST_WORDS = {SentenceCode.ANSWER_BUT: 250, SentenceCode.ANSWER_AND_CHECK: 250}
"""Most characters of these sentences. The number to phone follows them and must stay visible."""

_MONTHS = (
    *(_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun")),
    *(_("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec")),
)
_DATE, _DAY_FIRST_DATE = _("{month} {day}, {year}"), _("{day} {month} {year}")
_DATE_WITH_WEEKDAY = _("{weekday}, {month} {day}, {year}")
_DAY_FIRST_DATE_WITH_WEEKDAY = _("{weekday}, {day} {month} {year}")
_WEEKDAYS = (
    *(_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday")),
    *(_("Friday"), _("Saturday"), _("Sunday")),
)
_BOTH = _("{one} and {other}")


class CodedSentence(str):
    """A sentence in the language that is active now. `kept` is what a row stores of it.

    Compares as text: two are equal if they read the same. It is blank if there is nothing to say.
    """

    __slots__ = ("kept",)
    kept: KeptSentence | None

    def __new__(cls, kept: KeptSentence | None = None) -> Self:
        made = super().__new__(cls, sentence_words(kept, USUAL_REGION))
        made.kept = kept
        return made

    def is_saying(self, part: CodedSentence) -> bool:
        """Return whether this is that sentence or has it among its facts."""
        return part.kept is not None and _is_kept_within(part.kept, self.kept)


def say_sentence(code: SentenceCode, **facts: object) -> CodedSentence:
    """Return the sentence with these facts: typed text, numbers, dates, codes or other sentences."""
    return CodedSentence({"code": str(code), **{name: _keep_fact(fact) for name, fact in facts.items()}})


def sentence_words(kept: Mapping[str, Any] | None, region: str) -> str:
    """Return a row's sentence in the active language, with that region's dates; "" if the row has none."""
    if not kept or kept["code"] not in _KNOWN_CODES:
        return ""
    code = SentenceCode(kept["code"])
    facts = {name: _fact_words(name, fact, region) for name, fact in kept.items() if name != "code"}
    words = str(code.label).format(**facts)
    return shorten_to_one_line(words, _LONGEST_WORDS[code]) if code in _LONGEST_WORDS else words


def sentence_words_in_region(kept: Mapping[str, Any] | None, region: str) -> str:
    """Return a row's sentence with its phones and dates as that region writes them; "" if it has none."""
    return sentence_words(_format_phone_facts(kept, region), region) if kept else ""


def words_in_region(said: str, region: str) -> str:
    """Return a sentence with its phones and dates as that region writes them; typed text as it is."""
    return sentence_words_in_region(said.kept, region) if isinstance(said, CodedSentence) else said


def _format_phone_facts(fact: Any, region: str) -> Any:
    if isinstance(fact, Mapping):
        return {
            name: format_phone(one, region) if name == "phone" else _format_phone_facts(one, region)
            for name, one in fact.items()
        }
    return [_format_phone_facts(one, region) for one in fact] if isinstance(fact, list) else fact


def _keep_fact(fact: object) -> object:
    if isinstance(fact, CodedSentence):
        return fact.kept
    if isinstance(fact, dt.date):
        return fact.isoformat()
    if isinstance(fact, Sequence) and not isinstance(fact, str):
        return [_keep_fact(one) for one in fact]
    return fact if isinstance(fact, int) else str(fact)


def _is_kept_within(part: KeptSentence, whole: object) -> bool:
    if isinstance(whole, Mapping):
        return whole == part or any(_is_kept_within(part, fact) for fact in whole.values())
    return isinstance(whole, list) and any(_is_kept_within(part, one) for one in whole)


def _fact_words(name: str, fact: Any, region: str) -> str:
    """Return a fact as text: typed text unchanged, everything else in the active language."""
    if isinstance(fact, Mapping):
        return sentence_words(fact, region)
    if name in _FACTS_IN_REGION:
        return _FACTS_IN_REGION[name](fact, region)
    return _FACTS_BY_CODE[name](fact) if name in _FACTS_BY_CODE else str(fact)


def _day_as_words(day: str, region: str) -> str:
    return _put_date_into(str(_DAY_FIRST_DATE if is_day_first_region(region) else _DATE), day)


def _day_of_week_as_words(day: str, region: str) -> str:
    form = _DAY_FIRST_DATE_WITH_WEEKDAY if is_day_first_region(region) else _DATE_WITH_WEEKDAY
    return _put_date_into(str(form), day)


def _put_date_into(form: str, day: str) -> str:
    on = dt.date.fromisoformat(day)
    month, weekday = _MONTHS[on.month - 1], _WEEKDAYS[on.weekday()]
    return form.format(weekday=weekday, month=month, day=on.day, year=on.year)


def _care_as_words(care: str) -> str:
    return str(CareKind(care).label).lower()


def _cares_as_words(cares: list[str]) -> str:
    first, *others = map(_care_as_words, cares)
    for one in others:
        first = str(_BOTH).format(one=first, other=one)
    return first


def _fields_as_words(fields: list[str]) -> str:
    return ", ".join(str(FIELD_WORDS.get(one, one)) for one in fields)


def _each_as_words(sentences: list[KeptSentence], region: str) -> str:
    return "; ".join(sentence_words(one, region) for one in sentences)


_FACTS_BY_CODE: dict[str, Callable[[Any], str]] = {
    "weekday": lambda number: str(_WEEKDAYS[number]),
    "care": _care_as_words,
    "cares": _cares_as_words,
    "fields": _fields_as_words,
}
"""Functions that write facts stored as codes or numbers, by the name of the fact."""

_FACTS_IN_REGION: dict[str, Callable[[Any, str], str]] = {
    "day": _day_as_words,
    "day_of_week": _day_of_week_as_words,
    "each": _each_as_words,
}
"""Functions that write dates, or sentences that may have some."""

NOTHING_SAID = CodedSentence()
