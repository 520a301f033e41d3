"""Names as systems write them: no name at all, one text for all of it, and letters that were read wrongly."""

from __future__ import annotations

import re
import unicodedata

from checkin.rules.none_words import is_none
from checkin.rules.records import BadRow, text, word_set

DAMAGED = (
    "The {called} “{said}” holds signs that no name has: the file is in another encoding than the one it was "
    "read in. Say which, by --encoding."
)
LOST = (
    "The {called} “{said}” has signs in place of letters, which were lost when the file was made: export it "
    "again, in UTF-8."
)

_SIGNS = re.compile("[\ufffd\u0080-\u009f¡-©«-±²³µ¶¹»-¿×÷†‡•…‰‹›€™˜ˆ]")
_IN_A_WORD = re.compile(
    "[a-zß-ÿ](?:–|—|¨|¸|¯)[a-zß-ÿ]|[a-zß-ÿ][ŽŠŒŸƒ](?![A-ZÀ-ÞŽŠŒŸ])|[a-zß-ÿ]‘(?![^\\W\\d_])"
    "|[^\\W\\d_][‚„]|[^\\W\\d_][“”][^\\W\\d_]"
)
_INSTEAD = re.compile(
    r"[^\W\d_][?_#$~=%;<>\\][^\W\d_]|[^\W\d_]\?|\?[^\W\d_]"
    r"|[=%][0-9a-f]{2}|\\[ux][0-9a-f]{2}|&#?\w+;|</?\w+/?>|(?-i:\+A[A-Z][A-Za-z0-9])"
    r"|[^\W\d_][\u2190-\u2bff\ue000-\uf8ff\ufffc]|[\u2190-\u2bff\ue000-\uf8ff\ufffc][^\W\d_]",
    re.IGNORECASE,
)
"""What stands where a letter was: Mu?oz, Mu_oz, Mu□oz, Mu&ntilde;oz, Mu%C3%B1oz, and tags of a page."""
_READ_TWICE = re.compile("[ÂÃ][\u0080-¿ŒœŠšŽžŸƒ–—‘’‚“”„]|[ÄÅÐÑØÙ][\u0080-¿ŒœŠšŽžŸƒ‚“”„]")
_IN_POWERS = re.compile(r"^(\d)(?:[.,](\d*))?E\+?(\d{1,2})$", re.IGNORECASE | re.ASCII)
CUT_SHORT = "The phone “{said}” was cut short by a spreadsheet: format the column as text and export again."
TITLES = word_set("mr mrs ms miss mx master mstr dr prof sir madam sra srta herr frau mme mlle")
SUFFIXES = word_set("jr sr ii iii iv md phd esq")
_PARTICLES = word_set(
    "de del dela della di da do dos das du des la las le les los van von vander vanden der den ten ter te zu "
    "zur zum af av bin bint ben ibn abu al el"
)
_SURE_PARTICLES = word_set("de del della dela von der dos")


def name(said: str, column: str, *, called: str = "") -> str:
    """Return a name for that column; "" for what stands for none. Raises BadRow for damaged letters."""
    plain = text(said, column, called=called)
    if is_none(plain):
        return ""
    for is_spoiled, sentence in ((is_damaged, DAMAGED), (has_lost_letters, LOST)):
        if is_spoiled(said):
            raise BadRow(sentence.format(called=(called or column).replace("_", " "), said=plain[:40]))
    return plain if any(unicodedata.category(sign)[0] == "L" for sign in plain) else ""


def has_lost_letters(said: str) -> bool:
    """Return whether signs stand where letters were: “Mu?oz”, “Mu&ntilde;oz”."""
    return not said.isalpha() and bool(_INSTEAD.search(said))


def is_damaged(said: str) -> bool:
    """Return whether the letters were read in the wrong encoding: “JosÃ©”, “JosŽ”, “Mu–oz”."""
    if said.isascii():
        return False
    return bool(_SIGNS.search(said)) or has_damaged_word(said)


def has_damaged_word(said: str) -> bool:
    """Return whether letters of a word were read in the wrong encoding, not only a sign beside it."""
    return bool(_IN_A_WORD.search(said) or _READ_TWICE.search(said))


