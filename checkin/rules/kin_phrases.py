"""Read what an adult is to the child in any wording: "I'm his mom's boyfriend", "novio de mi mamá", "أبوه".

A phrase is a chain of kin from the child outwards: ("mother", "boyfriend"). For a warning, where doubt counts
as yes, and so wider than `kinship`, which also decides about care.
"""

from __future__ import annotations

from functools import lru_cache

from checkin.rules.empty_answers import is_empty_answer
from checkin.rules.kin_likeness import (
    PARENT_LINKS,
    KinPhrase,
    is_partner,
    may_mean_one_adult,
)
from checkin.rules.kin_words import KinPart, KinToken, read_kin_tokens
from checkin.rules.kinship import STEP_KIN_BY_PARENT, split_kin_from_text

_KIN_WITH_GREAT = frozenset({"aunt", "uncle", "grandmother", "grandfather", "grandparent"})


@lru_cache(maxsize=4_096)
def read_kin_phrases(text: str) -> frozenset[KinPhrase]:
    """Return each relationship in the text; none if no word of it is known.

    "Mom's man" is ("mother", ""): somebody of the mother's.
    """
    found: list[KinPhrase] = []
    piece: list[KinToken] = []
    for token in [*read_kin_tokens(text), KinToken(part=KinPart.END)]:
        if token.part != KinPart.END:
            piece.append(token)
            continue
        found += _PieceReader().read(piece)
        if any(one.also for one in piece):
            found += _PieceReader().read([one._replace(kin=one.also or one.kin) for one in piece])
        piece = []
    return frozenset(found)


@lru_cache(maxsize=4_096)
def is_unread_kin(text: str) -> bool:
    """Return whether the text says something, and no word in it tells what the adult is to the child.

    "Boyfriend" does not tell either: nobody knows whose.
    """
    is_said = any(
        one.part not in (KinPart.BESIDE, KinPart.CHILD, KinPart.OF, KinPart.END)
        for one in read_kin_tokens(text)
    )
    return is_said and not is_empty_answer(text) and all(is_partner(one[0]) for one in read_kin_phrases(text))


@lru_cache(maxsize=8_192)
def matching_kin_phrases(said: str, written: str) -> frozenset[KinPhrase]:
    """Return the phrases of the first text that may mean the same adult as one of the second."""
    others = read_kin_phrases(written)
    return frozenset(
        one for one in read_kin_phrases(said) if any(may_mean_one_adult(one, other) for other in others)
    )


@lru_cache(maxsize=4_096)
def split_name_from_kin(text: str) -> tuple[str, str]:
    """Return name and relationship in a name box: "his mom's boyfriend Bob". Tom Husband is a name."""
    phrases = read_kin_phrases(text)
    is_kin_only = bool(phrases) and not name_beside_kin(text)
    is_of_somebody = any(one.is_name and one.part == KinPart.OWNER for one in read_kin_tokens(text))
    if is_kin_only or any(len(one) > 1 or is_of_somebody for one in phrases):
        return name_beside_kin(text), text
    return split_kin_from_text(text)


@lru_cache(maxsize=4_096)
def name_beside_kin(text: str) -> str:
    """Return the words of a text that say nothing of a relationship."""
    return " ".join(word for word in text.split() if any(one.is_name for one in read_kin_tokens(word)))


