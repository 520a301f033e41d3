"""Choose which records to fetch for a claim: a few indexed look-ups, however large the clinic is.

What limits each look-up, at two million records: one birth date (about 300 rows); a birth date near the typed
one *and* three letters of a name (a few dozen); one full name *and* two letters of the other
(`_BLOCK_ROW_LIMIT` rows for the most common names); one phone number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from checkin.rules import birth_dates, name_keys
from checkin.rules.identity_facts import IdentityClaim
from checkin.rules.name_likeness import nickname_variants
from checkin.rules.phones import PHONE_KEY_DIGITS

_BLOCK_ROW_LIMIT = 300
_NEAR_DATE_LETTERS = 3
_OTHER_NAME_LETTERS = 2
_MOST_BLOCK_PHONES = 2

KeyRange = tuple[str, str]
BlockFact = tuple[str, str | date]
"""A column in which a look-up is exact ("phone", "birth_date", "family" or "given"), and its value."""


@dataclass(frozen=True)
class CandidateBlock:
    """One look-up; every field that is set must match.

    A range is `low <= column < high`, or `column == low` if `high` is "". Take at most `limit` rows, lowest
    id first. A phone also matches escorts' and guardians' phones.
    """

    dates: tuple[date, ...] = ()
    family: KeyRange | None = None
    given: KeyRange | None = None
    given_names: tuple[str, ...] = ()
    phone: str = ""
    limit: int = _BLOCK_ROW_LIMIT

    @property
    def exact_facts(self) -> tuple[BlockFact, ...]:
        """Return facts of which every record of this look-up has one."""
        if self.phone:
            return (("phone", self.phone),)
        if self.dates:
            return tuple(("birth_date", one) for one in self.dates)
        for name, limits in (("family", self.family), ("given", self.given)):
            if limits is not None and not limits[1]:
                return ((name, limits[0]),)
        raise ValueError("a look-up without an exact fact would read the whole table")


def build_candidate_blocks(claim: IdentityClaim) -> list[CandidateBlock]:
    """Return the look-ups that together find every record worth judging, without duplicates."""
    given, family = name_keys.normalize_text(claim.given_name), name_keys.normalize_text(claim.family_name)
    exact, near = birth_dates.exact_birth_dates(claim.births), birth_dates.near_birth_dates(claim.births)
    found: list[CandidateBlock] = []
    if exact:
        found.append(CandidateBlock(dates=exact, limit=2 * _BLOCK_ROW_LIMIT))
    if near:
        found += _near_date_blocks(given, family, near)
    found += _whole_name_blocks(claim)
    if not exact:
        found += _name_form_blocks(given, family, claim)
    found += [
        CandidateBlock(phone=phone.national[-PHONE_KEY_DIGITS:])
        for phone in claim.phones[:_MOST_BLOCK_PHONES]
    ]
    return list(dict.fromkeys(found))


def _near_date_blocks(given: str, family: str, near: tuple[date, ...]) -> list[CandidateBlock]:
    """Return near dates with the start of either name, each in its own field or in the other's."""
    starts = [
        _range_of_name_start(name, _NEAR_DATE_LETTERS) for name in dict.fromkeys((family, given)) if name
    ]
    by_family = [CandidateBlock(dates=near, family=start) for start in starts]
    by_given = [CandidateBlock(dates=near, given=start) for start in starts]
    return by_family + by_given


def _whole_name_blocks(claim: IdentityClaim) -> list[CandidateBlock]:
    """Return one full name with the start of the other, for a birth date that is missing or far off."""
    given, family = name_keys.normalize_text(claim.given_name), name_keys.normalize_text(claim.family_name)
    if given and family:
        return _whole_and_start_blocks(given, family) + _whole_and_start_blocks(family, given)
    only = given or family
    if not only:
        return []
    alone = [
        CandidateBlock(given=(only, ""), family=("", "")),
        CandidateBlock(given=("", ""), family=(only, "")),
    ]
    return alone + _one_box_blocks(name_keys.normalized_words(claim.given_name or claim.family_name))


def _whole_and_start_blocks(given: str, family: str) -> list[CandidateBlock]:
    return [
        CandidateBlock(family=(family, ""), given=_range_of_name_start(given, _OTHER_NAME_LETTERS)),
        CandidateBlock(given=(given, ""), family=_range_of_name_start(family, _OTHER_NAME_LETTERS)),
    ]


def _name_form_blocks(given: str, family: str, claim: IdentityClaim) -> list[CandidateBlock]:
    """Return look-ups for a claim without a birth date: family name and nicknames, and each name alone.

    Each name alone also finds a record if the other name has a typo.
    """
    if not given or not family:
        return []
    found = [CandidateBlock(family=(family, ""))]
    if forms := nickname_variants(claim.given_name):
        found.append(CandidateBlock(family=(family, ""), given_names=forms))
    if forms := nickname_variants(claim.family_name):
        found.append(CandidateBlock(family=(given, ""), given_names=forms))
    return [*found, CandidateBlock(given=(given, ""))]


def _one_box_blocks(parts: tuple[str, ...]) -> list[CandidateBlock]:
    """Return look-ups for a full name in one field: the family name is its last word or its first."""
    if len(parts) < 2:
        return []
    return [
        CandidateBlock(family=(parts[-1], ""), given=("".join(parts[:-1]), "")),
        CandidateBlock(family=(parts[0], ""), given=("".join(parts[1:]), "")),
    ]


def _range_of_name_start(key: str, letters: int) -> KeyRange:
    start = key[:letters]
    return start, name_keys.end_of_key_prefix(start)
