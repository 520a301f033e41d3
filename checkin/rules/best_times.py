"""Between which times somebody may be reached, out of what they said in English or Spanish.

"after 3:30" is a beginning, "no later than 18:00" an end, "any time but 12:00" neither. What is not
understood is left unread: then staff are asked, and the words stand as they were said.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

from checkin.rules import best_time_words

EARLIEST_AFTERNOON, LATEST_AFTERNOON = 1, 7
"""A bare "after 5" or "after 3:30" is the afternoon: nobody asks a clinic to call at five in the morning."""

LONGEST = 200


class Window(NamedTuple):
    """From when and until when they may be reached; None where they did not say."""

    start: dt.time | None = None
    end: dt.time | None = None


class _Said(NamedTuple):
    """One time of day in a text. `half`: "a", "p", "-" on a clock of 24 hours, or "" where nothing says."""

    hour: int
    minute: int
    half: str
    is_plain: bool
    """A bare number: a time only where the words before it say so."""
    before: str
    after: str
    is_either: bool = False
    """ "8" or "9:30" without a word of which half: a beginning is the morning, an end may be the evening."""


_UNITS = (
    r"(?:st|nd|rd|th|days?|weeks?|months?|years?|minutes?|mins?|times?|hours|calls?|dias?|semanas?|mes|meses|"
    r"anos?|minutos?|veces|horas)\b"
)
_CLOCK = re.compile(
    r"(?<![\w:./-])(?P<hour>\d{1,2})"
    r"(?:[:.](?P<minute>\d{2})(?:\s?h(?:rs?)?\b)?|\s?(?P<h>h(?:rs?)?)(?P<after_h>\d{2})?\b)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?(?![\w:/-])(?!\.\d)(?!\s*" + _UNITS + r")"
    r"|\b(?P<noon>noon|midday|mediodia)\b"
)
_HYPHEN = re.compile(
    r"(?<![\w:./-])(\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?|h)?)\s?[-~]\s?(?=\d{1,2}(?:[:.]\d{2})?\s?(?:[aph]|$|[^\w:./-]))"
)

_FILLERS = r"(?:\s+(?:the|las?|los|el|a|at|about|around|say))*\s*$"
_NO = r"\b(?:not|no|never|nothing|don'?t|won'?t|can'?t|cannot|nunca|jamas|nada)\b(?:\s+\w+){0,3}?\s+"
_BEFORE = r"(?:before|earlier than|sooner than|prior to|antes del?)"
_AFTER = r"(?:after|later than|past|beyond|despues del?|mas tarde del?|pasad[oa]s?)"
_TO = r"(?:until|till?|up to|hasta)"

_MEANINGS = (
    # The first that fits counts: "not before" is no "before", and "not until after" is no "not after".
    (re.compile(_NO + rf"{_TO}\s+{_AFTER}" + _FILLERS), "start"),
    (re.compile(_NO + rf"(?:{_BEFORE}|{_TO})" + _FILLERS), "start"),
    (re.compile(_NO + _AFTER + _FILLERS), "end"),
    (re.compile(rf"\b{_TO}\s+{_AFTER}" + _FILLERS), "?"),
    (re.compile(rf"\b(?:{_BEFORE}|{_TO}|by|latest|a mas tardar)" + _FILLERS), "end"),
    (
        re.compile(
            r"\b(?:but|except(?:ing|o)?(?: for)?|salvo|menos|other than|apart from|besides|avoid(?:ing)?|"
            r"unless|not|no|never|nunca|don'?t)\b(?:\s+(?:call|phone|ring|between|from|entre|de|desde))*"
            + _FILLERS
        ),
        "?",
    ),
    (
        re.compile(
            rf"\b(?:{_AFTER}|from|since|at|around|about|between|desde|a partir del?|sobre|tras|entre|de|a)"
            + _FILLERS
        ),
        "start",
    ),
)
_TO_NEXT = re.compile(r"\s*(?:-|&|to|thru|through|until|till?|and|y|a|hasta)" + _FILLERS)
_BETWEEN = re.compile(r"\b(?:between|entre)" + _FILLERS)
_OR_EARLIER = re.compile(
    r"\s*(?:(?:at the )?latest|or (?:earlier|before|sooner)|o antes|a mas tardar|como maximo)\b"
)
_OR_LATER = re.compile(r"\s*(?:or (?:later|after)|on(?:wards?)?|en adelante|o (?:mas tarde|despues))\b")

_DIRECTED = re.compile(rf"\b(?:{_BEFORE}|{_AFTER}|{_TO}|a partir del?)" + _FILLERS)
_UP_TO_THEN = re.compile(rf"\b{_BEFORE}" + _FILLERS)
_WAYS = re.compile(
    r"\b(?:before|earlier|sooner|prior|after|later|past|beyond|until|till?|by|antes|despues|tarde|hasta|pasad[oa]s?)\b"
)
_MINUTES_BEFORE = re.compile(r"\s*(?:min(?:ute|uto)?s?\s+)?(?:past|before|after)\s*")
_NEGATIONS = re.compile(_NO + rf"(?:{_TO}\s+{_AFTER}|{_BEFORE}|{_TO}|{_AFTER})" + _FILLERS)

_MORNING_AFTER = re.compile(r"\s*(?:in the mornings?|(?:de|por|en) la manana)\b")
_LATE_AFTER = re.compile(
    r"\s*(?:in the (?:afternoons?|evenings?)|at night|tonight|(?:de|por|en) la (?:tarde|noche))\b"
)
_MORNING_BEFORE = re.compile(r"\b(?:mornings?|por las? mananas?)\b")
_LATE_BEFORE = re.compile(r"\b(?:afternoons?|evenings?|tonight|nights?|tardes?(?! de\b)|noches?)\b")
_NEGATED = re.compile(r"\b(?:not|no|never|nunca)\b")
_PAST = re.compile(r"\b(?P<part>half|quarter) (?P<way>past|after|to)\s*$")
_AND_PART = re.compile(r"\s*(y media|y cuarto|menos cuarto)\b")
_PARTS = {"y media": 30, "y cuarto": 15, "menos cuarto": -15}


def read_window(text: str) -> Window:
    """Return the beginning and the end that these words say; both None where they cannot be read."""
    plain = _plain(text[:LONGEST])
    said = _times_in(plain)
    meanings = [_meaning(one) for one in said]
    has_range = False
    for nth, (one, following) in enumerate(pairwise(said)):
        if _are_one_time(one, following):
            return Window()
        if meanings[nth] in ("start", "") and _TO_NEXT.fullmatch(following.before):
            meanings[nth : nth + 2] = ["start", "end"]
            has_range = True
            # In "3-5 pm" the first is in the afternoon too; in "11-2 pm" it is not. "5-8" says neither.
            if not one.half and following.half in ("a", "p") and one.hour % 12 <= following.hour % 12:
                said[nth] = one._replace(half=following.half)
            # In "evenings 6-8" the second is in the evening too.
            elif one.half == "p" and following.half == "-" and one.hour % 12 < following.hour < 12:
                said[nth + 1] = following._replace(half="p")
    if "?" in meanings or said and best_time_words.name_a_day(plain):
        return Window()
    if not has_range and any(
        one.is_either and meaning == "end" and not _UP_TO_THEN.search(one.before)
        for one, meaning in zip(said, meanings, strict=True)
    ):
        return Window()
    if not _is_understood(plain, said, meanings, has_range=has_range):
        return Window()
    starts = {_clock(one) for one, meaning in zip(said, meanings, strict=True) if meaning == "start"}
    ends = {_clock(one) for one, meaning in zip(said, meanings, strict=True) if meaning == "end"}
    if len(starts) > 1 or len(ends) > 1 or None in starts | ends:
        return Window()
    window = Window(next(iter(starts), None), next(iter(ends), None))
    return Window() if window.start and window.end and window.end <= window.start else window


def _are_one_time(one: _Said, following: _Said) -> bool:
    """Whether the first is the second's minutes ("20 past 4"), or the other way about ("a las 4 y 20")."""
    if one.is_plain and _MINUTES_BEFORE.fullmatch(following.before):
        return True
    return following.before.strip() == "y" and not _BETWEEN.search(one.before)


