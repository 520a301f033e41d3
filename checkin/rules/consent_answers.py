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
        return self.care == care and (not what or not self.to_what or self.item == names.normalise(what))

    @property
    def item(self) -> str:
        return names.normalise(self.to_what)

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
        """Whose answer it is, as a key: the guardian on record, however staff wrote them down."""
        said, written = answer.adult, set(names.words(answer.who))
        called = names.normalise(answer.who)
        everybody = list(enumerate(self.guardians))
        # By the whole name; else by a part of it, or by "mother", where only one guardian fits.
        found = [one for one in everybody if said.same_as(one[1])]
        found = found or [one for one in everybody if is_part_of(said, one[1])]
        found = found or [one for one in everybody if called == names.normalise(one[1].relationship) != ""]
        if len(found) > 1:
            found = [one for one in found if is_told_apart(said, one[1])] or found
        return f"guardian {found[0][0]}" if found else " ".join(sorted(written)) or called

    def proxy_of(self, adult: Adult, care: Care) -> Proxy | None:
        """The standing proxy by which this adult may decide. It ends with the authority of who granted it."""
        mine = (one for one in self.proxies if one.covers(care) and adult.same_as(one.adult))
        return next((one for one in mine if not self.is_over(Adult(one.granted_by))), None)

    def is_over(self, adult: Adult) -> bool:
        """Whether the record knows this adult, and that they may not decide or may no longer."""
        if any(adult.same_as(one) for one in self.guardians):
            return False
        return any(adult.same_as(one) for one in self.others)

    def may_decide(self, answer: Answer, care: Care) -> bool:
        """Whether who gave this answer may decide on that care.

        The record says so; or staff did, of somebody whom it does not know. A voice on the telephone is
        taken for a guardian's only where no guardian is on record.
        """
        if self.person(answer).startswith("guardian ") or self.proxy_of(answer.adult, care):
            return True
        if self.is_over(answer.adult):
            return answer.on_whose_word in (Basis.OWN, Basis.CLINICIAN)
        unknown = answer.on_whose_word == Basis.TELEPHONE and not self.guardians
        return unknown or answer.on_whose_word in SAYS_WHO_MAY


def is_part_of(said: Adult, guardian: Adult) -> bool:
    """Whether the guardian was written down with a part of their name, and as nobody else to the child."""
    written, relationship = set(names.words(said.name)), names.normalise(said.relationship)
    part = written != set() and written < set(names.words(guardian.name))
    return part and relationship in ("", names.normalise(guardian.relationship))


def is_told_apart(said: Adult, guardian: Adult) -> bool:
    """Whether relationship or phone say that of two guardians of one name it is this one."""
    relationship = names.normalise(said.relationship)
    by_phone = is_same_phone(said.phone, guardian.phone, "")
    return by_phone or (relationship != "" and relationship == names.normalise(guardian.relationship))


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
        if not no.agreed and yes.agreed and known.person(no) != known.person(yes) and meets(no, yes, what)
    ]
    if pairs:
        no, yes = pairs[-1]
        return Weighed(no, yes) if deciding.index(no) < deciding.index(yes) else Weighed(yes, no)
    return Weighed(next(reversed(deciding or standing), None))


def not_superseded(answers: Sequence[Answer], known: Known, what: str) -> Iterator[Answer]:
    for nth, one in enumerate(answers):
        for later in answers[nth + 1 :]:
            same = later.on_whose_word == Basis.CLINICIAN or known.person(later) == known.person(one)
            if same and (what or not later.to_what or later.item == one.item):
                break
        else:
            yield one


def meets(one: Answer, other: Answer, what: str) -> bool:
    """Whether both are about the same item, or one of them about all of that care."""
    return bool(what) or not one.to_what or not other.to_what or one.item == other.item