def phone(said: str) -> str:
    """Return a phone number as written; "" for what stands for none."""
    plain = text(said, "phone").removeprefix("tel:").removeprefix("sms:")
    if found := _IN_POWERS.match(plain):
        digits, power = found[2] or "", int(found[3])
        if not power - 1 <= len(digits) <= power:
            raise BadRow(CUT_SHORT.format(said=plain[:40]))
        return (found[1] + digits).ljust(power + 1, "0")
    if not plain.strip("-–—.?/ 0"):
        return plain if plain.count("0") > 1 else ""
    return plain if any(map(str.isdigit, plain)) else ""


def parts(said: str) -> tuple[str, str]:
    """Return given and family name of a name that is one text; "" for a part that stands for none."""
    given, family = _parts(said)
    return "" if is_none(given) else given, "" if is_none(family) else family


def _parts(said: str) -> tuple[str, str]:
    """Return given and family name of a name that is one text, without titles and suffixes.

    “Nguyen, Van An”, “SMITH John” and “Anna van der Berg” are told by comma, capitals and particles; else the
    last word is the family name. One word alone is a given name.
    """
    if "^" in said:
        family, *given = (part.strip() for part in said.split("^"))
        return " ".join(filter(None, given[:2])), family
    chunks = [chunk for chunk in (_without_suffixes(one.split()) for one in said.split(",")) if chunk]
    if len(chunks) > 1:
        return " ".join(_without_titles(chunks[1])), " ".join(_without_titles(chunks[0]))
    words = _without_titles(chunks[0]) if chunks else said.replace(",", " ").split()
    if len(words) < 2:
        return " ".join(words), ""
    cut = _family_first(words)
    if cut:
        return " ".join(words[cut:]), " ".join(words[:cut])
    cut = next((at for at in range(1, len(words) - 1) if _is_particle(words, at)), len(words) - 1)
    return " ".join(words[:cut]), " ".join(words[cut:])


def in_order(said: str) -> str:
    """Return a name of one text with the given name first: "Brown, Bob Jr." is "Bob Jr. Brown"."""
    if "^" in said:
        return " ".join(filter(None, parts(said))) or said
    first, *rest = [chunk.strip() for chunk in said.split(",") if chunk.strip()] or [""]
    given = next((chunk for chunk in rest if _without_suffixes(chunk.split())), "")
    if not given:
        return said
    return " ".join([given, first, *(chunk for chunk in rest if chunk is not given)])


def spoken_words(said: str) -> list[str]:
    """Return the words of a name in the order in which it is spoken, without titles; suffixes come last."""
    words = _without_titles(in_order(said).split())
    cut = _family_first(words)
    words = [*words[cut:], *words[:cut]]
    return sorted(words, key=lambda word: _bare(word) in SUFFIXES)


def is_particle(word: str) -> bool:
    """Return whether a word only begins a family name: "van", "de"."""
    return word.casefold() in _PARTICLES


def _family_first(words: list[str]) -> int:
    """Return how many words in capitals begin a name whose other words are not: SMITH John."""
    capitals = [word.isupper() and len(word.strip(".")) > 1 for word in words]
    count = capitals.index(False) if False in capitals else 0
    return count if not any(capitals[count:]) else 0


def _is_particle(words: list[str], at: int) -> bool:
    word = words[at].casefold()
    if word not in _PARTICLES:
        return False
    following = words[at + 1].casefold() in _PARTICLES and at + 2 < len(words)
    return words[at].islower() or word in _SURE_PARTICLES or following


def _without_titles(words: list[str]) -> list[str]:
    at = 0
    while at < len(words) - 1 and _bare(words[at]) in TITLES | {"sr"}:
        at += 1
    return words[at:]


def _without_suffixes(words: list[str]) -> list[str]:
    end = len(words)
    while end and _bare(words[end - 1]) in SUFFIXES:
        end -= 1
    return words[:end]


def _bare(word: str) -> str:
    return word.replace(".", "").casefold()