def _is_understood(plain: str, said: list[_Said], meanings: list[str], *, has_range: bool) -> bool:
    """Whether nothing beside the times can turn them inside out ("I work 9-5", "8 pm is too late").

    Words of another clause are left alone where the time says its own direction: "at work, after 5 please".
    """
    times = [one for one, meaning in zip(said, meanings, strict=True) if meaning]
    whole = "".join(f"{one.before} # " for one in said) + (said[-1].after if said else "")
    if not has_range and all(_DIRECTED.search(_clause_before(one)) for one in times):
        parts = [
            f"{'# ' * nth}{_clause_before(one)} # {best_time_words.first_clause(one.after)}"
            for nth, one in enumerate(times)
        ]
    else:
        parts = [best_time_words.without_lunch(plain) if has_range else plain]
        if best_time_words.is_negated(whole):
            return False
    if not all(best_time_words.are_known(_CLOCK.sub(" # ", part)) for part in parts):
        return False
    if times and best_time_words.is_negated(best_time_words.first_clause(times[-1].after)):
        return False
    for one in times:
        before = _clause_before(one)
        if best_time_words.is_negated(before) and not _NEGATIONS.search(before):
            return False
        if _BETWEEN.search(one.before) and not has_range:
            return False
    return True


def _clause_before(one: _Said) -> str:
    return best_time_words.last_clause(one.before)


