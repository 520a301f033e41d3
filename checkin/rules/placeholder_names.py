"""Text that stands in for an unknown name or birth date, and so says nothing about who somebody is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from checkin.rules import placeholder_name_words
from checkin.rules.empty_answers import is_word_for_no
from checkin.rules.missing_values import is_missing_value
from checkin.rules.name_keys import native_script_key, normalize_text, normalized_words

_YEH_AND_KAF = str.maketrans("يك", "یک")


def _joined_phrase_set(text: str) -> frozenset[str]:
    return frozenset(text.replace("_", "").split())


def _native_placeholder_key(text: str) -> str:
    """Return the key of a name in another script. Arabic and Persian keyboards differ in two letters."""
    return native_script_key(text).translate(_YEH_AND_KAF)


_NEVER_NAME_WORDS = _joined_phrase_set(placeholder_name_words.NEVER_A_NAME)
_NO_NAME_ALONE_WORDS = _joined_phrase_set(placeholder_name_words.NO_NAME_ALONE)
_WHOLE_PLACEHOLDERS = _joined_phrase_set(placeholder_name_words.NO_NAME_AS_A_WHOLE) | {
    no + name
    for no in placeholder_name_words.NEGATING_WORDS.split()
    for name in placeholder_name_words.WORDS_FOR_NAME.split()
}
_CHILD_OF_WORDS = _joined_phrase_set(placeholder_name_words.CHILD_OF_PHRASES) | {
    kin + of
    for kin in placeholder_name_words.CHILD_KIN_WORDS.split()
    for of in placeholder_name_words.OF_WORDS.split()
}
_OTHER_SCRIPT_PLACEHOLDERS = frozenset(
    map(_native_placeholder_key, _joined_phrase_set(placeholder_name_words.OTHER_SCRIPT_WORDS))
)
_OTHER_SCRIPT_ALONE = frozenset(
    map(_native_placeholder_key, _joined_phrase_set(placeholder_name_words.ALONE_IN_OTHER_SCRIPTS))
)
_OTHER_SCRIPT_ENDINGS = tuple(
    map(_native_placeholder_key, placeholder_name_words.OTHER_SCRIPT_ENDINGS.split())
)
_POSSESSIVES = frozenset(placeholder_name_words.POSSESSIVE_WORDS.split())
_BESIDE_PLACEHOLDER = frozenset(placeholder_name_words.WORDS_BESIDE_PLACEHOLDER.split())
_PET_WORDS = frozenset(placeholder_name_words.PET_WORD_LIST.split())
_NO_FAMILY_NAMES = _joined_phrase_set(placeholder_name_words.NO_FAMILY_NAME_LIST) | _WHOLE_PLACEHOLDERS
_PLACEHOLDER_PEOPLE = _joined_phrase_set(placeholder_name_words.PLACEHOLDER_PEOPLE_LIST)
_DEFAULT_BIRTH_DAYS = frozenset({(1, 1), (7, 1)})
_FIRST_YEAR_LIVED = 1900
"""Nobody alive is older. An earlier date is a program's zero: 1899-12-30, 1899-12-31."""
_PROGRAM_ZERO_DATES = frozenset({(1900, 12, 31), (1903, 12, 31), (1904, 1, 2), (1969, 12, 31)})
"""Programs' zero dates, and January 1 as seen from west of Greenwich or miscounted by one day."""

_CHILD_OF_ABBREVIATED = re.compile(
    r"^\W*(?:(?:[bsdghcmftw]|boy|girl|baby|twin|male|female)\s*/\s*(?:[obgmf]|of|boy|girl)\b"
    r"|hij[oa]\s*/"
    r"|[bsd](?:\.\s*|\s+)o\b\.?\s+\w"
    r"|(?:fils|fille|enfant)\s+d['’])",
    re.IGNORECASE,
)
"""B/O, S/O, D/O: the hospital's "baby of", "son of", "daughter of"; B/G is a baby girl."""

_SOMEBODYS_CHILD = re.compile(
    r"['’]s\s+(?:step|grand|little\s+|younger\s+|older\s+|big\s+)?"
    r"(?:son|daughter|boy|girl|child|kid|toddler|brother|sister|sibling|cousin|niece|nephew|friend)\b"
    r"|^\W*not\s+\w",
    re.IGNORECASE,
)
"""Describes somebody by another person: "Maria's son", "Emma's brother", "not Emma"."""

_NONE_SLASHED = re.compile(r"^\W*[sn]\s*/\s*[nad]\b(?:\W|$)", re.IGNORECASE)
"""S/N ("sin nombre"); N/A."""

_CAPITAL_BO = re.compile(r"^BO [A-Z][a-z]")
"""B/O without a slash, next to a name that is not all capitals: Bo alone is a name."""

