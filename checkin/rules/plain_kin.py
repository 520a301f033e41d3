"""What an adult surely is to the child, and whether that is what the record says: a yes needs no less.

"Friend of mom", "not the mother" and "爷爷" are not surely the mother or the father, whatever the name is.
`kinship` reads the same words where a doubt is enough, as of a no.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from checkin.rules import names
from checkin.rules.kinship import BESIDE, EXACT, KIN, MORE, SIDE, STEPPED, WIDE, kin
from checkin.rules.nothing_said import split_words

_SPELT = {
    "mother": "أم ام الأم أمي والدة الوالدة والدتي ماما мама мать мати матір 妈妈 媽媽 妈 母亲 母親 お母さん "
    "ママ 엄마 어머니 mẹ má mãe مادر مامان ماں माँ मां माता እናት",
    "father": "أب اب الأب أبي والد الوالد والدي папа отец тато батько 爸爸 爸 父亲 父親 お父さん パパ "
    "아빠 아버지 bố cha pai پدر باپ पिता አባት",
    "parent": "родитель 家长 家長 부모 ولي",
    "guardian": "опекун опікун 监护人 監護人 보호자 وصي",
}
"""As they are written: to Latin letters without accents, "bà" and "ba", or "أم" and "m", are one."""
_LATIN = {
    "mother": "matka mamusia mamae nanay inay manman hooyo moeder mth nmth",
    "father": "ojciec tatay itay aabe aabo vader",
    "parent": "parents padres progenitor progenitora par prn adoptp",
    "guardian": "guardian guardians guard grd guadltm powatt hpowatt tutor tutora tuteur tutrice apoderado "
    "apoderada vormund",
}
_UNSURE = frozenset({"papi", "nana"})
"""Grandfather in French and father in Spanish, and the like."""
_KNOWN = {
    unicodedata.normalize("NFC", word): said for said, words in _SPELT.items() for word in words.split()
}
_KNOWN_LATIN = {word: said for said, words in _LATIN.items() for word in words.split()} | MORE
_FOSTER_CODES = {"prnfost": "parent", "mthfost": "mother", "fthfost": "father"}
_ROLES = split_words(
    """
    legal custodial court appointed emergency contact primary main bio and y e o or
    """
)
_CHILD = split_words(
    """
    child childs kid kids patient patients baby babys nino nina paciente bebe menor hijo hija
    """
)
_OF_CHILD = re.compile(
    r"\b(?:of|to|de|del|di|da|do|du)\s+(?:(?:the|this|his|her|my|our|la|el|su|mi|este|esta)\s+)*"
    rf"(?:{'|'.join(sorted(_CHILD))})\b"
)
_OF_THEM = re.compile(r"\bde\s+(?:él|ella|ellos|ellas)(?!\w)", re.IGNORECASE)
_OF_FOSTER = re.compile(r"\bde\s+(?:acogida|acogimiento|crianza)\b|\bsustitut[oa]\b")
_QUESTION = re.compile("[?¿؟？]")
_OWNER = re.compile(r"(\w+)['’‘`´ʻʼʹ＇]s?(?!\w)")
_APOSTROPHES = re.compile("['’‘`´ʻʼʹ＇]")
_QUOTED = re.compile(r"(?<!\w)['‘]([^'’]*)['’](?!\w)")
_AND = re.compile(r"[&+/]|\b(?:and|y|e|et|und)\b", re.IGNORECASE)
_AFTER_KIN = split_words(
    """
    of to for de del di da do du des von para in not no
    """
)
_TURNS = split_words(
    """
    of to for in law not no never nor ex former late god great grand half step foster acogida or maybe
    perhaps possibly probably quiza quizas other another otra otro twin partner boyfriend girlfriend
    husband wife novio novia esposo esposa marido mujer pareja via per through with and y con para
    """
)
"""Words that make another adult of a parent's, or that leave it open."""
_FAMILY = split_words(
    """
    grandmother grandfather grandparent aunt uncle sister brother cousin stepmother stepfather
    """
)
PARENTS = frozenset({"mother", "father", "parent"})
GUARDIAN = "guardian"


class Said(NamedTuple):
    """What a relationship says, each word of which is known."""

    kin: str
    sides: dict[int, int]
    is_foster: bool = False


def is_in_doubt(text: str) -> bool:
    """Whether it asks: "mom?", "Helen Marsh?"."""
    return _QUESTION.search(text) is not None


def read(relationship: str) -> Said | None:
    """What it says ("his mom", "legal guardian"); None where a word is not known or says somebody else."""
    if is_in_doubt(relationship):
        return None
    said: list[str] = []
    for token in _as_it_stands(_of_nobody_else(relationship)):
        said += [token] if token in _KNOWN else names.words(token) if not names.as_written(token) else [token]
    line, is_foster = _OF_FOSTER.subn(" foster ", _OF_CHILD.sub(" ", " ".join(said)))
    found: list[str] = []
    sides: dict[int, int] = {}
    for word in line.split():
        if word in ("foster", *_FOSTER_CODES):
            is_foster = 1
        if word in SIDE:
            sides.update([SIDE[word]])
        one = _kin_of(word)
        if one is None or word in _UNSURE or word in _AFTER_KIN:
            return None
        found += [one] if one else []
    kinds = _one_of(found, relationship)
    if not kinds or (kinds in PARENTS and 0 in sides):
        return None
    return Said(kinds, sides, bool(is_foster))


