"""Say whether two relationships may mean one adult: "stepdad" and "mom's husband", "aunt" and "mom's sister".

A relationship is a chain of kin from the child outwards, as `kin_phrases` reads it.
"""

from __future__ import annotations

from checkin.rules.kinship import EXACT_KIN_BY_WORD, KIN_BY_WORD, NARROWER_KIN

KinPhrase = tuple[str, ...]
PARENT_LINKS = frozenset({"mother", "father", "parent"})
_SEX_OF_PARTNER = {
    "boyfriend": "male",
    "husband": "male",
    "girlfriend": "female",
    "wife": "female",
    "spouse": "",
    "partner": "",
}
_PARENT_BY_SPOUSE = {"husband": "father", "wife": "mother", "spouse": "parent"}
_KIN_OF_PARENT = {
    "mother": "grandmother",
    "father": "grandfather",
    "parent": "grandparent",
    "sister": "aunt",
    "brother": "uncle",
}
_OTHER_PARENT = {"mother": "father", "father": "mother", "parent": "parent"}
_GRANDPARENTS = frozenset({"grandmother", "grandfather", "grandparent"})
_COUPLES = (
    {"aunt": "female", "uncle": "male"},
    {"grandmother": "female", "grandfather": "male", "grandparent": ""},
)
_AUNT_AND_UNCLE_OF_COUSIN = {"mother": ("aunt",), "father": ("uncle",), "parent": ("aunt", "uncle")}
_COARSE = {word: KIN_BY_WORD.get(word, word) for word in EXACT_KIN_BY_WORD.values()}
_COARSE |= {"half sister": "sister", "half brother": "brother"}
_KIN_OF_ANYBODY = frozenset({"other"})
"""A neighbor, friend or sitter of one person in the family is mostly one of the others too."""


def may_mean_one_adult(one: KinPhrase, other: KinPhrase) -> bool:
    """Return whether both may mean one adult: "stepdad" and "mom's husband", "aunt" and "mom's sister"."""
    first, second = _shorten(one), _shorten(other)
    return (
        _is_same_chain(first, second)
        or any(_is_same_chain(meaning, second) for meaning in _further_meanings(first))
        or any(_is_same_chain(first, meaning) for meaning in _further_meanings(second))
    )


def _shorten(phrase: KinPhrase) -> KinPhrase:
    while len(phrase) > 1 and phrase[0] in PARENT_LINKS and phrase[1] in _KIN_OF_PARENT:
        phrase = (_KIN_OF_PARENT[phrase[1]], *phrase[2:])
    return phrase


def _further_meanings(phrase: KinPhrase) -> set[KinPhrase]:
    """Return what else families call this adult: the aunt's husband an uncle, the cousin's mother an aunt."""
    *owners, kin = phrase
    if is_partner(kin) and PARENT_LINKS.issuperset(owners):
        parent = _PARENT_BY_SPOUSE.get(kin)
        return {("step",)} | ({(parent,)} if parent else set())
    if len(owners) != 1:
        return set()
    owner = _COARSE.get(owners[0], owners[0])
    if kin == "" and owner in PARENT_LINKS:
        return {("step",), (_OTHER_PARENT[owner],), *((one,) for one in _KIN_OF_PARENT.values())}
    if kin == "" or is_partner(kin):
        sex = _SEX_OF_PARTNER.get(kin, "")
        couples = (pair for pair in _COUPLES if owner in pair)
        return {(one,) for pair in couples for one in pair if sex in ("", pair[one])}
    if (owner == "step" and kin in PARENT_LINKS) or (owner in PARENT_LINKS and _COARSE.get(kin) == "step"):
        return {(_KIN_OF_PARENT[kin.removeprefix("step") or "parent"],)}
    if owner in _GRANDPARENTS and kin in _KIN_OF_PARENT:
        return {("parent", _KIN_OF_PARENT[kin])}
    if owner == "cousin" and kin in PARENT_LINKS:
        return {(one,) for one in _AUNT_AND_UNCLE_OF_COUSIN[kin]}
    if owner in ("sister", "brother") and kin in PARENT_LINKS:
        return {(kin,), ("step",)}
    return set()


def _is_same_chain(one: KinPhrase, other: KinPhrase) -> bool:
    """Return whether both end in one kin, of owners who may be one adult or do not matter."""
    *owners, kin = one
    *more, twin = other
    if "" in (kin, twin):
        known = _COARSE.get(kin or twin, kin or twin)
        return known in _KIN_OF_ANYBODY or (len(owners) == len(more) and _has_same_owners(owners, more))
    are_partners = [is_partner(kin), is_partner(twin)]
    if not _is_same_link(kin, twin):
        # A boyfriend also says that he is her friend.
        is_friend = any(are_partners) and "friend" in (kin, twin)
        return is_friend and bool(owners) and _has_same_owners(owners, more)
    is_owner_open = not owners or not more
    coarse = _COARSE.get(kin, kin)
    if coarse in _KIN_OF_ANYBODY or (is_owner_open and (coarse == "cousin" or all(are_partners))):
        return True
    return _has_same_owners(owners, more)


def _has_same_owners(owners: list[str], more: list[str]) -> bool:
    if not owners or not more:
        return not owners and not more
    return may_mean_one_adult(tuple(owners), tuple(more))


def is_partner(kin: str) -> bool:
    return kin in _SEX_OF_PARTNER


def _is_same_link(one: str, other: str) -> bool:
    if is_partner(one) and is_partner(other):
        sexes = {_SEX_OF_PARTNER[one], _SEX_OF_PARTNER[other]} - {""}
        return len(sexes) < 2
    first, second = _COARSE.get(one, one), _COARSE.get(other, other)
    return first == second or second in NARROWER_KIN.get(first, ()) or first in NARROWER_KIN.get(second, ())
