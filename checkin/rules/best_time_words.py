"""Words that we understand in a best time to call. With any other word, a time may mean when not to call."""

from __future__ import annotations

import re

_BEST_TIME_WORDS = """
a about after afternoon afternoons again ahead all also am an and any anytime anyone are around as
at available be before best better between beyond both but by calls call called calling can could
day days earlier earliest early either else evening evenings every fine for free from good great
half hello hi home hour hours hrs i if i'd i'll i'm im in is it it's its just kindly later latest
line lines may me midday mobile moment morning mornings most mostly my night noon nor o'clock of ok
okay on onward onwards only or our past phone phones please pls possible prefer preferably preferred
prior quarter reach reachable reached ring say since sometime sooner speak suits talk text than
thank thanks that the then there thru through til till time times to today tomorrow tonight try
until up us usually want we weekday weekdays weekend weekends well when whenever will would you your
no not never don't dont can't cant cannot won't wont nothing neither mon monday mondays tue tues
tuesday tuesdays wed weds wednesday wednesdays thu thur thurs thursday thursdays fri friday fridays
sat saturday saturdays sun sunday sundays m f adelante al algo alguna antes cada casa como cualquier
cuarto cuando de del desde despues dia dias durante el ella en entre es esta estamos estar este
estoy favor fin gracias hable hablar hasta hay hora horas hoy la las libre libres llama llamada
llamadas llamar llamarme llame llamen llamenme llameme llamame lo los manana mananas mas maximo
mediodia media medio mejor mensaje mi mis momento nada ni noche noches nunca jamas o partir pasadas
pasado por posible prefiero preferible puede pueden puedo que quiero se semana si sobre solo su
tambien tarde tardar tardes telefono telefonear temprano texto tiempo todo todos todas toda tras un
una vez veces y ya conteste contestar contesto lunes martes miercoles jueves viernes sabado sabados
domingo domingos pm h hr st nd rd th
"""
_KNOWN_TIME_WORDS = frozenset(_BEST_TIME_WORDS.split())
_NEGATION_WORDS = re.compile(
    r"\b(?:not|no|never|nothing|neither|nor|don'?t|won'?t|can'?t|cannot|nunca|jamas|nada|ni|sin)\b"
)
_PLAIN_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_WITH_DIGITS = re.compile(r"\d*[^\W\d_]+\d+\w*|[<>=≤≥]")
_CLAUSE_END = re.compile(r"[,;!?]")
_TIMED_BY_HOME = re.compile(r"\b(?:home|casa)\b.*\b(?:by|before|antes)\b")
_TURNED_ABOUT = re.compile(r"\bworks\b.*#|\bon (?:a |the )?(?:calls?|phones?|line)\b|^[^#]*\bbut\b")
_HARMLESS_PHRASES = re.compile(r"\b(?:menos cuarto|do not|works)\b")
_NAMED_DAY = re.compile(
    r"\b(?:mon|tue|tues|wed|weds|thu|thurs?|fri|sat|sun)s?\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|"
    r"\b(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)\b|\b(?:tomorrow|weekends?)\b|"
    r"\bfin(?:es)? de semana\b|\b(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b|"
    r"\b(?:next|proxim[oa]|que viene)\b|"
    r"\b(?:january|february|march|april|may(?= \d)|june|july|august|september|october|november|december|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b|"
    r"(?<!la )(?<!las )(?<!esta )(?<!por )\bmanana\b|"
    r"\b(?:el|the) (?:dia )?\d{1,2}(?:st|nd|rd|th)?\b(?! ?(?:to|-|and))|"
    r"\b\d{1,2}(?:st|nd|rd|th)\b|\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b\d{1,2}/\d{1,2}\b"
)
_MONDAY_TO_FRIDAY_WORDS = re.compile(
    r"\b(?:mon(?:days?)?|lunes)\s*(?:-|to|thru|through|til|till|until|a|al|hasta)\s*"
    r"(?:el )?(?:fri(?:days?)?|viernes)\b"
)
_TODAY_WORDS = re.compile(r"\b(?:today|tonight|hoy|weekdays?|entre semana)\b")
_LUNCH_BREAK = re.compile(r"\blunch(?:time)?(?: break| hour)?\b(?=[ (:]*\d)")


def last_time_clause(words: str) -> str:
    """Return the text after the last comma or other clause mark."""
    return _CLAUSE_END.split(words)[-1]


def first_time_clause(words: str) -> str:
    """Return the text before the first comma or other clause mark."""
    return _CLAUSE_END.split(words)[0]


def has_negation(words: str) -> bool:
    """Return whether the text contains a negation."""
    return _NEGATION_WORDS.search(words) is not None


def has_only_known_time_words(words: str) -> bool:
    """Return whether every word is understood ("I work", "deadline" and "befor" are not).

    The caller has replaced each time with "#".
    """
    if any(one.search(words) for one in (_WITH_DIGITS, _TIMED_BY_HOME, _TURNED_ABOUT)):
        return False
    return all(word in _KNOWN_TIME_WORDS for word in _PLAIN_WORD.findall(_HARMLESS_PHRASES.sub(" ", words)))


def strip_lunch_break(words: str) -> str:
    """Return the text without words that only a range may follow: "lunch break 12:30-1"."""
    return _LUNCH_BREAK.sub(" ", words)


def is_limited_to_some_days(words: str) -> bool:
    """Return whether the text applies to some days only; a call window cannot hold days.

    Monday to Friday counts as every day for a clinic. So do "today" and "weekdays", unless there is a
    negation.
    """
    without = _MONDAY_TO_FRIDAY_WORDS.sub(" ", words)
    if _NAMED_DAY.search(without):
        return True
    return has_negation(words) and (without != words or _TODAY_WORDS.search(words) is not None)
