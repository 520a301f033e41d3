"""Read languages: codes, names in their own language or in Spanish, and several in one text.

Staff see the English name of a known language. Unknown text stays as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from babel import Locale, UnknownLocaleError, parse_locale
from babel.core import get_global

from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.language_words import (
    ENGLISH_LANGUAGE_NAMES,
    LANGUAGE_CODE_ALIASES,
    LANGUAGE_NAMES_BY_CODE,
    LANGUAGE_NAMES_LIKE_CODES,
    PLACE_CODE_BY_PEOPLE,
    SAME_INTERPRETER_CODES,
    WHOSE_LANGUAGE_WORDS,
    WIDER_LANGUAGE_CODES,
    WORDS_AROUND_LANGUAGE,
    WORDS_LIKE_LANGUAGE_CODES,
    WORDS_OF_NO_LANGUAGE,
)

_SHORT_CODE_LETTERS = 2
"""Letters in the short code of a language or a country."""

_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)
_BETWEEN_LANGUAGES = re.compile(
    r"\s*(?:[,;/|&+\n、，؛،]+|\s(?:and|or|y|e|o|u|et|und|con|with)\s)\s*", re.IGNORECASE
)
_SIGNS_AROUND_LANGUAGE = re.compile(r"[()\[\].:!?\"“”«»*-]+")


@lru_cache(maxsize=4096)
def name_recorded_language(tag: str) -> str:
    """Return the English name of a recorded language: "es" is "Spanish"; "" if it names none ("und").

    For values from a tablet or a record, where "no" is Norwegian; use `name_typed_language` for what a person
    typed. An unknown language stays as it was written.
    """
    said = tag.strip()
    if code := _read_language_tag(said):
        return _english_language_name(code)
    # Text with a period is a sentence, so it stays as it was written.
    return tag if "." in said else name_typed_language(tag)


@lru_cache(maxsize=4096)
def name_typed_language(typed: str) -> str:
    """Return a typed language in words for staff; "" if it names none ("no", "-").

    "Tiếng Việt" is "Vietnamese" and "spa" is "Spanish". In "español y chuj'k" the known part is translated.
    """
    if is_no_language_answer(typed):
        return ""
    parts = _split_languages(typed)
    if not any(map(_read_language_codes, parts)) or _has_languages_of_several(typed, parts):
        return typed
    named = [name for part in parts for name in _name_languages_of_part(part)]
    said = list(dict.fromkeys(name for name in named if name))
    return " and ".join(filter(None, [", ".join(said[:-1]), *said[-1:]]))


def _has_languages_of_several(typed: str, parts: list[str]) -> bool:
    """Return whether the languages belong to different people ("mother: Spanish, child: English")."""
    said = {_language_name_key(word) for word in _SIGNS_AROUND_LANGUAGE.sub(" ", typed).split()}
    return len(parts) > 1 and not said.isdisjoint(WHOSE_LANGUAGE_WORDS)


def _name_languages_of_part(part: str) -> list[str]:
    if codes := _read_language_codes(part):
        return [_english_language_name(code) for code in codes]
    return [] if is_no_language_answer(part) else [part]


def is_no_language_answer(typed: str) -> bool:
    """Return whether this does not answer "Which language?": "no", "-", "N/A", "no sé", "yes please"."""
    if is_empty_answer(typed) or _language_name_key(typed) in WORDS_OF_NO_LANGUAGE:
        return True
    said = {_language_name_key(word) for word in _SIGNS_AROUND_LANGUAGE.sub(" ", typed).split()}
    is_more_than_a_code = any(len(word) > _SHORT_CODE_LETTERS for word in said)
    return (
        said <= WORDS_AROUND_LANGUAGE
        and is_more_than_a_code
        and not any(map(_read_language_codes, _split_languages(typed)))
    )


@lru_cache(maxsize=4096)
def is_same_language(one: str, other: str) -> bool:
    """Return whether two texts name one language: by code, English name, own name or region.

    Regions are one language: a speaker of Mexican Spanish needs no other interpreter. Dari is not Farsi.
    """
    return bool(ways := _languages_of_text(one)) and ways == _languages_of_text(other)


def _languages_of_text(said: str) -> frozenset[str]:
    """Return the languages in a text, without regions; an unknown language as its own words."""
    return frozenset(_list_languages_of_text(said))


def _list_languages_of_text(said: str) -> list[str]:
    if code := _read_language_tag(said.strip()):
        return [_base_language_code(code)]
    found: list[str] = []
    for part in _split_languages(said):
        codes = _read_language_codes(part)
        found += map(_base_language_code, codes) if codes else [_language_name_key(part) or part.casefold()]
    return found


@lru_cache(maxsize=4096)
def find_first_language(said: str, among: tuple[str, ...]) -> str:
    """Return the first of these languages, by code, that a text names: "es" for "spa" and "Mexican Spanish".

    "" if it names none of them, or languages of different people ("mother: Spanish, child: English").
    """
    if _has_languages_of_several(said, _split_languages(said)):
        return ""
    return next((code for code in _list_languages_of_text(said) if code in among), "")


def _base_language_code(code: str) -> str:
    plain = code if code in ENGLISH_LANGUAGE_NAMES else code.partition("_")[0]
    return SAME_INTERPRETER_CODES.get(plain, plain)


def _split_languages(said: str) -> list[str]:
    return [part.strip() for part in _BETWEEN_LANGUAGES.split(said) if part.strip()]


def _read_language_codes(typed: str) -> tuple[str, ...]:
    """Return the codes of what a person named, by name or code; empty if any part is unknown."""
    if found := _codes_by_language_name().get(_language_name_key(typed)):
        return (found,)
    if code := _read_typed_language_code(typed.strip()):
        return (code,)
    return _read_language_words(
        [key for word in _SIGNS_AROUND_LANGUAGE.sub(" ", typed).split() if (key := _language_name_key(word))]
    )


def _read_typed_language_code(said: str) -> str:
    """Return a typed code, also with a tablet's automatic capital letter; "" if it may be a word."""
    if said.casefold() in WORDS_LIKE_LANGUAGE_CODES:
        return ""
    if code := _read_language_tag(said):
        return code
    code = (
        _read_language_tag(said.casefold())
        if said.isalpha() and said.casefold() not in LANGUAGE_NAMES_LIKE_CODES
        else ""
    )
    return code if code in LANGUAGE_NAMES_BY_CODE else ""


