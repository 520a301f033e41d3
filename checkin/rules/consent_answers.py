"""What somebody answered, on whose authority it counts, and whether they may decide."""

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
"""Staff recorded that this person may decide, even if the record does not know them."""


_GUARDIAN_BASIS_BY_CHANNEL = {
    ConsentChannel.TELEPHONE.value: ConsentBasis.TELEPHONE,
    ConsentChannel.WRITTEN.value: ConsentBasis.WRITTEN_PROXY,
}
"""The basis of a guardian's answer that was recorded with basis NONE. Other channels: GUARDIAN_PRESENT."""


@dataclass(frozen=True, slots=True)
class ConsentAnswer:
    """An answer about one kind of care, for the day of the visit or until a later day.

    `to_what` names one item of that care ("flu vaccine"); blank means all of that care.
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
    """For a yes to a number of items: the items of that care that were due when it was given."""

    def is_about(self, care: CareKind, what: str) -> bool:
        """Return whether the answer counts for that item; without an item, for all of that care.

        A no counts for whatever it may mean, a yes only for what it says. Neither says anything about other
        items. A conditional yes does not count by itself: staff read it. Nor does a yes to "two vaccines",
        unless exactly two were due: then it covers those two.
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
        """Return whether this is a yes that may be about the item and says more or less than the item.

        For example, "hepatitis" does not say whether A or B.
        """
        is_yes = self.agreed and self.care == care
        if is_yes and self.says_how_many:
            return not self.is_of_asked
        is_read = has_item_condition(self.to_what) and may_be_about_asked_item(self.to_what, what)
        return is_yes and (is_read or may_be_of_vaccine_family(self.to_what, what))

    def is_of_others_only(self, care: CareKind, what: str) -> bool:
        """Return whether this is a yes to something else only."""
        return (
            self.agreed
            and self.care == care
            and is_narrowed_to_item(self.to_what)
            and not self.is_about(care, what)
        )

    @property
    def is_of_all(self) -> bool:
        """Return whether it covers all of that care, not one item or a number of items."""
        return is_of_all_items(self.to_what) and not self.says_how_many

    @property
    def says_how_many(self) -> bool:
        """Return whether it is a yes to a number of unnamed items. A no to "both" is a no to all."""
        return self.agreed and count_unnamed_items(self.to_what) is not None

    @property
    def is_of_asked(self) -> bool:
        """Return whether the number in the answer equals the number of items that were due."""
        return bool(self.asked_of) and count_unnamed_items(self.to_what) == len(self.asked_of)

    @property
    def adult(self) -> ConsentAdult:
        return ConsentAdult(self.who, self.phone, self.relationship)

    @property
    def deciding_answer(self) -> ConsentBasis:
        return ConsentBasis(self.basis) if self.basis in ConsentBasis.values else ConsentBasis.NONE


@dataclass(frozen=True, slots=True)
class KnownAdults:
    """The adults on the record: who may decide, and who may not or no longer may."""

    guardians: tuple[ConsentAdult, ...] = ()
    proxies: tuple[WrittenProxy, ...] = ()
    others: tuple[ConsentAdult, ...] = ()
    lapsed: tuple[WrittenProxy, ...] = ()
    """Written proxies that have ended or were revoked; their holders are among `others`."""

    def person(self, answer: ConsentAnswer) -> str:
        """Return a key for whoever answered: the guardian on record, however staff wrote the name.

        Return "" if two guardians may have said it ("mother", with two mothers), or if only a title tells
        which of them did ("Mrs Marsh").
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
        """Return the indexes of the guardians that this adult may be."""
        return find_guardians_meant(said, self.guardians)

    def is_same_person(self, one: ConsentAnswer, other: ConsentAnswer) -> bool:
        return self.person(one) == self.person(other) != "" or one is other

    def proxy_of(self, adult: ConsentAdult, care: CareKind) -> WrittenProxy | None:
        """Return the proxy in force by which this adult may decide, granted by a guardian; None if none."""
        mine = (one for one in self.proxies if one.covers(care) and adult.same_as(one.adult))
        return next((one for one in mine if self.is_granted(one)), None)

    def is_granted(self, proxy: WrittenProxy) -> bool:
        """Return whether whoever granted the proxy may decide now.

        A proxy ends with the authority of whoever granted it. Nobody may grant a proxy to themselves. If no
        guardian is on record, what staff recorded is enough.
        """
        by = self.grantor(proxy)
        found = [self.guardians[nth] for nth in self.who_may_be(by)]
        if self.is_over(by):
            return False
        if may_be_self_granted(proxy, by):
            return any(is_same_guardian(by, one) for one in found)
        return bool(found) or not self.guardians

    def grantor(self, proxy: WrittenProxy) -> ConsentAdult:
        """Return who granted the proxy: the name as written, or split into name and relationship."""
        whole = ConsentAdult(proxy.granted_by)
        name, relationship = split_name_and_kin(proxy.granted_by)
        is_known = find_guardians_named(whole, self.guardians) or self.is_over(whole)
        return whole if is_known or not name else ConsentAdult(name, "", relationship)

    def ungranted(self, adult: ConsentAdult) -> WrittenProxy | None:
        """Return a written proxy of this adult that does not count, if they hold none that does."""
        mine = [
            one for one in self.proxies if adult.same_as(one.adult) or may_mean_this_adult(adult, one.adult)
        ]
        return None if any(map(self.is_granted, mine)) else next(iter(mine), None)

    def is_over(self, adult: ConsentAdult) -> bool:
        """Return whether the record knows this adult as somebody who may not decide, or no longer may.

        Part of a name or "father" also matches, unless name, phone or relationship point to a guardian.
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
        """Return whether whoever gave this answer may decide on that care.

        The record decides, or staff's note about somebody the record does not know. A written proxy on record
        counts for what it covers, and for nothing if no guardian granted it. An unknown voice on the
        telephone is taken as a guardian's only if no guardian is on record.
        """
        if self.proxy_of(answer.adult, care):
            return True
        may_be = self.who_may_be(answer.adult)
        if not answer.agreed and (may_be or self.may_be_refused_by(answer.adult)):
            return True
        if self.is_over(answer.adult) or (not may_be and self.ungranted(answer.adult)):
            return answer.deciding_answer in (ConsentBasis.OWN, ConsentBasis.CLINICIAN)
        if may_be:
            return True
        if answer.deciding_answer == ConsentBasis.WRITTEN_PROXY and self.holds_proxy(answer.adult):
            return False
        unknown = answer.deciding_answer == ConsentBasis.TELEPHONE and not self.guardians
        return unknown or answer.deciding_answer in _BASES_THAT_MAY_DECIDE

    def basis_of(self, answer: ConsentAnswer, care: CareKind) -> ConsentBasis:
        """Return on whose authority this answer counts, by what the record now says about who gave it.

        The basis was recorded when the answer was given. Someone who became a guardian or got a proxy later
        had no basis then. Their answer would count if they repeated it now, so it counts. The record changes
        neither a patient's answer for themselves nor a clinician's decision.
        """
        said = answer.deciding_answer
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
        """Return whether a no may be a guardian's, though a yes would not be taken as theirs."""
        known = any(adult.same_as(one) for one in self.others)
        return not known and may_be_any_guardian(adult, self.guardians)

    def holds_proxy(self, adult: ConsentAdult) -> bool:
        return any(adult.same_as(one.adult) for one in self.proxies)
