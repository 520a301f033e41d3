"""Phone numbers as facts: one number however it is written, and the ones that identify nobody.

`phonenumbers` knows how each region writes country, trunk and carrier prefixes. What it cannot read is
compared by its digits. A region is an ISO 3166 code; "" is no region at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult

from checkin.rules.filler_phones import is_filler, is_made_up

SHORTEST = 6
LONGEST_TEXT = 120
MOST_DIGITS = 17
KEY_DIGITS = 9
TELLING_END = 4
LONG_ENOUGH = 7

_EXTENSION = re.compile(r"[\s,;]*(?:\bext(?:ension|n)?\b\.?|;ext=|\bx|#)[\s.:]*(\d{1,7})\s*$", re.IGNORECASE)
_EXTENSION_WITHIN = re.compile(
    r"(?<=\d)[\s,;]*(?:\bext(?:ension|n)?\b\.?|ext=|x)[\s.:]*\d{1,7}(?=\s*(?:[/\\;,|&\n\r]|[^\W\d_]))",
    re.IGNORECASE,
)
_TRUNK = re.compile(r"(?<=\d)\s*\(0\)|^\s*\(0\)")
_BETWEEN = re.compile(r"[/\\;,|&\n\r]|[^\W\d_]+|\s[-–—]\s|\+")
_WITHIN = re.compile(r"[\s)(.]*[/\\|–—-][\s)(.]*")
_DIALED_ABROAD = re.compile(r"^\D*(?:00|011)(?=\D*\d)")
_SAYS_COUNTRY = re.compile(r"^(?:tel:)?[\s(]*\+")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_POSSIBLE = {
    ValidationResult.IS_POSSIBLE,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
}


class Phone(NamedTuple):
    """One number. `country`: its calling code, '' where nothing says it. `national`: no leading zeros."""

    country: str
    national: str
    text: str
    extension: str = ""


def read_phones(text: str, region: str) -> tuple[Phone, ...]:
    """Return the numbers in one box, as read in that region; below six digits only those that exist there."""
    return _read_all(text[:LONGEST_TEXT], region) if text else ()


def is_same_phone(first: str, second: str, region: str) -> bool:
    """Whether the two boxes have a number in common, with or without country, trunk or carrier prefix."""
    return shares_phone(read_phones(first, region), [second], region)


def shares_phone(phones: Iterable[Phone], boxes: Iterable[str], region: str) -> bool:
    """Whether one of these numbers is in one of the boxes, as read in that region."""
    return any(is_among(phone, boxes, region) for phone in phones)


def is_among(phone: Phone, boxes: Iterable[str], region: str) -> bool:
    """Whether this number is in one of the boxes. Only boxes that hold its last digits are read at all."""
    end = phone.national[-TELLING_END:]
    return any(
        (end in _digits(box) or _LETTERS.search(box))
        and any(_is_same(phone, other) for other in read_phones(box, region))
        for box in boxes
    )


def phone_key(text: str, region: str) -> str:
    """Return the look-up key of the first number: its last nine national digits; '' where there is none.

    Coarse on purpose, so that a number kept without its country is found; `is_same_phone` decides.
    """
    return next(iter(phone_keys(text, region)), "")


def phone_keys(text: str, region: str) -> tuple[str, ...]:
    """Return the look-up key of each number in the box."""
    keys = (phone.national[-KEY_DIGITS:] for phone in read_phones(text, region))
    return tuple(dict.fromkeys(keys))


def is_stand_in(phone: Phone) -> bool:
    """Whether it is what people type for no number: one digit repeated, a run, 555-555-5555 and the like."""
    typed = _digits(phone.text)
    return is_filler(phone.national) or any(map(is_made_up, (typed, typed.lstrip("0"))))


def is_one_of_ours(phone: Phone, boxes: Iterable[str], region: str) -> bool:
    """Whether it is one of the clinic's own numbers, with its area code or, on either side, without."""
    return is_among(phone._replace(extension=""), boxes, region) or any(
        _is_end_of(phone, own) or _is_end_of(own, phone) for box in boxes for own in read_phones(box, region)
    )