class _PieceReader:
    """Reads the phrases of one piece of a text, word by word."""

    def __init__(self) -> None:
        self.found: list[KinPhrase] = []
        self.further: list[KinPhrase] = []
        self.owners: KinPhrase = ()
        self.is_after_of = self.is_next = self.has_unknown = self.has_child = False
        self.has_gap = self.is_after_side = self.is_ex = self.is_great = False
        self.is_unknown_before = False

    def read(self, tokens: list[KinToken]) -> list[KinPhrase]:
        for token in tokens:
            if token.kin:
                self._add_kin(token)
            elif token.part == KinPart.OF:
                self.is_after_of = True
            elif token.part in (KinPart.CHILD, KinPart.CHILD_OF_SPEAKER):
                self.owners, self.has_child = (), True
            elif token.part == KinPart.SIDE:
                self._leave_out_side()
            elif token.part == KinPart.EX:
                self.is_ex = True
            elif token.part != KinPart.BESIDE:
                self.is_great = token.part == KinPart.GREAT
                self.has_gap |= token.part not in (KinPart.QUALITY, KinPart.GREAT)
                self.has_unknown, self.has_child = True, False
                self.is_next = self.is_after_of = self.is_after_side = False
        if self.owners:
            self._add_owners_alone()
        return self.found + self.further

    def _add_owners_alone(self) -> None:
        """Add somebody of the owners' after whom nothing is named: "mom's man", "mom's ex", "друг мамы"."""
        if self.has_unknown:
            self.found.append((*self.owners, ""))
        elif self.is_ex:
            self.found.append((*self.owners, "spouse"))
        elif self.is_next:
            self.found[-1] = self.owners + self.found[-1]
        else:
            self.found.append(self.owners)
            if self.is_unknown_before:
                self.further.append((*self.owners, ""))

    def _leave_out_side(self) -> None:
        """Leave out whose side of the family it is: "dad's side", "dad side", "parte de padre".

        An uncle of either side may be called uncle alone.
        """
        is_parent_before = self.is_next and not self.is_after_of and self.found[-1][-1] in PARENT_LINKS
        self.is_after_side = not self.owners and not is_parent_before
        if is_parent_before and not self.owners:
            self.found.pop()
        self.owners = ()
        self.is_after_of = self.is_next = self.has_unknown = self.has_gap = False

    def _add_kin(self, token: KinToken) -> None:
        is_side, self.is_after_side = self.is_after_side, False
        if is_side and (self.is_after_of or token.kin in PARENT_LINKS):
            self.is_after_of = False
            return
        chain = (*self.owners, token.kin)
        has_gap, self.has_gap = bool(self.owners) and self.has_gap, False
        self.owners = ()
        if token.part == KinPart.OWNER:
            self.is_unknown_before = self.has_unknown and len(chain) == 1
            self.owners, self.has_unknown, self.has_gap = chain, False, has_gap
            return
        is_after_of, self.is_after_of = self.is_after_of, False
        last = self.found[-1] if self.found else ()
        if has_gap:
            # "Mom's gym friend": nobody knows whose friend.
            self.further.append((token.kin,))
        self._add_great_kin(chain, last if self.is_next else ())
        is_ex, self.is_ex = self.is_ex, False
        if is_after_of and self.has_child:
            return
        if is_after_of and last:
            self.found[-1] = chain + last
        elif is_after_of and (self.has_unknown or is_ex):
            self.found.append((*chain, "" if self.has_unknown else "spouse"))
        elif self.is_next and _is_partner_beside_kin(last, chain):
            # "Mom's boyfriend dad" is he, or his father.
            self.found.append(chain)
            self.further.append(last + chain)
        elif self.is_next and (joined := _join_neighbors(last, chain)):
            self.found[-1] = joined
            if joined[-1] == "step":
                # A step brother is mostly called a brother.
                self.further.append(last[:-1] + chain)
        else:
            self.found.append(chain)
        self.is_next, self.has_unknown = True, False

    def _add_great_kin(self, chain: KinPhrase, last: KinPhrase) -> None:
        """Add whose kin a great aunt, a "tía abuela" or a great-grandmother is: a parent's."""
        is_great, self.is_great = self.is_great, False
        if is_great and chain[-1] in _KIN_WITH_GREAT:
            self.further.append((*chain[:-1], "parent", chain[-1]))
        if last and last[-1] in ("aunt", "uncle") and chain in (("grandmother",), ("grandfather",)):
            self.further.append((*last[:-1], "parent", last[-1]))


def _is_partner_beside_kin(one: KinPhrase, other: KinPhrase) -> bool:
    return len(one) > 1 and is_partner(one[-1]) and not is_partner(other[-1])


def _join_neighbors(one: KinPhrase, other: KinPhrase) -> KinPhrase:
    """Return the phrase that two neighboring words make: "step mother", "mom boyfriend", "زوج أمه"; or ()."""
    if one[-1] == "step" and len(other) == 1:
        return (*one[:-1], STEP_KIN_BY_PARENT.get(other[0], "step"))
    if is_partner(one[-1]) == is_partner(other[-1]):
        return ()
    return one + other if is_partner(other[-1]) else other + one