def _of_nobody_else(text: str) -> str:
    """The text without quotes, and without "de él", which is the child; "de el" may begin a name."""
    composed = unicodedata.normalize("NFC", text)
    return _OF_THEM.sub(" ", _QUOTED.sub(r" \1 ", composed))


def _kin_of(word: str) -> str | None:
    """What the word says; '' where it says nothing of it, None where it is not known."""
    for table in (_KNOWN, EXACT, _KNOWN_LATIN, _FOSTER_CODES, KIN):
        if word in table:
            return table[word]
    return "" if word in BESIDE | _ROLES | SIDE.keys() | {"foster"} else None


def _one_of(found: list[str], text: str) -> str:
    kinds = {one for one in found if one != GUARDIAN}
    if not kinds:
        return GUARDIAN if found else ""
    if len(kinds) == 2 and "step" in kinds:
        return STEPPED.get((kinds - {"step"}).pop(), "")
    if len(kinds) == 1:
        return kinds.pop()
    return "parent" if kinds <= PARENTS and _AND.search(text) else ""


def agrees_with_record(said: str, recorded: str, *, has_other_phone: bool = False) -> bool:
    """Whether an adult of the guardian's whole name says to be a parent or guardian, and nobody else there.

    A grandmother may be who is recorded as "legal guardian", unless she has another phone.
    """
    if is_in_doubt(said):
        return False
    if not said.strip() or _as_it_stands(said) == _as_it_stands(recorded):
        return True
    mine = read(said)
    if mine is None:
        return False
    if mine.kin == GUARDIAN:
        return True
    if not recorded.strip():
        return mine.kin in PARENTS and not mine.is_foster
    theirs = read(recorded)
    if theirs and theirs.kin == GUARDIAN:
        return mine.kin in PARENTS or (mine.kin in _FAMILY and not has_other_phone)
    return says_same_kin(said, recorded)


def says_same_kin(said: str, recorded: str) -> bool:
    """Whether both surely say one kin: "mom" and "mother", and not "mother-in-law" or "foster mother"."""
    if not said.strip() or is_in_doubt(said):
        return False
    if _as_it_stands(said) == _as_it_stands(recorded):
        return True
    mine, theirs = read(said), read(recorded)
    if mine is None or mine.kin == GUARDIAN:
        return False
    if theirs is None:
        return _is_loosely(mine, recorded)
    if mine.is_foster and not theirs.is_foster:
        return False
    if any(mine.sides[kind] != theirs.sides[kind] for kind in mine.sides.keys() & theirs.sides.keys()):
        return False
    one, other = mine.kin, theirs.kin
    return one == other or other in WIDE.get(one, ()) or one in WIDE.get(other, ())


def is_one_in_words(one: str, other: str, *, has_same_phone: bool) -> bool:
    """Whether both entries of a record surely say one: "أم" and "mother"; by phone also "legal guardian"."""
    if says_same_kin(one, other) and says_same_kin(other, one):
        return True
    both = read(one), read(other)
    kinds = {said.kin for said in both if said and not said.is_foster}
    is_of_parent = len(kinds) == 2 and GUARDIAN in kinds and kinds <= PARENTS | {GUARDIAN}
    return has_same_phone and is_of_parent


def _is_loosely(mine: Said, recorded: str) -> bool:
    """Whether the record says it beside words that are not known, and that make nobody else of it."""
    if is_in_doubt(recorded) or mine.is_foster or _OWNER.search(recorded):
        return False
    return kin(recorded) == mine.kin and _TURNS.isdisjoint(names.words(recorded))


def _as_it_stands(text: str) -> tuple[str, ...]:
    """The words with their accents and signs: "bà" is not "ba"."""
    whole = unicodedata.normalize("NFC", _APOSTROPHES.sub("", text)).casefold()
    return tuple("".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in whole).split())


def split_surely(text: str) -> tuple[str, str]:
    """A name and what they are to the child, where one text surely says both ("Ana Ruiz (mother)").

    Not "mother of Ana Ruiz", "Ana Ruiz's mother" or "Ana Ruiz (not mom)", who is somebody else.
    """
    whole = _of_nobody_else(text)
    owners = {names.normalise(one) for one in _OWNER.findall(whole)}
    if is_in_doubt(text) or owners - _CHILD:
        return text, ""
    said = _OF_CHILD.sub(" ", " ".join(names.words(whole))).split()
    at = [nth for nth, word in enumerate(said) if word in KIN]
    if not at or at[-1] - at[0] >= len(at):
        return text, ""
    after = next((word for word in said[at[-1] + 1 :] if word not in {"the", "la", "el"}), "")
    rest = said[: at[0]] + said[at[-1] + 1 :]
    while rest and rest[0] in BESIDE:
        rest = rest[1:]
    while rest and rest[-1] in BESIDE:
        rest = rest[:-1]
    if not rest or after in _AFTER_KIN or not _TURNS.isdisjoint(rest):
        return text, ""
    return " ".join(rest), " ".join(said[at[0] : at[-1] + 1])


def makes_another(written: set[str], name: set[str]) -> bool:
    """Whether words beside a guardian's name make another adult of it ("Helen Marshs", "friend of Helen")."""
    owned = {word[:-1] for word in written if word.endswith("s") and word not in name}
    return not _TURNS.isdisjoint(written - name) or not owned.isdisjoint(name)
