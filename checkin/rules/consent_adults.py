"""Adults in consent rules: who is here, who is on record, and whether two of them are the same person."""

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
    """Kinds of care: the rows of a clinic's consent table."""

    SEEING = "seeing", _("Being seen")
    VACCINE = "vaccine", _("Vaccine")
    CHECK_UP = "check_up", _("Check-up")
    TREATMENT = "treatment", _("Treatment or procedure")


class ConsentBasis(TextChoices):
    """On whose authority care goes ahead: the columns of a clinic's consent table."""

    GUARDIAN_PRESENT = "guardian_present", _("Guardian is here")
    WRITTEN_PROXY = "written_proxy", _("Written proxy on file")
    TELEPHONE = "telephone", _("Agreed by telephone today")
    OWN = "own", _("The patient, for themselves")
    CLINICIAN = "clinician", _("A clinician decided")
    NONE = "none", _("Nobody yet")


class ConsentChannel(TextChoices):
    """The way in which somebody gave their answer."""

    VERBAL = "verbal", _("Said it here")
    WRITTEN = "written", _("In writing")
    TELEPHONE = "telephone", _("By telephone")


@dataclass(frozen=True, slots=True)
class ConsentAdult:
    """Somebody who is here, or who is on the record."""

    name: str = ""
    phone: str = ""
    relationship: str = ""
    ended_on: dt.date | None = None
    """Last day of their authority, if it has ended."""

    def same_as(self, other: ConsentAdult) -> bool:
        """Return whether both have the same name in any word order, or part of a name and the same phone.

        A shared family name and phone are not enough: an aunt may live with the mother.
        """
        mine, theirs = set(name_keys.normalized_words(self.name)), set(name_keys.normalized_words(other.name))
        if not mine or not theirs:
            return False
        if name_keys.normalize_text(self.name) == name_keys.normalize_text(other.name):
            # "王伟" and "王 伟" are one name; only a space separates its words.
            return True
        part = mine <= theirs or theirs <= mine
        return mine == theirs or (part and has_phone_in_common(self.phone, other.phone, ""))


@dataclass(frozen=True, slots=True)
class WrittenProxy:
    """A written permission that stays in force across visits."""

    adult: ConsentAdult
    granted_by: str
    cares: tuple[str, ...] = ()
    limits: str = ""
    expires_on: dt.date | None = None
    revoked_on: dt.date | None = None

    def covers(self, care: CareKind) -> bool:
        return not self.cares or care in self.cares


class ProxyState(TextChoices):
    """The state of a written proxy on a given day."""

    IN_FORCE = "in_force", _("In force")
    NOT_YET = "not_yet", _("Not yet in force")
    ENDED = "ended", _("Ended")
    REVOKED = "revoked", _("Revoked")


def proxy_state_on(
    on: dt.date, *, written_on: dt.date, expires_on: dt.date | None, is_revoked: bool
) -> ProxyState:
    """Return a written proxy's state on a day. On its last day, `expires_on`, it is still in force."""
    if is_revoked:
        return ProxyState.REVOKED
    if expires_on is not None and expires_on < on:
        return ProxyState.ENDED
    return ProxyState.NOT_YET if written_on > on else ProxyState.IN_FORCE


