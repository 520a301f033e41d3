"""A number with a separated area code is still one number; two numbers in a field stay two."""

from __future__ import annotations

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from checkin.rules.phones import has_phone_in_common, phone_keys, read_phones

WITHIN = ("/", " / ", "\\", "|", " - ", " – ")
APART = (*WITHIN, ", ", " tel ", "\n")
BETWEEN = (" or ", " / ", ", ", "\n", " ext 12 / ", " (mom) or ", " \\ ")
KINDS = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)


def examples() -> list[tuple[str, str]]:
    """Return every region's example numbers of at least seven digits, as written there."""
    found = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in KINDS:
            number = phonenumbers.example_number_for_type(region, kind)
            text = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL) if number else ""
            if len(re.sub(r"\D", "", text)) >= 7:
                found.append((region, text))
    return found


EXAMPLES = examples()


GAP = re.compile(r"(?<=\d)(\)?)[\s-]+(?=\d)")


def with_areas() -> list[tuple[str, str]]:
    """Return those with an area code, not just a trunk prefix, before the first gap."""
    found = []
    for region, text in EXAMPLES:
        area = re.sub(r"\D", "", GAP.split(text)[0])
        trunk = phonenumbers.PhoneMetadata.metadata_for_region(region).national_prefix
        if GAP.search(text) and area != trunk and len(area) > 1:
            found.append((region, text))
    return found


def other_area(text: str) -> str:
    """Return the number with another last digit in its area code."""
    place = GAP.search(text).start() - 1
    return text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :]


@pytest.mark.parametrize("sign", APART)
def test_separated_area_code_still_counts_in_every_region(sign: str) -> None:
    one, two, written = [], [], with_areas()
    assert len(written) > 100
    for region, text in written:
        apart, other = (GAP.sub(lambda gap: gap[1] + sign, way, count=1) for way in (text, other_area(text)))
        if has_phone_in_common(apart, other, region) or has_phone_in_common(other, text, region):
            one.append((region, apart, other))
        if sign in WITHIN and not has_phone_in_common(apart, text, region):
            two.append((region, apart, text))
    assert (one, two) == ([], [])


@pytest.mark.parametrize("between", BETWEEN)
def test_two_numbers_in_one_field_both_count_in_every_region(between: str) -> None:
    lost = []
    for region, text in EXAMPLES:
        second = text[:-1] + str((int(text[-1]) + 1) % 10)
        for first in (text, GAP.sub(r"\1/", text, count=1)):
            box = f"{first}{between}{second}"
            if not (has_phone_in_common(box, text, region) and has_phone_in_common(box, second, region)):
                lost.append((region, box, read_phones(box, region)))
    assert lost == []


@pytest.mark.parametrize(
    ("one", "other", "region"),
    [
        ("030/2345985", "040/2345985", "DE"),
        ("030, 2345985", "040, 2345985", "DE"),
        ("0049 171/1234985", "0049 172/1234985", "DE"),
        ("0151/01234567", "0152/01234567", "DE"),
        ("206/555/0134", "425/555/0134", "US"),
        ("(206) 5550/134", "(206) 5550/199", "US"),
        ("206 cell 5550134", "425 cell 5550134", "US"),
        ("#206/5550134", "#425/5550134", "US"),
        ("206/5550134", "425/5550134", ""),
        ("030/1234985", "040/1234985", "US"),
        ("01223/4567 890", "01224/4567 890", "GB"),
    ],
)
def test_numbers_with_different_area_codes_are_different(one: str, other: str, region: str) -> None:
    assert read_phones(one, region)
    assert not has_phone_in_common(one, other, region)
    assert phone_keys(one, region) != phone_keys(other, region)


@pytest.mark.parametrize(
    ("box", "number", "region"),
    [
        ("030/1234985", "+49 30 1234985", "DE"),
        ("030/1234985 oma", "030 1234985", "DE"),
        ("+49 (0)30 / 1234985", "030 1234985", "DE"),
        ("0043 664/1234985", "0664 1234985", "AT"),
        ("1/206/5550134", "206-555-0134", "US"),
        ("kid 7, 206-555-0134", "206-555-0134", "US"),
        ("206-555-0134/0199", "206-555-0134", "US"),
        ("206/5550134 x12 / 206/5550199 x3", "206-555-0199", "US"),
        ("555-0134 / 555-0177", "5550177", "US"),
    ],
)
def test_number_in_the_field_is_found(box: str, number: str, region: str) -> None:
    assert has_phone_in_common(box, number, region)


@given(
    st.text(alphabet="0123456789/\\|-–,;& +()orext\n", max_size=40),
    st.sampled_from(["US", "DE", "AT", "GB", "MX", ""]),
)
def test_any_field_text_matches_itself(text: str, region: str) -> None:
    assert has_phone_in_common(text, text, region) == bool(read_phones(text, region))
