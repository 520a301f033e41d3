"""Read between which times to call someone from what they said in English or Spanish.

"after 3:30" is a start, "no later than 18:00" an end, "any time but 12:00" neither. Text that we do not
understand gives no window: staff are asked, and the text is stored as it was said.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

from checkin.rules import best_time_words
from checkin.rules.short_lines import put_on_one_line

_EARLIEST_BARE_AFTERNOON, _LATEST_BARE_AFTERNOON = 1, 7
"""A bare "after 5" or "after 3:30" is the afternoon: nobody asks a clinic to call at five in the morning."""

_LONGEST_BEST_TIME = 200


class CallWindow(NamedTuple):
    """The earliest and the latest time to call; None if not given."""

    start: dt.time | None = None
    end: dt.time | None = None


class _SaidTime(NamedTuple):
    """One time of day in a text. `half` is "a", "p", "-" on a 24-hour clock, or "" if nothing says which."""

    hour: int
    minute: int
    half: str
    is_plain: bool
    """A bare number: a time only if the words before it say so."""
    before: str
    after: str
    is_either: bool = False
    """ "8" or "9:30" with no half of the day: a start is in the morning, an end may be in the evening."""


_UNITS_OF_NO_CLOCK = (
    r"(?:st|nd|rd|th|days?|weeks?|months?|years?|minutes?|mins?|times?|hours|calls?|dias?|semanas?|mes|meses|"
    r"anos?|minutos?|veces|horas)\b"
)
_CLOCK_PATTERN = re.compile(
    r"(?<![\w:./-])(?P<hour>\d{1,2})"
    r"(?:[:.](?P<minute>\d{2})(?:\s?h(?:rs?)?\b)?|\s?(?P<h>h(?:rs?)?)(?P<after_h>\d{2})?\b)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?(?![\w:/-])(?!\.\d)(?!\s*" + _UNITS_OF_NO_CLOCK + r")"
    r"|\b(?P<noon>noon|midday|mediodia)\b"
)
_HYPHEN_BETWEEN_TIMES = re.compile(
    r"(?<![\w:./-])(\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?|h)?)\s?[-~]\s?(?=\d{1,2}(?:[:.]\d{2})?\s?(?:[aph]|$|[^\w:./-]))"
)

_FILLERS_BEFORE_TIME = r"(?:\s+(?:the|las?|los|el|a|at|about|around|say))*\s*$"
_NEGATED_WORDS_BEFORE = (
    r"\b(?:not|no|never|nothing|don'?t|won'?t|can'?t|cannot|nunca|jamas|nada)\b(?:\s+\w+){0,3}?\s+"
)
_BEFORE_WORDS = r"(?:before|earlier than|sooner than|prior to|antes del?)"
_AFTER_WORDS = r"(?:after|later than|past|beyond|despues del?|mas tarde del?|pasad[oa]s?)"
_UNTIL_WORDS = r"(?:until|till?|up to|hasta)"

_MEANINGS_BEFORE_TIME = (
    # The first match counts: "not before" must win over "before", and "not until after" over "not after".
    (re.compile(_NEGATED_WORDS_BEFORE + rf"{_UNTIL_WORDS}\s+{_AFTER_WORDS}" + _FILLERS_BEFORE_TIME), "start"),
    (
        re.compile(_NEGATED_WORDS_BEFORE + rf"(?:{_BEFORE_WORDS}|{_UNTIL_WORDS})" + _FILLERS_BEFORE_TIME),
        "start",
    ),
    (re.compile(_NEGATED_WORDS_BEFORE + _AFTER_WORDS + _FILLERS_BEFORE_TIME), "end"),
    (re.compile(rf"\b{_UNTIL_WORDS}\s+{_AFTER_WORDS}" + _FILLERS_BEFORE_TIME), "?"),
    (
        re.compile(rf"\b(?:{_BEFORE_WORDS}|{_UNTIL_WORDS}|by|latest|a mas tardar)" + _FILLERS_BEFORE_TIME),
        "end",
    ),
    (
        re.compile(
            r"\b(?:but|except(?:ing|o)?(?: for)?|salvo|menos|other than|apart from|besides|avoid(?:ing)?|"
            r"unless|not|no|never|nunca|don'?t)\b(?:\s+(?:call|phone|ring|between|from|entre|de|desde))*"
            + _FILLERS_BEFORE_TIME
        ),
        "?",
    ),
    (
        re.compile(
            rf"\b(?:{_AFTER_WORDS}|from|since|at|around|about|between"
            r"|desde|a partir del?|sobre|tras|entre|de|a)" + _FILLERS_BEFORE_TIME
        ),
        "start",
    ),
)
_RANGE_JOINER = re.compile(r"\s*(?:-|&|to|thru|through|until|till?|and|y|a|hasta)" + _FILLERS_BEFORE_TIME)
_BETWEEN_TIMES = re.compile(r"\b(?:between|entre)" + _FILLERS_BEFORE_TIME)
_OR_EARLIER = re.compile(
    r"\s*(?:(?:at the )?latest|or (?:earlier|before|sooner)|o antes|a mas tardar|como maximo)\b"
)
_OR_LATER = re.compile(r"\s*(?:or (?:later|after)|on(?:wards?)?|en adelante|o (?:mas tarde|despues))\b")

_DIRECTION_WORDS = re.compile(
    rf"\b(?:{_BEFORE_WORDS}|{_AFTER_WORDS}|{_UNTIL_WORDS}|a partir del?)" + _FILLERS_BEFORE_TIME
)
_UP_TO_THEN = re.compile(rf"\b{_BEFORE_WORDS}" + _FILLERS_BEFORE_TIME)
_ANY_DIRECTION_WORDS = re.compile(
    r"\b(?:before|earlier|sooner|prior|after|later|past|beyond|until|till?|by|antes|despues|tarde|hasta|pasad[oa]s?)\b"
)
_MINUTES_BEFORE = re.compile(r"\s*(?:min(?:ute|uto)?s?\s+)?(?:past|before|after)\s*")
_NEGATED_DIRECTIONS = re.compile(
    _NEGATED_WORDS_BEFORE
    + rf"(?:{_UNTIL_WORDS}\s+{_AFTER_WORDS}|{_BEFORE_WORDS}|{_UNTIL_WORDS}|{_AFTER_WORDS})"
    + _FILLERS_BEFORE_TIME
)

_MORNING_AFTER = re.compile(r"\s*(?:in the mornings?|(?:de|por|en) la manana)\b")
_LATE_AFTER = re.compile(
    r"\s*(?:in the (?:afternoons?|evenings?)|at night|tonight|(?:de|por|en) la (?:tarde|noche))\b"
)
_MORNING_BEFORE = re.compile(r"\b(?:mornings?|por las? mananas?)\b")
_LATE_BEFORE = re.compile(r"\b(?:afternoons?|evenings?|tonight|nights?|tardes?(?! de\b)|noches?)\b")
_NOT_BEFORE_TIME = re.compile(r"\b(?:not|no|never|nunca)\b")
_HALF_OR_QUARTER_PAST = re.compile(r"\b(?P<part>half|quarter) (?P<way>past|after|to)\s*$")
_SPANISH_HOUR_PART = re.compile(r"\s*(y media|y cuarto|menos cuarto)\b")
_SPANISH_HOUR_PART_MINUTES = {"y media": 30, "y cuarto": 15, "menos cuarto": -15}


def read_call_window(text: str) -> CallWindow:
    """Return the start and end of the call window; both None if the text cannot be read."""
    plain = _plain_time_text(text[:_LONGEST_BEST_TIME])
    said = _find_said_times(plain)
    meanings = [_meaning_of_time(one) for one in said]
    has_range = False
    for nth, (one, following) in enumerate(pairwise(said)):
        if _is_one_time_in_two(one, following):
            return CallWindow()
        if meanings[nth] in ("start", "") and _RANGE_JOINER.fullmatch(following.before):
            meanings[nth : nth + 2] = ["start", "end"]
            has_range = True
            # In "3-5 pm" the first time is in the afternoon too; in "11-2 pm" it is not. "5-8" does not say.
            if not one.half and following.half in ("a", "p") and one.hour % 12 <= following.hour % 12:
                said[nth] = one._replace(half=following.half)
            # In "evenings 6-8" the second time is in the evening too.
            elif one.half == "p" and following.half == "-" and one.hour % 12 < following.hour < 12:
                said[nth + 1] = following._replace(half="p")
    if "?" in meanings or (said and best_time_words.is_limited_to_some_days(plain)):
        return CallWindow()
    if not has_range and any(
        one.is_either and meaning == "end" and not _UP_TO_THEN.search(one.before)
        for one, meaning in zip(said, meanings, strict=True)
    ):
        return CallWindow()
    if not _is_window_understood(plain, said, meanings, has_range=has_range):
        return CallWindow()
    starts = {
        _clock_of_said_time(one) for one, meaning in zip(said, meanings, strict=True) if meaning == "start"
    }
    ends = {_clock_of_said_time(one) for one, meaning in zip(said, meanings, strict=True) if meaning == "end"}
    if len(starts) > 1 or len(ends) > 1 or None in starts | ends:
        return CallWindow()
    window = CallWindow(next(iter(starts), None), next(iter(ends), None))
    return CallWindow() if window.start and window.end and window.end <= window.start else window


def _is_one_time_in_two(one: _SaidTime, following: _SaidTime) -> bool:
    """Return whether one number is the minutes of the other: "20 past 4" or "a las 4 y 20"."""
    if one.is_plain and _MINUTES_BEFORE.fullmatch(following.before):
        return True
    return following.before.strip() == "y" and not _BETWEEN_TIMES.search(one.before)


def _is_window_understood(plain: str, said: list[_SaidTime], meanings: list[str], *, has_range: bool) -> bool:
    """Return whether no other word can reverse the meaning ("I work 9-5", "8 pm is too late").

    If each time has its own direction word, other clauses are ignored: "at work, after 5 please".
    """
    times = [one for one, meaning in zip(said, meanings, strict=True) if meaning]
    whole = "".join(f"{one.before} # " for one in said) + (said[-1].after if said else "")
    if not has_range and all(_DIRECTION_WORDS.search(_clause_before_time(one)) for one in times):
        parts = [
            f"{'# ' * nth}{_clause_before_time(one)} # {best_time_words.first_time_clause(one.after)}"
            for nth, one in enumerate(times)
        ]
    else:
        parts = [best_time_words.strip_lunch_break(plain) if has_range else plain]
        if best_time_words.has_negation(whole):
            return False
    if not all(best_time_words.has_only_known_time_words(_CLOCK_PATTERN.sub(" # ", part)) for part in parts):
        return False
    if times and best_time_words.has_negation(best_time_words.first_time_clause(times[-1].after)):
        return False
    for one in times:
        before = _clause_before_time(one)
        if best_time_words.has_negation(before) and not _NEGATED_DIRECTIONS.search(before):
            return False
        if _BETWEEN_TIMES.search(one.before) and not has_range:
            return False
    return True


def _clause_before_time(one: _SaidTime) -> str:
    return best_time_words.last_time_clause(one.before)


def _plain_time_text(text: str) -> str:
    """Return the text in lower case without accents, with spaces around a dash between two times."""
    signs = unicodedata.normalize("NFKD", text).casefold().replace("’", "'").replace("o'clock", " ")
    kept = (
        "-" if unicodedata.category(sign) == "Pd" else sign
        for sign in signs
        if not unicodedata.combining(sign)
    )
    return _HYPHEN_BETWEEN_TIMES.sub(r"\1 - ", put_on_one_line("".join(kept)))


def _find_said_times(plain: str) -> list[_SaidTime]:
    found = list(_CLOCK_PATTERN.finditer(plain))
    edges = [0, *(one.end() for one in found)], [*(one.start() for one in found), len(plain)]
    gaps = [plain[start:end] for start, end in zip(*edges, strict=True)]
    return [_read_said_time(one, *around) for one, around in zip(found, pairwise(gaps), strict=True)]


def _read_said_time(found: re.Match[str], before: str, after: str) -> _SaidTime:
    if found["noon"]:
        return _SaidTime(12, 0, "-", False, before, after)
    hour, minute = int(found["hour"]), int(found["minute"] or found["after_h"] or 0)
    half = found["half"] or _half_of_day_in_words(before, after)
    at_seven = found["hour"] == "07" or (found["h"] and hour == _LATEST_BARE_AFTERNOON)
    is_either = not half and hour in (8, 9) and not (found["h"] or found["hour"].startswith("0"))
    if not half and (hour > _LATEST_BARE_AFTERNOON or at_seven):
        half = "-"
    is_plain = not (found["minute"] or found["half"] or found["h"]) and not _LATE_AFTER.match(after)
    if past := _HALF_OR_QUARTER_PAST.search(before):
        part = 30 if past["part"] == "half" else 15
        hour, minute = divmod(hour * 60 + minute + (-part if past["way"] == "to" else part), 60)
        before, is_plain = before[: past.start()], False
    elif part_of := _SPANISH_HOUR_PART.match(after):
        hour, minute = divmod(hour * 60 + minute + _SPANISH_HOUR_PART_MINUTES[part_of[1]], 60)
        half = half or _half_of_day_in_words(before, after[part_of.end() :])
    is_plain = is_plain and not _MORNING_AFTER.match(after)
    return _SaidTime(hour, minute, half, is_plain, before, after, is_either)


def _half_of_day_in_words(before: str, after: str) -> str:
    if _MORNING_AFTER.match(after):
        return "a"
    if _LATE_AFTER.match(after):
        return "p"
    if _NOT_BEFORE_TIME.search(before):
        return ""
    if _LATE_BEFORE.search(before):
        return "p"
    return "a" if _MORNING_BEFORE.search(before) else ""


def _meaning_of_time(one: _SaidTime) -> str:
    """Return "start", "end", "?" if it is a time but neither, or "" for a number that is not a time."""
    if _OR_EARLIER.match(one.after):
        return "end"
    if _OR_LATER.match(one.after):
        return "start"
    found = next((meaning for words, meaning in _MEANINGS_BEFORE_TIME if words.search(one.before)), "")
    if not found and not one.is_plain:
        return "?" if _ANY_DIRECTION_WORDS.search(_clause_before_time(one)) else "start"
    return found


def _clock_of_said_time(one: _SaidTime) -> dt.time | None:
    hour = one.hour
    if one.half in ("a", "p"):
        hour = hour % 12 + (12 if one.half == "p" else 0) if hour <= 12 else hour
    elif not one.half and _EARLIEST_BARE_AFTERNOON <= hour <= _LATEST_BARE_AFTERNOON:
        hour += 12
    return dt.time(hour, one.minute) if 0 <= hour < 24 and 0 <= one.minute < 60 else None
