"""Which answer counts, where several people answered: whose word it is, and whether two contradict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from checkin.rules import names
from checkin.rules.consent_items import is_same_item, may_be_same_item
from checkin.rules.kinship import is_other_kin, is_same_kin, is_same_word, words_of_name
from checkin.rules.phones import is_same_phone


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


SAYS_WHO_MAY = frozenset({Basis.GUARDIAN_PRESENT, Basis.WRITTEN_PROXY, Basis.OWN, Basis.CLINICIAN})
"""Staff wrote down that this person may decide, though the record does not know them."""


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
    """A standing permission that is in force today."""

    adult: Adult
    granted_by: str
    cares: tuple[str, ...] = ()
    limits: str = ""
    expires_on: dt.date | None = None

    def covers(self, care: Care) -> bool:
        return not self.cares or care in self.cares


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said of one kind of care: on the day of the visit, or until a later day.

    `to_what` names one item of that care ("flu vaccine"); blank, it is said of all of it.
    """

    care: str
    agreed: bool
    basis: str
    who: str
    to_what: str = ""
    limits: str = ""
    until: dt.date | None = None
    relationship: str = ""
    phone: str = ""

    def is_about(self, care: Care, what: str) -> bool:
        """Whether it is said of that item. A no counts for whatever it may mean, a yes for what it says."""
        if self.care != care:
            return False
        means = is_same_item if self.agreed else may_be_same_item
        return not what or not self.to_what or means(self.to_what, what)

    @property
    def adult(self) -> Adult:
        return Adult(self.who, self.phone, self.relationship)

    @property
    def on_whose_word(self) -> Basis:
        return Basis(self.basis) if self.basis in Basis.values else Basis.NONE


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the record knows: who may decide, and who may not, or not any more."""

    guardians: tuple[Adult, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    others: tuple[Adult, ...] = ()

    def person(self, answer: Answer) -> str:
        """Whose answer it is, as a key: the guardian on record, however staff wrote them down.

        Blank where two guardians may have said it ("mother", of two mothers): then it is nobody's own.
        """
        found = self.who_may_be(answer.adult)
        if found:
            return f"guardian {found[0]}" if len(found) == 1 else ""
        return " ".join(sorted(names.words(answer.who))) or names.normalise(answer.who)

    def who_may_be(self, said: Adult) -> list[int]:
        """The guardians that this adult may be: by the whole name; else by a part of it, or by "mother"."""
        everybody = list(enumerate(self.guardians))
        found = [one for one in everybody if is_guardian(said, one[1])]
        found = found or [one for one in everybody if is_part_of(said, one[1])]
        found = found or [one for one in everybody if is_called(said, one[1])]
        if len(found) > 1:
            found = [one for one in found if is_told_apart(said, one[1])] or found
        # The same guardian twice on record is one.
        first = found[0][1] if found else Adult()
        if all(one[1].same_as(first) and is_told_apart(one[1], first) for one in found):
            found = found[:1]
        return [nth for nth, one in found]

    def is_same_person(self, one: Answer, other: Answer) -> bool:
        return self.person(one) == self.person(other) != "" or one is other

    def proxy_of(self, adult: Adult, care: Care) -> Proxy | None:
        """The standing proxy by which this adult may decide. It ends with the authority of who granted it."""
        mine = (one for one in self.proxies if one.covers(care) and adult.same_as(one.adult))
        return next((one for one in mine if not self.is_over(Adult(one.granted_by))), None)

    def is_over(self, adult: Adult) -> bool:
        """Whether the record knows this adult, and that they may not decide or may no longer.

        Also by a part of the name, or by "father", unless name, phone or relationship say a guardian.
        """
        if any(is_guardian(adult, one) for one in self.guardians):
            return False
        if any(adult.same_as(one) for one in self.others):
            return True
        may_be = [self.guardians[nth] for nth in self.who_may_be(adult)]
        if any(is_told_apart(adult, one) for one in may_be):
            return False
        return any(is_like(adult, one) for one in self.others)

    def may_decide(self, answer: Answer, care: Care) -> bool:
        """Whether who gave this answer may decide on that care.

        The record says so; or staff did, of somebody whom it does not know. A voice on the telephone is
        taken for a guardian's only where no guardian is on record.
        """
        if self.proxy_of(answer.adult, care):
            return True
        may_be = self.who_may_be(answer.adult)
        if may_be and not answer.agreed:
            return True
        if self.is_over(answer.adult):
            return answer.on_whose_word in (Basis.OWN, Basis.CLINICIAN)
        if may_be:
            return True
        unknown = answer.on_whose_word == Basis.TELEPHONE and not self.guardians
        return unknown or answer.on_whose_word in SAYS_WHO_MAY


def is_guardian(said: Adult, guardian: Adult) -> bool:
    """Whether it is this guardian by name, and nobody else to the child: an aunt may have a mother's name."""
    return said.same_as(guardian) and not is_other_kin(said.relationship, guardian.relationship)


