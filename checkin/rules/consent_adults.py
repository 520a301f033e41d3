"""Adults as consent knows them: who is here, who is on record, and whether two of them are one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import Levenshtein

from checkin.rules import names
from checkin.rules.kinship import (
    is_other_kin,
    is_same_kin,
    is_same_word,
    kin,
    sex_of_kin,
    sex_of_title,
    split_kin,
    words_of_name,
)
from checkin.rules.phones import is_same_phone
from checkin.rules.plain_kin import (
    agrees_with_record,
    is_in_doubt,
    makes_another,
    says_same_kin,
    split_surely,
)


class Care(TextChoices):
    """Kinds of care, the rows of a clinic's table."""

    SEEING = "seeing", _("Being seen")
    VACCINE = "vaccine", _("Vaccine")
    CHECK_UP = "check_up", _("Check-up")
    TREATMENT = "treatment", _("Treatment or procedure")


class Basis(TextChoices):
    """On whose word, the columns of a clinic's table."""

    GUARDIAN_PRESENT = "guardian_present", _("Guardian is here")
    WRITTEN_PROXY = "written_proxy", _("Written proxy on file")
    TELEPHONE = "telephone", _("Agreed by telephone today")
    OWN = "own", _("The patient, for themselves")
    CLINICIAN = "clinician", _("A clinician decided")
    NONE = "none", _("Nobody yet")


class How(TextChoices):
    """How somebody said it."""

    VERBAL = "verbal", _("Said it here")
    WRITTEN = "written", _("In writing")
    TELEPHONE = "telephone", _("By telephone")


@dataclass(frozen=True, slots=True)
class Adult:
    """Somebody who is here, or whom the record knows."""

    name: str = ""
    phone: str = ""
    relationship: str = ""
    ended_on: dt.date | None = None
    """Last day of their authority, where it is over."""

    def same_as(self, other: Adult) -> bool:
        """The same words of a name in any order; or a part of that name and the same phone.

        A family name and a phone in common are not enough: an aunt may live with the mother.
        """
        mine, theirs = set(names.words(self.name)), set(names.words(other.name))
        if not mine or not theirs:
            return False
        if names.normalise(self.name) == names.normalise(other.name):
            # "王伟" and "王 伟" are one name, whose words a space alone parts.
            return True
        part = mine <= theirs or theirs <= mine
        return mine == theirs or (part and is_same_phone(self.phone, other.phone, ""))


@dataclass(frozen=True, slots=True)
class Proxy:
    """A standing permission in writing."""

    adult: Adult
    granted_by: str
    cares: tuple[str, ...] = ()
    limits: str = ""
    expires_on: dt.date | None = None
    revoked_on: dt.date | None = None

    def covers(self, care: Care) -> bool:
        return not self.cares or care in self.cares


class ProxyState(TextChoices):
    """What becomes of a written proxy on a day."""

    IN_FORCE = "in_force", _("In force")
    NOT_YET = "not_yet", _("Not yet in force")
    ENDED = "ended", _("Ended")
    REVOKED = "revoked", _("Revoked")


def state_of_proxy(
    on: dt.date, *, written_on: dt.date, expires_on: dt.date | None, is_revoked: bool
) -> ProxyState:
    if is_revoked:
        return ProxyState.REVOKED
    if expires_on is not None and expires_on < on:
        return ProxyState.ENDED
    return ProxyState.NOT_YET if written_on > on else ProxyState.IN_FORCE


def is_guardian(said: Adult, guardian: Adult) -> bool:
    """Whether it is this guardian by name, and nobody else to the child: an aunt may have a mother's name.

    So is whoever says a relationship that is not known ("ông nội", "caseworker"), or asks ("Helen Marsh?").
    """
    if not said.same_as(guardian) or is_in_doubt(said.name) or is_titled_otherwise(said, guardian):
        return False
    phones = said.phone.strip(), guardian.phone.strip()
    is_other = all(phones) and not is_same_phone(*phones, "")
    return agrees_with_record(said.relationship, guardian.relationship, has_other_phone=is_other)


def is_titled_otherwise(said: Adult, known: Adult) -> bool:
    """Whether the title contradicts what the other one is: "Mr. Marsh" is not Helen Marsh, the mother."""
    mine, theirs = sex_of_title(said.name), sex_of_title(known.name)
    pairs = ((mine, theirs), (mine, sex_of_kin(known.relationship)), (sex_of_kin(said.relationship), theirs))
    return any(one and other and one != other for one, other in pairs)


def is_part_of(said: Adult, guardian: Adult) -> bool:
    """Whether the guardian was written down with a part of their name, and as nobody else to the child.

    A letter stands for a word that begins with it ("H. Marsh"); a title is no part, and may contradict.
    """
    return is_part_of_name(said, guardian) and not is_titled_otherwise(said, guardian)


