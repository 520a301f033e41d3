"""Which records to fetch for a claim: a few look-ups that an index answers, whatever the size of the clinic.

What bounds them, at two million records: everyone born on one day (about 300); a birth date near the
typed one *and* three letters of a name (a few dozen); one whole name *and* two letters of the other
(`LIMIT` rows, for the commonest names); one phone number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from checkin.rules import birth_dates, names
from checkin.rules.identity_evidence import Claim
from checkin.rules.likeness import known_forms
from checkin.rules.phones import KEY_DIGITS

LIMIT = 300
NEAR_DATE_LETTERS = 3
OTHER_NAME_LETTERS = 2
MOST_PHONES = 2

Range = tuple[str, str]


@dataclass(frozen=True)
class Block:
    """One look-up: all that is set must hold. A range is `low <= column < high`; `high` '' means `== low`.

    Take at most `limit` rows, lowest id first. A phone is looked for among the escorts' and guardians' too.
    """

    dates: tuple[date, ...] = ()
    family: Range | None = None
    given: Range | None = None
    given_names: tuple[str, ...] = ()
    phone: str = ""
    limit: int = LIMIT


def blocks(claim: Claim) -> list[Block]:
    """The look-ups that together find every record worth judging, each of them once."""
    given, family = names.normalise(claim.given_name), names.normalise(claim.family_name)
    exact, near = birth_dates.exact_dates(claim.births), birth_dates.near_dates(claim.births)
    found: list[Block] = []
    if exact:
        found.append(Block(dates=exact, limit=2 * LIMIT))
    if near:
        found += _near_blocks(given, family, near)
    found += _name_blocks(claim)
    if not exact:
        found += _form_blocks(given, family, claim)
    found += [Block(phone=phone.national[-KEY_DIGITS:]) for phone in claim.phones[:MOST_PHONES]]
    return list(dict.fromkeys(found))


def _near_blocks(given: str, family: str, near: tuple[date, ...]) -> list[Block]:
    """Near dates with the start of either name, each in its own box or in the other's."""
    starts = [_starting(name, NEAR_DATE_LETTERS) for name in dict.fromkeys((family, given)) if name]
    by_family = [Block(dates=near, family=start) for start in starts]
    by_given = [Block(dates=near, given=start) for start in starts]
    return by_family + by_given


def _name_blocks(claim: Claim) -> list[Block]:
    """One whole name with the start of the other, for a birth date that is missing or far off."""
    given, family = names.normalise(claim.given_name), names.normalise(claim.family_name)
    if given and family:
        return _whole_and_start(given, family) + _whole_and_start(family, given)
    only = given or family
    if not only:
        return []
    alone = [Block(given=(only, ""), family=("", "")), Block(given=("", ""), family=(only, ""))]
    return alone + _one_box_blocks(names.words(claim.given_name or claim.family_name))


def _whole_and_start(given: str, family: str) -> list[Block]:
    return [
        Block(family=(family, ""), given=_starting(given, OTHER_NAME_LETTERS)),
        Block(given=(given, ""), family=_starting(family, OTHER_NAME_LETTERS)),
    ]


def _form_blocks(given: str, family: str, claim: Claim) -> list[Block]:
    """No birth date: the family name with other forms of the given name, and with any, for a typo."""
    if not given or not family:
        return []
    found = [Block(family=(family, ""))]
    if forms := known_forms(claim.given_name):
        found.append(Block(family=(family, ""), given_names=forms))
    if forms := known_forms(claim.family_name):
        found.append(Block(family=(given, ""), given_names=forms))
    return [*found, Block(given=(given, ""))]


def _one_box_blocks(parts: tuple[str, ...]) -> list[Block]:
    """The whole name typed into one box: the family name is its last word, or its first."""
    if len(parts) < 2:
        return []
    return [
        Block(family=(parts[-1], ""), given=("".join(parts[:-1]), "")),
        Block(family=(parts[0], ""), given=("".join(parts[1:]), "")),
    ]


def _starting(key: str, letters: int) -> Range:
    start = key[:letters]
    return start, names.prefix_end(start)