def is_same_guardian(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    """Return whether `said` is this guardian by name and relationship: an aunt may have the mother's name.

    An unknown relationship ("ông nội", "caseworker") or a question ("Helen Marsh?") is not this guardian.
    """
    if not said.same_as(guardian) or is_kin_in_doubt(said.name) or has_contrary_title(said, guardian):
        return False
    phones = said.phone.strip(), guardian.phone.strip()
    is_other = all(phones) and not has_phone_in_common(*phones, "")
    return is_guardian_kin_on_record(said.relationship, guardian.relationship, has_other_phone=is_other)


def has_contrary_title(said: ConsentAdult, known: ConsentAdult) -> bool:
    """Return whether a title contradicts the other: "Mr. Marsh" is not Helen Marsh, the mother."""
    mine, theirs = sex_of_title(said.name), sex_of_title(known.name)
    pairs = ((mine, theirs), (mine, sex_of_kin(known.relationship)), (sex_of_kin(said.relationship), theirs))
    return any(one and other and one != other for one, other in pairs)


def is_guardian_named_in_part(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    """Return whether part of the guardian's name was written, with no relationship but the guardian's own.

    A single letter matches a word that begins with it ("H. Marsh"). A title is not part of a name, but may
    contradict.
    """
    return has_part_of_guardian_name(said, guardian) and not has_contrary_title(said, guardian)


def has_part_of_guardian_name(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    written, whole = adult_name_words(said.name), set(name_keys.normalized_words(guardian.name))
    part = bool(written & whole) and is_initials_of_words(written - whole, whole - written)
    return part and (
        not said.relationship.strip() or is_certainly_same_kin(said.relationship, guardian.relationship)
    )


def is_initials_of_words(letters: set[str], words: set[str]) -> bool:
    """Return whether each letter is the first letter of a different word."""
    left = set(words)
    for letter in letters:
        word = next((one for one in sorted(left) if len(letter) == 1 and one.startswith(letter)), None)
        if word is None:
            return False
        left.remove(word)
    return True


def _is_name_in_initials(said: str, name: str) -> bool:
    """Return whether the text is only the initials of this name: "H.M.", "HM"."""
    letters = "".join(name_keys.normalized_words(said))
    is_short = 1 < len(letters) < 5 and said == said.upper()
    return is_short and is_initials_of_words(set(letters), set(name_keys.normalized_words(name)))


def has_guardian_first_name_and_kin(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    """Return whether relationship and first name are the guardian's, though the family name differs."""
    first, written = set(name_keys.normalized_words(guardian.name)[:1]), adult_name_words(said.name)
    is_named = bool(first & written) and not has_contrary_title(said, guardian)
    is_another = has_words_of_another_adult(written, set(name_keys.normalized_words(guardian.name)))
    return is_named and not is_another and is_certainly_same_kin(said.relationship, guardian.relationship)


def may_be_refusing_guardian(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    """Return whether a no may be this guardian's; if in doubt, it may. By relationship or by first name.

    Someone with another relationship never matches: an aunt stays the aunt. A contradicting title may be a
    slip: "Mr. Marsh".
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
    """Return whether a written first name is one letter off, next to another part of the guardian's name."""
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
"""If only these words were written down, a guardian said it, but we do not know which one."""


def split_kin_from_adult(said: ConsentAdult, *, surely: bool = False) -> ConsentAdult:
    """Return the adult with the relationship taken out of the name ("Ana Ruiz, mother").

    `surely`: only if the text certainly says so, and does not mean someone else's mother.
    """
    name, related = (split_name_and_kin if surely else split_kin_from_text)(said.name)
    if not name_keys.normalized_words(name) or not kin_of_relationship(related):
        return said
    return ConsentAdult(name, said.phone, said.relationship.strip() or related)


def is_adult_named_by_kin(said: ConsentAdult, known: ConsentAdult) -> bool:
    """Return whether only a relationship was written in place of a name, and it is certainly this adult's."""
    text = said.name or said.relationship
    return is_same_kin_word(text, known.relationship) and is_certainly_same_kin(text, known.relationship)


def may_mean_this_adult(said: ConsentAdult, other: ConsentAdult) -> bool:
    """Return whether this may be an adult who may not decide: by part of the name, or as "father"."""
    shared = set(name_keys.normalized_words(said.name)) & set(name_keys.normalized_words(other.name))
    related = is_same_kin(said.relationship or said.name, other.relationship)
    is_called_alike = is_same_kin_word(said.name or said.relationship, other.relationship)
    return is_guardian_named_in_part(said, other) or is_called_alike or bool(shared and related)


def has_guardian_phone_or_kin(said: ConsentAdult, guardian: ConsentAdult) -> bool:
    """Return whether phone or relationship single out this one of two guardians with the same name."""
    by_phone = has_phone_in_common(said.phone, guardian.phone, "")
    return by_phone or is_certainly_same_kin(said.relationship, guardian.relationship)


def may_be_self_granted(proxy: WrittenProxy, by: ConsentAdult) -> bool:
    """Return whether the holder of a proxy may have granted it: same name, or part of it."""
    held, granting = (
        set(name_keys.normalized_words(proxy.adult.name)),
        set(name_keys.normalized_words(by.name)),
    )
    part = held <= granting or granting <= held
    return proxy.adult.same_as(by) or bool(held and granting and part)
