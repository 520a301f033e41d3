"""Whether two entries on one child's record are one adult, and so stand there once.

Grandfather and grandson, father and son have one name, and a household has one phone: what each is to the
child tells them apart. So the name has to be the same, and what they are to the child, in whatever words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from checkin.rules import names, record_names
from checkin.rules.kinship import is_one_kin, words_of_name
from checkin.rules.phones import is_same_phone
from checkin.rules.plain_kin import is_one_in_words


class Entry(Protocol):
    """An escort, a guardian or a line of either."""

    @property
    def name(self) -> str: ...
    @property
    def relationship(self) -> str: ...
    @property
    def phone(self) -> str: ...


E = TypeVar("E", bound=Entry)


def is_one(one: Entry, other: Entry, region: str) -> bool:
    """Whether both are one adult: the same name and kin, and no two phones."""
    if not one.phone.strip() or not other.phone.strip():
        neither_has_phone = not one.phone.strip() and not other.phone.strip()
        return may_be_one(one, other) and (neither_has_phone or says_kin(one, other))
    return has_same_phone(one, other, region) and may_be_one(one, other, share_phone=True)


def may_be_one(one: Entry, other: Entry, *, share_phone: bool = False) -> bool:
    """The same, whatever the phones say. `share_phone`: both have one, and then a blank kin says nothing."""
    if not is_one_name(one.name, other.name, in_any_order=share_phone):
        return False
    if not one.relationship.strip() or not other.relationship.strip():
        return share_phone or one.relationship.strip() == other.relationship.strip()
    return is_one_kin(one.relationship, other.relationship) or is_one_in_words(
        one.relationship, other.relationship, has_same_phone=share_phone
    )


def says_kin(one: Entry, other: Entry) -> bool:
    return bool(one.relationship.strip() and other.relationship.strip())


def has_same_phone(one: Entry, other: Entry, region: str) -> bool:
    """Whether both have one number; of what is no number, the same words."""
    return one.phone.strip() == other.phone.strip() or is_same_phone(one.phone, other.phone, region)


def is_one_name(one: str, other: str, *, in_any_order: bool) -> bool:
    """Whether it is one whole name: "Reyes, Sofia", "Mrs. Sofia REYES". Junior and Senior are two."""
    if name_key(one) == name_key(other):
        return True
    return in_any_order and words_of_name(one) == words_of_name(other) != set()


def name_key(name: str) -> str:
    """Return one key for a name however it is written: "Brown, Bob", "BROWN Bob", "Mr. Bob Brown"."""
    return names.normalise(" ".join(record_names.spoken_words(name))) or name


def find_one(entry: E, there: Sequence[E], beside: Iterable[E], region: str) -> E | None:
    """Who of `there` this adult is; None where nobody is, or where it may be one of two with two phones.

    `beside`: the others of the record that the entry is from.
    """
    alike = [one for one in there if is_one(one, entry, region)]
    exact = [one for one in alike if has_same_phone(one, entry, region)]
    if exact or not alike:
        return exact[0] if exact else None
    phoned = [one for one in (entry, *there, *beside) if one.phone.strip() and may_be_one(one, entry)]
    is_clear = all(has_same_phone(one, phoned[0], region) for one in phoned)
    return alike[0] if is_clear else None


def each_once(entries: Iterable[E], region: str, *, apart: Callable[[E], object] = lambda _: None) -> list[E]:
    """Each adult once, where they stand first: of two entries the one that says the phone.

    Two entries for which `apart` says two things both stand.
    """
    listed: list[E] = []
    every = list(entries)
    for one in every:
        same = [other for other in listed if apart(other) == apart(one)]
        known = find_one(one, same, every, region)
        if known is None:
            listed.append(one)
        elif one.phone.strip() and not known.phone.strip():
            listed[listed.index(known)] = one
    return listed
