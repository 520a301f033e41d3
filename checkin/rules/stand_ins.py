"""What is written where a name or a birth date is not known: it says nothing of who somebody is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from checkin.rules import stand_in_words
from checkin.rules.names import as_written, normalise, words

_YEH_AND_KAF = str.maketrans("يك", "یک")


def _table(text: str) -> frozenset[str]:
    return frozenset(text.replace("_", "").split())


def _in_script(text: str) -> str:
    """As a name of another script is compared; Arabic and Persian keyboards write two letters otherwise."""
    return as_written(text).translate(_YEH_AND_KAF)


CHILD_WORDS = _table(stand_in_words.NEVER_A_NAME)
BARE_WORDS = _table(stand_in_words.NO_NAME_ALONE)
WHOLE_NAMES = _table(stand_in_words.NO_NAME_AS_A_WHOLE) | {
    no + name for no in stand_in_words.NO.split() for name in stand_in_words.NAME.split()
}
CHILD_OF = _table(stand_in_words.CHILD_OF) | {
    kin + of for kin in stand_in_words.KINSHIP.split() for of in stand_in_words.OF_WORDS.split()
}
OTHER_SCRIPTS = frozenset(map(_in_script, _table(stand_in_words.OTHER_SCRIPTS)))
ALONE = frozenset(map(_in_script, _table(stand_in_words.ALONE_IN_OTHER_SCRIPTS)))
ENDINGS = tuple(map(_in_script, stand_in_words.ENDINGS.split()))
MY = frozenset(stand_in_words.MY.split())
BESIDE = frozenset(stand_in_words.BESIDE.split())
PET_WORDS = frozenset(stand_in_words.USED_NOW_AND_THEN.split())
NO_FAMILY = _table(stand_in_words.NO_FAMILY) | WHOLE_NAMES
PLACEHOLDER_PEOPLE = _table(stand_in_words.PLACEHOLDER_PEOPLE)
DEFAULT_DAYS = frozenset({(1, 1), (7, 1)})
FIRST_YEAR_LIVED = 1900
"""Nobody alive is older; an earlier date is a program's zero, as 1899-12-30 and 1899-12-31."""
ZERO_DATES = frozenset({(1900, 12, 31), (1903, 12, 31), (1904, 1, 2), (1969, 12, 31)})
"""Programs' zeros, and those of 1 January as seen from west of Greenwich or miscounted by a day."""