def _read_language_words(keys: list[str]) -> tuple[str, ...]:
    """Return the languages in "I speak Spanish" or "Chinese (Cantonese)"; with a region for "de México"."""
    found: list[str] = []
    rest: list[str] = []
    at = 0
    while at < len(keys):
        longest = next(
            (end for end in range(len(keys), at, -1) if "".join(keys[at:end]) in _codes_by_language_name()), 0
        )
        if longest:
            found.append(_codes_by_language_name()["".join(keys[at:longest])])
        elif keys[at] not in WORDS_AROUND_LANGUAGE:
            rest.append(keys[at])
        at = longest or at + 1
    wide = {WIDER_LANGUAGE_CODES.get(code) for code in found}
    codes = tuple(dict.fromkeys(code for code in found if code not in wide))
    if not rest or not codes:
        return () if rest else codes
    place = _place_codes_by_name().get("".join(rest), "")
    is_one = len(codes) == 1 and codes[0] not in ("sgn", "ase")
    return (f"{codes[0]}_{place}",) if place and is_one else ()


def _read_language_tag(said: str) -> str:
    """Return the language code for a BCP 47 or ISO 639-2/3 tag; "" if it is not one or unknown."""
    first = re.split("[-_]", said)[0]
    # "Ga" with a capital letter is the name of a language, not the code of Irish.
    if not _LANGUAGE_TAG.fullmatch(said) or (first != first.lower() and first != first.upper()):
        return ""
    known = _english_names_by_code()
    if len(first) == len(said):
        plain = said.casefold()
        code = LANGUAGE_CODE_ALIASES.get(plain) or (
            plain if plain in known else get_global("language_aliases").get(plain, "")
        )
        return code if code in known else ""
    try:
        language, territory, script, *_ = parse_locale(said.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return ""
    language = LANGUAGE_CODE_ALIASES.get(language) or get_global("language_aliases").get(language, language)
    fuller = ("_".join((language, part)) for part in (script, territory) if part)
    return next((one for one in (*fuller, language) if one in known), "")


def _english_language_name(code: str) -> str:
    """Return the English name, with a region as people say it ("Mexican Spanish", "Arabic (Iraq)")."""
    known = _english_names_by_code()
    plain, _, place = code.partition("_")
    if code in known or not place:
        return known.get(code, code)
    return f"{known[plain]} ({Locale.parse('en').territories.get(place, place)})"


@lru_cache(maxsize=1)
def _english_names_by_code() -> dict[str, str]:
    known = dict(Locale.parse("en").languages.items())
    return {
        code: name for code, name in known.items() if code not in WORDS_OF_NO_LANGUAGE
    } | ENGLISH_LANGUAGE_NAMES


@lru_cache(maxsize=1)
def _codes_by_language_name() -> dict[str, str]:
    """Return the code by key of each known name: English, Spanish and own names, and common ones."""
    found = {
        _language_name_key(name): code
        for code, name in Locale.parse("es").languages.items()
        if code in _english_names_by_code()
    }
    found |= {_language_name_key(name): code for code, name in _english_names_by_code().items()}
    found |= {
        _language_name_key(name): code
        for code, said in LANGUAGE_NAMES_BY_CODE.items()
        for name in said.split("|")
    }
    return {key: code for key, code in found.items() if key}


@lru_cache(maxsize=1)
def _place_codes_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for spoken in ("en", "es"):
        named = Locale.parse(spoken).territories
        found |= {
            _language_name_key(name): code for code, name in named.items() if len(code) == _SHORT_CODE_LETTERS
        }
    return found | PLACE_CODE_BY_PEOPLE


_KEPT_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lo", "Nd", "Nl", "No", "Mc"})


def _language_name_key(said: str) -> str:
    """Return lowercase letters and digits without accents and spaces: "Tiếng Việt" is "tiengviet"."""
    apart = unicodedata.normalize("NFKD", said).casefold()
    return "".join(sign for sign in apart if unicodedata.category(sign) in _KEPT_CATEGORIES)


def name_interpreter_language(language: str, *, typed: str) -> str:
    """Return the English name of an interpreter need's language, or the text as is if the family typed it."""
    return language if language in ("", typed) else name_recorded_language(language)