def is_part_of_name(said: Adult, guardian: Adult) -> bool:
    written, whole = words_of_name(said.name), set(names.words(guardian.name))
    part = bool(written & whole) and are_initials(written - whole, whole - written)
    return part and (not said.relationship.strip() or says_same_kin(said.relationship, guardian.relationship))


def are_initials(letters: set[str], words: set[str]) -> bool:
    """Whether each letter is the first of a word of its own."""
    left = set(words)
    for letter in letters:
        word = next((one for one in sorted(left) if len(letter) == 1 and one.startswith(letter)), None)
        if word is None:
            return False
        left.remove(word)
    return True


def is_in_initials(said: str, name: str) -> bool:
    """Whether it is the initials of this name and nothing else: "H.M.", "HM"."""
    letters = "".join(names.words(said))
    is_short = 1 < len(letters) < 5 and said == said.upper()
    return is_short and are_initials(set(letters), set(names.words(name)))


def is_called_as(said: Adult, guardian: Adult) -> bool:
    """Whether they say what they are to the child, and the guardian's first name with another family name."""
    first, written = set(names.words(guardian.name)[:1]), words_of_name(said.name)
    is_named = bool(first & written) and not is_titled_otherwise(said, guardian)
    is_another = makes_another(written, set(names.words(guardian.name)))
    return is_named and not is_another and says_same_kin(said.relationship, guardian.relationship)


def may_be_refusing(said: Adult, guardian: Adult) -> bool:
    """Whether a no may be this guardian's, if in doubt: by what they are to the child, or by the first name.

    Nobody else's who says so: an aunt stays the aunt. A title that contradicts may be a slip: "Mr. Marsh".
    """
    if is_other_kin(said.relationship, guardian.relationship):
        return False
    if is_part_of_name(said, guardian) or is_same_word(said.name, guardian.relationship):
        return True
    first, written = names.words(guardian.name)[:1], words_of_name(said.name)
    if (written and written <= OF_ANY_GUARDIAN) or is_in_initials(said.name, guardian.name):
        return True
    is_first = any(one in written or is_slip(one, written, guardian) for one in first)
    return is_first or is_same_kin(said.relationship, guardian.relationship)


def is_slip(first: str, written: set[str], guardian: Adult) -> bool:
    """Whether a first name was written with one letter more, less or other, beside the right family name."""
    rest = set(names.words(guardian.name)) & written
    return bool(rest) and any(Levenshtein.distance(first, one) == 1 for one in written - rest)


OF_ANY_GUARDIAN = frozenset(
    {
        "guardian",
        "guardians",
        "legal",
        "parent",
        "parents",
        "the",
        "a",
        "tutor",
        "tutora",
        "padres",
        "el",
        "la",
    }
    | {"his", "her", "their", "apoderado", "apoderada", "of", "child", "on", "phone", "by"}
)
"""Where only this was written down, a guardian said it, though not which."""


def split_adult(said: Adult, *, surely: bool = False) -> Adult:
    """The same, with what they are to the child taken out of the name ("Ana Ruiz, mother").

    `surely`: only where that is what the text says, and it is nobody else's mother.
    """
    name, related = (split_surely if surely else split_kin)(said.name)
    if not names.words(name) or not kin(related):
        return said
    return Adult(name, said.phone, said.relationship.strip() or related)


def is_called(said: Adult, known: Adult) -> bool:
    """Whether only what they are to the child was surely written down in place of a name."""
    text = said.name or said.relationship
    return is_same_word(text, known.relationship) and says_same_kin(text, known.relationship)


def is_like(said: Adult, other: Adult) -> bool:
    """Whether it may be this adult who may not decide: by a part of the name, or as "father"."""
    shared = set(names.words(said.name)) & set(names.words(other.name))
    related = is_same_kin(said.relationship or said.name, other.relationship)
    is_called_alike = is_same_word(said.name or said.relationship, other.relationship)
    return is_part_of(said, other) or is_called_alike or bool(shared and related)


def is_told_apart(said: Adult, guardian: Adult) -> bool:
    """Whether relationship or phone say that of two guardians of one name it is this one."""
    by_phone = is_same_phone(said.phone, guardian.phone, "")
    return by_phone or says_same_kin(said.relationship, guardian.relationship)


def is_by_themselves(proxy: Proxy, by: Adult) -> bool:
    """Whether it may be that who holds a proxy granted it: by the same name, or a part of it."""
    held, granting = set(names.words(proxy.adult.name)), set(names.words(by.name))
    part = held <= granting or granting <= held
    return proxy.adult.same_as(by) or bool(held and granting and part)
