"""Decide whether two entries on a child's record are the same adult, so that the record lists them once.

Grandfather and grandson, or father and son, can share a name, and a household shares a phone. Their
relationship to the child tells them apart, so both the name and the relationship have to match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from checkin.rules import name_keys, record_names
from checkin.rules.certain_kinship import is_mutually_same_kin
from checkin.rules.kinship import adult_name_words, is_exactly_same_kin
from checkin.rules.phones import has_phone_in_common


class AdultEntry(Protocol):
    """An escort, a guardian, or a row of either."""

    @property
    def name(self) -> str: ...
    @property
    def relationship(self) -> str: ...
    @property
    def phone(self) -> str: ...


E = TypeVar("E", bound=AdultEntry)


def is_same_adult_entry(one: AdultEntry, other: AdultEntry, region: str) -> bool:
    """Return whether both entries are one adult: same name, compatible relationship, no different phones."""
    if not one.phone.strip() or not other.phone.strip():
        neither_has_phone = not one.phone.strip() and not other.phone.strip()
        return _may_be_same_adult(one, other) and (neither_has_phone or _is_kin_said_by_both(one, other))
    return _has_same_adult_phone(one, other, region) and _may_be_same_adult(one, other, share_phone=True)


def _may_be_same_adult(one: AdultEntry, other: AdultEntry, *, share_phone: bool = False) -> bool:
    """Return whether name and relationship match. With `share_phone` a blank relationship matches any."""
    if not _is_one_adult_name(one.name, other.name, in_any_order=share_phone):
        return False
    if not one.relationship.strip() or not other.relationship.strip():
        return share_phone or one.relationship.strip() == other.relationship.strip()
    return is_exactly_same_kin(one.relationship, other.relationship) or is_mutually_same_kin(
        one.relationship, other.relationship, has_same_phone=share_phone
    )


def _is_kin_said_by_both(one: AdultEntry, other: AdultEntry) -> bool:
    return bool(one.relationship.strip() and other.relationship.strip())


def _has_same_adult_phone(one: AdultEntry, other: AdultEntry, region: str) -> bool:
    """Return whether both have the same phone. Text that is not a number must be the same text."""
    return one.phone.strip() == other.phone.strip() or has_phone_in_common(one.phone, other.phone, region)


def _is_one_adult_name(one: str, other: str, *, in_any_order: bool) -> bool:
    """Return whether both are one full name: "Reyes, Sofia", "Mrs. Sofia REYES". Junior and Senior differ."""
    if adult_name_key(one) == adult_name_key(other):
        return True
    return in_any_order and adult_name_words(one) == adult_name_words(other) != set()


def adult_name_key(name: str) -> str:
    """Return the same key for a name in any form: "Brown, Bob", "BROWN Bob", "Mr. Bob Brown"."""
    return name_keys.normalize_text(" ".join(record_names.spoken_name_words(name))) or name


def find_same_adult(entry: E, there: Sequence[E], beside: Iterable[E], region: str) -> E | None:
    """Return the entry of `there` that is this adult; None if there is none or it is unclear.

    It is unclear if entries that may be this adult have different phones. `beside`: the other entries of the
    record that `entry` comes from.
    """
    alike = [one for one in there if is_same_adult_entry(one, entry, region)]
    exact = [one for one in alike if _has_same_adult_phone(one, entry, region)]
    if exact or not alike:
        return exact[0] if exact else None
    phoned = [one for one in (entry, *there, *beside) if one.phone.strip() and _may_be_same_adult(one, entry)]
    is_clear = all(_has_same_adult_phone(one, phoned[0], region) for one in phoned)
    return alike[0] if is_clear else None


def list_each_adult_once(
    entries: Iterable[E], region: str, *, apart: Callable[[E], object] = lambda _: None
) -> list[E]:
    """Return each adult once, in order of first appearance. Of two entries, keep the one with a phone.

    Two entries are never merged if `apart` returns different values for them.
    """
    listed: list[E] = []
    every = list(entries)
    for one in every:
        same = [other for other in listed if apart(other) == apart(one)]
        known = find_same_adult(one, same, every, region)
        if known is None:
            listed.append(one)
        elif one.phone.strip() and not known.phone.strip():
            listed[listed.index(known)] = one
    return listed
