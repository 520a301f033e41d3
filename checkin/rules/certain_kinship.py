"""Find what an adult certainly is to the child, and whether the record says the same.

A yes to care needs this certainty; for a no, a possible match is enough, and `kinship` finds those.
"Friend of mom", "not the mother" and "爷爷" are not certainly the mother or the father, whatever the name is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from checkin.rules import name_keys
from checkin.rules.empty_answers import split_word_list
from checkin.rules.kinship import (
    EXACT_KIN_BY_WORD,
    FAMILY_SIDE_BY_WORD,
    KIN_BY_WORD,
    NARROWER_KIN,
    STEP_KIN_BY_PARENT,
    WIDER_KIN_BY_WORD,
    WORDS_BESIDE_KIN,
    kin_of_relationship,
)

_KIN_SPELLINGS = {
    "mother": "أم ام الأم أمي والدة الوالدة والدتي ماما мама мать мати матір 妈妈 媽媽 妈 母亲 母親 お母さん "
    "ママ 엄마 어머니 mẹ má mãe مادر مامان ماں माँ मां माता እናት",
    "father": "أب اب الأب أبي والد الوالد والدي папа отец тато батько 爸爸 爸 父亲 父親 お父さん パパ "
    "아빠 아버지 bố cha pai پدر باپ पिता አባት",
    "parent": "родитель 家长 家長 부모 ولي",
    "guardian": "опекун опікун 监护人 監護人 보호자 وصي",
}
"""Compared with their accents: in plain Latin letters "bà" and "ba", or "أم" and "m", would be the same."""
_LATIN_KIN_SPELLINGS = {
    "mother": "matka mamusia mamae nanay inay manman hooyo moeder mth nmth",
    "father": "ojciec tatay itay aabe aabo vader",
    "parent": "parents padres progenitor progenitora par prn adoptp",
    "guardian": "guardian guardians guard grd guadltm powatt hpowatt tutor tutora tuteur tutrice apoderado "
    "apoderada vormund",
}
_UNSURE_KIN_WORDS = frozenset({"papi", "nana"})
"""For example, "papi" is grandfather in French and father in Spanish."""
KIN_BY_SPELLING = {
    unicodedata.normalize("NFC", word): said
    for said, words in _KIN_SPELLINGS.items()
    for word in words.split()
}
KIN_BY_LATIN_SPELLING = {
    word: said for said, words in _LATIN_KIN_SPELLINGS.items() for word in words.split()
} | WIDER_KIN_BY_WORD
_FOSTER_CODES = {"prnfost": "parent", "mthfost": "mother", "fthfost": "father"}
_ROLE_WORDS = split_word_list(
    """
    legal custodial court appointed emergency contact primary main bio and y e o or
    """
)
_CHILD_WORDS = split_word_list(
    """
    child childs kid kids patient patients baby babys nino nina paciente bebe menor hijo hija
    """
)
_OF_CHILD = re.compile(
    r"\b(?:of|to|de|del|di|da|do|du)\s+(?:(?:the|this|his|her|my|our|la|el|su|mi|este|esta)\s+)*"
    rf"(?:{'|'.join(sorted(_CHILD_WORDS))})\b"
)
_OF_THEM = re.compile(r"\bde\s+(?:él|ella|ellos|ellas)(?!\w)", re.IGNORECASE)
_OF_FOSTER = re.compile(r"\bde\s+(?:acogida|acogimiento|crianza)\b|\bsustitut[oa]\b")
_QUESTION_MARK = re.compile("[?¿؟？]")
_POSSESSIVE_OWNER = re.compile(r"(\w+)['’‘`´ʻʼʹ＇]s?(?!\w)")
_KIN_APOSTROPHES = re.compile("['’‘`´ʻʼʹ＇]")
_QUOTED_KIN = re.compile(r"(?<!\w)['‘]([^'’]*)['’](?!\w)")
_JOINING_SIGN = re.compile(r"[&+/]|\b(?:and|y|e|et|und)\b", re.IGNORECASE)
_WORDS_AFTER_KIN = split_word_list(
    """
    of to for de del di da do du des von para in not no
    """
)
_WORDS_OF_ANOTHER_ADULT = split_word_list(
    """
    of to for in law not no never nor ex former late god great grand half step foster acogida or maybe
    perhaps possibly probably quiza quizas other another otra otro twin partner boyfriend girlfriend
    husband wife novio novia esposo esposa marido mujer pareja via per through with and y con para
    """
)
"""Words that make it somebody other than the parent, or leave it open."""
_FAMILY_KIN = split_word_list(
    """
    grandmother grandfather grandparent aunt uncle sister brother cousin stepmother stepfather
    """
)
_PARENT_KIN = frozenset({"mother", "father", "parent"})
_GUARDIAN_KIN = "guardian"


class CertainKin(NamedTuple):
    """What a relationship says, if every word in it is known."""

    kin: str
    sides: dict[int, int]
    is_foster: bool = False


def is_kin_in_doubt(text: str) -> bool:
    """Return whether the text is a question: "mom?", "Helen Marsh?"."""
    return _QUESTION_MARK.search(text) is not None


def read_certain_kin(relationship: str) -> CertainKin | None:
    """Return what it says ("his mom", "legal guardian"); None if a word is unknown or means another adult."""
    if is_kin_in_doubt(relationship):
        return None
    said: list[str] = []
    for token in _words_with_accents(_strip_quotes_and_child(relationship)):
        said += (
            [token]
            if token in KIN_BY_SPELLING
            else name_keys.normalized_words(token)
            if not name_keys.native_script_key(token)
            else [token]
        )
    line, is_foster = _OF_FOSTER.subn(" foster ", _OF_CHILD.sub(" ", " ".join(said)))
    found: list[str] = []
    sides: dict[int, int] = {}
    for word in line.split():
        if word in ("foster", *_FOSTER_CODES):
            is_foster = 1
        if word in FAMILY_SIDE_BY_WORD:
            sides.update([FAMILY_SIDE_BY_WORD[word]])
        one = _kin_of_word(word)
        if one is None or word in _UNSURE_KIN_WORDS or word in _WORDS_AFTER_KIN:
            return None
        found += [one] if one else []
    kinds = _combine_kin(found, relationship)
    if not kinds or (kinds in _PARENT_KIN and 0 in sides):
        return None
    return CertainKin(kinds, sides, bool(is_foster))


def _strip_quotes_and_child(text: str) -> str:
    """Return the text without quotes and without "de él" (the child). "de el" stays: it may begin a name."""
    composed = unicodedata.normalize("NFC", text)
    return _OF_THEM.sub(" ", _QUOTED_KIN.sub(r" \1 ", composed))


def _kin_of_word(word: str) -> str | None:
    """Return the kin that the word names; "" if it names none, None if the word is unknown."""
    for table in (KIN_BY_SPELLING, EXACT_KIN_BY_WORD, KIN_BY_LATIN_SPELLING, _FOSTER_CODES, KIN_BY_WORD):
        if word in table:
            return table[word]
    return "" if word in WORDS_BESIDE_KIN | _ROLE_WORDS | FAMILY_SIDE_BY_WORD.keys() | {"foster"} else None


def _combine_kin(found: list[str], text: str) -> str:
    kinds = {one for one in found if one != _GUARDIAN_KIN}
    if not kinds:
        return _GUARDIAN_KIN if found else ""
    if len(kinds) == 2 and "step" in kinds:
        return STEP_KIN_BY_PARENT.get((kinds - {"step"}).pop(), "")
    if len(kinds) == 1:
        return kinds.pop()
    return "parent" if kinds <= _PARENT_KIN and _JOINING_SIGN.search(text) else ""


def is_guardian_kin_on_record(said: str, recorded: str, *, has_other_phone: bool = False) -> bool:
    """Return whether an adult with a guardian's full name is that guardian, by their stated relationship.

    A grandmother may be the recorded "legal guardian", unless she has another phone.
    """
    if is_kin_in_doubt(said):
        return False
    if not said.strip() or _words_with_accents(said) == _words_with_accents(recorded):
        return True
    mine = read_certain_kin(said)
    if mine is None:
        return False
    if mine.kin == _GUARDIAN_KIN:
        return True
    if not recorded.strip():
        return mine.kin in _PARENT_KIN and not mine.is_foster
    theirs = read_certain_kin(recorded)
    if theirs and theirs.kin == _GUARDIAN_KIN:
        return mine.kin in _PARENT_KIN or (mine.kin in _FAMILY_KIN and not has_other_phone)
    return is_certainly_same_kin(said, recorded)


def is_certainly_same_kin(said: str, recorded: str) -> bool:
    """Return whether both certainly say the same: "mom" and "mother", but not "mother-in-law"."""
    if not said.strip() or is_kin_in_doubt(said):
        return False
    if _words_with_accents(said) == _words_with_accents(recorded):
        return True
    mine, theirs = read_certain_kin(said), read_certain_kin(recorded)
    if mine is None or mine.kin == _GUARDIAN_KIN:
        return False
    if theirs is None:
        return _is_kin_beside_unknown_words(mine, recorded)
    if mine.is_foster and not theirs.is_foster:
        return False
    if any(mine.sides[kind] != theirs.sides[kind] for kind in mine.sides.keys() & theirs.sides.keys()):
        return False
    one, other = mine.kin, theirs.kin
    return one == other or other in NARROWER_KIN.get(one, ()) or one in NARROWER_KIN.get(other, ())


def is_mutually_same_kin(one: str, other: str, *, has_same_phone: bool) -> bool:
    """Return whether two entries surely say the same: "أم", "mother"; with one phone "legal guardian" too."""
    if is_certainly_same_kin(one, other) and is_certainly_same_kin(other, one):
        return True
    both = read_certain_kin(one), read_certain_kin(other)
    kinds = {said.kin for said in both if said and not said.is_foster}
    is_of_parent = len(kinds) == 2 and _GUARDIAN_KIN in kinds and kinds <= _PARENT_KIN | {_GUARDIAN_KIN}
    return has_same_phone and is_of_parent


def _is_kin_beside_unknown_words(mine: CertainKin, recorded: str) -> bool:
    """Return whether the record says the same next to unknown words, none of which makes it another adult."""
    if is_kin_in_doubt(recorded) or mine.is_foster or _POSSESSIVE_OWNER.search(recorded):
        return False
    return kin_of_relationship(recorded) == mine.kin and _WORDS_OF_ANOTHER_ADULT.isdisjoint(
        name_keys.normalized_words(recorded)
    )


def _words_with_accents(text: str) -> tuple[str, ...]:
    """Return the words with accents and marks: "bà" is not "ba"."""
    whole = unicodedata.normalize("NFC", _KIN_APOSTROPHES.sub("", text)).casefold()
    return tuple("".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in whole).split())


def split_name_and_kin(text: str) -> tuple[str, str]:
    """Return name and relationship if the text certainly says both ("Ana Ruiz (mother)"); else it and "".

    "mother of Ana Ruiz", "Ana Ruiz's mother" and "Ana Ruiz (not mom)" are someone else and are not split.
    """
    whole = _strip_quotes_and_child(text)
    owners = {name_keys.normalize_text(one) for one in _POSSESSIVE_OWNER.findall(whole)}
    if is_kin_in_doubt(text) or owners - _CHILD_WORDS:
        return text, ""
    said = _OF_CHILD.sub(" ", " ".join(name_keys.normalized_words(whole))).split()
    at = [nth for nth, word in enumerate(said) if word in KIN_BY_WORD]
    if not at or at[-1] - at[0] >= len(at):
        return text, ""
    after = next((word for word in said[at[-1] + 1 :] if word not in {"the", "la", "el"}), "")
    rest = said[: at[0]] + said[at[-1] + 1 :]
    while rest and rest[0] in WORDS_BESIDE_KIN:
        rest = rest[1:]
    while rest and rest[-1] in WORDS_BESIDE_KIN:
        rest = rest[:-1]
    if not rest or after in _WORDS_AFTER_KIN or not _WORDS_OF_ANOTHER_ADULT.isdisjoint(rest):
        return text, ""
    return " ".join(rest), " ".join(said[at[0] : at[-1] + 1])


def has_words_of_another_adult(written: set[str], name: set[str]) -> bool:
    """Return whether words next to the guardian's name mean another adult: "friend of Helen"."""
    owned = {word[:-1] for word in written if word.endswith("s") and word not in name}
    return not _WORDS_OF_ANOTHER_ADULT.isdisjoint(written - name) or not owned.isdisjoint(name)