_CHILD_OF = re.compile(
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
"""Said of another: "Maria's son", "Emma's brother", "not Emma"."""

_NONE_SLASHED = re.compile(r"^\W*[sn]\s*/\s*[nad]\b(?:\W|$)", re.IGNORECASE)
"""S/N, "sin nombre"; N/A."""

_CAPITAL_BO = re.compile(r"^BO [A-Z][a-z]")
"""B/O without its slash, beside a name that is not all in capitals: Bo is a name."""

_NO_FAMILY = re.compile(r"\W*(?:\w\s*[/\\]\s*\w|N\.?\s*A\.?|n\.\s*a\.?|na|\d+)\W*")
"""N/A, NA, na, S/A ("sin apellido"), 0: but Na is a Korean family name."""

_SAID_OTHERWISE = re.compile(r"sameas\w*|(.)\1{2,}|\d+")

_SEX = "(?:boy|girl|male|female)"
_GLUED = re.compile(
    rf"^(?:(?:new)?baby{_SEX}?(?:[a-dfgm]|one|two|three|i+)?"
    rf"|(?:baby|bb|newborn|nb|infant|neonate|twin){_SEX}[a-d]?"
    rf"|twin(?:[a-d]|one|two)|{_SEX}(?:infant|baby|newborn|twin)|b{_SEX}|{_SEX}[ab]|baby{_SEX}?of.*)$"
)
_NUMBER = re.compile(r"(?<=[a-z]{2})\d{1,3}$|^\d+$")
_ONE_LETTER = re.compile(r"(.)\1{2,}$")
_LETTER_AND_NUMBER = re.compile(r"[a-z]\d{1,3}")
_NTH = re.compile(r"\d+(?:st|nd|rd|th|er|ere|eme|ro|do|o|a)?")
_ONE_OF_SEVERAL = re.compile(r"(?:twin|tw|trip|triplet|quad)(?:[a-d]|\d)")
_NEVER_USED = re.compile(r"zz.*|.*(?:donotuse|enteredinerror)")
_APART = re.compile(r"[\s\d\-_/.,()#:;]+")


@lru_cache(maxsize=16_384)
def is_stand_in_name(text: str) -> bool:
    """Whether a given name is none: "Baby Girl", "B/O Maria", "Twin A", "RN de Ana", "no se", "نوزاد"."""
    if any(sign.match(text) for sign in (_CHILD_OF, _NONE_SLASHED)) or _CAPITAL_BO.match(text.strip()):
        return True
    if _SOMEBODYS_CHILD.search(text) or _is_none_in_its_script(text):
        return True
    written = words(text)
    if _is_number_or_code(written):
        return True
    parts = _without_numbers(written)
    whole = "".join(parts)
    if whole in CHILD_WORDS | BARE_WORDS | WHOLE_NAMES or _GLUED.match(whole) or _ONE_LETTER.match(whole):
        return True
    if any(part in CHILD_WORDS or _GLUED.match(part) for part in parts):
        return True
    if len(parts) > 1 and parts[0] in MY:
        del parts[0]
    if len(parts) > 1 and (parts[0] in CHILD_OF or "".join(parts[:2]) in CHILD_OF):
        return True
    return _is_bare(parts, text)


def is_pet_word(text: str) -> bool:
    """Whether a preferred name is what many a child is called: "Princess", "Junior"."""
    return normalise(text) in PET_WORDS


def _without_numbers(parts: tuple[str, ...]) -> list[str]:
    return [part for part in (_NUMBER.sub("", part) for part in parts) if part]


def _is_number_or_code(parts: tuple[str, ...]) -> bool:
    """123, "2nd", T1, "Trip A", ZZTest, "Emma DO NOT USE"."""
    if not parts:
        return False
    whole = "".join(parts)
    codes = (_LETTER_AND_NUMBER, _ONE_OF_SEVERAL, _NEVER_USED)
    return all(map(_NTH.fullmatch, parts)) or any(code.fullmatch(whole) for code in codes)


def _is_bare(parts: list[str], text: str) -> bool:
    # "niña" is no name, Nina is one: they differ in the accent only.
    bare = BARE_WORDS | {"nina"} if "ñ" in unicodedata.normalize("NFC", text).casefold() else BARE_WORDS
    return any(part in bare for part in parts) and all(
        part in bare or part in BESIDE or len(part) == 1 for part in parts
    )


_PARTS = re.compile("newborn|baby|twin|triplet|infant|neonate|female|male|girl|boy|[a-z]+|[0-9]+")
_SAME = {
    **dict.fromkeys(["boy", "hijo", "nino", "varon", "junge", "garcon", "menino"], "male"),
    **dict.fromkeys(["girl", "hija", "nina", "hembra", "madchen", "fille", "menina"], "female"),
    **dict.fromkeys(["a", "i", "one", "uno", "un", "eins"], "1"),
    **dict.fromkeys(["b", "ii", "two", "dos", "deux", "zwei"], "2"),
    **dict.fromkeys(["c", "iii", "three", "tres", "trois", "drei"], "3"),
}
_SAYS_NOTHING = CHILD_WORDS | frozenset(["of", "de", "del", "la", "the", "o"])


def are_two_stand_ins(one: str, other: str) -> bool:
    """Whether two stand-ins are two children's: "Twin A" and "BabyB", "Baby Boy" and "Baby Girl"."""
    first, second = _telling(one), _telling(other)
    return bool(first - second) and bool(second - first)


def _telling(text: str) -> set[str]:
    """What in a stand-in tells one from another: a letter or number, the sex, the mother's name."""
    parts = (part for word in words(text) for part in _PARTS.findall(word))
    return {_SAME.get(part, part) for part in parts if part not in _SAYS_NOTHING}


def say_sex(text: str) -> set[str]:
    """What a stand-in says of the sex, as "male" and "female": "Baby Girl", "BG Twin A"."""
    parts = {part for word in words(text) for part in _PARTS.findall(word)}
    return {_SAME.get(part, part) for part in parts} & {"male", "female"} | (
        {"female"} if "bg" in parts else set()
    )


@lru_cache(maxsize=16_384)
def is_stand_in_family_name(text: str) -> bool:
    """Whether a family name says only that none is known."""
    key = normalise(text)
    if key in NO_FAMILY or _NO_FAMILY.fullmatch(text) or _SAID_OTHERWISE.fullmatch(key):
        return True
    return (_in_script(text) or "-") in OTHER_SCRIPTS


def is_placeholder_person(given: str, family: str) -> bool:
    """Whether given and family name together are nobody's: John Doe, Max Mustermann."""
    return normalise(given) + normalise(family) in PLACEHOLDER_PEOPLE


@lru_cache(maxsize=16_384)
def is_nobody(given: str, family: str) -> bool:
    """Whether two names together are nobody's: "Jane Doe"; "Girl Smith", where Smith is the family name."""
    if is_placeholder_person(given, family):
        return True
    families = frozenset(words(family))
    parts = _without_numbers(words(given))
    others = [part for part in parts if part not in families]
    return len(others) < len(parts) and _is_bare(others, given)


def _is_none_in_its_script(text: str) -> bool:
    if text.isascii():
        return False
    whole = _in_script(text)
    if not whole:
        return False
    return (
        whole in OTHER_SCRIPTS | ALONE
        or whole.endswith(ENDINGS)
        or any(_in_script(part) in OTHER_SCRIPTS for part in _APART.split(text) if part)
    )


def is_stand_in_date(born: date | None, listed: Collection[str] = ()) -> bool:
    """Whether a birth date is one that is written for an unknown one.

    `listed`: the clinic's own, as "MM-DD" or "YYYY-MM-DD".
    """
    if born is None:
        return False
    if (born.month, born.day) in DEFAULT_DAYS or born.year < FIRST_YEAR_LIVED:
        return True
    if (born.year, born.month, born.day) in ZERO_DATES:
        return True
    whole = f"{born.year:04d}-{born.month:02d}-{born.day:02d}"
    return whole in listed or whole[5:] in listed


LAST_YEAR_WRITTEN = 2199


def is_no_day_of_death(day: date) -> bool:
    """Whether a date of death is what a program writes for one who lives: 1900-01-01, 9999-12-31."""
    is_zero = (day.year, day.month, day.day) in ZERO_DATES | {(1900, 1, 1), (1904, 1, 1), (1970, 1, 1)}
    return is_zero or not FIRST_YEAR_LIVED <= day.year <= LAST_YEAR_WRITTEN