_NO_FAMILY_ABBREVIATED = re.compile(r"\W*(?:\w\s*[/\\]\s*\w|N\.?\s*A\.?|n\.\s*a\.?|na|\d+)\W*")
"""N/A, NA, na, S/A ("sin apellido"), 0. "Na" is a Korean family name."""

_SAID_OTHERWISE = re.compile(r"sameas\w*|(.)\1{2,}|\d+")

_SEX_WORD = "(?:boy|girl|male|female)"
_GLUED_PLACEHOLDER = re.compile(
    rf"^(?:(?:new)?baby{_SEX_WORD}?(?:[a-dfgm]|one|two|three|i+)?"
    rf"|(?:baby|bb|newborn|nb|infant|neonate|twin){_SEX_WORD}[a-d]?"
    rf"|twin(?:[a-d]|one|two)|{_SEX_WORD}(?:infant|baby|newborn|twin)|b{_SEX_WORD}|{_SEX_WORD}[ab]|baby{_SEX_WORD}?of.*)$"
)
_NUMBER_IN_WORD = re.compile(r"(?<=[a-z]{2})\d{1,3}$|^\d+$")
_REPEATED_LETTER = re.compile(r"(.)\1{2,}$")
_LETTER_AND_NUMBER = re.compile(r"[a-z]\d{1,3}")
_ORDINAL_NUMBER = re.compile(r"\d+(?:st|nd|rd|th|er|ere|eme|ro|do|o|a)?")
_ONE_OF_SEVERAL = re.compile(r"(?:twin|tw|trip|triplet|quad)(?:[a-d]|\d)")
_NEVER_USED_RECORD = re.compile(r"zz.*|.*(?:donotuse|enteredinerror)")
_BETWEEN_SCRIPT_WORDS = re.compile(r"[\s\d\-_/.,()#:;]+")


@lru_cache(maxsize=16_384)
def is_placeholder_name(text: str) -> bool:
    """Return whether a given name stands for none: "Baby Girl", "B/O Maria", "RN de Ana", "نوزاد"."""
    if any(sign.match(text) for sign in (_CHILD_OF_ABBREVIATED, _NONE_SLASHED)) or _CAPITAL_BO.match(
        text.strip()
    ):
        return True
    if _SOMEBODYS_CHILD.search(text) or _is_other_script_placeholder(text):
        return True
    written = normalized_words(text)
    if not _PET_WORDS.issuperset(written) and (is_missing_value(text) or is_word_for_no(text)):
        return True
    if _is_number_or_code(written):
        return True
    parts = _strip_number_words(written)
    whole = "".join(parts)
    if (
        whole in _NEVER_NAME_WORDS | _NO_NAME_ALONE_WORDS | _WHOLE_PLACEHOLDERS
        or _GLUED_PLACEHOLDER.match(whole)
        or _REPEATED_LETTER.match(whole)
    ):
        return True
    if any(part in _NEVER_NAME_WORDS or _GLUED_PLACEHOLDER.match(part) for part in parts):
        return True
    if len(parts) > 1 and parts[0] in _POSSESSIVES:
        del parts[0]
    if len(parts) > 1 and (parts[0] in _CHILD_OF_WORDS or "".join(parts[:2]) in _CHILD_OF_WORDS):
        return True
    return _is_placeholder_alone(parts, text)


def is_pet_word(text: str) -> bool:
    """Return whether a name may be a pet word or a word for no: "Princess", "mi Rey", "Nada"."""
    parts = list(normalized_words(text))
    if len(parts) > 1 and parts[0] in _POSSESSIVES:
        del parts[0]
    return bool(parts) and _PET_WORDS.issuperset(parts)


def _strip_number_words(parts: tuple[str, ...]) -> list[str]:
    return [part for part in (_NUMBER_IN_WORD.sub("", part) for part in parts) if part]


def _is_number_or_code(parts: tuple[str, ...]) -> bool:
    """Return whether it is a number or a code: 123, "2nd", T1, "Trip A", ZZTest, "Emma DO NOT USE"."""
    if not parts:
        return False
    whole = "".join(parts)
    codes = (_LETTER_AND_NUMBER, _ONE_OF_SEVERAL, _NEVER_USED_RECORD)
    return all(map(_ORDINAL_NUMBER.fullmatch, parts)) or any(code.fullmatch(whole) for code in codes)


def _is_placeholder_alone(parts: list[str], text: str) -> bool:
    # "niña" is not a name but Nina is: only the accent differs.
    bare = (
        _NO_NAME_ALONE_WORDS | {"nina"}
        if "ñ" in unicodedata.normalize("NFC", text).casefold()
        else _NO_NAME_ALONE_WORDS
    )
    return any(part in bare for part in parts) and all(
        part in bare or part in _BESIDE_PLACEHOLDER or len(part) == 1 for part in parts
    )


