"""Names as other systems write them: placeholders, full names in one text, and misread letters."""

from __future__ import annotations

import re
import unicodedata

from checkin.rules.missing_values import is_missing_value
from checkin.rules.record_rows import BadRow, read_record_text, split_code_list

_DAMAGED_LETTERS = (
    "The {called} “{said}” holds signs that no name has: the file is in another encoding than the one it was "
    "read in. Say which, by --encoding."
)
_LOST_LETTERS = (
    "The {called} “{said}” has signs in place of letters, which were lost when the file was made: export it "
    "again, in UTF-8."
)

_SIGNS_IN_NO_NAME = re.compile("[\ufffd\u0080-\u009f¡-©«-±²³µ¶¹»-¿×÷†‡•…‰‹›€™˜ˆ]")
_MISREAD_IN_WORD = re.compile(
    "[a-zß-ÿ](?:–|—|¨|¸|¯)[a-zß-ÿ]|[a-zß-ÿ][ŽŠŒŸƒ](?![A-ZÀ-ÞŽŠŒŸ])|[a-zß-ÿ]‘(?![^\\W\\d_])"
    "|[^\\W\\d_][‚„]|[^\\W\\d_][“”][^\\W\\d_]"
)
_INSTEAD_OF_LETTER = re.compile(
    r"[^\W\d_][?_#$~=%;<>\\][^\W\d_]|[^\W\d_]\?|\?[^\W\d_]"
    r"|[=%][0-9a-f]{2}|\\[ux][0-9a-f]{2}|&#?\w+;|</?\w+/?>|(?-i:\+A[A-Z][A-Za-z0-9])"
    r"|[^\W\d_][\u2190-\u2bff\ue000-\uf8ff\ufffc]|[\u2190-\u2bff\ue000-\uf8ff\ufffc][^\W\d_]",
    re.IGNORECASE,
)
"""Signs in place of a letter: Mu?oz, Mu_oz, Mu□oz, Mu&ntilde;oz, Mu%C3%B1oz, and HTML tags."""
_READ_TWICE_LETTERS = re.compile("[ÂÃ][\u0080-¿ŒœŠšŽžŸƒ–—‘’‚“”„]|[ÄÅÐÑØÙ][\u0080-¿ŒœŠšŽžŸƒ‚“”„]")
_PHONE_IN_POWERS = re.compile(r"^(\d)(?:[.,](\d*))?E\+?(\d{1,2})$", re.IGNORECASE | re.ASCII)
_PHONE_CUT_SHORT = (
    "The phone “{said}” was cut short by a spreadsheet: format the column as text and export again."
)
_NAME_TITLES = split_code_list("mr mrs ms miss mx master mstr dr prof sir madam sra srta herr frau mme mlle")
_NAME_SUFFIXES = split_code_list("jr sr ii iii iv md phd esq")
_FAMILY_PARTICLES = split_code_list(
    "de del dela della di da do dos das du des la las le les los van von vander vanden der den ten ter te zu "
    "zur zum af av bin bint ben ibn abu al el"
)
_SURE_FAMILY_PARTICLES = split_code_list("de del della dela von der dos")


def read_recorded_name(said: str, column: str, *, called: str = "") -> str:
    """Return a name for that column; "" for a placeholder. Raises BadRow for damaged letters."""
    plain = read_record_text(said, column, called=called)
    if is_missing_value(plain):
        return ""
    for is_spoiled, sentence in ((has_misread_letters, _DAMAGED_LETTERS), (_has_lost_letters, _LOST_LETTERS)):
        if is_spoiled(said):
            raise BadRow(sentence.format(called=(called or column).replace("_", " "), said=plain[:40]))
    return plain if any(unicodedata.category(sign)[0] == "L" for sign in plain) else ""


def _has_lost_letters(said: str) -> bool:
    """Return whether signs replaced letters: “Mu?oz”, “Mu&ntilde;oz”."""
    return not said.isalpha() and bool(_INSTEAD_OF_LETTER.search(said))


def has_misread_letters(said: str) -> bool:
    """Return whether letters were read in the wrong encoding: “JosÃ©”, “JosŽ”, “Mu–oz”."""
    if said.isascii():
        return False
    return bool(_SIGNS_IN_NO_NAME.search(said)) or has_misread_word(said)


def has_misread_word(said: str) -> bool:
    """Return whether letters inside a word were read in the wrong encoding, not just a sign next to it."""
    return bool(_MISREAD_IN_WORD.search(said) or _READ_TWICE_LETTERS.search(said))