def _plain(text: str) -> str:
    """Small letters without accents; a dash between two times stands alone."""
    signs = unicodedata.normalize("NFKD", text).casefold().replace("’", "'").replace("o'clock", " ")
    kept = (
        "-" if unicodedata.category(sign) == "Pd" else sign
        for sign in signs
        if not unicodedata.combining(sign)
    )
    return _HYPHEN.sub(r"\1 - ", " ".join("".join(kept).split()))


def _times_in(plain: str) -> list[_Said]:
    found = list(_CLOCK.finditer(plain))
    edges = [0, *(one.end() for one in found)], [*(one.start() for one in found), len(plain)]
    gaps = [plain[start:end] for start, end in zip(*edges, strict=True)]
    return [_said(one, *around) for one, around in zip(found, pairwise(gaps), strict=True)]


def _said(found: re.Match[str], before: str, after: str) -> _Said:
    if found["noon"]:
        return _Said(12, 0, "-", False, before, after)
    hour, minute = int(found["hour"]), int(found["minute"] or found["after_h"] or 0)
    half = found["half"] or _half_in_words(before, after)
    at_seven = found["hour"] == "07" or (found["h"] and hour == LATEST_AFTERNOON)
    is_either = not half and hour in (8, 9) and not (found["h"] or found["hour"].startswith("0"))
    if not half and (hour > LATEST_AFTERNOON or at_seven):
        half = "-"
    is_plain = not (found["minute"] or found["half"] or found["h"]) and not _LATE_AFTER.match(after)
    if past := _PAST.search(before):
        part = 30 if past["part"] == "half" else 15
        hour, minute = divmod(hour * 60 + minute + (-part if past["way"] == "to" else part), 60)
        before, is_plain = before[: past.start()], False
    elif part_of := _AND_PART.match(after):
        hour, minute = divmod(hour * 60 + minute + _PARTS[part_of[1]], 60)
        half = half or _half_in_words(before, after[part_of.end() :])
    is_plain = is_plain and not _MORNING_AFTER.match(after)
    return _Said(hour, minute, half, is_plain, before, after, is_either)


def _half_in_words(before: str, after: str) -> str:
    if _MORNING_AFTER.match(after):
        return "a"
    if _LATE_AFTER.match(after):
        return "p"
    if _NEGATED.search(before):
        return ""
    if _LATE_BEFORE.search(before):
        return "p"
    return "a" if _MORNING_BEFORE.search(before) else ""


def _meaning(one: _Said) -> str:
    """ "start", "end", "?" for what no beginning or end can say, "" for a number that is no time."""
    if _OR_EARLIER.match(one.after):
        return "end"
    if _OR_LATER.match(one.after):
        return "start"
    found = next((meaning for words, meaning in _MEANINGS if words.search(one.before)), "")
    if not found and not one.is_plain:
        return "?" if _WAYS.search(_clause_before(one)) else "start"
    return found


def _clock(one: _Said) -> dt.time | None:
    hour = one.hour
    if one.half in ("a", "p"):
        hour = hour % 12 + (12 if one.half == "p" else 0) if hour <= 12 else hour
    elif not one.half and EARLIEST_AFTERNOON <= hour <= LATEST_AFTERNOON:
        hour += 12
    return dt.time(hour, one.minute) if 0 <= hour < 24 and 0 <= one.minute < 60 else None
