"""What is written where a name or a birth date is not known: it says nothing of who somebody is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from checkin.rules.names import normalise, words

_CHILD_WORDS = """
baby babies babyboy babygirl babyof bby bb bg newborn newborns nb neonate neonato neonata infant infante twin
twins triplet quadruplet rn reciennacido reciennacida recien nacido nacida recemnascido recemnascida recem
nascido nascida nouveaune neugeborenes neugeborener zwilling drilling gemelo gemela mellizo melliza nonamed
unnamed unknown desconocido desconocida noname fnu lnu nfn nln notgiven notknown unbekannt inconnu
"""
"""Whatever stands beside one of these is no name either: "Baby of Mia", "RN de Ana", "Newborn Girl"."""

_BARE_WORDS = """
bebe bebita bebito nino boy boys girl girls male female child son daughter hijo hija varon hembra masculino
femenino garcon fille junge madchen maedchen na nn none xx xxxx test testpatient name nombre tbd tba pending
"""
"""No name by themselves or with a letter, but a part of some: "Boy George", "Bebe Ana"."""

_BESIDE = "a b c d f g m i ii iii iv one two three uno dos tres of no sin s"
_KINSHIP = "boy girl male female child son daughter hijo hija nino nina bebe product producto"
_NO_FAMILY = """
unknown desconocido desconocida unnamed noname sinnombre sinapellido lnu fnu nfn nln notgiven notknown
unbekannt inconnu xxx xxxx
"""
CHILD_WORDS = frozenset(_CHILD_WORDS.split())
BARE_WORDS = frozenset(_BARE_WORDS.split())
BESIDE = frozenset(_BESIDE.split())
KINSHIP = frozenset(_KINSHIP.split())
NO_FAMILY = frozenset(_NO_FAMILY.split())
DEFAULT_DAYS = frozenset({(1, 1), (7, 1)})
OF_WORDS = frozenset({"of", "de", "del", "to", "von", "du"})

_CHILD_OF = re.compile(
    r"^\W*(?:(?:[bsdgcmft]|boy|girl|baby|twin|male|female)\s*/\s*(?:[obgmf]|of|boy|girl)\b"
    r"|[bsd](?:\.\s*|\s+)o\b\.?\s+\w)",
    re.IGNORECASE,
)
"""B/O, S/O, D/O: the hospital's "baby of", "son of", "daughter of"; B/G is a baby girl."""

_CAPITAL_BO = re.compile(r"^BO [A-Z][a-z]")
"""B/O without its slash, beside a name that is not all in capitals: Bo is a name."""

_SEX = "(?:boy|girl|male|female)"
_GLUED = re.compile(
    rf"^(?:(?:new)?baby{_SEX}?(?:[a-dfgm]|one|two|three|i+)?"
    rf"|(?:baby|bb|newborn|nb|infant|neonate|twin){_SEX}[a-d]?"
    rf"|twin(?:[a-d]|one|two)|{_SEX}(?:infant|baby|newborn|twin)|b{_SEX}|{_SEX}[ab]|baby{_SEX}?of.*)$"
)
_NUMBER = re.compile(r"(?<=[a-z]{2})\d{1,3}$|^\d+$")


@lru_cache(maxsize=16_384)
def is_stand_in_name(text: str) -> bool:
    """Whether a given name is none: "Baby Girl", "B/O Maria", "Twin A", "RN de Ana"."""
    if _CHILD_OF.match(text) or _CAPITAL_BO.match(text.strip()):
        return True
    parts = [part for part in (_NUMBER.sub("", part) for part in words(text)) if part]
    whole = "".join(parts)
    if whole in CHILD_WORDS or whole in BARE_WORDS or _GLUED.match(whole):
        return True
    if any(part in CHILD_WORDS or _GLUED.match(part) for part in parts):
        return True
    if len(parts) > 1 and parts[0] in KINSHIP and parts[1] in OF_WORDS:
        return True
    # "niña" is no name, Nina is one: they differ in the accent only.
    bare = BARE_WORDS | {"nina"} if "ñ" in unicodedata.normalize("NFC", text).casefold() else BARE_WORDS
    return any(part in bare for part in parts) and all(part in bare or part in BESIDE for part in parts)


@lru_cache(maxsize=16_384)
def is_stand_in_family_name(text: str) -> bool:
    """Whether a family name says only that none is known."""
    return normalise(text) in NO_FAMILY


def is_stand_in_date(born: date | None, listed: Collection[str] = ()) -> bool:
    """Whether a birth date is one that is written for an unknown one.

    `listed`: the clinic's own, as "MM-DD" or "YYYY-MM-DD".
    """
    if born is None:
        return False
    if (born.month, born.day) in DEFAULT_DAYS:
        return True
    whole = f"{born.year:04d}-{born.month:02d}-{born.day:02d}"
    return whole in listed or whole[5:] in listed