def read_recorded_phone(said: str) -> str:
    """Return a phone number as written; "" for a placeholder. Raises BadRow if a spreadsheet cut it short."""
    plain = read_record_text(said, "phone").removeprefix("tel:").removeprefix("sms:")
    if found := _PHONE_IN_POWERS.match(plain):
        digits, power = found[2] or "", int(found[3])
        if not power - 1 <= len(digits) <= power:
            raise BadRow(_PHONE_CUT_SHORT.format(said=plain[:40]))
        return (found[1] + digits).ljust(power + 1, "0")
    if not plain.strip("-–—.?/ 0"):
        return plain if plain.count("0") > 1 else ""
    return plain if any(map(str.isdigit, plain)) else ""


def split_recorded_name(said: str) -> tuple[str, str]:
    """Split a name in one text into given and family name; "" for a placeholder part."""
    given, family = _split_without_titles(said)
    return "" if is_missing_value(given) else given, "" if is_missing_value(family) else family


def _split_without_titles(said: str) -> tuple[str, str]:
    """Split a name in one text into given and family name, without titles and suffixes.

    “Nguyen, Van An”, “SMITH John” and “Anna van der Berg” are split by comma, capitals and particles.
    Otherwise the last word is the family name. A single word is a given name.
    """
    if "^" in said:
        family, *given = (part.strip() for part in said.split("^"))
        return " ".join(filter(None, given[:2])), family
    chunks = [chunk for chunk in (_strip_suffixes(one.split()) for one in said.split(",")) if chunk]
    if len(chunks) > 1:
        return " ".join(_strip_titles(chunks[1])), " ".join(_strip_titles(chunks[0]))
    words = _strip_titles(chunks[0]) if chunks else said.replace(",", " ").split()
    if len(words) < 2:
        return " ".join(words), ""
    cut = _count_capital_words(words)
    if cut:
        return " ".join(words[cut:]), " ".join(words[:cut])
    cut = next((at for at in range(1, len(words) - 1) if _is_particle_at(words, at)), len(words) - 1)
    return " ".join(words[:cut]), " ".join(words[cut:])


def _put_given_name_first(said: str) -> str:
    """Return a name with the given name first: "Brown, Bob Jr." becomes "Bob Jr. Brown"."""
    if "^" in said:
        return " ".join(filter(None, split_recorded_name(said))) or said
    first, *rest = [chunk.strip() for chunk in said.split(",") if chunk.strip()] or [""]
    given = next((chunk for chunk in rest if _strip_suffixes(chunk.split())), "")
    if not given:
        return said
    return " ".join([given, first, *(chunk for chunk in rest if chunk is not given)])


def spoken_name_words(said: str) -> list[str]:
    """Return the words of a name in spoken order, without titles and with suffixes last."""
    words = _strip_titles(_put_given_name_first(said).split())
    cut = _count_capital_words(words)
    words = [*words[cut:], *words[:cut]]
    return sorted(words, key=lambda word: _word_without_dots(word) in _NAME_SUFFIXES)


def is_family_particle(word: str) -> bool:
    """Return whether a word only starts a family name: "van", "de"."""
    return word.casefold() in _FAMILY_PARTICLES


def _count_capital_words(words: list[str]) -> int:
    """Return how many words in capitals start a name whose other words are not in capitals: SMITH John."""
    capitals = [word.isupper() and len(word.strip(".")) > 1 for word in words]
    count = capitals.index(False) if False in capitals else 0
    return count if not any(capitals[count:]) else 0


def _is_particle_at(words: list[str], at: int) -> bool:
    word = words[at].casefold()
    if word not in _FAMILY_PARTICLES:
        return False
    following = words[at + 1].casefold() in _FAMILY_PARTICLES and at + 2 < len(words)
    return words[at].islower() or word in _SURE_FAMILY_PARTICLES or following


def _strip_titles(words: list[str]) -> list[str]:
    at = 0
    while at < len(words) - 1 and _word_without_dots(words[at]) in _NAME_TITLES | {"sr"}:
        at += 1
    return words[at:]


def _strip_suffixes(words: list[str]) -> list[str]:
    end = len(words)
    while end and _word_without_dots(words[end - 1]) in _NAME_SUFFIXES:
        end -= 1
    return words[:end]


def _word_without_dots(word: str) -> str:
    return word.replace(".", "").casefold()
