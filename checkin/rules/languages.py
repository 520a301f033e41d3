"""Languages by their names: of a code, of a name in their own words or in Spanish, of two in one text.

Staff read the English name of what is known. What is not known stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from babel import Locale, UnknownLocaleError, parse_locale
from babel.core import get_global

from checkin.rules.language_words import (
    CALLED,
    CODES,
    ENGLISH,
    NAMES_LIKE_CODES,
    NO_LANGUAGE,
    NOISE,
    NOT_A_CODE,
    PEOPLES,
    SAME,
    WHOSE,
    WITHIN,
)
from checkin.rules.nothing_said import says_nothing

LETTERS = 2
"""Of the short code of a language or a country."""

_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[,;/|&+\n、，؛،]+|\s(?:and|or|y|e|o|u|et|und|con|with)\s)\s*", re.IGNORECASE)
_SIGNS = re.compile(r"[()\[\].:!?\"“”«»*-]+")


@lru_cache(maxsize=4096)
def name_language(tag: str) -> str:
    """Return the English name of a recorded language: "es" is "Spanish"; "" for what names none ("und").

    For what a tablet or a record says, where "no" is Norwegian. `say_language` is for what a person typed.
    What names no language that is known stays as it was written.
    """
    said = tag.strip()
    if code := _read_tag(said):
        return _english(code)
    # With a full stop it is a sentence: as it was written.
    return tag if "." in said else say_language(tag)


@lru_cache(maxsize=4096)
def say_language(typed: str) -> str:
    """Return what somebody typed as a language in words that staff read; "" where it names none ("no", "-").

    "Tiếng Việt" is "Vietnamese" and "spa" is "Spanish". Of "español y chuj'k" the known part is named.
    """
    if names_no_language(typed):
        return ""
    parts = _parts(typed)
    if not any(map(_read, parts)) or says_whose(typed, parts):
        return typed
    named = [name for part in parts for name in _named(part)]
    said = list(dict.fromkeys(name for name in named if name))
    return " and ".join(filter(None, [", ".join(said[:-1]), *said[-1:]]))


def says_whose(typed: str, parts: list[str]) -> bool:
    """Whether several languages are of several people ("mother: Spanish, child: English")."""
    said = {_key(word) for word in _SIGNS.sub(" ", typed).split()}
    return len(parts) > 1 and not said.isdisjoint(WHOSE)


def _named(part: str) -> list[str]:
    if codes := _read(part):
        return [_english(code) for code in codes]
    return [] if names_no_language(part) else [part]


def names_no_language(typed: str) -> bool:
    """Whether this is no answer to "Which language?": "no", "-", "N/A", "no sé", "yes please", "any"."""
    if says_nothing(typed) or _key(typed) in NO_LANGUAGE:
        return True
    said = {_key(word) for word in _SIGNS.sub(" ", typed).split()}
    is_more_than_a_code = any(len(word) > LETTERS for word in said)
    return said <= NOISE and is_more_than_a_code and not any(map(_read, _parts(typed)))


@lru_cache(maxsize=4096)
def is_same_language(one: str, other: str) -> bool:
    """Whether two texts name one language: by code, English name, own name or region ("es", "Castellano").

    Regions do not part a language: who speaks Mexican Spanish needs no other interpreter. Dari is no Farsi.
    """
    return bool(ways := _spoken_in(one)) and ways == _spoken_in(other)


def _spoken_in(said: str) -> frozenset[str]:
    """The languages of a text, each without its region; what is not known by its own words."""
    if code := _read_tag(said.strip()):
        return frozenset({_base(code)})
    found: set[str] = set()
    for part in _parts(said):
        codes = _read(part)
        found |= {_base(code) for code in codes} if codes else {_key(part) or part.casefold()}
    return frozenset(found)


def _base(code: str) -> str:
    plain = code if code in ENGLISH else code.partition("_")[0]
    return SAME.get(plain, plain)


def _parts(said: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(said) if part.strip()]


def _read(typed: str) -> tuple[str, ...]:
    """The codes of what a person named, by name or by code; nothing where a part of it is not known."""
    if found := _names().get(_key(typed)):
        return (found,)
    if code := _read_code(typed.strip()):
        return (code,)
    return _read_words([key for word in _SIGNS.sub(" ", typed).split() if (key := _key(word))])


def _read_code(said: str) -> str:
    """A code as a person types it, with a tablet's capital letter too; not where it may be a word."""
    if said.casefold() in NOT_A_CODE:
        return ""
    if code := _read_tag(said):
        return code
    code = _read_tag(said.casefold()) if said.isalpha() and said.casefold() not in NAMES_LIKE_CODES else ""
    return code if code in CALLED else ""


