"""Adults as consent knows them: who is here, who is on record, and whether two of them are one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import Levenshtein

from checkin.rules import name_keys
from checkin.rules.certain_kinship import (
    has_words_of_another_adult,
    is_certainly_same_kin,
    is_guardian_kin_on_record,
    is_kin_in_doubt,
    split_name_and_kin,
)
from checkin.rules.kinship import (
    adult_name_words,
    is_other_kin,
    is_same_kin,
    is_same_kin_word,
    kin_of_relationship,
    sex_of_kin,
    sex_of_title,
    split_kin_from_text,
)
from checkin.rules.phones import has_phone_in_common


class CareKind(TextChoices):
    """Kinds of care, the rows of a clinic's table."""

    SEEING = "seeing", _("Being seen")
    VACCINE = "vaccine", _("Vaccine")
    CHECK_UP = "check_up", _("Check-up")
    TREATMENT = "treatment", _("Treatment or procedure")


class ConsentBasis(TextChoices):
    """On whose word, the columns of a clinic's table."""

    GUARDIAN_PRESENT = "guardian_present", _("Guardian is here")
    WRITTEN_PROXY = "written_proxy", _("Written proxy on file")
    TELEPHONE = "telephone", _("Agreed by telephone today")
    OWN = "own", _("The patient, for themselves")
    CLINICIAN = "clinician", _("A clinician decided")
    NONE = "none", _("Nobody yet")


class ConsentChannel(TextChoices):
    """How somebody said it."""

    VERBAL = "verbal", _("Said it here")
    WRITTEN = "written", _("In writing")
    TELEPHONE = "telephone", _("By telephone")


@dataclass(frozen=True, slots=True)
class ConsentAdult:
    """Somebody who is here, or whom the record knows."""

    name: str = ""
    phone: str = ""
    relationship: str = ""
    ended_on: dt.date | None = None
    """Last day of their authority, where it is over."""

    def same_as(self, other: ConsentAdult) -> bool:
        """The same words of a name in any order; or a part of that name and the same phone.

        A family name and a phone in common are not enough: an aunt may live with the mother.
        """
        mine, theirs = set(name_keys.normalized_words(self.name)), set(name_keys.normalized_words(other.name))
        if not mine or not theirs:
            return False
        if name_keys.normalize_text(self.name) == name_keys.normalize_text(other.name):
            # "王伟" and "王 伟" are one name, whose words a space alone parts.
            return True
        part = mine <= theirs or theirs <= mine
        return mine == theirs or (part and has_phone_in_common(self.phone, other.phone, ""))


@dataclass(frozen=True, slots=True)
class WrittenProxy:
    """A standing permission in writing."""

    adult: ConsentAdult
    granted_by: str
    cares: tuple[str, ...] = ()
    limits: str = ""
    expires_on: dt.date | None = None
    revoked_on: dt.date | None = None

    def covers(self, care: CareKind) -> bool:
        return not self.cares or care in self.cares


class ProxyState(TextChoices):
    """What becomes of a written proxy on a day."""

    IN_FORCE = "in_force", _("In force")
    NOT_YET = "not_yet", _("Not yet in force")
    ENDED = "ended", _("Ended")
    REVOKED = "revoked", _("Revoked")


def proxy_state_on(
    on: dt.date, *, written_on: dt.date, expires_on: dt.date | None, is_revoked: bool
) -> ProxyState:
    if is_revoked:
        return ProxyState.REVOKED
    if expires_on is not None and expires_on < on:
        return ProxyState.ENDED
    return ProxyState.NOT_YET if written_on > on else ProxyState.IN_FORCE


