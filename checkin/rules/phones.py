"""Find the phone numbers in a field, which of them are the same, and which identify nobody.

A region is an ISO 3166 code; "" means no region.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat

from checkin.rules.parsed_phones import (
    LEAST_DIGITS_OF_PHONE,
    ParsedPhone,
    digits_of_phone,
    has_country_plus,
    has_country_prefix,
    is_existing_number,
    parse_phone_in_region,
    read_one_phone,
)
from checkin.rules.placeholder_phones import has_made_up_digits, is_made_up_national_number

_LONGEST_PHONE_BOX = 120
_MOST_PHONE_DIGITS = 17
PHONE_KEY_DIGITS = 9
_LAST_DIGITS_COMPARED = 4
_DIGITS_OF_WHOLE_PHONE = 7

_EXTENSION = re.compile(r"[\s,;]*(?:\bext(?:ension|n)?\b\.?|;ext=|\bx|#)[\s.:]*(\d{1,7})\s*$", re.IGNORECASE)
_EXTENSION_WITHIN = re.compile(
    r"(?<=\d)[\s,;]*(?:\bext(?:ension|n)?\b\.?|ext=|x)[\s.:]*\d{1,7}(?=\s*(?:[/\\;,|&\n\r]|[^\W\d_]))",
    re.IGNORECASE,
)
_BETWEEN_PHONES = re.compile(r"[/\\;,|&\n\r]|[^\W\d_]+|\s[-–—]\s|\+")
_WITHIN_PHONE = re.compile(r"[\s)(.]*[/\\|–—-][\s)(.]*")
_ONLY_ONE_PHONE = re.compile(r"[\d\s()+./–—-]+")
_LETTERS_IN_PHONE = re.compile(r"[^\W\d_]{3,}")


def read_phones(text: str, region: str) -> tuple[ParsedPhone, ...]:
    """Return the numbers in one field, read in that region. Below six digits, only those that exist there."""
    return _read_phone_box(text[:_LONGEST_PHONE_BOX], region) if text else ()


def has_phone_in_common(first: str, second: str, region: str) -> bool:
    """Return whether two fields share a number, with or without country, trunk or carrier prefix."""
    return is_any_phone_in_boxes(read_phones(first, region), [second], region)


def is_any_phone_in_boxes(phones: Iterable[ParsedPhone], boxes: Iterable[str], region: str) -> bool:
    """Return whether one of these numbers is in one of the fields, as read in that region."""
    return any(is_phone_in_boxes(phone, boxes, region) for phone in phones)


def is_phone_in_boxes(phone: ParsedPhone, boxes: Iterable[str], region: str) -> bool:
    """Return whether this number is in one of the fields. Only fields with its last digits are parsed."""
    end = phone.national[-_LAST_DIGITS_COMPARED:]
    return any(
        (end in digits_of_phone(box) or _LETTERS_IN_PHONE.search(box))
        and any(_is_same_number(phone, other) for other in read_phones(box, region))
        for box in boxes
    )


@lru_cache(maxsize=4_096)
def format_phone(text: str, region: str) -> str:
    """Return a field with one number as that region writes it, "(312) 555-0199"; any other text as it is.

    Numbers of other countries are written with their code. A number that does not exist there, several
    numbers and a number with words beside it stay as they were typed, so that nothing is hidden.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    extension = _EXTENSION.search(plain)
    alone = _EXTENSION.sub("", plain)
    if not _ONLY_ONE_PHONE.fullmatch(alone) or len(read_phones(plain, region)) != 1:
        return text
    number = parse_phone_in_region(alone, region)
    if number is None or not phonenumbers.is_valid_number(number):
        return text
    is_of_region = number.country_code == phonenumbers.country_code_for_region(region)
    style = PhoneNumberFormat.NATIONAL if is_of_region else PhoneNumberFormat.INTERNATIONAL
    words = phonenumbers.format_number(number, style)
    return f"{words} ext. {digits_of_phone(extension[1])}" if extension else words


def phone_key(text: str, region: str) -> str:
    """Return the look-up key of the first number: its last nine national digits; "" if there is none.

    Deliberately coarse, so that a number stored without its country is found; `has_phone_in_common` decides.
    """
    return next(iter(phone_keys(text, region)), "")


def phone_keys(text: str, region: str) -> tuple[str, ...]:
    """Return the look-up key of each number in the field."""
    keys = (phone.national[-PHONE_KEY_DIGITS:] for phone in read_phones(text, region))
    return tuple(dict.fromkeys(keys))


def is_placeholder_phone(phone: ParsedPhone) -> bool:
    """Return whether people type it because they have no number: one digit repeated, a run, 555-555-5555."""
    typed = digits_of_phone(phone.text)
    return is_made_up_national_number(phone.national) or any(
        map(has_made_up_digits, (typed, typed.lstrip("0")))
    )


def is_clinic_phone(phone: ParsedPhone, boxes: Iterable[str], region: str) -> bool:
    """Return whether it is one of the clinic's own numbers, with or without the area code on either side."""
    return is_phone_in_boxes(phone._replace(extension=""), boxes, region) or any(
        _is_local_form_of(phone, own) or _is_local_form_of(own, phone)
        for box in boxes
        for own in read_phones(box, region)
    )


def _is_local_form_of(local: ParsedPhone, whole: ParsedPhone) -> bool:
    """Return whether `local` is `whole` as dialed within its area."""
    if has_country_prefix(local.text) or digits_of_phone(local.text).startswith("0"):
        return False
    return LEAST_DIGITS_OF_PHONE <= len(local.national) < len(whole.national) and whole.national.endswith(
        local.national
    )