def _read_words(keys: list[str]) -> tuple[str, ...]:
    """The languages in "I speak Spanish" and "Chinese (Cantonese)"; with its region in "de México"."""
    found: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(keys):
        longest = next((end for end in range(len(keys), at, -1) if "".join(keys[at:end]) in _names()), 0)
        if longest:
            found.append(_names()["".join(keys[at:longest])])
        elif keys[at] not in NOISE:
            rest.append(keys[at])
        at = longest or at + 1
    wide = {WITHIN.get(code) for code in found}
    codes = tuple(dict.fromkeys(code for code in found if code not in wide))
    if not rest or not codes:
        return () if rest else codes
    place = _places().get("".join(rest), "")
    is_one = len(codes) == 1 and codes[0] not in ("sgn", "ase")
    return (f"{codes[0]}_{place}",) if place and is_one else ()


def _read_tag(said: str) -> str:
    """The code that a tag of BCP 47 or ISO 639-2/3 stands for; "" for what is none, or is not known."""
    first = re.split("[-_]", said)[0]
    # "Ga" with a capital letter is the name of a language, and not the code of Irish.
    if not _TAG.fullmatch(said) or (first != first.lower() and first != first.upper()):
        return ""
    known = _in_english()
    if len(first) == len(said):
        plain = said.casefold()
        code = CODES.get(plain) or (
            plain if plain in known else get_global("language_aliases").get(plain, "")
        )
        return code if code in known else ""
    try:
        language, territory, script, *_ = parse_locale(said.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return ""
    language = CODES.get(language) or get_global("language_aliases").get(language, language)
    fuller = ("_".join((language, part)) for part in (script, territory) if part)
    return next((one for one in (*fuller, language) if one in known), "")


def _english(code: str) -> str:
    """Its English name, with the region where people say that ("Mexican Spanish", "Arabic (Iraq)")."""
    known = _in_english()
    plain, _, place = code.partition("_")
    if code in known or not place:
        return known.get(code, code)
    return f"{known[plain]} ({Locale.parse('en').territories.get(place, place)})"


@lru_cache(maxsize=1)
def _in_english() -> dict[str, str]:
    known = dict(Locale.parse("en").languages.items())
    return {code: name for code, name in known.items() if code not in NO_LANGUAGE} | ENGLISH


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """The code of each known name, as a key: English and Spanish names, own names, what people say."""
    found = {_key(name): code for code, name in Locale.parse("es").languages.items() if code in _in_english()}
    found |= {_key(name): code for code, name in _in_english().items()}
    found |= {_key(name): code for code, said in CALLED.items() for name in said.split("|")}
    return {key: code for key, code in found.items() if key}


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    found: dict[str, str] = {}
    for spoken in ("en", "es"):
        named = Locale.parse(spoken).territories
        found |= {_key(name): code for code, name in named.items() if len(code) == LETTERS}
    return found | PEOPLES


_KEPT = frozenset({"Lu", "Ll", "Lt", "Lo", "Nd", "Nl", "No", "Mc"})


def _key(said: str) -> str:
    """Small letters and digits without accents and spaces, in any script: "Tiếng Việt" is "tiengviet"."""
    apart = unicodedata.normalize("NFKD", said).casefold()
    return "".join(sign for sign in apart if unicodedata.category(sign) in _KEPT)


def name_interpreter(label: str, *, typed: str) -> str:
    """Return the label of an interpreter need with its language named, unless the family typed it."""
    before, dot, language = label.partition(" · ")
    return label if not language or language == typed else f"{before}{dot}{name_language(language)}"
