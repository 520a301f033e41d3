"""What somebody said, whose word it is, and whether who said it may decide."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from checkin.rules import name_keys
from checkin.rules.certain_kinship import split_name_and_kin
from checkin.rules.consent_adult_matches import (
    find_guardians_meant,
    find_guardians_named,
    may_be_any_guardian,
)
from checkin.rules.consent_adults import (
    CareKind,
    ConsentAdult,
    ConsentBasis,
    ConsentChannel,
    WrittenProxy,
    has_contrary_title,
    has_guardian_phone_or_kin,
    has_part_of_guardian_name,
    is_same_guardian,
    may_be_self_granted,
    may_mean_this_adult,
    split_kin_from_adult,
)
from checkin.rules.consent_items import (
    count_unnamed_items,
    has_item_condition,
    is_care_item_named,
    is_narrowed_to_item,
    is_of_all_items,
    is_same_care_item,
    may_be_about_asked_item,
    may_be_of_vaccine_family,
    may_be_same_care_item,
)

_BASES_THAT_MAY_DECIDE = frozenset(
    {ConsentBasis.GUARDIAN_PRESENT, ConsentBasis.WRITTEN_PROXY, ConsentBasis.OWN, ConsentBasis.CLINICIAN}
)
"""Staff wrote down that this person may decide, though the record does not know them."""


_GUARDIAN_BASIS_BY_CHANNEL = {
    ConsentChannel.TELEPHONE.value: ConsentBasis.TELEPHONE,
    ConsentChannel.WRITTEN.value: ConsentBasis.WRITTEN_PROXY,
}
"""On whose word a guardian's answer stands that was written down as nobody's; said here, one is present."""


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
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
    how: str = ""
    asked_of: tuple[str, ...] = ()
    """Of a yes that says how many: the items of that care that were due when it was said."""

    def is_about(self, care: CareKind, what: str) -> bool:
        """Whether it is said of that item; without one, of all of that care.

        A no counts for whatever it may mean, a yes for what it says. Neither says anything of other items.
        A yes on a condition counts for nothing by itself: somebody reads it. So is one to "two vaccines",
        unless two were due: then it is of those two.
        """
        if self.care != care or self.is_of_all:
            return self.care == care
        if self.says_how_many:
            return (
                self.is_of_asked and bool(what) and any(is_same_care_item(one, what) for one in self.asked_of)
            )
        if self.agreed and has_item_condition(self.to_what):
            return False
        means = is_care_item_named if self.agreed else may_be_same_care_item
        return bool(what) and means(self.to_what, what)

    def is_on_condition(self, care: CareKind, what: str) -> bool:
        """Whether it is a yes that may be about that, with words that say more than the item, or less.

        "Hepatitis" does not say whether A or B.
        """
        is_yes = self.agreed and self.care == care
        if is_yes and self.says_how_many:
            return not self.is_of_asked
        is_read = has_item_condition(self.to_what) and may_be_about_asked_item(self.to_what, what)
        return is_yes and (is_read or may_be_of_vaccine_family(self.to_what, what))

    def is_of_others_only(self, care: CareKind, what: str) -> bool:
        """Whether it is a yes to something else and, by its words, to nothing more."""
        return (
            self.agreed
            and self.care == care
            and is_narrowed_to_item(self.to_what)
            and not self.is_about(care, what)
        )

    @property
    def is_of_all(self) -> bool:
        """Whether it is said of all of that care, and not of one item or of so many."""
        return is_of_all_items(self.to_what) and not self.says_how_many

    @property
    def says_how_many(self) -> bool:
        """Whether it is a yes to a number of items that it does not name. A no to "both" is a no to all."""
        return self.agreed and count_unnamed_items(self.to_what) is not None

    @property
    def is_of_asked(self) -> bool:
        """Whether so many were due as it says."""
        return bool(self.asked_of) and count_unnamed_items(self.to_what) == len(self.asked_of)

    @property
    def adult(self) -> ConsentAdult:
        return ConsentAdult(self.who, self.phone, self.relationship)

    @property
    def on_whose_word(self) -> ConsentBasis:
        return ConsentBasis(self.basis) if self.basis in ConsentBasis.values else ConsentBasis.NONE


@dataclass(frozen=True, slots=True)
class KnownAdults:
    """Whom the record knows: who may decide, and who may not, or not any more."""

    guardians: tuple[ConsentAdult, ...] = ()
    proxies: tuple[WrittenProxy, ...] = ()
    others: tuple[ConsentAdult, ...] = ()
    lapsed: tuple[WrittenProxy, ...] = ()
    """Written proxies that are over or were revoked; who held one is among the `others`."""

    def person(self, answer: ConsentAnswer) -> str:
        """Whose answer it is, as a key: the guardian on record, however staff wrote them down.

        Blank where two guardians may have said it ("mother", of two mothers): then it is nobody's own. So it
        is where a title alone says which of the two ("Mrs Marsh").
        """
        found, said = self.who_may_be(answer.adult), answer.adult
        if found:
            alike = (one for one in self.guardians if has_part_of_guardian_name(said, one))
            is_own = len(found) == 1 and not any(has_contrary_title(said, one) for one in alike)
            return f"guardian {found[0]}" if is_own else ""
        return " ".join(sorted(name_keys.normalized_words(answer.who))) or name_keys.normalize_text(
            answer.who
        )

    def who_may_be(self, said: ConsentAdult) -> list[int]:
        """The guardians that this adult may be."""
        return find_guardians_meant(said, self.guardians)

    def is_same_person(self, one: ConsentAnswer, other: ConsentAnswer) -> bool:
        return self.person(one) == self.person(other) != "" or one is other

    def proxy_of(self, adult: ConsentAdult, care: CareKind) -> WrittenProxy | None:
        """The standing proxy by which this adult may decide: one that a guardian granted."""
        mine = (one for one in self.proxies if one.covers(care) and adult.same_as(one.adult))
        return next((one for one in mine if self.is_granted(one)), None)

    def is_granted(self, proxy: WrittenProxy) -> bool:
        """Whether who granted it may decide themselves; it ends with their authority.

        Nobody grants one to themselves. Where no guardian is on record, staff's word is taken.
        """
        by = self.grantor(proxy)
        found = [self.guardians[nth] for nth in self.who_may_be(by)]
        if self.is_over(by):
            return False
        if may_be_self_granted(proxy, by):
            return any(is_same_guardian(by, one) for one in found)
        return bool(found) or not self.guardians

    def grantor(self, proxy: WrittenProxy) -> ConsentAdult:
        """Who granted it: the name as written, or the name and the relationship that it says."""
        whole = ConsentAdult(proxy.granted_by)
        name, relationship = split_name_and_kin(proxy.granted_by)
        is_known = find_guardians_named(whole, self.guardians) or self.is_over(whole)
        return whole if is_known or not name else ConsentAdult(name, "", relationship)

    def ungranted(self, adult: ConsentAdult) -> WrittenProxy | None:
        """The written proxy of this adult that counts for nothing, where they hold no other."""
        mine = [
            one for one in self.proxies if adult.same_as(one.adult) or may_mean_this_adult(adult, one.adult)
        ]
        return None if any(map(self.is_granted, mine)) else next(iter(mine), None)

    def is_over(self, adult: ConsentAdult) -> bool:
        """Whether the record knows this adult, and that they may not decide or may no longer.

        Also by a part of the name, or by "father", unless name, phone or relationship say a guardian.
        """
        if any(is_same_guardian(adult, one) for one in self.guardians):
            return False
        if any(one.same_as(known) for one in (adult, split_kin_from_adult(adult)) for known in self.others):
            return True
        may_be = [self.guardians[nth] for nth in self.who_may_be(adult)]
        if any(has_guardian_phone_or_kin(adult, one) for one in may_be):
            return False
        return any(may_mean_this_adult(adult, one) for one in self.others)

    def may_decide(self, answer: ConsentAnswer, care: CareKind) -> bool:
        """Whether who gave this answer may decide on that care.

        The record says so; or staff did, of somebody whom it does not know: so a written proxy on record
        counts for what it covers, and for nothing where no guardian granted it. A voice on the telephone is
        taken for a guardian's only where no guardian is on record.
        """
        if self.proxy_of(answer.adult, care):
            return True
        may_be = self.who_may_be(answer.adult)
        if not answer.agreed and (may_be or self.may_be_refused_by(answer.adult)):
            return True
        if self.is_over(answer.adult) or (not may_be and self.ungranted(answer.adult)):
            return answer.on_whose_word in (ConsentBasis.OWN, ConsentBasis.CLINICIAN)
        if may_be:
            return True
        if answer.on_whose_word == ConsentBasis.WRITTEN_PROXY and self.holds_proxy(answer.adult):
            return False
        unknown = answer.on_whose_word == ConsentBasis.TELEPHONE and not self.guardians
        return unknown or answer.on_whose_word in _BASES_THAT_MAY_DECIDE

    def basis_of(self, answer: ConsentAnswer, care: CareKind) -> ConsentBasis:
        """Return on whose word this answer stands, by what the record says now of who gave it.

        It was written down of the moment in which it was said: who holds a proxy by now, or is a guardian on
        record by now, was nobody then. The same words said again would count, and so these do. What they
        said of themselves or decided as a clinician no record changes.
        """
        said = answer.on_whose_word
        if said in (ConsentBasis.OWN, ConsentBasis.CLINICIAN) or answer.basis not in ConsentBasis.values:
            return said
        if self.who_may_be(answer.adult):
            return (
                _GUARDIAN_BASIS_BY_CHANNEL.get(answer.how, ConsentBasis.GUARDIAN_PRESENT)
                if said == ConsentBasis.NONE
                else said
            )
        return ConsentBasis.WRITTEN_PROXY if self.proxy_of(answer.adult, care) else said

    def may_be_refused_by(self, adult: ConsentAdult) -> bool:
        """Whether a no of this adult may be a guardian's, though a yes would not be taken for theirs."""
        known = any(adult.same_as(one) for one in self.others)
        return not known and may_be_any_guardian(adult, self.guardians)

    def holds_proxy(self, adult: ConsentAdult) -> bool:
        return any(adult.same_as(one.adult) for one in self.proxies)