def _is_same_number(one: ParsedPhone, other: ParsedPhone) -> bool:
    if one.extension and other.extension and one.extension != other.extension:
        # Two extensions at one workplace are not one family.
        return False
    if one[:2] == other[:2] or _is_missing_plus(one, other) or _is_missing_plus(other, one):
        return True
    if one.country and other.country:
        return False
    if one.national == other.national:
        return True
    if one.country or other.country:
        known, bare = (one, other) if one.country else (other, one)
        abroad = phonenumbers.region_code_for_country_code(int(known.country))
        again = read_one_phone(bare.text, abroad)
        return again is not None and again[:2] == known[:2]
    shorter, longer = sorted((one.national, other.national), key=len)
    return len(shorter) >= PHONE_KEY_DIGITS and longer.endswith(shorter)


def _is_missing_plus(one: ParsedPhone, whole: ParsedPhone) -> bool:
    """Return whether the number has its country code but no plus, and so was read as a local number."""
    return bool(whole.country) and not has_country_plus(one.text) and one.national == "".join(whole[:2])


@lru_cache(maxsize=16_384)
def _read_phone_box(text: str, region: str) -> tuple[ParsedPhone, ...]:
    plain = unicodedata.normalize("NFKC", text)
    extension = _EXTENSION.search(plain)
    plain = _EXTENSION_WITHIN.sub("", _EXTENSION.sub("", plain))
    found = [phone for part in _split_phone_box(plain, region) if (phone := read_one_phone(part, region))]
    if found and extension:
        found[-1] = found[-1]._replace(extension=digits_of_phone(extension[1]).lstrip("0"))
    return tuple({phone[:2]: phone for phone in reversed(found)}.values())[::-1]


def _split_phone_box(text: str, region: str) -> list[str]:
    """Split a field into its numbers: "030/123456" is one number, "555-0142 / 555-0143" are two."""
    if _LETTERS_IN_PHONE.search(text) and len(digits_of_phone(text)) <= _DIGITS_OF_WHOLE_PHONE:
        vanity = read_one_phone(text, region)
        if vanity and vanity.country:
            return [text]
    parts = _join_phone_pieces(text, region)
    if len(parts) == 1:
        return _split_spaced_phones(parts[0], region)
    sizes = [len(digits_of_phone(part)) for part in parts]
    if min(sizes) >= LEAST_DIGITS_OF_PHONE and all(parse_phone_in_region(part, region) for part in parts):
        return parts
    return [
        part
        for part, size in zip(parts, sizes, strict=True)
        if size >= _DIGITS_OF_WHOLE_PHONE or is_existing_number(part, region)
    ] or [text]


def _join_phone_pieces(text: str, region: str) -> list[str]:
    """Return the parts of a field, with pieces of one number joined."""
    parts: list[str] = []
    for sign, part in _cut_into_phone_pieces(text):
        if parts and _is_one_phone_in_pieces(parts[-1], sign, part, region):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return parts


def _is_one_phone_in_pieces(before: str, sign: str, part: str, region: str) -> bool:
    """Return whether two pieces are one number: without the area code it would match other people's too."""
    if sign == "+":
        return False
    first, second = len(digits_of_phone(before)), len(digits_of_phone(part))
    both = f"{before} {part}"
    within = bool(_WITHIN_PHONE.fullmatch(sign))
    if first < _DIGITS_OF_WHOLE_PHONE:
        if (
            first >= LEAST_DIGITS_OF_PHONE
            and parse_phone_in_region(both, region) is None
            and _is_pair_of_phones(before, part, region)
        ):
            return False
        if is_existing_number(before, region) and is_existing_number(part, region):
            return within and is_existing_number(both, region)
        # "2 kids, 206 555 0134": a number that is complete needs no digits from before a word.
        if not is_existing_number(part, region) or (
            within and parse_phone_in_region(both, region) is not None
        ):
            return True
        has_prefix = digits_of_phone(part).startswith("0")
        return first > 1 and (
            is_existing_number(both, region)
            or (not has_prefix and parse_phone_in_region(both, region) is not None)
        )
    if not within or not is_existing_number(both, region):
        return False
    if second < _DIGITS_OF_WHOLE_PHONE:
        return True
    return has_country_prefix(before) and not is_existing_number(before, region)


def _is_pair_of_phones(before: str, part: str, region: str) -> bool:
    return (
        parse_phone_in_region(before, region) is not None and parse_phone_in_region(part, region) is not None
    )


def _cut_into_phone_pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces with digits, each with the sign or word before it."""
    start, before = 0, ""
    for sign in _BETWEEN_PHONES.finditer(text):
        if digits_of_phone(text[start : sign.start()]):
            yield before, text[start : sign.start()]
            start = sign.start() if sign[0] == "+" else sign.end()
            before = sign[0]
        elif before:
            before = "+" if sign[0] == "+" else before + sign[0]
    if digits_of_phone(text[start:]) or start == 0:
        yield before, text[start:]


def _split_spaced_phones(text: str, region: str) -> list[str]:
    """Split two numbers that are separated only by a space."""
    words = text.split()
    if len(digits_of_phone(text)) <= _MOST_PHONE_DIGITS or len(words) < 2:
        return [text]
    for place in range(1, len(words)):
        halves = [" ".join(words[:place]), " ".join(words[place:])]
        if all(parse_phone_in_region(half, region) for half in halves):
            return halves
    return [text]
