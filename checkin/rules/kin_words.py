"""Read the words of a relationship one by one, in the languages and scripts that families write.

Wider than `kinship`, and only for warnings, where doubt counts as yes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from checkin.rules import name_keys
from checkin.rules.certain_kinship import KIN_BY_LATIN_SPELLING, KIN_BY_SPELLING
from checkin.rules.empty_answers import split_word_list
from checkin.rules.kinship import EXACT_KIN_BY_WORD, KIN_BY_WORD, WORDS_BESIDE_KIN

_LATIN_WORDS = {
    "mother": "ma ammi amma ammu ummi umm eomma okaasan ibu ema imma mamusia manman nanay inang",
    "father": "baba bapa babbo bapak ayah appa abba abbu abbi tatay tatai pop pops pa pappa dada tatus",
    "boyfriend": "boyfriend bf novio namorado copain enamorado",
    "girlfriend": "girlfriend gf novia namorada copine enamorada",
    "husband": "husband hubby esposo marido mari ehemann",
    "wife": "wife esposa mujer ehefrau",
    "spouse": "spouse conyuge asawa",
    "partner": "partner pareja companero companera fiance fiancee prometido prometida lover parceiro",
    "grandmother": "grandmom grandmama grandmere grossmutter nonna oma",
    "grandfather": "grandpapa grandpop grandpere grossvater nonno opa",
    "stepmother": "bellemere stiefmutter madrasta",
    "stepfather": "beaupere stiefvater padrasto",
    "aunt": "tante",
    "uncle": "oncle tonton onkel",
    "friend": "freund freundin",
    "neighbor": "voisin voisine nachbar nachbarin vizinho vizinha",
}
_OTHER_WORDS = {
    "mother": "אמא אימא אמו אמה אמי мамы мамин мамина お母さん 母 妈咪",
    "father": "אבא אביו אביה אבי папы папин папина お父さん 父 爹 爸比",
    "boyfriend": "男朋友 男友 彼氏 парень חבר",
    "girlfriend": "女朋友 女友 彼女 девушка חברה",
    "husband": "زوج муж 丈夫 老公 בעל",
    "wife": "زوجة жена 妻子 老婆",
    "friend": "друг подруга",
    "neighbor": "сосед соседка",
    "step": "отчим мачеха 继父 繼父 继母 繼母",
}
_FURTHER_KIN = {
    "nana": "sitter",
    "papi": "grandfather",
    "pop": "grandfather",
    "pops": "grandfather",
    "dada": "grandfather",
    "freund": "boyfriend",
    "freundin": "girlfriend",
}
"""What else a word may mean: "nana" is a grandmother or the nanny."""
_OWNERS_WITHOUT_MARK = split_word_list("мамы мамин мамина папы папин папина")
_FIRST_WORDS_OF_KIN = frozenset({"grand", "beau", "belle", "gross"})
"""Of "grand mother", "grand-mère", "beau-père"."""
_MORE_LATIN = {word: kin for kin, said in _LATIN_WORDS.items() for word in said.split()}
_MORE_NATIVE = {
    name_keys.native_script_key(word): kin for kin, said in _OTHER_WORDS.items() for word in said.split()
}
_NATIVE = {name_keys.native_script_key(word): kin for word, kin in KIN_BY_SPELLING.items()} | _MORE_NATIVE
_ARABIC = tuple(
    (re.compile(rf"(?:ال|و)?(?:{stems})(?:ه|ها|هم|ي|نا|ك|كم)?"), kin)
    for stems, kin in (
        ("اب[ويا]?|والد|بابا", "father"),
        ("ام|والدة|والدت|ماما", "mother"),
        ("صديق[ةت]?", "friend"),
        ("جار[ةت]?", "neighbor"),
    )
)
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]+")
_UNSPACED_BEFORE_KIN = re.compile("(?:我|他|她|孩子|小孩|宝宝|病人|患者|子供|子ども|的|の)*")

_CONTRACTION = re.compile(r"\b(?:i'?m|(?:he|she|it|that|this|who)'s)\b")
_QUOTED = re.compile(r"(?<!\w)'([^']*)'(?!\w)")
_APOSTROPHE = re.compile("['’‘`´ʻʼʹ＇]")
_WORDS_BETWEEN_PIECES = split_word_list("and y et und or")
_OF_WORDS = split_word_list("of to de del di da do du des der von ng של của")
_WORDS_FOR_CHILD = split_word_list("child childs kid kids patient patients nino nina")
_CHILD_OF_SPEAKER_WORDS = split_word_list(
    "son daughter hijo hija nephew niece sobrino sobrina grandson granddaughter nieto nieta"
)
_BESIDE_WORDS = (WORDS_BESIDE_KIN - _WORDS_FOR_CHILD - _OF_WORDS) | split_word_list(
    "self i am he she it is this that a an our your tu soy yo es un una le les sa mon los las sus mis me"
)
_SIDE_WORDS = split_word_list("side lado parte rama linea cote seite lato")
_QUALITY_WORDS = split_word_list(
    "new nuevo nueva nouveau nouvelle neue neuer old older young younger little big best mejor close good "
    "current actual former late live in"
)
"""They say nothing of who it is. Some are names too."""
_PIECE_END = "|"


class KinPart(Enum):
    """What a word does in a phrase, beside naming a kin."""

    NONE = "none"
    OWNER = "owner"
    OF = "of"
    CHILD = "child"
    CHILD_OF_SPEAKER = "son, niece"
    SIDE = "side"
    QUALITY = "new"
    GREAT = "great"
    EX = "ex"
    BESIDE = "beside"
    END = "end"


class KinToken(NamedTuple):
    """A word as read. `kin`: "" where it names none. `also`: what else it may mean; else ""."""

    kin: str = ""
    part: KinPart = KinPart.NONE
    also: str = ""

    @property
    def is_name(self) -> bool:
        """Return whether the word is unknown, and so perhaps a name: "Bob", "Leo's"."""
        return not self.kin and self.part in (KinPart.NONE, KinPart.OWNER, KinPart.QUALITY)


def read_kin_tokens(text: str) -> Iterator[KinToken]:
    """Yield what each word says; a comma, a bracket or "and" ends a piece."""
    plain = _APOSTROPHE.sub("'", unicodedata.normalize("NFC", text)).casefold()
    plain = _CONTRACTION.sub(" ", _QUOTED.sub(r" \1 ", plain))
    for said in _join_kin_of_two_words("".join(map(_spaced_sign, plain)).split()):
        if said == _PIECE_END or said in _WORDS_BETWEEN_PIECES:
            yield KinToken(part=KinPart.END)
        elif _UNSPACED.search(said):
            yield from _read_unspaced(said)
        elif word := said.strip("'"):
            yield _read_word(word, has_mark=said.endswith(("'s", "s'")))


def _join_kin_of_two_words(words: list[str]) -> list[str]:
    """Return the words with "grand mère" as one."""
    joined: list[str] = []
    for word in words:
        is_first_before = bool(joined) and joined[-1] in _FIRST_WORDS_OF_KIN
        is_one = is_first_before and _kin_named_by(joined[-1] + word.partition("'")[0]) != ""
        joined.append(joined.pop() + word if is_one else word)
    return joined


def _spaced_sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign == "'" or kind[0] in "LMN":
        return sign
    if kind == "Cf":
        return ""  # a joiner inside a Persian word
    return " " if sign.isspace() or sign in "-‐‑_" else f" {_PIECE_END} "


def _read_unspaced(said: str) -> Iterator[KinToken]:
    """Read Han and kana, which write 妈妈的男朋友 (mother, of, boyfriend) without a space."""
    *owners, head = re.split("[的の]", said)
    for owner in owners:
        kin = _kin_of_unspaced(owner)
        if kin:
            yield KinToken(kin, KinPart.OWNER)
    yield KinToken(_kin_of_unspaced(head))


def _kin_of_unspaced(said: str) -> str:
    word = _UNSPACED_BEFORE_KIN.sub("", said, count=1)
    return _kin_named_by(word) or _kin_named_by(said)


def _read_word(word: str, *, has_mark: bool) -> KinToken:
    key = name_keys.normalize_text(word)
    kin = "" if has_mark else _kin_named_by(word)
    if kin:
        part = KinPart.OWNER if word in _OWNERS_WITHOUT_MARK else KinPart.NONE
        return KinToken(kin, part, _FURTHER_KIN.get(key, ""))
    owner = _kin_named_by(word.replace("'", "").removesuffix("s")) if word.endswith("s") else ""
    if owner:
        return KinToken(owner, KinPart.OWNER)
    if word in _OF_WORDS or key in _OF_WORDS:
        return KinToken(part=KinPart.OF)
    if key in _BESIDE_WORDS or (has_mark and key.removesuffix("s") in _WORDS_FOR_CHILD):
        return KinToken(part=KinPart.BESIDE)
    if key in _WORDS_FOR_CHILD:
        return KinToken(part=KinPart.BESIDE if key.endswith("s") else KinPart.CHILD)
    if key in _CHILD_OF_SPEAKER_WORDS:
        return KinToken(part=KinPart.CHILD_OF_SPEAKER)
    if key in _SIDE_WORDS:
        return KinToken(part=KinPart.SIDE)
    if key in ("great", "grand", "ex"):
        return KinToken(part=KinPart.EX if key == "ex" else KinPart.GREAT)
    if key in _QUALITY_WORDS:
        return KinToken(part=KinPart.QUALITY)
    return KinToken(part=KinPart.OWNER if has_mark else KinPart.NONE)


def _kin_named_by(word: str) -> str:
    """Return the kin that the word names, or ""; also for a guardian, who may be anybody."""
    kin = KIN_BY_SPELLING.get(word, "")
    native = name_keys.native_script_key(word)
    key = name_keys.normalize_text(word)
    if native:
        arabic = next((said for pattern, said in _ARABIC if pattern.fullmatch(native)), "")
        kin = kin or arabic or _NATIVE.get(native) or KIN_BY_WORD.get(key, "")
    elif not kin:
        kin = EXACT_KIN_BY_WORD.get(key) or KIN_BY_LATIN_SPELLING.get(key) or KIN_BY_WORD.get(key, "")
        kin = kin or _MORE_LATIN.get(key, "")
    return "" if kin == "guardian" else kin