def _is_end_of(local: Phone, whole: Phone) -> bool:
    """Whether one is the other as it is dialed within its area."""
    if _says_country(local.text) or _digits(local.text).startswith("0"):
        return False
    return SHORTEST <= len(local.national) < len(whole.national) and whole.national.endswith(local.national)


def _is_same(one: Phone, other: Phone) -> bool:
    if one.extension and other.extension and one.extension != other.extension:
        # Two who work in one place are not one family.
        return False
    if one[:2] == other[:2] or _is_without_plus(one, other) or _is_without_plus(other, one):
        return True
    if one.country and other.country:
        return False
    if one.national == other.national:
        return True
    if one.country or other.country:
        known, bare = (one, other) if one.country else (other, one)
        abroad = phonenumbers.region_code_for_country_code(int(known.country))
        again = _read(bare.text, abroad)
        return again is not None and again[:2] == known[:2]
    shorter, longer = sorted((one.national, other.national), key=len)
    return len(shorter) >= KEY_DIGITS and longer.endswith(shorter)


def _is_without_plus(one: Phone, whole: Phone) -> bool:
    """Whether one has its country in front without a plus, so that it was read as a number of the region."""
    return bool(whole.country) and not _SAYS_COUNTRY.match(one.text) and one.national == "".join(whole[:2])


@lru_cache(maxsize=16_384)
def _read_all(text: str, region: str) -> tuple[Phone, ...]:
    plain = unicodedata.normalize("NFKC", text)
    extension = _EXTENSION.search(plain)
    plain = _EXTENSION_WITHIN.sub("", _EXTENSION.sub("", plain))
    found = [phone for part in _parts(plain, region) if (phone := _read(part, region))]
    if found and extension:
        found[-1] = found[-1]._replace(extension=_digits(extension[1]).lstrip("0"))
    return tuple({phone[:2]: phone for phone in reversed(found)}.values())[::-1]


def _parts(text: str, region: str) -> list[str]:
    """The box cut into its numbers, or whole: "030/123456" is one, "555-0142 / 555-0143" are two."""
    if _LETTERS.search(text) and len(_digits(text)) <= LONG_ENOUGH:
        vanity = _read(text, region)
        if vanity and vanity.country:
            return [text]
    parts = _joined(text, region)
    if len(parts) == 1:
        return _halves(parts[0], region)
    sizes = [len(_digits(part)) for part in parts]
    if min(sizes) >= SHORTEST and all(_parsed(part, region) for part in parts):
        return parts
    return [
        part
        for part, size in zip(parts, sizes, strict=True)
        if size >= LONG_ENOUGH or _is_whole(part, region)
    ] or [text]


def _joined(text: str, region: str) -> list[str]:
    """The parts of a box, each piece of a number put back to the rest of it."""
    parts: list[str] = []
    for sign, part in _cut(text):
        if parts and _belong_together(parts[-1], sign, part, region):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return parts


def _belong_together(before: str, sign: str, part: str, region: str) -> bool:
    """Whether two pieces are one number: without its area code it would be many other people's too."""
    if sign == "+":
        return False
    first, second = len(_digits(before)), len(_digits(part))
    both = f"{before} {part}"
    within = bool(_WITHIN.fullmatch(sign))
    if first < LONG_ENOUGH:
        if first >= SHORTEST and _parsed(both, region) is None and _is_pair(before, part, region):
            return False
        if _is_whole(before, region) and _is_whole(part, region):
            return within and _is_whole(both, region)
        # "2 kids, 206 555 0134": what is whole by itself needs nothing from before a word.
        if not _is_whole(part, region) or (within and _parsed(both, region) is not None):
            return True
        has_prefix = _digits(part).startswith("0")
        return first > 1 and (
            _is_whole(both, region) or (not has_prefix and _parsed(both, region) is not None)
        )
    if not within or not _is_whole(both, region):
        return False
    if second < LONG_ENOUGH:
        return True
    return _says_country(before) and not _is_whole(before, region)