def is_part_of(said: Adult, guardian: Adult) -> bool:
    """Whether the guardian was written down with a part of their name, and as nobody else to the child."""
    written = words_of_name(said.name)
    part = written != set() and written < set(names.words(guardian.name))
    return part and (not said.relationship.strip() or is_same_kin(said.relationship, guardian.relationship))


def is_called(said: Adult, known: Adult) -> bool:
    """Whether only what they are to the child was written down in place of a name."""
    return is_same_word(said.name or said.relationship, known.relationship)


def is_like(said: Adult, other: Adult) -> bool:
    """Whether it may be this adult who may not decide: by a part of the name, or as "father"."""
    shared = set(names.words(said.name)) & set(names.words(other.name))
    related = is_same_kin(said.relationship or said.name, other.relationship)
    return is_part_of(said, other) or is_called(said, other) or bool(shared and related)


def is_told_apart(said: Adult, guardian: Adult) -> bool:
    """Whether relationship or phone say that of two guardians of one name it is this one."""
    by_phone = is_same_phone(said.phone, guardian.phone, "")
    return by_phone or is_same_kin(said.relationship, guardian.relationship)


class Weighed(NamedTuple):
    """The answer that counts, if any, and the one of somebody else who may decide that contradicts it."""

    said: Answer | None
    against: Answer | None = None


def weigh(answers: Iterable[Answer], known: Known, care: Care, what: str = "") -> Weighed:
    """Say which answer counts for this care, or that two people who may decide contradict each other.

    The same person's later answer takes the place of their earlier one. A clinician's decision takes the
    place of everything said before it. Who may not decide counts only where nobody who may has answered.
    """
    standing = list(not_superseded([one for one in answers if one.is_about(care, what)], known, what))
    deciding = [one for one in standing if known.may_decide(one, care)]
    pairs = [
        (no, yes)
        for no, yes in product(deciding, deciding)
        if not no.agreed and yes.agreed and not known.is_same_person(no, yes) and meets(no, yes, what)
    ]
    if pairs:
        no, yes = pairs[-1]
        return Weighed(no, yes) if deciding.index(no) < deciding.index(yes) else Weighed(yes, no)
    return Weighed(next(reversed(deciding or standing), None))


def not_superseded(answers: Sequence[Answer], known: Known, what: str) -> Iterator[Answer]:
    for nth, one in enumerate(answers):
        for later in answers[nth + 1 :]:
            same = later.on_whose_word == Basis.CLINICIAN or known.is_same_person(later, one)
            if same and (what or not later.to_what or is_same_item(later.to_what, one.to_what)):
                break
        else:
            yield one


def meets(one: Answer, other: Answer, what: str) -> bool:
    """Whether both may be about the same item, or one of them is about all of that care."""
    return bool(what) or not one.to_what or not other.to_what or may_be_same_item(one.to_what, other.to_what)