_PLACEHOLDER_PARTS = re.compile("newborn|baby|twin|triplet|infant|neonate|female|male|girl|boy|[a-z]+|[0-9]+")
_UNIFIED_PLACEHOLDER_PARTS = {
    **dict.fromkeys(["boy", "hijo", "nino", "varon", "junge", "garcon", "menino"], "male"),
    **dict.fromkeys(["girl", "hija", "nina", "hembra", "madchen", "fille", "menina"], "female"),
    **dict.fromkeys(["a", "i", "one", "uno", "un", "eins"], "1"),
    **dict.fromkeys(["b", "ii", "two", "dos", "deux", "zwei"], "2"),
    **dict.fromkeys(["c", "iii", "three", "tres", "trois", "drei"], "3"),
}
_UNTELLING_PLACEHOLDER_PARTS = _NEVER_NAME_WORDS | frozenset(["of", "de", "del", "la", "the", "o"])


def has_placeholders_of_two(one: str, other: str) -> bool:
    """Return whether two placeholders are two children: "Twin A" and "BabyB", "Baby Boy" and "Baby Girl"."""
    first, second = _telling_placeholder_parts(one), _telling_placeholder_parts(other)
    return bool(first - second) and bool(second - first)


def _telling_placeholder_parts(text: str) -> set[str]:
    """Return the parts that tell placeholders apart: a letter or number, the sex, the mother's name."""
    parts = (part for word in normalized_words(text) for part in _PLACEHOLDER_PARTS.findall(word))
    return {
        _UNIFIED_PLACEHOLDER_PARTS.get(part, part)
        for part in parts
        if part not in _UNTELLING_PLACEHOLDER_PARTS
    }


def sexes_in_placeholder(text: str) -> set[str]:
    """Return the sex in a placeholder, as "male" or "female": "Baby Girl", "BG Twin A"."""
    parts = {part for word in normalized_words(text) for part in _PLACEHOLDER_PARTS.findall(word)}
    return {_UNIFIED_PLACEHOLDER_PARTS.get(part, part) for part in parts} & {"male", "female"} | (
        {"female"} if "bg" in parts else set()
    )


@lru_cache(maxsize=16_384)
def is_placeholder_family_name(text: str) -> bool:
    """Return whether a family name only says that none is known."""
    key = normalize_text(text)
    if key in _NO_FAMILY_NAMES or _NO_FAMILY_ABBREVIATED.fullmatch(text) or _SAID_OTHERWISE.fullmatch(key):
        return True
    return (_native_placeholder_key(text) or "-") in _OTHER_SCRIPT_PLACEHOLDERS


def is_placeholder_person(given: str, family: str) -> bool:
    """Return whether given and family name together belong to nobody: John Doe, Max Mustermann."""
    return normalize_text(given) + normalize_text(family) in _PLACEHOLDER_PEOPLE


@lru_cache(maxsize=16_384)
def is_name_of_nobody(given: str, family: str) -> bool:
    """Return whether two names together are nobody's: "Jane Doe", or "Girl Smith" in the family Smith."""
    if is_placeholder_person(given, family):
        return True
    families = frozenset(normalized_words(family))
    parts = _strip_number_words(normalized_words(given))
    others = [part for part in parts if part not in families]
    return len(others) < len(parts) and _is_placeholder_alone(others, given)


def _is_other_script_placeholder(text: str) -> bool:
    if text.isascii():
        return False
    whole = _native_placeholder_key(text)
    if not whole:
        return False
    return (
        whole in _OTHER_SCRIPT_PLACEHOLDERS | _OTHER_SCRIPT_ALONE
        or whole.endswith(_OTHER_SCRIPT_ENDINGS)
        or any(
            _native_placeholder_key(part) in _OTHER_SCRIPT_PLACEHOLDERS
            for part in _BETWEEN_SCRIPT_WORDS.split(text)
            if part
        )
    )


def is_placeholder_birth_date(born: date | None, listed: Collection[str] = ()) -> bool:
    """Return whether a birth date stands in for an unknown one.

    `listed`: the clinic's own stand-in dates, as "MM-DD" or "YYYY-MM-DD".
    """
    if born is None:
        return False
    if (born.month, born.day) in _DEFAULT_BIRTH_DAYS or born.year < _FIRST_YEAR_LIVED:
        return True
    if (born.year, born.month, born.day) in _PROGRAM_ZERO_DATES:
        return True
    whole = f"{born.year:04d}-{born.month:02d}-{born.day:02d}"
    return whole in listed or whole[5:] in listed


_LAST_YEAR_WRITTEN = 2199


def is_placeholder_death_date(day: date) -> bool:
    """Return whether programs write this date of death for a living person: 1900-01-01, 9999-12-31."""
    is_zero = (day.year, day.month, day.day) in _PROGRAM_ZERO_DATES | {
        (1900, 1, 1),
        (1904, 1, 1),
        (1970, 1, 1),
    }
    return is_zero or not _FIRST_YEAR_LIVED <= day.year <= _LAST_YEAR_WRITTEN