def is_same_guardian(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    """Whether it is this guardian by name, and nobody else to the child: an aunt may have a mother's name.

    So is whoever says a relationship that is not known ("ông nội", "caseworker"), or asks ("Helen Marsh?").
    """
    if not said.same_as(guardian) or is_kin_in_doubt(said.name) or has_contrary_title(said, guardian):
        return False
    phones = said.phone.strip(), guardian.phone.strip()
    is_other = all(phones) and not has_phone_in_common(*phones, "")
    return is_guardian_kin_on_record(said.relationship, guardian.relationship, has_other_phone=is_other)


def has_contrary_title(said: ConsentAdult, known: ConsentAdult) -> bool:
    """Whether the title contradicts what the other one is: "Mr. Marsh" is not Helen Marsh, the mother."""
    mine, theirs = sex_of_title(said.name), sex_of_title(known.name)
    pairs = ((mine, theirs), (mine, sex_of_kin(known.relationship)), (sex_of_kin(said.relationship), theirs))
    return any(one and other and one != other for one, other in pairs)


def is_guardian_named_in_part(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    """Whether the guardian was written down with a part of their name, and as nobody else to the child.

    A letter stands for a word that begins with it ("H. Marsh"); a title is no part, and may contradict.
    """
    return has_part_of_guardian_name(said, guardian) and not has_contrary_title(said, guardian)


def has_part_of_guardian_name(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    written, whole = adult_name_words(said.name), set(name_keys.normalized_words(guardian.name))
    part = bool(written & whole) and is_initials_of_words(written - whole, whole - written)
    return part and (
        not said.relationship.strip() or is_certainly_same_kin(said.relationship, guardian.relationship)
    )


def is_initials_of_words(letters: set[str], words: set[str]) -> bool:
    """Whether each letter is the first of a word of its own."""
    left = set(words)
    for letter in letters:
        word = next((one for one in sorted(left) if len(letter) == 1 and one.startswith(letter)), None)
        if word is None:
            return False
        left.remove(word)
    return True


def _is_name_in_initials(said: str, name: str) -> bool:
    """Whether it is the initials of this name and nothing else: "H.M.", "HM"."""
    letters = "".join(name_keys.normalized_words(said))
    is_short = 1 < len(letters) < 5 and said == said.upper()
    return is_short and is_initials_of_words(set(letters), set(name_keys.normalized_words(name)))


def has_guardian_first_name_and_kin(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    """Whether they say what they are to the child, and the guardian's first name with another family name."""
    first, written = set(name_keys.normalized_words(guardian.name)[:1]), adult_name_words(said.name)
    is_named = bool(first & written) and not has_contrary_title(said, guardian)
    is_another = has_words_of_another_adult(written, set(name_keys.normalized_words(guardian.name)))
    return is_named and not is_another and is_certainly_same_kin(said.relationship, guardian.relationship)


def may_be_refusing_guardian(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    """Whether a no may be this guardian's, if in doubt: by what they are to the child, or by the first name.

    Nobody else's who says so: an aunt stays the aunt. A title that contradicts may be a slip: "Mr. Marsh".
    """
    if is_other_kin(said.relationship, guardian.relationship):
        return False
    if has_part_of_guardian_name(said, guardian) or is_same_kin_word(said.name, guardian.relationship):
        return True
    first, written = name_keys.normalized_words(guardian.name)[:1], adult_name_words(said.name)
    if (written and written <= WORDS_OF_ANY_GUARDIAN) or _is_name_in_initials(said.name, guardian.name):
        return True
    is_first = any(one in written or _is_first_name_slip(one, written, guardian) for one in first)
    return is_first or is_same_kin(said.relationship, guardian.relationship)


def _is_first_name_slip(first: str, written: set[str], guardian: ConsentAdult) -> bool:
    """Whether a first name was written with one letter more, less or other, beside the right family name."""
    rest = set(name_keys.normalized_words(guardian.name)) & written
    return bool(rest) and any(Levenshtein.distance(first, one) == 1 for one in written - rest)


WORDS_OF_ANY_GUARDIAN = frozenset(
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


def split_kin_from_adult(said: ConsentAdult, *, surely: bool = False) -> ConsentAdult:
    """The same, with what they are to the child taken out of the name ("Ana Ruiz, mother").

    `surely`: only where that is what the text says, and it is nobody else's mother.
    """
    name, related = (split_name_and_kin if surely else split_kin_from_text)(said.name)
    if not name_keys.normalized_words(name) or not kin_of_relationship(related):
        return said
    return ConsentAdult(name, said.phone, said.relationship.strip() or related)


def is_adult_named_by_kin(said: ConsentAdult, known: ConsentAdult) -> bool:
    """Whether only what they are to the child was surely written down in place of a name."""
    text = said.name or said.relationship
    return is_same_kin_word(text, known.relationship) and is_certainly_same_kin(text, known.relationship)


def may_mean_this_adult(said: ConsentAdult, other: ConsentAdult) -> bool:
    """Whether it may be this adult who may not decide: by a part of the name, or as "father"."""
    shared = set(name_keys.normalized_words(said.name)) & set(name_keys.normalized_words(other.name))
    related = is_same_kin(said.relationship or said.name, other.relationship)
    is_called_alike = is_same_kin_word(said.name or said.relationship, other.relationship)
    return is_guardian_named_in_part(said, other) or is_called_alike or bool(shared and related)


def has_guardian_phone_or_kin(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    """Whether relationship or phone say that of two guardians of one name it is this one."""
    by_phone = has_phone_in_common(said.phone, guardian.phone, "")
    return by_phone or is_certainly_same_kin(said.relationship, guardian.relationship)


def may_be_self_granted(proxy: WrittenProxy, by: ConsentAdult) -> bool:
    """Whether it may be that who holds a proxy granted it: by the same name, or a part of it."""
    held, granting = (
        set(name_keys.normalized_words(proxy.adult.name)),
        set(name_keys.normalized_words(by.name)),
    )
    part = held <= granting or granting <= held
    return proxy.adult.same_as(by) or bool(held and granting and part)