def _is_pair(before: str, part: str, region: str) -> bool:
    return _parsed(before, region) is not None and _parsed(part, region) is not None


def _is_whole(text: str, region: str) -> bool:
    """Whether such a number exists."""
    number = _parsed(text, region)
    return number is not None and phonenumbers.is_valid_number(number)


def _says_country(text: str) -> bool:
    return bool(_SAYS_COUNTRY.match(text) or _DIALED_ABROAD.match(text))


def _cut(text: str) -> Iterator[tuple[str, str]]:
    """The pieces that hold digits, each with the sign or the word that stands before it."""
    start, before = 0, ""
    for sign in _BETWEEN.finditer(text):
        if _digits(text[start : sign.start()]):
            yield before, text[start : sign.start()]
            start = sign.start() if sign[0] == "+" else sign.end()
            before = sign[0]
        elif before:
            before = "+" if sign[0] == "+" else before + sign[0]
    if _digits(text[start:]) or start == 0:
        yield before, text[start:]


def _halves(text: str, region: str) -> list[str]:
    """Two numbers with nothing but a space between them."""
    words = text.split()
    if len(_digits(text)) <= MOST_DIGITS or len(words) < 2:
        return [text]
    for place in range(1, len(words)):
        halves = [" ".join(words[:place]), " ".join(words[place:])]
        if all(_parsed(half, region) for half in halves):
            return halves
    return [text]


def _read(text: str, region: str) -> Phone | None:
    number = _parsed(text, region)
    if number is None:
        digits = _digits(text)
        return Phone("", digits.lstrip("0") or digits, text) if len(digits) >= SHORTEST else None
    national = phonenumbers.national_significant_number(number)
    valid = phonenumbers.is_valid_number(number)
    if len(national) < SHORTEST and not valid:
        return None
    country = str(number.country_code)
    national = _without_mobile_sign(country, national).lstrip("0") or national
    # A number that region does not have may be one of another country, written without it.
    return Phone(country if valid or _SAYS_COUNTRY.match(text) else "", national, text)


def _without_mobile_sign(country: str, national: str) -> str:
    """Argentina dials a 9 before its mobiles from abroad, as Mexico dialed a 1 until 2019."""
    if country == "54" and len(national) == 11 and national.startswith("9"):
        return national[1:]
    if country == "52" and len(national) > 10:
        return re.sub("^(?:1|01|044|045)(?=[0-9]{10}$)", "", national)
    return national


def _parsed(text: str, region: str) -> PhoneNumber | None:
    """As that region dials it, or else as an international number; None where it can be neither."""
    plain = _TRUNK.sub("", text)
    tries = [(plain, region or None)]
    if abroad := _DIALED_ABROAD.match(plain):
        tries.append((f"+{plain[abroad.end() :]}", None))
    found = []
    for one, where in tries:
        try:
            number = phonenumbers.parse(one, where)
        except NumberParseException:
            continue
        if phonenumbers.is_possible_number_with_reason(number) in _POSSIBLE or _is_mexican(number):
            found.append(number)
    home = phonenumbers.country_code_for_region(region) if region else 0
    if len(found) > 1 and found[-1].country_code == home and phonenumbers.is_valid_number(found[-1]):
        # In Colombia "005 73..." dials Russia by one carrier; who writes "0057 3..." means Colombia.
        return found[-1]
    # Every try may be possible (Australia, "00 61 …"); then the one that exists is meant.
    return next(filter(phonenumbers.is_valid_number, found), found[0] if found else None)


def _is_mexican(number: PhoneNumber) -> bool:
    national = phonenumbers.national_significant_number(number)
    return number.country_code == 52 and len(_without_mobile_sign("52", national)) == 10


def _digits(text: str) -> str:
    if text.isascii():
        return re.sub("[^0-9]", "", text)
    return "".join(str(unicodedata.decimal(sign, "")) for sign in text)
