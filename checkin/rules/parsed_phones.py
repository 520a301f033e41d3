"""One phone number, read as its region dials it.

`phonenumbers` knows each region's country, trunk and carrier prefixes. A number that it cannot read is kept
as digits. A region is an ISO 3166 code; "" means no region.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult

LEAST_DIGITS_OF_PHONE = 6
_TRUNK_ZERO = re.compile(r"(?<=\d)\s*\(0\)|^\s*\(0\)")
_DIALED_ABROAD = re.compile(r"^\D*(?:00|011)(?=\D*\d)")
_COUNTRY_PLUS = re.compile(r"^(?:tel:)?[\s(]*\+")
_POSSIBLE_NUMBERS = {
    ValidationResult.IS_POSSIBLE,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
}


class ParsedPhone(NamedTuple):
    """One number. `country`: its calling code, or "" if unknown. `national`: without leading zeros."""

    country: str
    national: str
    text: str
    extension: str = ""


def read_one_phone(text: str, region: str) -> ParsedPhone | None:
    """Return the one number in this text as read in that region; None if there is none."""
    number = parse_phone_in_region(text, region)
    if number is None:
        digits = digits_of_phone(text)
        return (
            ParsedPhone("", digits.lstrip("0") or digits, text)
            if len(digits) >= LEAST_DIGITS_OF_PHONE
            else None
        )
    national = phonenumbers.national_significant_number(number)
    valid = phonenumbers.is_valid_number(number)
    if len(national) < LEAST_DIGITS_OF_PHONE and not valid:
        return None
    country = str(number.country_code)
    national = _strip_mobile_sign(country, national).lstrip("0") or national
    # A number that the region does not have may be from another country, written without its code.
    return ParsedPhone(country if valid or has_country_plus(text) else "", national, text)


def _strip_mobile_sign(country: str, national: str) -> str:
    """Return the number without Argentina's 9 before mobiles from abroad, or Mexico's 1 (until 2019)."""
    if country == "54" and len(national) == 11 and national.startswith("9"):
        return national[1:]
    if country == "52" and len(national) > 10:
        return re.sub("^(?:1|01|044|045)(?=[0-9]{10}$)", "", national)
    return national


def parse_phone_in_region(text: str, region: str) -> PhoneNumber | None:
    """Return the number as that region dials it, or as an international one; None if neither works."""
    plain = _TRUNK_ZERO.sub("", text)
    tries = [(plain, region or None)]
    if abroad := _DIALED_ABROAD.match(plain):
        tries.append((f"+{plain[abroad.end() :]}", None))
    found = []
    for one, where in tries:
        try:
            number = phonenumbers.parse(one, where)
        except NumberParseException:
            continue
        if phonenumbers.is_possible_number_with_reason(number) in _POSSIBLE_NUMBERS or _is_mexican_number(
            number
        ):
            found.append(number)
    home = phonenumbers.country_code_for_region(region) if region else 0
    if len(found) > 1 and found[-1].country_code == home and phonenumbers.is_valid_number(found[-1]):
        # In Colombia "005 73..." dials Russia through one carrier, but "0057 3..." means Colombia.
        return found[-1]
    # Several readings may be possible (Australia, "00 61 …"); prefer one that exists.
    return next(filter(phonenumbers.is_valid_number, found), found[0] if found else None)


def _is_mexican_number(number: PhoneNumber) -> bool:
    national = phonenumbers.national_significant_number(number)
    return number.country_code == 52 and len(_strip_mobile_sign("52", national)) == 10


def is_existing_number(text: str, region: str) -> bool:
    """Return whether such a number exists."""
    number = parse_phone_in_region(text, region)
    return number is not None and phonenumbers.is_valid_number(number)


def has_country_prefix(text: str) -> bool:
    """Return whether it starts with a country code, after a plus or an international dialing prefix."""
    return has_country_plus(text) or bool(_DIALED_ABROAD.match(text))


def has_country_plus(text: str) -> bool:
    """Return whether it starts with a plus, and so with a country code."""
    return bool(_COUNTRY_PLUS.match(text))


def digits_of_phone(text: str) -> str:
    """Return only the digits, from any script, as 0 to 9."""
    if text.isascii():
        return re.sub("[^0-9]", "", text)
    return "".join(str(unicodedata.decimal(sign, "")) for sign in text)
